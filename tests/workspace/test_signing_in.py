"""Signing in for a connection: made with its tokens, signed in again, and ended."""

import threading

import pytest
from pydantic import SecretStr
from tests.oauth.parties import (
    CREDENTIALS,
    FIELDS,
    connector,
    document,
    follow,
    names,
    oauth2,
)
from tests.support.authority import authority
from tests.support.commands import KEY

from ferrule.auth.token import TOKENS, tokens_of
from ferrule.credentials import forget_master_key
from ferrule.errors import (
    DescriptorError,
    KeychainUnavailable,
    MissingSecret,
    NotFound,
    UsageError,
)
from ferrule.exchange import encode
from ferrule.workspace.connecting import check_connection, connect
from ferrule.workspace.health import Finding
from ferrule.workspace.health_record import record_finding
from ferrule.workspace.home import Home
from ferrule.workspace.signing_in import (
    begin,
    connecting,
    end_tokens,
    reconnecting,
    redirect_of,
    ways_of,
)
from ferrule.workspace.workspace import Workspace

SECRETS = {key: SecretStr(value) for key, value in CREDENTIALS.items()}


@pytest.fixture(scope="module")
def running():
    with authority() as server:
        yield server


@pytest.fixture
def service(running):
    running.authority.behave()
    running.authority.ledger.tokens.clear()
    return running


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    made.registry.register_descriptor(encode(document(oauth2())))
    yield made
    made.close()
    forget_master_key()


def connected(workspace, service, **how):
    """Make a connection by signing in; return it."""
    signing = connecting(workspace, "signed", {"baseUrl": service.url}, SECRETS, **how)
    steps = follow(signing, opened=lambda step: service.approve(step.url))
    assert names(steps)[-1] == "signed_in", steps[-1]
    return workspace.connections.get(workspace.project.key, how.get("key") or "signed")


def tokens(workspace, key="signed"):
    found = workspace.connections.get(workspace.project.key, key)
    return tokens_of(workspace.registry.secrets_of(found))


def test_a_connection_is_made_with_its_tokens(workspace, service):
    connected(workspace, service)
    assert service.accepts(tokens(workspace).access.get_secret_value())
    steps = list(check_connection(workspace, "signed"))
    assert [s.name for s in steps if s.ok is False] == []


def test_nothing_is_made_when_leave_is_not_given(workspace, service):
    signing = connecting(workspace, "signed", {"baseUrl": service.url}, SECRETS)
    steps = follow(signing, opened=lambda step: service.deny(step.url))
    assert names(steps)[-1] == "failed"
    with pytest.raises(NotFound):
        workspace.connections.get(workspace.project.key, "signed")
    assert workspace.vault.refs() == []


def test_what_could_not_be_kept_is_refused_before_the_browser_opens(
    workspace, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY", raising=False)
    forget_master_key()
    bare = Workspace(workspace.home)
    with pytest.raises(KeychainUnavailable, match="no place that keeps tokens"):
        connecting(bare, "signed", {"baseUrl": "http://127.0.0.1:9"}, SECRETS)
    bare.close()


def test_a_key_that_is_taken_is_refused_before_the_browser_opens(workspace, service):
    connected(workspace, service)
    with pytest.raises(UsageError, match="connection “signed” already") as refused:
        connecting(workspace, "signed", {"baseUrl": service.url}, SECRETS)
    assert "ferrule reconnect signed" in refused.value.advice
    connected(workspace, service, key="second")


@pytest.mark.parametrize(
    ("config", "secrets", "error"),
    [
        ({}, SECRETS, UsageError),
        ({"baseUrl": "http://127.0.0.1:9", "odd": 1}, SECRETS, UsageError),
        ({"baseUrl": "http://127.0.0.1:9"}, {}, MissingSecret),
        ({"baseUrl": "http://127.0.0.1:9"}, {"odd": SecretStr("x")}, UsageError),
    ],
)
def test_what_does_not_fit_is_refused_before_the_browser_opens(
    workspace, config, secrets, error
):
    with pytest.raises(error):
        connecting(workspace, "signed", config, secrets)


def test_a_connection_is_signed_in_again_with_one_call(workspace, service):
    connected(workspace, service)
    before = tokens(workspace)
    service.tell(revoke=True)
    record_finding(workspace, "signed", Finding("auth", "refused"), before.obtained_at)
    follow(reconnecting(workspace, "signed"), opened=lambda s: service.approve(s.url))
    after = tokens(workspace)
    assert after.access != before.access
    assert service.accepts(after.access.get_secret_value())
    found = workspace.connections.get(workspace.project.key, "signed")
    assert found.state == "healthy"


def test_signing_in_again_and_failing_keeps_the_old_tokens(workspace, service):
    connected(workspace, service)
    before = tokens(workspace)
    steps = follow(
        reconnecting(workspace, "signed"), opened=lambda s: service.deny(s.url)
    )
    assert names(steps)[-1] == "failed"
    assert tokens(workspace) == before


def test_a_connection_that_never_signed_in_is_signed_in_later(workspace, service):
    connect(workspace, "signed", {"baseUrl": service.url}, SECRETS)
    steps = list(check_connection(workspace, "signed"))
    assert steps[-1].ok is False
    follow(reconnecting(workspace, "signed"), opened=lambda s: service.approve(s.url))
    assert service.accepts(tokens(workspace).access.get_secret_value())


def test_a_connection_without_a_client_says_what_is_missing(workspace, service):
    auth = oauth2(credentialFields=[{**FIELDS[0], "required": False}])
    workspace.registry.register_descriptor(encode(document(auth, "bare")))
    connect(workspace, "bare", {"baseUrl": service.url}, {})
    steps = follow(reconnecting(workspace, "bare"))
    assert names(steps)[-1] == "failed"
    assert "client id has no value" in steps[-1].detail


def test_ending_a_connection_ends_its_tokens_at_the_service(workspace, service):
    connected(workspace, service)
    access = tokens(workspace).access.get_secret_value()
    ending = end_tokens(workspace, "signed")
    assert ending.ended, ending
    assert not service.accepts(access)
    assert service.seen("revoke") == 2


def test_the_address_of_the_descriptor_wins_over_the_published_one(workspace, service):
    service.misbehave("no_metadata")
    auth = oauth2(revokeUrl="{{baseUrl}}/oauth/revoke")
    workspace.registry.update_descriptor("signed", encode(document(auth)))
    connected(workspace, service)
    assert end_tokens(workspace, "signed").ended


def test_a_service_that_cannot_end_tokens_is_told(workspace, service):
    service.misbehave("no_metadata")
    connected(workspace, service)
    ending = end_tokens(workspace, "signed")
    assert not ending.ended
    assert "no way to end its tokens" in ending.detail


def test_a_service_that_does_not_answer_holds_nothing_up(workspace, service):
    auth = oauth2(revokeUrl="{{other}}/revoke")
    workspace.registry.update_descriptor("signed", encode(document(auth)))
    where = {"baseUrl": service.url, "other": "http://127.0.0.1:9"}
    signing = connecting(workspace, "signed", where, SECRETS)
    follow(signing, opened=lambda step: service.approve(step.url))
    ending = end_tokens(workspace, "signed")
    assert not ending.ended
    assert "No connection" in ending.detail


def test_a_connection_without_tokens_has_none_to_end(workspace, service):
    connect(workspace, "signed", {"baseUrl": service.url}, SECRETS)
    ending = end_tokens(workspace, "signed")
    assert (ending.ended, ending.detail) == (False, "")


DEVICE = {"deviceUrl": "{{baseUrl}}/oauth/device"}
LEGS = {
    "method": "oauth1",
    "config": {
        "requestUrl": "{{baseUrl}}/request",
        "authoriseUrl": "{{baseUrl}}/authorise",
        "tokenUrl": "{{baseUrl}}/token",
        "signature": "HMAC-SHA1",
        "credentialFields": [],
    },
}


@pytest.mark.parametrize(
    ("auth", "ways"),
    [
        (oauth2(), ("browser",)),
        (oauth2(**DEVICE), ("browser", "device")),
        (oauth2(**DEVICE, grant="device_code", authoriseUrl=None), ("device",)),
        (oauth2(grant="client_credentials", authoriseUrl=None), ("unattended",)),
        ({"method": "none"}, ()),
    ],
)
def test_the_ways_to_sign_in_follow_from_the_descriptor(auth, ways):
    assert ways_of(connector(auth)) == ways


@pytest.mark.parametrize(
    ("auth", "address"),
    [
        (oauth2(), "http://127.0.0.1/oauth/callback"),
        (oauth2(redirect={"port": 8765}), "http://127.0.0.1:8765/oauth/callback"),
        (
            oauth2(redirect={"host": "localhost", "port": 80, "path": "/cb"}),
            "http://localhost:80/cb",
        ),
        (oauth2(redirect={"httpsUri": "https://a.example/cb"}), "https://a.example/cb"),
        (LEGS, "http://127.0.0.1/oauth/callback"),
        (
            {
                "method": "oauth1",
                "config": LEGS["config"]
                | {"redirect": {"host": "localhost", "port": 8765}},
            },
            "http://localhost:8765/oauth/callback",
        ),
        (oauth2(grant="client_credentials", authoriseUrl=None), None),
        ({"method": "none"}, None),
    ],
)
def test_the_redirect_address_to_register_is_known_before(auth, address):
    assert redirect_of(connector(auth)) == address


@pytest.mark.parametrize("path", ["cb", "/cb?x=1", "/cb#", "/c b", "//é", "/\r\nX: y"])
def test_a_path_that_is_more_than_one_is_refused(path):
    auth = oauth2(redirect={"path": path})
    with pytest.raises(DescriptorError, match="path of the redirect"):
        redirect_of(connector(auth))
    steps = follow(begin(connector(auth), {"baseUrl": "http://127.0.0.1:9"}, SECRETS))
    assert names(steps) == ["failed"]


def test_a_way_that_is_not_there_is_refused():
    where = {"baseUrl": "http://127.0.0.1:9"}
    with pytest.raises(UsageError, match="no sign-in by a code"):
        begin(connector(oauth2()), where, SECRETS, way="device")
    with pytest.raises(UsageError, match="no sign-in of its own"):
        begin(connector({"method": "none"}), where, {})


def test_two_connections_are_signed_in_at_the_same_time(workspace, service):
    done = []

    def one(key):
        done.append(connected(workspace, service, key=key).key)

    both = [threading.Thread(target=one, args=(key,)) for key in ("a", "b")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(20)
    assert sorted(done) == ["a", "b"]
    assert tokens(workspace, "a").access != tokens(workspace, "b").access


def test_a_sign_in_cannot_be_given_tokens_from_outside():
    """A form cannot smuggle a token set in by a field's name."""
    where = {"baseUrl": "http://127.0.0.1:9"}
    signing = begin(connector(oauth2()), where, SECRETS | {TOKENS: SecretStr("{}")})
    steps = signing.steps()
    assert next(steps).name == "listening"
    steps.close()

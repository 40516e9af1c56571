"""Unique secrets through every flow and every failure; none of them is told anywhere.

Looked through: every step as it is told, every text of an object and an error that
comes out, all that is logged at any level, all output, and every file that is written.
"""

import json
import logging
import traceback
from functools import partial

import pytest
from pydantic import SecretStr
from tests.oauth.parties import call, callback, document, follow, oauth2
from tests.support.authority import authority
from tests.support.canary import encodings
from tests.support.clock import FakeClock
from tests.support.commands import KEY

from ferrule.clock import SystemClock
from ferrule.credentials import forget_master_key
from ferrule.errors import FerruleError
from ferrule.exchange import encode
from ferrule.oauth import attempt, device, three_legged
from ferrule.redaction import guard_logging
from ferrule.sandbox.authority.misbehaviour import KNOWN
from ferrule.sandbox.authority.parties import CLIENT_ID
from ferrule.workspace.connecting import check_connection, sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.signing_in import (
    connecting,
    end_tokens,
    flows,
    reconnecting,
)
from ferrule.workspace.workspace import Workspace

CANARY = 'cnry-client/4Q+x"\\&%z=='
FIRST = {"consumerKey": CLIENT_ID, "consumerSecret": CANARY}
SECOND = {"clientId": CLIENT_ID, "clientSecret": CANARY}
OAUTH1 = {
    "method": "oauth1",
    "config": {
        "requestUrl": "{{baseUrl}}/oauth1/request_token",
        "authoriseUrl": "{{baseUrl}}/oauth1/authorize",
        "tokenUrl": "{{baseUrl}}/oauth1/access_token",
        "signature": "HMAC-SHA1",
        "credentialFields": [
            {"key": "consumerKey", "label": "Key", "type": "text", "required": True},
            {
                "key": "consumerSecret",
                "label": "Secret",
                "type": "password",
                "required": True,
            },
        ],
    },
}
FLOWS = {
    "code": (oauth2(), SECOND, "browser"),
    "code with basic": (oauth2(clientAuth="basic"), SECOND, "browser"),
    "code without pkce": (oauth2(pkce="omit_and_warn"), SECOND, "browser"),
    "device": (oauth2(deviceUrl="{{baseUrl}}/oauth/device"), SECOND, "device"),
    "client": (
        oauth2(grant="client_credentials", authoriseUrl=None),
        SECOND,
        "unattended",
    ),
    "oauth1": (OAUTH1, FIRST, "browser"),
}


@pytest.fixture(scope="module")
def running():
    with authority() as server:
        server.authority.clients[CLIENT_ID].secret = CANARY
        yield server


@pytest.fixture
def service(running):
    running.authority.behave()
    running.authority.ledger.tokens.clear()
    running.authority.provider.granted.clear()
    return running


@pytest.fixture
def drawn(monkeypatch):
    """Every verifier, code and device code that a flow drew or was given."""
    found = []

    def keeping(module, name, pick):
        inner = getattr(module, name)

        def outer(*arguments, **named):
            result = inner(*arguments, **named)
            found.extend(pick(result))
            return result

        monkeypatch.setattr(module, name, outer)

    keeping(attempt, "fresh_text", lambda text: [text])
    keeping(attempt.Attempt, "judge", lambda v: [getattr(v, "code", "")])
    keeping(three_legged.ThreeLegged, "judge", lambda v: [getattr(v, "code", "")])
    keeping(flows, "read_device_code", lambda code: [code.device_code])
    monkeypatch.setattr(device, "_NAP_S", 60.0)
    return found


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()
    forget_master_key()


class Heard(logging.Handler):
    """Keeps what is logged, as it would be written."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def heard():
    logging.getLogger("authlib").setLevel(logging.NOTSET)  # guarding it is the point
    root, handler = logging.getLogger(), Heard()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    guard_logging()
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def go(workspace, service, name, decide):
    """Go through a flow; return every text that came out of it."""
    auth, credentials, way = FLOWS[name]
    workspace.registry.register_descriptor(encode(document(auth)))
    secrets = {key: SecretStr(value) for key, value in credentials.items()}
    where = {"baseUrl": service.url}
    clock = FakeClock() if way == "device" else None
    told = []
    try:
        signing = connecting(workspace, "signed", where, secrets, way=way, clock=clock)
        steps = follow(signing, **decide(signing, told))
        told += [repr(signing), repr(vars(signing)), repr(signing.tokens)]
        told += [repr(steps), json.dumps([step.wire() for step in steps])]
    except FerruleError as error:
        told += [repr(error), "".join(traceback.format_exception(error))]
    return told


def approving(service):
    def acts(_signing, _told):
        return {
            "opened": lambda step: service.approve(step.url),
            "code": lambda step: service.approve_device(step.user_code),
        }

    return acts


def denying(service):
    def acts(_signing, _told):
        return {
            "opened": lambda step: service.deny(step.url),
            "code": lambda step: service.deny_device(step.user_code),
        }

    return acts


def attacking(service):
    """Forge, paste what is wrong, then cancel."""

    def acts(signing, told):
        def opened(step):
            good = service.approve(step.url, follow=False)
            for wrong in (
                f"{good}&{good.partition('?')[2]}",
                f"x{good}",
                good.replace("?", "#"),
            ):
                with pytest.raises(FerruleError) as refused:
                    signing.paste(wrong)
                told.append(repr(refused.value))
                told.append("".join(traceback.format_exception(refused.value)))
            if "state=" in step.url:
                told.append(str(call(callback(step.url, state="x"))))
            signing.cancel()

        return {"opened": opened, "waiting": lambda _step: signing.cancel()}

    return acts


def assert_hidden(workspace, told, secrets):
    written = [
        path.read_bytes().decode("latin-1")
        for path in workspace.home.path.rglob("*")
        if path.is_file()
    ]
    for secret in {text for text in secrets if len(text) > 5}:
        # The service's own tokens have readable parts: the ends alone are secret.
        for part in {secret, secret[-16:]}:
            for form in (one.decode() for one in encodings(part)):
                assert not [t for t in told if form in t], form
                assert not [t for t in written if form in t], form


def looked_through(workspace, service, drawn, heard, capfd, told):
    out, err = capfd.readouterr()
    texts = [*told, out, err, *heard.lines]
    assert_hidden(workspace, texts, [CANARY, *service.issued, *drawn])


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("decide", [approving, denying, attacking])
def test_no_secret_of_a_flow_is_told(
    workspace, service, drawn, heard, capfd, name, decide
):
    told = go(workspace, service, name, decide(service))
    looked_through(workspace, service, drawn, heard, capfd, told)
    if decide is approving:
        assert service.issued


@pytest.mark.parametrize("wrong", sorted(set(KNOWN) - {"slow", "fragment"}))
def test_no_secret_of_a_failure_is_told(workspace, service, drawn, heard, capfd, wrong):
    service.misbehave(wrong)

    def decide(signing, _told):
        return {
            "opened": lambda step: service.approve(step.url),
            "waiting": lambda _step: wrong in STAYS and signing.cancel(),
        }

    told = go(workspace, service, "code", decide)
    looked_through(workspace, service, drawn, heard, capfd, told)


STAYS = {"wrong_state", "no_state", "code_twice"}
"""What the listener turns away, so that the sign-in goes on waiting."""


def test_no_secret_of_signing_in_again_and_ending_is_told(
    workspace, service, drawn, heard, capfd
):
    told = go(workspace, service, "code", approving(service))
    again = reconnecting(workspace, "signed")
    told += [repr(follow(again, opened=lambda s: service.approve(s.url)))]
    told += [repr(end_tokens(workspace, "signed"))]
    service.misbehave("server_error")
    told += [repr(end_tokens(workspace, "signed"))]
    workspace.registry.delete_connection(workspace.project.key, "signed")
    looked_through(workspace, service, drawn, heard, capfd, told)


RENEWALS = (
    *("good", "narrow_scope", "html", "array", "json_401", "error_200", "form_encoded"),
    *("redirect", "server_error", "expires_in_text", "answer_lost", "invalid_grant"),
)


def test_no_secret_of_runs_that_renew_is_told(
    workspace, service, drawn, heard, capfd, monkeypatch
):
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, _seconds: None)
    told = go(workspace, service, "code", approving(service))
    for wrong in RENEWALS:
        service.misbehave(*[wrong] * (wrong != "good"))
        service.tell(expire=True)
        told += once(lambda: list(check_connection(workspace, "signed")))
        told += once(partial(synced, workspace))
        service.misbehave()
        again = reconnecting(workspace, "signed")
        told += [repr(follow(again, opened=lambda s: service.approve(s.url)))]
    assert service.token_requests >= 2 * len(RENEWALS)
    assert any("invalid_grant" in text for text in told)
    looked_through(workspace, service, drawn, heard, capfd, told)


def synced(workspace):
    """Sync once; return what was told on the way and in the end."""
    events = []
    order = SyncOrder()
    ended = sync_connection(
        workspace, "signed", order, emit=events.append, clock=SystemClock()
    )
    return events, ended


def once(act):
    """Do something; return every text that came out of it."""
    try:
        return [repr(act())]
    except FerruleError as error:
        return [repr(error), "".join(traceback.format_exception(error))]

"""A connection signs in by the method that was chosen for it, wherever it is used."""

import json

import pytest
from tests.auth.kinds import field, secrets_of
from tests.support.commands import KEY as MASTER
from tests.support.signed_service import PASSWORD, SignedService, connector

from ferrule.auth.token import TOKENS, TokenSet
from ferrule.clock import SystemClock
from ferrule.credentials import forget_master_key
from ferrule.errors import MissingSecret, UsageError
from ferrule.workspace.connecting import check_connection, connect, sync_connection
from ferrule.workspace.health_checks import probe_of
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.project import init_project
from ferrule.workspace.running import RunOrder, run_once
from ferrule.workspace.sending import Sending, by_method
from ferrule.workspace.workspace import Workspace

BOT = "bot-0123456789abcdef"
LOGIN = {
    "method": "session_token",
    "label": "Password",
    "config": {
        "login": {
            "endpoint": "/login",
            "method": "POST",
            "body": {"password": "{{password}}"},
            "bodyType": "json",
        },
        "tokenPath": "$.token",
        "deliver": {"to": "header:X-Session", "template": "{{token}}"},
        "credentialFields": [field("password")],
    },
}


def pat(key, label, **config):
    how = {"delivery": "header", "paramName": "Authorization", **config}
    fields = [field(key)]
    return {
        "method": "pat",
        "label": label,
        "config": {**how, "credentialFields": fields},
    }


DOCUMENT = connector(
    pat("user", "User token", valueTemplate="User {{user}}"),
    authOptions=[pat("bot", "Bot token", valueTemplate="Bot {{bot}}"), LOGIN],
)


@pytest.fixture
def service():
    with SignedService() as running:
        running.gate = lambda asked: asked.headers.get("authorization") == f"Bot {BOT}"
        yield running


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    forget_master_key()
    home = Home(tmp_path / "home")
    project = init_project(tmp_path / "work", home, "Work")
    made = Workspace(home, project.folder)
    made.registry.register_descriptor(json.dumps(DOCUMENT).encode())
    yield made
    made.close()
    forget_master_key()


def by_bot(workspace, service, **more):
    config = {"baseUrl": service.origin}
    secrets = secrets_of(bot=BOT)
    return connect(workspace, "signed", config, secrets, method="bot token", **more)


def test_a_check_a_probe_a_dry_run_and_a_sync_go_by_the_chosen_method(
    workspace, service
):
    made = by_bot(workspace, service)
    assert made.auth_option == "Bot token"
    assert workspace.connections.get("work", "signed").auth_option == "Bot token"
    steps = list(check_connection(workspace, "signed"))
    assert [step.name for step in steps if step.ok is False] == []
    assert probe_of(workspace, "signed").find().cause is None
    for dry in (True, False):
        ended = sync_connection(
            workspace, "signed", SyncOrder(dry=dry), emit=lambda _event: None
        )
        assert (ended.status, ended.pages) == ("done", 1)
    assert {asked.headers["authorization"] for asked in service.guarded()} == {
        f"Bot {BOT}"
    }


def test_what_the_service_repeats_of_the_chosen_method_is_not_stored(
    workspace, service
):
    service.echo = BOT
    by_bot(workspace, service)
    sync_connection(workspace, "signed", SyncOrder(), emit=lambda _event: None)
    (kept,) = workspace.runs.signals("work", "signed")
    assert BOT not in str(kept)
    assert "••" in str(kept.signal.raw)


def test_secrets_of_another_method_are_refused(workspace, service):
    config = {"baseUrl": service.origin}
    with pytest.raises(UsageError, match="“bot” is not a credential field"):
        connect(workspace, "signed", config, secrets_of(bot=BOT))
    with pytest.raises(MissingSecret, match="Bot"):
        connect(workspace, "signed", config, {}, method="Bot token")
    with pytest.raises(UsageError, match="no sign-in “Robot”"):
        connect(workspace, "signed", config, {}, method="Robot")
    assert workspace.registry.list_connections() == []


def test_the_usual_method_is_kept_by_its_name(workspace, service):
    config = {"baseUrl": service.origin}
    made = connect(workspace, "signed", config, secrets_of(user="u"))
    assert made.auth_option == "User token"


def test_where_there_is_but_one_method_its_name_is_not_kept(workspace, service):
    one = connector(pat("user", "User token"), id="single")
    workspace.registry.register_descriptor(json.dumps(one).encode())
    config, secrets = {"baseUrl": service.origin}, secrets_of(user="u")
    made = connect(workspace, "single", config, secrets, method="user token")
    assert made.auth_option is None
    again = workspace.registry.update_connection(
        "work", "single", {"auth_option": "User token"}
    )
    assert again.auth_option is None
    assert workspace.registry.secrets_of(again) == secrets


def test_a_method_that_the_connector_has_no_longer_is_told(workspace, service):
    by_bot(workspace, service)
    fewer = {**DOCUMENT, "authOptions": [LOGIN]}
    workspace.registry.update_descriptor("signed", json.dumps(fewer).encode())
    found = workspace.connections.get("work", "signed")
    with pytest.raises(UsageError, match="by “Bot token”, and Signed") as caught:
        workspace.registry.connector_of(found)
    assert "User token, Password" in caught.value.advice
    assert "ferrule connections method signed NAME" in caught.value.advice
    with pytest.raises(UsageError, match="signs in by “Bot token”"):
        sync_connection(workspace, "signed", SyncOrder(), emit=lambda _event: None)
    changed = workspace.registry.update_connection(
        "work", "signed", {"auth_option": "password"}, secrets_of(password=PASSWORD)
    )
    assert changed.auth_option == "Password"


def test_another_method_brings_its_own_secrets_and_leaves_the_old_ones(
    workspace, service
):
    by_bot(workspace, service)
    registry = workspace.registry
    with pytest.raises(MissingSecret, match="Password"):
        registry.update_connection("work", "signed", {"auth_option": "Password"})
    changed = registry.update_connection(
        "work", "signed", {"auth_option": "Password"}, secrets_of(password=PASSWORD)
    )
    assert registry.secrets_of(changed) == secrets_of(password=PASSWORD)
    same = registry.update_connection("work", "signed", {"auth_option": "password"})
    assert registry.secrets_of(same) == secrets_of(password=PASSWORD)


def test_a_token_goes_with_the_password_it_was_had_by(workspace, service):
    config = {"baseUrl": service.origin}
    tokens = TokenSet(*secrets_of(a="t").values(), SystemClock().now()).dump()
    given = {**secrets_of(password="old"), TOKENS: tokens}
    made = connect(workspace, "signed", config, given, method="Password")
    registry = workspace.registry
    assert TOKENS in registry.secrets_of(made)
    registry.update_connection("work", "signed", {"config": config}, given)
    assert TOKENS in registry.secrets_of(made)
    fresh = {**given, **secrets_of(password="new")}
    registry.update_connection("work", "signed", {}, fresh)
    assert registry.secrets_of(made) == secrets_of(password="new")


def test_changes_that_are_no_matter_of_the_connector_do_without_it(workspace, service):
    by_bot(workspace, service)
    workspace.catalogue.card("signed").path.write_text("{")
    changed = workspace.registry.update_connection(
        "work", "signed", {"sync_from": "2026-01-01T00:00:00Z"}
    )
    assert changed.sync_from


def test_a_stateless_run_goes_by_the_method_that_is_named(service):
    order = RunOrder(
        descriptor=json.dumps(DOCUMENT).encode(),
        config={"baseUrl": service.origin},
        secrets=secrets_of(bot=BOT),
        method="Bot token",
    )
    assert run_once(order, lambda _line: None).status == "done"


def test_a_draft_is_sent_by_the_method_of_the_connection_it_borrows(service):
    draft = by_method(DOCUMENT, "Bot token")
    assert draft["auth"]["label"] == "Bot token"
    assert "authOptions" not in draft
    config = {"baseUrl": service.origin}
    sent = Sending(draft, config, secrets_of(bot=BOT)).send()
    assert sent.response.status == 200
    assert BOT not in str(sent.request_headers)
    assert by_method(DOCUMENT, "") is DOCUMENT
    plain = connector(LOGIN)
    assert by_method(plain, "Bot token") is plain
    with pytest.raises(UsageError, match="no sign-in"):
        by_method(DOCUMENT, "Robot")

"""Tokens in the window: the Connect form tries what was typed with one of its own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from PySide6 import QtCore
from tests.support.authority import CLIENT_ID, CLIENT_SECRET, AuthorityServer, authority
from tests.support.commands import KEY as MASTER_KEY
from tests.support.signed_in import KEY, SignedIn

from ferrule.auth.token import TOKENS, TokenSet
from ferrule.clock import SystemClock
from ferrule.credentials import Ref
from ferrule.ui.models.connect_deeds import check_of, store
from ferrule.ui.models.connect_plan import Answers, Plan, read_plan
from ferrule.ui.models.run_desk import RunDesk
from ferrule.ui.tasks import Tasks
from ferrule.workspace.connecting import connect

ID = "unattended"
TYPED = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET}
_OF_A_PERSON = ("pkce", "rotatesRefreshToken", "revokeUrl", "issuer", "deviceUrl")


@pytest.fixture
def service() -> Iterator[AuthorityServer]:
    with authority(items=10) as running:
        yield running


@pytest.fixture
def room(
    tmp_path: Path, service: AuthorityServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SignedIn]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER_KEY)
    made = SignedIn(tmp_path, service, SystemClock())
    document = json.loads(made.workspace.catalogue.document("sandbox-oauth"))
    document |= {"id": ID}
    config = document["auth"]["config"]
    config["grant"] = "client_credentials"
    for member in _OF_A_PERSON:
        config.pop(member, None)
    made.workspace.registry.register_descriptor(json.dumps(document).encode())
    yield made
    made.close()


def plan_of(room: SignedIn, key: str = "") -> Plan:
    cards = {card.id: card for card in room.workspace.catalogue.cards()}
    return read_plan(room.workspace, cards[ID], key)


def answers(room: SignedIn, **typed: str) -> Answers:
    return Answers(ID, room.config, typed)


def stored(room: SignedIn) -> TokenSet:
    kept = room.workspace.vault.get(Ref(room.connection.project, ID))
    return TokenSet.load(kept[TOKENS])


def test_the_token_that_a_check_got_is_stored_with_the_connection(
    room, service
) -> None:
    plan, given = plan_of(room), answers(room, **TYPED)
    steps = list(check_of(room.workspace, plan, given).steps())
    assert all(step.ok is not False for step in steps)
    assert store(room.workspace, plan, given, steps).key == ID
    assert service.token_requests == 1
    assert service.accepts(stored(room).access.get_secret_value())


def test_another_secret_is_tried_though_there_is_a_token(room, service) -> None:
    plan, given = plan_of(room), answers(room, **TYPED)
    store(
        room.workspace, plan, given, list(check_of(room.workspace, plan, given).steps())
    )
    changing, before = plan_of(room, ID), stored(room)
    wrong = replace(given, secrets={"clientSecret": "not-the-demo-secret"})
    last = list(check_of(room.workspace, changing, wrong).steps())[-1]
    assert (last.name, last.ok, last.cause) == ("auth", False, "auth")
    assert stored(room) == before

    right = replace(given, secrets={"clientSecret": CLIENT_SECRET})
    steps = list(check_of(room.workspace, changing, right).steps())
    assert all(step.ok is not False for step in steps)
    store(room.workspace, changing, right, steps)
    assert stored(room).access != before.access
    assert service.accepts(stored(room).access.get_secret_value())


def test_a_form_without_changes_to_secrets_keeps_its_token(room, service) -> None:
    plan, given = plan_of(room), answers(room, **TYPED)
    store(
        room.workspace, plan, given, list(check_of(room.workspace, plan, given).steps())
    )
    changing, before = plan_of(room, ID), stored(room)
    same = replace(given, secrets={})
    steps = list(check_of(room.workspace, changing, same).steps())
    store(room.workspace, changing, same, steps)
    assert stored(room) == before
    assert service.token_requests == 1


def test_the_child_of_a_run_gets_the_vaults_key_only_where_it_keeps_tokens(
    room, qtbot
) -> None:
    parent = QtCore.QObject()
    desk = RunDesk(room.workspace, Tasks(parent), parent)
    assert desk._needs(KEY).vault_key
    config = {"owner": "sample-org", "repo": "sample-repo"}
    token = {"token": SecretStr("a-token-of-some-length")}
    made = connect(room.workspace, "github-issues", config, token, key="plain")
    assert desk._needs(made.key).vault_key == ""
    assert TOKENS in desk._needs(KEY).secrets

"""Subscribing: what is asked of the service, what is kept, and where secrets go."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.support.commands import KEY
from tests.support.hook_service import HookService
from tests.webhook.mapped import document
from tests.workspace.called import WEBHOOK

from ferrule.credentials import forget_master_key
from ferrule.errors import FerruleError, NotFound, StoreError, UsageError, VaultLocked
from ferrule.store.subscriptions import Subscribed, Subscriptions
from ferrule.workspace import subscribing, subscription_asking
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.operations.reading import log_page
from ferrule.workspace.subscribing import due, renew, subscribe, unsubscribe
from ferrule.workspace.workspace import Workspace

OWN = "a-secret-of-the-service"
BASE = "https://hooks.example"
URL = f"{BASE}/api/webhooks/hook/birds"
SUBSCRIPTION = {
    "create": {
        "endpoint": "{{baseUrl}}/hooks",
        "method": "POST",
        "body": {"target": "{{params.url}}", "secret": "{{params.secret}}"},
        "bodyType": "json",
    },
    "renew": {"endpoint": "{{baseUrl}}/hooks/{{params.id}}", "method": "PUT"},
    "delete": {"endpoint": "{{baseUrl}}/hooks/{{params.id}}", "method": "DELETE"},
    "idPath": "$.data.id",
    "expiresPath": "$.data.expires",
    "renewBefore": "P2D",
}
TELLS = {
    "create": {
        "endpoint": "{{baseUrl}}/hooks",
        "method": "POST",
        "body": {"target": "{{params.url}}"},
        "bodyType": "json",
    },
    "delete": SUBSCRIPTION["delete"],
    "idPath": "$.data.id",
    "secretPath": "$.data.key",
    "expiresPath": "$.data.expires",
}
CREATE, RENEW, DELETE = ("POST", "/hooks"), ("PUT", "/hooks/7"), ("DELETE", "/hooks/7")


@pytest.fixture
def service() -> Iterator[HookService]:
    with HookService() as made:
        yield made


def opened(folder: Path, service: HookService, part: dict[str, Any]) -> Workspace:
    """Return a workspace whose project has a connection that can be subscribed."""
    project = folder / "project"
    own = project / "descriptors" / "hook" / "connectors"
    own.mkdir(parents=True)
    (project / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    webhook = {**WEBHOOK, "subscription": part}
    (own / "hook.json").write_text(
        json.dumps(document(webhook, resilience={"maxAttempts": 1}))
    )
    made = Workspace(Home(folder / "home"), project)
    connect(made, "hook", {"baseUrl": service.url}, {}, must_store=True)
    return made


@pytest.fixture(autouse=True)
def _sealed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    yield
    forget_master_key()


@pytest.fixture
def workspace(tmp_path: Path, service: HookService) -> Iterator[Workspace]:
    made = opened(tmp_path, service, SUBSCRIPTION)
    yield made
    made.close()


@pytest.fixture
def telling(tmp_path: Path, service: HookService) -> Iterator[Workspace]:
    """A connection whose service chooses the secret, and has no renewal."""
    service.answer = {"data": {"id": 7, "key": OWN}}
    made = opened(tmp_path, service, TELLS)
    yield made
    made.close()


def secret(workspace: Workspace) -> str | None:
    connection = workspace.connections.get("birds", "hook")
    found = workspace.registry.kept_of(connection).get("secret")
    return None if found is None else found.get_secret_value()


def row(workspace: Workspace) -> Subscribed | None:
    return Subscriptions(workspace.database).get("birds", "hook")


def test_the_service_is_asked_to_call_and_what_it_says_is_kept(
    workspace: Workspace, service: HookService
) -> None:
    one = subscribe(workspace, "hook", BASE)
    (asked,) = service.asked
    assert (asked.method, asked.path) == CREATE
    assert asked.body == {"target": URL, "secret": secret(workspace)}
    assert secret(workspace)
    assert (one.url, one.subscription_id) == (URL, "7")
    assert one.expires_at == "2026-04-01T00:00:00Z"
    assert row(workspace) == one
    with pytest.raises(UsageError, match="already"):
        subscribe(workspace, "hook", BASE)
    workspace.operations.flush()
    told = {(one.outcome, one.message) for one in log_page(workspace).lines}
    assert ("done", f"The service calls “hook” at {BASE}.") in told


def test_a_secret_that_was_told_is_not_replaced_by_what_the_answer_shows_of_it(
    workspace: Workspace, service: HookService
) -> None:
    """GitHub answers with `"secret": "********"`."""
    service.answer = {"data": {"id": 7}, "config": {"secret": "********"}}
    subscribe(workspace, "hook", BASE)
    assert secret(workspace) == service.asked[0].body["secret"]


def test_a_secret_that_the_service_chose_is_kept_in_the_vault_alone(
    telling: Workspace, service: HookService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    subscribe(telling, "hook", BASE)
    assert secret(telling) == OWN
    telling.close()
    for path in telling.home.path.rglob("*"):
        if path.is_file():
            assert OWN.encode() not in path.read_bytes(), path
    assert OWN not in caplog.text


def test_it_is_renewed_in_time_and_ended(
    workspace: Workspace, service: HookService
) -> None:
    subscribe(workspace, "hook", BASE)
    assert due(workspace, datetime(2026, 3, 29, tzinfo=UTC)) == ()
    (one,) = due(workspace, datetime(2026, 3, 30, tzinfo=UTC))
    service.answer = {"data": {"expires": 1_780_000_000}}
    again = renew(workspace, one.connection)
    assert (again.subscription_id, again.url) == ("7", one.url)
    assert again.expires_at == "2026-05-28T20:26:40Z"
    service.answers = lambda asked: (204, None) if asked.method == "PUT" else None
    assert renew(workspace, "hook").expires_at == again.expires_at
    assert unsubscribe(workspace, "hook")
    assert service.lines == [CREATE, RENEW, RENEW, DELETE]
    with pytest.raises(NotFound):
        renew(workspace, "hook")


@pytest.mark.parametrize("status", [404, 410])
def test_what_the_service_knows_no_more_is_ordered_anew(
    workspace: Workspace, service: HookService, status: int
) -> None:
    subscribe(workspace, "hook", BASE)
    service.answer = {"data": {"id": 8, "expires": "2026-05-01T00:00:00Z"}}
    service.answers = lambda a: (status, None) if a.method == "PUT" else None
    one = renew(workspace, "hook")
    assert service.lines == [CREATE, RENEW, CREATE]
    assert (one.subscription_id, one.expires_at) == ("8", "2026-05-01T00:00:00Z")
    assert row(workspace) == one


def test_without_a_renewal_the_next_is_ordered_before_the_last_is_ended(
    telling: Workspace, service: HookService
) -> None:
    service.answer["data"]["expires"] = "2026-04-01T00:00:00Z"
    subscribe(telling, "hook", BASE)
    service.answer = {"data": {"id": 8, "key": "another-secret"}}
    one = renew(telling, "hook")
    assert service.lines == [CREATE, CREATE, DELETE]
    assert (row(telling), one.subscription_id) == (one, "8")
    assert secret(telling) == "another-secret"
    with pytest.raises(UsageError, match="not renewed"):
        renew(telling, "hook")  # this one does not end


@pytest.mark.parametrize(
    ("status", "is_kept"), [(404, False), (410, False), (403, True)]
)
def test_a_service_that_knows_it_no_more_is_content(
    workspace: Workspace, service: HookService, status: int, is_kept: bool
) -> None:
    subscribe(workspace, "hook", BASE)
    service.status = status
    if is_kept:
        with pytest.raises(FerruleError):
            unsubscribe(workspace, "hook")
    else:
        unsubscribe(workspace, "hook")
    assert (row(workspace) is not None) == is_kept
    assert service.lines == [CREATE, DELETE]


def test_what_the_service_refuses_is_told_and_nothing_is_kept(
    workspace: Workspace, service: HookService
) -> None:
    service.status = 403
    with pytest.raises(FerruleError) as told:
        subscribe(workspace, "hook", BASE)
    assert (secret(workspace) or "-") not in str(told.value)
    assert row(workspace) is None
    assert service.lines == [CREATE]
    with pytest.raises(UsageError, match="address"):
        subscribe(workspace, "hook", "hooks.example")


def test_an_order_is_not_repeated_where_it_may_have_had_an_effect(
    workspace: Workspace, service: HookService
) -> None:
    service.status = 500
    with pytest.raises(FerruleError) as told:
        subscribe(workspace, "hook", BASE)
    assert service.lines == [CREATE]
    assert "look there" in told.value.advice


ANSWERS: dict[str, Any] = {
    "no secret": {"data": {"id": 7}},
    "an empty secret": {"data": {"id": 7, "key": ""}},
    "a secret that is none": {"data": {"id": 7, "key": {"a": 1}}},
    "a secret that is hidden": {"data": {"id": 7, "key": "********"}},
    "an end that is no time": {"data": {"id": 7, "key": OWN, "expires": "soon"}},
    "an end before all time": {"data": {"id": 7, "key": OWN, "expires": 10**30}},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_answered_badly_is_ended_again(
    telling: Workspace, service: HookService, name: str
) -> None:
    service.answer = ANSWERS[name]
    with pytest.raises(FerruleError) as told:
        subscribe(telling, "hook", BASE)
    assert service.lines == [CREATE, DELETE]
    assert (row(telling), secret(telling)) == (None, None)
    assert "asked to stop again" in told.value.advice
    assert OWN not in str(told.value)


def broken(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the vault or the database fail from now on."""

    def fails(*_: object) -> Any:
        raise (VaultLocked if what == "vault" else StoreError)("It is broken.")

    if what == "vault":
        monkeypatch.setattr(subscribing, "keep", fails)
    else:
        monkeypatch.setattr(Subscriptions, "add", fails)


@pytest.mark.parametrize("what", ["vault", "database"])
@pytest.mark.parametrize("ends", [True, False], ids=["ended", "cannot be ended"])
def test_what_cannot_be_kept_is_ended_again_or_told_by_its_id(
    telling: Workspace,
    service: HookService,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    ends: bool,
) -> None:
    broken(what, monkeypatch)
    service.answers = lambda a: (
        (403, None) if a.method == "DELETE" and not ends else None
    )
    with pytest.raises(FerruleError, match="broken") as told:
        subscribe(telling, "hook", BASE)
    assert service.lines == [CREATE, DELETE]
    assert secret(telling) is None
    if ends:
        assert row(telling) is None
        assert "asked to stop again" in told.value.advice
    else:
        assert f"calls {URL} under the id 7 all the same" in told.value.advice
        left = row(telling)
        assert (left is not None) == (what == "vault")
        assert left is None or left.subscription_id == "7"


def test_what_is_not_ended_is_written_down_so_that_it_can_be(
    telling: Workspace, service: HookService
) -> None:
    service.answer = {"data": {"id": 7}}
    service.answers = lambda a: (500, None) if a.method == "DELETE" else None
    with pytest.raises(FerruleError, match="does not tell by which secret"):
        subscribe(telling, "hook", BASE)
    left = row(telling)
    assert left is not None
    service.answers = lambda _: None
    assert unsubscribe(telling, "hook")
    assert row(telling) is None


def test_an_order_without_a_name_is_told(
    telling: Workspace, service: HookService
) -> None:
    service.answer = {"data": {"key": OWN}}
    with pytest.raises(FerruleError, match="under which id") as told:
        subscribe(telling, "hook", BASE)
    assert f"The service calls {URL} all the same" in told.value.advice
    assert (row(telling), secret(telling)) == (None, None)


def test_who_comes_second_ends_his_own(
    telling: Workspace, service: HookService
) -> None:
    first = Subscribed("birds", "hook", URL, "first", None, "2026-01-01T00:00:00Z")

    def meanwhile(asked: Any) -> None:
        if asked.method == "POST":
            Subscriptions(telling.database).put(first)

    service.answers = meanwhile
    with pytest.raises(UsageError, match="already"):
        subscribe(telling, "hook", BASE)
    assert service.lines == [CREATE, DELETE]
    assert row(telling) == first


def test_a_renewal_that_fails_leaves_what_was_before(
    telling: Workspace, service: HookService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answer["data"]["expires"] = "2026-04-01T00:00:00Z"
    before = subscribe(telling, "hook", BASE)
    service.answer = {"data": {"id": 8, "key": "another-secret"}}
    broken("vault", monkeypatch)
    with pytest.raises(VaultLocked):
        renew(telling, "hook")
    assert service.lines == [CREATE, CREATE, ("DELETE", "/hooks/8")]
    assert (row(telling), secret(telling)) == (before, OWN)


def test_a_secret_that_the_scheme_cannot_use_is_no_secret(
    tmp_path: Path, service: HookService
) -> None:
    service.answer = {"data": {"id": 7, "key": "no base64!"}}
    made = opened(tmp_path, service, TELLS)
    path = made.project.descriptors / "hook" / "connectors" / "hook.json"
    found = json.loads(path.read_bytes())
    found["ingestion"]["signing"]["secretEncoding"] = "base64"
    path.write_text(json.dumps(found))
    with pytest.raises(FerruleError) as told:
        subscribe(made, "hook", BASE)
    assert "no base64!" not in str(told.value)
    assert (row(made), secret(made)) == (None, None)
    made.close()


def test_a_secret_of_before_is_replaced_by_the_services(
    telling: Workspace, service: HookService
) -> None:
    ask = subscription_asking.ask_of(telling, "hook", (), None)
    subscription_asking.keep(ask, SecretStr("of-before"))
    subscribe(telling, "hook", BASE)
    assert secret(telling) == OWN

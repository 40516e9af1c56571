"""API versions of a connection: choosing, going back, and what a change leaves."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.support.sandbox import Sandbox

from ferrule.credentials import forget_master_key
from ferrule.descriptor.api_versions import connector_at
from ferrule.errors import AlreadyRunning, HostsGrew, NotFound, UsageError
from ferrule.sync.events import Noticed, RunStarted, StreamStarted
from ferrule.workspace.api_versions import (
    choose_version,
    deprecation,
    deprecation_of,
    earlier_choice,
    go_back,
    version_choices,
)
from ferrule.workspace.changing_version import begins_anew
from ferrule.workspace.connecting import check_connection, connect, sync_connection
from ferrule.workspace.cursors import stream_cursors
from ferrule.workspace.health_checks import probe_of
from ferrule.workspace.home import Home
from ferrule.workspace.overriding import set_mapping, stream_mappings
from ferrule.workspace.project import init_project
from ferrule.workspace.running import RunOrder, run_once
from ferrule.workspace.scopes import confirm_hosts
from ferrule.workspace.syncing import SyncOrder
from ferrule.workspace.workspace import Workspace

NEW, OLD = "2026-01", "2024-06"
KEY_OF = "sandbox-issues"
FULL, NEXT = SyncOrder(full=True), SyncOrder()
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    sandbox.control(reset=True)
    home = Home(tmp_path / "home")
    made = Workspace(home, init_project(tmp_path / "work", home, "Work").folder)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def connected(workspace: Workspace, sandbox: Sandbox) -> Workspace:
    connect(workspace, KEY_OF, {"baseUrl": sandbox.url}, {})
    return workspace


def connection(workspace: Workspace, key: str = KEY_OF):
    return workspace.connections.get("work", key)


def sync(workspace, order=FULL, key=KEY_OF, **options):
    events: list[Any] = []
    ended = sync_connection(workspace, key, order, emit=events.append, **options)
    return ended, events


def signals(workspace) -> dict[str, str]:
    rows = workspace.runs.signals("work", KEY_OF, limit=100_000)
    return {f"{r.signal.stream}/{r.signal.external_id}": r.signal.summary for r in rows}


def versioned(workspace, *versions: dict[str, Any], **members: Any) -> str:
    """Save a connector of the project with these versions and return its id."""
    document = json.loads(workspace.catalogue.document(KEY_OF))
    document |= {"id": "own", "provider": "own", "name": "Own", **members}
    document["apiVersions"] = list(versions)
    workspace.catalogue.save("own", "own", json.dumps(document).encode())
    return "own"


def version(name: str, **members: Any) -> dict[str, Any]:
    return {"id": name, "label": name, "status": "stable", **members}


# ── choosing ────────────────────────────────────────────────────────────────────────


def test_a_connection_keeps_the_default_by_its_name(connected):
    assert connection(connected).api_version == NEW
    assert [
        (c.id, c.chosen, c.default) for c in version_choices(connected, KEY_OF)
    ] == [
        (NEW, True, True),
        (OLD, False, False),
    ]
    assert deprecation_of(connected, KEY_OF) is None
    assert earlier_choice(connected, KEY_OF) is None


def test_a_new_default_of_the_connector_moves_nobody(workspace, sandbox):
    own = versioned(workspace, version("1", default=True), version("2"))
    connect(workspace, own, {"baseUrl": sandbox.url}, {})
    versioned(workspace, version("1"), version("2", default=True))
    assert connection(workspace, own).api_version == "1"
    chosen = [c.id for c in version_choices(workspace, own) if c.chosen]
    assert chosen == ["1"]


def test_one_that_never_chose_has_the_default_and_is_pinned_without_a_new_run(
    connected,
):
    connected.connections.update("work", KEY_OF, api_version=None)
    sync(connected, SyncOrder(full=True, limit=10))
    kept = choose_version(connected, KEY_OF, NEW)
    assert (kept.api_version, kept.earlier_api_version) == (NEW, None)
    assert [r.status for r in connected.runs.runs("work", KEY_OF)] == ["stopped"]


def test_a_connection_is_made_at_a_version(workspace, sandbox):
    one = connect(workspace, KEY_OF, {"baseUrl": sandbox.url}, {}, api_version=OLD)
    assert one.api_version == OLD
    with pytest.raises(UsageError, match="no API version “1999”"):
        connect(workspace, KEY_OF, {}, {}, key="x", api_version="1999")
    with pytest.raises(NotFound):
        connection(workspace, "x")


def test_without_versions_there_is_nothing_to_choose(workspace):
    connect(workspace, "sandbox-oauth", {}, {
        "clientId": SecretStr("ferrule-demo"), "clientSecret": SecretStr("demo-secret")
    })  # fmt: skip
    assert connection(workspace, "sandbox-oauth").api_version is None
    assert version_choices(workspace, "sandbox-oauth") == ()
    with pytest.raises(UsageError, match="one API version only"):
        choose_version(workspace, "sandbox-oauth", "2")


def test_the_two_versions_give_differing_signals(connected):
    """Another endpoint, another style of paging, another mapping: one connection."""
    sync(connected)
    new = signals(connected)
    assert any(key.startswith("comments/") for key in new)
    choose_version(connected, KEY_OF, OLD)
    ended, events = sync(connected)
    assert ended.status == "done"
    (started,) = [e for e in events if isinstance(e, RunStarted)]
    assert (started.streams, started.resumed) == (("issues",), False)
    old = {k: v for k, v in signals(connected).items() if k.startswith("issues/")}
    assert {k for k in new if k.startswith("issues/")} == set(old)
    assert all(new[key].endswith(f" {old[key]}") for key in old)
    assert all(new[key].startswith("#") and not old[key].startswith("#") for key in old)


def test_a_stateless_run_takes_a_version(workspace, sandbox):
    raw = workspace.catalogue.document(KEY_OF)
    told: dict[str | None, list[dict[str, Any]]] = {}
    for name in (None, OLD):
        lines: list[bytes] = []
        order = RunOrder(
            *(raw, {"baseUrl": sandbox.url}, {}), limit=1, api_version=name
        )
        run_once(order, lines.append)
        told[name] = [json.loads(line) for line in lines]
    summary = {
        name: next(x["signal"]["summary"] for x in lines if x["type"] == "signal")
        for name, lines in told.items()
    }
    assert summary[None].startswith("#")
    assert not summary[OLD].startswith("#")
    assert [x["type"] for x in told[OLD]][:2] == ["started", "notice"]
    assert "notice" not in [x["type"] for x in told[None]]


def test_checks_and_health_use_the_version(connected):
    choose_version(connected, KEY_OF, OLD)
    steps = list(check_connection(connected, KEY_OF))
    assert all(step.ok is not False for step in steps), steps
    probe = probe_of(connected, KEY_OF)
    assert probe is not None
    streams = connected.registry.connector_of(connection(connected)).resolved_streams
    assert [s.key for s in streams] == ["issues"]
    assert [m.stream for m in stream_mappings(connected, KEY_OF)] == ["issues"]


# ── going back ──────────────────────────────────────────────────────────────────────


def test_going_back_uses_the_earlier_version_and_can_be_undone(connected):
    choose_version(connected, KEY_OF, OLD)
    found = earlier_choice(connected, KEY_OF)
    assert found is not None
    assert found.id == NEW
    back = go_back(connected, KEY_OF)
    assert (back.api_version, back.earlier_api_version) == (NEW, OLD)
    again = go_back(connected, KEY_OF)
    assert (again.api_version, again.earlier_api_version) == (OLD, NEW)


def test_there_is_no_way_back_before_a_change(connected):
    with pytest.raises(UsageError, match=r"no other API version before.*version"):
        go_back(connected, KEY_OF)


def test_a_version_that_is_gone_is_told_with_the_verb_to_choose(workspace, sandbox):
    own = versioned(workspace, version("1"), version("2"))
    connect(workspace, own, {"baseUrl": sandbox.url}, {})
    versioned(workspace, version("2"), version("3"))
    for call in (
        lambda: sync(workspace, key=own),
        lambda: list(check_connection(workspace, own)),
        lambda: workspace.registry.connector_of(connection(workspace, own)),
        lambda: stream_mappings(workspace, own),
    ):
        with pytest.raises(
            UsageError,
            match=r"“1”, which own has no more.*2, 3\..*connections version own ID",
        ):
            call()
    assert [c.chosen for c in version_choices(workspace, own)] == [False, False]
    chosen = choose_version(workspace, own, "2")
    assert (chosen.api_version, chosen.earlier_api_version) == ("2", None)


# ── what a version needs ────────────────────────────────────────────────────────────

TENANT = {"key": "tenant", "label": "Tenant", "type": "text", "required": True}


def with_tenant(workspace, sandbox) -> str:
    fields = json.loads(workspace.catalogue.document(KEY_OF))["configFields"]
    asks = {"configFields": [fields[0], TENANT]}
    own = versioned(workspace, version("1"), version("2", overrides=asks))
    connect(workspace, own, {"baseUrl": sandbox.url}, {})
    return own


def test_a_version_that_asks_for_more_is_refused_before_anything_changes(
    workspace, sandbox
):
    own = with_tenant(workspace, sandbox)
    before = connection(workspace, own)
    with pytest.raises(UsageError, match=r"cannot use the API version “2”.*enant") as e:
        choose_version(workspace, own, "2")
    assert e.value.advice == "Give it together with the version. Nothing was changed."
    assert connection(workspace, own) == before


def test_what_a_version_needs_is_given_with_it_and_back_again(workspace, sandbox):
    own = with_tenant(workspace, sandbox)
    made = choose_version(workspace, own, "2", config={"tenant": "north"})
    assert dict(made.config) == {"baseUrl": sandbox.url, "tenant": "north"}
    back = go_back(workspace, own)
    assert "tenant" not in back.config
    assert back.config["owner"] == "sample"  # its own default again


def test_a_stream_that_a_version_has_not_is_refused(workspace, sandbox):
    connect(workspace, KEY_OF, {"baseUrl": sandbox.url}, {}, streams=["comments"])
    with pytest.raises(UsageError, match="no stream “comments”"):
        choose_version(workspace, KEY_OF, OLD)
    made = choose_version(workspace, KEY_OF, OLD, streams=["issues"])
    assert list(made.streams or ()) == ["issues"]


def test_an_own_mapping_that_does_not_fit_a_version_is_refused(connected):
    set_mapping(connected, KEY_OF, "comments", {"summaryTemplate": "{{body}}"})
    with pytest.raises(UsageError, match=r"mapping of “comments”.*mapping clear"):
        choose_version(connected, KEY_OF, OLD)
    assert connection(connected).api_version == NEW


def test_an_own_mapping_that_fits_goes_over_the_versions(connected):
    set_mapping(connected, KEY_OF, "issues", {"summaryTemplate": "mine {{title}}"})
    choose_version(connected, KEY_OF, OLD)
    sync(connected, SyncOrder(full=True, limit=5))
    assert all(told.startswith("mine ") for told in signals(connected).values())


def token(key: str) -> dict[str, Any]:
    field = {"key": key, "label": key, "type": "password", "required": True}
    config = {
        "credentialFields": [field],
        "delivery": "bearer",
        "paramName": "Authorization",
    }
    return {"method": "pat", "label": key, "config": config}


def test_a_version_with_another_sign_in_asks_for_its_secret(workspace, sandbox):
    other = version("2", overrides={"auth": token("second")})
    own = versioned(workspace, version("1"), other, auth=token("first"))
    given = {"first": SecretStr("one-token-of-length")}
    connect(workspace, own, {"baseUrl": sandbox.url}, given)
    with pytest.raises(UsageError, match=r"“second” .*required.*together with"):
        choose_version(workspace, own, "2")
    secret = {"second": SecretStr("another-token-of-length")}
    made = choose_version(workspace, own, "2", secrets=secret)
    kept = workspace.registry.secrets_of(made)
    assert kept["second"].get_secret_value() == "another-token-of-length"
    go_back(workspace, own)  # the first one is there still
    connector = workspace.registry.connector_of(connection(workspace, own))
    assert connector.auth.label == "first"


def test_a_sign_in_by_name_that_a_version_has_not_is_refused(workspace, sandbox):
    options = {"auth": token("first"), "authOptions": [token("second")]}
    less = version("2", overrides={"authOptions": None})
    own = versioned(workspace, version("1"), less, **options)
    secret = {"second": SecretStr("another-token-of-length")}
    connect(workspace, own, {"baseUrl": sandbox.url}, secret, method="second")
    with pytest.raises(UsageError, match="signs in by “second”"):
        choose_version(workspace, own, "2")
    first = {"first": SecretStr("one-token-of-length")}
    made = choose_version(workspace, own, "2", method="first", secrets=first)
    assert (made.api_version, made.auth_option) == ("2", None)


def test_a_version_that_adds_a_host_is_held_until_it_is_confirmed(workspace, sandbox):
    hosts = {"hosts": ["127.0.0.1", "api2.example.com"], "scopes": [], "writes": []}
    more = version("2", overrides={"permissions": hosts})
    own = versioned(workspace, version("1"), more)
    connect(workspace, own, {"baseUrl": sandbox.url}, {})
    choose_version(workspace, own, "2")
    with pytest.raises(HostsGrew, match=r"api2\.example\.com"):
        sync(workspace, key=own)
    go_back(workspace, own)
    sync(workspace, SyncOrder(full=True, limit=5), key=own)
    choose_version(workspace, own, "2")
    confirm_hosts(workspace, own)
    assert sync(workspace, SyncOrder(limit=5), key=own)[0].status in {"done", "stopped"}


# ── runs and checkpoints ────────────────────────────────────────────────────────────


def test_an_unfinished_run_is_not_gone_on_with_under_another_version(connected):
    sync(connected, SyncOrder(full=True, limit=100))
    choose_version(connected, KEY_OF, OLD)
    (was,) = connected.runs.runs("work", KEY_OF)
    assert was.status == "failed"
    assert f"The API version is {OLD} now" in (was.error or "")
    ended, events = sync(connected)
    (started,) = [e for e in events if isinstance(e, RunStarted)]
    assert (started.resumed, started.run, ended.status) == (False, was.id + 1, "done")
    (stream,) = [e for e in events if isinstance(e, StreamStarted)]
    assert stream.page == 1


def test_an_unfinished_run_is_gone_on_with_under_its_own_version(connected):
    sync(connected, SyncOrder(full=True, limit=100))
    (was,) = connected.runs.runs("work", KEY_OF)
    _, events = sync(connected)
    (started,) = [e for e in events if isinstance(e, RunStarted)]
    assert (started.resumed, started.run) == (True, was.id)


def test_a_checkpoint_that_is_a_time_is_read_on_from(connected, sandbox):
    first, _ = sync(connected)
    choose_version(connected, KEY_OF, OLD)
    sandbox.control(touch=3)
    ended, events = sync(connected, NEXT)
    (stream,) = [e for e in events if isinstance(e, StreamStarted)]
    assert stream.checkpoint == first.checkpoints["issues"]
    assert ended.counts.processed + ended.skipped < 100
    kept = {c.stream: c.kept.checkpoint for c in stream_cursors(connected, KEY_OF)}
    assert kept["comments"] == first.checkpoints["comments"]  # for when one goes back


CURSOR = {
    "type": "cursor",
    "cursorPath": "$.next_cursor",
    "cursorParam": "query.cursor",
}
CLIENT = {"queryParam": None, "format": None}


HAND_OVER = {**CURSOR, "queryParam": None, "format": None}
PARTS = {"name": "part", "values": ["a"]}


@pytest.mark.parametrize(
    ("delta", "after", "anew"),
    [
        (None, {"endpoint": "/v2"}, False),
        (None, {"delta": {"type": "window", "queryParam": None}}, False),
        (None, {"delta": {"type": "client_side", **CLIENT}}, False),
        (None, {"delta": HAND_OVER}, True),
        (None, {"partition": PARTS}, True),
        (CURSOR, {}, False),
        (CURSOR, {"rateLimitRpm": 10}, False),
        (CURSOR, {"delta": {"start": "x"}}, False),
        (CURSOR, {"endpoint": "/v2"}, True),
        (CURSOR, {"delta": {"cursorPath": "$.next"}}, True),
    ],
)
def test_which_streams_begin_anew(workspace, delta, after, anew):
    """Times mean the same to every version; what was handed out does not."""
    document = json.loads(workspace.catalogue.document(KEY_OF))
    document["streams"] = document["streams"][:1]
    document["ingestion"]["delta"] = delta or document["ingestion"]["delta"]
    patch = version("2", overrides={"ingestion": after})
    raw = json.dumps({**document, "apiVersions": [version("1"), patch]}).encode()
    found = begins_anew(connector_at(raw, "1"), connector_at(raw, "2"))
    assert found == (("issues",) if anew else ())
    assert begins_anew(None, connector_at(raw, "1")) == ("issues",)


def test_a_stream_of_another_shape_begins_at_its_start(workspace, sandbox):
    other = {**CURSOR, "queryParam": None, "format": None}
    new = version("2", overrides={"ingestion": {"delta": other}})
    own = versioned(workspace, version("1"), new)
    connect(workspace, own, {"baseUrl": sandbox.url}, {})
    sync(workspace, key=own)
    choose_version(workspace, own, "2")
    kept = {c.stream: c.kept.checkpoint for c in stream_cursors(workspace, own)}
    assert kept == {"issues": None, "comments": None}


def test_a_version_is_not_changed_during_a_run(connected, sandbox):
    found: list[Exception] = []

    def change(_event: object) -> None:
        if not found:
            with pytest.raises(AlreadyRunning) as caught:
                choose_version(connected, KEY_OF, OLD)
            found.append(caught.value)

    sync_connection(connected, KEY_OF, FULL, emit=change)
    assert found
    assert connection(connected).api_version == NEW


# ── what is said of an old one ──────────────────────────────────────────────────────

ENDED = "The service may refuse it, or answer otherwise, at any time."
GUIDE = "https://docs.example.com/moving"
OLDER = version("1", status="deprecated", sunsetAt="2026-12-01", migrationGuide=GUIDE)


@pytest.mark.parametrize(
    ("versions", "chosen", "card", "title", "advice"),
    [
        ([version("1")], "1", None, "", ""),
        ([version("1", status="experimental")], "1", None, "", ""),
        ([], None, None, "", ""),
        (
            [OLDER, version("2")],
            "1",
            "Deprecated API until 2026-12-01",
            "The API version 1 is deprecated and ends on 2026-12-01.",
            "Change to 2 before then.",
        ),
        (
            [{**OLDER, "sunsetAt": "2026-11-20"}, version("2")],
            "1",
            "API ended 2026-11-20",
            "The API version 1 ended on 2026-11-20.",
            f"{ENDED} Change to 2 now.",
        ),
        (
            [{**OLDER, "sunsetAt": "soon", "default": True}, version("2")],
            None,
            "Deprecated API",
            "The API version 1 is deprecated.",
            "Change to 2.",
        ),
        (
            [{**OLDER, "sunsetAt": "2026-12-01"}],
            "1",
            "Deprecated API until 2026-12-01",
            "The API version 1 is deprecated and ends on 2026-12-01.",
            "This connector knows no newer one: look for an update of it.",
        ),
    ],
)
def test_what_is_said_of_a_version(workspace, versions, chosen, card, title, advice):
    document = json.loads(workspace.catalogue.document(KEY_OF))
    document["apiVersions"] = versions or None
    document = {k: v for k, v in document.items() if v is not None}
    found = deprecation(connector_at(json.dumps(document).encode()), chosen, TODAY)
    if card is None:
        assert found is None
        return
    assert found is not None
    assert " ".join(found.card).strip() == card
    assert (found.title, found.advice) == (title, advice)
    assert (found.guide, found.guide_host) == (GUIDE, "docs.example.com")


@pytest.mark.parametrize(
    "address",
    [
        "http://docs.example.com/moving",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://localhost/x",
        "https://docs.example.com@evil.example/",
        "https://docs.example.com:8443/",
        "https://docs.example.com/a b",
        "https://d\u043ecs.example.com/",  # a Cyrillic o
        "https://[::1",
        "docs.example.com",
    ],
)
def test_only_a_plain_https_address_is_a_guide(workspace, address):
    document = json.loads(workspace.catalogue.document(KEY_OF))
    document["apiVersions"] = [{**OLDER, "migrationGuide": address}]
    raw = json.dumps(document).encode()
    found = deprecation(connector_at(raw), "1", TODAY)
    assert found is not None
    assert (found.guide, found.guide_host) == ("", "")


def test_a_sync_tells_it_once_as_a_notice(connected):
    choose_version(connected, KEY_OF, OLD)
    for order in (SyncOrder(full=True, limit=5), SyncOrder(dry=True, limit=5)):
        _, events = sync(connected, order, clock=FakeClock())
        notices = [e for e in events if isinstance(e, Noticed)]
        assert len(notices) == 1
        assert "The API version 2024-06 is deprecated" in notices[0].message
        assert "rfc8594" in notices[0].message
        kinds = [type(e) for e in events]
        assert kinds.index(Noticed) > kinds.index(RunStarted)


def test_a_connector_that_is_gone_says_nothing_of_its_version(workspace, sandbox):
    own = versioned(workspace, OLDER, version("2"))
    connect(workspace, own, {"baseUrl": sandbox.url}, {}, api_version="1")
    assert deprecation_of(workspace, own) is not None
    workspace.catalogue.card(own).path.unlink()
    assert deprecation_of(workspace, own) is None

"""What a person is told: once when it comes, and again only when it comes back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.workspace.called import SECRET, came, opened

from ferrule.clock import SystemClock
from ferrule.credentials import forget_master_key
from ferrule.errors import UsageError
from ferrule.store.outbound import NewEvent, Outbound, insert
from ferrule.workspace.notifying import (
    LOOK_S,
    Notifier,
    notes,
    read_targets,
    sink_parts,
)
from ferrule.workspace.replaying import map_waiting
from ferrule.workspace.rotating import credential_lines
from ferrule.workspace.workspace import Workspace

TOLD = """
[project]
key = "birds"

[notify]
desktop = true

[[notify.webhooks]]
url = "https://ops.example.com/hook"
secretEnv = "OPS_SECRET"

[[notify.webhooks]]
url = "https://pager.example.com/hook"
secretEnv = "PAGER_SECRET"
kinds = ["dead_letters"]
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    made = opened(tmp_path)
    (made.project.folder / "ferrule.toml").write_text(TOLD)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def notifier(workspace: Workspace) -> Notifier:
    return Notifier(workspace, read_targets(workspace.project))


def stands(workspace: Workspace, state: str, error: str | None = None) -> None:
    workspace.connections.update(
        "birds",
        "hook",
        state=state,
        healthy=state == "healthy",
        last_error=error,
        last_health_check="2026-03-01T00:00:00Z",
    )


def sent(workspace: Workspace) -> list[tuple[str, str]]:
    found = Outbound(workspace.database).list("birds")
    return sorted((one.sink, one.type) for one in found)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("degraded", "degraded"),
        ("error", "degraded"),
        ("reauth_required", "reauth_required"),
        ("healthy", None),
    ],
)
def test_each_state_of_a_connection(
    workspace: Workspace, notifier: Notifier, state: str, kind: str | None
) -> None:
    stands(workspace, state, f"No: {SECRET}.")
    new = notifier.look()
    assert [one.kind for one in new] == ([kind] if kind else [])
    assert notes(workspace) == new or new
    for one in notes(workspace):
        assert SECRET not in one.message
    assert [type_ for _, type_ in sent(workspace)] == (
        [f"notification.{kind}"] if kind else []
    )


def test_one_that_nobody_looked_at_yet_is_not_told(notifier: Notifier) -> None:
    assert notifier.look() == ()


def test_it_is_told_once_until_it_is_over(
    workspace: Workspace, notifier: Notifier
) -> None:
    stands(workspace, "degraded", "Slow.")
    assert len(notifier.look()) == 1
    stands(workspace, "error", "Gone.")  # no better and no other kind
    assert notifier.look() == ()
    assert Notifier(workspace, read_targets(workspace.project)).look() == ()
    stands(workspace, "healthy")
    assert notifier.look() == ()
    assert notes(workspace) == ()
    stands(workspace, "degraded")
    assert len(notifier.look()) == 1
    assert sent(workspace) == [("notify.0", "notification.degraded")] * 2


def test_over_a_hundred_dead_letters_are_told_to_both(
    workspace: Workspace, notifier: Notifier
) -> None:
    for _ in range(100):
        came(workspace, {"item": {}}, mapped=False)
    map_waiting(workspace)
    assert notifier.look() == ()
    lost = NewEvent("birds", "hook", "x", "evt_1", "made", b"{}", "2026-03-01")
    with workspace.database.writing() as db:
        insert(db, [lost])
        db.execute("UPDATE outbound SET status = 'dead'")
    (note,) = notifier.look()
    assert note.connection == ""
    assert note.message == (
        "There are 101 dead letters: calls that could not be mapped (100),"
        " events that no sink took (1)."
    )
    kind = "notification.dead_letters"
    assert sent(workspace)[:2] == [("notify.0", kind), ("notify.1", kind)]
    assert {one.event_id for one in Outbound(workspace.database).list("birds")}


def test_a_secret_that_is_due_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    notifier = Notifier(workspace, read_targets(workspace.project), clock=clock)
    due = type("Due", (), {"standing": "due", "at": None})()
    line = type("Line", (), {"key": "hook", "due": due})()
    monkeypatch.setattr(
        "ferrule.workspace.notifying.credential_lines", lambda *_: [line]
    )
    assert credential_lines(workspace)  # the real ones are read by the same call
    assert [one.kind for one in notifier()] == ["rotation_due"]
    clock.advance(LOOK_S)
    assert notifier() == ()
    assert [one.kind for one in notes(workspace)] == ["rotation_due"]


@pytest.mark.parametrize(("days", "kinds"), [(89, []), (91, ["rotation_due"])])
def test_what_calls_are_signed_by_is_rotated_too(
    workspace: Workspace, days: int, kinds: list[str]
) -> None:
    path = workspace.project.descriptors / "hook" / "connectors" / "hook.json"
    document = json.loads(path.read_text())
    document["ingestion"]["signing"]["rotateAfter"] = "P90D"
    path.write_text(json.dumps(document))
    clock = FakeClock(SystemClock().now())
    clock.advance(days * 86_400)
    notifier = Notifier(workspace, read_targets(workspace.project), clock=clock)
    assert workspace.vault  # a gateway has opened it
    assert [one.kind for one in notifier.look()] == kinds


def test_it_looks_once_a_minute(workspace: Workspace) -> None:
    clock = FakeClock()
    notifier = Notifier(workspace, read_targets(workspace.project), clock=clock)
    assert notifier() == ()
    stands(workspace, "degraded")
    assert notifier() == ()
    clock.advance(LOOK_S)
    assert len(notifier()) == 1


def test_the_window_shows_nothing_where_it_is_told_not_to(
    workspace: Workspace, notifier: Notifier
) -> None:
    stands(workspace, "degraded")
    notifier.look()
    assert len(notes(workspace)) == 1
    path = workspace.project.folder / "ferrule.toml"
    path.write_text(TOLD.replace("desktop = true", "desktop = false"))
    assert notes(workspace) == ()


def test_webhooks_are_sinks_and_what_does_not_hold_is_told(
    workspace: Workspace,
) -> None:
    parts = sink_parts(read_targets(workspace.project))
    assert [one.url for one in parts.values()] == [
        "https://ops.example.com/hook",
        "https://pager.example.com/hook",
    ]
    path = workspace.project.folder / "ferrule.toml"
    path.write_text('[[notify.webhooks]]\nurl = "ftp://x"\n')
    with pytest.raises(UsageError, match=r"notify\.webhooks"):
        read_targets(workspace.project)


def test_what_is_told_goes_with_the_connection(
    workspace: Workspace, notifier: Notifier
) -> None:
    stands(workspace, "degraded")
    notifier.look()
    workspace.connections.delete("birds", "hook")
    assert notes(workspace) == ()
    assert sent(workspace) == []

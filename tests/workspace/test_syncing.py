"""Syncs into the store: deletions in their window only, health, streams, resumption."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.support.sandbox import Sandbox

from ferrule.credentials import forget_master_key
from ferrule.errors import AlreadyRunning, StoreError, UnexpectedStatus, UsageError
from ferrule.store import Runs
from ferrule.sync.events import BatchStored, Noticed, RunEnded, StreamStarted, Waited
from ferrule.sync.run import Progress
from ferrule.workspace.connecting import connect, free_key, sync_connection
from ferrule.workspace.halting import Halt
from ferrule.workspace.home import Home
from ferrule.workspace.project import init_project
from ferrule.workspace.syncing import SyncOrder, ending_of
from ferrule.workspace.workspace import Workspace

FULL = SyncOrder(full=True)
NEXT = SyncOrder()


@pytest.fixture
def workspace(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    sandbox.control(reset=True)
    home = Home(tmp_path / "home")
    made = Workspace(home, init_project(tmp_path / "work", home).folder)
    connect(made, "sandbox-issues", {"baseUrl": sandbox.url}, {})
    yield made
    made.close()
    forget_master_key()


def sync(workspace, order=FULL, key="sandbox-issues", **options):
    events = []
    ended = sync_connection(workspace, key, order, emit=events.append, **options)
    assert events[-1] is ended
    return ended, events


def counted(ended: RunEnded) -> tuple[int, int, int, int]:
    counts = ended.counts
    return counts.created, counts.updated, counts.unchanged, counts.deleted


def test_full_then_incremental_then_what_changed(workspace, sandbox):
    first, _ = sync(workspace)
    assert (first.status, first.counts.processed) == ("done", first.counts.created)
    again, events = sync(workspace, NEXT)
    assert counted(again)[:2] == (0, 0)
    assert [e.checkpoint for e in events if isinstance(e, StreamStarted)] == [
        first.checkpoints["issues"],
        first.checkpoints["comments"],
    ]
    sandbox.control(touch=7, add=5)
    later, _ = sync(workspace, NEXT)
    assert counted(later)[0] + later.skipped >= 5
    assert later.checkpoints["issues"] > first.checkpoints["issues"]


def test_a_full_sync_deletes_what_is_gone_and_an_incremental_does_not(
    workspace, sandbox
):
    first, _ = sync(workspace)
    sandbox.control(remove=sandbox.ids()[:40])
    assert counted(sync(workspace, NEXT)[0])[3] == 0
    swept, _ = sync(workspace)
    gone = counted(swept)[3]
    assert gone > 0
    stored = workspace.runs.count_signals(workspace.project.key, "sandbox-issues").total
    assert stored == first.counts.created - gone == swept.counts.processed


def test_deletions_are_looked_for_in_the_window_only(workspace, sandbox):
    sync(workspace)
    rows = workspace.runs.signals(workspace.project.key, "sandbox-issues", limit=9999)
    times = sorted(r.signal.created_at for r in rows if r.signal.stream == "issues")
    middle = times[len(times) // 2]
    sandbox.control(remove=[i for page in range(1, 6) for i in sandbox.ids(page)])
    swept, _ = sync(workspace, SyncOrder(full=True, sync_from=middle))
    left = workspace.runs.signals(workspace.project.key, "sandbox-issues", limit=9999)
    created = [r.signal.created_at for r in left if r.signal.stream == "issues"]
    assert created
    assert max(created) < middle
    assert swept.counts.deleted == len(rows) - len(left)


def test_nothing_is_deleted_after_item_errors(workspace, sandbox):
    sync(workspace)
    sandbox.control(remove=sandbox.ids()[:3], fault="malformed-item")
    ended, events = sync(workspace)
    sandbox.control(fault=None)
    assert ended.status == "done"
    assert ended.counts.failed > 0
    assert ended.counts.deleted == 0
    assert any("Deletions" in e.message for e in events if isinstance(e, Noticed))


def test_a_service_that_fails_is_gone_on_with(workspace, sandbox):
    sync(workspace)
    sandbox.control(fault="error-every-third", touch=300)
    ended, _ = sync(workspace, FULL, clock=FakeClock())
    sandbox.control(fault=None)
    assert ended.status == "done"


@pytest.mark.parametrize(
    ("fault", "status", "state"),
    [
        ("unauthorised", "interrupted", "reauth_required"),
        ("missing", "failed", "error"),
        ("html", "interrupted", "error"),
        ("off-host", "interrupted", "error"),
        ("error-always", "interrupted", "degraded"),
    ],
)
def test_how_a_run_fails_is_kept_on_its_connection(
    workspace, sandbox, fault, status, state
):
    sandbox.control(fault=fault)
    ended, _ = sync(workspace, FULL, clock=FakeClock())
    sandbox.control(fault=None)
    assert ended.status == status
    found = workspace.connections.get(workspace.project.key, "sandbox-issues")
    assert (found.state, found.healthy, found.consecutive_failures) == (state, False, 1)
    assert found.last_error == ended.error
    well, events = sync(workspace, FULL)
    assert well.status == "done"
    assert events[0].resumed is (status == "interrupted")
    found = workspace.connections.get(workspace.project.key, "sandbox-issues")
    assert (found.state, found.consecutive_failures) == ("healthy", 0)


@pytest.mark.parametrize(("wish", "status"), [("stop", "stopped"), ("pause", "paused")])
def test_a_halt_is_gone_on_with_and_the_counts_are_of_the_whole_run(
    workspace, wish, status
):
    halt = Halt()
    events = []

    def emit(event):
        events.append(event)
        if isinstance(event, BatchStored) and event.page == 2:
            halt.ask(wish)

    ended = sync_connection(workspace, "sandbox-issues", FULL, emit=emit, halt=halt)
    assert (ended.status, ended.pages) == (status, 2)
    assert workspace.runs.run(ended.run).status == status
    whole, events = sync(workspace, FULL)
    assert events[0].counts == ended.counts
    assert whole.counts.processed == whole.counts.created
    other = connect_again(workspace)
    assert sync(workspace, FULL, other)[0].counts == whole.counts


def connect_again(workspace) -> str:
    key = free_key(workspace, "sandbox-issues")
    first = workspace.connections.get(workspace.project.key, "sandbox-issues")
    connect(workspace, "sandbox-issues", first.config, {}, key=key)
    return key


def test_fresh_does_not_go_on(workspace):
    sync(workspace, SyncOrder(full=True, limit=10))
    _, events = sync(workspace, SyncOrder(full=True, fresh=True, limit=10))
    assert events[0].resumed is False


def test_only_the_streams_of_the_connection_run(workspace):
    workspace.registry.update_connection(
        workspace.project.key, "sandbox-issues", {"streams": ["comments"]}
    )
    _, events = sync(workspace)
    assert events[0].streams == ("comments",)


def test_the_secrets_come_from_the_vault_unless_they_are_given(workspace, monkeypatch):
    asked = []
    monkeypatch.setattr(
        workspace.registry, "secrets_of", lambda c: asked.append(c) or {}
    )
    sync(workspace, SyncOrder(full=True, limit=1))
    sync(workspace, SyncOrder(full=True, limit=1), secrets={"a": SecretStr("secret-a")})
    assert len(asked) == 1


def test_a_lease_is_given_back_when_the_run_ends(workspace):
    sync(workspace, SyncOrder(full=True, limit=1))
    lease = workspace.runs.begin(
        workspace.project.key,
        "sandbox-issues",
        "full",
        owner="another:1",
        now=FakeClock().now(),
    )
    assert lease.resumed


def test_nothing_is_begun_for_what_cannot_run(workspace):
    with pytest.raises(UsageError, match="syncFrom"):
        sync_connection(
            workspace,
            "sandbox-issues",
            SyncOrder(full=True, sync_from="soon"),
            emit=lambda _event: None,
        )
    assert workspace.runs.runs(workspace.project.key) == []


def test_a_database_that_refuses_ends_the_run_and_keeps_the_pages(
    workspace, monkeypatch
):
    commit, pages = Runs.commit, []

    def full_disk(self, lease, batch, now):
        pages.append(batch)
        if len(pages) == 3:
            raise StoreError("There is no room left.")
        return commit(self, lease, batch, now)

    monkeypatch.setattr(Runs, "commit", full_disk)
    ended, events = sync(workspace)
    assert (ended.status, ended.failure) == ("failed", "StoreError")
    stored = [e for e in events if isinstance(e, BatchStored)]
    assert len(stored) == 2
    total = workspace.runs.count_signals(workspace.project.key, "sandbox-issues").total
    assert total == stored[-1].counts.created


def test_another_owner_is_refused_while_the_lease_holds(workspace):
    clock = FakeClock()
    workspace.runs.begin(
        workspace.project.key, "sandbox-issues", "full", owner="b:1", now=clock.now()
    )
    with pytest.raises(AlreadyRunning, match="is being synced since"):
        sync(workspace, FULL, clock=clock)
    clock.advance(31)
    assert sync(workspace, FULL, clock=clock)[0].status == "done"


def test_a_day_that_is_spent_stays_spent_for_the_next_run(workspace, sandbox):
    key, name = workspace.project.key, "sandbox-issues"
    clock = FakeClock()
    limit = {"limit": 3, "per": "P1D"}
    workspace.connections.update(key, name, rate_limits=[limit])
    first, events = sync(workspace, SyncOrder(full=True, limit=1), clock=clock)
    assert first.status == "stopped"
    kept = workspace.runs.spending(key, name).kept()
    assert list(kept) == ["3/P1D"]
    assert kept["3/P1D"][0] >= 1
    later = FakeClock(clock.now())
    ended, events = sync(workspace, FULL, clock=later)
    assert ended.status == "done"
    waits = [e for e in events if isinstance(e, Waited)]
    assert waits[0].reason == "rate"
    assert waits[0].until is not None
    assert waits[0].seconds == pytest.approx(86400, abs=60)


# status, the cause that a rule names, how the run ends
ENDINGS = [
    (404, None, "failed"),
    (404, "transient", "interrupted"),
    (404, "system", "interrupted"),
    (503, None, "interrupted"),
    (503, "config", "failed"),
    (200, "config", "failed"),
]


@pytest.mark.parametrize(("status", "cause", "wanted"), ENDINGS)
def test_the_cause_that_a_rule_names_tells_whether_it_is_worth_going_on(
    status, cause, wanted
):
    failure = UnexpectedStatus("No.", status=status)
    failure.cause = cause
    assert ending_of(Progress(), failure, Halt()) == wanted

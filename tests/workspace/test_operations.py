"""What is done leaves a line, what matters a row of the trail; neither hinders it."""

import threading
from pathlib import Path

import pytest
from tests.store.building import NOW, FixedClock, connect

from ferrule.errors import StoreError, UsageError
from ferrule.store import Database, Operations, Wanted
from ferrule.store.faults import UnwritableError
from ferrule.store.records import Counts
from ferrule.sync.events import (
    ItemFailed,
    Noticed,
    RunEnded,
    RunStarted,
    StreamEnded,
    Waited,
)
from ferrule.workspace.home import Home
from ferrule.workspace.operations import acting, log
from ferrule.workspace.operations.log import OperationLog
from ferrule.workspace.operations.reading import export_log, level_counts, log_page
from ferrule.workspace.operations.recording import operation, recorded
from ferrule.workspace.operations.run_lines import RunLines
from ferrule.workspace.operations.trail import audit_rows, ended_rows
from ferrule.workspace.workspace import Workspace


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workspace = Workspace(Home(tmp_path / "home"))
    with workspace.database.writing():
        pass  # the database is there, as after a first connection
    yield workspace
    workspace.close()


def told(work: Workspace) -> list[tuple[str, str, str]]:
    lines = log_page(work).lines
    return [(one.operation, one.outcome, one.message) for one in reversed(lines)]


def trail(work: Workspace) -> list[tuple[str, str, str]]:
    rows = reversed(audit_rows(work))
    return [(row.action, row.subject, row.outcome) for row in rows]


def test_an_operation_leaves_one_line_at_its_end(work):
    with operation(work, "export", "Written.", connection="a", entity="f") as doing:
        doing.details["rows"] = 3
        work.operations.note("export", "meanwhile")
    meanwhile, line = reversed(log_page(work).lines)
    assert meanwhile.message == "meanwhile"
    assert meanwhile.correlation == line.correlation != ""
    assert (line.outcome, line.level, line.details) == ("done", "info", {"rows": 3})
    assert line.duration_ms is not None
    assert trail(work) == []


def test_a_change_of_a_connection_is_found_by_its_connector(work):
    project = work.project.key
    connect(work.database, "a", project=project)
    connect(work.database, "b", project=project, connector_id="other.issues")
    work.registry.enable_connection(project, "a", enabled=False)
    work.registry.update_connection(project, "a", {"sync_from": "2026-01-01"})
    with operation(work, "rotate", connection="a"):
        pass
    work.registry.delete_connection(project, "a")
    work.registry.enable_connection(project, "b", enabled=False)
    found = log_page(work, Wanted(connector=("acme.issues",))).lines
    told = [one.operation for one in reversed(found)]
    assert told == ["disable", "connection", "rotate", "disconnect"]


def test_no_connector_is_told_of_a_connection_that_is_not_there(work):
    with operation(work, "rotate", connection="none"):
        pass
    (line,) = log_page(work).lines
    assert (line.connection, line.connector) == ("none", "")


@pytest.mark.parametrize(
    ("error", "level", "outcome"),
    [
        (UsageError("Not so.", advice="Do it otherwise."), "warning", "refused"),
        (StoreError("No room."), "error", "failed"),
        (ValueError("a bug"), "error", "failed"),
        (KeyboardInterrupt(), "info", "stopped"),
    ],
)
def test_what_fails_is_told_and_raised(work, error, level, outcome):
    with (
        pytest.raises(type(error)),
        operation(work, "rotate", "fine", connection="a", audit="credential.rotate"),
    ):
        raise error
    (line,) = log_page(work).lines
    assert (line.level, line.outcome) == (level, outcome)
    assert line.message != "fine"
    ended = "refused" if outcome == "refused" else "failed"
    assert trail(work) == [
        ("credential.rotate", "a", "begun"),
        ("credential.rotate", "a", ended),
    ]
    assert [row.outcome for row in ended_rows(audit_rows(work))] == [ended]


def test_nothing_is_done_where_the_trail_cannot_be_written(work, monkeypatch):
    def full(_entry):
        raise UnwritableError("The disk is full.")

    monkeypatch.setattr(work.audit, "append", full)
    with (
        pytest.raises(StoreError, match="full"),
        operation(work, "rotate", audit="credential.rotate"),
    ):
        pytest.fail("it was done")


def test_a_deed_that_is_done_stays_done_where_its_end_cannot_be_written(
    work, monkeypatch
):
    real = work.audit.append

    def full(entry):
        if entry.outcome != "begun":
            raise UnwritableError("The disk is full.")
        return real(entry)

    monkeypatch.setattr(work.audit, "append", full)
    with operation(work, "rotate", "Rotated.", audit="credential.rotate"):
        pass
    assert (
        "audit",
        "",
        "How it ended is not in the audit trail: The disk is full.",
    ) in told(work)
    assert [row.outcome for row in ended_rows(audit_rows(work))] == ["begun"]


@recorded("thing", "“{key}” by {how}.", connection="{key}", audit="thing.do")
def do_thing(workspace, key, *, how="hand"):
    return f"{key} {how}"


@recorded("walk", "“{key}” was walked.", entity="{key}")
def walk(workspace, key):
    yield 1
    yield 2
    return 3


def test_a_recorded_function_needs_one_line(work):
    acting.act_through("ferrule thing")
    assert do_thing(work, "a", how="wire") == "a wire"
    assert list(walk(work, "b")) == [1, 2]
    assert [message for *_, message in told(work)] == [
        "“a” by wire.",
        "“b” was walked.",
    ]
    row = audit_rows(work, limit=1)[0]
    assert (row.via, row.action, row.subject) == ("ferrule thing", "thing.do", "a")
    assert "@" in row.actor
    acting.act_through(acting.WINDOW)


def test_a_walk_that_is_given_up_is_told_so(work):
    steps = walk(work, "b")
    next(steps)
    steps.close()
    assert told(work) == [("walk", "stopped", "walk ended by GeneratorExit.")]


def test_steps_may_be_taken_in_other_threads(work):
    steps = walk(work, "b")
    for _ in range(2):
        worker = threading.Thread(target=lambda: next(steps))
        worker.start()
        worker.join()
    assert list(steps) == []
    assert told(work)[0][1] == "done"


class Rows:
    """Rows that cannot be written at first."""

    def __init__(self, database: Database, fails: int) -> None:
        self.real, self.fails = Operations(database, FixedClock()), fails

    def append(self, *given: object) -> None:
        self.fails -= 1
        if self.fails >= 0:
            raise UnwritableError("busy")
        self.real.append(*given)  # type: ignore[arg-type]


def test_lines_wait_while_the_database_is_busy_and_nobody_is_told(tmp_path):
    with Database.open(tmp_path / "f.db") as database:
        rows = Rows(database, fails=2)
        noted = OperationLog(lambda: rows, "p", FixedClock())  # type: ignore[arg-type,return-value]
        noted.note("sync", "one")
        noted.traffic.request("work", ms=20, good=True)
        assert not noted.flush()
        noted.note("sync", "two")
        assert not noted.flush()
        assert noted.flush()
        noted.close()
        found = rows.real.page("p")
        assert [one.message for one in found] == ["two", "one"]
        with database.reading() as db:
            assert db.execute("SELECT sum(requests) FROM traffic").fetchone() == (1,)


def test_beyond_a_bound_lines_are_dropped_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "MOST_WAITING", 3)
    with Database.open(tmp_path / "f.db") as database:
        rows = Operations(database, FixedClock())
        noted = OperationLog(lambda: rows, "p", FixedClock())
        for number in range(5):
            noted.note("sync", str(number))
        noted.close()
        found = [one.message for one in rows.page("p")]
        assert found[1:] == ["2", "1", "0"]
        assert found[0].startswith("2 lines were dropped")


def test_lines_are_written_soon_without_anybody_asking(work, monkeypatch):
    monkeypatch.setattr(log, "FLUSHED_S", 0.01)
    written = threading.Event()
    real = Operations.append

    def append(self, *given):
        real(self, *given)
        written.set()

    monkeypatch.setattr(Operations, "append", append)
    work.operations.note("sync", "soon")
    assert written.wait(5)


def test_a_run_leaves_as_many_lines_whatever_it_reads(work):
    heard = []
    lines = RunLines(work.operations, heard.append, "acme.issues", "work")
    counts = Counts(processed=10, created=8, failed=2)
    events = [
        RunStarted(7, "work", "acme.issues@v1", "full", ("issues",), False, Counts()),
        *[ItemFailed("issues", 1, str(n), "timestamp", "no date") for n in range(50)],
        Waited(0.5, "rate"),
        *[Waited(30, "the service asks for it") for _ in range(40)],
        Noticed("issues", "The version ends soon."),
        StreamEnded("issues", 3, True),
        RunEnded(7, "done", counts, 0, 3, 2.0, {}, None, None),
    ]
    for event in events:
        lines(event)
    assert heard == events
    found = list(reversed(log_page(work, limit=500).lines))
    assert {one.correlation for one in found} == {"run:7"}
    assert len(found) == 4 + 19
    end = found[-1]
    assert (end.level, end.outcome, end.duration_ms) == ("warning", "done", 2000)
    assert end.details["failedFields"] == {"timestamp": 50}
    assert end.details["waitedSeconds"] == 1200.5
    with work.database.reading() as db:
        waited = db.execute("SELECT sum(backoff_ms) FROM traffic").fetchone()
    assert waited == (1_200_000,)


def test_a_run_that_could_not_begin_is_told(work):
    lines = RunLines(work.operations, lambda _event: None, "acme.issues", "work")
    lines.refused(UsageError("It is disabled.", advice="Enable it first."))
    assert told(work) == [("sync", "refused", "It is disabled.")]


def test_an_export_is_every_line_that_fits(work, tmp_path):
    for number in range(2500):
        work.operations.note(
            "sync", str(number), level="error" if number % 2 else "info"
        )
    out = tmp_path / "log.jsonl"
    seen: list[int] = []
    wanted = Wanted(levels=frozenset({"error"}))
    assert export_log(work, out, wanted, told=seen.append) == 1250
    lines = out.read_bytes().splitlines()
    assert (len(lines), seen) == (1250, [1000])
    assert b'"message":"1"' in lines[0]
    assert out.stat().st_mode & 0o077 == 0
    assert level_counts(work)["error"] == 1250
    with pytest.raises(StoreError, match="cannot be written"):
        export_log(work, tmp_path / "none" / "log.jsonl")
    assert list(Path(tmp_path).glob(".*.new")) == []


def test_now_is_the_clock_of_the_log(tmp_path):
    with Database.open(tmp_path / "f.db") as database:
        rows = Operations(database, FixedClock())
        noted = OperationLog(lambda: rows, "p", FixedClock())
        noted.note("sync", "one")
        noted.close()
        assert rows.page("p", Wanted(since=NOW))[0].at == "2026-01-02T03:04:05Z"

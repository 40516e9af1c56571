"""Runs: a page commits whole, a run goes on where it was, a full one sweeps."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.store.building import NOW, batch, connect, signal, stored

from ferrule.errors import NotFound, StoreError
from ferrule.redaction import MASK, live
from ferrule.store import (
    Connections,
    Counts,
    Database,
    FailedItem,
    Lease,
    Runs,
    StoredItemError,
    Sweep,
    run_rows,
)


def _begin(runs: Runs, mode: str = "full", **members: object) -> Lease:
    return runs.begin("p", "work", mode, owner="me", now=NOW, **members)


def _sync(runs: Runs, contents: dict[str, str], mode: str = "full") -> Counts:
    lease = _begin(runs, mode)
    page = batch([signal(key, content) for key, content in contents.items()])
    counts = runs.commit(lease, page, NOW)
    runs.finish(lease, NOW, status="done")
    return counts


def test_what_came_of_each_item_is_counted(runs: Runs) -> None:
    first = _sync(runs, {"1": "a", "2": "a", "3": "a"})
    assert first == Counts(processed=3, created=3)
    second = _sync(runs, {"1": "a", "2": "b", "4": "a"})
    assert second == Counts(processed=3, created=1, updated=1, unchanged=1)
    assert stored(runs) == {"1": "a", "2": "b", "3": "a", "4": "a"}


def test_an_id_that_comes_twice_on_a_page_counts_once_and_the_last_wins(
    runs: Runs,
) -> None:
    page = batch([signal("1", "old"), signal("2"), signal("1", "new")])
    assert runs.commit(_begin(runs), page, NOW) == Counts(processed=2, created=2)
    assert stored(runs) == {"1": "new", "2": "a"}


def test_a_deleted_signal_takes_its_row_away(runs: Runs) -> None:
    _sync(runs, {"1": "a", "2": "a"})
    gone = batch([signal("1", deleted=True), signal("9", deleted=True)])
    counts = runs.commit(_begin(runs, "incremental"), gone, NOW)
    assert counts == Counts(processed=2, deleted=1, unchanged=1)
    assert stored(runs) == {"2": "a"}


def test_item_errors_are_kept_with_their_place_and_bytes(runs: Runs) -> None:
    lease = _begin(runs)
    errors = [
        FailedItem("7", "timestamp", "not a date: 'soon'", b'{"id":7}'),
        (None, "id", "nothing matched $.id", b"\xff not even text"),
    ]
    counts = runs.commit(lease, batch([signal("1")], errors=errors, page=3), NOW)
    assert counts == Counts(processed=3, created=1, failed=2)
    told = runs.item_errors(lease.run)
    assert told == [
        StoredItemError(lease.run, "issues", 3, *errors[0]),
        StoredItemError(lease.run, "issues", 3, *errors[1]),
    ]
    assert runs.item_errors(lease.run, limit=1) == told[:1]


def test_pages_requests_and_counts_add_up_over_a_resumption(runs: Runs) -> None:
    first = _begin(runs)
    runs.commit(first, batch([signal("1"), signal("2")], {"page": 2}, requests=3), NOW)
    runs.finish(first, NOW, status="interrupted", error="Ctrl-C")
    again = _begin(runs)
    assert (again.run, again.resumed) == (first.run, True)
    assert again.counts == Counts(processed=2, created=2)
    assert runs.positions(again.run) == {"issues": {"page": 2}}
    runs.commit(again, batch([signal("3"), signal("2", "b")], {"page": 3}), NOW)
    ended = runs.finish(again, NOW + timedelta(minutes=1), status="done")
    assert ended.counts == Counts(processed=4, created=3, updated=1)
    assert (ended.pages, ended.requests, ended.resumptions) == (2, 4, 1)
    assert (ended.status, ended.error) == ("done", None)
    assert ended.finished_at == "2026-01-02T03:05:05Z"


@pytest.mark.parametrize(
    ("ending", "goes_on"),
    [("interrupted", True), ("stopped", True), ("failed", False), ("done", False)],
)
def test_only_an_unfinished_run_goes_on(runs: Runs, ending, goes_on: bool) -> None:
    first = _begin(runs)
    runs.finish(first, NOW, status=ending, error="why")
    again = _begin(runs)
    assert (again.resumed, again.run == first.run) == (goes_on, goes_on)


def _other_mode(runs: Runs, _: Connections) -> Lease:
    return _begin(runs, "incremental")


def _fresh(runs: Runs, _: Connections) -> Lease:
    return _begin(runs, fresh=True)


def _other_start(runs: Runs, _: Connections) -> Lease:
    return _begin(runs, sync_from="2026-01-01T00:00:00Z")


def _other_version(runs: Runs, connections: Connections) -> Lease:
    connections.update("p", "work", version="2.0.0")
    return _begin(runs)


@pytest.mark.parametrize("begin", [_other_mode, _fresh, _other_start, _other_version])
def test_an_unfinished_run_made_for_something_else_stays_where_it_is(
    database: Database, runs: Runs, begin: Callable[[Runs, Connections], Lease]
) -> None:
    first = _begin(runs)
    runs.commit(first, batch([signal("1")], 1), NOW)
    second = begin(runs, Connections(database))
    assert (second.resumed, second.counts) == (False, Counts())
    assert second.run > first.run
    assert runs.positions(second.run) == {}
    assert runs.run(first.run).status == "interrupted"


def test_a_full_run_goes_on_after_an_incremental_one_came_between(runs: Runs) -> None:
    full = _begin(runs)
    runs.commit(full, batch([signal("1"), signal("2")], 1), NOW)
    runs.finish(full, NOW, status="stopped")
    _sync(runs, {"2": "a", "8": "new"}, "incremental")
    again = _begin(runs)
    assert again.run == full.run
    runs.commit(again, batch([signal("3")], 2), NOW)
    ended = runs.finish(again, NOW, status="done", sweep=[Sweep("issue")])
    assert (ended.counts.deleted, set(stored(runs))) == (0, {"1", "2", "3", "8"})


def test_an_incremental_run_that_a_full_one_overtook_is_begun_anew(runs: Runs) -> None:
    stale = _begin(runs, "incremental")
    runs.finish(stale, NOW, status="interrupted")
    _sync(runs, {"1": "a"})
    assert not _begin(runs, "incremental").resumed


def test_a_complete_full_run_sweeps_what_it_did_not_see(runs: Runs) -> None:
    _sync(runs, {"1": "a", "2": "a", "3": "a"})
    lease = _begin(runs)
    runs.commit(lease, batch([signal("1"), signal("4")]), NOW)
    ended = runs.finish(lease, NOW, status="done", sweep=[Sweep("issue")])
    assert ended.counts == Counts(processed=2, created=1, unchanged=1, deleted=2)
    assert set(stored(runs)) == {"1", "4"}


def test_an_item_that_failed_is_not_gone(runs: Runs) -> None:
    _sync(runs, {"1": "a", "2": "a", "3": "a"})
    lease = _begin(runs)
    failed = [
        ("2", "timestampPath", "no time", b"{}"),
        (None, "idPath", "no id", b"{}"),
    ]
    runs.commit(lease, batch([signal("1")], errors=failed[:1]), NOW)
    runs.commit(lease, batch([], errors=failed[1:]), NOW)
    assert runs.nameless_errors(lease.run) == 1
    ended = runs.finish(lease, NOW, status="done", sweep=[Sweep("issue")])
    assert (ended.counts.deleted, set(stored(runs))) == (1, {"1", "2"})


WINDOW = {
    "before": "2025-06-30T23:59:59Z",
    "just before": "2025-06-30T23:59:59.9Z",
    "at": "2025-07-01T00:00:00Z",
    "just after": "2025-07-01T00:00:00.5Z",
    "after": "2025-08-01T00:00:00Z",
    "unknown": None,
}


@pytest.mark.parametrize(
    ("created_from", "left"),
    [
        ("2025-07-01T00:00:00Z", {"before", "just before", "unknown"}),
        ("2025-07-01", {"before", "just before", "unknown"}),
        ("2025-07-01T02:00:00+02:00", {"before", "just before", "unknown"}),
        ("2025-07-01T00:00:00.25Z", {"before", "just before", "at", "unknown"}),
        ("2024-01-01T00:00:00Z", {"unknown"}),
        ("2026-01-01T00:00:00Z", set(WINDOW)),
    ],
)
def test_a_window_by_creation_time_keeps_what_is_outside(
    runs: Runs, created_from: str, left: set[str]
) -> None:
    lease = _begin(runs)
    rows = [signal(key, created_at=at) for key, at in WINDOW.items()]
    runs.commit(lease, batch(rows), NOW)
    runs.finish(lease, NOW, status="done")
    runs.finish(_begin(runs), NOW, status="done", sweep=[Sweep("issue", created_from)])
    assert set(stored(runs)) == left


def test_a_sweep_minds_collection_stream_and_connection(
    database: Database, runs: Runs
) -> None:
    connect(database, "other")
    other = runs.begin("p", "other", "full", owner="me", now=NOW)
    runs.commit(other, batch([signal("1")]), NOW)
    lease = _begin(runs)
    runs.commit(lease, batch([signal("1"), signal("2", stream="closed")]), NOW)
    runs.commit(lease, batch([signal("3")], collection_key="comment"), NOW)
    runs.finish(lease, NOW, status="done")
    sweep = [Sweep("issue", stream="issues"), Sweep("nothing was stored here")]
    ended = runs.finish(_begin(runs), NOW, status="done", sweep=sweep)
    assert (ended.counts.deleted, set(stored(runs))) == (1, {"2", "3"})
    assert set(stored(runs, "other")) == {"1"}


@pytest.mark.parametrize(
    ("mode", "status"), [("incremental", "done"), ("full", "stopped")]
)
def test_nothing_sweeps_but_a_full_run_that_is_done(runs: Runs, mode, status) -> None:
    lease = _begin(runs, mode)
    with pytest.raises(ValueError, match="may sweep"):
        runs.finish(lease, NOW, status=status, sweep=[Sweep("issue")])


@pytest.mark.parametrize(
    ("status", "left"), [("done", 0), ("failed", 0), ("stopped", 2), ("interrupted", 2)]
)
def test_marks_of_seen_rows_go_when_the_run_is_over(
    database: Database, runs: Runs, status, left: int
) -> None:
    _sync(runs, {"1": "a", "2": "a"})
    lease = _begin(runs)
    runs.commit(lease, batch([signal("1"), signal("2"), signal("3")]), NOW)
    runs.finish(lease, NOW, status=status)
    assert _seen(database) == left
    _begin(runs, fresh=True)
    assert _seen(database) == 0


def test_an_incremental_run_marks_nothing(database: Database, runs: Runs) -> None:
    runs.commit(_begin(runs, "incremental"), batch([signal("1")]), NOW)
    assert _seen(database) == 0


def test_checkpoints_move_only_where_the_end_says_so(runs: Runs) -> None:
    first = _begin(runs)
    runs.commit(first, batch([signal("1")], "p1"), NOW)
    assert runs.checkpoints("p", "work") == {}
    marks = {"issues": "2026-01-01", "comments": {"since": 12345678901234567890123}}
    runs.finish(first, NOW, status="done", checkpoints=marks)
    assert runs.checkpoints("p", "work") == marks
    second = _begin(runs, "incremental")
    runs.finish(second, NOW, status="failed", checkpoints={"issues": "2026-02-02"})
    assert runs.checkpoints("p", "work") == {**marks, "issues": "2026-02-02"}


def test_a_page_that_fails_half_way_leaves_nothing(runs: Runs, monkeypatch) -> None:
    lease = _begin(runs)
    runs.commit(lease, batch([signal("1")], 1), NOW)

    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(run_rows, "add", broken)
        with pytest.raises(StoreError, match="gone"):
            runs.commit(lease, batch([signal("1", "b"), signal("2")], 2), NOW)
    assert (stored(runs), runs.positions(lease.run)) == ({"1": "a"}, {"issues": 1})
    again = runs.commit(lease, batch([signal("1", "b"), signal("2")], 2), NOW)
    assert again == Counts(processed=2, created=1, updated=1)


def test_no_secret_is_kept_in_what_went_wrong(database: Database, runs: Runs) -> None:
    live.add("s3cret-in-an-error")
    lease = _begin(runs)
    errors = [FailedItem("1", "id", "bad s3cret-in-an-error", b"{}")]
    runs.commit(lease, batch([], errors=errors), NOW)
    ended = runs.finish(lease, NOW, status="failed", error="401 s3cret-in-an-error")
    checked = Connections(database).record_health(
        "p", "work", healthy=False, state="error", at=NOW, error="s3cret-in-an-error"
    )
    (told,) = runs.item_errors(lease.run)
    assert (told.message, ended.error) == (f"bad {MASK}", f"401 {MASK}")
    assert checked.last_error == MASK


def test_runs_are_listed_newest_first(database: Database, runs: Runs) -> None:
    connect(database, "other")
    for key in ("work", "other", "work"):
        lease = runs.begin("p", key, "full", owner="me", now=NOW)
        runs.finish(lease, NOW, status="done")
    assert [run.connection for run in runs.runs("p")] == ["work", "other", "work"]
    assert [run.id for run in runs.runs("p", "work", limit=1)] == [3]
    assert runs.runs("q") == []
    with pytest.raises(NotFound, match="no run 99"):
        runs.run(99)


def _seen(database: Database) -> int:
    with database.reading() as db:
        return int(db.execute("SELECT count(*) FROM seen").fetchone()[0])

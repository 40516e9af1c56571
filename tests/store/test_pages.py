"""What a page leaves beside its signals: slices, latencies, what it says is gone."""

import pytest
from tests.store.building import NOW, batch, signal, stored

from ferrule.store import Counts, Database, FailedItem, Lease, Runs, Sweep


def _begin(runs: Runs, mode: str = "full") -> Lease:
    return runs.begin("p", "work", mode, owner="me", now=NOW)


def _rows(database: Database, table: str) -> int:
    with database.reading() as db:
        found = db.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  names below
        return int(found.fetchone()[0])


def test_slices_are_kept_by_stream_and_removed_by_none(runs: Runs) -> None:
    lease = _begin(runs)
    first = {'["a"]': {"mark": 12345678901234567890123}, "": "m"}
    runs.commit(lease, batch([], slices=first), NOW)
    runs.commit(lease, batch([], stream="other", slices={"x": [1]}), NOW)
    assert runs.slices(lease.run, "issues") == first
    runs.commit(lease, batch([], slices={"": None, "b": 2}), NOW)
    assert runs.slices(lease.run, "issues") == {'["a"]': first['["a"]'], "b": 2}
    assert runs.slices(lease.run, "other") == {"x": [1]}


@pytest.mark.parametrize(
    ("ending", "kept"),
    [("interrupted", 1), ("stopped", 1), ("failed", 0), ("done", 0)],
)
def test_slices_live_as_long_as_their_run_may_go_on(
    runs: Runs, database: Database, ending, kept: int
) -> None:
    lease = _begin(runs)
    runs.commit(lease, batch([], slices={"a": 1}, latency_ms=1.0), NOW)
    runs.finish(lease, NOW, status=ending)
    assert (_rows(database, "slice_state"), _rows(database, "latency")) == (kept, kept)
    runs.begin("p", "work", "full", owner="me", now=NOW, fresh=True)
    assert _rows(database, "slice_state") == 0


def test_a_page_whose_lease_is_lost_changes_no_slice(runs: Runs) -> None:
    old = _begin(runs)
    runs.commit(old, batch([], slices={"a": 1}), NOW)
    _begin(runs)
    with pytest.raises(Exception, match="lost its lease"):
        runs.commit(old, batch([], slices={"a": 2}), NOW)
    assert runs.slices(old.run, "issues") == {"a": 1}


def test_what_a_page_says_is_gone_is_removed_counted_once_and_seen(runs: Runs) -> None:
    before = _begin(runs, "incremental")
    runs.commit(before, batch([signal(str(n)) for n in range(5)]), NOW)
    runs.finish(before, NOW, status="done")
    lease = _begin(runs)
    page = batch([signal("0"), signal("1")], deleted=["2", "2", "9"], skipped=3)
    counts = runs.commit(lease, page, NOW)
    assert counts == Counts(processed=4, unchanged=3, deleted=1, skipped=3)
    assert set(stored(runs)) == {"0", "1", "3", "4"}
    ended = runs.finish(lease, NOW, status="done", sweep=[Sweep("issue")])
    assert ended.counts == Counts(processed=4, unchanged=3, deleted=3, skipped=3)


def test_gone_beside_failed_and_alone(runs: Runs) -> None:
    before = _begin(runs, "incremental")
    assert runs.commit(before, batch([], deleted=["1"]), NOW).unchanged == 1
    runs.commit(before, batch([signal("1"), signal("2")]), NOW)
    failed = FailedItem("3", "id", "no", b"{}")
    counts = runs.commit(before, batch([], errors=[failed], deleted=["1"]), NOW)
    assert counts == Counts(processed=2, deleted=1, failed=1)
    gone = batch([signal("2", "b")], deleted=["2"])
    assert runs.commit(before, gone, NOW) == Counts(processed=1, deleted=1)
    assert stored(runs) == {}


def test_an_item_that_comes_again_after_it_was_gone_is_stored(runs: Runs) -> None:
    lease = _begin(runs)
    runs.commit(lease, batch([signal("1")]), NOW)
    runs.commit(lease, batch([], deleted=["1"]), NOW)
    runs.commit(lease, batch([signal("1", "b")]), NOW)
    runs.finish(lease, NOW, status="done", sweep=[Sweep("issue")])
    assert stored(runs) == {"1": "b"}


def test_skipped_items_add_up_over_a_resumption(runs: Runs) -> None:
    first = _begin(runs)
    runs.commit(first, batch([signal("1")], skipped=2), NOW)
    again = _begin(runs)
    assert again.counts == Counts(processed=1, created=1, skipped=2)
    runs.commit(again, batch([], skipped=5), NOW)
    assert runs.finish(again, NOW, status="done").counts.skipped == 7


def test_half_and_95_of_100_answers_took_at_most(runs: Runs) -> None:
    lease = _begin(runs)
    for taken in range(1, 61):
        runs.commit(lease, batch([], latency_ms=float(taken)), NOW)
    stopped = runs.finish(lease, NOW, status="stopped")
    assert (stopped.latency_p50_ms, stopped.latency_p95_ms) == (30.0, 57.0)
    again = _begin(runs)
    for taken in range(61, 101):
        runs.commit(again, batch([], latency_ms=taken + 0.04), NOW)
    runs.commit(again, batch([]), NOW)
    ended = runs.finish(again, NOW, status="done")
    assert (ended.latency_p50_ms, ended.latency_p95_ms) == (50.0, 95.0)


def test_a_run_without_answers_has_no_latency(runs: Runs) -> None:
    ended = runs.finish(_begin(runs), NOW, status="done")
    assert (ended.latency_p50_ms, ended.latency_p95_ms) == (None, None)

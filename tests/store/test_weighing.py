"""A dry run's counts are those that the run would have had, and nothing is stored."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.store.building import NOW, FixedClock, batch, connect, signal

from ferrule.store import Counts, Database, DryRun, Runs, Sweep

IDS = st.sampled_from("abcdef")
ITEM = st.tuples(IDS, st.sampled_from("123"), st.sampled_from(["issues", "other"]))
PAGE = st.fixed_dictionaries(
    {
        "signals": st.lists(ITEM, max_size=5),
        "deleted": st.lists(IDS, max_size=2, unique=True),
        "failed": st.lists(IDS | st.none(), max_size=2),
        "skipped": st.integers(0, 3),
    }
)
RUN = st.lists(PAGE, max_size=4)


def page_of(drawn, number):
    signals = [
        signal(key, content, stream=stream) for key, content, stream in drawn["signals"]
    ]
    ids = {one.external_id for one in signals}
    return batch(
        signals,
        number,
        page=number,
        deleted=[key for key in drawn["deleted"] if key not in ids],
        errors=[(key, "x", "no", b"{}") for key in drawn["failed"]],
        skipped=drawn["skipped"],
    )


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        found = list(db.iterdump())
    db.close()
    return found


@settings(max_examples=60, deadline=None)
@given(before=RUN, drawn=RUN, by_stream=st.booleans())
def test_the_counts_are_those_of_the_run(tmp_path_factory, before, drawn, by_stream):
    path = tmp_path_factory.mktemp("weigh") / "ferrule.db"
    sweep = Sweep("issue", stream="issues" if by_stream else None)
    with Database.open(path) as database:
        connect(database)
        runs = Runs(database, FixedClock())
        lease = runs.begin("p", "work", "full", owner="me", now=NOW)
        for number, one in enumerate(before, 1):
            runs.commit(lease, page_of(one, number), NOW)
        runs.finish(lease, NOW, status="done")
        was = dump(path)
        pages = [page_of(one, number) for number, one in enumerate(drawn, 1)]
        with runs.weighing("p", "work") as weighing:
            weighed = [weighing.weigh(page) for page in pages]
            swept = weighing.swept(sweep)
        assert dump(path) == was
        lease = runs.begin("p", "work", "full", owner="me", now=NOW)
        real = [runs.commit(lease, page, NOW) for page in pages]
        assert weighed == real
        whole = runs.finish(lease, NOW, status="done", sweep=[sweep]).counts
        assert sum(real, Counts(deleted=swept)) == whole


def test_a_sweep_looks_at_its_window_only(database: Database) -> None:
    runs = Runs(database, FixedClock())
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    days = {"a": "2026-01-01T00:00:00Z", "b": "2026-02-01T00:00:00Z", "c": None}
    stored = [signal(key, created_at=day) for key, day in days.items()]
    runs.commit(lease, batch(stored), NOW)
    runs.finish(lease, NOW, status="done")
    with runs.weighing("p", "work") as weighing:
        assert weighing.swept(Sweep("issue")) == 3
        assert weighing.swept(Sweep("issue", created_from="2026-01-15T00:00:00Z")) == 1
        assert weighing.swept(Sweep("elsewhere")) == 0


def test_a_dry_run_is_remembered_and_is_in_nobodys_way(database: Database) -> None:
    runs = Runs(database, FixedClock())
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    runs.commit(lease, batch([signal("1")], 1), NOW)
    runs.finish(lease, NOW, status="paused")
    counts = Counts(processed=3, created=2, unchanged=1, skipped=4)
    one = DryRun("p", "work", "full", "done", None, NOW, NOW, 2, counts)
    number = runs.note_dry(one)
    kept = runs.run(number)
    assert (kept.dry, kept.counts, kept.pages, kept.status) == (True, counts, 2, "done")
    assert not runs.run(lease.run).dry
    again = runs.begin("p", "work", "full", owner="me", now=NOW)
    assert (again.run, again.resumed) == (lease.run, True)


@pytest.mark.parametrize("status", ["paused", "stopped", "interrupted"])
def test_cursors_tell_the_checkpoint_and_the_unfinished_run(database, status) -> None:
    runs = Runs(database, FixedClock())
    lease = runs.begin("p", "work", "incremental", owner="me", now=NOW)
    runs.commit(lease, batch([signal("1")], {"page": 1}, slices={"x": {}}), NOW)
    runs.finish(lease, NOW, status="done", checkpoints={"issues": "2026"})
    done = runs.cursors("p", "work")["issues"]
    assert (done.checkpoint, done.run, done.at) == (
        "2026",
        lease.run,
        NOW.isoformat().replace("+00:00", "Z"),
    )
    assert (done.position, done.unfinished) == (None, None)
    lease = runs.begin("p", "work", "incremental", owner="me", now=NOW)
    runs.commit(lease, batch([signal("2")], {"page": 2}, slices={"x": {}}), NOW)
    runs.finish(lease, NOW, status=status)
    here = runs.cursors("p", "work")["issues"]
    assert here == replace(
        done, position={"page": 2}, unfinished=lease.run, slices_done=1
    )
    runs.forget_cursor("p", "work", "issues")
    assert runs.cursors("p", "work") == {}
    assert runs.slices(lease.run, "issues") == {}


def test_a_connection_is_busy_while_its_lease_is_held(database: Database) -> None:
    runs = Runs(database, FixedClock())
    assert not runs.busy("p", "work")
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    assert runs.busy("p", "work")
    runs.finish(lease, NOW, status="done")
    assert not runs.busy("p", "work")

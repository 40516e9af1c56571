"""The store against a plain dictionary: rows and counts agree for any pages."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.building import NOW, batch, connect, signal, stored

from ferrule.store import Counts, Database, Runs, Sweep

KEYS = st.sampled_from(["1", "2", "3", "10", "é", "x y", "'"])
ITEMS = st.tuples(
    KEYS, st.sampled_from("ab"), st.sampled_from([False, False, False, True])
)
PAGES = st.lists(ITEMS, max_size=8)
RUNS = st.lists(
    st.tuples(
        st.sampled_from(["full", "incremental"]),
        st.lists(st.tuples(PAGES, st.booleans()), max_size=4),
    ),
    max_size=4,
)


class Model:
    """What the store should hold: content by id."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}

    def page(self, items: list[tuple[str, str, bool]]) -> Counts:
        latest = {key: (content, gone) for key, content, gone in items}
        told = {"created": 0, "updated": 0, "unchanged": 0, "deleted": 0}
        for key, (content, gone) in latest.items():
            told[self._one(key, content, gone=gone)] += 1
        return Counts(processed=len(latest), **told)

    def _one(self, key: str, content: str, *, gone: bool) -> str:
        before = self.rows.get(key)
        if gone:
            return "unchanged" if self.rows.pop(key, None) is None else "deleted"
        self.rows[key] = content
        if before is None:
            return "created"
        return "unchanged" if before == content else "updated"

    def sweep(self, seen: set[str]) -> int:
        unseen = set(self.rows) - seen
        for key in unseen:
            del self.rows[key]
        return len(unseen)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RUNS)
def test_rows_and_counts_equal_a_plain_models_whatever_is_interrupted(plan) -> None:
    """Each page says whether the run is interrupted and resumed after it."""
    model = Model()
    with (
        tempfile.TemporaryDirectory() as folder,
        Database.open(Path(folder) / "ferrule.db") as database,
    ):
        connect(database)
        runs = Runs(database)
        for mode, pages in plan:
            _one_run(runs, model, mode, pages)
            assert stored(runs) == model.rows


def _one_run(runs: Runs, model: Model, mode: str, pages) -> None:
    lease = runs.begin("p", "work", mode, owner="me", now=NOW)
    expected, seen = Counts(), set()
    for items, interrupted in pages:
        rows = [signal(key, content, deleted=gone) for key, content, gone in items]
        counts = runs.commit(lease, batch(rows), NOW)
        assert counts == model.page(items)
        expected += counts
        seen |= {key for key, _, _ in items}
        if interrupted:
            lease = runs.begin("p", "work", mode, owner="me", now=NOW)
            assert (lease.resumed, lease.counts) == (True, expected)
    sweep = [Sweep("issue")] if mode == "full" else []
    if sweep:
        expected += Counts(deleted=model.sweep(seen))
    assert runs.finish(lease, NOW, status="done", sweep=sweep).counts == expected

"""Deletions are looked for only where a full run saw all that there is."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.clock import FakeClock
from tests.sync.routed import run_routed
from tests.sync.scripted import SINCE, MemorySink, answer, document, item

from ferrule.errors import EndlessPaging, UnexpectedStatus
from ferrule.sync.events import Noticed
from ferrule.sync.position import Position

ITEMS = {"itemsPath": "$.items"}
CREATED = {"createdPath": "$.created_at"}
PAGED = {"type": "page", "nextParam": "page", "pageSize": 2, "totalPath": "$.total"}
OFFSET = {**PAGED, "type": "offset", "nextParam": "offset"}
NO_TOTAL = {"type": "page", "nextParam": "page", "pageSize": 2}


@dataclass
class Shelf:
    """Lists things by pages of two, and changes between two requests."""

    ids: list[int]
    changes: dict[int, list[int]] = field(default_factory=dict)
    total: int | None = None
    unit: int = 1
    asked: int = 0

    def __call__(self, _path, query):
        self.asked += 1
        self.ids = self.changes.get(self.asked, self.ids)
        start = int(query.get("offset", 2 * (int(query.get("page", 1)) - 1)))
        found = [item(number) for number in self.ids[start : start + 2]]
        told = -(-len(self.ids) // self.unit) if self.total is None else self.total
        return answer({"items": found, "total": told})


def why(trial):
    """Return why deletions are not looked for, or that they are."""
    told = [n.message for n in trial.told(Noticed)]
    reasons = [m.partition(": ")[2] for m in told if m.startswith("Deletions")]
    assert len(trial.progress.sweeps) + len(reasons) == 1
    return reasons[0] if reasons else "swept"


FELL = "the total fell from 6 to 5 while pages were read."
LISTED = "the service tells of {} items and listed {}."
SHELVES = {
    "all": (Shelf([1, 2, 3, 4, 5]), "swept"),
    "none": (Shelf([]), "swept"),
    "first things of a search": (Shelf([1, 2, 3], total=5), LISTED.format(5, 3)),
    "one went and moved the others up": (
        Shelf([1, 2, 3, 4, 5, 6], {2: [2, 3, 4, 5, 6]}),
        FELL,
    ),
    "one came in front": (Shelf([1, 2, 3], {2: [9, 1, 2, 3]}), "swept"),
    "one came, and another went": (
        Shelf([1, 2, 3, 4, 5, 6], {2: [9, 1, 2, 3, 4, 5, 6], 3: [9, 1, 2, 3, 5, 6]}),
        LISTED.format(6, 5),
    ),
    "one came in front, another went, the total is the same": (
        Shelf([1, 2, 3, 4, 5], {2: [9, 1, 2, 3, 4], 3: [1, 2, 3, 4, 5]}),
        LISTED.format(5, 4),
    ),
    "more came than the total tells": (Shelf([1, 2, 3], total=1), "swept"),
}


@pytest.mark.parametrize("case", SHELVES)
@pytest.mark.parametrize("paging", [PAGED, OFFSET], ids=lambda p: p["type"])
def test_a_total_tells_whether_all_came(paging, case):
    shelf, wanted = SHELVES[case]
    found = Shelf(list(shelf.ids), shelf.changes, shelf.total)
    trial = run_routed(document(paging, mapping=ITEMS), found)
    assert why(trial) == wanted


@pytest.mark.parametrize(
    ("total", "wanted"), [(2, "swept"), (3, LISTED.format(5, 3)), (0, "swept")]
)
def test_a_total_of_pages_tells_of_what_they_hold_at_least(total, wanted):
    made = document({**PAGED, "totalUnit": "pages"}, mapping=ITEMS)
    trial = run_routed(made, Shelf([1, 2, 3], total=total))
    assert why(trial) == wanted


def test_a_run_without_a_total_is_as_before():
    shelf = Shelf([1, 2, 3, 4, 5, 6], {2: [2, 3, 4, 5, 6]})
    trial = run_routed(document(NO_TOTAL, mapping=ITEMS), shelf)
    assert why(trial) == "swept"


def test_what_is_left_open_is_known_when_the_run_goes_on():
    made = document({**NO_TOTAL, "hasMorePath": "header:x-more"}, mapping=ITEMS)

    def unlisted(_path, query):
        if query["page"] == "1":
            return answer({"error": "busy"}, x_more="yes")
        raise UnexpectedStatus("It broke.", status=500)

    sink = MemorySink()
    with pytest.raises(UnexpectedStatus):
        run_routed(made, unlisted, sink=sink)
    trial = run_routed(made, lambda *_: answer({"items": [item(1)]}), sink=sink)
    assert why(trial) == "page 1 has no $.items."


def test_a_total_is_counted_on_when_the_run_goes_on():
    shelf, sink = Shelf([1, 2, 3, 4, 5]), MemorySink()
    stop = iter([False, False, True, True])
    made = document(PAGED, mapping=ITEMS)
    run_routed(made, shelf, sink=sink, should_stop=lambda: next(stop))
    here = Position.read(sink.positions["things"])
    assert (here.items, here.told) == (4, 5)
    assert why(run_routed(made, Shelf([1, 2, 3, 4, 5]), sink=sink)) == "swept"


@pytest.mark.parametrize(
    ("stop", "wanted"),
    [
        ({"when": "item:$.id", "operator": "gte", "value": 3}, "at an item"),
        ({"not": {"when": "item:$.id", "operator": "missing"}}, "at an item"),
        ({"when": "$.total", "operator": "exists"}, ""),
    ],
)
def test_paging_that_stops_at_an_item_leaves_open_what_follows(stop, wanted):
    made = document({**NO_TOTAL, "stopWhen": stop}, mapping=ITEMS)
    trial = run_routed(made, Shelf([1, 2, 3, 4]))
    assert why(trial) == (f"stopWhen ended the pages {wanted}." if wanted else "swept")


def test_a_parent_that_was_missed_leaves_its_children_open():
    made = document(
        PAGED,
        mapping=ITEMS,
        streams=[
            {"key": "projects", "enabledByDefault": False},
            {
                "key": "tasks",
                "polling": {
                    "partition": {"name": "p", "parent": "projects", "path": "$.id"},
                    "query": {"project": "{{partition.p}}"},
                },
            },
        ],
    )

    def tasks(_path, query):
        project = int(query.get("project", 0))
        return answer({"items": [item(10 * project + 1)], "total": 1 if project else 2})

    assert why(run_routed(made, tasks)) == f"of “projects”, {LISTED.format(2, 1)}"


def test_each_slice_is_counted_by_itself_and_one_leaves_all_open():
    partition = {"name": "r", "param": "r", "values": ["eu", "us"]}
    made = document(PAGED, polling={"partition": partition}, mapping=ITEMS)

    def listed(_path, query):
        numbers = {"eu": [1, 2], "us": [3]}[query["r"]]
        found = [item(number) for number in numbers] if query["page"] == "1" else []
        return answer({"items": found, "total": 2})

    assert why(run_routed(made, listed)) == LISTED.format(2, 1)
    both = lambda *_: answer({"items": [item(1), item(2)], "total": 2})
    assert why(run_routed(made, both)) == "swept"


WINDOW = {
    "type": "window",
    "format": "date",
    "startParam": "from",
    "endParam": "to",
    "start": "2026-01-01",
}
MOVES = "an item that changes during a run leaves the window that it was in."
BY_CREATION = {**WINDOW, "itemCursorPath": "$.created_at"}
LATER = "items after the end of the windows were not asked for."
OLDER = "older items than the first start were not asked for."
OWN = "each slice begins or ends at a time of its own."
REGIONS = {"name": "r", "param": "r", "values": ["2026-01-02", "2026-01-09"]}
LIMITS = [
    (WINDOW, {}, MOVES),
    (BY_CREATION, {}, "swept"),
    ({**BY_CREATION, "end": "2026-01-10"}, {}, LATER),
    ({**BY_CREATION, "end": "{{now}}"}, {}, "swept"),
    ({**SINCE, "start": "2026-01-03"}, {}, "swept"),
    (
        {"type": "cursor", "cursorPath": "$", "cursorParam": "c", "start": "a"},
        {},
        OLDER,
    ),
    ({**SINCE, "start": "{{partition.r}}"}, {"partition": REGIONS}, OWN),
    ({**BY_CREATION, "end": "{{partition.r}}"}, {"partition": REGIONS}, OWN),
    ({**SINCE, "start": "2026-01-03"}, {"partition": REGIONS}, "swept"),
]


@pytest.mark.parametrize(("delta", "polling", "wanted"), LIMITS)
def test_what_was_not_asked_for_is_not_taken_for_deleted(delta, polling, wanted):
    made = document({"type": "none"}, delta, polling=polling, mapping=CREATED)
    clock = FakeClock(datetime(2026, 1, 20, tzinfo=UTC))
    trial = run_routed(made, lambda *_: answer([item(1, 5)]), clock=clock)
    assert why(trial) == wanted


def test_a_full_run_that_is_cut_short_says_that_nothing_is_deleted():
    made = document({**NO_TOTAL, "maxPages": 1}, mapping=ITEMS)
    trial = run_routed(made, Shelf([1, 2, 3]))
    assert trial.told(Noticed)[0].message.endswith("Deletions are not looked for.")
    again = run_routed(made, Shelf([1, 2, 3]), full=False)
    assert "eletions" not in again.told(Noticed)[0].message
    assert trial.progress.sweeps == []


def test_a_position_keeps_what_is_known_of_its_items():
    here = Position(2, 3, items=7, told=9, unsure="one is gone")
    assert Position.read(json.loads(json.dumps(here.wire()))) == here
    assert {"items", "told", "unsure"}.isdisjoint(Position(2, 3).wire())


CHANGES = st.dictionaries(
    st.integers(2, 6), st.lists(st.integers(0, 12), min_size=1, max_size=3), max_size=3
)


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 9), CHANGES, st.booleans(), st.sampled_from([PAGED, OFFSET]))
def test_what_only_goes_or_only_comes_is_never_taken_for_deleted(
    many, places, adding, paging
):
    """Items that were there all the time were seen, where deletions are looked for."""
    ids, changes, new = [*range(1, many + 1)], {}, 100
    before = [*ids]
    for number, where in sorted(places.items()):
        for place in where:
            if adding:
                new += 1
                ids.insert(place % (len(ids) + 1), new)
            elif len(ids) > 1:
                ids.pop(place % len(ids))
        changes[number] = [*ids]
    shelf = Shelf(before, changes)
    try:
        trial = run_routed(document(paging, mapping=ITEMS), shelf)
    except EndlessPaging:  # a whole page came in front: nothing is deleted
        return
    if trial.progress.sweeps:
        lasting = {str(number) for number in {*before} & {*shelf.ids}}
        assert lasting <= {*trial.sink.ids}

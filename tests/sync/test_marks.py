"""What slices leave behind: marks up to the cap, and runs that stop inside a slice."""

import json
from itertools import product

import pytest
from tests.sync.routed import run_routed
from tests.sync.scripted import SINCE, MemorySink, answer, document, item, plans

from ferrule.sync.events import Noticed, StreamStarted
from ferrule.sync.marks import MOST_MARKS, Marks, SliceState
from ferrule.sync.position import Position

REGIONS = {"name": "region", "param": "region", "values": ["eu", "us"]}
KINDS = {"name": "kind", "param": "kind", "values": "{{config.kinds}}"}
LABELS = {"name": "label", "param": "label", "values": ["a", "b", "c"]}
BY_TWO = {"type": "page", "nextParam": "page", "pageSize": 2}
WEEKS = {
    "type": "window",
    "format": "date",
    "startParam": "from",
    "endParam": "to",
    "start": "2026-01-01",
    "end": "2026-01-14",
    "step": "P7D",
    "granularity": "P1D",
}
DAY = "2026-01-{:02}T00:00:00Z"


def made(*partitions, delta=None, pagination=BY_TWO):
    return document(
        pagination,
        delta or SINCE,
        polling={"partition": list(partitions)},
        configFields=[
            {"key": "kinds", "label": "Kinds", "type": "text", "required": False}
        ],
    )


def marks(many, delta=SINCE, checkpoint=None, noticed=None):
    """Return the marks of a stream with so many slices, each at its own day."""
    [plan] = plans(made(REGIONS, delta=delta))
    states = {
        str(n): SliceState(DAY.format(n % 28 + 1), done=True) for n in range(many)
    }
    return Marks(
        plan,
        checkpoint,
        states,
        (lambda _: None) if noticed is None else noticed.append,
    )


def test_ten_thousand_slices_keep_a_mark_each_and_one_more_makes_them_share():
    assert len(marks(MOST_MARKS).result()["slices"]) == MOST_MARKS == 10_000
    told: list[str] = []
    assert marks(MOST_MARKS + 1, noticed=told).result() == DAY.format(1)
    assert told[0].startswith("10001 slices are too many to keep a mark for each")
    assert told[0].endswith("the next run begins at the oldest of them.")


def test_marks_without_an_order_are_kept_up_to_the_cap():
    delta = {"type": "delta_token", "tokenPath": "$.t", "tokenParam": "t"}
    told: list[str] = []
    kept = marks(MOST_MARKS + 5, delta, noticed=told).result()["slices"]
    assert len(kept) == MOST_MARKS
    assert "all but 10000" in told[0]


def test_a_mark_that_all_shared_is_where_each_slice_begins():
    shared = marks(0, checkpoint=DAY.format(5))
    assert (shared.begin("x"), shared.begin("y")) == (DAY.format(5),) * 2
    own = marks(0, checkpoint={"slices": {"x": DAY.format(5)}})
    assert (own.begin("x"), own.begin("y")) == (DAY.format(5), None)


@pytest.mark.parametrize("stored", [None, 5, "x", {}, {"done": "yes", "whole": 0}])
def test_a_state_that_says_nothing_is_a_slice_that_was_not_read(stored):
    assert SliceState.read(stored) == SliceState()


def test_a_state_is_stored_and_read():
    state = SliceState(DAY.format(3), DAY.format(4), done=True, whole=False)
    assert SliceState.read(json.loads(json.dumps(state.wire()))) == state


PRODUCTS = [
    ([REGIONS], {}, 2),
    ([REGIONS, LABELS], {}, 6),
    ([REGIONS, LABELS, KINDS], {"kinds": "x, y"}, 12),
    ([REGIONS, KINDS], {"kinds": ""}, 0),
    ([{**LABELS, "batchSize": 2}, REGIONS], {}, 4),
]


@pytest.mark.parametrize(("partitions", "config", "many"), PRODUCTS)
def test_partitions_are_multiplied_in_the_order_of_the_document(
    partitions, config, many
):
    trial = run_routed(made(*partitions), lambda *_: answer([]), config=config)
    queries = [json.dumps(q) for q in trial.service.queries]
    assert len(queries) == len(set(queries)) == many
    assert trial.told(StreamStarted)[0].slices == many
    if len(partitions) == 2 and many == 6:
        asked = [(q["region"], q["label"]) for q in trial.service.queries]
        assert asked == list(product(["eu", "us"], "abc"))


def test_the_key_of_a_slice_does_not_depend_on_where_it_stands():
    trial = run_routed(made(REGIONS, LABELS), lambda *_: answer([item(1, 3)]))
    again = run_routed(
        made(LABELS, {**REGIONS, "values": ["us", "eu"]}),
        lambda *_: answer([]),
        sink=trial.sink,
        full=False,
    )
    assert {q.get("since") for q in again.service.queries} == {DAY.format(3)}


def three_pages(_path, query):
    """Give five items of a slice and window in three pages."""
    first = 100 * sum(map(ord, "".join(query.get(n, "") for n in ("region", "from"))))
    page = int(query["page"])
    numbers = range(first, first + 5)
    day = int(query["from"][-2:]) if "from" in query else 3
    return answer([item(n, day) for n in numbers][2 * page - 2 : 2 * page])


@pytest.mark.parametrize("delta", [SINCE, WEEKS], ids=lambda delta: delta["type"])
@pytest.mark.parametrize("stop_after", range(1, 12))
def test_a_stop_inside_a_slice_goes_on_at_its_next_page(delta, stop_after):
    whole = run_routed(made(REGIONS, delta=delta), three_pages)
    pages = len(whole.service.asked)
    sink, left = MemorySink(), iter([False] * stop_after)
    stopped = run_routed(
        made(REGIONS, delta=delta),
        three_pages,
        sink=sink,
        should_stop=lambda: next(left, True),
    )
    asked = len(stopped.service.asked)
    assert asked == min(stop_after, pages)
    assert stopped.progress.stopped == (asked < pages)
    if not stopped.progress.stopped:
        return
    here = Position.read(sink.positions["things"])
    assert here.page == asked
    assert stopped.progress.whole == {}
    rest = run_routed(made(REGIONS, delta=delta), three_pages, sink=sink)
    assert stopped.service.queries + rest.service.queries == whole.service.queries
    assert sink.ids == whole.sink.ids
    assert rest.progress.whole == whole.progress.whole
    assert [s.stream for s in rest.progress.sweeps] == [
        s.stream for s in whole.progress.sweeps
    ]


def test_max_pages_is_counted_in_each_slice_and_window():
    cut = {**BY_TWO, "maxPages": 2}
    trial = run_routed(made(REGIONS, delta=WEEKS, pagination=cut), three_pages)
    assert [q["page"] for q in trial.service.queries] == ["1", "2"] * 4
    notice = trial.told(Noticed)[0].message
    assert notice.startswith("Not every slice was seen whole")
    assert notice.endswith("Deletions are not looked for.")
    assert trial.progress.whole == {"things": None}

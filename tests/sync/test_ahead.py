"""Look-ahead: faster, in order, bounded, and over when the run is."""

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from tests.support.promptness import in_time
from tests.sync.routed import run_routed
from tests.sync.scripted import SINCE, MemorySink, answer, document, item

from ferrule.errors import UnexpectedStatus
from ferrule.exchange import Request
from ferrule.resilience import Policy
from ferrule.sync.ahead import Ahead

PAGES = {"type": "page", "nextParam": "page", "pageSize": 2}
OFFSETS = {"type": "offset", "nextParam": "offset", "pageSize": 2}
LISTED = {"itemsPath": "$.items"}


class Together:
    """Answers pages of two items; holds each answer until `meet` are under way.

    A meeting that does not come about within a second is given up, so that a look-ahead
    that is slower than it should be fails and does not hang.
    """

    def __init__(self, items: int, meet: int = 1) -> None:
        self.items = items
        self.meeting = threading.Barrier(meet)
        self.lock = threading.Lock()
        self.under_way = self.most = self.met = 0

    def __call__(self, _path: str, query: dict[str, str]) -> Any:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        try:
            self.meeting.wait(1)
            self.met += 1
        except threading.BrokenBarrierError:
            pass
        with self.lock:
            self.under_way -= 1
        begin = 2 * int(query.get("page", 1)) - 2
        begin = int(query.get("offset", begin))
        found = [item(n) for n in range(begin, min(begin + 2, self.items))]
        return answer({"items": found, "total": self.items})


@pytest.mark.parametrize("style", [PAGES, OFFSETS], ids=["page", "offset"])
@pytest.mark.parametrize("total", [True, False])
def test_pages_that_can_be_told_are_fetched_together_and_stored_in_order(style, total):
    named = {**style, "totalPath": "$.total"} if total else style
    service = Together(39)
    trial = run_routed(document(named, mapping=LISTED), service, threads=4)
    assert trial.sink.ids == [str(n) for n in range(39)]
    assert [batch.page for batch in trial.sink.batches] == list(range(1, 21))
    beyond = 0 if total else 3
    assert 20 <= len(trial.service.asked) <= 20 + beyond
    assert service.most <= 4


def test_four_are_under_way_at_once():
    service = Together(42)
    alone = iter([True])

    def answers(path, query):
        if next(alone, False):
            service.meeting = threading.Barrier(4)
            return answer({"items": [item(-1), item(-2)], "total": 42})
        return service(path, query)

    made = document({**PAGES, "totalPath": "$.total"}, mapping=LISTED)
    run_routed(made, answers, threads=4)
    assert service.most == 4
    assert service.met == 20


def test_a_stream_of_one_page_is_asked_once():
    trial = run_routed(document(PAGES, mapping=LISTED), Together(1), threads=4)
    assert len(trial.service.asked) == 1


def test_a_guess_that_was_wrong_is_not_made_again():
    def uneven(_path, query):
        begin = int(query["offset"])
        more = begin < 60
        return answer(
            {"items": [item(n) for n in range(begin, begin + 3)], "more": more}
        )

    made = document({**OFFSETS, "hasMorePath": "$.more"}, mapping=LISTED)
    trial = run_routed(made, uneven, threads=4)
    assert len(trial.service.asked) == len(trial.sink.batches)


def test_styles_that_cannot_be_told_are_asked_one_after_another():
    cursor = {"type": "cursor", "nextPath": "$.next", "nextParam": "c", "pageSize": 2}

    def chained(_path, query):
        here = int(query.get("c", 0))
        return answer({"items": [item(here)], "next": here + 1 if here < 9 else None})

    trial = run_routed(document(cursor, mapping=LISTED), chained, threads=4)
    assert len(trial.service.asked) == 10


def sliced(style, many):
    values = [str(n) for n in range(many)]
    return document(
        style,
        SINCE,
        polling={"partition": {"name": "p", "param": "p", "values": values}},
        mapping=LISTED,
    )


@pytest.mark.parametrize("style", [PAGES, {"type": "none"}], ids=["page", "none"])
def test_slices_begin_while_others_are_read(style):
    service = Together(1, meet=4)
    trial = run_routed(sliced(style, 16), service, threads=4)
    assert service.met == 16
    assert len(trial.service.asked) == 16
    order = [batch.slices for batch in trial.sink.batches]
    assert [next(iter(changed)) for changed in order] == [
        f'{{"p":"{n}"}}' for n in range(16)
    ]


def test_the_error_of_a_page_shows_when_it_is_its_turn():
    service = Together(40)

    def fails(path, query):
        if query["page"] == "7":
            raise UnexpectedStatus("It broke.", status=500)
        return service(path, query)

    sink = MemorySink()
    with pytest.raises(UnexpectedStatus):
        run_routed(document(PAGES, mapping=LISTED), fails, sink=sink, threads=4)
    assert len(sink.batches) == 6
    assert not ahead_threads()
    run_routed(document(PAGES, mapping=LISTED), service, sink=sink, threads=4)
    assert sink.ids == [str(n) for n in range(40)]


def test_an_error_beyond_the_end_is_never_seen():
    service = Together(5)

    def fails(path, query):
        if int(query["page"]) > 3:
            raise UnexpectedStatus("There is no such page.", status=404)
        return service(path, query)

    trial = run_routed(document(PAGES, mapping=LISTED), fails, threads=4)
    assert len(trial.sink.ids) == 5


def test_a_stop_ends_what_was_fetched_ahead():
    pages = iter(range(5))
    made = document(PAGES, mapping=LISTED)
    trial = run_routed(
        made, Together(80), threads=4, should_stop=lambda: next(pages, None) is None
    )
    assert trial.progress.stopped
    assert len(trial.service.asked) <= len(trial.sink.batches) + 3
    assert not ahead_threads()


def test_a_limit_fetches_nothing_that_is_not_needed():
    trial = run_routed(
        document(PAGES, mapping=LISTED), Together(80), threads=4, limit=7
    )
    assert len(trial.service.asked) == 4


def ahead_threads():
    return [t for t in threading.enumerate() if t.name.startswith("ahead")]


def test_closing_ends_requests_that_hang():
    held, cancelled = threading.Event(), threading.Event()

    def send(request: Request, policy: Policy):
        del policy
        if request.url == "hangs":
            held.set()
            cancelled.wait(5)
            raise UnexpectedStatus("It was cancelled.")
        held.wait(5)
        return answer()

    began = time.perf_counter()
    with Ahead(send, 2, cancelled.set) as ahead:
        ahead.fetch(
            Request("GET", "first"), Policy(), expected=[Request("GET", "hangs")]
        )
    assert cancelled.is_set()
    in_time(time.perf_counter() - began, 2)
    assert not ahead_threads()


def timed(*taken: float):
    """Return what answers each of some requests after so many milliseconds."""
    left = iter(taken)
    return lambda _request, _policy: replace(answer(), elapsed_ms=next(left))


@pytest.mark.parametrize(
    ("taken", "room"),
    [
        ([], 3),
        ([0.0], 3),  # nobody has looked at the clock
        ([0.5], 0),
        ([80.0], 3),
        ([80.0, 0.5], 0),
        ([80.0, 80.0, 80.0, 80.0, 0.5], 3),
        ([0.5] * 6 + [80.0], 0),
        ([0.5] * 8 + [80.0] * 7, 3),
    ],
)
def test_a_quick_service_is_asked_one_page_at_a_time(taken, room):
    with Ahead(timed(*taken)) as ahead:
        for number in range(len(taken)):
            ahead.fetch(Request("GET", str(number)), Policy(), expected=[])
        assert ahead.room == room


def test_what_is_under_way_is_used_though_the_service_turned_out_quick():
    sent = []

    def send(request: Request, policy: Policy):
        del policy
        sent.append(request.url)
        return replace(answer(), elapsed_ms=0.5)

    one, two, three = (Request("GET", name) for name in ("1", "2", "3"))
    with Ahead(send) as ahead:
        ahead.fetch(one, Policy(), expected=[two, three])
        assert ahead.room == 0
        ahead.fetch(two, Policy(), expected=[])
        ahead.fetch(three, Policy(), expected=[])
    assert sorted(sent) == ["1", "2", "3"]


def test_what_is_expected_no_more_is_forgotten():
    asked = []

    def send(request: Request, policy: Policy):
        del policy
        asked.append(request.url)
        return answer()

    one, two, three = (Request("GET", name) for name in ("1", "2", "3"))
    with Ahead(send, 3) as ahead:
        ahead.fetch(one, Policy(), expected=[two, three])
        ahead.fetch(three, Policy(), expected=[])
        ahead.fetch(two, Policy(), expected=[])
    assert asked.count("2") in {1, 2}
    assert asked.count("3") == 1


def test_an_answer_that_waits_to_be_used_is_used():
    sent = []

    def send(request: Request, policy: Policy):
        del policy
        sent.append(request.url)
        return answer()

    one, two = Request("GET", "1"), Request("GET", "2")
    with Ahead(send, 2) as ahead:
        ahead.fetch(one, Policy(), expected=[two])
        ahead.fetch(two, Policy(), expected=[])
    assert sorted(sent) == ["1", "2"]

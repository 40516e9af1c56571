"""Windows of time, strategies that compare here, tokens that expire, and syncFrom."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.clock import FakeClock
from tests.sync.routed import run_routed
from tests.sync.scripted import BASE, SINCE, MemorySink, answer, document, item

from ferrule.errors import AskForLess, CursorRejected, OffHost, UnexpectedStatus
from ferrule.expression.dates import parse_date
from ferrule.sync.events import BatchStored, Noticed

DAYS = {
    "type": "window",
    "format": "date",
    "startParam": "from",
    "endParam": "to",
    "start": "2026-01-01",
    "end": "2026-01-25",
    "step": "P10D",
    "granularity": "P1D",
}
WINDOWS = [
    ("2026-01-01", "2026-01-10"),
    ("2026-01-11", "2026-01-20"),
    ("2026-01-21", "2026-01-25"),
]
PLAIN = {"type": "none"}
CREATED = {"createdPath": "$.created_at"}


def windowed(pagination=PLAIN, mapping=None, **members):
    return document(pagination, {**DAYS, **members}, mapping=mapping)


def spans(trial):
    return [(q["from"], q["to"]) for q in trial.service.queries]


def daily(_path, query):
    """Give an item for each day of the window that is asked for."""
    first, last = (int(query[name][-2:]) for name in ("from", "to"))
    return answer([item(n, n) for n in range(first, last + 1)])


def test_windows_follow_one_another_with_a_granularity_between():
    trial = run_routed(windowed(), daily)
    assert spans(trial) == WINDOWS
    assert trial.progress.whole == {"things": "2026-01-25T00:00:00Z"}
    slices = [(b.slice, b.slices_done, b.slices) for b in trial.told(BatchStored)]
    assert slices[1] == ("2026-01-11 \N{EN DASH} 2026-01-20", 2, 3)


def test_the_next_run_begins_in_the_last_window_that_was_whole():
    trial = run_routed(windowed(), daily)
    again = run_routed(windowed(end="2026-01-31"), daily, sink=trial.sink, full=False)
    assert spans(again) == [("2026-01-25", "2026-01-31")]
    assert again.progress.whole == {"things": "2026-01-31T00:00:00Z"}
    back = run_routed(
        windowed(end="2026-01-31", lookback="P3D"), daily, sink=again.sink, full=False
    )
    assert spans(back) == [("2026-01-28", "2026-01-31")]


def test_without_granularity_windows_share_their_boundary():
    trial = run_routed(windowed(granularity=None), daily)
    assert spans(trial) == [
        ("2026-01-01", "2026-01-11"),
        ("2026-01-11", "2026-01-21"),
        ("2026-01-21", "2026-01-25"),
    ]


def test_templates_name_the_window_and_a_first_run_without_start_has_none():
    made = document(
        PLAIN,
        {"type": "window", "format": "unix", "end": "{{now}}"},
        polling={"query": {"after": "{{window.start}}", "before": "{{window.end}}"}},
    )
    trial = run_routed(made, lambda *_: answer([item(1, 5)]))
    assert trial.service.queries == [{"before": "1772366400"}]
    again = run_routed(made, lambda *_: answer([]), sink=trial.sink, full=False)
    assert again.service.queries[0]["after"] == "1767571200"


@pytest.mark.parametrize("pages", range(1, 6))
def test_a_run_that_ends_in_a_window_goes_on_there(pages):
    made = windowed({"type": "page", "nextParam": "page", "pageSize": 6})
    sink, left = MemorySink(), iter(range(pages))

    def paged(path, query):
        first, last = (int(query[name][-2:]) for name in ("from", "to"))
        begin = first + 6 * (int(query["page"]) - 1)
        return answer([item(n, n) for n in range(begin, min(begin + 6, last + 1))])

    def dies(path, query):
        if next(left, None) is None:
            raise UnexpectedStatus("It broke.", status=500)
        return paged(path, query)

    with pytest.raises(UnexpectedStatus) if pages < 5 else pytest.MonkeyPatch.context():
        run_routed(made, dies, sink=sink)
    if pages < 5:
        trial = run_routed(made, paged, sink=sink)
        assert len(trial.service.asked) == 5 - pages
    assert [int(i) for i in sink.ids] == list(range(1, 26))
    assert sink.checkpoints == {"things": "2026-01-25T00:00:00Z"}


SHOWN = [
    # Date header, items, the mark after a window to 2026-01-25
    (None, [], None),
    ("Mon, 12 Jan 2026 00:00:00 GMT", [], "2026-01-12T00:00:00Z"),
    ("Mon, 12 Jan 2026 00:00:00 GMT", [item(1, 14)], "2026-01-14T00:00:00Z"),
    ("Sat, 31 Jan 2026 00:00:00 GMT", [], "2026-01-25T00:00:00Z"),
    (None, [item(1, 31)], "2026-01-25T00:00:00Z"),
    ("nonsense", [], None),
]


@pytest.mark.parametrize(("date", "items", "mark"), SHOWN)
def test_a_mark_is_never_beyond_what_the_service_has_shown_of_its_time(
    date, items, mark
):
    def dated(_path, _query):
        found = answer(items)
        return type(found)(200, (("Date", date),) if date else (), found.body)

    assert run_routed(windowed(step=None), dated).progress.whole == {"things": mark}


def test_a_window_that_was_cut_short_stops_the_mark_before_it():
    made = windowed(
        {"type": "page", "nextParam": "page", "pageSize": 11, "maxPages": 1}
    )

    def second_is_long(path, query):
        found = daily(path, query)
        return (
            answer([item(n) for n in range(11)])
            if query["from"] == "2026-01-11"
            else found
        )

    trial = run_routed(made, second_is_long)
    assert spans(trial) == WINDOWS
    assert trial.progress.whole == {"things": "2026-01-10T00:00:00Z"}
    assert trial.progress.sweeps == []
    assert "Not every slice" in trial.told(Noticed)[0].message


def test_each_partition_has_windows_from_its_own_mark():
    made = windowed()
    made["ingestion"]["partition"] = {
        "name": "region",
        "param": "region",
        "values": ["eu", "us"],
    }
    kept = {"slices": {'{"region":"eu"}': "2026-01-21T00:00:00Z"}}
    trial = run_routed(
        made, daily, sink=MemorySink(checkpoints={"things": kept}), full=False
    )
    assert [(q["region"], q["from"]) for q in trial.service.queries] == [
        ("eu", "2026-01-21"),
        ("us", "2026-01-01"),
        ("us", "2026-01-11"),
        ("us", "2026-01-21"),
    ]
    assert (
        trial.told(BatchStored)[0].slice
        == "region=eu, 2026-01-21 \N{EN DASH} 2026-01-25"
    )
    assert set(trial.progress.whole["things"]["slices"].values()) == {
        "2026-01-25T00:00:00Z"
    }


def test_nothing_is_asked_when_the_checkpoint_is_ahead_of_the_end():
    sink = MemorySink(checkpoints={"things": "2026-02-01T00:00:00Z"})
    trial = run_routed(windowed(), daily, sink=sink, full=False)
    assert trial.service.asked == []
    assert trial.progress.whole == {"things": "2026-02-01T00:00:00Z"}


def test_a_window_is_halved_until_the_service_answers_it():
    def at_most_three_days(path, query):
        first, last = (parse_date(query[name]) for name in ("from", "to"))
        if last - first > timedelta(days=2):
            raise AskForLess("Too much.", how="split_window")
        return daily(path, query)

    trial = run_routed(windowed(), at_most_three_days)
    assert sorted(map(int, trial.sink.ids)) == list(range(1, 26))
    assert len(trial.sink.ids) == 25
    assert trial.progress.whole == {"things": "2026-01-25T00:00:00Z"}


def test_a_window_that_cannot_be_smaller_fails_as_it_is():
    def never(*_):
        raise AskForLess("Too much.", how="split_window")

    with pytest.raises(AskForLess):
        run_routed(windowed(), never)
    with pytest.raises(AskForLess):
        run_routed(document(PLAIN), never)


SIZES = [
    ({"type": "offset", "nextParam": "offset"}, 7),
    ({"type": "offset", "nextParam": "offset", "startAt": 1}, 7),
    ({"type": "page", "nextParam": "page"}, 7),
    ({"type": "page", "nextParam": "page", "startAt": 0}, 7),
    ({"type": "page", "nextParam": "page"}, 5),
    ({"type": "cursor", "nextParam": "c", "nextPath": "$.next"}, 7),
]


@pytest.mark.parametrize(("style", "refused"), SIZES)
def test_smaller_pages_keep_their_place_exactly(style, refused):
    made = document(
        {**style, "pageSizeParam": "size", "pageSize": 12},
        mapping={"itemsPath": "$.items"},
    )
    asked = []

    def small(_path, query):
        size = int(query["size"])
        begin = int(query.get("c", 0))
        if "offset" in query:
            begin = int(query["offset"]) - style.get("startAt", 0)
        if "page" in query:
            begin = (int(query["page"]) - style.get("startAt", 1)) * size
        asked.append((begin, size))
        if begin >= 24 and size > refused:
            raise AskForLess("Too much.", how="shrink_page")
        items = [item(n) for n in range(begin, min(begin + size, 50))]
        return answer(
            {"items": items, "next": begin + size if begin + size < 50 else None}
        )

    trial = run_routed(made, small)
    assert list(map(int, trial.sink.ids)) == list(range(50))
    assert asked[:2] == [(0, 12), (12, 12)]


def test_pages_of_one_item_cannot_be_smaller():
    def never(*_):
        raise AskForLess("Too much.", how="shrink_page")

    made = document(
        {"type": "offset", "nextParam": "o", "pageSizeParam": "n", "pageSize": 8}
    )
    with pytest.raises(AskForLess):
        run_routed(made, never)


HERE = {"type": "client_side", "order": "newest_first"}
BY_TWO = {"type": "page", "nextParam": "page", "pageSize": 2}


def newest_first(_path, query):
    page = int(query["page"])
    return answer([item(n, n) for n in range(9, 0, -1)][2 * page - 2 : 2 * page])


@pytest.mark.parametrize(
    ("order", "pages"), [("newest_first", 3), ("unordered", 5), (None, 5)]
)
def test_what_is_older_than_the_boundary_is_left_out_here(order, pages):
    made = document(BY_TWO, {**HERE, "order": order})
    sink = MemorySink(checkpoints={"things": "2026-01-06T00:00:00Z"})
    trial = run_routed(made, newest_first, sink=sink, full=False)
    assert trial.sink.ids == ["9", "8", "7", "6"]
    assert len(trial.service.asked) == pages
    assert trial.progress.counts.skipped == 2 * pages - 4 - (pages == 5)
    assert trial.progress.whole == {"things": "2026-01-09T00:00:00Z"}


def test_a_full_run_of_a_strategy_that_compares_here_reads_everything():
    trial = run_routed(document(BY_TWO, HERE), newest_first)
    assert len(trial.sink.ids) == 9
    assert len(trial.progress.sweeps) == 1


def test_lookback_widens_the_boundary_and_items_without_a_time_are_kept():
    made = document(PLAIN, {**HERE, "lookback": "P2D", "itemCursorPath": "$.changed"})
    sink = MemorySink(checkpoints={"things": "2026-01-06T00:00:00Z"})
    body = [item(1, changed="2026-01-04"), item(2), item(3, changed="2026-01-03")]
    trial = run_routed(made, lambda *_: answer(body), sink=sink, full=False)
    assert trial.sink.ids == ["1", "2"]


TOKEN = {"type": "delta_token", "tokenPath": "$.next_sync", "tokenParam": "sync"}
ITEMS = {"itemsPath": "$.items"}
CURSOR = {"type": "cursor", "nextPath": "$.next", "nextParam": "page", "pageSize": 1}


def rounds(_path, query):
    if "sync" in query:
        return answer({"items": [item(3)], "next_sync": query["sync"] + "'"})
    if "page" in query:
        return answer({"items": [item(2)], "next_sync": "token"})
    return answer({"items": [item(1)], "next": "p2"})


def test_the_token_of_the_last_page_is_sent_by_the_next_run():
    made = document(CURSOR, TOKEN, mapping=ITEMS)
    trial = run_routed(made, rounds)
    assert trial.progress.whole == {"things": "token"}
    again = run_routed(made, rounds, sink=trial.sink, full=False)
    assert again.service.queries == [{"sync": "token"}]
    assert again.progress.whole == {"things": "token'"}


def test_a_token_may_be_a_whole_link_of_the_same_place():
    made = document(PLAIN, {**TOKEN, "tokenParam": "url"}, mapping=ITEMS)
    link = f"{BASE}/delta?token=1"
    trial = run_routed(made, lambda *_: answer({"items": [], "next_sync": link}))
    again = run_routed(
        made, lambda *_: answer({"items": []}), sink=trial.sink, full=False
    )
    assert again.service.asked[0].full_url == link
    assert again.progress.whole == {"things": link}
    with pytest.raises(OffHost):
        run_routed(
            made,
            lambda *_: answer({"items": [], "next_sync": "https://evil.example.com/"}),
        )


@pytest.mark.parametrize("status", [400, 404, 409, 410])
def test_a_token_that_has_expired_asks_for_a_full_sync_and_makes_none(status):
    made = document(CURSOR, TOKEN, mapping=ITEMS)
    sink = MemorySink(checkpoints={"things": "old"})
    calls = []

    def gone(_path, query):
        calls.append(query)
        raise UnexpectedStatus(f"It answers {status}.", status=status)

    with pytest.raises(CursorRejected) as caught:
        run_routed(made, gone, sink=sink, full=False)
    assert "full sync" in caught.value.advice
    assert len(calls) == 1
    assert sink.checkpoints == {"things": "old"}
    with pytest.raises(UnexpectedStatus):
        run_routed(made, gone, sink=sink)


def test_sync_from_is_sent_to_a_full_run_and_never_to_an_incremental_one():
    made = document(
        PLAIN,
        {**SINCE, "format": "unix", "syncFromParam": "created_after"},
        mapping=CREATED,
    )
    body = [item(1, 1), item(2, 5)]
    trial = run_routed(made, lambda *_: answer(body), sync_from="2026-01-03T00:00:00Z")
    assert trial.service.queries == [{"created_after": "1767398400"}]
    assert trial.sink.ids == ["2"]
    assert trial.progress.sweeps[0].created_from == "2026-01-03T00:00:00Z"
    again = run_routed(
        made,
        lambda *_: answer(body),
        sink=trial.sink,
        full=False,
        sync_from="2026-01-03T00:00:00Z",
    )
    assert again.service.queries == [{"since": "1767571200"}]
    assert again.sink.ids == ["2", "1", "2"]


def test_sync_from_without_created_path_is_sent_and_nothing_is_swept():
    made = document(PLAIN, {"type": "none", "syncFromParam": "after"})
    trial = run_routed(
        made, lambda *_: answer([item(1, 1)]), sync_from="2026-01-03T00:00:00Z"
    )
    assert trial.service.queries == [{"after": "2026-01-03T00:00:00Z"}]
    assert trial.sink.ids == ["1"]
    assert trial.progress.sweeps == []


def test_windows_begin_at_sync_from_and_only_in_new_slices():
    since = "2026-01-13T00:00:00Z"
    trial = run_routed(windowed(mapping=CREATED), daily, sync_from=since)
    assert spans(trial)[0] == ("2026-01-13", "2026-01-22")
    made = windowed(mapping=CREATED)
    made["ingestion"]["partition"] = {"name": "r", "param": "r", "values": ["a", "b"]}
    sink = MemorySink(
        checkpoints={"things": {"slices": {'{"r":"a"}': "2026-01-02T00:00:00Z"}}}
    )
    mixed = run_routed(made, daily, sink=sink, full=False, sync_from=since)
    firsts = {q["r"]: q["from"] for q in reversed(mixed.service.queries)}
    assert firsts == {"a": "2026-01-02", "b": "2026-01-13"}


STARTS = [
    (SINCE, {}, None),
    ({**SINCE, "start": "2026-01-03"}, CREATED, "2026-01-03T00:00:00Z"),
    ({**SINCE, "start": "2026-01-03"}, {}, "none"),
    (
        {"type": "since_id", "idPath": "$.id", "idParam": "s", "start": "5"},
        CREATED,
        "none",
    ),
]


@pytest.mark.parametrize(("delta", "mapping", "since"), STARTS)
def test_deletions_are_looked_for_where_everything_was_asked_for(delta, mapping, since):
    trial = run_routed(
        document(PLAIN, delta, mapping=mapping), lambda *_: answer([item(1, 5)])
    )
    found = [sweep.created_from for sweep in trial.progress.sweeps]
    assert found == ([] if since == "none" else [since])


def test_stop_when_ends_a_stream_after_the_page_itself():
    stop = {"when": "item:$.id", "operator": "gte", "value": 3}
    made = document({**BY_TWO, "stopWhen": stop})
    trial = run_routed(
        made, lambda _p, q: answer([item(2 * int(q["page"]) + n) for n in (0, 1)])
    )
    assert trial.sink.ids == ["2", "3"]
    assert list(trial.progress.whole) == ["things"]


def test_now_ends_the_windows_of_a_run():
    clock = FakeClock(datetime(2026, 1, 12, tzinfo=UTC))
    trial = run_routed(windowed(end=None), daily, clock=clock)
    assert spans(trial) == [("2026-01-01", "2026-01-10"), ("2026-01-11", "2026-01-12")]

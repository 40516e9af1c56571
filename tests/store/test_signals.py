"""Signals come back exactly, newest first, found by text, counted by age."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from tests.store.building import NOW, FixedClock, batch, signal

from ferrule.exchange import Json, encode
from ferrule.store import Batch, Database, Runs


def _store(runs: Runs, *signals: object, **members: object) -> None:
    lease = runs.begin("p", "work", "incremental", owner="me", now=NOW)
    runs.commit(lease, batch(list(signals), **members), NOW)
    runs.finish(lease, NOW, status="done")


ITEMS: list[Json] = [
    {"id": 1, "huge": 123456789012345678901234567890, "exact": Decimal("0.10")},
    {"id": 1, "title": "Ünïcode \U0001f600 \u2028", "none": None, "deep": [[{}]]},
    ["a", "list"],
    "text",
    None,
    0,
]


@pytest.mark.parametrize("item", ITEMS, ids=repr)
def test_a_signal_comes_back_exactly_when_raw_is_the_item(
    runs: Runs, item: Json
) -> None:
    made = signal("1", raw=item, fields={"item": item}, warnings=["cut"])
    _store(runs, made, items=[item])
    (row,) = runs.signals("p", "work")
    assert (row.signal, row.raw_payload) == (made, encode(item))


def test_a_signal_comes_back_exactly_when_raw_is_a_part(runs: Runs) -> None:
    item = {"id": 1, "title": "x", "body": "long"}
    made = signal("1", raw={"title": "x"}, created_at="2026-01-01T00:00:00Z")
    _store(runs, made, items=[item])
    (row,) = runs.signals("p", "work")
    assert (row.signal, row.raw_payload) == (made, encode(item))


def test_the_complete_item_is_kept_once(database: Database, runs: Runs) -> None:
    item = {"id": 1, "body": "x" * 5000}
    _store(runs, signal("1", raw=item), items=[item])
    with database.reading() as db:
        sizes = "SELECT length(signal), length(raw_payload) FROM signal"
        document, raw = db.execute(sizes).fetchone()
    assert document < 500 < raw


@pytest.mark.parametrize(
    "key",
    ["1", "01", "1.0", " ", "a'b\"c", "%_", "Ü\U0001f600", "null", "a\x00b", "\n"],
)
def test_any_id_is_found_again(runs: Runs, key: str) -> None:
    _store(runs, signal(key))
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    assert runs.commit(lease, batch([signal(key)]), NOW).unchanged == 1
    assert runs.commit(lease, batch([signal(key, deleted=True)]), NOW).deleted == 1


def test_ids_that_differ_after_a_nul_are_two(runs: Runs) -> None:
    _store(runs, signal("a"), signal("a\x00b"))
    lease = runs.begin("p", "work", "incremental", owner="me", now=NOW)
    runs.commit(lease, batch([signal("a\x00b", deleted=True)]), NOW)
    assert [row.signal.external_id for row in runs.signals("p", "work")] == ["a"]


def test_a_page_of_any_size_is_one_page(runs: Runs) -> None:
    many = [signal(str(number)) for number in range(1201)]
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    assert runs.commit(lease, batch(many), NOW).created == 1201
    assert runs.commit(lease, batch(many), NOW).unchanged == 1201


def test_pages_follow_one_another_newest_first_over_all_collections(
    runs: Runs,
) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    for number in range(40):
        at = f"2026-01-{1 + number // 8:02}T00:00:00Z"
        page = batch(
            [signal(str(number), timestamp=at)], collection_key=f"c{number % 3}"
        )
        runs.commit(lease, page, NOW)
    seen, mark = [], None
    while rows := runs.signals("p", "work", limit=7, after=mark):
        seen += rows
        mark = rows[-1].mark
    assert len({row.signal.external_id for row in seen}) == len(seen) == 40
    times = [row.signal.timestamp for row in seen]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("crash", {"1"}),
        ("CRASH", {"1"}),
        ("straße", {"2"}),
        ("STRASSE", {"2"}),
        ("created", {"2"}),
        ("100%", {"3"}),
        ("3", {"3"}),
        ("", {"1", "2", "3"}),
        ("nowhere", set()),
    ],
)
def test_text_is_found_in_summary_type_and_id(
    runs: Runs, text: str, found: set[str]
) -> None:
    _store(
        runs,
        signal("1", summary="It Crashes"),
        signal("2", summary="Die Straße", type="issue_created"),
        signal("3", summary="at 100%"),
    )
    rows = runs.signals("p", "work", text=text)
    assert {row.signal.external_id for row in rows} == found


def test_signals_are_counted_by_the_time_of_their_storing(
    runs: Runs, clock: FixedClock
) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    for key, age in {"a": 0.5, "b": 3, "c": 6.9, "d": 30}.items():
        runs.commit(lease, batch([signal(key)]), NOW - timedelta(days=age))
    counts = runs.count_signals("p", "work")
    assert (counts.last_day, counts.last_week, counts.total) == (1, 3, 4)
    assert runs.count_signals("p", "none").total == 0


def test_a_changed_row_keeps_its_first_run_and_tells_its_last(runs: Runs) -> None:
    _store(runs, signal("1", "a"), signal("2", "a"))
    _store(runs, signal("1", "b"), signal("2", "a"))
    told = {row.signal.external_id: row for row in runs.signals("p", "work")}
    assert (told["1"].first_run, told["1"].last_run) == (1, 2)
    assert (told["2"].first_run, told["2"].last_run) == (1, 1)
    assert told["1"].stored_at == "2026-01-02T03:04:05Z"


def test_a_page_without_items_moves_the_cursor(runs: Runs) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    empty = Batch("issues", "issue", [], [], position={"token": "next"})
    assert runs.commit(lease, empty, NOW).processed == 0
    assert runs.positions(lease.run) == {"issues": {"token": "next"}}


def test_signals_and_items_must_go_together(runs: Runs) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    with pytest.raises(ValueError, match="zip"):
        runs.commit(lease, batch([signal("1")], items=[]), NOW)


def test_a_signal_that_is_read_writes_the_json_of_the_stored_one(runs: Runs) -> None:
    made = signal("1", raw={"part": 1})
    _store(runs, made)
    (row,) = runs.signals("p", "work")
    assert msgspec.json.encode(row.signal) == msgspec.json.encode(made)

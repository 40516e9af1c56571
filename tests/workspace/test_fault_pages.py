"""Pages, items and times that are not as they should be: what is stored, what stays."""

import json
from pathlib import Path

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import FaultServer, answer
from tests.support.listing import Listing, thing
from tests.workspace.faulty import NEXT, PAGE, Faulty, described

from ferrule.sync.events import ItemFailed

THINGS = 12
ALL = list(range(1, THINGS + 1))


@pytest.fixture(scope="module")
def server():
    with FaultServer() as running:
        yield running


@pytest.fixture
def there() -> Listing:
    return Listing([thing(number) for number in ALL])


@pytest.fixture
def faulty(tmp_path: Path, server: FaultServer, there: Listing) -> Faulty:
    return Faulty(tmp_path, server, there)


def test_a_token_that_comes_again_ends_the_run(faulty, there):
    there.body = lambda part, _following: {"items": part, "next": "again"}
    ended = faulty.sync()
    assert (ended.failure, ended.status) == ("EndlessPaging", "failed")
    assert "names the page 'again' again" in ended.error
    assert len(there.asked) == 2
    assert faulty.mark is None
    there.body, there.asked = None, []
    assert faulty.sync().status == "done"
    assert faulty.ids == ALL


def test_a_page_that_comes_again_under_another_token_ends_the_run(faulty, there):
    there.body = lambda _part, _following: {
        "items": [thing(1), thing(2)],
        "next": str(len(there.asked)),
    }
    ended = faulty.sync()
    assert (ended.failure, ended.status) == ("EndlessPaging", "failed")
    assert len(there.asked) == 2
    assert (faulty.ids, faulty.mark) == ([1, 2], None)


def test_a_service_that_ignores_the_page_number_ends_the_run(tmp_path, server, there):
    faulty = Faulty(tmp_path, server, there, described(pagination=PAGE))
    there.body = lambda _part, _next: {"items": [thing(1), thing(2), thing(3)]}
    ended = faulty.sync()
    assert (ended.failure, ended.status) == ("EndlessPaging", "failed")
    assert "seems to ignore the page parameter" in ended.advice
    assert (faulty.ids, faulty.mark) == ([1, 2, 3], None)


def test_an_empty_page_is_not_the_end_while_a_token_follows(faulty, there):
    empty = answer(b'{"items":[],"next":"2026-03-01T10:06:00Z/60"}')
    there.faults = {3: empty}
    ended = faulty.sync()
    assert (ended.status, ended.counts.created) == ("done", THINGS)
    assert (faulty.ids, len(there.asked)) == (ALL, 5)


@pytest.mark.parametrize("beyond", [None, "not_found", "server_error", "html", "reset"])
def test_a_page_past_the_end_is_empty_and_ends_the_stream(
    tmp_path, server, there, beyond: str | None
):
    """What is asked for ahead and never needed may fail as it likes."""
    faulty = Faulty(tmp_path, server, there, described(pagination=PAGE))
    there.beyond = beyond
    ended = faulty.sync()
    assert (ended.status, ended.pages, faulty.ids) == ("done", 5, ALL)


BAD = [
    ({"id": None}, None, "idPath"),
    ({"id": {"a": 1}}, None, "idPath"),
    ({"id": ""}, None, "idPath"),
    ({"updated_at": "yesterday"}, "4", "timestampPath"),
    ({"updated_at": None}, "4", "timestampPath"),
    ({"created_at": [1]}, "4", "createdPath"),
]


@pytest.mark.parametrize(("members", "item_id", "place"), BAD)
def test_a_bad_item_is_set_aside_with_its_reason_and_the_rest_is_stored(
    faulty, there, members, item_id, place
):
    faulty.sync()
    bad = {**thing(4), **members}
    page = {"items": [bad, thing(5), thing(6)], "next": "2026-03-01T10:06:00Z/6"}
    gone = there.things.pop()
    there.asked, there.faults = [], {2: answer(json.dumps(page).encode())}
    ended = faulty.sync()
    assert (ended.status, ended.counts.failed) == ("done", 1)
    assert ended.counts.processed == THINGS - 1
    (failed,) = faulty.told(ItemFailed)
    assert (failed.item_id, failed.field, failed.page) == (item_id, place, 2)
    ((raw_item,),) = faulty.ask("SELECT raw FROM item_error")
    assert json.loads(raw_item) == bad
    # An item that does not say which it is may be any: then nothing is deleted.
    swept = item_id is not None
    assert (gone["id"] in faulty.ids) is not swept
    assert set(ALL[:-1]) <= set(faulty.ids)


@pytest.mark.parametrize("bad", [1, "text", None, [], True, 1.5])
def test_an_item_of_the_wrong_type_is_set_aside(faulty, there, bad):
    page = {"items": [bad, thing(5), thing(6)], "next": "2026-03-01T10:06:00Z/6"}
    there.faults = {2: answer(json.dumps(page).encode())}
    ended = faulty.sync()
    assert (ended.status, ended.counts.failed) == ("done", 1)
    assert faulty.ids == [1, 2, 3, *ALL[4:]]


def test_an_item_of_five_megabytes_is_stored_whole(faulty, there):
    there.things[4]["body"] = "x" * 5_000_000
    assert faulty.sync().status == "done"
    sizes = faulty.ask("SELECT max(length(raw_payload)) FROM signal")
    assert sizes[0][0] > 5_000_000
    assert faulty.ids == ALL


def test_too_many_bad_items_end_the_run(faulty, there):
    there.things = [
        thing(n, n % 60, title="x", created_at="never" if n % 3 else None)
        for n in range(1, 121)
    ]
    ended = faulty.sync()
    assert (ended.failure, ended.status) == ("TooManyItemErrors", "failed")
    assert ended.counts.processed < 120
    assert (ended.counts.failed, faulty.mark) == (
        len(faulty.ask("SELECT id FROM item_error")),
        None,
    )


def test_equal_times_at_the_edge_of_a_page_are_all_stored(faulty, there):
    for number in (3, 4, 5, 6, 7):
        there.things[number - 1]["updated_at"] = "2026-03-01T10:05:00Z"
    assert faulty.sync().counts.created == THINGS
    assert faulty.ids == ALL


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2038-01-19T03:14:08Z", "2038-01-19T03:14:08Z"),  # beyond 32 bits
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),  # a leap second
        ("2026-03-29T01:59:59+01:00", "2026-03-29T00:59:59Z"),  # the hour that
        ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z"),  # is left out
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"),  # and the one
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),  # that comes twice
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_odd_times_are_stored_in_utc_and_become_the_checkpoint(
    faulty, there, sent: str, stored: str
):
    there.things = [thing(1, updated_at=sent)]
    assert faulty.sync().counts.created == 1
    assert faulty.ask("SELECT timestamp FROM signal") == [(stored,)]
    assert faulty.mark == stored
    assert faulty.sync(NEXT).failure is None


def test_what_changed_at_the_very_time_of_the_checkpoint_is_not_missed(faulty, there):
    faulty.sync()
    there.things.append(thing(13, 12))
    ended = faulty.sync(NEXT)
    assert (ended.counts.created, ended.counts.unchanged) == (1, 1)
    assert faulty.ids == [*ALL, 13]


def test_a_change_that_comes_during_the_run_is_stored_once_as_it_is(faulty, there):
    def touch(number: int) -> None:
        if number == 3:
            there.things[0].update(updated_at="2026-03-01T10:50:00Z", title="Changed")

    there.before = touch
    ended = faulty.sync()
    assert (ended.counts.created, ended.counts.updated) == (THINGS, 1)
    rows = faulty.ask("SELECT summary FROM signal WHERE external_id = '1'")
    assert rows == [("Changed",)]
    assert faulty.mark == "2026-03-01T10:50:00Z"


def test_a_change_that_shows_late_is_found_by_looking_back(tmp_path, server, there):
    delta = {"type": "timestamp_filter", "queryParam": "since", "format": "iso8601"}
    made = described(delta={**delta, "lookback": "PT5M"})
    faulty = Faulty(tmp_path, server, there, made)
    faulty.sync()
    there.things.append(thing(13, 9))
    ended = faulty.sync(NEXT)
    assert there.asked[4]["since"] == "2026-03-01T10:07:00Z"
    assert (ended.counts.created, ended.counts.unchanged) == (1, 6)
    assert faulty.mark == "2026-03-01T10:12:00Z"


@pytest.mark.parametrize(("gone", "passed"), [(1, True), (11, False)])
def test_an_item_deleted_during_a_full_sync_goes_now_or_with_the_next(
    faulty, there, gone: int, passed: bool
):
    faulty.sync()

    def remove(number: int) -> None:
        if number == 3:
            there.things = [one for one in there.things if one["id"] != gone]

    there.asked, there.before = [], remove
    first = faulty.sync()
    assert first.counts.deleted == (0 if passed else 1)
    assert (gone in faulty.ids) is passed
    faulty.sync()
    assert faulty.ids == [number for number in ALL if number != gone]


def test_a_full_sync_that_is_not_complete_deletes_nothing(faulty, there):
    faulty.sync()
    del there.things[:2]
    there.asked, there.fails_from = [], 3
    assert faulty.sync().status == "interrupted"
    assert faulty.ids == ALL
    there.works()
    assert faulty.sync().counts.deleted == 2
    assert faulty.ids == ALL[2:]


@pytest.mark.parametrize("step", [3600, -3600, 86_400 * 400, 1])
def test_a_wall_clock_that_steps_during_the_run_changes_nothing(
    tmp_path, server, there, step: int
):
    straight = Faulty(tmp_path / "a", server, there)
    straight.sync()
    wanted, there.asked = straight.kept(), []
    clock = FakeClock()
    faulty = Faulty(tmp_path / "b", server, there, clock=clock)
    there.before = lambda number: clock.set_back(step if number in {2, 3} else 0)
    there.faults = {3: "unavailable_7"}
    ended = faulty.sync()
    assert (ended.status, ended.counts.created) == ("done", THINGS)
    assert faulty.kept() == wanted
    assert 7.0 <= ended.seconds < 8
    assert faulty.sync(NEXT).status == "done"

"""Calls are written down once, told from one another, mapped once, and counted."""

import sqlite3
from collections import Counter
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.building import NOW, FixedClock, connect

from ferrule.clock import rfc3339
from ferrule.errors import NotFound, StoreError
from ferrule.redaction import live
from ferrule.store import (
    Connections,
    Database,
    Deliveries,
    NewDelivery,
    Settled,
    Taker,
    upgrade_6,
    upgrades,
)
from ferrule.store.delivery_rows import REFUSED_BODY, REFUSED_KEPT
from ferrule.store.liveness import Holder

ME = Taker.named("me")
LATER = NOW.timestamp() + 1000


def call(number: int = 1, **members: object) -> NewDelivery:
    plain = {
        "project": "p",
        "connection": "work",
        "connector_id": "acme.issues",
        "received_at": rfc3339(NOW),
        "method": "POST",
        "url": "http://127.0.0.1/api/webhooks/work/p",
        "headers": (("x-event", "issues"),),
        "body": b'{"n": %d}' % number,
        "verdict": "valid",
        "correlation_id": f"c{number}",
        "event_type": "issues",
        "key": f"k{number}",
        "key_until": LATER,
    }
    return NewDelivery(**{**plain, **members})


@pytest.fixture
def deliveries(database: Database, clock: FixedClock) -> Deliveries:
    return Deliveries(database, clock)


def statuses(deliveries: Deliveries) -> list[str]:
    return [one.status for one in deliveries.after("p", 0)]


def settle(deliveries: Deliveries, status: str = "mapped", **members: object) -> None:
    taken = deliveries.take(ME)
    found = Settled(status, **members)
    deliveries.settle(ME, [(one.delivery.id, lambda _: found) for one in taken])


def test_a_call_comes_out_as_it_went_in(deliveries: Deliveries) -> None:
    made = call(body=b"abc", canonical=b"v0:17:abc:end", delivery_id="d")
    (kept,) = deliveries.keep([made])
    assert (kept.id, kept.status, kept.duplicate_of) == (1, "pending", None)
    found = deliveries.get("p", kept.id)
    assert (found.size, found.delivery_id, found.verdict) == (3, "d", "valid")
    assert (found.attempts, found.outcome, found.settled_at) == (0, {}, None)
    content = deliveries.content("p", kept.id)
    assert (content.headers, content.body) == (made.headers, b"abc")
    assert (content.canonical, content.shortened) == (b"v0:17:abc:end", False)


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (b"abc", b"abc"),
        (b"abc", None),
        (b"", b""),
        (b"", b"url"),
        (b"a=1&b=2", b"https://x/a1b2"),
        (b"\xff\x00", b"v0:\xff\x00"),
        (b"aa", b"aaaa"),
    ],
)
def test_the_signed_text_comes_back_whatever_it_is(
    deliveries: Deliveries, body: bytes, canonical: bytes | None
) -> None:
    (kept,) = deliveries.keep([call(body=body, canonical=canonical)])
    assert deliveries.content("p", kept.id).canonical == canonical


@pytest.mark.parametrize("together", [True, False])
def test_the_same_again_is_a_duplicate_in_one_commit_or_in_two(
    deliveries: Deliveries, together: bool
) -> None:
    calls = [call(1), call(1, correlation_id="again"), call(2)]
    if together:
        kept = deliveries.keep(calls)
    else:
        kept = [one for each in calls for one in deliveries.keep([each])]
    assert [one.status for one in kept] == ["pending", "duplicate", "pending"]
    assert (kept[1].duplicate_of, kept[1].conflict) == (1, False)
    assert deliveries.content("p", 2).body == calls[0].body  # kept but once
    counts = deliveries.counts("p")
    assert (counts.received, counts.duplicates, counts.conflicts) == (2, 1, 0)
    assert [one.delivery.id for one in deliveries.take(ME)] == [1, 3]


def test_the_same_id_with_another_body_is_a_conflict_and_the_first_stays(
    deliveries: Deliveries,
) -> None:
    first, other = call(1), call(1, body=b"other")
    kept = deliveries.keep([first, other])
    assert (kept[1].status, kept[1].conflict) == ("duplicate", True)
    assert deliveries.content("p", 1).body == first.body
    assert deliveries.content("p", 2).body == b"other"  # to be compared
    assert deliveries.get("p", 2).conflict
    assert [one.delivery.id for one in deliveries.take(ME)] == [1]
    assert deliveries.counts("p").conflicts == 1


def test_a_key_counts_for_its_connection_and_its_time(
    deliveries: Deliveries, database: Database, clock: FixedClock
) -> None:
    connect(database, "other")
    soon = NOW.timestamp() + 10
    deliveries.keep([call(1, key_until=soon), call(1, connection="other")])
    assert statuses(deliveries) == ["pending", "pending"]
    clock.sleep(11)
    (kept,) = deliveries.keep([call(1, key_until=soon + 20)])
    assert kept.status == "pending"
    (again,) = deliveries.keep([call(1, key_until=soon + 20)])
    assert again.duplicate_of == kept.id


def test_calls_without_a_key_are_compared_with_none(deliveries: Deliveries) -> None:
    deliveries.keep([call(1, key=None), call(1, key=None), call(1)])
    assert statuses(deliveries) == ["pending"] * 3


def test_a_call_of_a_connection_that_is_gone_is_not_written(
    deliveries: Deliveries, database: Database
) -> None:
    kept = deliveries.keep([call(1), call(2, connection="gone")])
    assert [one is None for one in kept] == [False, True]
    Connections(database).delete("p", "work")
    assert deliveries.keep([call(3)]) == [None]
    with database.reading() as db:
        for table in ("delivery", "delivery_content", "event_dedup", "delivery_count"):
            found = db.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  literals
            assert found.fetchone() == (0,)


def test_a_number_never_comes_again(deliveries: Deliveries, clock: FixedClock) -> None:
    deliveries.keep([call(1, status="ignored"), call(2, status="ignored")])
    clock.sleep(3600)
    assert deliveries.prune(clock.now()) == 2
    (kept,) = deliveries.keep([call(3)])
    assert kept.id == 3


def test_of_refused_calls_the_latest_stay_and_all_are_counted(
    deliveries: Deliveries,
) -> None:
    long = b"x" * (REFUSED_BODY + 1)
    refused = {"status": "refused", "verdict": "invalid", "key": None}
    deliveries.keep([call(n, **refused) for n in range(REFUSED_KEPT)])
    deliveries.keep([call(9, body=long, canonical=long, **refused)] * 5)
    counts = deliveries.counts("p")
    assert counts.refused == REFUSED_KEPT + 5
    assert counts.by_status["refused"] == REFUSED_KEPT
    newest = deliveries.list("p", statuses={"refused"}, limit=REFUSED_KEPT + 9)
    assert len(newest) == REFUSED_KEPT
    assert newest[-1].id == 6
    content = deliveries.content("p", newest[0].id)
    assert (len(content.body), content.shortened) == (REFUSED_BODY, True)
    assert content.canonical is None
    assert newest[0].size == len(long)


def test_a_list_is_newest_first_in_pages_by_connection_and_standing(
    deliveries: Deliveries, database: Database
) -> None:
    connect(database, "other")
    deliveries.keep([call(n) for n in range(1, 6)])
    deliveries.keep([call(6, connection="other", status="ignored")])

    def ids(**options: object) -> list[int]:
        return [one.id for one in deliveries.list("p", **options)]

    assert ids(limit=2) == [6, 5]
    assert ids(before=5, limit=3) == [4, 3, 2]
    assert ids(connection="other") == [6]
    assert ids(statuses={"ignored"}) == [6]
    assert ids(statuses={"ignored", "pending"}, limit=2) == [6, 5]
    assert [one.id for one in deliveries.after("p", 4)] == [5, 6]
    assert [one.id for one in deliveries.after("p", 0, limit=2)] == [1, 2]
    assert [one.id for one in deliveries.named("p", [2, 4, 99])] == [4, 2]
    assert ids(statuses=()) == [6, 5, 4, 3, 2, 1]
    assert deliveries.list("q") == ()
    assert deliveries.named("p", []) == ()


def test_the_one_before_is_of_the_same_connection_and_event(
    deliveries: Deliveries, database: Database
) -> None:
    connect(database, "other")
    deliveries.keep([call(1), call(2, event_type="push")])
    deliveries.keep([call(3, connection="other"), call(1), call(4)])
    assert deliveries.previous("p", 5).id == 1
    assert deliveries.previous("p", 1) is None


def test_one_is_found_by_its_correlation_id_the_latest_of_several(
    deliveries: Deliveries,
) -> None:
    deliveries.keep([call(1), call(2), call(3, correlation_id="c1")])
    found = deliveries.correlated("p", "c1")
    assert found is not None
    assert found.id == 3
    assert deliveries.correlated("p", "c9") is None
    assert deliveries.correlated("other", "c1") is None


@pytest.mark.parametrize("many", [0, 1, 2, 9])
def test_what_came_since_a_moment_is_counted_without_refused_and_replayed_ones(
    deliveries: Deliveries, many: int
) -> None:
    assert deliveries.received_since("p", NOW) == 0
    late = rfc3339(NOW + timedelta(hours=1))
    old = [call(number) for number in range(5)]
    new = [call(10 + number, received_at=late) for number in range(many)]
    other = call(30, received_at=late, key=None, status="refused", verdict="invalid")
    again = call(31, received_at=late, key=None, replay_of=1)
    deliveries.keep([*old, *new, other, again])
    since = NOW + timedelta(minutes=30)
    assert deliveries.received_since("p", since) == many
    assert deliveries.received_since("p", NOW) == many + 5
    assert deliveries.received_since("p", NOW + timedelta(hours=2)) == 0


def test_another_projects_delivery_is_not_there(deliveries: Deliveries) -> None:
    deliveries.keep([call(1)])
    for ask in (deliveries.get, deliveries.content, deliveries.previous):
        with pytest.raises(NotFound, match="no delivery 1"):
            ask("q", 1)


def test_what_was_taken_is_nobody_elses_until_its_time_is_over(
    deliveries: Deliveries, clock: FixedClock
) -> None:
    other = Taker(ME.holder, "other")
    deliveries.keep([call(1), call(2)])
    assert [one.delivery.id for one in deliveries.take(ME, limit=1)] == [1]
    assert [one.delivery.id for one in deliveries.take(other)] == [2]
    assert not deliveries.take(other)
    assert not deliveries.has_pending()
    clock.sleep(31)
    assert deliveries.has_pending()
    again = deliveries.take(other)
    assert [(one.delivery.id, one.delivery.attempts) for one in again] == [
        (1, 2),
        (2, 2),
    ]
    late = deliveries.settle(ME, [(1, lambda _: Settled("mapped"))])
    assert late == [None]
    assert statuses(deliveries) == ["pending", "pending"]


def test_what_a_dead_process_took_is_free_at_once(deliveries: Deliveries) -> None:
    dead = Taker(msgspec.structs.replace(ME.holder, started="before the flood"), "x")
    deliveries.keep([call(1)])
    assert deliveries.take(dead)
    assert not deliveries.has_pending()  # its time is not over
    assert [one.delivery.id for one in deliveries.take(ME)] == [1]


def test_what_another_machine_took_is_left_to_it(
    deliveries: Deliveries, clock: FixedClock
) -> None:
    elsewhere = Taker(Holder("elsewhere", 1, "x"), "x")
    deliveries.keep([call(1)])
    assert deliveries.take(elsewhere)
    assert not deliveries.take(ME)
    clock.sleep(31)
    assert deliveries.take(ME)


def test_what_mapping_found_is_written_with_what_belongs_to_it(
    deliveries: Deliveries, database: Database
) -> None:
    live.add("hush-hush-secret")
    deliveries.keep([call(1), call(2)])
    first, second = deliveries.take(ME)

    def write(db: sqlite3.Connection) -> Settled:
        db.execute("UPDATE connection SET last_error = 'written'")
        outcome = {"created": 1, "note": "hush-hush-secret"}
        return Settled("mapped", outcome=outcome, event_type="issues.opened")

    def wrong(db: sqlite3.Connection) -> Settled:
        db.execute("UPDATE connection SET state = 'error'")
        raise StoreError("It cannot be.")

    found = deliveries.settle(
        ME, [(first.delivery.id, write), (second.delivery.id, wrong)]
    )
    assert found[0].outcome == {"created": 1, "note": "••••••••"}
    assert found[0].event_type == "issues.opened"
    assert found[0].settled_at == rfc3339(NOW)
    assert isinstance(found[1], StoreError)
    assert statuses(deliveries) == ["mapped", "pending"]
    assert Connections(database).get("p", "work").last_error == "written"
    assert Connections(database).get("p", "work").state == "degraded"
    assert deliveries.settle(ME, [(first.delivery.id, write)]) == [None]


def test_one_that_cannot_be_mapped_now_waits_its_time(
    deliveries: Deliveries, clock: FixedClock
) -> None:
    deliveries.keep([call(1)])
    deliveries.take(ME)
    deliveries.postpone(ME, 1, 60, "It cannot be now.")
    assert deliveries.get("p", 1).error == "It cannot be now."
    assert not deliveries.take(ME)
    clock.sleep(61)
    assert [one.delivery.attempts for one in deliveries.take(ME)] == [2]
    deliveries.release(ME)
    assert [one.delivery.attempts for one in deliveries.take(ME)] == [2]


def test_settled_ones_can_be_mapped_once_more(deliveries: Deliveries) -> None:
    deliveries.keep([call(1), call(2), call(1)])
    settle(deliveries, "dead", error="why")
    assert deliveries.reopen("q", [1, 2]) == []
    assert deliveries.reopen("p", [2, 3, 99]) == [2]
    assert statuses(deliveries) == ["dead", "pending", "duplicate"]
    (again,) = deliveries.take(ME)
    assert (again.delivery.id, again.delivery.attempts) == (2, 1)
    assert again.delivery.error is None


def test_old_settled_ones_go_and_those_that_matter_stay(
    deliveries: Deliveries, clock: FixedClock
) -> None:
    deliveries.keep([call(1), call(2)])
    settle(deliveries, "dead")
    deliveries.keep([call(3), call(4)])
    taken = deliveries.take(ME, limit=1)
    deliveries.settle(ME, [(taken[0].delivery.id, lambda _: Settled("mapped"))])
    clock.sleep(40 * 86_400)
    assert deliveries.prune(clock.now() - timedelta(days=30)) == 1
    assert statuses(deliveries) == ["dead", "dead", "pending"]
    assert deliveries.prune(NOW - timedelta(days=1)) == 0


OPERATIONS = st.lists(
    st.sampled_from(["keep", "again", "refuse", "map", "kill", "reopen", "prune"]),
    max_size=12,
)


@given(OPERATIONS)
@settings(max_examples=30, deadline=None)
def test_counts_are_those_of_the_rows_whatever_happened(
    tmp_path_factory: pytest.TempPathFactory, operations: list[str]
) -> None:
    clock = FixedClock()
    path = tmp_path_factory.mktemp("counts") / "ferrule.db"
    with Database.open(path) as database:
        connect(database)
        deliveries = Deliveries(database, clock)
        for number, operation in enumerate(operations):
            clock.sleep(1)
            until = clock.now().timestamp() + 5
            match operation:
                case "keep":
                    deliveries.keep([call(number, key_until=until)])
                case "again":
                    deliveries.keep([call(1), call(1)])
                case "refuse":
                    deliveries.keep([call(1, status="refused", key=None)] * 2)
                case "map" | "kill":
                    settle(deliveries, "mapped" if operation == "map" else "dead")
                case "reopen":
                    deliveries.reopen("p", range(1, 30))
                case "prune":
                    deliveries.prune(clock.now() + timedelta(seconds=1), limit=2)
        rows = Counter(statuses(deliveries))
        counts = deliveries.counts("p", "work").by_status
        assert {what: many for what, many in counts.items() if many} == dict(rows)


def test_a_durable_commit_waits_for_the_disk_and_others_do_not(
    database: Database,
) -> None:
    def mode(*, durable: bool) -> int:
        with database.writing(durable=durable) as db:
            return int(db.execute("PRAGMA synchronous").fetchone()[0])

    assert [mode(durable=one) for one in (False, True, False)] == [1, 2, 1]
    with pytest.raises(NotFound), database.writing(durable=True):
        raise NotFound("It is not there.")
    assert mode(durable=False) == 1


def test_nothing_of_a_batch_is_kept_that_cannot_be_committed(
    deliveries: Deliveries, database: Database
) -> None:
    with database.writing() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count={pages + 4}")
    with pytest.raises(StoreError, match="disk is full"):
        deliveries.keep([call(n, body=b"x" * 9000) for n in range(20)])
    assert statuses(deliveries) == []
    assert deliveries.counts("p").received == 0


def test_the_tables_of_version_6_say_what_a_row_holds() -> None:
    made = " ".join(upgrade_6.DELIVERIES)
    assert "event_dedup" in made
    assert "PRIMARY KEY (project, connection, key)" in made
    assert upgrades.VERSION >= 6

"""A run: streams in order, limits exact, deletions only where they are sure."""

import pytest
from tests.sync.scripted import (
    BASE,
    SINCE,
    MemorySink,
    answer,
    document,
    item,
    run,
)

from ferrule.errors import TooManyItemErrors, UnexpectedStatus, UsageError
from ferrule.sync.events import (
    BatchStored,
    ItemFailed,
    Noticed,
    StreamEnded,
    StreamStarted,
)
from ferrule.sync.position import Position

NEXT = f"{BASE}/things?page="
CREATED = {"createdPath": "$.created_at"}


def items(start: int, end: int, day: int = 1):
    return [item(number, day) for number in range(start, end)]


def two_streams():
    return document(
        streams=[
            {"key": "first", "polling": {"endpoint": f"{BASE}/first"}},
            {"key": "second", "polling": {"endpoint": f"{BASE}/second"}},
        ]
    )


def test_streams_run_in_order():
    trial = run(two_streams(), [answer([item(1)]), answer([item(2)])])
    assert trial.service.urls == [f"{BASE}/first", f"{BASE}/second"]
    kinds = [type(event).__name__ for event in trial.events]
    assert kinds == ["StreamStarted", "BatchStored", "StreamEnded"] * 2
    assert list(trial.progress.whole) == ["first", "second"]


def test_a_stop_ends_after_the_page_and_goes_on_there():
    asked = iter([False, True, True])
    pages = [answer(items(0, 2), link=NEXT + "2"), answer(items(2, 4))]
    trial = run(document(), pages, should_stop=lambda: next(asked))
    assert trial.sink.ids == ["0", "1"]
    assert trial.progress.stopped
    assert trial.progress.whole == {}
    again = run(document(), pages[1:], sink=trial.sink)
    assert again.service.urls == [NEXT + "2"]
    assert again.sink.ids == ["0", "1", "2", "3"]


def test_a_stop_with_the_last_page_is_the_end():
    asked = iter([False, True])
    trial = run(document(), [answer([item(1)])], should_stop=lambda: next(asked))
    assert not trial.progress.stopped
    assert list(trial.progress.whole) == ["things"]


def test_a_run_that_fails_keeps_what_was_committed():
    sink = MemorySink()
    with pytest.raises(UnexpectedStatus):
        run(document(), [answer([item(1)], link=NEXT + "2")], sink=sink)
    trial = run(document(), [answer([item(2)])], sink=sink)
    assert trial.service.urls == [NEXT + "2"]
    assert sink.ids == ["1", "2"]


def test_a_stream_that_had_ended_is_not_asked_again():
    sink = MemorySink(
        positions={"things": Position(None, 2, "m", ended=True, whole=True).wire()}
    )
    trial = run(document(), [], sink=sink)
    assert trial.service.asked == []
    assert trial.progress.whole == {"things": "m"}


@pytest.mark.parametrize("limit", [1, 3, 4, 5, 9, 10, 11])
def test_a_limit_is_exact_and_nothing_is_skipped_after_it(limit):
    pages = [answer(items(0, 4), link=NEXT + "2"), answer(items(4, 10))]
    sink, rounds = MemorySink(), 0
    while len(sink.ids) < 10:
        trial = run(document(), resume(pages, sink), sink=sink, limit=limit)
        rounds += 1
        assert trial.progress.taken <= limit
        assert trial.progress.stopped is (len(sink.ids) < 10)
    assert sink.ids == [str(number) for number in range(10)]
    assert rounds == -(-10 // limit)


def resume(pages, sink):
    here = Position.read(sink.position("things"))
    return pages[here.page :] if here else pages


def test_what_a_filter_leaves_out_does_not_count_for_the_limit():
    made = document(mapping={"filter": {"when": "$.id", "operator": "gte", "value": 3}})
    trial = run(made, [answer(items(0, 6))], limit=2)
    assert trial.sink.ids == ["3", "4"]
    assert trial.progress.counts.skipped == 3
    again = run(made, [answer(items(0, 6))], sink=trial.sink, limit=2)
    assert again.sink.ids == ["3", "4", "5"]
    assert not again.progress.stopped


def test_a_page_that_shifted_since_the_limit_skips_nothing():
    trial = run(document(), [answer(items(0, 4))], limit=2)
    shifted = [item(9), *items(1, 4), item(5)]
    again = run(document(), [answer(shifted)], sink=trial.sink)
    assert again.sink.ids == ["0", "1", "9", "2", "3", "5"]


def test_a_limit_counts_this_attempt_only():
    pages = [answer(items(0, 2), link=NEXT + "2"), answer(items(2, 4))]
    trial = run(document(), pages, limit=2)
    again = run(document(), pages[1:], sink=trial.sink, limit=2)
    assert again.sink.ids == ["0", "1", "2", "3"]
    assert not again.progress.stopped


def test_a_limit_between_two_streams_stops_before_the_second():
    trial = run(two_streams(), [answer([item(1)])], limit=1)
    assert trial.progress.stopped
    assert list(trial.progress.whole) == ["first"]


def test_max_pages_leaves_the_checkpoint_and_says_so():
    sink = MemorySink(checkpoints={"things": "2026-01-01T00:00:00Z"})
    trial = run(
        document({"type": "link_header", "maxPages": 1}, SINCE),
        [answer([item(1, day=9)], link=NEXT + "2")],
        sink=sink,
        full=False,
    )
    assert trial.progress.whole == {}
    assert trial.told(StreamEnded)[0].whole is False
    assert "maxPages" in trial.told(Noticed)[0].message
    assert not trial.progress.stopped


def test_an_incremental_run_starts_from_the_checkpoint_and_moves_it():
    sink = MemorySink(checkpoints={"things": "2026-01-02T00:00:00Z"})
    trial = run(document(delta=SINCE), [answer([item(1, 5)])], sink=sink, full=False)
    assert trial.told(StreamStarted)[0].checkpoint == "2026-01-02T00:00:00Z"
    assert trial.service.asked[0].query == (("since", "2026-01-02T00:00:00Z"),)
    assert trial.progress.whole == {"things": "2026-01-05T00:00:00Z"}


def test_a_full_run_leaves_the_checkpoint_aside():
    sink = MemorySink(checkpoints={"things": "2026-01-02T00:00:00Z"})
    trial = run(document(delta=SINCE), [answer([item(1, 5)])], sink=sink)
    assert trial.service.asked[0].query == ()
    assert trial.progress.whole == {"things": "2026-01-05T00:00:00Z"}


def test_an_incremental_run_that_finds_nothing_keeps_the_checkpoint():
    sink = MemorySink(checkpoints={"things": "2026-01-02T00:00:00Z"})
    trial = run(document(delta=SINCE), [answer([])], sink=sink, full=False)
    assert trial.progress.whole == {"things": "2026-01-02T00:00:00Z"}


def test_304_leaves_checkpoint_and_rows_alone():
    trial = run(document(delta=SINCE), [answer(b"", 304)])
    assert trial.progress.whole == {}
    assert trial.progress.sweeps == []
    assert "304" in trial.told(Noticed)[0].message


@pytest.mark.parametrize(
    ("full", "checkpoint", "kept"),
    [(True, "2026-01-01T00:00:00Z", "2"), (False, None, "2"), (False, "old", "1 2")],
)
def test_sync_from_is_a_minimum_creation_time_and_never_overrides(
    full, checkpoint, kept
):
    given = "2026-01-01T00:00:00Z" if checkpoint else None
    trial = run(
        document(delta=SINCE, mapping=CREATED),
        [answer([item(1, 1), item(2, 5)])],
        sink=MemorySink(checkpoints={"things": given} if given else {}),
        full=full,
        sync_from="2026-01-03T00:00:00Z",
    )
    assert " ".join(trial.sink.ids) == kept
    assert trial.progress.counts.skipped == 2 - len(trial.sink.ids)


def test_sync_from_without_created_path_keeps_all_and_sweeps_nothing():
    trial = run(document(), [answer([item(1)])], sync_from="2026-01-03T00:00:00Z")
    assert trial.sink.ids == ["1"]
    assert trial.progress.sweeps == []
    assert "createdPath" in trial.told(Noticed)[0].message


def test_a_complete_full_run_sweeps_the_window():
    trial = run(
        document(mapping=CREATED),
        [answer([item(1, 5)])],
        sync_from="2026-01-03T00:00:00Z",
    )
    sweep = trial.progress.sweeps[0]
    assert (sweep.created_from, sweep.stream) == ("2026-01-03T00:00:00Z", "things")


def test_an_incremental_run_sweeps_nothing():
    assert run(document(), [answer([item(1)])], full=False).progress.sweeps == []


@pytest.mark.parametrize(
    ("mapping", "body", "why"),
    [
        ({}, [item(1), {"title": "no id"}], "items came that have no id"),
        ({"itemsPath": "$.items"}, {"error": "busy"}, "page 1 has no $.items"),
    ],
)
def test_what_could_not_be_read_is_not_taken_for_deleted(mapping, body, why):
    trial = run(document(mapping=mapping), [answer(body)])
    assert trial.progress.sweeps == []
    last = trial.told(Noticed)[-1]
    assert last.message == f"Deletions are not looked for: {why}."


def test_an_item_that_failed_but_told_its_id_does_not_keep_from_sweeping():
    trial = run(document(), [answer([item(1), item(2, updated_at="yesterday")])])
    assert len(trial.progress.sweeps) == 1


def test_item_errors_are_told_and_do_not_stop_the_run():
    broken = [{"title": "no id"}, item(2, updated_at="yesterday"), "text", None]
    trial = run(document(), [answer([item(1), *broken])])
    assert trial.sink.ids == ["1"]
    assert [e.field for e in trial.told(ItemFailed)] == [
        "idPath",
        "timestampPath",
        "idPath",
        "idPath",
    ]
    assert trial.told(ItemFailed)[1].item_id == "2"
    assert trial.progress.counts.failed == 4
    assert len(trial.sink.batches[0].errors) == 4


@pytest.mark.parametrize(
    ("good", "bad", "ratio", "fails"),
    [
        (20, 29, 0.5, False),
        (20, 30, 0.5, True),
        (25, 25, 0.5, False),
        (49, 1, 0, True),
        (0, 60, 1, False),
    ],
)
def test_too_many_item_errors_fail_the_run_after_fifty(good, bad, ratio, fails):
    sink = MemorySink()
    body = [*items(0, good), *[{"n": n} for n in range(bad)]]
    if fails:
        with pytest.raises(TooManyItemErrors, match=f"{bad} of {good + bad}"):
            run(document(), [answer(body)], sink=sink, max_item_error_ratio=ratio)
    else:
        run(document(), [answer(body)], sink=sink, max_item_error_ratio=ratio)
    assert len(sink.ids) == good


def test_a_batch_tells_what_was_counted():
    trial = run(document(), [answer(items(0, 3), link=NEXT + "2"), answer([item(9)])])
    batches = trial.told(BatchStored)
    assert [(b.page, b.items, b.counts.processed) for b in batches] == [
        (1, 3, 3),
        (2, 1, 4),
    ]
    assert batches[0].cursor == NEXT + "2"


def test_a_connector_without_a_stream_that_is_on_says_so():
    made = document(streams=[{"key": "one", "enabledByDefault": False}])
    with pytest.raises(UsageError, match="No stream of things is on"):
        run(made, [])

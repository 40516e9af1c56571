import asyncio

import pytest

from ferrule.ui.tasks import Tasks


@pytest.fixture
def tasks(qapp):
    return Tasks()


async def note(log, word, pause=0.0):
    log.append(f"{word} begins")
    try:
        await asyncio.sleep(pause)
        log.append(f"{word} ends")
    finally:
        log.append(f"{word} leaves")


def test_a_newer_one_replaces_the_older_and_waits_until_it_has_left(run, tasks):
    log = []

    async def both():
        tasks.start("preview", note(log, "old", 5))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        tasks.start("preview", note(log, "new"))
        await tasks.wait("preview")

    run(both())
    assert log == ["old begins", "old leaves", "new begins", "new ends", "new leaves"]


def test_one_that_never_began_is_dropped_quietly(run, tasks):
    log = []

    async def burst():
        for word in ("a", "b", "c"):
            tasks.start("preview", note(log, word))
        await tasks.wait("preview")

    run(burst())
    assert log == ["c begins", "c ends", "c leaves"]


def test_others_are_left_alone(run, tasks):
    log = []

    async def two():
        tasks.start("one", note(log, "one"))
        tasks.start("two", note(log, "two"))
        assert tasks.running("one")
        await tasks.wait("one")
        await tasks.wait("two")
        assert not tasks.running("two")

    run(two())
    assert {"one ends", "two ends"} <= set(log)


def test_work_that_is_over_runs_no_more_before_anybody_is_told(run, tasks):
    """Else what is asked for in that moment would be left to work that has ended."""
    told, seen = [], []
    tasks.ended.connect(told.append)

    async def short():
        asyncio.get_running_loop().call_soon(
            lambda: seen.append((tasks.running("short"), list(told)))
        )

    async def start():
        tasks.start("short", short())
        await tasks.wait("short")

    run(start())
    assert seen == [(False, [])]


def test_an_error_is_announced_with_the_name(run, tasks):
    told = []
    tasks.failed.connect(lambda name, error: told.append((name, repr(error))))

    async def break_down():
        raise ValueError("no")

    async def start():
        tasks.start("send", break_down())
        await tasks.wait("send")
        await asyncio.sleep(0)

    run(start())
    assert told == [("send", "ValueError('no')")]


def test_a_cancellation_is_no_error_and_still_an_end(run, tasks):
    told, ended, log = [], [], []
    tasks.failed.connect(lambda *error: told.append(error))
    tasks.ended.connect(ended.append)

    async def start():
        tasks.start("send", note(log, "send", 5))
        await asyncio.sleep(0.01)
        tasks.cancel("send")
        tasks.cancel("unknown")
        await tasks.wait("send")
        await asyncio.sleep(0)

    run(start())
    assert told == []
    assert ended == ["send"]


def test_cancelling_all_waits_until_everything_has_left(run, tasks):
    log = []

    async def start():
        tasks.start("one", note(log, "one", 5))
        tasks.start("two", note(log, "two", 5))
        await asyncio.sleep(0.01)
        await tasks.cancel_all()

    run(start())
    assert {"one leaves", "two leaves"} <= set(log)

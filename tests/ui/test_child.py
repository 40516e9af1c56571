"""Children are real processes: everything here starts one."""

import asyncio
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.promptness import in_time

from ferrule.ui.child import Child, Ending, program

SCRIPT = str(Path(__file__).with_name("children.py"))


def child(what):
    return Child([SCRIPT, what], command=[sys.executable])


async def lived(what, *, send=None, cancel=False):
    """Run a child; return its ending, its batches of lines and the cancel's time."""
    one = child(what)
    batches = []
    started = asyncio.Event()
    one.lines.connect(batches.append)
    one.lines.connect(lambda _lines: started.set())
    one.start()
    if send is not None:
        one.send(send)
    took = 0.0
    if cancel:
        await started.wait()
        before = time.perf_counter()
        ending = await one.cancel()
        took = time.perf_counter() - before
    else:
        ending = await one.wait()
    return ending, [line for batch in batches for line in batch], batches, took


def test_a_job_goes_in_and_lines_come_out(run):
    ending, lines, *_ = run(lived("echo", send={"connection": "sandbox"}))
    assert lines == [
        {"type": "started"},
        {"type": "job", "job": {"connection": "sandbox"}},
    ]
    assert ending == Ending(0, crashed=False, asked=False)
    assert ending.ok


@pytest.mark.parametrize(
    ("what", "code"), [("obedient", 75), ("stubborn", 9)], ids=["obeys", "is killed"]
)
def test_cancelling_takes_at_most_a_fifth_of_a_second(run, what, code):
    ending, _lines, _batches, took = run(lived(what, cancel=True))
    in_time(took, 0.2)
    assert ending.asked
    assert ending.ok
    assert ending.code == code


def test_a_crash_is_told_apart_from_an_ending_we_asked_for(run):
    ending, lines, *_ = run(lived("crash"))
    assert lines == [{"type": "started"}]
    assert ending.crashed
    assert not ending.ok


def test_a_traceback_is_kept_as_the_complaint(run):
    ending, *_ = run(lived("traceback"))
    assert ending.code == 1
    assert not ending.crashed
    assert "ValueError: told on standard error" in ending.complaint


def test_many_lines_come_in_few_batches_none_lost(run):
    ending, lines, batches, _took = run(lived("chatty"))
    assert lines == [{"n": number} for number in range(2000)]
    assert len(batches) < 40
    assert ending.complaint == "the last line has no end"


def test_numbers_are_exact(run):
    _ending, lines, *_ = run(lived("big"))
    assert lines == [{"id": 12345678901234567890123, "price": Decimal("0.1")}]


def test_a_program_that_is_not_there_ends_too(run):
    async def missing():
        one = Child([], command=["/nonexistent/ferrule"])
        one.start()
        return await one.wait()

    ending = run(missing())
    assert not ending.ok
    assert ending.complaint


def test_cancelling_the_waiting_leaves_the_child_to_be_cancelled(run):
    """Qt says "Destroyed while process is still running" otherwise."""

    async def lose_patience():
        one = child("obedient")
        one.start()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await one.wait()
        return one.running, await one.cancel()

    running, ending = run(lose_patience())
    assert running
    assert ending.asked


def test_waiting_for_a_child_that_never_started_is_a_bug(run):
    with pytest.raises(RuntimeError):
        run(child("echo").wait())


def test_sending_too_late_is_no_error(run):
    async def late():
        one = child("echo")
        one.send({"too": "early"})
        one.start()
        one.send({})
        await one.wait()
        one.send({"too": "late"})
        one.end()
        return one.running

    assert run(late()) is False


def test_the_program_is_python_with_the_package_or_the_frozen_file(monkeypatch):
    assert program() == [sys.executable, "-m", "ferrule"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program() == [sys.executable]

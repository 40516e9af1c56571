"""Checks in a thread: told step by step, stopped at once."""

import asyncio
import threading
import time

import pytest
from tests.support.promptness import in_time
from tests.ui.catalogue_desk import until

from ferrule.errors import UsageError
from ferrule.ui.models.check_lines import CheckLine, verdict
from ferrule.ui.models.check_run import CheckRun, line_of
from ferrule.workspace.checking import CheckStep
from ferrule.workspace.step_exchange import StepExchange


class Slow:
    """A check whose second step hangs until it is cancelled."""

    def __init__(self):
        self.cancelled = threading.Event()

    def steps(self):
        yield CheckStep("configuration", ok=True, detail="complete")
        self.cancelled.wait(5)
        yield CheckStep("reachable", ok=True, detail="too late")

    def cancel(self):
        self.cancelled.set()


def test_cancelling_ends_the_waiting_at_once_and_tells_nothing_more(run, qapp):
    slow, told = Slow(), []

    async def work():
        checks = CheckRun()
        checks.stepped.connect(told.append)
        task = asyncio.get_running_loop().create_task(checks.run(lambda: slow))
        await until(lambda: told)
        before = time.perf_counter()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        took = time.perf_counter() - before
        await asyncio.sleep(0.05)
        return took

    in_time(run(work()), 0.2)
    assert slow.cancelled.is_set()
    assert [line.name for line in told] == ["configuration"]


def test_a_check_that_cannot_be_made_says_why(run, qapp):
    def fail():
        raise UsageError("no")

    with pytest.raises(UsageError):
        run(CheckRun().run(fail))


def test_a_step_becomes_a_line():
    sent = StepExchange("GET", "https://a.b/c", status=500, snippet="oops")
    step = CheckStep("health", ok=False, detail="500", ms=12.4, advice="Wait.",
                     exchange=sent, trouble="service_down")  # fmt: skip
    line = line_of(step)
    assert line.exchange.splitlines() == [
        "GET https://a.b/c", "", "500 Internal Server Error", "", "oops",
    ]  # fmt: skip
    assert (line.curl, line.cause) == ("curl https://a.b/c", "service_down")
    assert line.sentence == "Health, failed, 500, 12 ms"
    assert line.state == "error"
    assert verdict([line]) == "Health: 500"
    assert verdict([CheckLine("tls", ok=None, detail="plain", ms=0.2)]) == (
        "All 0 steps passed"
    )
    assert CheckLine("tls", ok=True, detail="", ms=0.2).took == "< 1 ms"

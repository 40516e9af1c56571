"""The Activity page over a long log: what a person waits for, as one JSON line.

    python activity_ui.py LINES

A timer of the window's thread ticks every millisecond; a stall is the time between two
ticks. Lines come in another process' way: they are written by a thread.
"""

import asyncio
import json
import sys
import threading
import time
from array import array
from datetime import timedelta

from ferrule.cli.window import hasten, open_window

hasten()

from builder_ui import Probe  # noqa: E402 - beside this program
from PySide6 import QtCore  # noqa: E402 - after `hasten`, as the window does

from ferrule.clock import SystemClock  # noqa: E402
from ferrule.store import Operation, Operations  # noqa: E402

LEVELS = ("debug", "info", "info", "info", "warning", "error")
QUERIES = (
    "level:error",
    "connector:github-issues",
    "connection:c7 -level:debug",
    "since:1h",
    "line 99",
    "nothing-like-it",
    "",
)
A_SECOND = 1_000
FOLLOWED_S = 5
WORK = ("names", "find", "newer", "blocks", "related")


def line(number, at):
    return Operation(
        at, "sync", f"Line {number} of many: 3 pages.", LEVELS[number % 6],
        ("github-issues", "slack-messages", "linear")[number % 3], f"c{number % 30}",
        f"run:{number // 10}", "issues", "done", number % 900, {"pages": 3},
    )  # fmt: skip


def write(workspace, first, many, at):
    """Write lines, a tenth of a second apart, that end with `at`."""
    rows = Operations(workspace.database)
    for start in range(first, first + many, 5_000):
        numbers = range(start, min(start + 5_000, first + many))
        rows.append(
            workspace.project.key,
            [line(n, at - timedelta(seconds=(first + many - n) / 10)) for n in numbers],
        )


class Turns(Probe):
    """Also notes how much CPU time the window's thread spent between two ticks.

    A stall holds what else the machine does, a turn only what the window does.
    """

    def __init__(self):
        super().__init__()
        self.turns = {}
        self._spent = time.thread_time()

    def begin(self):
        self._spent = time.thread_time()
        super().begin()

    @QtCore.Slot()
    def _tick(self):
        super()._tick()
        now = time.thread_time()
        turn, self._spent = (now - self._spent) * 1000, now
        self.turns[self.during] = max(self.turns.get(self.during, 0), round(turn, 1))

    def told(self):
        return super().told() | {"turns": self.turns}


class Coming(threading.Thread):
    """Writes lines as they come, so many a second."""

    def __init__(self, workspace, first):
        super().__init__(daemon=True)
        self.workspace, self.first, self.written = workspace, first, 0

    def run(self):
        clock, began = SystemClock(), time.perf_counter()
        while (passed := time.perf_counter() - began) < FOLLOWED_S:
            due = int(passed * A_SECOND) - self.written
            if due > 0:
                write(self.workspace, self.first + self.written, due, clock.now())
                self.written += due
            clock.sleep(0.1)


class Scene:
    """The page, and what is measured of it."""

    def __init__(self, window):
        self.window = window
        self.page = None

    @property
    def log(self):
        return self.page.log

    async def settled(self):
        while True:
            for name in WORK:
                await self.page.tasks.wait(f"activity.log.{name}")
            await asyncio.sleep(0.01)
            if not any(self.page.tasks.running(f"activity.log.{n}") for n in WORK):
                return

    def open(self):
        """Open the page; what it reads first is read later again, measured."""
        self.page = self.window.show_page("activity")

    async def painted(self):
        """Read the log anew; return the time to the first lines that are painted."""
        began = time.perf_counter()
        self.log.model.show_ids(array("q"))
        self.log.search()
        while self.log.model.known(0) is None:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.001)
        self.log.table.viewport().repaint()
        return (time.perf_counter() - began) * 1000

    async def scrolled(self):
        bar = self.log.table.verticalScrollBar()
        for step in range(200):
            bar.setValue(bar.maximum() * step // 200)
            await asyncio.sleep(0.01)
        for step in range(200):
            bar.setValue(step * 90)
            await asyncio.sleep(0.005)
        bar.setValue(0)

    async def asked(self):
        """Ask each query; return the slowest time to its lines."""
        times = []
        for query in QUERIES:
            began = time.perf_counter()
            self.log.ask(query)
            await self.settled()
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.05)
        return max(times)

    async def followed(self, workspace):
        """Follow lines that come; return how many came and how many are shown."""
        before = self.log.model.rowCount()
        coming = Coming(workspace, before)
        coming.start()
        while coming.is_alive():  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        await self.settled()
        return coming.written, self.log.model.rowCount() - before


async def drive(window):
    """Measure all of it and print one line."""
    workspace = window.workspace
    await asyncio.to_thread(write, workspace, 0, LINES, SystemClock().now())
    await asyncio.sleep(2)
    scene, probe, found = Scene(window), Turns(), {}
    scene.open()
    await scene.settled()
    await asyncio.sleep(0.5)
    probe.begin()
    for name, work in (
        ("first paint", scene.painted),
        ("scrolling", scene.scrolled),
        ("changing the filter", scene.asked),
        ("following 1,000 lines/s", lambda: scene.followed(workspace)),
        ("scrolling after it", scene.scrolled),
    ):
        probe.during = name
        found[name] = await work()
        await asyncio.sleep(0.2)
    probe.stop()
    found["stall"] = probe.told()
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    LINES = int(sys.argv[1])
    sys.exit(open_window(drive))

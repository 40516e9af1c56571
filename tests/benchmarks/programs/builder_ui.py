"""The Builder over large responses: what a person waits for, as one JSON line.

    python builder_ui.py TURNS

Times are in milliseconds and end with a painted widget. A timer of the window's thread
ticks every millisecond; a stall is the time between two ticks.
"""

import asyncio
import gc
import json
import statistics
import sys
import time
import tracemalloc
from functools import partial

from ferrule.cli.window import hasten, open_window

hasten()

from issues import body  # noqa: E402 - beside this program
from PySide6 import QtCore, QtTest  # noqa: E402 - after `hasten`, as the window does

from ferrule.exchange import Response, decode  # noqa: E402
from ferrule.ui.models.json_tree import JsonTreeModel  # noqa: E402
from ferrule.ui.widgets.json_view import JsonView  # noqa: E402

KEYS = QtCore.Qt.Key
FLAGS = QtCore.Qt.KeyboardModifier
DOCUMENT = {
    "id": "bench",
    "name": "Bench",
    "baseUrl": "https://api.example.com",
    "fieldMapping": {
        "itemsPath": "$.items",
        "idPath": "$.id",
        "timestampPath": "$.updated_at",
        "summaryTemplate": "{{title}} (#{{number}})",
        "participantsPath": "$.user.login",
        "signalTypeRules": [
            {"when": "$.state", "operator": "equals", "value": "open", "then": "open"}
        ],
    },
}
TYPED = ("$.assignees[*].login", "$.labels[?@.name == 'bug'].name", "$.user.login")


class Probe(QtCore.QTimer):
    """Notes how long each tick took to come, in milliseconds, and during what."""

    def __init__(self):
        super().__init__()
        self.gaps = []
        self.during = ""
        self.worst = {}
        self._last = time.perf_counter()
        self.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self.setInterval(1)
        self.timeout.connect(self._tick)

    @QtCore.Slot()
    def _tick(self):
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self.gaps.append(gap)
        self.worst[self.during] = max(self.worst.get(self.during, 0), round(gap, 1))
        self._last = now

    def begin(self):
        self._last = time.perf_counter()
        self.start()

    def told(self):
        cuts = statistics.quantiles(self.gaps, n=1000, method="inclusive")
        return {"p99": cuts[989], "longest": max(self.gaps), "worst": self.worst}


class Scene:
    """One draft in the window, and what is measured of it."""

    def __init__(self, window):
        self.page = window.show_page("builder")
        self.bench = None

    def open(self):
        self.bench = self.page.open_document(DOCUMENT)
        self.bench.show_step("mapping")

    @property
    def view(self):
        return self.bench.explorer.tree.view

    def row(self, member):
        rows = self.bench.forms.page.mapping.rows
        return next(row for row in rows if row.plan.member == member).edit

    def paint(self):
        for widget in (self.view.viewport(), self.bench.strip.signals.viewport()):
            widget.repaint()

    async def seen(self, start, work=lambda: None):
        """Do some work; return the time until its preview is there and painted."""
        watch, loop = self.bench.watch, asyncio.get_running_loop()
        done = loop.create_future()

        def tell(_seen):
            if not done.done() and not watch._soon.isActive():
                self.paint()
                done.set_result((time.perf_counter() - start) * 1000)

        watch.seen.connect(tell)
        work()
        if not (watch._soon.isActive() or watch.tasks.running("look")):
            tell(None)
        took = await done
        watch.seen.disconnect(tell)
        return took

    async def load(self, raw):
        """Show a response; return the times to its first rows, and to the whole."""
        explorer = self.bench.explorer
        start = time.perf_counter()
        self.bench.take_sample(Response(200, (), raw, elapsed_ms=100.0))
        while not self.view.tree.rowCount():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.001)
        self.paint()
        first = (time.perf_counter() - start) * 1000
        while explorer.document.busy:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.001)
        return first, await self.seen(start)

    async def keystrokes(self):
        """Type paths letter by letter; return the time of each to its preview."""
        edit = self.row("participantsPath")
        edit.field.setFocus()
        times = []
        for path in TYPED:
            edit.field.selectAll()
            for letter in path:
                start = time.perf_counter()
                press = partial(self.press, edit, letter)
                times.append(await self.seen(start, press))
                edit.field.popup.dismiss()
                await asyncio.sleep(0.01)
        return times

    async def clicks(self, count):
        """Pick values by Alt and click; return the time of each to its signals."""
        edit = self.row("participantsPath")
        edit.field.setFocus()
        times = []
        for number in range(count):
            member = ("['user']['login']", "['state']", "['title']")[number % 3]
            self.view.reveal(f"$['items'][{number * 37}]{member}")
            await asyncio.sleep(0.01)
            place = self.view.visualRect(self.view.currentIndex()).center()
            start = time.perf_counter()
            times.append(await self.seen(start, partial(self.click, edit, place)))
            await asyncio.sleep(0.01)
        return times

    def click(self, edit, place):
        button = QtCore.Qt.MouseButton.LeftButton
        viewport = self.view.viewport()
        QtTest.QTest.mouseClick(viewport, button, FLAGS.AltModifier, place)
        edit.repaint()

    def press(self, edit, letter):
        QtTest.QTest.keyClicks(edit.field, letter)
        edit.repaint()

    async def everything(self, probe):
        """Do what can be done with a large response, while the probe ticks."""
        explorer, bar = self.bench.explorer, self.bench.explorer.pages.bar
        for page, name in enumerate(("tree", "table", "raw", "headers", "timing")):
            probe.during = name
            bar.setCurrentIndex(page)
            await asyncio.sleep(0.05)
            for work in ("table", "raw"):
                await explorer._tasks.wait(work)
            await asyncio.sleep(0.05)
            for needle in ("sofia", "99"):
                probe.during = f"search in {name}"
                explorer.find_row.field.setText(needle)
                await explorer._finder._tasks.wait("find")
                await asyncio.sleep(0.02)
            explorer.find_row.field.clear()
        bar.setCurrentIndex(0)
        await self._walk(probe)

    async def _walk(self, probe):
        probe.during = "scrolling"
        scroll = self.view.verticalScrollBar()
        for step in range(20):
            scroll.setValue(scroll.maximum() * step // 20)
            await asyncio.sleep(0.01)
        probe.during = "opening everything below"
        self.view.reveal("$['items']")
        QtTest.QTest.keyClick(self.view, KEYS.Key_Asterisk)
        await asyncio.sleep(0.05)
        probe.during = "walking the matches"
        for _ in range(20):
            QtTest.QTest.keyClick(self.view, KEYS.Key_N)
            await asyncio.sleep(0.005)
        probe.during = "a path that looks everywhere"
        edit = self.row("itemsPath")
        edit.field.setFocus()
        edit.field.selectAll()
        QtTest.QTest.keyClicks(edit.field, "$..items")
        await self.seen(0)
        await asyncio.sleep(0.3)
        self.bench.undo()
        await self.seen(0)


def tree_megabytes(raw):
    """Return what the tree of a decoded body adds: made, opened, scrolled."""
    value = decode(raw)
    view = JsonView("tree")
    view.resize(408, 500)
    view.show()
    gc.collect()
    tracemalloc.start()
    view.set_document(value)
    for row in range(0, 5_000, 50):
        view.reveal(("items", row, "user", "login"))
        view.viewport().repaint()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(view.tree, JsonTreeModel)
    view.deleteLater()
    return used / 1_000_000


async def drive(window):
    """Measure all of it and print one line."""
    scene, probe, found = Scene(window), Probe(), {"first": {}, "whole": {}}
    await asyncio.sleep(2)
    await scene.page.tasks.wait("restore")
    scene.open()
    for size in (1, 10, 50):
        raw = body(size)
        times = [await scene.load(raw) for _ in range(TURNS)]
        found["first"][size] = statistics.median(first for first, _ in times)
        found["whole"][size] = statistics.median(whole for _, whole in times)
    raw = body(10)
    await scene.load(raw)
    found["keystrokes"] = await scene.keystrokes()
    found["clicks"] = await scene.clicks(30)
    for size in (10, 50):
        large = raw if size == 10 else body(50)
        await asyncio.sleep(0.1)
        probe.during = f"loading {size} MB"
        probe.begin()
        await scene.load(large)
        probe.during = "typing"
        await scene.keystrokes()
        await scene.everything(probe)
        probe.stop()
    found["stall"] = probe.told()
    scene.bench.explorer.clear()
    found["tree_mb"] = tree_megabytes(raw)
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    TURNS = int(sys.argv[1])
    sys.exit(open_window(drive))

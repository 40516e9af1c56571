"""The Builder over one response that a service sends, larger than is usual.

    python builder_large.py MEGABYTES

It is asked for with F5 over a loopback socket, then looked at in every way; how long a
person waits for each and how long the window stalled is one JSON line. Times are in
milliseconds.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from builder_ui import DOCUMENT, KEYS, Probe, Scene
from PySide6 import QtTest, QtWidgets

from ferrule.cli.window import open_window
from ferrule.workspace.beginning import begin

HERE = Path(__file__).parent


def peak_mb():
    """Return the most memory that this process held so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def now_mb():
    """Return the memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * resource.getpagesize() / 1e6)


class Large(Scene):
    """One draft over one large answer."""

    def __init__(self, window, probe):
        super().__init__(window)
        self.window, self.probe, self.told = window, probe, {}

    def during(self, what):
        self.probe.during = what
        self._since = time.perf_counter()

    def over(self, what):
        self.told[what] = round((time.perf_counter() - self._since) * 1000)

    async def until(self, condition):
        async with asyncio.timeout(40):
            while not condition():  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.001)

    def ask(self):
        self.press_key(KEYS.Key_F5)

    def press_key(self, key):
        self.window.activateWindow()
        target = QtWidgets.QApplication.focusWidget() or self.window
        QtTest.QTest.keyClick(target, key)

    async def send(self, when=""):
        """Send and wait for the first rows, then for the preview of the whole."""
        explorer, sending = self.bench.explorer, self.bench.sending
        self.during(f"{when}receiving")
        self.ask()
        await self.until(lambda: sending.running)
        await self.until(lambda: not sending.running)
        self.over(f"{when}received")
        assert explorer.response is not None, "no answer"
        start = time.perf_counter()
        self.during(f"{when}reading")
        await self.until(lambda: explorer.document.busy and self.view.tree.rowCount())
        self.paint()
        self.over(f"{when}first rows")
        await self.until(lambda: not explorer.document.busy)
        self.over(f"{when}whole tree")
        await self.seen(start)
        self.over(f"{when}preview")
        self.during(f"{when}after reading")
        for _ in range(100):
            await asyncio.sleep(0.02)
        self.over(f"{when}settled")

    async def cancel(self):
        """Send, give up while the body comes, and return how long that took."""
        explorer, sending = self.bench.explorer, self.bench.sending
        self.ask()
        await self.until(lambda: sending.running and sending.received()[0] > 1_000_000)
        await self.until(explorer.waiting.isVisible)
        self.told["progress"] = explorer.waiting.text.text()
        given_up = sending._sending
        start = time.perf_counter()
        self.press_key(KEYS.Key_Escape)
        await self.until(lambda: not sending.running)
        self.told["cancelled"] = round((time.perf_counter() - start) * 1000)
        await self.until(lambda: given_up.received() == (0, None))
        self.told["socket closed"] = round((time.perf_counter() - start) * 1000)


@contextmanager
def service():
    """Give the address of the service, in a process of its own."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "large_service.py"), str(MEGABYTES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


async def drive(window):
    """Measure all of it and print one line."""
    with service() as address:
        await measure(window, address)


async def measure(window, address):
    probe = Probe()
    scene = Large(window, probe)
    await asyncio.sleep(2)
    await scene.page.tasks.wait("restore")
    (begun,) = begin(f"{address}/issues".encode()).documents
    mapping = begun["fieldMapping"] | DOCUMENT["fieldMapping"]
    scene.bench = scene.page.open_document(begun | {"fieldMapping": mapping})
    scene.bench.show_step("mapping")
    await asyncio.sleep(0.5)
    before = now_mb()
    await scene.cancel()
    probe.begin()
    await scene.send()
    scene.told["memory of it, MB"] = now_mb() - before
    probe.during = "typing"
    scene.told["keystrokes"] = sorted(map(round, await scene.keystrokes()))[-3:]
    probe.during = "clicks"
    scene.told["clicks"] = sorted(map(round, await scene.clicks(20)))[-3:]
    await scene.everything(probe)
    await scene.send("again, ")
    probe.during = "closing"
    history, name = scene.bench.workspace.history, scene.bench.draft.name
    scene.page.desk.close_draft(name)
    scene.bench = None
    await asyncio.sleep(2)
    probe.stop()
    usage = history.usage()
    scene.told |= {
        "stall": probe.told(),
        "peak_mb": peak_mb(),
        "closed_mb": now_mb(),
        "history": [usage.count, usage.size],
    }
    sys.stdout.write(json.dumps(scene.told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    MEGABYTES = int(sys.argv[1])
    sys.exit(open_window(drive))

"""The window during a run: how long its thread was away, as one JSON line.

    python window_stall.py CONNECTION

A timer of the window's thread ticks every 2 ms; a stall is the time between two ticks.
"""

import asyncio
import json
import statistics
import sys
import time

from ferrule.cli.window import hasten, open_window

hasten()

from PySide6 import QtCore  # noqa: E402 - after `hasten`, as the window's program does

TICK_MS = 2
WARM_S = 4.0


class Probe(QtCore.QTimer):
    """Notes how long each tick took to come, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self.setInterval(TICK_MS)
        self.timeout.connect(self._tick)

    @QtCore.Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now

    def begin(self) -> None:
        """Start anew."""
        self.gaps.clear()
        self._last = time.perf_counter()
        self.start()

    def told(self) -> dict[str, float]:
        """Return the percentiles of the gaps, and their sum in seconds."""
        cuts = statistics.quantiles(self.gaps, n=1000, method="inclusive")
        return {
            "p50": cuts[499],
            "p99": cuts[989],
            "longest": max(self.gaps),
            "seconds": sum(self.gaps) / 1000,
        }


async def drive(window):
    """Run the connection on the Runs page and tell what was measured."""
    probe = Probe()
    page = window.show_page("runs")
    await page.tasks.wait("read")
    await asyncio.sleep(WARM_S)
    probe.begin()
    await asyncio.sleep(1)
    idle = probe.told()
    page.start(CONNECTION, "full")
    probe.begin()
    await page.tasks.wait(f"run {CONNECTION}")
    busy = probe.told()
    for name in ("read", "errors", "signals"):
        await page.tasks.wait(name)
    facts = page.desk.run_of(CONNECTION, None)
    line = {"records": facts.processed, "status": facts.status}
    sys.stdout.write(json.dumps(line | {"idle": idle, "busy": busy}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    CONNECTION = sys.argv[1]
    sys.exit(open_window(drive))

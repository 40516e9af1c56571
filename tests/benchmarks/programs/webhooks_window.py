"""Calls by curl until the window shows them, verified and mapped, as one JSON line.

    python webhooks_window.py PROJECT CALLS

CALLS is a file of JSON: for each call the words of a curl command without its address.
A real gateway is the window's child. Times are in milliseconds from the start of curl's
process, and from its end, to the row of the table that says Valid and Mapped.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from ferrule.cli.window import hasten, open_window

hasten()

PATIENCE_S = 10


def call(words):
    """Run curl and return when it began and when it was over."""
    begun = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return begun, time.perf_counter()


async def shown(model, many):
    """Wait until so many rows are there, the newest valid and mapped."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if model.rowCount() >= many:
                newest = model.row(0).one
                if (newest.verdict, newest.status) == ("valid", "mapped"):
                    return time.perf_counter()
            await asyncio.sleep(0.001)


def told(times):
    """Return the median, the 95th percentile and the longest of times."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "longest": max(times)}


async def drive(window):
    """Start the receiver, call it, and tell how long each took to be seen."""
    page = window.show_page("webhooks")
    await page.tasks.wait("read")
    page.receiver.port.setText("0")
    page.receiver.press()
    async with asyncio.timeout(PATIENCE_S):
        while not page.server.listening:  # noqa: ASYNC110 - a page has no event for it
            await asyncio.sleep(0.01)
    loop, from_start, from_end = asyncio.get_running_loop(), [], []
    for number, words in enumerate(CALLS, start=1):
        address = f"{page.server.url}/api/webhooks/tracker/birds"
        calling = loop.run_in_executor(None, call, [*words, address])
        seen = await shown(page.list.model, number)
        begun, over = await calling
        from_start.append((seen - begun) * 1000)
        from_end.append(max(seen - over, 0) * 1000)
    line = {"calls": len(CALLS), "start": told(from_start), "end": told(from_end)}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    PROJECT, CALLS_FILE = map(Path, sys.argv[1:])
    CALLS = json.loads(CALLS_FILE.read_bytes())
    os.chdir(PROJECT)
    sys.argv = sys.argv[:1]
    sys.exit(open_window(drive))

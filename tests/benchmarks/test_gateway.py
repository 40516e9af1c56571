"""The gateway: calls that are verified and on the disk, a second, and how soon.

Each receiver is a process of its own and so is who calls it; they take turns, and a
ratio is the median of the ratios of the turns.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from tests.benchmarks.measuring import PROGRAMS, ROOT
from tests.webhook.running import PROJECT, Running, call

pytestmark = pytest.mark.bench
CONNECTIONS = 32
CALLS = {"gateway": 8000, "mapped": 6000, "single": 800}
USUAL = 8000
TURNS = 5
KINDS = ("gateway", "single", "enqueue", "starlette", "mapped")


@contextmanager
def receiver(kind: str, folder: Path) -> Iterator[int]:
    """Give the port of a receiver in a process of its own."""
    command = [sys.executable, str(PROGRAMS / "gateway.py"), kind, str(folder)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path()},
    ) as process:
        yield int(process.stdout.readline())
        process.stdin.close()


def path() -> str:
    """Return where a child finds the tests and what this process found."""
    return os.pathsep.join([str(ROOT), *filter(None, sys.path)])


def called(kind: str, folder: Path, calls: int) -> dict[str, float]:
    """Return what so many calls of a receiver took."""
    folder.mkdir()
    with receiver(kind, folder) as port:
        done = subprocess.run(
            [sys.executable, str(PROGRAMS / "gateway_calls.py")]
            + [str(one) for one in (port, calls, CONNECTIONS)],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path()},
        )
    return json.loads(done.stdout)


def test_calls_a_second(figures: Any, scale: Any, tmp_path: Path) -> None:
    """Group commit against a commit a call, and the way to it against HMAC alone."""
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for turn in range(TURNS):
        for kind in KINDS:
            many = scale(CALLS.get(kind, USUAL))
            found[kind].append(called(kind, tmp_path / f"{kind}-{turn}", many))

    def over(one: str, other: str) -> float:
        pairs = zip(found[one], found[other], strict=True)
        return median(a["rate"] / b["rate"] for a, b in pairs)

    def usual(kind: str, of: str) -> float:
        return median(one[of] for one in found[kind])

    figures.add("gateway: durable calls/s", usual("gateway", "rate"), "/s")
    figures.add("gateway: with mapping", usual("mapped", "rate"), "/s")
    figures.add("gateway: a commit a call", usual("single", "rate"), "/s")
    figures.add("gateway: group commit", over("gateway", "single"), bar=1.5)
    figures.add("gateway: verify + enqueue", usual("enqueue", "rate"), "/s")
    figures.add("gateway: starlette + HMAC", usual("starlette", "rate"), "/s")
    figures.add(
        "gateway: verify + enqueue of HMAC alone", over("enqueue", "starlette"), bar=0.7
    )
    for kind, name in (("gateway", "p99 of 32"), ("mapped", "p99 of 32, mapping")):
        figures.add(
            f"gateway: {name}", usual(kind, "p99"), "ms", bar=25, wanted="at most"
        )


def test_a_call_is_seen_mapped(figures: Any, tmp_path: Path) -> None:
    """From the sending of a call to its row that says that it was mapped."""
    taken = []
    with Running(tmp_path) as gateway:
        for number in range(50):
            began = time.perf_counter()
            assert gateway.post(*call(number)).status == 202
            while gateway.deliveries.counts(PROJECT).by_status["mapped"] <= number:
                pass
            taken.append((time.perf_counter() - began) * 1000)
    slowest = max(taken)
    figures.add("gateway: call to mapped", median(taken), "ms")
    figures.add("gateway: slowest of 50", slowest, "ms", bar=200, wanted="at most")

"""Costs of programs, measured side by side: each ratio comes from one run.

Programs take turns, so that what else the machine does meets all of them; a ratio is
the median of the ratios of the turns.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost: CPU and wall seconds, peak memory in MB; and its end."""

    cpu: float
    wall: float
    rss_mb: float
    last: Any

    @property
    def records(self) -> int:
        """Return how many records the program says it took."""
        counts = self.last.get("counts", {})
        return int(self.last.get("records", counts.get("processed", 0)))


def cost(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    given: bytes | None = None,
    ends: bool = True,
) -> Cost:
    """Run a command and return its cost; its last line of output is a JSON object.

    `given` is written to its standard input, which stays open until the last line
    has come where the command would take its end as an order (`ends` is false).
    """
    with tempfile.TemporaryDirectory() as folder:
        costs = Path(folder, "costs.json")
        timed = [sys.executable, "-S", "-E", PROGRAMS / "timed.py", costs, *command]
        with subprocess.Popen(
            [*map(str, timed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=None if env is None else dict(env),
        ) as process:
            process.stdin.write(given or b"")
            if ends:
                process.stdin.close()
            else:
                process.stdin.flush()
            last = b""
            for line in process.stdout:
                last = line if line.strip() else last
        found = json.loads(costs.read_bytes())
    assert found["code"] == 0, f"{command} ended with {found['code']}: {last[:2000]!r}"
    return Cost(found["cpu"], found["wall"], found["rss_mb"], json.loads(last))


def in_turns(
    programs: Mapping[str, Callable[[], Cost]], turns: int
) -> dict[str, list[Cost]]:
    """Run each program `turns` times, one after another, and return their costs."""
    found: dict[str, list[Cost]] = {name: [] for name in programs}
    for _ in range(turns):
        for name, program in programs.items():
            found[name].append(program())
    return found


def ratio(
    mine: Sequence[Cost], theirs: Sequence[Cost], of: Callable[[Cost], float]
) -> float:
    """Return how many times more `theirs` costs than `mine`: the median of turns."""
    return median(of(b) / of(a) for a, b in zip(mine, theirs, strict=True))


@contextmanager
def service() -> Iterator[str]:
    """Give the address of the measured API, in a process of its own."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAMS / "service.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


def address(base: str, records: int, style: str, latency_ms: int = 0) -> str:
    """Return where so many records are served in that style and after that time."""
    return f"{base}/{records}/{latency_ms}/{style}/issues"

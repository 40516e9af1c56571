"""What the record of operations costs: a run of many pages, and reading it.

python -m pytest tests/benchmarks/test_operations.py -m bench -s
"""

from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import pytest
from tests.store.building import NOW, FixedClock, batch, connect, signal
from tests.support.sandbox import Sandbox

from ferrule.store import Database, Operation, Operations, Runs, Wanted
from ferrule.workspace.connecting import connect as connect_it
from ferrule.workspace.connecting import sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.operations.log import OperationLog
from ferrule.workspace.operations.standing import connection_standing
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.workspace import Workspace

pytestmark = pytest.mark.bench
SIGNALS, LINES, RUNS = 100_000, 200_000, 9


class Mute:
    """Takes lines and counts, and keeps none: what a run would do without a log."""

    def note(self, *_: object, **__: object) -> None:
        """Keep nothing."""

    @property
    def traffic(self) -> "Mute":
        """Count nothing."""
        return self

    def wait(self, *_: object) -> None:
        """Count nothing."""

    def meter(self, _connection: str) -> None:
        """Count nothing."""

    def close(self) -> None:
        """Close nothing."""


def test_a_run_of_many_pages_is_not_slowed(tmp_path: Path) -> None:
    with Sandbox(tmp_path, items=20_000) as sandbox:
        work = Workspace(Home(tmp_path / "home"))
        connect_it(work, "sandbox-issues", {"baseUrl": sandbox.url}, {}, key="work")
        spent: dict[str, list[float]] = {"with": [], "without": []}
        for _ in range(RUNS):
            for how, seconds in spent.items():
                log = OperationLog(lambda: Operations(work.database), "default")
                work._opened["operations"] = log if how == "with" else Mute()
                began = process_time()
                order = SyncOrder(full=True, fresh=True)
                ended = sync_connection(work, "work", order, emit=lambda _event: None)
                work.operations.close()
                seconds.append(process_time() - began)
        with work.database.reading() as db:
            counted = db.execute("SELECT sum(requests) FROM traffic").fetchone()[0]
        work.close()
    of = {how: median(seconds) for how, seconds in spent.items()}
    more = of["with"] / of["without"] - 1
    print(f"\n{ended.pages} pages a run, {counted} requests counted")
    print(f"with {of['with']:.3f} s, without {of['without']:.3f} s: {more:+.1%} of CPU")
    assert counted >= RUNS * ended.pages
    assert more <= 0.02


def test_the_standing_of_a_connection_is_quick(tmp_path: Path) -> None:
    work = Workspace(Home(tmp_path / "home"))
    connect(work.database, project=work.project.key)
    runs = Runs(work.database, FixedClock())
    key = work.project.key
    lease = runs.begin(key, "work", "full", owner="me", now=NOW)
    for first in range(0, SIGNALS, 1000):
        at = NOW - timedelta(minutes=first / 10)
        signals = [signal(str(number)) for number in range(first, first + 1000)]
        runs.commit(lease, batch(signals), at)
    runs.finish(lease, NOW, status="done")
    took = []
    for _ in range(9):
        began = process_time()
        found = connection_standing(work, "work", FixedClock())
        took.append((process_time() - began) * 1000)
    work.close()
    print(
        f"\nstanding over {found.signals.total} signals: {median(took):.1f} ms of CPU"
    )
    assert found.signals.total == SIGNALS
    assert median(took) <= 50


def test_a_long_log_is_read_page_by_page(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ferrule.db") as database:
        rows = Operations(database, FixedClock())
        levels = ("debug", "info", "info", "info", "warning")
        began = perf_counter()
        for first in range(0, LINES, 5000):
            rows.append(
                "p",
                [
                    Operation(
                        NOW,
                        "sync",
                        f"line {number} of many",
                        levels[number % 5],
                        "github.issues",
                        f"c{number % 30}",
                        f"run:{number // 10}",
                    )
                    for number in range(first, first + 5000)
                ],
            )
        written = (perf_counter() - began) / LINES * 1e6
        print(f"\nwriting a line {written:.1f} µs")
        wants = {
            "newest": Wanted(),
            "a connection": Wanted(connection=("c7",)),
            "warnings": Wanted(levels=frozenset({"warning"})),
            "a run": Wanted(correlation=("run:77",)),
            "a word": Wanted(words=("line 9 of",)),
        }
        for name, wanted in wants.items():
            began = perf_counter()
            rows.page("p", wanted)
            print(f"{name}: {(perf_counter() - began) * 1000:.1f} ms")
        began = perf_counter()
        rows.counts("p")
        print(f"counts by level: {(perf_counter() - began) * 1000:.1f} ms")

"""Records a second against the tools that people would pick instead.

Only with `make bench-peers`, which installs them. Each is a process from its start to
its end; what each does stands in its program. Nothing is stored by airbyte-cdk and
singer-sdk, so their ratio is with `ferrule run`; dlt's is with `ferrule sync`.
"""

import os
import shutil

import pytest
from tests.benchmarks import environments
from tests.benchmarks.ferrule_home import FerruleHome
from tests.benchmarks.measuring import PROGRAMS, Cost, address, cost, in_turns, ratio

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(
        os.environ.get("FERRULE_BENCH_PEERS") != "1",
        reason="make bench-peers installs the peers and measures them",
    ),
]
TURNS = 3
BARS = {"airbyte": 10, "dlt sqlite": 5, "dlt parquet": None, "singer": 2}


def wall(one: Cost) -> float:
    return one.wall


def cpu(one: Cost) -> float:
    return one.cpu


def peers(url, folder):
    """Return what runs each peer, by name."""

    def runs(name, *more):
        command = [environments.python_of(name), PROGRAMS / f"peer_{name}.py", url]
        return lambda: cost([*command, *more])

    def dlt(where):
        kept = folder / where

        def run():
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            return runs("dlt", kept, where)()

        return run

    return {
        "airbyte": runs("airbyte"),
        "dlt sqlite": dlt("sqlite"),
        "dlt parquet": dlt("parquet"),
        "singer": runs("singer"),
    }


def test_records_a_second_against_peers(base, scale, tmp_path, figures):
    many = scale(20_000)
    home = FerruleHome(tmp_path / "home", base, many, "offset")
    url = address(base, many, "offset")
    ours = {"sync": home.sync, "run": home.run}
    costs = in_turns(ours | peers(url, tmp_path), TURNS)
    assert all(one.records == many for some in costs.values() for one in some)
    for name, bar in BARS.items():
        mine = costs["sync" if name.startswith("dlt") else "run"]
        figures.add(
            f"records/s against {_told(name)}, 20,000",
            ratio(mine, costs[name], wall),
            bar=bar,
            cpu_ratio=ratio(mine, costs[name], cpu),
            seconds=[round(one.wall, 2) for one in costs[name]],
            ferrule_seconds=[round(one.wall, 2) for one in mine],
            peak_mb=round(max(one.rss_mb for one in costs[name])),
        )


def _told(name: str) -> str:
    environment, _, where = name.partition(" ")
    version = environments.installed(environment)
    return f"{version} to {where or 'nowhere'}"


def test_latency_of_a_hundred_milliseconds_against_peers(
    base, scale, tmp_path, figures
):
    many = scale(10_000)
    home = FerruleHome(tmp_path / "home", base, many, "offset", 100)
    some = peers(address(base, many, "offset", 100), tmp_path)
    del some["dlt parquet"]
    costs = in_turns({"sync": home.sync} | some, 1)
    for name in some:
        figures.add(
            f"records/s at 100 ms against {_told(name)}, 10,000",
            ratio(costs["sync"], costs[name], wall),
            bar=3.3,
        )

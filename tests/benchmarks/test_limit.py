"""CPU for each record against a program written by hand for this one service.

What the limit does and leaves out stands in `programs/limit.py`. Both are processes of
their own, measured from their start to their end.
"""

import json
import sqlite3
from contextlib import closing
from statistics import median

import pytest
from tests.benchmarks.ferrule_home import FerruleHome
from tests.benchmarks.measuring import PROGRAMS, Cost, address, cost, in_turns, ratio

pytestmark = pytest.mark.bench
TURNS = 5


def cpu(one: Cost) -> float:
    return one.cpu


def wall(one: Cost) -> float:
    return one.wall


class Limit:
    """The hand-written program, with a fresh database each time."""

    def __init__(self, python, folder, url) -> None:
        self._command = [python, PROGRAMS / "limit.py", url, folder / "limit.db"]
        self._folder = folder

    def __call__(self, *mode: str) -> Cost:
        for file in self._folder.glob("limit.db*"):
            file.unlink()
        return cost([*self._command, *mode])


@pytest.fixture
def measured(base, limit_python, scale, tmp_path):
    """Return the costs of the limit and of Ferrule at so many records."""

    def measure(records: int, turns: int = TURNS) -> dict[str, list[Cost]]:
        many = scale(records)
        folder = tmp_path / str(records)
        home = FerruleHome(folder, base, many, "offset")
        limit = Limit(limit_python, folder, address(base, many, "offset"))
        costs = in_turns(
            {
                "limit": limit,
                "sync": home.sync,
                "limit full": lambda: limit("full"),
                "sync full": lambda: home.sync("full"),
                "run": home.run,
            },
            turns,
        )
        assert all(one.records == many for some in costs.values() for one in some)
        return costs

    return measure


def stored(database):
    """Return what a database holds of each signal, whoever wrote it."""
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute(
            "SELECT external_id, type, timestamp, created_at, archived_at, priority,"
            " summary, stream, signal, raw_payload FROM signal ORDER BY external_id"
        ).fetchall()
    lists = ("participants", "tags", "relatedItems")
    found = []
    for *columns, signal, raw in rows:
        document = json.loads(signal)
        found.append((*columns, *map(document.get, lists), json.loads(raw)))
    return found


def test_both_store_the_same(base, limit_python, tmp_path):
    home = FerruleHome(tmp_path / "home", base, 500, "offset")
    Limit(limit_python, tmp_path, address(base, 500, "offset"))()
    home.sync()
    ours = stored(tmp_path / "home" / "home" / "ferrule.db")
    assert len(ours) == 500
    assert ours == stored(tmp_path / "limit.db")


def per_record(costs: dict[str, list[Cost]], many: int) -> dict[str, float]:
    """Return CPU µs for each record, by program."""
    return {k: round(median(map(cpu, v)) / many * 1e6, 2) for k, v in costs.items()}


def test_cpu_for_each_record_against_the_limit(measured, scale, figures):
    records, fewer = 100_000, 20_000
    many, few = measured(records), measured(fewer, 3)
    shares = {
        name: ratio(many[f"sync{mode}"], many[f"limit{mode}"], cpu)
        for name, mode in (("first sync", ""), ("full sync", " full"))
    }
    micros = per_record(many, scale(records))
    figures.add(
        "CPU a record against the limit, 100,000, first sync",
        shares["first sync"],
        bar=0.75,
        micros=micros,
        micros_20000=per_record(few, scale(fewer)),
        wall={k: round(median(map(wall, v)), 2) for k, v in many.items()},
    )
    figures.add("the same, full sync (marks and sweeps)", shares["full sync"], bar=0.75)
    extra = scale(records) - scale(fewer)
    if extra:
        steady = {
            name: (median(map(cpu, many[name])) - median(map(cpu, few[name]))) / extra
            for name in many
        }
        figures.add(
            "the same without start-up (100,000 less 20,000)",
            steady["limit"] / steady["sync"],
            micros={k: round(v * 1e6, 2) for k, v in steady.items()},
        )
    for name in ("limit", "sync", "run"):
        figures.add(f"CPU of {name} a record, 100,000", micros[name], "µs")

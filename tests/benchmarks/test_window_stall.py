"""How long the window's thread is away while a child syncs 100,000 records."""

import sys

import pytest
from tests.benchmarks.ferrule_home import FerruleHome
from tests.benchmarks.measuring import PROGRAMS, cost

pytestmark = [pytest.mark.bench, pytest.mark.window]


def test_the_window_answers_during_a_run(base, scale, tmp_path, figures):
    many = scale(100_000)
    home = FerruleHome(tmp_path / "window", base, many, "offset")
    home.renew()
    found = cost(
        [sys.executable, PROGRAMS / "window_stall.py", home.name],
        env=home.environment | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert (found.records, found.last["status"]) == (many, "done")
    busy = found.last["busy"]
    name = "window during a run of 100,000: stall"
    figures.add(
        f"{name}, p99", busy["p99"], "ms", bar=50, wanted="at most", **found.last
    )
    figures.add(f"{name}, longest", busy["longest"], "ms", bar=100, wanted="at most")

"""The Activity page over 100,000 lines, off-screen: what the window's thread does."""

import os
import sys

import pytest
from tests.benchmarks.ferrule_home import KEY
from tests.benchmarks.measuring import PROGRAMS, cost

pytestmark = [pytest.mark.bench, pytest.mark.window]
TURNS = {
    "first paint": 10,
    "scrolling": 16,
    "changing the filter": 33,
    "following 1,000 lines/s": 16,
}


def test_the_window_answers_over_a_long_log(figures, scale, tmp_path):
    many = scale(100_000)
    environment = os.environ | {
        "FERRULE_HOME": str(tmp_path / "home"),
        "FERRULE_KEYCHAIN": "off",
        "FERRULE_MASTER_KEY": KEY,
        "QT_QPA_PLATFORM": "offscreen",
    }
    program = [sys.executable, PROGRAMS / "activity_ui.py", str(many)]
    told = cost(program, env=environment).last
    stall, turns = told["stall"], told["stall"]["turns"]
    name = "activity, 100,000 lines"
    figures.add(f"{name}: asked to painted", told["first paint"], "ms")
    figures.add(f"{name}: a filter changed", told["changing the filter"], "ms")
    for work, bar in TURNS.items():
        # CPU time of the window's thread between two ticks.
        figures.add(f"{name}: {work}", turns[work], "ms", bar=bar, wanted="at most")
    figures.add(f"{name}: stall, p99", stall["p99"], "ms", bar=50, wanted="at most")
    longest = stall["longest"]
    figures.add(f"{name}: stall, longest", longest, "ms", **stall["worst"])
    came, shown = told["following 1,000 lines/s"]
    assert came == shown

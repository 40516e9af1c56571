"""What a person waits for in the Builder, off-screen, over responses of 1 to 100 MB."""

import os
import statistics
import sys

import pytest
from tests.benchmarks.measuring import PROGRAMS, cost

pytestmark = [pytest.mark.bench, pytest.mark.window]
TURNS = 5
BARS = {"1": 50, "10": 100, "50": 300}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Give what one run of the window measured."""
    return measured(tmp_path_factory.mktemp("builder"), "builder_ui.py", TURNS).last


def measured(home, program, number):
    """Return what a program that works the window cost and told."""
    environment = os.environ | {
        "FERRULE_HOME": str(home),
        "FERRULE_KEYCHAIN": "off",
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, PROGRAMS / program, str(number)]
    return cost(command, env=environment)


def middle_and_late(times):
    """Return the median and the 95th percentile."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return statistics.median(times), cuts[94]


def test_a_preview_follows_a_keystroke(told, figures):
    median, late = middle_and_late(told["keystrokes"])
    name = "builder, 10 MB: keystroke to painted preview"
    figures.add(f"{name}, median", median, "ms", bar=16, wanted="at most")
    figures.add(f"{name}, p95", late, "ms", bar=50, wanted="at most")


@pytest.mark.parametrize("size", BARS)
def test_the_first_rows_come_early(told, figures, size):
    name = f"builder, {size} MB: received to first rows"
    figures.add(name, told["first"][size], "ms", bar=BARS[size], wanted="at most")
    figures.add(f"builder, {size} MB: received to whole", told["whole"][size], "ms")


def test_a_click_is_a_mapping(told, figures):
    median, late = middle_and_late(told["clicks"])
    name = "builder, 10 MB: click to path and signals"
    figures.add(f"{name}, median", median, "ms", bar=50, wanted="at most")
    figures.add(f"{name}, p95", late, "ms")


def test_the_window_does_not_stall(told, figures):
    stall = told["stall"]
    name = "builder, 10 and 50 MB: stall"
    figures.add(f"{name}, p99", stall["p99"], "ms", bar=50, wanted="at most")
    figures.add(
        f"{name}, longest",
        stall["longest"],
        "ms",
        bar=100,
        wanted="at most",
        **stall["worst"],
    )


def test_the_tree_is_small(told, figures):
    name = "builder, 10 MB: memory of the tree"
    figures.add(name, told["tree_mb"], "MB", bar=20, wanted="at most")


def test_100_megabytes_from_a_service_work(figures, tmp_path):
    """Asked for over a socket and looked at in every way; these have no bar of ours."""
    found = measured(tmp_path, "builder_large.py", 100)
    told, stall = found.last, found.last["stall"]
    for name in ("received", "first rows", "whole tree", "preview", "cancelled"):
        figures.add(f"builder, 100 MB: {name}", told[name], "ms")
    figures.add("builder, 100 MB: stall, p99", stall["p99"], "ms")
    longest = stall["longest"]
    figures.add("builder, 100 MB: stall, longest", longest, "ms", **stall["worst"])
    figures.add("builder, 100 MB: most memory", found.rss_mb, "MB")
    assert told["history"][1] <= 500_000_000


def test_a_key_filters_the_catalogue(figures, tmp_path):
    """Bar 10 of the design: 5,000 cards, from the key to the painted cards."""
    environment = os.environ | {"FERRULE_HOME": str(tmp_path)}
    program = [sys.executable, PROGRAMS / "catalogue_filter.py"]
    median, late = middle_and_late(cost(program, env=environment).last["keys"])
    name = "catalogue, 5,000 cards: key to painted cards"
    figures.add(f"{name}, median", median, "ms", bar=16, wanted="at most")
    figures.add(f"{name}, p95", late, "ms")

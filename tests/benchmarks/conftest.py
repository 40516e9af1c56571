"""What every benchmark shares: the measured service and the table of figures."""

import compileall
import os
from pathlib import Path

import pytest
from tests.benchmarks import environments
from tests.benchmarks.figures import KEPT, Figures
from tests.benchmarks.measuring import service

import ferrule

FIGURES = Figures()
SCALE = float(os.environ.get("FERRULE_BENCH_SCALE", "1"))


@pytest.fixture(scope="session", autouse=True)
def _bytecode():
    """Have our modules compiled, as those of all that is installed are."""
    compileall.compile_dir(Path(ferrule.__file__).parent, quiet=1)


@pytest.fixture(scope="session")
def figures():
    """Give the table that is printed at the end."""
    return FIGURES


@pytest.fixture(scope="session")
def base():
    """Give the address of the measured API."""
    with service() as address:
        yield address


@pytest.fixture(scope="session")
def limit_python():
    """Give the interpreter of the limit, installed now if it was not."""
    return environments.make("limit")


@pytest.fixture(scope="session")
def scale():
    """Return a function that makes sizes smaller, for trying the benchmarks out."""
    return lambda records: max(int(records * SCALE) // 100 * 100, 200)


def pytest_terminal_summary(terminalreporter):
    """Print the table and keep it."""
    if FIGURES.all:
        terminalreporter.section("figures")
        terminalreporter.write_line(FIGURES.table())
        kept = KEPT if SCALE == 1 else KEPT.with_name("bench-tried.json")
        FIGURES.keep(kept)
        terminalreporter.write_line(f"Kept in {kept}")

"""Every test here ends in one table, printed when all were run.

A module's mark says what its tests compare and with whom; a test that compares many
cases counts them (`interop_table`), any other is one case. What was skipped is said in
the table with its reason.
"""

import itertools
import time

import pytest
from tests.interop import typescript, versions
from tests.interop.table import Row, Table
from tests.support.postgres import PostgreSQL, server_programs

TABLE = Table()
NUMBERS = itertools.count(1)
COUNTED = pytest.StashKey[bool]()


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "compared(what, peer): the row that a test is counted in"
    )


class Counting:
    """Notes the rows of one test; each lasts since the one before it."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._began = time.monotonic()

    def row(self, cases: int, differences: int = 0, *, what="", peer="") -> None:
        """Add cases to a row: by default to that of the mark."""
        own, other = titles(self._item)
        began, self._began = self._began, time.monotonic()
        row = Row(cases, differences, self._began - began)
        TABLE.add(what or own, versions.named(peer or other), row)
        self._item.stash[COUNTED] = True

    def same(self, found, wanted, *, what="", peer="") -> None:
        """Count pairs of what was found and wanted, and assert that each is alike."""
        pairs = list(zip(found, wanted, strict=True))
        odd = [(one, other) for one, other in pairs if one != other]
        self.row(len(pairs), len(odd), what=what, peer=peer)
        assert odd == []


@pytest.fixture
def interop_table(request):
    """Give what counts the cases of this test."""
    return Counting(request.node)


@pytest.fixture(scope="session")
def modules(tmp_path_factory):
    """Give the folder that npm installed the TypeScript compiler into."""
    found = typescript.install(tmp_path_factory.mktemp("typescript"))
    versions.note("TypeScript", found)
    return found


@pytest.fixture(scope="session")
def deno(tmp_path_factory):
    """Give Deno, as npm has it."""
    found = typescript.install(tmp_path_factory.mktemp("deno"), ["deno@2"])
    versions.note("Deno", found)
    return found / ".bin" / "deno"


@pytest.fixture(scope="session")
def postgres():
    """Give a PostgreSQL server of this run's own."""
    pytest.importorskip("pg8000", reason="pg8000 is not installed")
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with PostgreSQL(programs) as running:
        yield running


@pytest.fixture
def place(postgres):
    """Give the URL of a database in which nothing is."""
    name = f"registry{next(NUMBERS)}"
    postgres.create(name)
    wire = postgres.folder / ".s.PGSQL.5432"
    return f"postgresql://ferrule:sesame-pg-open@/{name}?unix_sock={wire}"


def titles(item: pytest.Item) -> tuple[str, str]:
    mark = item.get_closest_marker("compared")
    return mark.args if mark else (item.path.stem, "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Count a test that counted nothing itself, or that failed for another reason."""
    report = yield
    if item.get_closest_marker("interop") is None:
        return report
    what, peer = titles(item)
    if report.skipped:
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        TABLE.leave_out(what, peer, reason)
    elif report.failed:
        TABLE.add(
            f"FAILED: {item.name}", versions.named(peer), Row(1, 1, call.duration)
        )
    elif report.when == "call" and COUNTED not in item.stash:
        TABLE.add(what, versions.named(peer), Row(1, 0, call.duration))
    return report


def pytest_terminal_summary(terminalreporter):
    """Print the table."""
    if TABLE.rows or TABLE.unchecked:
        terminalreporter.section("other engines, servers and languages")
        for line in TABLE.lines():
            terminalreporter.write_line(line)

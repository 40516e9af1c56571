from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.building import FixedClock, connect

from ferrule.store import Database, Runs


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "data" / "ferrule.db") as opened:
        connect(opened)
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def runs(database: Database, clock: FixedClock) -> Runs:
    return Runs(database, clock)

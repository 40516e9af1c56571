"""A gateway with one connection, for tests that need no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.webhook.running import (
    Running,
)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Running]:
    with Running(tmp_path) as running:
        yield running

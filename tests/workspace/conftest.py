"""A home, a project and the sandbox as a child process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with Sandbox(folder) as running:
        yield running

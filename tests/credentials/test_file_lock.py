"""One holder at a time, whatever process or thread it is in."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.clock import FakeClock

from ferrule.credentials.file_lock import locked
from ferrule.errors import StoreError

HOLD = """
import sys
from pathlib import Path
from ferrule.credentials.file_lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_is_refused_while_another_process_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=-1, stdout=-1
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(StoreError, match="Another Ferrule holds"),
            locked(path, FakeClock()),
        ):
            pass
        other.kill()
    with locked(path, FakeClock()):
        pass


def test_two_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        locked(path),
        pytest.raises(StoreError, match="Another Ferrule holds"),
        locked(path, FakeClock()),
    ):
        pass
    with locked(path, FakeClock()):
        pass

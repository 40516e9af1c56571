"""What several tests of expressions need."""

import subprocess
import sys

import pytest


@pytest.fixture
def run_python():
    """Run code in an interpreter of its own and return what it prints."""

    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    return run

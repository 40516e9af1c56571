"""What machines start imports little, by what Python itself says of its imports."""

import json
import re

import pytest
from tests.cli.test_verbs import SANDBOX
from tests.support.commands import Ferrule, Said, job

SLOW = {"typer", "rich", "authlib", "keyring", "PySide6"}


def imported(said: str) -> set[str]:
    """Return the top-level packages in the report of `-X importtime`."""
    return set(re.findall(r"^import time: +\d+ \| +\d+ \| +(\w+)", said, re.MULTILINE))


def reported(ferrule: Ferrule, *command: str, given: str = "") -> tuple[Said, set[str]]:
    said = ferrule(*command, given=given, PYTHONPROFILEIMPORTTIME="1")
    return said, imported(said.err)


@pytest.fixture
def address(sandbox) -> str:
    return f"baseUrl={sandbox.url}"


def test_a_run_imports_neither_a_database_nor_what_draws(ferrule, address):
    said, found = reported(
        ferrule, "run", str(SANDBOX), "--set", address, "--limit", "5"
    )
    assert said.last["status"] == "stopped"
    assert "httpx" in found
    assert found & (SLOW | {"sqlalchemy", "uvicorn", "starlette"}) == set()


def test_a_child_sync_imports_nothing_that_draws_or_makes_tables(
    ferrule, sandbox, address
):
    assert ferrule("connect", "sandbox-issues", "--set", address).code == 0
    process = ferrule.start("sync", "--control", "stdin", PYTHONPROFILEIMPORTTIME="1")
    process.stdin.write(job("sandbox-issues", secrets={}))
    process.stdin.flush()
    said = process.stdout.read()
    process.wait(30)
    found = imported(process.stderr.read().decode())
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    assert json.loads(said.splitlines()[-1])["status"] == "done"
    assert "sqlite3" in found
    assert found & (SLOW | {"sqlalchemy", "uvicorn", "starlette"}) == set()


def test_a_child_is_ready_before_its_heavy_imports(ferrule):
    process = ferrule.start("sync", "--control", "stdin", PYTHONPROFILEIMPORTTIME="1")
    ready = process.stdout.readline()
    process.kill()
    found = imported(process.stderr.read().decode())
    process.wait(10)
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    assert json.loads(ready) == {"type": "ready"}
    assert found & {"sqlalchemy", "httpx", "cryptography"} == set()


def test_the_sandbox_imports_no_client_and_no_database(ferrule):
    process = ferrule.start(
        "sandbox", "--items", "10", "--control", "stdin", PYTHONPROFILEIMPORTTIME="1"
    )
    assert json.loads(process.stdout.readline())["type"] == "ready"
    process.stdin.close()
    found = imported(process.stderr.read().decode())
    process.wait(10)
    process.stdout.close()
    process.stderr.close()
    assert "uvicorn" in found
    assert found & (SLOW | {"sqlalchemy", "httpx", "cryptography"}) == set()

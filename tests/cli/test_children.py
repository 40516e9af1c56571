"""What a foreign program finds in its environment: nothing that opens the vault."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.support.commands import KEY, Ferrule

from ferrule.redaction import live
from ferrule.workspace.signing_in.opening import open_named_browser

pytestmark = pytest.mark.skipif(os.name != "posix", reason="its programs are sh's")
SECRET = "s3cret-in-a-variable"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a program that notes its environment and prints the key."""
    made = tmp_path / "program"
    noted = tmp_path / "noted"
    made.write_text(
        f"#!/bin/sh\nenv > {noted}.new\nmv {noted}.new {noted}\necho {KEY}\n"
    )
    made.chmod(made.stat().st_mode | stat.S_IXUSR)
    return made


def noted(program: Path) -> dict[str, str]:
    path = program.with_name("noted")
    for _ in range(500):
        if path.exists():
            break
        threading.Event().wait(0.01)
    lines = path.read_text("utf-8").splitlines()
    return dict(line.partition("=")[::2] for line in lines)


@pytest.mark.parametrize("named", ["FERRULE_MASTER_KEY", "FERRULE_MASTER_KEY_COMMAND"])
def test_no_child_of_a_guarded_process_inherits_what_opens_the_vault(named) -> None:
    code = (
        "import subprocess; from ferrule.cli.guards import guard_process; "
        "guard_process(); subprocess.run(['env'], check=True)"
    )
    env = os.environ | {named: f"{SECRET} of twenty", "OTHER": "stays"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "OTHER=stays" in done.stdout
    assert SECRET not in done.stdout


def test_the_program_that_prints_the_key_gets_neither(
    ferrule: Ferrule, program
) -> None:
    said = ferrule(
        "keys", "new", "ada",
        FERRULE_MASTER_KEY="",
        FERRULE_MASTER_KEY_COMMAND=str(program),
        VAULT_TOKEN="its own",
    )  # fmt: skip
    assert said.code == 0, said.err
    found = noted(program)
    assert "FERRULE_MASTER_KEY" not in found
    assert "FERRULE_MASTER_KEY_COMMAND" not in found
    assert found["VAULT_TOKEN"] == "its own"  # what it needs itself, it keeps


def test_the_browser_gets_no_variable_that_holds_a_secret(program, monkeypatch) -> None:
    live.add(SECRET)
    monkeypatch.setenv("BROWSER", str(program))
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_MASTER_KEY_COMMAND", "pass show ferrule")
    monkeypatch.setenv("GIVEN_BY_REFERENCE", SECRET)
    monkeypatch.setenv("HARMLESS", "stays")
    assert open_named_browser("https://example.com/")
    found = noted(program)
    assert found["HARMLESS"] == "stays"
    assert not found.keys() & {
        "FERRULE_MASTER_KEY",
        "FERRULE_MASTER_KEY_COMMAND",
        "GIVEN_BY_REFERENCE",
    }

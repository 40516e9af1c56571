"""A program that prints the master key, and every way in which it may not."""

import shlex
import sys
import time

import pytest
from pydantic import SecretStr
from tests.support.promptness import in_time

from ferrule.credentials import Ref, open_vault
from ferrule.credentials.data_key import CommandKey
from ferrule.credentials.key_command import ask_command
from ferrule.credentials.locks import Lock
from ferrule.errors import KeychainUnavailable, VaultLocked
from ferrule.redaction import MASK, live

KEY = "f0" * 32
WORK = Ref("p", "work")


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_what_it_prints_is_the_key_and_known_to_redaction() -> None:
    assert ask_command(python("print('k3y from elsewhere')")) == "k3y from elsewhere"
    assert live.text("k3y from elsewhere") == MASK


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "is empty"),
        ("'unclosed", "is no command line"),
        ("/nowhere/at/all key", "cannot be started: /nowhere/at/all: No such file"),
        ("/etc/passwd", "cannot be started: /etc/passwd: Permission denied"),
        (python("pass"), "printed nothing."),
        (python("raise SystemExit(3)"), "ended with 3."),
        (python("import os; os.kill(os.getpid(), 9)"), "ended with -9."),
        (
            python("import sys; sys.exit('no   such\\n item')"),
            "ended with 1. It said: no such item",
        ),
    ],
)
def test_a_command_that_fails_is_named_with_what_it_said(line: str, why: str) -> None:
    with pytest.raises(KeychainUnavailable, match="FERRULE_MASTER_KEY_COMMAND") as no:
        ask_command(line)
    assert why in no.value.message
    assert "Run the command yourself" in no.value.advice


def test_the_key_is_not_in_what_is_shown_of_its_standard_error() -> None:
    for name in ("first-s3cret-key", "ab"):
        code = f"import sys; print({name!r}); sys.exit('got {name} wrong')"
        with pytest.raises(KeychainUnavailable) as no:
            ask_command(python(code))
        assert no.value.message.endswith(f"It said: got {MASK} wrong")


def test_one_that_does_not_end_is_ended_with_what_it_started() -> None:
    """Its child holds the pipe: were it left, the pipe would be read for a minute."""
    child = "import time; time.sleep(60)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    began = time.monotonic()
    with pytest.raises(KeychainUnavailable, match=r"did not end within 0\.3 s"):
        ask_command(python(code), patience=0.3)
    in_time(time.monotonic() - began, 20)


def test_it_runs_without_a_shell_and_without_an_input(tmp_path, monkeypatch) -> None:
    assert ask_command("echo '$HOME; `id` | cat'") == "$HOME; `id` | cat"
    code = "import sys; print(len(sys.stdin.read()), *sys.argv[1:])"
    assert ask_command(f"{python(code)} $HOME '*'") == "0 $HOME *"


def test_its_environment_holds_no_master_key(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_MASTER_KEY_COMMAND", "env")
    open_vault(tmp_path)
    assert KEY not in ask_command("env")


def test_it_runs_once_and_when_it_is_needed(tmp_path) -> None:
    runs = []

    def run() -> str:
        runs.append(1)
        return KEY

    source = CommandKey(run)
    assert source.keys_for(Lock("keychain", "", "")) == ()
    assert runs == []
    for _ in range(3):
        assert source.keys_for(Lock("master", "", "")) == [bytes.fromhex(KEY)]
    assert runs == [1]
    source.forget()
    assert source.first_key(b"salt") == bytes.fromhex(KEY)
    assert runs == [1, 1]


def test_a_vault_is_kept_with_it_and_says_what_it_said(tmp_path, monkeypatch) -> None:
    name = "FERRULE_MASTER_KEY_COMMAND"
    monkeypatch.setenv(name, f"echo {KEY}")
    made = open_vault(tmp_path)
    made.put(WORK, {"token": SecretStr("k3pt-value")}, must_store=True)
    assert made.status().source == f"what {name} prints"
    monkeypatch.setenv(name, python("raise SystemExit('the safe is shut')"))
    with pytest.raises(VaultLocked, match="It said: the safe is shut"):
        open_vault(tmp_path).get(WORK)
    monkeypatch.setenv(name, f"echo {'0f' * 32}")
    with pytest.raises(VaultLocked, match="prints holds another key"):
        open_vault(tmp_path).get(WORK)
    monkeypatch.setenv(name, "echo short")
    with pytest.raises(VaultLocked, match="too short"):
        open_vault(tmp_path / "new").put(WORK, {"token": SecretStr("k3pt-value")})

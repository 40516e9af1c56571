"""`ferrule vault`: what it tells and asks, and that a passphrase is no argument."""

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.commands import KEY, Ferrule, Said

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")
OLD, NEW = "four words are enough", "four other words"


@pytest.fixture
def bare(say, monkeypatch: pytest.MonkeyPatch):
    """Return what runs a command where neither keychain nor master key is."""
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    monkeypatch.setenv("OLD", OLD)
    monkeypatch.setenv("NEW", NEW)
    return say


def seen(said: Said) -> dict:
    assert said.code == 0, said.out + said.err
    return said.last


def test_status_tells_a_vault_that_is_ready(say, home) -> None:
    found = seen(say("vault", "status", "--json"))
    assert found["state"] == "empty"
    assert found["keySource"] == "FERRULE_MASTER_KEY"
    assert found["path"] == str(home / "vault.ferrule")
    assert not (home / "vault.ferrule").exists()


def test_status_tells_what_is_kept(say) -> None:
    assert say("keys", "new", "ada").code == 0
    found = seen(say("vault", "status", "--json"))
    assert found == {
        **found,
        "state": "unlocked",
        "backend": "environment",
        "ways": ["master"],
        "format": "ferrule-vault/2",
        "generation": 1,
        "secrets": 1,
        "owners": 1,
        "rotating": False,
        "troubles": [],
    }
    told = say("vault", "status").out
    assert "Vault: open" in told
    assert "opened by   master" in told
    assert "1, of 1 owners" in told


def test_status_says_what_is_wrong_and_what_to_do(bare) -> None:
    said = bare("vault", "status")
    assert said.code == 1
    assert "secrets are kept until Ferrule ends" in said.out
    assert "! The keychain is switched off (FERRULE_KEYCHAIN=off)." in said.out
    assert "ferrule vault passphrase" in said.out
    assert bare("vault", "status", "--json").last["state"] == "memory"


def test_a_passphrase_begins_a_vault_and_opens_it(bare) -> None:
    found = seen(bare("vault", "passphrase", "--new", "@env:NEW", "--json"))
    assert found["ways"] == ["passphrase"]
    said = bare("vault", "status")
    assert said.code == 1
    assert "Vault: locked" in said.out
    found = seen(bare("vault", "unlock", "--passphrase", "@env:NEW", "--json"))
    assert found["state"] == "unlocked"
    said = bare("vault", "unlock", "--passphrase", "@env:OLD")
    assert said.code == 1
    assert "The passphrase is wrong." in said.err


def test_without_a_terminal_nobody_is_asked(bare) -> None:
    said = bare("vault", "passphrase")
    assert said.code == 2
    assert "--new @env:NAME" in said.err
    bare("vault", "passphrase", "--new", "@env:NEW")
    said = bare("vault", "unlock")
    assert said.code == 1
    assert "the passphrase was not given" in said.err
    assert "FERRULE_MASTER_KEY" in said.err
    said = bare("keys", "new", "ada")
    assert said.code == 1
    assert "the passphrase was not given" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("unlock", "--passphrase", OLD),
        ("unlock", "--recovery", OLD),
        ("passphrase", "--new", OLD),
        ("rotate", "--new-master-key", KEY),
    ],
)
def test_a_secret_in_an_argument_is_refused_and_not_repeated(say, arguments) -> None:
    say("keys", "new", "ada")
    said = say("vault", *arguments)
    assert said.code == 2
    assert "stands in the argument" in said.err
    assert arguments[-1] not in said.err


def test_a_passphrase_is_changed_with_the_one_of_now(bare) -> None:
    bare("vault", "passphrase", "--new", "@env:OLD")
    said = bare("vault", "passphrase", "--new", "@env:NEW")
    assert said.code == 1
    change = ("vault", "passphrase", "--passphrase", "@env:OLD", "--new", "@env:NEW")
    assert bare(*change).code == 0
    assert bare("vault", "unlock", "--passphrase", "@env:OLD").code == 1
    assert bare("vault", "unlock", "--passphrase", "@env:NEW").code == 0
    assert bare("vault", "lock").code == 0
    said = bare("vault", "passphrase", "--remove", "--passphrase", "@env:NEW")
    assert said.code == 2
    assert "Nothing but the passphrase opens the vault" in said.err


def test_what_opens_by_itself_is_not_called_locked(say) -> None:
    say("keys", "new", "ada")
    said = say("vault", "lock")
    assert said.code == 1
    assert "It opens by itself, with FERRULE_MASTER_KEY." in said.out


def test_a_forgotten_passphrase_is_replaced_where_another_key_opens(say, monkeypatch):
    monkeypatch.setenv("OLD", OLD)
    monkeypatch.setenv("NEW", NEW)
    say("keys", "new", "ada")
    for name in ("OLD", "NEW"):
        found = seen(say("vault", "passphrase", "--new", f"@env:{name}", "--json"))
        assert found["ways"] == ["master", "passphrase"]
    assert say("vault", "unlock", "--passphrase", "@env:OLD").code == 1
    assert say("vault", "unlock", "--passphrase", "@env:NEW").code == 0


def test_rotating_tells_how_many_and_keeps_all(say) -> None:
    for name in ("ada", "bob"):
        say("keys", "new", name)
    before = say("keys", "list", "--json").lines
    assert seen(say("vault", "rotate", "--json")) == {
        "type": "rotated", "secrets": 2, "dropped": []
    }  # fmt: skip
    assert "Sealed 2 secrets with a new data key." in say("vault", "rotate").out
    assert say("keys", "list", "--json").lines == before


def test_another_master_key_is_given_by_reference(ferrule: Ferrule) -> None:
    other = "ab" * 32
    assert ferrule("keys", "new", "ada").code == 0
    said = ferrule("vault", "rotate", "--new-master-key", "@env:OTHER", OTHER=other)
    assert said.code == 0, said.err
    said = ferrule("keys", "list")
    assert said.code == 1
    assert "holds another key than it was sealed with" in said.err
    assert "ada" in ferrule("keys", "list", FERRULE_MASTER_KEY=other).out
    command = {"FERRULE_MASTER_KEY": "", "FERRULE_MASTER_KEY_COMMAND": f"echo {other}"}
    assert "ada" in ferrule("keys", "list", **command).out


def test_a_recovery_key_is_written_after_a_fresh_unlock(bare, home, tmp_path) -> None:
    out, saved = tmp_path / "recovery.txt", tmp_path / "copy"
    bare("vault", "passphrase", "--new", "@env:OLD")
    export = ("vault", "export-recovery", "--out", out, "--copy", saved)
    said = bare(*export)
    assert said.code == 2
    assert "Add --yes" in said.err
    said = bare(*export, "--yes")
    assert said.code == 1
    assert "needs the vault's passphrase anew" in said.err
    assert bare(*export, "--yes", "--passphrase", "@env:NEW").code == 1
    assert not out.exists()
    said = bare(*export, "--yes", "--passphrase", "@env:OLD", "--json")
    assert seen(said)["out"] == str(out)
    key = out.read_text("utf-8").splitlines()[2]
    assert key not in said.out + said.err
    assert bare("vault", "unlock", "--recovery", f"@file:{out}").code == 0
    (home / "vault.ferrule").write_bytes(b"")
    assert bare("vault", "status").code == 1
    restore = ("vault", "restore", "--from", saved, "--passphrase", "@env:OLD", "--yes")
    assert "What was there is" in bare(*restore).out
    assert bare("vault", "unlock", "--passphrase", "@env:OLD").code == 0
    said = bare("vault", "rotate", "--passphrase", "@env:OLD")
    assert "ferrule vault export-recovery" in said.out
    assert bare("vault", "unlock", "--recovery", f"@file:{out}").code == 1


def test_remembering_needs_a_keychain(bare) -> None:
    bare("vault", "passphrase", "--new", "@env:OLD")
    said = bare("vault", "unlock", "--passphrase", "@env:OLD", "--remember")
    assert said.code == 1
    assert "The keychain is switched off" in said.err


def test_at_a_terminal_it_is_typed_once_and_not_shown(ferrule: Ferrule) -> None:
    no_key = {"FERRULE_MASTER_KEY": ""}
    shown = typed(ferrule, ("vault", "passphrase"), [OLD, OLD], no_key)
    assert "New passphrase" in shown
    shown += typed(ferrule, ("keys", "new", "ada"), [OLD], no_key)
    assert shown.count("Passphrase of the vault") == 1
    assert "Made the key" in shown
    assert OLD not in shown
    shown = typed(ferrule, ("keys", "list"), [NEW], no_key)
    assert "the passphrase is wrong" in shown


def typed(
    ferrule: Ferrule, arguments: tuple[str, ...], answers: list[str], env: dict
) -> str:
    """Run a command at a terminal, answer its questions, and return what it shows."""
    ours, its_own = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ferrule", *arguments],
        cwd=ferrule.folder,
        env=ferrule.environment | env,
        stdin=its_own,
        stdout=its_own,
        stderr=its_own,
        start_new_session=True,
    )
    os.close(its_own)
    shown, left, until = "", list(answers), time.monotonic() + 60
    while time.monotonic() < until and (chunk := _read(ours)) is not None:
        shown += chunk
        if left and shown.rstrip().endswith(":") and _unseen(ours):
            os.write(ours, f"{left.pop(0)}\n".encode())
            shown += "\n"
    process.wait(30)
    os.close(ours)
    return shown


def _read(terminal: int) -> str | None:
    """Return what came, if anything did; None once the program has ended."""
    if not select.select([terminal], [], [], 0.05)[0]:
        return ""
    try:
        return os.read(terminal, 4096).decode() or None
    except OSError:
        return None


def _unseen(terminal: int) -> bool:
    """Tell whether what is typed is not shown: what came before that is thrown away."""
    return not termios.tcgetattr(terminal)[3] & termios.ECHO


def test_a_folder_of_anothers_is_told_not_crashed_on(say, home: Path) -> None:
    home.mkdir()
    (home / "vault.ferrule").mkdir()
    said = say("vault", "status", "--json")
    assert said.code == 1
    assert said.last["state"] == "broken"
    assert "cannot be read" in json.dumps(said.last)


@pytest.mark.parametrize(
    "time_", ["", "5", "0m", "forever", "31d", "P1M", "-1h", "PT0S"]
)
def test_a_time_that_is_none_is_refused(say, time_) -> None:
    said = say("vault", "unlock", "--for", time_)
    assert said.code == 2
    assert "from 1 minute to 30 days" in said.err
    assert "30m, 8h, 1d or PT8H" in said.err


@pytest.mark.parametrize("time_", ["30m", "8h", "1d", "PT8H", " 8H "])
def test_for_a_time_needs_a_keychain(bare, time_) -> None:
    bare("vault", "passphrase", "--new", "@env:OLD")
    said = bare("vault", "unlock", "--passphrase", "@env:OLD", "--for", time_)
    assert said.code == 1
    assert "The keychain is switched off" in said.err

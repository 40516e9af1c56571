"""The vault over a real Secret Service, in a session and a home of its own.

Needs dbus-run-session and gnome-keyring-daemon (Debian: dbus, dbus-bin,
gnome-keyring); without them these tests are skipped, which pytest tells.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MISSING = [
    name
    for name in ("dbus-run-session", "gnome-keyring-daemon")
    if shutil.which(name) is None
]
pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"NO REAL KEYCHAIN TESTED: {', '.join(MISSING)} not installed"
)

UNLOCKED = (
    "printf '%s' 'a password' | gnome-keyring-daemon --unlock --components=secrets"
    ' >/dev/null && exec "$@"'
)
LOCKED = 'exec "$@"'


def _in_session(home: Path, script: str, prepare: str = UNLOCKED) -> str:
    """Run a script in a session bus of its own and return what it prints."""
    run = home / "run"
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(run),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    session = ("dbus-run-session", "--", "bash", "-c", prepare, "bash")
    done = subprocess.run(
        [*session, sys.executable, "-c", script, str(home / "ferrule")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


KEEP = """
import sys
from pathlib import Path
from pydantic import SecretStr
from ferrule.credentials import Ref, open_vault
vault = open_vault(Path(sys.argv[1]))
assert vault.state.backend == "keychain", vault.state
vault.put(Ref("p", "work"), {"token": SecretStr("kept ü " * 500)}, must_store=True)
print(vault.state.message)
"""
FIND = """
import sys
from pathlib import Path
import keyring
from ferrule.credentials import Ref, open_vault
vault = open_vault(Path(sys.argv[1]))
secret = vault.get(Ref("p", "work"))["token"].get_secret_value()
assert secret == "kept ü " * 500
where = Path(sys.argv[1]).resolve()
assert len(keyring.get_password("ferrule", f"data key of {where}")) == 44
assert keyring.get_password("ferrule", f"generation of {where}").startswith("1 ")
print("found")
"""
ASK = """
import sys
from pathlib import Path
from ferrule.credentials import open_vault
print(open_vault(Path(sys.argv[1])).state)
"""


def test_a_secret_outlives_its_session_in_a_real_keychain(tmp_path: Path) -> None:
    assert "the system's keychain" in _in_session(tmp_path, KEEP)
    assert b"kept" not in (tmp_path / "ferrule" / "vault.ferrule").read_bytes()
    assert _in_session(tmp_path, FIND) == "found\n"


def test_a_keychain_nobody_unlocked_is_noticed(tmp_path: Path) -> None:
    told = _in_session(tmp_path, ASK, LOCKED)
    assert "backend='memory'" in told
    assert "The keychain" in told
    assert not (tmp_path / "ferrule").exists()


def test_no_session_bus_is_noticed(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path / "ferrule")],
        env={**environment, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "backend='memory'" in done.stdout

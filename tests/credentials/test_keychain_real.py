"""The vault over a real Secret Service, in a session and a home of its own.

Needs dbus-run-session and gnome-keyring-daemon (Debian: dbus, dbus-bin,
gnome-keyring); see tests.support.real_parts for where they are missing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.real_parts import without

MISSING = [
    name
    for name in ("dbus-run-session", "gnome-keyring-daemon")
    if shutil.which(name) is None
]
pytestmark = without(f"a keychain: {', '.join(MISSING)}", missing=bool(MISSING))

UNLOCKED = (
    "printf '%s' 'a password' | gnome-keyring-daemon --unlock --components=secrets"
    ' >/dev/null && exec "$@"'
)
LOCKED = 'exec "$@"'
# gnome-keyring takes the first password for the collection's own, and later ones not.
WRONG = UNLOCKED.replace("a password", "another password")
NULL = f"export PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring; {UNLOCKED}"


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
status = open_vault(Path(sys.argv[1])).status()
print(status.standing, *(f"{t.message} {t.advice}" for t in status.troubles), sep="\\n")
"""
# What becomes of a daemon that was well when the vault was opened.
LATER = """
import os, signal, sys, time
from pathlib import Path
from pydantic import SecretStr
from ferrule.credentials import Ref, open_vault
from ferrule.errors import FerruleError
where, doing = Path(sys.argv[1]), {"freeze": "STOP", "kill": "KILL"}[ACT]
vault = open_vault(where)
vault.put(Ref("p", "work"), {"token": SecretStr("kept")})
ours = []
for place in Path("/proc").glob("[0-9]*"):
    try:
        its_own = os.environ["HOME"].encode() in (place / "environ").read_bytes()
        daemon = (place / "comm").read_text() == "gnome-keyring-d\\n"
    except OSError:
        continue  # it has ended
    if daemon and its_own:
        ours.append(int(place.name))
assert ours
for pid in ours:
    os.kill(pid, getattr(signal, f"SIG{doing}"))
began = time.monotonic()
print(vault.get(Ref("p", "work"))["token"].get_secret_value())  # its key was read
vault.lock()
try:
    vault.get(Ref("p", "work"))
except FerruleError as error:
    print(type(error).__name__, error)
print(vault.look_again().standing)
print("slow" if time.monotonic() - began > 40 else "in time")
if doing == "STOP":
    for pid in ours:
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGTERM)
"""


def test_a_secret_outlives_its_session_in_a_real_keychain(tmp_path: Path) -> None:
    assert "the system's keychain" in _in_session(tmp_path, KEEP)
    assert b"kept" not in (tmp_path / "ferrule" / "vault.ferrule").read_bytes()
    assert _in_session(tmp_path, FIND) == "found\n"


def test_changing_the_data_key_leaves_one_key_in_a_real_keychain(tmp_path) -> None:
    _in_session(tmp_path, KEEP)
    rotate = FIND.replace(
        "secret = vault", "list(vault.rotate())\nsecret = vault"
    ).replace('startswith("1 ")', 'startswith("4 ")')
    assert _in_session(tmp_path, rotate) == "found\n"


@pytest.mark.parametrize(
    ("prepare", "says", "advises"),
    [
        (LOCKED, "The keychain is locked", "Unlock it"),
        (WRONG, "The keychain is locked", "Unlock it"),
        (NULL, "does not give them back", "Unset PYTHON_KEYRING_BACKEND"),
    ],
    ids=["nobody unlocked it", "wrong password", "null backend"],
)
def test_a_keychain_that_cannot_keep_anything_is_named(
    tmp_path, prepare: str, says: str, advises: str
) -> None:
    _in_session(tmp_path, ASK)  # it has a collection of its own from now on
    told = _in_session(tmp_path, ASK, prepare)
    assert told.startswith("memory\n")
    assert says in told
    assert advises in told
    assert not (tmp_path / "ferrule").exists()


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("freeze", "did not answer within 5 s"),
        ("kill", "The keychain is locked"),
    ],
)
def test_a_keychain_that_fails_later_is_named_in_time(tmp_path, act, says) -> None:
    told = _in_session(tmp_path, f"ACT = {act!r}\n{LATER}").splitlines()
    assert told[0] == "kept"
    assert told[1].startswith("VaultLocked")
    assert says in told[1]
    assert told[2:] == ["locked", "in time"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("unix:path=/nonexistent", "No keychain answers on the session bus"),
        (None, "no session bus (D-Bus) runs"),
    ],
)
def test_no_session_bus_is_named(tmp_path: Path, address, says: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    environment |= {"XDG_RUNTIME_DIR": str(tmp_path)}
    if address:
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path / "ferrule")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("memory\n")
    assert says in done.stdout

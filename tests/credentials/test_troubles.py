"""Whatever is wrong with the vault is named, with what to do; nothing is lost."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from keyring.errors import InitError, KeyringLocked, NoKeyringError
from pydantic import SecretStr
from tests.credentials.keychains import (
    DictKeychain,
    FrozenKeychain,
    NullKeychain,
    StickyKeychain,
)

from ferrule.credentials import Keychain, Ref, file_access
from ferrule.credentials.home_vault import HomeVault
from ferrule.credentials.sealed_file import Contents
from ferrule.credentials.stretching import Cost
from ferrule.credentials.vault_status import VaultStatus
from ferrule.errors import FerruleError, KeychainUnavailable

WORK, HOME = Ref("p", "work"), Ref("p", "home")
TOKEN = {"token": SecretStr("t0ken-of-work")}
PASSPHRASE = SecretStr("four words are enough")
QUICK = Cost(19 * 1024, 2, 1)
KEY, OTHER = "0f" * 32, "f0" * 32


class Raising(DictKeychain):
    """A keychain whose every use fails as keyring's backends do."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


@pytest.fixture
def master(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)


@pytest.fixture
def vault(master: None, tmp_path: Path) -> HomeVault:
    """Return a vault with two generations that a master key opens."""
    made = HomeVault(tmp_path / "data", cost=QUICK)
    made.put(WORK, TOKEN)
    made.put(HOME, TOKEN)
    return made


def told(status: VaultStatus) -> str:
    return " ".join(f"{one.message} {one.advice}" for one in status.troubles)


@pytest.mark.parametrize(
    ("store", "environment", "says", "advises"),
    [
        (Raising(NoKeyringError("x")), {}, "no session bus", "dbus-run-session"),
        (
            Raising(NoKeyringError("x")),
            {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"},
            "names a bus that is gone",
            "gnome-keyring or KWallet",
        ),
        (Raising(InitError("x")), {}, "locked (InitError)", "Unlock it"),
        (Raising(KeyringLocked("x")), {}, "its password was wrong", "Unlock it"),
        (Raising(RuntimeError("x")), {}, "refused: RuntimeError", "its own program"),
        (
            NullKeychain(),
            {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
            "give them back (PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring)",
            "Unset PYTHON_KEYRING_BACKEND",
        ),
        (StickyKeychain(), {}, "does not delete", "ferrule vault passphrase"),
        (FrozenKeychain(), {}, "did not answer within 0.05 s", "may be frozen"),
    ],
    ids=["no bus", "dead bus", "no collection", "locked", "other", "null", "sticky",
         "frozen"],
)  # fmt: skip
def test_a_keychain_that_does_not_work_is_named_and_nothing_is_kept(
    tmp_path, monkeypatch, store, environment, says: str, advises: str
) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "on")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    made = HomeVault(tmp_path / "data", Keychain(lambda: store, deadline=0.05))
    status = made.status()
    assert status.standing == "memory"
    assert says in told(status)
    assert advises in told(status)
    assert "ferrule vault passphrase" in told(status)
    with pytest.raises(KeychainUnavailable) as no:
        made.put(WORK, TOKEN, must_store=True)
    assert says in no.value.message
    assert not (tmp_path / "data").exists()
    if isinstance(store, FrozenKeychain):
        store.released.set()


def test_a_keychain_that_breaks_later_locks_what_it_opened(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "on")
    store = DictKeychain()
    HomeVault(tmp_path, Keychain(lambda: store)).put(WORK, TOKEN)
    broken = HomeVault(tmp_path, Keychain(lambda: Raising(KeyringLocked("x"))))
    status = broken.status()
    assert (status.standing, status.secrets) == ("locked", 1)
    assert "The keychain is locked (KeyringLocked)" in told(status)
    with pytest.raises(FerruleError, match=r"sealed in .* no key"):
        broken.get(WORK)


def test_another_master_key_is_named(vault: HomeVault, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY", OTHER)
    status = HomeVault(vault.path.parent).status()
    assert status.standing == "locked"
    assert "FERRULE_MASTER_KEY holds another key than it was sealed with" in told(
        status
    )
    assert "set the FERRULE_MASTER_KEY it was sealed with" in told(status)


def _cut(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


def _tampered(path: Path) -> None:
    found = file_access.read(path)
    assert isinstance(found, Contents)
    first, *rest = found.records
    moved = msgspec.structs.replace(first, project="another")
    changed = msgspec.structs.replace(found, records=[moved, *rest])
    path.write_bytes(msgspec.json.encode(changed))


def _newer(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"ferrule-vault/2", b"ferrule-vault/9"))


def _huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(3 * 1024**3)  # a hole: it takes no room


def _older(path: Path) -> None:
    path.write_bytes(file_access.old_of(path).read_bytes())


@pytest.mark.parametrize(
    ("harm", "says", "advises"),
    [
        (lambda path: path.write_bytes(b""), "is empty", "ferrule vault restore"),
        (_cut, "is damaged", "ferrule vault restore"),
        (_tampered, "changed from outside: 'token' of 'home' in 'another'", "restore"),
        (_newer, "format 'ferrule-vault/9'", "Use a newer Ferrule"),
        (_huge, "larger than 64 MiB", "ferrule vault restore"),
        (_older, "older copy: generation 1, while 2", "ferrule vault restore --from"),
    ],
    ids=["empty", "truncated", "tampered", "newer", "huge", "rolled back"],
)
def test_a_file_that_is_not_as_it_was_written_is_named_and_left_alone(
    vault: HomeVault, harm: Callable[[Path], None], says: str, advises: str
) -> None:
    harm(vault.path)
    size, before = vault.path.stat().st_size, vault.path.stat().st_mtime_ns
    status = vault.status()
    assert status.standing == "broken"
    assert says in told(status)
    assert advises in told(status)
    for call in (
        lambda: vault.get(WORK),
        lambda: vault.put(WORK, TOKEN),
        lambda: vault.delete(WORK),
        lambda: list(vault.rotate()),
        vault.refs,
    ):
        with pytest.raises(FerruleError) as no:
            call()
        assert says in no.value.message
    assert (vault.path.stat().st_size, vault.path.stat().st_mtime_ns) == (size, before)


@pytest.mark.parametrize(
    "harm", [_cut, _tampered, _older, lambda p: p.write_bytes(b"")]
)
def test_the_copy_before_it_can_be_put_back(vault: HomeVault, harm) -> None:
    copy = file_access.old_of(vault.path).read_bytes()
    harm(vault.path)
    harmed = vault.path.read_bytes()
    aside = vault.restore()
    assert aside is not None
    assert aside.read_bytes() == harmed
    assert vault.path.read_bytes() == copy
    assert vault.get(WORK) == TOKEN
    assert vault.status().standing == "unlocked"
    assert HomeVault(vault.path.parent).status().standing == "unlocked"


def test_a_copy_that_does_not_open_is_not_put_back(vault: HomeVault, tmp_path) -> None:
    with pytest.raises(FerruleError, match="cannot be read"):
        vault.restore(tmp_path / "nowhere")
    bad = tmp_path / "bad"
    bad.write_bytes(vault.path.read_bytes())
    _tampered(bad)
    whole = vault.path.read_bytes()
    with pytest.raises(FerruleError, match="changed from outside"):
        vault.restore(bad)
    assert vault.path.read_bytes() == whole


def test_an_older_file_that_the_keychain_tells_of_can_be_accepted(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "on")
    store = DictKeychain()
    made = HomeVault(tmp_path, Keychain(lambda: store))
    made.put(WORK, TOKEN)
    made.put(HOME, TOKEN)
    _older(made.path)
    later = HomeVault(tmp_path, Keychain(lambda: store))
    assert later.status().standing == "broken"
    assert later.restore(later.path) is None
    assert later.status().standing == "unlocked"
    assert HomeVault(tmp_path, Keychain(lambda: store)).get(WORK) == TOKEN


def test_a_header_that_asks_for_2_gib_is_refused_quickly(tmp_path: Path) -> None:
    made = HomeVault(tmp_path, cost=QUICK)
    made.set_passphrase(PASSPHRASE)
    found = file_access.read(made.path)
    assert isinstance(found, Contents)
    lock = found.locks[0]
    greedy = msgspec.structs.replace(lock.kdf, memory=2 * 1024 * 1024)
    changed = msgspec.structs.replace(
        found, locks=[msgspec.structs.replace(lock, kdf=greedy)]
    )
    made.path.write_bytes(msgspec.json.encode(changed))
    with pytest.raises(FerruleError, match="asks for too much"):
        HomeVault(tmp_path).unlock(PASSPHRASE)


def test_others_who_may_read_it_are_told_of(vault: HomeVault) -> None:
    vault.path.chmod(0o644)
    assert f"Others may read {vault.path}." in told(vault.status())
    assert "chmod 600" in told(vault.status())


READ_ONLY = """
import json, os, sys
from pathlib import Path
from pydantic import SecretStr
from ferrule.credentials import Ref, open_vault
open_vault(Path(sys.argv[1])).status()  # everything is imported from here on
if os.geteuid() == 0:
    os.setuid(int(sys.argv[2]))  # root writes anywhere
made = open_vault(Path(sys.argv[1]))
try:
    made.put(Ref("p", "new"), {"token": SecretStr("x")})
except Exception as error:
    refused = f"{type(error).__name__} {error}"
print(json.dumps({
    "kept": made.get(Ref("p", "work"))["token"].get_secret_value(),
    "refused": refused,
    "troubles": [one.message for one in made.status().troubles],
}))
"""


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_in_a_folder_that_cannot_be_written_secrets_are_read() -> None:
    # Not below pytest's own folder: a second run shuts that for others as it begins.
    with tempfile.TemporaryDirectory() as place:
        _read_in_a_shut_folder(Path(place))


def _read_in_a_shut_folder(place: Path) -> None:
    nobody = 65_534
    folder = place / "data"
    environment = {**os.environ, "FERRULE_MASTER_KEY": KEY, "FERRULE_KEYCHAIN": "off"}
    script = "import sys; from pathlib import Path; from pydantic import SecretStr; "
    script += "from ferrule.credentials import Ref, open_vault; "
    script += "open_vault(Path(sys.argv[1])).put(Ref('p','work'),"
    script += "{'token': SecretStr('kept')})"
    subprocess.run(
        [sys.executable, "-c", script, str(folder)], env=environment, check=True
    )
    closed = []
    if os.geteuid() == 0:
        for one in (*folder.iterdir(), folder):
            os.chown(one, nobody, nobody)
        closed = [one for one in folder.parents if not one.stat().st_mode & 0o001]
    for parent in closed:
        parent.chmod(0o711)
    folder.chmod(0o500)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(folder), str(nobody)],
        env=environment,
        capture_output=True,
        check=False,
    )
    folder.chmod(0o700)
    for parent in closed:
        parent.chmod(0o700)
    assert done.returncode == 0, done.stderr
    found = msgspec.json.decode(done.stdout)
    assert found["kept"] == "kept"
    assert "StoreError" in found["refused"]
    assert "ermission denied" in found["refused"]
    assert any("cannot be written to" in one for one in found["troubles"])

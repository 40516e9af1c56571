"""Secrets sealed in one file, by any process, under a key from either place."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.credentials.keychains import DictKeychain, FrozenKeychain

from ferrule.credentials import Keychain, Ref, SealedVault, Vault, open_vault
from ferrule.credentials.data_key import GivenKey, KeychainKey
from ferrule.errors import MissingSecret, StoreError, VaultLocked
from ferrule.redaction import MASK, live

WORK, HOME = Ref("p", "work"), Ref("p", "home")
KEY = base64.b64encode(bytes(32)).decode()
OTHER = base64.b64encode(b"\1" * 32).decode()
TOKEN = {"token": SecretStr("t0ken-of-work")}


@pytest.fixture
def vault(tmp_path: Path) -> SealedVault:
    return SealedVault(tmp_path / "data", [GivenKey(KEY)])


def test_secrets_come_back_in_the_next_program(vault: SealedVault, tmp_path) -> None:
    vault.put(WORK, {**TOKEN, "user": SecretStr("ada")})
    again = SealedVault(tmp_path / "data", [GivenKey(KEY)])
    assert again.get(WORK) == {**TOKEN, "user": SecretStr("ada")}
    assert again.refs() == [WORK]
    assert again.state.can_store


def test_the_data_key_is_overwritten_once_it_was_used(vault: SealedVault) -> None:
    with vault.writing() as found:
        assert any(found.ring.data_key)
    assert not any(found.ring.data_key)


def test_putting_replaces_all_that_an_owner_had(vault: SealedVault) -> None:
    vault.put(WORK, {**TOKEN, "user": SecretStr("ada")})
    vault.put(HOME, TOKEN)
    vault.put(WORK, {"token": SecretStr("n3w-t0ken")})
    assert vault.get(WORK) == {"token": SecretStr("n3w-t0ken")}
    assert vault.get(HOME) == TOKEN


def test_deleting_leaves_no_copy_behind(vault: SealedVault, tmp_path: Path) -> None:
    vault.put(WORK, TOKEN)
    vault.put(HOME, TOKEN)
    vault.delete(WORK)
    vault.delete(WORK)
    with pytest.raises(MissingSecret, match="'work'"):
        vault.get(WORK)
    assert vault.refs() == [HOME]
    assert not (tmp_path / "data" / "vault.ferrule.bak").exists()


def test_nothing_is_made_before_the_first_secret(vault: SealedVault, tmp_path) -> None:
    assert vault.refs() == []
    assert vault.state.can_store
    vault.delete(WORK)
    with pytest.raises(MissingSecret):
        vault.get(WORK)
    assert not (tmp_path / "data").exists()


def test_a_wrong_key_is_told_and_changes_nothing(vault: SealedVault, tmp_path) -> None:
    vault.put(WORK, TOKEN)
    before = (tmp_path / "data" / "vault.ferrule").read_bytes()
    wrong = SealedVault(tmp_path / "data", [GivenKey(OTHER)])
    for call in (
        lambda: wrong.get(WORK),
        lambda: wrong.put(HOME, TOKEN),
        lambda: wrong.delete(WORK),
        wrong.refs,
    ):
        with pytest.raises(VaultLocked, match="another key than it was sealed with"):
            call()
    assert not wrong.state.can_store
    assert "FERRULE_MASTER_KEY" in wrong.state.message
    assert (tmp_path / "data" / "vault.ferrule").read_bytes() == before


def test_whichever_key_it_was_sealed_with_opens_it(
    vault: SealedVault, tmp_path
) -> None:
    vault.put(WORK, TOKEN)
    keychain = KeychainKey(Keychain(DictKeychain), tmp_path / "data")
    both = SealedVault(tmp_path / "data", [keychain, GivenKey(KEY)])
    assert both.get(WORK) == TOKEN
    assert both.state.backend == "environment"


def test_an_older_copy_of_the_file_is_refused(tmp_path: Path) -> None:
    """The keychain remembers the generation, so another process sees it too."""
    store = DictKeychain()
    source = KeychainKey(Keychain(lambda: store), tmp_path)
    path = tmp_path / "vault.ferrule"
    SealedVault(tmp_path, [source]).put(WORK, TOKEN)
    old = path.read_bytes()
    SealedVault(tmp_path, [source]).put(WORK, {"token": SecretStr("r0tated-token")})
    path.write_bytes(old)
    with pytest.raises(VaultLocked, match="older copy: generation 1, while 2") as no:
        SealedVault(tmp_path, [source]).get(WORK)
    assert f"ferrule vault restore --from {path}" in no.value.advice
    del store.kept["ferrule", source.mirror_name]
    assert SealedVault(tmp_path, [source]).get(WORK) == TOKEN


def test_without_a_keychain_the_same_process_sees_an_older_copy(
    vault: SealedVault, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "vault.ferrule"
    vault.put(WORK, TOKEN)
    old = path.read_bytes()
    vault.put(WORK, {"token": SecretStr("r0tated-token")})
    path.write_bytes(old)
    with pytest.raises(VaultLocked, match="older copy"):
        vault.get(WORK)


def test_a_file_begun_anew_is_not_an_older_copy(tmp_path: Path) -> None:
    store = DictKeychain()
    first = SealedVault(tmp_path, [KeychainKey(Keychain(lambda: store), tmp_path)])
    for number in range(3):
        first.put(WORK, {"token": SecretStr(f"n{number}")})
    (tmp_path / "vault.ferrule").unlink()
    second = SealedVault(tmp_path, [KeychainKey(Keychain(lambda: store), tmp_path)])
    second.put(HOME, TOKEN)
    assert first.get(HOME) == second.get(HOME) == TOKEN


def test_a_keychain_that_freezes_later_locks_and_does_not_hang(tmp_path: Path) -> None:
    store = DictKeychain()
    SealedVault(tmp_path, [KeychainKey(Keychain(lambda: store), tmp_path)]).put(
        WORK, TOKEN
    )
    frozen = FrozenKeychain()
    keychain = Keychain(lambda: frozen, deadline=0.05)
    vault = SealedVault(tmp_path, [KeychainKey(keychain, tmp_path)])
    with pytest.raises(VaultLocked, match="did not answer within"):
        vault.get(WORK)
    assert not vault.state.can_store
    frozen.released.set()


def test_every_secret_read_is_redacted_from_then_on(vault: SealedVault) -> None:
    vault.put(WORK, {"token": SecretStr("redact-me-from-the-file")})
    live_before = live.text("redact-me-from-the-file")
    vault.get(WORK)
    assert live_before == live.text("redact-me-from-the-file") == MASK


WRITE = """
import sys
from pathlib import Path
from pydantic import SecretStr
from ferrule.credentials import Ref, open_vault
vault = open_vault(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(15):
    vault.put(Ref("p", f"{sys.argv[2]}{number}"), {"token": SecretStr(sys.argv[2])})
"""


def test_two_processes_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "FERRULE_MASTER_KEY": KEY, "FERRULE_KEYCHAIN": "off"}
    data = tmp_path / "data"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, data, name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in "ab"
    ]
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=30)
        assert writer.returncode == 0
    vault = SealedVault(data, [GivenKey(KEY)])
    expected = {Ref("p", f"{name}{number}") for name in "ab" for number in range(15)}
    assert set(vault.refs()) == expected
    assert vault.get(Ref("p", "b14")) == {"token": SecretStr("b")}


def test_the_environments_key_opens_a_vault(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    vault: Vault = open_vault(tmp_path)
    assert vault.state.backend == "environment"
    vault.put(WORK, TOKEN, must_store=True)
    assert vault.get(WORK) == TOKEN
    assert "FERRULE_MASTER_KEY" not in os.environ


def test_a_frozen_keychain_falls_back_to_the_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("FERRULE_KEYCHAIN")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    frozen = FrozenKeychain()
    vault = open_vault(tmp_path, Keychain(lambda: frozen, deadline=0.05))
    assert vault.state.backend == "environment"
    frozen.released.set()


def test_without_a_key_what_was_sealed_before_is_locked_not_missing(
    vault: SealedVault, tmp_path: Path
) -> None:
    vault.put(WORK, TOKEN)
    keyless = open_vault(tmp_path / "data")
    with pytest.raises(VaultLocked, match="no key to open it"):
        keyless.get(WORK)
    with pytest.raises(MissingSecret):
        keyless.get(HOME)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be"):
        SealedVault(tmp_path / "file" / "data", [GivenKey(KEY)]).put(WORK, TOKEN)

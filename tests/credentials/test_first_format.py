"""Files of the first format, as the first Ferrule wrote them."""

import base64
import shutil
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from ferrule.credentials import Ref, SealedVault, file_access
from ferrule.credentials.data_key import GivenKey
from ferrule.credentials.home_vault import HomeVault
from ferrule.credentials.sealed_file import Contents
from ferrule.errors import VaultDamaged, VaultLocked

SAMPLES = Path(__file__).parents[1] / "samples" / "vault"
KEYS = {
    "first-format-key": base64.b64encode(bytes(range(32))).decode(),
    "first-format-passphrase": "a passphrase of the first format",
}
WORK, SIGNER = Ref("p", "work"), Ref("@keys", "signer")
SECRETS = {"token": SecretStr("second-token"), "user": SecretStr("ada ü")}


@pytest.fixture(params=sorted(KEYS))
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> SealedVault:
    shutil.copy(SAMPLES / f"{request.param}.ferrule", tmp_path / "vault.ferrule")
    return SealedVault(tmp_path, [GivenKey(KEYS[request.param])])


def test_it_is_read_and_left_as_it_is(vault: SealedVault) -> None:
    raw = vault.path.read_bytes()
    assert vault.get(WORK) == SECRETS
    assert vault.refs() == [SIGNER, WORK]
    assert vault.kept_at(WORK) == {"token": "", "user": ""}
    assert vault.state.can_store
    assert vault.path.read_bytes() == raw


def test_the_first_writing_brings_it_up_to_date(vault: SealedVault) -> None:
    before = file_access.read(vault.path)
    vault.update(WORK, lambda kept: {**kept, "token": SecretStr("third-token")})
    after = file_access.read(vault.path)
    assert isinstance(after, Contents)
    assert after.vault_id == before.vault_id
    assert after.generation == before.generation + 1
    assert after.key_id != before.key_id
    assert {record.key for record in after.records} == {after.key_id}
    again = SealedVault(vault.path.parent, vault.sources)
    assert again.get(WORK) == {**SECRETS, "token": SecretStr("third-token")}
    assert again.get(SIGNER) == {"private": SecretStr("-----BEGIN-----\nline")}


def test_the_key_of_a_file_brought_up_to_date_is_behind_a_lock(tmp_path: Path) -> None:
    for name, kind in (
        ("first-format-key", "master"),
        ("first-format-passphrase", "passphrase"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(SAMPLES / f"{name}.ferrule", folder / "vault.ferrule")
        vault = SealedVault(folder, [GivenKey(KEYS[name])])
        vault.put(WORK, {"token": SecretStr("n3w-t0ken")})
        contents = file_access.read(vault.path)
        assert [lock.kind for lock in contents.locks] == [kind]


def test_another_key_does_not_open_it(vault: SealedVault) -> None:
    other = SealedVault(vault.path.parent, [GivenKey("another passphrase, as long")])
    with pytest.raises(VaultLocked, match="another key than it was sealed with"):
        other.get(WORK)


@pytest.mark.parametrize("change", ["generation", "order", "record"])
def test_a_changed_one_is_refused(vault: SealedVault, change: str) -> None:
    found = msgspec.json.decode(vault.path.read_bytes())
    if change == "generation":
        found["generation"] += 1
    elif change == "order":
        found["records"].reverse()
    else:
        found["records"][0]["owner"] = "work"
    vault.path.write_bytes(msgspec.json.encode(found))
    with pytest.raises(VaultDamaged, match="changed from outside"):
        vault.get(WORK)


def test_a_child_can_open_one_that_was_handed_over(tmp_path, monkeypatch) -> None:
    name = "first-format-passphrase"
    shutil.copy(SAMPLES / f"{name}.ferrule", tmp_path / "vault.ferrule")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEYS[name])
    assert HomeVault(tmp_path).handover() is not None
    assert file_access.is_of_today(tmp_path / "vault.ferrule")

"""The sealed file: a record opens in its own place, and nowhere else."""

import os
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ferrule.credentials import Ref, file_access, locks, sealed_file
from ferrule.credentials.locks import LockKey
from ferrule.credentials.sealing import raw, text
from ferrule.errors import StoreError, VaultLocked

KEY = bytes(32)
BY = LockKey("master", KEY)
HEAD = "its head, its list of records or its generation"
WORK, HOME = Ref("p", "work"), Ref("p", "home")


def _contents(generations: int = 1):
    contents, ring = sealed_file.begun([BY], "0123456789abcdef" * 2)
    for number in range(generations):
        value = {"token": f"secret {number}"}
        contents = sealed_file.with_secrets(contents, ring, WORK, value, f"d{number}")
    contents = sealed_file.with_secrets(
        contents, ring, HOME, {"token": "other", "user": "ada ü\ud800"}, "day"
    )
    return contents, ring


def test_gcm_is_the_published_gcm() -> None:
    """Test case 16 of McGrew and Viega's GCM specification, as NIST holds it."""
    key = "feffe9928665731c6d6a8f9467308308" * 2
    plain = (
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809"
        "532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb"
        "3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
    )
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    cipher = AESGCM(bytes.fromhex(key))
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    assert cipher.encrypt(nonce, bytes.fromhex(plain), bound).hex() == sealed


def test_secrets_come_back_whatever_they_hold() -> None:
    contents, keys = _contents()
    assert sealed_file.values(contents, keys, WORK) == {"token": "secret 0"}
    assert sealed_file.values(contents, keys, HOME)["user"] == "ada ü\ud800"
    assert sealed_file.values(contents, keys, Ref("q", "work")) == {}


def test_each_writing_counts_up_and_uses_a_nonce_of_its_own() -> None:
    first, _ = _contents(1)
    third, _ = _contents(3)
    assert (first.generation, third.generation) == (2, 4)
    assert {record.version for record in third.records if record.ref == WORK} == {3}
    nonces = {record.nonce for record in third.records}
    assert len(nonces) == len(third.records)


def test_no_secret_stands_in_the_file_or_in_a_repr(tmp_path: Path) -> None:
    contents, keys = _contents()
    file_access.write(tmp_path / "vault", contents)
    assert b"secret 0" not in (tmp_path / "vault").read_bytes()
    assert "secret" not in repr(keys).replace("'", "")
    assert KEY.hex() not in repr(keys)


def test_another_key_does_not_open_it() -> None:
    contents, ring = _contents()
    assert sealed_file.ring_of(contents, ring.data_key) is not None
    assert sealed_file.ring_of(contents, bytes(31) + b"\1") is None
    elsewhere = msgspec.structs.replace(contents, vault_id="another vault")
    assert sealed_file.ring_of(elsewhere, ring.data_key) is None


def test_a_lock_opens_with_its_own_key_for_its_own_vault_only() -> None:
    contents, ring = _contents()
    (lock,) = contents.locks
    assert locks.opened(lock, KEY, contents.named) == ring.data_key
    assert locks.opened(lock, bytes(31) + b"\1", contents.named) is None
    assert locks.opened(lock, KEY, ("another", contents.key_id)) is None
    assert locks.opened(lock, KEY, (contents.vault_id, "another")) is None
    other = msgspec.structs.replace(lock, kind="recovery")
    assert locks.opened(other, KEY, contents.named) is None
    short = msgspec.structs.replace(lock, sealed=text(raw(lock.sealed)[:-4]))
    assert locks.opened(short, KEY, contents.named) is None


def _swap(records: list) -> list:
    first, second, *rest = records
    return [
        msgspec.structs.replace(first, nonce=second.nonce, sealed=second.sealed),
        msgspec.structs.replace(second, nonce=first.nonce, sealed=first.sealed),
        *rest,
    ]


def _move(**members: object):
    def change(records: list) -> list:
        first, *rest = records
        return [msgspec.structs.replace(first, **members), *rest]

    return change


def _shorten(records: list) -> list:
    first, *rest = records
    short = text(raw(first.sealed)[:-4])
    return [msgspec.structs.replace(first, sealed=short), *rest]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_swap, "'token' of 'home' in 'p', 'user' of 'home' in 'p'"),
        (_shorten, "'token' of 'home' in 'p'"),
        (_move(owner="attic"), "'token' of 'attic' in 'p'"),
        (_move(project="q"), "'token' of 'home' in 'q'"),
        (_move(field="password"), "'password' of 'home' in 'p'"),
        (_move(version=7), "'token' of 'home' in 'p'"),
        (_move(sealed="not base64!"), "'token' of 'home' in 'p'"),
        (_move(nonce=""), "'token' of 'home' in 'p'"),
        (_move(key="0" * 16), "'token' of 'home' in 'p'"),
        (_move(at="later"), HEAD),
        (lambda records: records[1:], HEAD),
        (lambda records: records[::-1], HEAD),
    ],
    ids=str,
)
def test_a_change_from_outside_is_refused_and_named(change, named: str) -> None:
    contents, keys = _contents()
    changed = msgspec.structs.replace(contents, records=change(contents.records))
    with pytest.raises(VaultLocked, match="changed from outside") as refusal:
        sealed_file.verify(changed, keys, Path("vault.ferrule"))
    assert f": {named}." in refusal.value.message


@pytest.mark.parametrize(
    "members",
    [{"generation": 9}, {"vault_id": "0" * 32}, {"locks": []}, {"mac": ""}],
)
def test_the_head_cannot_be_changed_either(members: dict) -> None:
    contents, keys = _contents()
    with pytest.raises(VaultLocked):
        sealed_file.verify(
            msgspec.structs.replace(contents, **members), keys, Path("vault.ferrule")
        )


def test_one_changed_record_does_not_open_even_alone() -> None:
    contents, keys = _contents()
    changed = msgspec.structs.replace(contents, records=_swap(contents.records))
    with pytest.raises(VaultLocked, match="does not open"):
        sealed_file.values(changed, keys, HOME)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{}", "damaged"),
        (b'{"format":"ferrule-vault/2"', "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"[" * 100_000, "damaged"),
    ],
    ids=["empty", "blank", "members", "cut", "bytes", "deep"],
)
def test_a_damaged_file_is_told_and_left_alone(tmp_path, raw: bytes, says: str) -> None:
    path = tmp_path / "vault.ferrule"
    path.write_bytes(raw)
    with pytest.raises(StoreError, match=says) as refusal:
        file_access.read(path)
    assert "ferrule vault restore" in refusal.value.advice
    assert path.read_bytes() == raw


def test_a_newer_format_is_told(tmp_path: Path) -> None:
    contents, _ = _contents()
    path = tmp_path / "vault.ferrule"
    newer = msgspec.structs.replace(contents, format="ferrule-vault/3")
    path.write_bytes(msgspec.json.encode(newer))
    with pytest.raises(StoreError, match="has the format 'ferrule-vault/3'"):
        file_access.read(path)


def test_no_file_is_no_error(tmp_path: Path) -> None:
    assert file_access.read(tmp_path / "vault.ferrule") is None


def test_a_writer_killed_before_the_rename_leaves_the_old_file(
    tmp_path: Path, monkeypatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    path = tmp_path / "vault.ferrule"
    old, _ = _contents(1)
    new, _ = _contents(2)
    file_access.write(path, old)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", kill)
        with pytest.raises(Killed):
            file_access.write(path, new)
    assert file_access.read(path) == old
    file_access.write(path, new)
    assert file_access.read(path) == new
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"vault.ferrule", "vault.ferrule.bak"}


def test_the_file_before_is_kept_unless_something_was_deleted(tmp_path: Path) -> None:
    path = tmp_path / "vault.ferrule"
    old, _ = _contents(1)
    new, _ = _contents(2)
    file_access.write(path, old)
    file_access.write(path, new)
    assert file_access.read(tmp_path / "vault.ferrule.bak") == old
    file_access.write(path, new, keep_old=False)
    assert [file.name for file in tmp_path.iterdir()] == ["vault.ferrule"]


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "vault.ferrule"
    old, _ = _contents(1)
    file_access.write(path, old)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        file_access.write(path, _contents(2)[0])
    assert file_access.read(path) == old


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_the_files_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault.ferrule"
    for _ in range(2):
        file_access.write(path, _contents()[0])
    modes = {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == {0o600}

"""Where the one data key comes from, and what is no key."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.credentials.keychains import DictKeychain, NullKeychain

from ferrule.credentials import Keychain, forget_master_key, take_master_key
from ferrule.credentials.data_key import GivenKey, KeychainKey, usable
from ferrule.credentials.key_sources import find_sources
from ferrule.credentials.locks import Lock
from ferrule.redaction import MASK, live

RAW = bytes(range(200, 232))
SALT = b"0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        RAW.hex(),
        RAW.hex().upper(),
        base64.b64encode(RAW).decode(),
        base64.b64encode(RAW).decode().rstrip("="),
        base64.urlsafe_b64encode(RAW).decode(),
    ],
)
def test_thirty_two_encoded_bytes_are_the_key_itself(text: str) -> None:
    source = GivenKey(text)
    assert source.lock_key().key == source.first_key(SALT) == RAW
    assert list(source.keys_for(Lock("master", "", ""))) == [RAW]
    assert list(source.keys_for(Lock("keychain", "", ""))) == []


def test_a_passphrase_becomes_a_key_that_depends_on_the_files_salt() -> None:
    phrase = GivenKey("correct horse battery staple")
    key = phrase.first_key(SALT)
    assert len(key) == 32
    assert key == GivenKey("correct horse battery staple").first_key(SALT)
    assert key != phrase.first_key(b"another salt....")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("", False),
        ("short", False),
        ("x" * 19, False),
        ("x" * 20, True),
        ("ü" * 20, True),
    ],
)
def test_a_short_passphrase_is_no_key(text: str, good: bool) -> None:
    assert usable(text) is good


def test_the_master_key_is_taken_out_of_the_environment_once(monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY", "a-passphrase-long-enough")
    assert take_master_key() == "a-passphrase-long-enough"
    assert "FERRULE_MASTER_KEY" not in os.environ
    assert take_master_key() == "a-passphrase-long-enough"
    assert live.text("it is a-passphrase-long-enough") == f"it is {MASK}"
    forget_master_key()
    assert take_master_key() is None


def test_taking_it_loads_nothing_heavy() -> None:
    code = (
        "import sys; from ferrule.credentials import take_master_key;"
        "sys.exit(bool({'cryptography', 'keyring', 'sqlalchemy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_keychain_comes_first_then_the_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "on")
    monkeypatch.setenv("FERRULE_MASTER_KEY", "x" * 20)
    store = DictKeychain()
    both = find_sources(tmp_path, Keychain(lambda: store))
    assert [source.backend for source in both.sources] == ["keychain", "environment"]
    silent = find_sources(tmp_path, Keychain(NullKeychain))
    assert [source.backend for source in silent.sources] == ["environment"]
    assert "give them back" in silent.why_not


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            None,
            "switched off (FERRULE_KEYCHAIN=off). FERRULE_MASTER_KEY is not set.",
        ),
        ("short", "FERRULE_MASTER_KEY is too short."),
    ],
)
def test_without_either_it_says_why(tmp_path, monkeypatch, given, why: str) -> None:
    if given:
        monkeypatch.setenv("FERRULE_MASTER_KEY", given)
    found = find_sources(tmp_path)
    assert found.sources == ()
    assert why in found.why_not


def test_the_keychains_key_is_random_made_once_and_named_by_its_folder(
    tmp_path: Path,
) -> None:
    store = DictKeychain()
    keychain = Keychain(lambda: store)
    key = KeychainKey(keychain, tmp_path / "a")
    assert key.first_key(SALT) is None
    made = key.lock_key().key
    assert len(made) == 32
    assert KeychainKey(keychain, tmp_path / "a").lock_key().key == made
    assert KeychainKey(keychain, tmp_path / "b").lock_key().key != made
    values = list(store.kept.values())
    assert all(len(value) == 44 and "\n" not in value for value in values)
    assert ("ferrule", f"data key of {tmp_path / 'a'}") in store.kept


def test_a_key_once_read_is_not_asked_for_again(tmp_path: Path) -> None:
    store = DictKeychain()
    key = KeychainKey(Keychain(lambda: store), tmp_path)
    key.lock_key()
    reads = store.reads
    key.first_key(SALT)
    assert store.reads == reads

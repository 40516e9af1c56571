"""Secrets put at another owner's place: sealed anew, with the time each came."""

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock

from ferrule.credentials import MemoryVault, Ref, SealedVault
from ferrule.credentials.data_key import GivenKey
from ferrule.errors import MissingSecret, VaultDamaged

FIRST, SECOND = Ref("p", "first"), Ref("p", "second")
ONE = {"token": SecretStr("the-first-token"), "user": SecretStr("anna-of-acme")}


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def vault(tmp_path, clock):
    return SealedVault(tmp_path, [GivenKey("ab" * 32)], clock)


def test_both_have_it_and_each_value_keeps_its_time(vault, clock):
    vault.put(FIRST, ONE)
    clock.sleep(30 * 86_400)
    vault.update(FIRST, lambda kept: {**kept, "user": SecretStr("ben-of-acme")})
    clock.sleep(30 * 86_400)
    vault.copy(FIRST, SECOND)
    assert vault.get(SECOND) == vault.get(FIRST)
    assert vault.kept_at(SECOND) == vault.kept_at(FIRST)
    assert len(set(vault.kept_at(SECOND).values())) == 2


def test_what_was_there_is_gone_without_a_copy(vault):
    vault.put(FIRST, ONE)
    vault.put(SECOND, {"old": SecretStr("what-was-there")})
    vault.copy(FIRST, SECOND)
    assert vault.get(SECOND) == ONE
    assert not vault.path.with_name("vault.ferrule.bak").exists()


def test_a_copy_is_bound_to_its_place(vault):
    vault.put(FIRST, ONE)
    vault.copy(FIRST, SECOND)
    text = vault.path.read_text()
    swapped = text.replace('"first"', '"third"').replace('"second"', '"first"')
    vault.path.write_text(swapped)
    with pytest.raises(VaultDamaged):
        vault.get(FIRST)


def test_nothing_is_copied_of_one_that_has_none(vault):
    vault.put(SECOND, ONE)
    with pytest.raises(MissingSecret):
        vault.copy(FIRST, SECOND)
    assert vault.get(SECOND) == ONE


def test_in_memory_it_is_the_same():
    vault = MemoryVault("no key", lambda _ref: None)
    vault.put(FIRST, ONE)
    vault.copy(FIRST, SECOND)
    vault.delete(FIRST)
    assert vault.get(SECOND) == ONE
    with pytest.raises(MissingSecret):
        vault.copy(FIRST, SECOND)

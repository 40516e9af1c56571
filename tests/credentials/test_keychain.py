"""A keychain counts only when a round trip worked, within its time."""

import pytest
from tests.credentials.keychains import (
    DictKeychain,
    FrozenKeychain,
    LockedKeychain,
    NullKeychain,
    StickyKeychain,
)
from tests.support.clock import FakeClock

from ferrule.credentials import Keychain
from ferrule.errors import KeychainUnavailable


def test_a_working_keychain_is_left_as_it_was() -> None:
    store = DictKeychain()
    assert Keychain(lambda: store).probe() is None
    assert store.kept == {}


@pytest.mark.parametrize(
    ("store", "why"),
    [
        (NullKeychain(), "does not give them back"),
        (LockedKeychain(), "refused: RuntimeError"),
        (StickyKeychain(), "does not delete"),
    ],
)
def test_a_keychain_that_fails_the_round_trip_is_not_used(store, why: str) -> None:
    refusal = Keychain(lambda: store).probe()
    assert refusal is not None
    assert why in refusal.message
    assert "ferrule vault passphrase" in refusal.advice


def test_what_a_backend_says_is_not_repeated() -> None:
    """A backend may put the value it could not keep into its error."""
    told = Keychain(LockedKeychain).probe()
    assert "Prompt dismissed" not in str(told)


def test_no_backend_at_all_is_a_reason_not_a_crash() -> None:
    def none() -> DictKeychain:
        raise ImportError("no keyring here")

    assert Keychain(none).probe().message == "The keychain refused: ImportError."


def test_a_frozen_keychain_is_given_up_at_its_deadline() -> None:
    frozen = FrozenKeychain()
    keychain = Keychain(lambda: frozen, deadline=0.05)
    assert keychain.probe().message == "The keychain did not answer within 0.05 s."
    with pytest.raises(KeychainUnavailable, match="did not answer"):
        keychain.read("data key")
    with pytest.raises(KeychainUnavailable, match="did not answer"):
        keychain.write("data key", "x")
    frozen.released.set()


def test_a_frozen_keychain_is_not_waited_for_again_and_again() -> None:
    frozen, clock = FrozenKeychain(), FakeClock()
    keychain = Keychain(lambda: frozen, deadline=0.05, clock=clock)
    with pytest.raises(KeychainUnavailable):
        keychain.read("data key")
    frozen.released.set()
    with pytest.raises(KeychainUnavailable, match="did not answer"):
        keychain.read("data key")
    clock.advance(31)
    assert keychain.read("data key") is None


def test_values_are_read_and_written_under_one_service() -> None:
    store = DictKeychain()
    keychain = Keychain(lambda: store)
    assert keychain.read("name") is None
    keychain.write("name", "value")
    assert keychain.read("name") == "value"
    assert store.kept == {("ferrule", "name"): "value"}

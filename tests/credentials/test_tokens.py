"""Tokens are renewed once for everybody, kept before use, and held where that fails."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.credentials.keychains import DictKeychain
from tests.support.clock import FakeClock

from ferrule.auth.token import TOKENS, TokenSet, expiry, tokens_of
from ferrule.clock import Clock, SystemClock
from ferrule.credentials import (
    Keychain,
    Ref,
    forget_master_key,
    open_vault,
    tokens,
)
from ferrule.credentials.file_lock import locked
from ferrule.credentials.tokens import TokenKeeper, TokensInHand, with_tokens
from ferrule.credentials.vault import MemoryVault, Secrets
from ferrule.errors import (
    Cancelled,
    FerruleError,
    MissingSecret,
    ReauthRequired,
    ServiceUnreachable,
    StoreError,
    VaultLocked,
)

REF = Ref("p", "issues")
NEW = "new-client-secret"
BY_HAND, AGAIN = "access-by-hand", "access-once-more"
CLIENT: Secrets = {"clientSecret": SecretStr("client-secret")}


class Service:
    """Rotates refresh tokens: `refresh-1` gives `refresh-2`, once."""

    def __init__(self, clock: Clock, lifetime: int = 3600) -> None:
        self.clock = clock
        self.lifetime = lifetime
        self.number = 1
        self.reused = 0
        self.asked = 0

    def first(self) -> TokenSet:
        return self._made()

    def renew(self, secrets: Secrets) -> Secrets:
        self.asked += 1
        had = tokens_of(secrets)
        assert had is not None
        assert had.refresh is not None
        if had.refresh.get_secret_value() != f"refresh-{self.number}":
            self.reused += 1
            raise ReauthRequired("That one was used before.")
        self.number += 1
        return with_tokens(secrets, self._made())

    def _made(self) -> TokenSet:
        now = self.clock.now()
        return TokenSet(
            SecretStr(f"access-{self.number}"),
            now,
            SecretStr(f"refresh-{self.number}"),
            expiry(now, self.lifetime),
        )


class Room:
    """A vault of its own, with one connection that is signed in."""

    def __init__(self, folder: Path) -> None:
        self.clock: Any = FakeClock()
        self.folder = folder
        self.vault = open_vault(folder)
        self.service = Service(self.clock)
        self.told: list[FerruleError] = []
        self.signed_in = with_tokens(CLIENT, self.service.first())
        self.vault.put(REF, self.signed_in)

    def keeper(self) -> TokenKeeper:
        return TokenKeeper(
            lambda: self.vault,
            REF,
            self.folder,
            clock=self.clock,
            tell=self.told.append,
        )

    def fresh(self, given: Secrets | None = None) -> str:
        given = self.signed_in if given is None else given
        return access(self.keeper().fresh(given, self.service.renew))

    @property
    def kept(self) -> str:
        return access(open_vault(self.folder).get(REF))


def access(secrets: Secrets) -> str:
    found = tokens_of(secrets)
    assert found is not None
    return found.access.get_secret_value()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv("FERRULE_MASTER_KEY", "5f" * 32)
    yield Room(tmp_path)
    tokens._HELD.clear()


def failing(room: Room, monkeypatch: pytest.MonkeyPatch, error: FerruleError) -> None:
    """Let the vault take no secret."""

    def fail(*_: object) -> Secrets:
        raise error

    monkeypatch.setattr(room.vault, "update", fail)


def test_what_is_renewed_is_kept(room: Room) -> None:
    assert room.fresh() == "access-2"
    assert room.kept == "access-2"
    assert open_vault(room.folder).get(REF)["clientSecret"] == CLIENT["clientSecret"]


def test_it_is_kept_before_anybody_gets_it(room: Room) -> None:
    seen: list[str] = []
    put = room.vault.update

    def noted(ref: Ref, change: Callable[[Secrets], Secrets]) -> Secrets:
        changed = put(ref, change)
        seen.append(room.kept)
        return changed

    room.vault.update = noted  # type: ignore[method-assign]  # what happens at the save
    assert room.fresh() == "access-2"
    assert seen == ["access-2"]


def test_who_comes_with_an_old_token_gets_the_one_that_was_got_meanwhile(
    room: Room,
) -> None:
    assert [room.fresh() for _ in range(5)] == ["access-2"] * 5
    assert (room.service.asked, room.service.reused) == (1, 0)


def test_one_that_is_due_by_now_is_renewed_with_the_newest(room: Room) -> None:
    room.fresh()
    room.clock.advance(3400)
    assert room.fresh() == "access-3"
    assert room.service.reused == 0


def test_a_token_that_was_refused_is_renewed_though_it_is_not_due(room: Room) -> None:
    newest = room.keeper().fresh(room.signed_in, room.service.renew)
    assert room.fresh(newest) == "access-3"


def test_attack_threads_that_come_at_once_ask_once(room: Room) -> None:
    got: list[str] = []
    ready = threading.Barrier(4)
    room.clock = room.service.clock = SystemClock()  # its sleeps let others go on
    room.signed_in = with_tokens(CLIENT, room.service.first())
    room.vault.put(REF, room.signed_in)

    def come() -> None:
        ready.wait()
        got.append(room.fresh())

    for _ in range(5):
        threads = [threading.Thread(target=come) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        room.signed_in = open_vault(room.folder).get(REF)
    assert (room.service.asked, room.service.reused) == (5, 0)
    assert got == [f"access-{number}" for number in (2, 3, 4, 5, 6) for _ in range(4)]


def test_secrets_that_were_typed_over_the_kept_ones_are_used_and_not_kept(
    room: Room,
) -> None:
    seen: list[Secrets] = []

    def renew(secrets: Secrets) -> Secrets:
        seen.append(secrets)
        return room.service.renew(secrets)

    typed = {**room.signed_in, "clientSecret": SecretStr("another-client-secret")}
    got = room.keeper().fresh(typed, renew)
    assert got["clientSecret"].get_secret_value() == "another-client-secret"
    assert seen[0]["clientSecret"].get_secret_value() == "another-client-secret"
    assert room.vault.get(REF)["clientSecret"] == CLIENT["clientSecret"]
    assert room.kept == "access-2"


def test_a_secret_that_a_person_changes_meanwhile_stays_changed(room: Room) -> None:
    def renew(secrets: Secrets) -> Secrets:
        room.vault.update(REF, lambda kept: {**kept, "clientSecret": SecretStr(NEW)})
        return room.service.renew(secrets)

    room.keeper().fresh(room.signed_in, renew)
    assert room.vault.get(REF)["clientSecret"].get_secret_value() == NEW
    assert room.kept == "access-2"


def test_a_connection_that_is_disconnected_meanwhile_stays_forgotten(
    room: Room,
) -> None:
    def renew(secrets: Secrets) -> Secrets:
        room.vault.delete(REF)
        return room.service.renew(secrets)

    room.keeper().fresh(room.signed_in, renew)
    assert room.vault.refs() == []
    with pytest.raises(MissingSecret, match="disconnected"):
        room.fresh()
    assert room.service.asked == 1


@pytest.mark.parametrize(
    "error",
    [
        StoreError("The disk is full.", advice="Make room."),
        VaultLocked("The keychain is locked.", advice="Unlock it."),
    ],
)
def test_attack_what_cannot_be_kept_is_used_and_told(
    room: Room, monkeypatch: pytest.MonkeyPatch, error: FerruleError
) -> None:
    with monkeypatch.context() as broken:
        failing(room, broken, error)
        assert room.fresh() == "access-2"
        told = room.told[0]
        assert "of “issues” could not be kept" in told.message
        assert error.message in told.message
        assert error.advice in told.advice
        assert room.fresh() == "access-2"
        assert room.keeper().settle() is not None
    assert (room.kept, room.service.asked) == ("access-1", 1)
    assert room.keeper().settle() is None
    assert room.kept == "access-2"
    assert room.keeper().settle() is None
    room.clock.advance(3400)
    assert room.fresh() == "access-3"
    assert room.service.reused == 0


class Locking(DictKeychain):
    """A keychain that somebody locks on the way."""

    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise RuntimeError("The collection is locked")
        return super().get_password(service, username)


def test_attack_a_keychain_that_is_locked_before_the_save_costs_no_token(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "on")
    forget_master_key()  # it was taken out of the environment
    system = Locking()
    room.folder = tmp_path / "other"
    room.vault = open_vault(room.folder, Keychain(lambda: system))
    room.vault.put(REF, room.signed_in)

    def renew(secrets: Secrets) -> Secrets:
        system.locked = True
        room.vault.lock()
        return room.service.renew(secrets)

    assert access(room.keeper().fresh(room.signed_in, renew)) == "access-2"
    assert "could not be kept" in room.told[0].message
    assert room.fresh() == "access-2"
    assert room.keeper().settle() is not None
    system.locked = False
    assert room.keeper().settle() is None
    assert access(room.vault.get(REF)) == "access-2"
    assert room.service.reused == 0


def test_what_cannot_be_kept_twice_is_renewed_from_what_is_held(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        failing(room, broken, StoreError("The disk is full."))
        newest = room.keeper().fresh(room.signed_in, room.service.renew)
        assert room.fresh(newest) == "access-3"
    assert room.fresh() == "access-3"
    assert room.keeper().settle() is None
    assert (room.kept, room.service.reused) == ("access-3", 0)


def test_a_new_sign_in_goes_before_what_is_held(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        failing(room, broken, StoreError("The disk is full."))
        room.fresh()
    signed_in_elsewhere = replace(room.service.first(), access=SecretStr(BY_HAND))
    room.vault.put(REF, with_tokens(CLIENT, signed_in_elsewhere))
    assert room.fresh() == BY_HAND
    assert room.keeper().settle() is None
    assert room.kept == BY_HAND


def test_a_refresh_token_is_not_spent_where_the_vault_does_not_open(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked_now(_ref: Ref) -> Secrets:
        raise VaultLocked("The keychain is locked.")

    monkeypatch.setattr(room.vault, "get", locked_now)
    with pytest.raises(VaultLocked):
        room.fresh()
    assert room.service.asked == 0


def test_a_token_that_needs_no_refresh_token_is_got_though_the_vault_does_not_open(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked_now(*_: object) -> Secrets:
        raise VaultLocked("The keychain is locked.")

    monkeypatch.setattr(room.vault, "get", locked_now)
    monkeypatch.setattr(room.vault, "update", locked_now)
    alone = TokenSet(SecretStr(AGAIN), room.clock.now())
    got = room.keeper().fresh(CLIENT, lambda secrets: with_tokens(secrets, alone))
    assert access(got) == AGAIN
    assert room.told == []
    assert room.keeper().settle() is None


def test_a_sign_in_that_ended_is_noted_so_that_nobody_tries_again(room: Room) -> None:
    room.service.number = 7
    with pytest.raises(ReauthRequired):
        room.fresh()
    noted = tokens_of(room.vault.get(REF))
    assert noted is not None
    assert noted.refused
    given: list[Secrets] = []

    def renew(secrets: Secrets) -> Secrets:
        given.append(secrets)
        raise ReauthRequired("It ended.")

    with pytest.raises(ReauthRequired):
        room.keeper().fresh(room.signed_in, renew)
    assert tokens_of(given[0]) == noted


def test_a_new_sign_in_takes_the_note_away(room: Room) -> None:
    room.service.number = 7
    with pytest.raises(ReauthRequired):
        room.fresh()
    room.keeper().keep(room.service.first())
    assert room.fresh() == "access-7"


def test_a_service_that_is_away_changes_nothing(room: Room) -> None:
    def renew(_secrets: Secrets) -> Secrets:
        raise ServiceUnreachable("No connection.")

    with pytest.raises(ServiceUnreachable):
        room.keeper().fresh(room.signed_in, renew)
    assert room.fresh() == "access-2"


def test_who_waits_for_another_may_be_called_away(room: Room) -> None:
    keeper = room.keeper()

    def away() -> None:
        raise Cancelled("Called away.")

    keeper._path.parent.mkdir()
    with locked(keeper._path), pytest.raises(Cancelled):
        keeper.fresh(room.signed_in, room.service.renew, away)
    assert room.service.asked == 0


def test_nobody_waits_for_another_for_ever(room: Room) -> None:
    keeper = room.keeper()
    keeper._path.parent.mkdir()
    with locked(keeper._path), pytest.raises(StoreError, match="Another Ferrule"):
        keeper.fresh(room.signed_in, room.service.renew)
    assert room.clock.monotonic() >= 120


def test_a_lock_that_cannot_be_made_says_so(room: Room) -> None:
    (room.folder / tokens.FOLDER).write_text("in the way")
    with pytest.raises(StoreError, match="cannot be made") as caught:
        room.fresh()
    assert caught.value.advice
    assert room.service.asked == 0


def test_the_lock_is_for_its_owner_only_and_names_nobody(room: Room) -> None:
    room.fresh()
    (lock,) = (room.folder / tokens.FOLDER).iterdir()
    assert lock.stat().st_mode & 0o077 == 0
    assert lock.parent.stat().st_mode & 0o077 == 0
    assert "issues" not in lock.name
    assert lock.read_bytes() == b""


def test_in_memory_tokens_are_renewed_as_well(room: Room) -> None:
    vault = MemoryVault("There is no keychain.", lambda _ref: None)
    keeper = TokenKeeper(lambda: vault, REF, room.folder, clock=room.clock)
    assert access(keeper.fresh(room.signed_in, room.service.renew)) == "access-2"
    vault.put(REF, room.signed_in)
    room.service = Service(room.clock)
    assert access(keeper.fresh(room.signed_in, room.service.renew)) == "access-2"
    assert access(vault.get(REF)) == "access-2"


def test_all_that_is_kept_is_sealed(room: Room) -> None:
    room.fresh()
    for path in room.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert b"access-" not in raw
            assert b"refresh-" not in raw


class TestInHand:
    def test_everybody_gets_the_newest(self, room: Room) -> None:
        hand = TokensInHand(room.clock)
        first = hand.fresh(room.signed_in, room.service.renew)
        assert hand.fresh(room.signed_in, room.service.renew) == first
        assert hand.secrets(room.signed_in) == first
        second = hand.fresh(first, room.service.renew)
        assert access(second) == "access-3"
        for older in (room.signed_in, first, second):
            assert hand.secrets(older) == second
        assert room.service.reused == 0

    def test_tokens_of_other_credentials_are_not_used(self, room: Room) -> None:
        hand = TokensInHand(room.clock)
        hand.fresh(room.signed_in, room.service.renew)
        typed = {**room.signed_in, "clientSecret": SecretStr("another-client-secret")}
        assert hand.secrets(typed) == typed

    def test_a_new_sign_in_goes_before_what_was_renewed(self, room: Room) -> None:
        hand = TokensInHand(room.clock)
        hand.fresh(room.signed_in, room.service.renew)
        again = with_tokens(CLIENT, room.service.first())
        by_hand = with_tokens(
            CLIENT, replace(room.service.first(), access=SecretStr(BY_HAND))
        )
        assert access(hand.secrets(by_hand)) == BY_HAND
        assert access(hand.fresh(by_hand, room.service.renew)) == "access-3"
        assert hand.secrets(again) == again

    def test_tokens_that_came_from_none_are_found_again(self, room: Room) -> None:
        hand = TokensInHand(room.clock)
        first = room.service.first()
        got = hand.fresh(CLIENT, lambda secrets: with_tokens(secrets, first))
        assert TOKENS in got
        assert hand.secrets(CLIENT) == got

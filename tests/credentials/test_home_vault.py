"""One vault for the life of a program, whatever opens it."""

import copy
import pickle
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.credentials.keychains import DictKeychain, NullKeychain
from tests.support.clock import FakeClock

from ferrule.credentials import (
    Keychain,
    MemoryVault,
    Ref,
    SealedVault,
    ask_passphrase_by,
    file_access,
    forget_master_key,
    take_handed_key,
)
from ferrule.credentials.data_key import GivenKey, KeychainKey
from ferrule.credentials.home_vault import HomeVault
from ferrule.credentials.stretching import Cost
from ferrule.errors import (
    KeychainUnavailable,
    MissingSecret,
    StoreError,
    UsageError,
    VaultLocked,
)
from ferrule.redaction import MASK, live

WORK, HOME = Ref("p", "work"), Ref("p", "home")
TOKEN = {"token": SecretStr("t0ken-of-work")}
OLD, NEW = SecretStr("four words are enough"), SecretStr("four other words")
QUICK = Cost(19 * 1024, 2, 1)
MASTER = bytes(range(32)).hex()


@pytest.fixture
def vault(tmp_path: Path) -> HomeVault:
    """Return a vault that a passphrase opens."""
    made = HomeVault(tmp_path / "data", cost=QUICK)
    made.set_passphrase(OLD)
    made.put(WORK, TOKEN, must_store=True)
    return made


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> DictKeychain:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "on")
    return DictKeychain()


def again(vault: HomeVault, keychain: DictKeychain | None = None) -> HomeVault:
    """Return the vault as the next program sees it."""
    found = Keychain(lambda: keychain) if keychain else None
    return HomeVault(vault.path.parent, found, cost=QUICK)


def test_a_passphrase_begins_a_vault_where_nothing_else_keeps_secrets(tmp_path) -> None:
    made = HomeVault(tmp_path / "data", cost=QUICK)
    made.put(HOME, {"token": SecretStr("kept in memory so far")})
    assert made.status().standing == "memory"
    status = made.set_passphrase(OLD)
    assert (status.standing, status.ways) == ("unlocked", ("passphrase",))
    assert made.state.backend == "passphrase"
    assert made.state.can_store
    assert again(made).unlock(OLD).secrets == 1
    assert made.get(HOME) == {"token": SecretStr("kept in memory so far")}


def test_the_next_program_needs_the_passphrase_once(vault: HomeVault) -> None:
    locked = again(vault)
    assert locked.status().standing == "locked"
    assert not locked.state.can_store
    for call in (lambda: locked.get(WORK), lambda: locked.put(HOME, TOKEN)):
        with pytest.raises(VaultLocked, match="the passphrase was not given") as no:
            call()
        assert "ferrule vault unlock" in no.value.advice
    locked.unlock(OLD)
    assert locked.get(WORK) == TOKEN
    locked.lock()
    assert locked.status().standing == "locked"


def test_where_a_person_can_be_asked_it_is_asked_once(vault: HomeVault) -> None:
    asked = []

    def ask(question: str) -> str:
        asked.append(question)
        return OLD.get_secret_value()

    ask_passphrase_by(ask)
    other = again(vault)
    assert other.status().standing == "locked"  # telling how it is asks nobody
    assert other.get(WORK) == TOKEN
    other.put(HOME, TOKEN)
    assert asked == ["Passphrase of the vault"]


def test_a_wrong_passphrase_is_told_as_that(vault: HomeVault) -> None:
    other = again(vault)
    with pytest.raises(VaultLocked, match=r"The passphrase is wrong\."):
        other.unlock(NEW)
    ask_passphrase_by(lambda _question: NEW.get_secret_value())
    with pytest.raises(VaultLocked, match="the passphrase is wrong"):
        other.get(WORK)
    ask_passphrase_by(None)
    assert other.unlock(OLD).standing == "unlocked"


def test_a_passphrase_in_the_environment_opens_it_where_nobody_is_asked(
    vault: HomeVault, monkeypatch
) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY", OLD.get_secret_value())
    assert again(vault).get(WORK) == TOKEN


def test_a_command_may_print_it(vault: HomeVault, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY_COMMAND", "echo four words are enough")
    other = again(vault)
    assert other.get(WORK) == TOKEN
    assert other.state.backend == "command"


def test_changing_the_passphrase_leaves_the_records_and_no_copy(
    vault: HomeVault,
) -> None:
    vault.put(HOME, TOKEN)
    before = file_access.read(vault.path)
    with pytest.raises(VaultLocked, match="passphrase of now is needed"):
        vault.set_passphrase(NEW)
    with pytest.raises(VaultLocked, match="is wrong"):
        vault.set_passphrase(NEW, NEW)
    vault.set_passphrase(NEW, OLD)
    after = file_access.read(vault.path)
    assert after.records == before.records
    assert after.key_id == before.key_id
    assert after.locks != before.locks
    assert not file_access.old_of(vault.path).exists()
    assert vault.get(WORK) == TOKEN
    with pytest.raises(VaultLocked, match="is wrong"):
        again(vault).unlock(OLD)
    assert again(vault).unlock(NEW).standing == "unlocked"


@pytest.mark.parametrize("short", ["", "eleven char"])
def test_a_short_passphrase_is_refused(tmp_path: Path, short: str) -> None:
    made = HomeVault(tmp_path / "data", cost=QUICK)
    with pytest.raises(UsageError, match="shorter than 12"):
        made.set_passphrase(SecretStr(short))
    assert made.status().standing == "memory"


def test_the_keychain_may_open_it_until_it_is_locked(vault, keychain) -> None:
    here = again(vault, keychain)
    here.unlock(OLD)
    assert here.remember().ways == ("passphrase", "keychain")
    assert again(vault, keychain).get(WORK) == TOKEN
    here.remove("keychain")
    assert [name for _, name in keychain.kept if name.startswith("data key")] == []
    with pytest.raises(VaultLocked, match="was not given"):
        again(vault, keychain).get(WORK)


def test_only_the_passphrase_opens_it_where_that_is_wished(tmp_path, keychain) -> None:
    made = HomeVault(tmp_path, Keychain(lambda: keychain), cost=QUICK)
    made.put(WORK, TOKEN)
    assert made.state.backend == "keychain"
    assert made.set_passphrase(OLD, only=True).ways == ("passphrase",)
    with pytest.raises(VaultLocked):
        again(made, keychain).get(WORK)
    assert again(made, keychain).unlock(OLD).standing == "unlocked"


def test_the_last_way_in_is_not_taken_away(vault, keychain, tmp_path) -> None:
    with pytest.raises(UsageError, match="Nothing but the passphrase"):
        vault.remove("passphrase")
    with pytest.raises(UsageError, match="not opened by the keychain"):
        vault.remove("keychain")
    other = HomeVault(tmp_path / "k", Keychain(lambda: keychain), cost=QUICK)
    other.put(WORK, TOKEN)
    other.export_recovery(tmp_path / "recovery.txt")
    with pytest.raises(UsageError, match="would be lost") as no:
        other.remove("keychain")
    assert "ferrule vault passphrase" in no.value.advice
    assert other.get(WORK) == TOKEN


def test_without_a_keychain_remembering_says_why(vault: HomeVault) -> None:
    with pytest.raises(KeychainUnavailable, match="switched off"):
        vault.remember()


def test_another_master_key_takes_the_place_of_the_first(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    made = HomeVault(tmp_path, cost=QUICK)
    made.put(WORK, TOKEN)
    made.set_master_key(SecretStr("ab" * 32))
    assert made.get(WORK) == TOKEN
    assert SealedVault(tmp_path, [GivenKey("ab" * 32)]).get(WORK) == TOKEN
    with pytest.raises(VaultLocked, match="another key"):
        SealedVault(tmp_path, [GivenKey(MASTER)]).get(WORK)


def test_before_something_is_shown_the_passphrase_is_needed_anew(vault) -> None:
    with pytest.raises(VaultLocked, match="passphrase anew"):
        vault.prove()
    assert vault.get(WORK) == TOKEN  # that did not lock it
    with pytest.raises(VaultLocked, match="is wrong"):
        vault.prove(NEW)
    vault.prove(OLD)
    assert vault.get(WORK) == TOKEN


def test_a_keychain_does_not_stand_in_for_the_passphrase_then(vault, keychain) -> None:
    here = again(vault, keychain)
    here.unlock(OLD)
    here.remember()
    with pytest.raises(VaultLocked, match="passphrase anew"):
        again(vault, keychain).prove()
    again(vault, keychain).prove(OLD)


def test_before_something_is_shown_the_keychain_is_asked_anew(tmp_path, keychain):
    made = HomeVault(tmp_path, Keychain(lambda: keychain), cost=QUICK)
    made.put(WORK, TOKEN)
    made.prove()
    keychain.kept.clear()
    assert made.get(WORK) == TOKEN  # the key that was read before does
    with pytest.raises(VaultLocked, match="no key"):
        made.prove()


def test_a_recovery_key_opens_a_copy_elsewhere(vault: HomeVault, tmp_path) -> None:
    out, saved = tmp_path / "recovery.txt", tmp_path / "copy"
    vault.export_recovery(out, saved)
    assert out.stat().st_mode & 0o777 == 0o600
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(saved, elsewhere / "vault.ferrule")
    other = HomeVault(elsewhere, cost=QUICK)
    with pytest.raises(VaultLocked, match="does not open this vault"):
        other.unlock_with_recovery(SecretStr("AAAA-" * 12 + "AAAA"))
    status = other.unlock_with_recovery(SecretStr(out.read_text("utf-8")))
    assert status.source == "the recovery key"
    assert other.get(WORK) == TOKEN
    other.set_passphrase(NEW)
    assert again(other).unlock(NEW).ways == ("recovery", "passphrase")


def test_a_new_recovery_key_takes_the_place_of_the_first(vault, tmp_path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    vault.export_recovery(first)
    with pytest.raises(StoreError, match="is there already"):
        vault.export_recovery(first)
    vault.export_recovery(second)
    with pytest.raises(VaultLocked, match="does not open"):
        again(vault).unlock_with_recovery(SecretStr(first.read_text("utf-8")))
    again(vault).unlock_with_recovery(SecretStr(second.read_text("utf-8")))


def test_a_recovery_key_is_known_to_redaction(vault: HomeVault, tmp_path) -> None:
    vault.export_recovery(tmp_path / "r")
    key = (tmp_path / "r").read_text("utf-8").splitlines()[2]
    assert len(key) == 64
    assert live.text(f"it is {key}") == f"it is {MASK}"


def test_a_child_gets_the_key_that_it_cannot_have_itself(vault, monkeypatch) -> None:
    key = vault.handover()
    assert key is not None
    assert live.text(key.get_secret_value()) == MASK
    take_handed_key(key.get_secret_value())
    child = again(vault)
    assert child.get(WORK) == TOKEN
    child.put(HOME, TOKEN)
    forget_master_key()
    assert vault.get(HOME) == TOKEN


def test_a_child_that_can_ask_the_keychain_gets_nothing(tmp_path, keychain) -> None:
    made = HomeVault(tmp_path, Keychain(lambda: keychain))
    assert made.handover() is None
    made.put(WORK, TOKEN)
    assert made.handover() is None


def test_the_keychain_is_tried_again_when_asked_to(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "on")
    stores = [NullKeychain(), DictKeychain()]
    made = HomeVault(tmp_path, Keychain(lambda: stores[0]))
    assert made.status().standing == "memory"
    stores.pop(0)
    assert made.look_again().standing == "empty"
    made.put(WORK, TOKEN)
    assert made.state.backend == "keychain"


def test_rotating_drops_a_recovery_key_and_needs_the_others(vault, keychain, tmp_path):
    here = again(vault, keychain)
    here.unlock(OLD)
    here.remember()
    here.export_recovery(tmp_path / "r")
    locked = again(vault, keychain)
    with pytest.raises(VaultLocked, match="opened by: passphrase;") as no:
        list(locked.rotate())
    assert "--drop-others" in no.value.advice
    locked.unlock(OLD)
    *_, last = locked.rotate()
    assert last.dropped == ("recovery",)
    assert (last.done, last.left) == (1, 0)
    assert locked.status().ways == ("passphrase", "keychain")
    assert again(vault, keychain).get(WORK) == TOKEN
    assert again(vault).unlock(OLD).secrets == 1
    other = again(vault, keychain)
    *_, last = other.rotate(drop=True)
    assert last.dropped == ("passphrase",)
    assert other.get(WORK) == TOKEN


def test_where_nothing_is_kept_there_is_nothing_to_rotate(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    made = HomeVault(tmp_path / "data")
    with pytest.raises(UsageError, match="no vault yet"):
        list(made.rotate())
    assert not (tmp_path / "data").exists()


def test_an_update_sees_what_there_is_and_keeps_when_it_came(vault) -> None:
    since = vault.kept_at(WORK)
    seen = []

    def change(kept):
        seen.append(dict(kept))
        return {**kept, "more": SecretStr("another secret")}

    assert vault.update(WORK, change) == vault.get(WORK)
    assert seen == [TOKEN]
    assert vault.kept_at(WORK)["token"] == since["token"] != ""
    generation = vault.status().generation
    vault.update(WORK, lambda kept: kept)
    assert vault.status().generation == generation


def test_an_update_in_memory_works_too(tmp_path: Path) -> None:
    made = HomeVault(tmp_path / "data")
    made.update(WORK, lambda kept: {**kept, **TOKEN})
    assert made.get(WORK) == TOKEN
    made.update(WORK, lambda _kept: {})
    with pytest.raises(MissingSecret):
        made.get(WORK)


def test_what_is_deleted_is_in_no_file_any_more(vault: HomeVault) -> None:
    """Its sealed form goes with it, from the copy too."""
    vault.put(HOME, {"token": SecretStr("g0es-away"), "other": SecretStr("g0es-t00")})
    vault.put(WORK, {"token": SecretStr("st4ys-here")})
    gone = [r.sealed for r in file_access.read(vault.path).records if r.owner == "home"]
    assert len(gone) == 2
    vault.delete(HOME)
    for file in vault.path.parent.iterdir():
        assert not any(text.encode() in file.read_bytes() for text in gone)


def test_nothing_that_holds_secrets_is_pickled_or_copied(vault, tmp_path) -> None:
    opened = vault._sealed.opened()
    held = (
        vault,
        vault._sealed,
        opened,
        opened.ring,
        opened.ring.current,
        opened.by,
        GivenKey(MASTER),
        KeychainKey(Keychain(DictKeychain), tmp_path),
        vault._found.passphrase,
        MemoryVault("why", lambda _ref: None),
    )
    for one in held:
        for call in (pickle.dumps, copy.copy):
            with pytest.raises(TypeError, match="holds secrets and is not pickled"):
                call(one)
        assert MASTER not in repr(one)
        assert opened.by.key.hex() not in repr(one)
        assert repr(opened.by.key)[2:-1] not in repr(one)


def test_a_vault_that_was_shut_opens_with_its_passphrase_only(vault, keychain) -> None:
    here = again(vault, keychain)
    here.unlock(OLD)
    here.remember()
    assert here.shut("nobody used it for 5 minutes").standing == "locked"
    for call in (
        lambda: here.get(WORK),
        lambda: here.put(HOME, TOKEN),
        lambda: here.delete(WORK),
        here.handover,
        here.unlock,
        lambda: here.unlock(NEW),
        lambda: list(here.rotate()),
        lambda: here.set_passphrase(NEW),
    ):
        with pytest.raises(VaultLocked):
            call()
        assert here.status().standing == "locked"
    with pytest.raises(VaultLocked, match="nobody used it for 5 minutes") as no:
        here.get(WORK)
    assert "Credentials" in no.value.advice
    assert here.unlock(OLD).standing == "unlocked"
    assert here.get(WORK) == TOKEN


def test_what_a_shut_vault_knew_of_its_key_is_forgotten(vault: HomeVault) -> None:
    source = vault._found.passphrase
    assert source.begins
    vault.shut("you locked it")
    assert not source.begins
    with pytest.raises(VaultLocked, match="No passphrase"):
        source.lock_key()


def test_a_child_goes_on_with_the_key_it_was_handed(vault: HomeVault) -> None:
    key = vault.handover()
    vault.shut("you locked it")
    take_handed_key(key.get_secret_value())
    child = again(vault)
    assert child.get(WORK) == TOKEN
    child.put(HOME, TOKEN)
    forget_master_key()
    vault.unlock(OLD)
    assert vault.get(HOME) == TOKEN


def test_without_a_passphrase_a_shut_vault_waits_for_a_person(
    tmp_path, keychain
) -> None:
    made = HomeVault(tmp_path, Keychain(lambda: keychain), cost=QUICK)
    made.put(WORK, TOKEN)
    made.shut("you locked it")
    with pytest.raises(VaultLocked, match="you locked it"):
        made.get(WORK)
    reads = keychain.reads
    assert made.unlock().standing == "unlocked"
    assert keychain.reads > reads
    assert made.get(WORK) == TOKEN


def test_the_recovery_key_opens_one_that_was_shut(vault: HomeVault, tmp_path) -> None:
    vault.export_recovery(tmp_path / "r")
    vault.shut("you locked it")
    vault.unlock_with_recovery(SecretStr((tmp_path / "r").read_text("utf-8")))
    assert vault.get(WORK) == TOKEN
    vault.shut("you locked it")
    with pytest.raises(VaultLocked):
        vault.get(WORK)


def test_what_is_in_memory_or_empty_cannot_be_shut(tmp_path, monkeypatch) -> None:
    made = HomeVault(tmp_path / "m", cost=QUICK)
    made.put(WORK, TOKEN)
    assert made.shut("you locked it").standing == "memory"
    assert made.get(WORK) == TOKEN
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    other = HomeVault(tmp_path / "e", cost=QUICK)
    assert other.shut("you locked it").standing == "empty"
    other.put(WORK, TOKEN)


def test_its_mark_changes_with_all_that_changes_how_it_is(vault: HomeVault) -> None:
    marks = [vault.mark]
    vault.get(WORK)
    vault.status()
    assert vault.mark == marks[0]
    for change in (
        lambda: vault.shut("you locked it"),
        lambda: vault.unlock(OLD),
        vault.lock,
        lambda: vault.unlock(OLD),
        lambda: vault.put(HOME, TOKEN),
        vault.look_again,
    ):
        change()
        marks.append(vault.mark)
    assert len(set(marks)) == len(marks)


def test_the_keychain_may_open_it_for_a_time(vault: HomeVault, keychain) -> None:
    clock = FakeClock()
    found = Keychain(lambda: keychain)

    def next_program() -> HomeVault:
        return HomeVault(vault.path.parent, found, clock, cost=QUICK)

    here = next_program()
    here.unlock(OLD)
    here.remember(timedelta(hours=8))
    clock.advance(8 * 3600 - 1)
    assert next_program().get(WORK) == TOKEN
    still_running = next_program()
    assert still_running.get(WORK) == TOKEN
    clock.advance(1)
    for one in (still_running, next_program()):
        with pytest.raises(VaultLocked, match="was not given"):
            one.get(WORK)
    assert [name for _, name in keychain.kept if name.startswith("data key")] == []
    once_more = next_program()
    once_more.unlock(OLD)
    once_more.remember()
    clock.advance(10**7)
    assert next_program().get(WORK) == TOKEN


def test_a_change_of_the_data_key_does_not_lengthen_that_time(vault, keychain) -> None:
    clock = FakeClock()
    here = HomeVault(vault.path.parent, Keychain(lambda: keychain), clock, cost=QUICK)
    here.unlock(OLD)
    here.remember(timedelta(hours=1))
    list(here.rotate())
    clock.advance(3600)
    other = HomeVault(vault.path.parent, Keychain(lambda: keychain), clock, cost=QUICK)
    with pytest.raises(VaultLocked):
        other.get(WORK)


def test_where_only_the_keychain_opens_it_there_is_no_time_for_that(
    tmp_path, keychain
) -> None:
    made = HomeVault(tmp_path / "k", Keychain(lambda: keychain), cost=QUICK)
    made.put(WORK, TOKEN)
    made.export_recovery(tmp_path / "r")
    with pytest.raises(UsageError, match="after that time nothing would"):
        made.remember(timedelta(hours=1))
    assert made.get(WORK) == TOKEN


def test_destroying_leaves_neither_file_nor_key(tmp_path, keychain) -> None:
    made = HomeVault(tmp_path / "k", Keychain(lambda: keychain), cost=QUICK)
    for owner in (WORK, HOME):
        made.put(owner, TOKEN)
    assert file_access.old_of(made.path).exists()
    assert made.destroy() is None
    assert list(made.path.parent.glob("vault.ferrule*")) == [
        made.path.with_name("vault.ferrule.lock")
    ]
    assert keychain.kept == {}
    assert made.status().standing == "empty"

"""Changes of a vault by a process that is killed at each of its writings.

    python -m tests.credentials.killing WHAT FOLDER

forks a child for each writing, kills it just before or just after with SIGKILL, and
looks at what is left; then lets another finish. One JSON line tells of each kill.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from unittest import mock

import msgspec
from pydantic import SecretStr
from tests.credentials.keychains import FolderKeychain

from ferrule.credentials import Keychain, Ref, Secrets, file_access, succession
from ferrule.credentials.data_key import KeychainKey
from ferrule.credentials.home_vault import HomeVault
from ferrule.credentials.sealed_file import Contents
from ferrule.credentials.stretching import Cost

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSPHRASE = SecretStr("four words are enough")
REFS = [Ref("p", name) for name in ("a", "b", "c")]
QUICK = Cost(19 * 1024, 2, 1)


def vault(folder: Path) -> HomeVault:
    keychain = FolderKeychain(folder / "keychain")
    return HomeVault(folder / "data", Keychain(lambda: keychain), cost=QUICK)


def begin(folder: Path, _number: int) -> None:
    folder.mkdir(parents=True)
    made = vault(folder)
    for ref in REFS:
        made.put(ref, {"token": SecretStr(f"token of {ref.owner}")})


class Killer:
    """Kills this process at the `nth` writing, from 0: before it, or after."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def around(self, call: Callable[..., object]) -> Callable[..., object]:
        def called(*given: object, **named: object) -> object:
            self.reached()
            result = call(*given, **named)
            self.reached()
            return result

        return called

    def reached(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def killed(nth: int, act: Callable[[], object]) -> bool:
    """Do it in a child that is killed at a writing; tell whether it was."""
    child = os.fork()
    if child == 0:
        killer = Killer(nth)
        with (
            mock.patch.object(
                file_access, "replace_whole", killer.around(file_access.replace_whole)
            ),
            mock.patch.object(KeychainKey, "keep", _bound(killer)),
        ):
            act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _bound(killer: Killer) -> Callable[..., object]:
    keep = KeychainKey.keep

    def kept(self: KeychainKey, keys: list[bytes]) -> object:
        return killer.around(keep)(self, keys)

    return kept


def rotating(folder: Path, nth: int) -> dict[str, object] | None:
    begin(folder, nth)
    before = file_access.read(folder / "data" / "vault.ferrule")
    assert isinstance(before, Contents)
    if not killed(nth, lambda: list(vault(folder).rotate())):
        return None
    found = _values(folder)
    status = vault(folder).status()
    list(vault(folder).rotate())
    after = file_access.read(folder / "data" / "vault.ferrule")
    assert isinstance(after, Contents)
    (kept,) = (folder / "keychain").glob("data key*")
    return {
        "found": found,
        "standing": status.standing,
        "finished": _values(folder),
        "another key": after.key_id != before.key_id,
        "older keys": len(after.older),
        "keys used": len({one.key for one in after.records}),
        "keys in the keychain": len(kept.read_text("utf-8").split()),
    }


def changing(folder: Path, nth: int) -> dict[str, object] | None:
    """A passphrase that is set, then changed."""
    begin(folder, nth)

    def act() -> None:
        made = vault(folder)
        made.set_passphrase(PASSPHRASE)
        made.set_passphrase(SecretStr("four other words"), PASSPHRASE, only=True)

    if not killed(nth, act):
        return None
    made = vault(folder)
    for given in (PASSPHRASE, SecretStr("four other words")):
        with contextlib.suppress(Exception):
            made.unlock(given)
    return {"found": [_value(made, ref) for ref in REFS]}


def succeeding(folder: Path, nth: int) -> dict[str, object] | None:
    """A credential that follows another: proposed, promoted, swept."""
    begin(folder, nth)
    ref, new = REFS[0], {"token": SecretStr("the new token")}
    later = datetime(2026, 3, 9, tzinfo=UTC)

    def act() -> None:
        made = vault(folder)
        made.update(ref, lambda all_: succession.proposed(all_, new, NOW))
        made.update(ref, lambda all_: succession.promoted(all_, NOW))
        made.update(ref, lambda all_: succession.swept(all_, later))

    if not killed(nth, act):
        return None
    kept = vault(folder).get(ref)
    before = succession.previous(kept, NOW)
    pending = succession.candidate(kept)
    return {
        "current": succession.current(kept)["token"].get_secret_value(),
        "previous": before and before["token"].get_secret_value(),
        "pending": pending and pending["token"].get_secret_value(),
    }


def reading(folder: Path, rounds: int) -> dict[str, object]:
    """Read without a pause in another process, while the data key is changed."""
    begin(folder, 0)
    reader = os.fork()
    if reader == 0:
        _read_on(folder)
    for number in range(rounds):
        list(vault(folder).rotate())
        new = {"more": SecretStr(f"more {number}")}
        vault(folder).update(REFS[0], partial(_followed, new))
        vault(folder).update(REFS[0], lambda all_: succession.promoted(all_, NOW))
    (folder / "stop").touch()
    _, status = os.waitpid(reader, 0)
    told: dict[str, object] = json.loads((folder / "read.json").read_text("utf-8"))
    return told | {"code": os.waitstatus_to_exitcode(status)}


def _followed(new: Secrets, all_: Secrets) -> Secrets:
    return succession.proposed(all_, new, NOW)


def _read_on(folder: Path) -> None:
    made, reads, wrong, parent = vault(folder), 0, [], os.getppid()
    while not (folder / "stop").exists() and os.getppid() == parent:
        for ref in REFS:
            reads += 1
            try:
                value = made.get(ref)["token"].get_secret_value()
            except Exception as error:  # noqa: BLE001  whatever it is, it is counted
                wrong.append(repr(error))
                continue
            if value != f"token of {ref.owner}":
                wrong.append(f"another value for {ref.owner}")
    told = {"reads": reads, "wrong": wrong[:3]}
    (folder / "read.json").write_text(json.dumps(told), "utf-8")
    os._exit(0)


def _values(folder: Path) -> list[str]:
    made = vault(folder)
    return [_value(made, ref) for ref in REFS]


def _value(made: HomeVault, ref: Ref) -> str:
    return made.get(ref)["token"].get_secret_value()


def kills(what: str, folder: Path) -> Iterator[dict[str, object]]:
    act = {"rotating": rotating, "changing": changing, "succeeding": succeeding}[what]
    nth = 0
    while (found := act(folder / str(nth), nth)) is not None:
        yield found
        nth += 1


if __name__ == "__main__":
    wanted, place = sys.argv[1], Path(sys.argv[2])
    lines = [reading(place / "r", 15)] if wanted == "reading" else kills(wanted, place)
    for line in lines:
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")

"""The operating system's keychain, which may be absent, locked, frozen or a liar.

Every call runs in a thread with a deadline, for a frozen daemon blocks for ever; and
the keychain counts as working only when a random value came back from it and was gone
after its deletion, for a locked one looks healthy and a null one forgets in silence.
What a backend says is not repeated, for it may hold the value; its kind is told.
"""

import base64
import math
import os
import queue
import secrets
import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from ferrule.clock import Clock, SystemClock
from ferrule.errors import KeychainUnavailable

SERVICE: Final = "ferrule"
DEADLINE: Final = 5.0  # seconds; a healthy call took 55 ms at most
_GIVEN_UP_FOR: Final = 30.0  # seconds: one frozen is not waited for again and again
_Result = TypeVar("_Result")
_OTHERWISE: Final = (
    "Or keep secrets without it: set a passphrase with: ferrule vault passphrase, or "
    "set FERRULE_MASTER_KEY."
)


class Store(Protocol):
    """What of keyring's backends is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the value, None when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the value."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget the value."""


def system() -> Store:
    """Return the keychain that keyring picks here; its import costs 120 ms."""
    import keyring  # noqa: PLC0415  only where a keychain is asked, and in its thread

    return keyring.get_keyring()


class Keychain:
    """Short single-line values by name, each call within a deadline."""

    def __init__(
        self,
        find: Callable[[], Store] = system,
        deadline: float = DEADLINE,
        clock: Clock | None = None,
    ) -> None:
        self._find = find
        self._deadline = deadline
        self._clock = clock or SystemClock()
        self._given_up_until = -math.inf

    def probe(self) -> KeychainUnavailable | None:
        """Return why the keychain cannot be used, None when a round trip worked."""
        self._given_up_until = -math.inf
        try:
            return self._timed(self._round_trip)
        except KeychainUnavailable as error:
            return error

    def read(self, name: str) -> str | None:
        """Return a value, None when there is none.

        Raises:
            KeychainUnavailable: when the keychain fails or does not answer.
        """
        return self._timed(lambda: self._find().get_password(SERVICE, name))

    def write(self, name: str, value: str) -> None:
        """Keep a value.

        Raises:
            KeychainUnavailable: when the keychain fails or does not answer.
        """
        self._timed(lambda: self._find().set_password(SERVICE, name, value))

    def delete(self, name: str) -> None:
        """Forget a value, if there is one.

        Raises:
            KeychainUnavailable: when the keychain fails or does not answer.
        """

        def forget() -> None:
            store = self._find()
            if store.get_password(SERVICE, name) is not None:
                store.delete_password(SERVICE, name)

        self._timed(forget)

    def _round_trip(self) -> KeychainUnavailable | None:
        store = self._find()
        name = f"probe-{secrets.token_hex(8)}"
        value = base64.b64encode(secrets.token_bytes(16)).decode()
        store.set_password(SERVICE, name, value)
        kept = store.get_password(SERVICE, name)
        if kept != value:
            return _forgetful()
        store.delete_password(SERVICE, name)
        if store.get_password(SERVICE, name) is not None:
            return KeychainUnavailable(
                "The keychain does not delete.", advice=_OTHERWISE
            )
        return None

    def _timed(self, call: Callable[[], _Result]) -> _Result:
        if self._clock.monotonic() < self._given_up_until:
            raise self._frozen()
        answer: queue.SimpleQueue[tuple[_Result, None] | tuple[None, Exception]]
        answer = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put((call(), None))
            except Exception as error:  # noqa: BLE001  keyring's backends raise anything
                answer.put((None, error))

        threading.Thread(target=ask, name="keychain", daemon=True).start()
        try:
            result, failure = answer.get(timeout=self._deadline)
        except queue.Empty:
            self._given_up_until = self._clock.monotonic() + _GIVEN_UP_FOR
            raise self._frozen() from None
        if failure is not None:
            raise _refused(failure) from failure
        return result  # type: ignore[return-value]  # the pair's two halves exclude each other

    def _frozen(self) -> KeychainUnavailable:
        return KeychainUnavailable(
            f"The keychain did not answer within {self._deadline:g} s.",
            advice="It may be frozen, or wait for you in a window of its own. End "
            f"it or answer it, and try again. {_OTHERWISE}",
        )


def _forgetful() -> KeychainUnavailable:
    named = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    chosen = f" (PYTHON_KEYRING_BACKEND={named})" if named else ""
    return KeychainUnavailable(
        f"The keychain takes values, but does not give them back{chosen}: it would "
        "lose every secret.",
        advice="Unset PYTHON_KEYRING_BACKEND, or take the null backend out of "
        f"keyringrc.cfg. {_OTHERWISE}",
    )


def _refused(failure: Exception) -> KeychainUnavailable:
    kind = type(failure).__name__
    if kind == "NoKeyringError":
        return _absent()
    if kind in {"InitError", "KeyringLocked"}:
        return KeychainUnavailable(
            f"The keychain is locked ({kind}): nobody unlocked it, or its password "
            "was wrong.",
            advice="Unlock it: log in to the desktop, open its own program (Passwords "
            f"and Keys, KWallet), and try again. {_OTHERWISE}",
        )
    return KeychainUnavailable(
        f"The keychain refused: {kind}.",
        advice=f"Look whether its own program works. {_OTHERWISE}",
    )


def _absent() -> KeychainUnavailable:
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return KeychainUnavailable(
            "No keychain answers on the session bus: DBUS_SESSION_BUS_ADDRESS names a "
            "bus that is gone, or one without a keychain.",
            advice="Log in to the desktop again, or install gnome-keyring or KWallet. "
            + _OTHERWISE,
        )
    return KeychainUnavailable(
        "There is no keychain here: no session bus (D-Bus) runs.",
        advice="Start Ferrule inside the desktop session, or one of its own: "
        f"dbus-run-session -- ferrule. {_OTHERWISE}",
    )

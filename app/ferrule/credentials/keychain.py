"""The operating system's keychain, which may be absent, locked, frozen or a liar.

Every call runs in a thread with a deadline, for a frozen daemon blocks for ever; and
the keychain counts as working only when a random value came back from it and was gone
after its deletion, for a locked one looks healthy and a null one forgets in silence.
"""

import base64
import queue
import secrets
import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from ferrule.errors import KeychainUnavailable

SERVICE: Final = "ferrule"
DEADLINE: Final = 5.0  # seconds; a healthy call took 55 ms at most
_Result = TypeVar("_Result")


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
        self, find: Callable[[], Store] = system, deadline: float = DEADLINE
    ) -> None:
        self._find = find
        self._deadline = deadline

    def probe(self) -> str | None:
        """Return why the keychain cannot be used, None when a round trip worked."""
        try:
            return self._timed(self._round_trip)
        except KeychainUnavailable as error:
            return error.message

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

    def _round_trip(self) -> str | None:
        store = self._find()
        name = f"probe-{secrets.token_hex(8)}"
        value = base64.b64encode(secrets.token_bytes(16)).decode()
        store.set_password(SERVICE, name, value)
        kept = store.get_password(SERVICE, name)
        if kept != value:
            return "The keychain takes values, but does not give them back."
        store.delete_password(SERVICE, name)
        if store.get_password(SERVICE, name) is not None:
            return "The keychain does not delete."
        return None

    def _timed(self, call: Callable[[], _Result]) -> _Result:
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
            raise KeychainUnavailable(
                f"The keychain did not answer within {self._deadline:g} s."
            ) from None
        if failure is not None:
            raise KeychainUnavailable(
                f"The keychain refused: {type(failure).__name__}."
            ) from failure
        return result  # type: ignore[return-value]  # the pair's two halves exclude each other

"""FERRULE_MASTER_KEY and its command: read once, and removed before any child starts.

It imports nothing heavy, so that the program's first lines can call it. A child that
works for this process gets the vault's key on its standard input instead (`handed`).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ferrule.redaction import live

MASTER_KEY: Final = "FERRULE_MASTER_KEY"
COMMAND: Final = "FERRULE_MASTER_KEY_COMMAND"
_TAKEN: Final[list[str]] = []
_COMMAND: Final[list[str]] = []
_HANDED: Final[list[str]] = []
_ASKING: Final[list[Callable[[str], str | None]]] = []


def take_master_key() -> str | None:
    """Return the key that was given, and leave the environment without it."""
    text = os.environ.pop(MASTER_KEY, None)
    if text:
        live.add(text)
        _TAKEN[:] = [text]
    return _TAKEN[0] if _TAKEN else None


def take_command() -> str | None:
    """Return the command line that prints the key; no child is told of it either."""
    line = os.environ.pop(COMMAND, None)
    if line is not None:
        _COMMAND[:] = [line]
    return _COMMAND[0] if _COMMAND else None


def take_handed_key(text: str) -> None:
    """Keep the key that the parent process handed over (`HomeVault.handover`)."""
    if text:
        live.add(text)
        _HANDED[:] = [text]


def handed_key() -> str | None:
    """Return the key that was handed over, if one was."""
    return _HANDED[0] if _HANDED else None


def ask_passphrase_by(ask: Callable[[str], str | None] | None) -> None:
    """Let `ask` put a question to a person, where one can be asked; None: nobody.

    It is asked once in a process, and only when a secret is needed.
    """
    _ASKING[:] = [] if ask is None else [ask]


def asked_passphrase(question: str) -> str | None:
    """Return a person's answer, "" for none given; None where nobody can be asked."""
    if not _ASKING:
        return None
    answer = _ASKING[0](question) or ""
    live.add(answer)
    return answer


@contextmanager
def nobody_asked() -> Iterator[None]:
    """Ask nobody for as long as it lasts: only what is known is to be told."""
    asking = list(_ASKING)
    _ASKING.clear()
    try:
        yield
    finally:
        _ASKING[:] = asking


def forget_master_key() -> None:
    """Drop the keys that were taken or handed over."""
    _TAKEN.clear()
    _COMMAND.clear()
    _HANDED.clear()

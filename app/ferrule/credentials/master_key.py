"""FERRULE_MASTER_KEY: read once, and removed before any child is started.

It imports nothing heavy, so that the program's first lines can call it.
"""

import os
from typing import Final

from ferrule.redaction import live

MASTER_KEY: Final = "FERRULE_MASTER_KEY"
_TAKEN: Final[list[str]] = []


def take_master_key() -> str | None:
    """Return the key that was given, and leave the environment without it."""
    text = os.environ.pop(MASTER_KEY, None)
    if text:
        live.add(text)
        _TAKEN[:] = [text]
    return _TAKEN[0] if _TAKEN else None


def forget_master_key() -> None:
    """Drop the key that was taken."""
    _TAKEN.clear()

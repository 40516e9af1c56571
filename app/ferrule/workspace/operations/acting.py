"""Who acts, and through what: the person at this machine, and the command in use."""

import os
import sys
from contextvars import ContextVar
from functools import cache
from typing import Final

WINDOW: Final = "window"
_via: Final[dict[str, str]] = {}
correlation: Final[ContextVar[str]] = ContextVar("correlation", default="")
"""What ties the lines of the operation under way together; empty outside of one."""


def act_through(command: str) -> None:
    """Remember through what this process acts, as in `ferrule sync`."""
    _via["via"] = command


def via() -> str:
    """Return through what this process acts; the window unless it was said."""
    return _via.get("via", WINDOW)


@cache
def actor() -> str:
    """Return who acts, as the system knows them: user@machine."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container may have no name for its user
        user = f"uid {os.getuid()}" if sys.platform != "win32" else "unknown"
    return f"{user}@{socket.gethostname()}"


def new_correlation() -> str:
    """Return an id that ties the lines of one operation together."""
    return f"op:{os.urandom(6).hex()}"

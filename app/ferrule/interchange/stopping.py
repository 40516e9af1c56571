"""Ending an import that nobody waits for any more.

Whoever starts one says for its thread how to know; whatever reads much asks between
two pieces. Nothing is handed down: a format is a function of bytes.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from ferrule.errors import Cancelled

Stopped: TypeAlias = Callable[[], bool]


class _Thread(threading.local):
    stopped: Stopped | None = None


_thread = _Thread()


@contextmanager
def stoppable(stopped: Stopped) -> Iterator[None]:
    """Let `go_on` in this thread ask `stopped` from here to the end."""
    before, _thread.stopped = _thread.stopped, stopped
    try:
        yield
    finally:
        _thread.stopped = before


def go_on() -> None:
    """Do nothing, unless what this thread reads was given up.

    Raises:
        Cancelled: then.
    """
    if _thread.stopped is not None and _thread.stopped():
        raise Cancelled("The import was given up.")

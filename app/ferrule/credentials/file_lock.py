"""A lock between processes (and threads) on one file, released when its holder dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ferrule.clock import Clock, SystemClock
from ferrule.errors import StoreError

_PATIENCE: Final = 15.0  # seconds: longer than a frozen keychain may hold a writer
_PAUSE: Final = 0.02

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(
    path: Path, clock: Clock | None = None, patience_s: float = _PATIENCE
) -> Iterator[None]:
    """Hold the lock file at `path`; its folder exists. Closing it lets it go.

    Raises:
        StoreError: when another process keeps it for `patience_s` seconds.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(descriptor, path, clock or SystemClock(), patience_s)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: Path, clock: Clock, patience_s: float) -> None:
    until = clock.monotonic() + patience_s
    while not _try_lock(descriptor):
        if clock.monotonic() >= until:
            raise StoreError(
                f"Another Ferrule holds {path}.",
                advice="Wait until it is done, or end it, and try again.",
            )
        clock.sleep(_PAUSE)

"""Keeping Python's collector of cycles out of a thread that makes many objects.

The collector runs in whichever thread allocates. In another one than the window's it
would destroy Qt objects there ("Timers cannot be stopped from another thread", or a
crash). What is made here holds no cycles, so nothing is lost, and decoding is faster.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside: list[bool] = []


@contextmanager
def unswept() -> Iterator[None]:
    """Hold collecting back; it goes on, if it was on, when the last one leaves."""
    with _lock:
        _inside.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            was = _inside.pop(0)
            if _inside:
                _inside[0] = _inside[0] or was
            elif was:
                gc.enable()

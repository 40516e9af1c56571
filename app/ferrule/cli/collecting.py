"""When a process that runs a connector looks for cyclic garbage.

Not while it starts: what is imported stays. Then rarely: the records of a page hold no
cycles and are freed as they are let go, but there are thousands of them a page, and
each look goes through all that lives (measured: a tenth of the time of a sync).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_RARELY: Final = (20_000, 20, 50)


@contextmanager
def starting() -> Iterator[None]:
    """Collect nothing until `settled`, and as before when this ends."""
    before = gc.get_threshold()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.set_threshold(*before)


def settled() -> None:
    """Leave aside what was imported and collect from here on, rarely."""
    gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()

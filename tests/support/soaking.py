"""How far a long test is: said now and then, so that slow can be told from stuck."""

import sys
import time

EVERY_S = 20.0


class Progress:
    """Counts what is done of `wanted` and says it on standard error."""

    def __init__(self, wanted: int, what: str) -> None:
        self._wanted = wanted
        self._what = what
        self._began = self._told = time.monotonic()
        self.done = 0

    def add(self, many: int) -> None:
        """Note that so many more are done."""
        self.done += many
        now = time.monotonic()
        if now - self._told >= EVERY_S:
            self._told = now
            took = f"{now - self._began:.0f} s"
            sys.stderr.write(f"{self.done} of {self._wanted} {self._what}, {took}\n")
            sys.stderr.flush()

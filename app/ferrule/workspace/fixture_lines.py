"""What the ledger of tests tells: plain values that cost nothing to import."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEALTH: Final = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """The tests of one stream: how many there are and how many passed, and when.

    `stream` is empty for the health check. `part` is the hash of what the stream is
    made of; `current` is whether that, and every fixture, is what was run.
    """

    stream: str
    title: str
    total: int
    passed: int
    part: str = ""
    at: str = ""
    current: bool = True

    @property
    def untested(self) -> bool:
        """Whether no test covers the stream."""
        return self.total == 0

    @property
    def ok(self) -> bool:
        """Whether there are tests, all passed, over what stands there now."""
        return self.current and 0 < self.total == self.passed


def summary(lines: Sequence[LedgerLine]) -> str:
    """Return all lines in a few words: `tests 6 of 6, 2 streams untested`."""
    passed = sum(line.passed for line in lines)
    total = sum(line.total for line in lines)
    bare = sum(line.untested for line in lines if line.stream != HEALTH)
    told = f"tests {passed} of {total}"
    if bare:
        told += f", {bare} stream{'' if bare == 1 else 's'} untested"
    return told

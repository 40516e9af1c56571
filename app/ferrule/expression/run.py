"""One evaluation of a path: its root, and how much it may still look at.

A path ends with an error, never with a machine at its limit: after so many nodes, so
many matches, so many levels below a `..`, or so many seconds. The counts say the same
on every machine; the clock is only asked now and then.
"""

from ferrule.clock import Clock, SystemClock
from ferrule.errors import ExpressionError
from ferrule.exchange import Json

MOST_NODES = 10_000_000
MOST_RESULTS = 1_000_000
MOST_LEVELS = 256
MOST_SECONDS = 10.0
CLOCK: Clock = SystemClock()
_SHARE = 1 << 14


class Run:
    """The root that `$` means inside filters, and the rest of the budget."""

    __slots__ = ("_left", "_next", "_text", "_until", "root")

    def __init__(self, root: Json, text: str) -> None:
        self.root = root
        self._text = text
        self._left = MOST_NODES
        self._next = max(MOST_NODES - _SHARE, 0)
        self._until: float | None = None

    def rest(self) -> None:
        """Begin the time anew: the caller of a lazy path has had it in between."""
        self._until = None

    def spend(self, nodes: int) -> None:
        """Count nodes that were looked at.

        Raises:
            ExpressionError: when the budget or the time is used up.
        """
        self._left -= nodes
        if self._left < self._next:
            self.check()

    def check(self) -> None:
        """Look at the budget and at the clock now; the first look starts the time.

        Raises:
            ExpressionError: when the budget or the time is used up.
        """
        if self._left < 0:
            raise too_much(self._text)
        now = CLOCK.monotonic()
        if self._until is None:
            self._until = now + MOST_SECONDS
        elif now > self._until:
            raise too_slow(self._text)
        self._next = max(self._left - _SHARE, 0)

    def too_deep(self) -> ExpressionError:
        """Return the error of a document with too many levels for this path."""
        return too_deep(self._text)


class Idle(Run):
    """The run of what cannot cost more than its document: it counts nothing."""

    def spend(self, nodes: int) -> None:
        """Leave it uncounted."""

    def check(self) -> None:
        """Leave it unchecked."""


def too_much(text: str) -> ExpressionError:
    """Return the error of a path that finds or visits too much."""
    return ExpressionError(
        "The path matches too much in this document.",
        text=text,
        advice="Use fewer .. and * in it, or name the members.",
    )


def too_slow(text: str) -> ExpressionError:
    """Return the error of a path that has taken too long."""
    return ExpressionError(
        f"The path took longer than {MOST_SECONDS:.0f} seconds in this document.",
        text=text,
        advice="Use fewer .. and * in it, or name the members.",
    )


def too_deep(text: str) -> ExpressionError:
    """Return the error of a document that is nested too deeply for a path."""
    return ExpressionError(
        "The document is nested too deeply for this path.",
        text=text,
        advice="Name the members instead of .. or of comparing whole structures.",
    )

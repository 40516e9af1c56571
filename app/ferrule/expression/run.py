"""One evaluation of a path: its root, and how much it may still look at."""

from ferrule.errors import ExpressionError
from ferrule.exchange import Json

MOST_NODES = 10_000_000
MOST_RESULTS = 1_000_000


class Run:
    """The root that `$` means inside filters, and the rest of the budget of nodes."""

    __slots__ = ("_left", "_text", "root")

    def __init__(self, root: Json, text: str) -> None:
        self.root = root
        self._text = text
        self._left = MOST_NODES

    def spend(self, nodes: int) -> None:
        """Count nodes that were looked at.

        Raises:
            ExpressionError: when the budget is used up.
        """
        self._left -= nodes
        if self._left < 0:
            raise too_much(self._text)


def too_much(text: str) -> ExpressionError:
    """Return the error of a path that finds or visits too much."""
    return ExpressionError(
        "The path matches too much in this document.",
        text=text,
        advice="Use fewer .. and * in it, or name the members.",
    )


def too_deep(text: str) -> ExpressionError:
    """Return the error of a document that is nested too deeply for a path."""
    return ExpressionError(
        "The document is nested too deeply for this path.",
        text=text,
        advice="Name the members instead of comparing whole structures.",
    )

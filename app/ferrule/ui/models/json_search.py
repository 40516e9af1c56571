"""Finding a text in the names and values of a JSON document.

Made to run in a thread: it looks at its stop flag as it walks, and gives places as
steps, for which nothing need be written out.
"""

from collections.abc import Callable
from typing import Final

from ferrule.exchange import Json
from ferrule.ui.models.json_value import Steps, plain_text
from ferrule.ui.models.sweeping import unswept

MOST: Final = 10_000


def search(
    root: Json, needle: str, stopped: Callable[[], bool] = lambda: False
) -> list[Steps]:
    """Return the places whose name or value holds `needle`, in document order.

    Case matters only where the needle has a capital. It ends early when `stopped` says
    so, or at 10,000 places.
    """
    found: list[Steps] = []
    if not needle:
        return found
    loose = needle == needle.lower()
    # A stack of our own: depth must not matter. Pushed backwards, popped in order.
    stack: list[tuple[Steps, Json, bool]] = [((), root, False)]
    with unswept():
        while stack and len(found) < MOST and not stopped():
            steps, value, named = stack.pop()
            stack.extend(_below(steps, value, needle, loose=loose))
            if named or _holds(value, needle, loose=loose):
                found.append(steps)
    return found


def _below(
    steps: Steps, value: Json, needle: str, *, loose: bool
) -> list[tuple[Steps, Json, bool]]:
    """Return what stands below a value, backwards, and whether its name is a hit."""
    if isinstance(value, dict):
        return [
            ((*steps, key), part, needle in (key.lower() if loose else key))
            for key, part in reversed(value.items())
        ]
    if isinstance(value, list):
        last = len(value) - 1
        entries = enumerate(reversed(value))
        return [((*steps, last - at), part, False) for at, part in entries]
    return []


def _holds(value: Json, needle: str, *, loose: bool) -> bool:
    if isinstance(value, str):
        return needle in (value.lower() if loose else value)
    if isinstance(value, dict | list):
        return False
    text = plain_text(value)
    return needle in (text.lower() if loose else text)

"""What a page lets the palette find in it, and how it is reached."""

from collections.abc import Callable
from typing import NamedTuple


class Spot(NamedTuple):
    """A field or a setting: `go` shows it and gives it the keyboard."""

    text: str
    about: str
    go: Callable[[], object]
    kind: str = ""
    words: str = ""

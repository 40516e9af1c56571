"""A value that was pointed at in the response, as it travels to a field.

Picked, dragged or used from a menu, it is the same thing: where it stands, the ways to
write its path for a field that looks at an item or at the whole response, and its text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from PySide6 import QtCore

from ferrule.exchange import Json, Missing, encode, scalar_text
from ferrule.workspace.item_places import ItemsAt
from ferrule.workspace.picking import Reach, Way, ways_to

MIME: Final = "application/x-ferrule-jsonpath"
_LONGEST: Final = 10_000
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Pick:
    """One value: its normalised path, the ways to write it, and its text.

    `text` is bare for a text, JSON for anything else, and cut where it is very long.
    """

    path: str
    in_item: tuple[Way, ...]
    in_body: tuple[Way, ...]
    text: str = ""
    json: str = "null"

    def ways(self, reach: Reach) -> tuple[Way, ...]:
        """Return the ways for a field of that reach, the best first."""
        return self.in_item if reach == "item" else self.in_body

    def best(self, reach: Reach) -> str:
        """Return the path to write into a field of that reach."""
        ways = self.ways(reach)
        return ways[0].path if ways else self.path

    def chosen(self, path: str) -> "Pick":
        """Return the pick with one of its ways as the best for either reach."""
        return replace(
            self, in_item=_first(self.in_item, path), in_body=_first(self.in_body, path)
        )


def _first(ways: tuple[Way, ...], path: str) -> tuple[Way, ...]:
    return (Way(path, ""), *(way for way in ways if way.path != path))


def pick_of(path: str, value: Json, body: Json | Missing, at: ItemsAt) -> Pick:
    """Return the value at a normalised path of `body`, ready to travel."""
    small = not isinstance(value, dict | list)
    return Pick(
        path,
        ways_to(path, body, at, "item"),
        ways_to(path, body, at, "body"),
        scalar_text(value)[:_LONGEST] if small else "",
        encode(value).decode() if small else "null",
    )


def write_mime(picks: Sequence[Pick]) -> QtCore.QMimeData:
    """Return picks as they are dragged: ours, and their paths as plain text."""
    mime = QtCore.QMimeData()
    mime.setData(MIME, QtCore.QByteArray(msgspec.json.encode(list(picks[:MOST]))))
    mime.setText("\n".join(pick.best("item") for pick in picks[:MOST]))
    return mime


def read_mime(mime: QtCore.QMimeData) -> tuple[Pick, ...]:
    """Return the picks that are dragged; nothing for what is not ours."""
    if not mime.hasFormat(MIME):
        return ()
    try:
        raw = mime.data(MIME).data()
        return tuple(msgspec.json.decode(bytes(raw), type=list[Pick]))
    except msgspec.DecodeError:
        return ()

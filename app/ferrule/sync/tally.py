"""Whether all items came: what a service tells of them against what it listed.

Where pages are counted, an item that goes while they are read lets others move up, past
the page that is asked for next. A total that falls, or more of it than was listed,
tells so; so does a search that lists its first thousand hits and tells of more.
"""

import msgspec

from ferrule.pagination import PaginationKind
from ferrule.sync.position import Position
from ferrule.sync.reading import Reading


class Listed(msgspec.Struct, frozen=True):
    """What a position keeps of the items in its cut; see `Position`."""

    items: int
    told: int | None
    unsure: str


class Tally:
    """Counts the items of one cut, where the service tells their total.

    Items that come again with the next page, because others came in before them, are
    counted once.
    """

    def __init__(self, paging: PaginationKind) -> None:
        self._counts = paging.total_path is not None
        self._before: frozenset[str] = frozenset()

    def after(self, here: Position, read: Reading) -> Listed:
        """Return what is known after a page."""
        unsure = here.unsure or read.unsure
        if not self._counts:
            return Listed(0, None, unsure)
        told = read.least if here.told is None else here.told
        items = here.items + read.count - self._again(read)
        unsure = unsure or _missed(told, items, read)
        return Listed(items, told, unsure)

    def _again(self, read: Reading) -> int:
        ids = frozenset([m.signal.external_id for m in read.mapped if m.signal])
        again = len(ids & self._before)
        self._before = ids
        return again


def _missed(told: int | None, items: int, read: Reading) -> str:
    if told is None:
        return ""
    if read.least is not None and read.least < told:
        return f"the total fell from {told} to {read.least} while pages were read"
    if read.following is None and items < told:
        return f"the service tells of {told} items and listed {items}"
    return ""

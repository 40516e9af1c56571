"""What a stream is asked for, in its order: each slice in each of its windows.

Cuts are made one by one while they are read, so that a parent stream of any length
needs no room. What a run has done already is left out, and the cut in which it was
ended begins where it was left.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import msgspec
from msgspec.structs import replace

from ferrule.delta import Span, Stretch
from ferrule.exchange import Json
from ferrule.sync.marks import Marks
from ferrule.sync.plan import StreamPlan
from ferrule.sync.position import Position
from ferrule.sync.slices import WHOLE, Items, Slice, known_total, slices_of

MOST_COUNTED = 100_000


class Cut(msgspec.Struct, frozen=True):
    """A slice in one window: asked until it has no further page.

    `origin` is what changes are asked from; `created_from` the oldest creation time,
    where nothing is known of the slice yet. `begin` is where its first page is.
    """

    slice: Slice
    span: Span | None
    origin: Json
    begin: Position
    created_from: datetime | None = None
    known: bool = False


class Cutting(msgspec.Struct, frozen=True):
    """Cuts one stream; `items` gives those of a parent stream."""

    plan: StreamPlan
    marks: Marks
    items: Items
    start: Position | None = None
    created_from: datetime | None = None

    def cuts(self) -> Iterator[Cut]:
        """Yield what this run has not gone through yet."""
        for part in slices_of(self.plan, self.items):
            if self.marks.done(part.key):
                continue
            empty = True
            for cut in self._of_slice(part):
                empty = False
                yield cut
            if empty:
                self.marks.idle(part.key)

    def total(self) -> int | None:
        """Return how many slices there are, where that is known before they are read.

        In a stream without partitions these are the windows that are left.
        """
        if self.plan.axes:
            return known_total(self.plan)
        if not self.plan.delta.windowed:
            return None
        many = sum(1 for _ in islice(self._of_slice(WHOLE), MOST_COUNTED))
        return None if many == MOST_COUNTED else many

    def halves(self, cut: Cut) -> tuple[Cut, Cut] | None:
        """Return the halves of a cut's window, None where it cannot be shorter."""
        spans = None if cut.span is None else self.plan.delta.split(cut.span)
        if spans is None:
            return None
        bare = replace(cut, begin=self._first(cut.slice))
        return _in_window(bare, spans[0]), _in_window(bare, spans[1])

    def _of_slice(self, part: Slice) -> Iterator[Cut]:
        fresh, stretch = self._fresh(part)
        here = self.start
        if here is not None and here.slice == part.key:
            yield replace(fresh, span=here.span, begin=here)
            if here.span is None:
                return
            stretch = replace(stretch, after=here.span)
        for span in self.plan.delta.spans(stretch):
            yield fresh if span is None else _in_window(fresh, span)

    def _fresh(self, part: Slice) -> tuple[Cut, Stretch]:
        """Return a slice from its beginning, and the time that is cut into windows.

        Its mark never falls behind the checkpoint.
        """
        plan, mark = self.plan, self.marks.begin(part.key)
        scope = plan.scope(partition=dict(part.values)) if plan.axes else plan.scope()
        since = self.created_from if mark is None else None
        origin = plan.delta.origin(mark, scope)
        begin = replace(self._first(part), mark=mark)
        fresh = Cut(part, None, origin, begin, since, known=mark is not None)
        return fresh, Stretch(origin, scope, since)

    def _first(self, part: Slice) -> Position:
        return Position(self.plan.pagination.first(), slice=part.key)


def _in_window(cut: Cut, span: Span) -> Cut:
    """Return the cut in a window, whose mark is its own."""
    return replace(cut, span=span, begin=replace(cut.begin, span=span, mark=None))


class Upcoming:
    """Cuts in their order, some of which may be looked at before it is their turn."""

    def __init__(self, cuts: Iterator[Cut]) -> None:
        self._cuts = cuts
        self._next: deque[Cut] = deque()

    def take(self) -> Cut | None:
        """Return the next cut and go on, None at the end."""
        return self._next.popleft() if self.peek(1) else None

    def peek(self, many: int) -> list[Cut]:
        """Return at most so many of the next cuts, without going on."""
        self._next.extend(islice(self._cuts, max(0, many - len(self._next))))
        return list(islice(self._next, many))

    def put_back(self, cut: Cut) -> None:
        """Let a cut be the next one."""
        self._next.appendleft(cut)

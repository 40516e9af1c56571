"""Which part of a stream is walked: its slices, its windows, and how much of them.

Slices that a list of values makes are known without asking anybody; those of a parent
stream show themselves while it is walked.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Literal

from ferrule.partition import ValuesPartition
from ferrule.sync.cutting import Cut
from ferrule.sync.plan import StreamPlan
from ferrule.sync.slices import slices_of

Windows = Literal["all", "first", "last"]
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a walk ends at the latest.

    `records` holds from the second page on: one page tells nothing of paging.
    """

    pages: int = 5
    records: int = 100

    def reached(self, pages: int, records: int) -> str:
        """Return which limit so many pages and records reach, "" for none."""
        if pages >= self.pages:
            return _many(self.pages, "page")
        if pages > 1 and records >= self.records:
            return _many(self.records, "record")
        return ""


@dataclass(frozen=True, slots=True)
class Part:
    """What is walked of a stream that is asked for in slices or windows.

    `slice` is the key of the only one; else at most `most` of them, None for all.
    """

    slice: str | None = None
    most: int | None = None
    windows: Windows = "all"

    def of(self, cuts: Iterable[Cut]) -> Iterator[Cut]:
        """Yield the cuts of this part; no more are made than are needed."""
        groups = groupby(cuts, lambda cut: cut.slice.key)
        for key, group in islice(groups, self.most if self.slice is None else None):
            if self.slice in {None, key}:
                yield from self._windows(group)
            if self.slice == key:
                return

    def _windows(self, cuts: Iterator[Cut]) -> Iterator[Cut]:
        if self.windows == "first":
            yield from islice(cuts, 1)
        elif self.windows == "last":
            yield from deque(cuts, maxlen=1)
        else:
            yield from cuts


WHOLE = Part()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a stream is divided: (key, title) of the slices that are known by now.

    `parents` names the streams whose items make slices; `windowed` that time is cut.
    """

    slices: tuple[tuple[str, str], ...] = ()
    parents: tuple[str, ...] = ()
    windowed: bool = False

    @property
    def divided(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.slices or self.parents or self.windowed)


def layout_of(plan: StreamPlan) -> Layout:
    """Return how a stream is divided, as far as it is known without a request."""
    parents = tuple(axis.parent.key for axis in plan.axes if axis.parent is not None)
    given = all(isinstance(axis.section, ValuesPartition) for axis in plan.axes)
    listed: tuple[tuple[str, str], ...] = ()
    if plan.axes and given:
        found = islice(slices_of(plan, lambda _axis: iter(())), MOST_LISTED)
        listed = tuple((one.key, one.title) for one in found)
    return Layout(listed, parents, plan.delta.windowed)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count:,} {what}s"

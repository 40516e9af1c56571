"""A second sync simulated: a full walk, its mark, and an incremental walk from there.

What a real pair of runs would store is compared in memory. On a live service usually
nothing changes between the two; the sandbox can be told to change something.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ferrule.clock import Clock, SystemClock
from ferrule.signals import NormalisedSignal
from ferrule.workspace.walking.checks import checks
from ferrule.workspace.walking.findings import Check, walk_checks
from ferrule.workspace.walking.pages import WalkedItem, WalkedPage
from ferrule.workspace.walking.parts import WHOLE, Limits, Part
from ferrule.workspace.walking.stir import Stirred, stir
from ferrule.workspace.walking.walk import Subject, Walk

Fate = Literal["new", "unseen", "changed", "unchanged", "gone"]
_ALWAYS_OTHER = frozenset({"content_hash", "raw"})


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an item between the walks; `members` are those that differ.

    `unseen` came in the second walk alone, and the first one ended before it had seen
    everything: it may be new or not.
    """

    fate: Fate
    id: str
    item: WalkedItem
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """What the second walk brought, and what is to be said about it."""

    changes: tuple[Change, ...]
    checks: tuple[Check, ...]

    def count(self, fate: Fate) -> int:
        """Return how many items met that fate."""
        return sum(change.fate == fate for change in self.changes)


class SecondSync:
    """A first walk, a change where one is wished and possible, and a second walk.

    Iterate `steps` once. `after` is a first walk that was made before: then only the
    second one is made, which shows what changed since.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        limits: Limits | None = None,
        part: Part = WHOLE,
        stirring: bool = False,
        after: Walk | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.subject = subject
        self.stirring = stirring
        self.clock = clock or SystemClock()
        self._begun = after is not None
        self.first = after or Walk(subject, limits=limits, part=part, clock=self.clock)
        self.second: Walk | None = None
        self.stirred: Stirred | None = None
        self._given_up = False

    def cancel(self) -> None:
        """End it at once; from any thread."""
        self._given_up = True
        for walk in (self.first, self.second):
            if walk is not None:
                walk.cancel()

    def steps(self) -> Iterator[WalkedPage | Stirred]:
        """Yield the pages of both walks, and what was changed between them.

        Raises:
            FerruleError: before the first request, when there can be none.
        """
        if not self._begun:
            yield from self.first.pages()
        if self._given_up or self._failed(self.first):
            return
        if self.stirring:
            self.stirred = stir(self.subject, self.first.walked, self.clock)
            yield self.stirred
        yield from self._next_walk().pages()

    def compared(self) -> Compared | None:
        """Return what changed; None where there was no second walk to its end."""
        second = self.second
        if second is None or self._failed(second):
            return None
        removed = () if self.stirred is None else self.stirred.removed
        found = checks(self.first, second, removed=removed)
        return Compared(
            tuple(changes(self.first, second)),
            (*walk_checks(self.first), *found),
        )

    def _next_walk(self) -> Walk:
        first = self.first
        self.second = Walk(
            self.subject,
            limits=first.limits,
            checkpoint=first.mark,
            only=first.slices if first.plan is not None and first.plan.axes else None,
            number=2,
            clock=self.clock,
        )
        if self._given_up:
            self.second.cancel()
        return self.second

    @staticmethod
    def _failed(walk: Walk) -> bool:
        return walk.end is None or walk.end.kind in {"failed", "given up"}


def changes(first: Walk, second: Walk) -> Iterator[Change]:
    """Yield what became of the items, those of the second walk first."""
    before = _by_id(first)
    after = _by_id(second)
    stranger: Fate = "unseen" if _partial(first) else "new"
    for key, item in after.items():
        known = before.get(key)
        if item.signal is None:
            yield Change("gone", key, item)
        elif known is None or known.signal is None:
            yield Change(stranger if known is None else "new", key, item)
        else:
            members = tuple(differing(known.signal, item.signal))
            yield Change("changed" if members else "unchanged", key, item, members)
    if not _partial(second) and _reads_everything(second):
        for key, item in before.items():
            if key not in after and item.signal is not None:
                yield Change("gone", key, item)


def differing(before: NormalisedSignal, after: NormalisedSignal) -> Iterator[str]:
    """Yield the members of a signal that are others now."""
    if before.content_hash == after.content_hash:
        return
    names = [n for n in before.__struct_fields__ if n not in _ALWAYS_OTHER]
    found = [n for n in names if getattr(before, n) != getattr(after, n)]
    yield from found or ["raw"]


def _by_id(walk: Walk) -> dict[str, WalkedItem]:
    return {item.id: item for page in walk.walked for item in page.items}


def _partial(walk: Walk) -> bool:
    return walk.end is None or walk.end.kind != "whole"


def _reads_everything(walk: Walk) -> bool:
    """Tell whether the walk asked for all there is, so that what is absent is gone."""
    return walk.checkpoint is None

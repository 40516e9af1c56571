"""One page of a walk as a value: what was asked, what came, and what stands out.

Everything in it may be shown: secrets are masked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ferrule.delta.timed import TimedDelta
from ferrule.errors import FerruleError
from ferrule.exchange import Json, Response, scalar_text
from ferrule.expression.dates import parse_date
from ferrule.mapping import MappedItem
from ferrule.redaction import live
from ferrule.signals import NormalisedSignal
from ferrule.sync.plan import StreamPlan
from ferrule.sync.reading import Page
from ferrule.workspace.sending import Sent, shown
from ferrule.workspace.walking.ends import End


@dataclass(frozen=True, slots=True)
class WalkedItem:
    """One item of a page: its id, the time that deltas compare, and its signal.

    `signal` is None for an item that is gone by `deletedWhen`.
    """

    id: str
    time: datetime | None = None
    signal: NormalisedSignal | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """An id that came again; `first` is the page on which it came at first.

    That may be the page of the repeat itself.
    """

    id: str
    first: int


@dataclass(frozen=True, slots=True)
class WalkedPage:
    """One page: request `number` of walk `walk` (1, or 2 for a second sync).

    `cursor_in` named this page and `cursor_out` names the next, "" for none. `count`
    is the items that came, `left_out` those that a filter dropped, `errors` what could
    not be mapped: (id, what is wrong). `end` is there where no page follows in its
    slice. A page that did not come has `failure`, and neither status nor `sent`.
    `parents` counts the requests that asked for parents before it. `checkpoint` is
    what its walk went on from, None for a first one.
    """

    number: int
    walk: int
    method: str
    url: str
    cursor_in: str = ""
    cursor_out: str = ""
    sent: Sent | None = None
    count: int = 0
    left_out: int = 0
    listed: bool = True
    items: tuple[WalkedItem, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    repeats: tuple[Repeat, ...] = ()
    slice: str = ""
    slice_key: str = ""
    end: End | None = None
    failure: FerruleError | None = None
    parents: int = 0
    waits: tuple[str, ...] = ()
    checkpoint: Json = None

    @property
    def response(self) -> Response | None:
        """Return the answer, masked; None where none came."""
        return None if self.sent is None else self.sent.response

    @property
    def signals(self) -> int:
        """Return how many items became a signal."""
        return sum(item.signal is not None for item in self.items)


@dataclass(slots=True)
class PageBook:
    """Makes walked pages of read ones, and knows which ids came before."""

    plan: StreamPlan
    walk: int = 1
    seen: dict[str, int] = field(default_factory=dict)
    number: int = 0
    opening: str = ""
    checkpoint: Json = None

    def enter(
        self, page: Page, end: End | None, *, parents: int, waits: tuple[str, ...]
    ) -> WalkedPage:
        """Return a read page as a value; its ids are known from here on."""
        self.number += 1
        items = tuple(walked_items(self.plan, page))
        sent = shown(page.request, page.response)
        self.opening = self.opening or sent.url
        following = None if page.position.ended or end else page.position.token
        return WalkedPage(
            number=self.number,
            walk=self.walk,
            method=sent.method,
            url=sent.url,
            cursor_in=_cursor(page.here.token, self.opening),
            cursor_out=_cursor(following, self.opening),
            sent=sent,
            count=page.count,
            left_out=page.skipped + _dropped(page.mapped),
            listed=page.listed,
            items=items,
            errors=tuple(_errors(page.mapped)),
            repeats=tuple(self._repeats(items)),
            slice=page.title,
            slice_key=page.here.slice,
            end=end,
            parents=parents,
            waits=waits,
            checkpoint=self.checkpoint,
        )

    def failed(
        self, error: FerruleError, request: tuple[str, str], waits: tuple[str, ...]
    ) -> WalkedPage:
        """Return the page that did not come."""
        self.number += 1
        method, url = request
        return WalkedPage(
            self.number, self.walk, method, url, failure=error, waits=waits
        )

    def _repeats(self, items: tuple[WalkedItem, ...]) -> Iterator[Repeat]:
        for item in items:
            if item.id in self.seen:
                yield Repeat(item.id, self.seen[item.id])
            else:
                self.seen[item.id] = self.number


def walked_items(plan: StreamPlan, page: Page) -> Iterator[WalkedItem]:
    """Yield what became of the items of a page that have an id."""
    times = _times(plan, page)
    for mapped, time in zip(page.mapped, times, strict=True):
        if mapped.signal is not None:
            yield WalkedItem(mapped.signal.external_id, time, mapped.signal)
        elif mapped.deleted is not None:
            yield WalkedItem(mapped.deleted, time)


def _times(plan: StreamPlan, page: Page) -> list[datetime | None]:
    """Return the time of each mapped item as the delta strategy reads it."""
    delta, items = plan.delta, [mapped.item for mapped in page.mapped]
    if isinstance(delta, TimedDelta):
        times = delta.times(plan.seen(page.response, items))
        if len(times) == len(items):  # else an `expand` makes several of one
            return times
    signals = [mapped.signal for mapped in page.mapped]
    return [None if s is None else parse_date(s.timestamp) for s in signals]


def _errors(mapped: list[MappedItem]) -> Iterator[tuple[str, str]]:
    for one in mapped:
        if one.error is not None:
            yield one.error.item_id or "", live.text(one.error.message)


def _dropped(mapped: list[MappedItem]) -> int:
    return sum(m.signal is None and m.error is None and not m.deleted for m in mapped)


def _cursor(token: Json, opening: str) -> str:
    """Return a page token as it may be shown.

    Of an address beside the `opening` one only what differs in its query is told.
    """
    if token is None:
        return ""
    if not isinstance(token, str):
        return scalar_text(token)
    if not token.startswith(("http://", "https://")):
        return live.text(token)
    whole = live.url(token)
    place, _, query = whole.partition("?")
    before, _, known = opening.partition("?")
    fresh = [p for p in query.split("&") if p not in known.split("&")]
    return f"?{'&'.join(fresh)}" if place == before and any(fresh) else whole

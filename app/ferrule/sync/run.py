"""One run: its streams in order, page by page, each page committed whole.

A run knows neither a database nor a window: pages go to a `Sink`, events to a
listener. What it promises stands in semantics 4 to 9.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate
from typing import Protocol

from ferrule.clock import Clock
from ferrule.errors import TooManyItemErrors
from ferrule.exchange import Json, encode
from ferrule.expression.dates import parse_date
from ferrule.mapping import MappedItem
from ferrule.redaction import live
from ferrule.store.records import Batch, Counts, FailedItem, Sweep
from ferrule.sync.events import (
    BatchStored,
    Event,
    ItemFailed,
    Noticed,
    StreamEnded,
    StreamStarted,
)
from ferrule.sync.plan import StreamPlan
from ferrule.sync.poll import Page, Send, beginning, poll
from ferrule.sync.position import Position, marks_of

ERRORS_BEFORE_RATIO = 50
DEFAULT_ERROR_RATIO = 0.5


class Sink(Protocol):
    """Where a run takes its place from and brings its pages to."""

    def position(self, stream: str) -> Json:
        """Return the stored position of a stream in this run, or None."""

    def checkpoint(self, stream: str) -> Json:
        """Return the checkpoint of a stream, or None."""

    def commit(self, batch: Batch) -> Counts:
        """Store a page whole and return what became of its items."""


@dataclass(frozen=True, slots=True)
class Orders:
    """How to run: `full` or `incremental`, and the limits.

    `limit` is how many items this attempt may process at most.
    """

    full: bool
    sync_from: str | None = None
    limit: int | None = None
    max_item_error_ratio: float = DEFAULT_ERROR_RATIO


@dataclass(slots=True)
class Progress:
    """What a run did so far.

    `taken` counts what this attempt processed, `nameless` the items that failed
    without telling their id.
    """

    counts: Counts = field(default_factory=Counts)
    skipped: int = 0
    pages: int = 0
    taken: int = 0
    nameless: int = 0
    whole: dict[str, Json] = field(default_factory=dict)
    sweeps: list[Sweep] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    stopped: bool = False


@dataclass(slots=True)
class Run:
    """A run over the plans of a connection."""

    plans: Sequence[StreamPlan]
    send: Send
    sink: Sink
    orders: Orders
    emit: Callable[[Event], None]
    clock: Clock
    should_stop: Callable[[], bool] = lambda: False
    progress: Progress = field(default_factory=Progress)

    def execute(self) -> Progress:
        """Poll every stream and return what was done.

        Raises:
            FerruleError: when the run cannot go on; what was committed stays.
        """
        for plan in self.plans:
            if self._enough():
                self.progress.stopped = True
                break
            self._stream(plan)
            if self.progress.stopped:
                break
        return self.progress

    def _stream(self, plan: StreamPlan) -> None:
        start = Position.read(self.sink.position(plan.key))
        checkpoint = None if self.orders.full else self.sink.checkpoint(plan.key)
        here = start or beginning(plan, checkpoint)
        self.emit(StreamStarted(plan.key, here.page + 1, checkpoint))
        for read in poll(
            plan,
            self.send,
            checkpoint=checkpoint,
            start=here,
            created_from=self._created_from(plan, checkpoint),
        ):
            page = self._within_limit(here, read)
            self._page(plan, page, number=read.position.page)
            here = page.position
            if self._enough() and not here.ended:
                self.progress.stopped = True
                break
        self._ended(plan, here, checkpoint)

    def _enough(self) -> bool:
        limit = self.orders.limit
        reached = limit is not None and self.progress.taken >= limit
        return reached or self.should_stop()

    def _within_limit(self, here: Position, page: Page) -> Page:
        """Return the page cut where the limit is reached, to go on in its middle."""
        limit = self.orders.limit
        if limit is None:
            return page
        left = limit - self.progress.taken
        sums = accumulate(_is_processed(mapped) for mapped in page.mapped)
        end = next((n for n, many in enumerate(sums, 1) if many >= left), None)
        if end is None or not any(map(_is_processed, page.mapped[end:])):
            return page
        part = page.mapped[:end]
        taken = here.taken | marks_of(mapped.item for mapped in part)
        return replace(page, mapped=part, position=replace(here, taken=taken))

    def _page(self, plan: StreamPlan, page: Page, number: int) -> None:
        batch = _batch(plan, page, number)
        for item_id, member, message, _ in batch.errors:
            self.emit(ItemFailed(plan.key, number, item_id, member, message))
        counts = self.sink.commit(batch)
        progress = self.progress
        progress.counts += counts
        progress.pages += 1
        progress.taken += len(batch.signals) + len(batch.errors)
        progress.nameless += sum(error[0] is None for error in batch.errors)
        progress.skipped += len(page.mapped) - len(batch.signals) - len(batch.errors)
        self.emit(_stored(plan, page, number, progress.counts))
        if not page.listed and plan.key not in progress.unlisted:
            progress.unlisted.add(plan.key)
            path = plan.mapping.mapping.items_path
            self._notice(plan, f"Page {number} has no {path}: it counts as empty.")
        self._check_error_ratio()

    def _check_error_ratio(self) -> None:
        counts, allowed = self.progress.counts, self.orders.max_item_error_ratio
        if counts.processed < ERRORS_BEFORE_RATIO:
            return
        if counts.failed > allowed * counts.processed:
            raise TooManyItemErrors(
                f"{counts.failed} of {counts.processed} items could not be mapped.",
                advice="Look at the item errors; maxItemErrorRatio allows "
                f"{allowed:.0%}.",
            )

    def _created_from(self, plan: StreamPlan, checkpoint: Json) -> datetime | None:
        """Return the oldest creation time to keep; a checkpoint is never overridden."""
        if self.orders.sync_from is None or checkpoint is not None:
            return None
        if plan.mapping.mapping.created_path is None:
            self._notice(
                plan,
                "syncFrom needs createdPath: everything is kept, and deletions are "
                "not looked for.",
            )
            return None
        return parse_date(self.orders.sync_from)

    def _ended(self, plan: StreamPlan, here: Position, checkpoint: Json) -> None:
        if not here.ended:
            return
        self.emit(StreamEnded(plan.key, here.page, here.whole))
        if not here.whole:
            self._notice(plan, _cut_short(plan, here))
            return
        mark = checkpoint if here.mark is None else here.mark
        self.progress.whole[plan.key] = mark
        if self.orders.full:
            self._sweep(plan)

    def _sweep(self, plan: StreamPlan) -> None:
        """Have the rows deleted that the service no longer has, where that is sure."""
        origin, since = plan.mapping.origin, self.orders.sync_from
        if since is not None and plan.mapping.mapping.created_path is None:
            return
        if self.progress.nameless or plan.key in self.progress.unlisted:
            self._notice(
                plan,
                "Items came that have no id: deletions are not looked for.",
            )
            return
        self.progress.sweeps.append(
            Sweep(origin.collection_key, created_from=since, stream=plan.key)
        )

    def _notice(self, plan: StreamPlan, message: str) -> None:
        self.emit(Noticed(plan.key, message))


def _cut_short(plan: StreamPlan, here: Position) -> str:
    cap = plan.pagination.max_pages
    if cap is not None and here.page >= cap:
        return f"Stopped after {cap} pages (maxPages): the checkpoint stays."
    return "The service answers that nothing changed (304): the checkpoint stays."


def _is_processed(mapped: MappedItem) -> bool:
    return mapped.signal is not None or mapped.error is not None


def _batch(plan: StreamPlan, page: Page, number: int) -> Batch:
    kept = [m for m in page.mapped if m.signal is not None]
    return Batch(
        stream=plan.key,
        collection_key=plan.mapping.origin.collection_key,
        signals=[m.signal for m in kept if m.signal is not None],
        raws=[encode(m.item) for m in kept],
        errors=[_failed(m) for m in page.mapped if m.error is not None],
        position=page.position.wire(),
        page=number,
    )


def _failed(mapped: MappedItem) -> FailedItem:
    error = mapped.error
    message = live.text(error.message) if error else ""
    item_id = error.item_id if error else None
    member = error.field if error else ""
    return FailedItem(item_id, member, message, encode(mapped.item))


def _stored(plan: StreamPlan, page: Page, number: int, counts: Counts) -> BatchStored:
    return BatchStored(
        stream=plan.key,
        page=number,
        items=len(page.mapped),
        counts=counts,
        cursor=page.position.token,
        mark=page.position.mark,
        total=page.total,
    )

"""One run: its streams in order, page by page, each page committed whole.

A run knows neither a database nor a window: pages go to a `Sink`, events to a
listener. What it promises stands in semantics 4 to 9.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ferrule.clock import Clock
from ferrule.errors import TooManyItemErrors
from ferrule.exchange import Json, encode
from ferrule.expression.dates import parse_date
from ferrule.mapping import MappedItem
from ferrule.pagination import PageFacts
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
from ferrule.sync.poll import Page, Position, Send, poll

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
    """How to run: `full` or `incremental`, and the limits."""

    full: bool
    sync_from: str | None = None
    limit: int | None = None
    max_item_error_ratio: float = DEFAULT_ERROR_RATIO


@dataclass(slots=True)
class Progress:
    """What a run did so far."""

    counts: Counts = field(default_factory=Counts)
    skipped: int = 0
    pages: int = 0
    whole: dict[str, Json] = field(default_factory=dict)
    sweeps: list[Sweep] = field(default_factory=list)
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
            self._stream(plan)
            if self.progress.stopped:
                break
        return self.progress

    def _stream(self, plan: StreamPlan) -> None:
        start = Position.read(self.sink.position(plan.key))
        checkpoint = None if self.orders.full else self.sink.checkpoint(plan.key)
        page = start.page if start else 0
        self.emit(StreamStarted(plan.key, page + 1, checkpoint))
        here = start or Position()
        for read in poll(
            plan,
            self.send,
            checkpoint=checkpoint,
            start=start,
            created_from=self._created_from(plan),
        ):
            here = read.position
            self._page(plan, read)
            if self._must_stop():
                self.progress.stopped = self.progress.stopped or not here.ended
                break
        self._ended(plan, here, checkpoint)

    def _page(self, plan: StreamPlan, page: Page) -> None:
        batch = _batch(plan, page)
        counts = self.sink.commit(batch)
        progress = self.progress
        progress.counts += counts
        progress.pages += 1
        progress.skipped += len(page.mapped) - len(batch.signals) - len(batch.errors)
        for error in batch.errors:
            item_id, member, message, _ = error
            number = page.position.page
            self.emit(ItemFailed(plan.key, number, item_id, member, message))
        self.emit(_stored(plan, page, progress.counts))
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

    def _must_stop(self) -> bool:
        limit = self.orders.limit
        if limit is not None and self.progress.counts.processed >= limit:
            self.progress.stopped = True
        return self.progress.stopped or self.should_stop()

    def _created_from(self, plan: StreamPlan) -> datetime | None:
        if not self.orders.full or self.orders.sync_from is None:
            return None
        if plan.mapping.mapping.created_path is None:
            self.emit(
                Noticed(
                    plan.key,
                    "syncFrom needs createdPath: everything is kept, and "
                    "deletions are not looked for.",
                )
            )
            return None
        return parse_date(self.orders.sync_from)

    def _ended(self, plan: StreamPlan, here: Position, checkpoint: Json) -> None:
        if not here.ended:
            return
        self.emit(StreamEnded(plan.key, here.page, here.whole))
        if not here.whole:
            cap = plan.pagination.max_pages
            notice = f"Stopped after {cap} pages (maxPages): the checkpoint stays."
            self.emit(Noticed(plan.key, notice))
            return
        mark = checkpoint if here.mark is None else here.mark
        self.progress.whole[plan.key] = mark
        if self.orders.full:
            self._sweep(plan)

    def _sweep(self, plan: StreamPlan) -> None:
        origin, since = plan.mapping.origin, self.orders.sync_from
        if since is not None and plan.mapping.mapping.created_path is None:
            return
        self.progress.sweeps.append(
            Sweep(origin.collection_key, created_from=since, stream=plan.key)
        )


def _batch(plan: StreamPlan, page: Page) -> Batch:
    kept = [m for m in page.mapped if m.signal is not None]
    return Batch(
        stream=plan.key,
        collection_key=plan.mapping.origin.collection_key,
        signals=[m.signal for m in kept if m.signal is not None],
        raws=[encode(m.item) for m in kept],
        errors=[_failed(m) for m in page.mapped if m.error is not None],
        position=page.position.wire(),
        page=page.position.page,
    )


def _failed(mapped: MappedItem) -> FailedItem:
    error = mapped.error
    message = error.message if error else ""
    item_id = error.item_id if error else None
    member = error.field if error else ""
    return FailedItem(item_id, member, message, encode(mapped.item))


def _stored(plan: StreamPlan, page: Page, counts: Counts) -> BatchStored:
    facts = PageFacts(page.request, page.response, len(page.mapped))
    return BatchStored(
        stream=plan.key,
        page=page.position.page,
        items=len(page.mapped),
        counts=counts,
        cursor=page.position.token,
        mark=page.position.mark,
        total=plan.pagination.total(facts),
    )

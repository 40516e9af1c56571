"""One run: its streams in order, page by page, each page committed whole.

A run knows neither a database nor a window: pages go to a `Sink`, events to a
listener. What it promises stands in semantics 4 to 9.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import Protocol, TypeAlias

import msgspec
from msgspec.structs import replace

from ferrule.clock import Clock
from ferrule.errors import TooManyItemErrors
from ferrule.exchange import Json, encode
from ferrule.expression.dates import parse_date
from ferrule.mapping import MappedItem
from ferrule.redaction import live
from ferrule.store.records import Batch, Counts, FailedItem, Sweep
from ferrule.sync.ahead import Ahead
from ferrule.sync.events import (
    BatchStored,
    Event,
    ItemFailed,
    Noticed,
    StreamEnded,
    StreamStarted,
)
from ferrule.sync.plan import StreamPlan
from ferrule.sync.poll import Poll
from ferrule.sync.position import Position, marks_of
from ferrule.sync.reading import Page, Send, is_left_out
from ferrule.sync.sweeping import sweep_of

ERRORS_BEFORE_RATIO = 50
DEFAULT_ERROR_RATIO = 0.5
Done: TypeAlias = tuple[int | None, int | None]  # slices, of how many


class Sink(Protocol):
    """Where a run takes its place from and brings its pages to."""

    def position(self, stream: str) -> Json:
        """Return the stored position of a stream in this run, or None."""

    def checkpoint(self, stream: str) -> Json:
        """Return the checkpoint of a stream, or None."""

    def slices(self, stream: str) -> Mapping[str, Json]:
        """Return the states of the stream's slices that this run has stored."""

    def commit(self, batch: Batch) -> Counts:
        """Store a page whole and return what became of its items."""


class Orders(msgspec.Struct, frozen=True):
    """How to run: `full` or `incremental`, and the limits.

    `limit` is how many items this attempt may process at most.
    """

    full: bool
    sync_from: str | None = None
    limit: int | None = None
    max_item_error_ratio: float = DEFAULT_ERROR_RATIO


class Progress(msgspec.Struct):
    """What a run did so far.

    `taken` counts what this attempt processed, `nameless` the items that failed
    without telling their id.
    """

    counts: Counts = msgspec.field(default_factory=Counts)
    pages: int = 0
    taken: int = 0
    nameless: int = 0
    whole: dict[str, Json] = msgspec.field(default_factory=dict)
    sweeps: list[Sweep] = msgspec.field(default_factory=list)
    unlisted: set[str] = msgspec.field(default_factory=set)
    stopped: bool = False


class Run(msgspec.Struct):
    """A run over the plans of a connection."""

    plans: Sequence[StreamPlan]
    send: Send
    sink: Sink
    orders: Orders
    emit: Callable[[Event], None]
    clock: Clock
    should_stop: Callable[[], bool] = lambda: False
    progress: Progress = msgspec.field(default_factory=Progress)
    ahead: Ahead | None = None

    def execute(self) -> Progress:
        """Poll every stream and return what was done.

        Raises:
            FerruleError: when the run cannot go on; what was committed stays.
        """
        if self.ahead is None:
            return self._streams()
        with self.ahead:
            return self._streams()

    def _streams(self) -> Progress:
        for plan in self.plans:
            if self._enough():
                self.progress.stopped = True
                break
            self._stream(plan)
            if self.progress.stopped:
                break
        return self.progress

    def _stream(self, plan: StreamPlan) -> None:
        checkpoint = None if self.orders.full else self.sink.checkpoint(plan.key)
        polled = self._polled(plan, checkpoint)
        here = polled.start or Position()
        of = polled.slices()
        self.emit(StreamStarted(plan.key, here.page + 1, checkpoint, of))
        for read in polled:
            page = self._within_limit(read)
            self._page(plan, page, (polled.done, of) if plan.sliced else (None, None))
            here = page.position
            if self._enough() and not here.ended:
                self.progress.stopped = True
                return
            del read, page  # before the next one is read
        self._ended(plan, polled.end(here), checkpoint)

    def _polled(self, plan: StreamPlan, checkpoint: Json) -> Poll:
        limited = self.orders.limit is not None
        return Poll(
            plan,
            self.send,
            checkpoint=checkpoint,
            start=Position.read(self.sink.position(plan.key)),
            states=self.sink.slices(plan.key) if plan.sliced else {},
            created_from=self._created_from(plan, checkpoint),
            notice=partial(self._notice, plan),
            ahead=None if limited else self.ahead,
        )

    def _enough(self) -> bool:
        limit = self.orders.limit
        reached = limit is not None and self.progress.taken >= limit
        return reached or self.should_stop()

    def _within_limit(self, page: Page) -> Page:
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
        taken = page.here.taken | marks_of(mapped.item for mapped in part)
        here = replace(page.here, taken=taken)
        return replace(page, mapped=part, position=here, slices={}, skipped=0)

    def _page(self, plan: StreamPlan, page: Page, done: Done) -> None:
        number = page.here.page + 1
        batch = _batch(plan, page, number)
        for item_id, member, message, _ in batch.errors:
            self.emit(ItemFailed(plan.key, number, item_id, member, message))
        counts = self.sink.commit(batch)
        progress = self.progress
        progress.counts += counts
        progress.pages += 1
        progress.taken += len(page.mapped) - (batch.skipped - page.skipped)
        progress.nameless += sum(error[0] is None for error in batch.errors)
        self.emit(_stored(plan, page, done, progress.counts))
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
        if self.orders.sync_from is None:
            return None
        if checkpoint is not None and not plan.axes:
            return None
        if checkpoint is None and plan.mapping.mapping.created_path is None:
            sent = plan.delta.sync_from_param is not None
            kept = "it is only sent" if sent else "everything is kept"
            self._notice(
                plan,
                f"syncFrom needs createdPath: {kept}, and deletions are not looked "
                "for.",
            )
        return parse_date(self.orders.sync_from)

    def _ended(self, plan: StreamPlan, here: Position, checkpoint: Json) -> None:
        self.emit(StreamEnded(plan.key, here.page, here.whole))
        if not here.whole:
            unswept = " Deletions are not looked for." if self.orders.full else ""
            self._notice(plan, _cut_short(plan, here) + unswept)
        if here.whole or plan.sliced:  # else it may be beyond what was not seen
            mark = checkpoint if here.mark is None else here.mark
            self.progress.whole[plan.key] = mark
        if here.whole and self.orders.full:
            self._sweep(plan, here)

    def _sweep(self, plan: StreamPlan, here: Position) -> None:
        """Have the rows deleted that the service no longer has, where that is sure."""
        since = self.orders.sync_from
        if since is not None and plan.mapping.mapping.created_path is None:
            return  # what that means was told at the start
        doubt = "items came that have no id" if self.progress.nameless else here.unsure
        found = doubt or sweep_of(plan, None if since is None else parse_date(since))
        if isinstance(found, str):
            self._notice(plan, f"Deletions are not looked for: {found}.")
        else:
            self.progress.sweeps.append(found)

    def _notice(self, plan: StreamPlan, message: str) -> None:
        self.emit(Noticed(plan.key, message))


def _cut_short(plan: StreamPlan, here: Position) -> str:
    if plan.sliced:
        return _slices_cut_short(here)
    cap = plan.pagination.max_pages
    if cap is not None and here.page >= cap:
        return f"Stopped after {cap} pages (maxPages): the checkpoint stays."
    return (
        "The service gave nothing (a 304, or an answer that a rule ignores): the "
        "checkpoint stays."
    )


def _slices_cut_short(here: Position) -> str:
    if not here.page:
        return "There is no value to ask for: nothing was read."
    return "Not every slice was seen whole: those begin where they did before."


def _is_processed(mapped: MappedItem) -> bool:
    return not is_left_out(mapped)


def _batch(plan: StreamPlan, page: Page, number: int) -> Batch:
    kept = [m for m in page.mapped if m.signal is not None]
    rest = [m for m in page.mapped if m.signal is None]
    errors = [_failed(m) for m in rest if m.error is not None]
    deleted = [m.deleted for m in rest if m.deleted is not None]
    left_out = len(page.mapped) - len(kept) - len(errors) - len(deleted)
    return Batch(
        stream=plan.key,
        collection_key=plan.mapping.origin.collection_key,
        signals=[m.signal for m in kept if m.signal is not None],
        items=[m.item for m in kept],
        errors=errors,
        position=page.position.wire(),
        page=number,
        slices=page.slices,
        deleted=deleted,
        skipped=page.skipped + left_out,
        latency_ms=page.response.elapsed_ms or None,
    )


def _failed(mapped: MappedItem) -> FailedItem:
    error = mapped.error
    message = live.text(error.message) if error else ""
    item_id = error.item_id if error else None
    member = error.field if error else ""
    return FailedItem(item_id, member, message, encode(mapped.item))


def _stored(plan: StreamPlan, page: Page, done: Done, counts: Counts) -> BatchStored:
    return BatchStored(
        stream=plan.key,
        page=page.here.page + 1,
        items=len(page.mapped) + page.skipped,
        counts=counts,
        cursor=page.position.token,
        mark=page.mark,
        total=page.total,
        slice=page.title or None,
        slices_done=done[0],
        slices=done[1],
        latency_ms=round(page.response.elapsed_ms, 1) or None,
    )

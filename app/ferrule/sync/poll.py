"""Asking for one page after another, until a stream has been seen whole.

A stream is polled slice by slice and window by window, in the order of `slices`; most
streams are one slice in no window. Whatever is to be stored between two pages is in
the page's position and slice states.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from ferrule.clock import rfc3339
from ferrule.delta import heard
from ferrule.errors import AskForLess, UsageError
from ferrule.exchange import Json, Request, Response
from ferrule.partition import ParentPartition
from ferrule.resilience import Policy
from ferrule.sync.ahead import Ahead, Guess
from ferrule.sync.cache import PageCache
from ferrule.sync.cutting import Cut, Cutting, Upcoming
from ferrule.sync.marks import Marks, SliceState
from ferrule.sync.plan import Axis, StreamPlan
from ferrule.sync.position import LoopGuard, Position
from ferrule.sync.reading import Page, Reader, Reading, Send, is_left_out
from ferrule.sync.request import page_request
from ferrule.sync.tally import Listed, Tally


def _nobody_listens(_message: str) -> None:
    """Take no notice."""


def poll(
    plan: StreamPlan,
    send: Send,
    *,
    checkpoint: Json = None,
    start: Position | None = None,
    created_from: datetime | None = None,
    max_pages: int | None = None,
) -> Iterator[Page]:
    """Yield the pages of a stream from `start`, each mapped.

    `max_pages` is a further cap beside the descriptor's own. Items created before
    `created_from` are skipped.

    Raises:
        EndlessPaging: when a token or a body comes again.
        CursorRejected: when the checkpoint is not one of this stream.
        ExchangeError: when a page does not come.
    """
    return iter(
        Poll(
            plan,
            send,
            checkpoint=checkpoint,
            start=start,
            created_from=created_from,
            max_pages=max_pages,
        )
    )


def opening_request(plan: StreamPlan, send: Send) -> Request:
    """Return the first request of a stream; `send` asks for its parents, if any.

    Raises:
        UsageError: when there is no value to ask for.
    """
    cut = Poll(plan, send).upcoming.take()
    if cut is None:
        raise UsageError(
            f"The stream “{plan.key}” has nothing to ask for.",
            advice="Its partition gives no value: look at the configuration.",
        )
    return page_request(plan, cut, cut.begin.token)


@dataclass(slots=True)
class Poll:
    """The pages of one stream, in their order; iterate it once.

    `states` are those of the slices that this run has stored. `ahead` fetches pages
    before it is their turn. `unsure` says why parents may have been missed.
    """

    plan: StreamPlan
    send: Send
    checkpoint: Json = None
    start: Position | None = None
    states: Mapping[str, Json] = field(default_factory=dict)
    created_from: datetime | None = None
    max_pages: int | None = None
    notice: Callable[[str], None] = _nobody_listens
    ahead: Ahead | None = None
    marks: Marks = field(init=False)
    cutting: Cutting = field(init=False)
    upcoming: Upcoming = field(init=False)
    done: int = field(init=False, default=0)
    unsure: str = field(init=False, default="")

    def __post_init__(self) -> None:
        known = {key: SliceState.read(state) for key, state in self.states.items()}
        self.marks = Marks(self.plan, self.checkpoint, known, self.notice)
        self.done = sum(state.done for state in known.values())
        self.cutting = Cutting(
            self.plan, self.marks, self._items, self.start, self.created_from
        )
        self.upcoming = Upcoming(self.cutting.cuts())

    def __iter__(self) -> Iterator[Page]:
        """Yield the pages; see `poll`."""
        if self.start is not None and self.start.ended:
            return
        here = self.start or Position()
        while (cut := self.upcoming.take()) is not None:
            here = yield from self._pages(cut, self._begin(cut, here))

    def slices(self) -> int | None:
        """Return how many slices there are, where that is known beforehand."""
        return self.cutting.total()

    def end(self, here: Position) -> Position:
        """Return where the stream stands when `here` was its last page."""
        if here.ended:
            return here
        return replace(
            here,
            ended=True,
            whole=self.marks.whole,
            mark=self.marks.result(),
            unsure=here.unsure or self.unsure,
        )

    def _pages(self, cut: Cut, here: Position) -> Generator[Page, None, Position]:
        """Yield the pages of one cut from `here`; return where the last one led."""
        plan, guard, guess = self.plan, LoopGuard(), Guess(self.plan)
        tally = Tally(plan.pagination)
        while True:
            guard.token(plan.key, here.token)
            reader = Reader(plan, self._sender(cut, here, guess))
            try:
                read = reader.read(cut, here)
            except AskForLess as error:
                cut, here, guard = *self._less(cut, here, error), LoopGuard()
                continue
            guard.body(plan.key, here.page + 1, read.content, read.count)
            guess.learn(here, read)
            page = self._placed(cut, here, read, tally.after(here, read))
            is_last, here = self._is_last(here, read), page.position
            del read  # or two pages would be in memory while the next one is read
            yield page
            del page
            if is_last:
                return here

    def _placed(self, cut: Cut, here: Position, read: Reading, listed: Listed) -> Page:
        """Return what was read as a page that tells where to go on."""
        number = here.page + 1
        told = here.heard or (_told(read.response) if self.plan.axes else None)
        position = replace(
            here,
            token=read.following,
            page=number,
            mark=read.mark,
            taken=frozenset(),
            heard=told,
            items=listed.items,
            told=listed.told,
            unsure=listed.unsure,
        )
        changed: dict[str, Json] = {}
        if self._is_last(here, read):
            position, changed = self._closed(cut, position, read)
        return Page(
            request=read.request,
            response=read.response,
            mapped=read.mapped,
            position=position,
            count=read.count,
            listed=read.listed,
            total=read.total,
            skipped=read.skipped,
            here=here,
            mark=read.mark,
            slices=changed,
            title=self._title(cut),
        )

    def _is_last(self, here: Position, read: Reading) -> bool:
        """Tell whether no page of the cut follows, or none may."""
        caps = (self.plan.pagination.max_pages, self.max_pages)
        number = here.page + 1 - here.began
        capped = any(cap is not None and number >= cap for cap in caps)
        return read.following is None or capped

    def _closed(
        self, cut: Cut, here: Position, read: Reading
    ) -> tuple[Position, dict[str, Json]]:
        """Return where the stream goes on after a cut, and the slice states."""
        following = next(iter(self.upcoming.peek(1)), None)
        key = cut.slice.key
        left = following is None or following.slice.key != key
        whole = read.whole and read.following is None
        if read.response.ignored:
            self.notice(f"An answer is ignored, as a rule says{_of(self._title(cut))}.")
        state = self.marks.close(
            key, cut.span, here.mark, heard=here.heard, whole=whole, last=left
        )
        self.done += left or not self.plan.axes
        changed = {key: state.wire()} if self.plan.sliced else {}
        if following is not None:
            return self._begin(following, here), changed
        if self.plan.sliced:
            return self.end(here), changed
        return replace(here, ended=True, whole=whole), changed

    def _begin(self, cut: Cut, before: Position) -> Position:
        """Return where a cut begins that follows `before`.

        Smaller pages stay for the rest of a slice.
        """
        begin = cut.begin
        smaller = before.size if before.slice == begin.slice else None
        return replace(
            begin,
            page=before.page,
            began=before.page - (begin.page - begin.began),
            size=begin.size or smaller,
            unsure=before.unsure,
        )

    def _less(
        self, cut: Cut, here: Position, error: AskForLess
    ) -> tuple[Cut, Position]:
        """Return where to ask for less: a smaller page or a shorter window.

        Raises:
            AskForLess: when it cannot be smaller.
        """
        if error.how == "split_window":
            halves = self.cutting.halves(cut)
            if halves is None:
                raise error
            self.upcoming.put_back(halves[1])
            return halves[0], self._begin(halves[0], here)
        shrunk = self.plan.pagination.with_size(here.size).shrunk(here.token)
        if shrunk is None:
            raise error
        paging, token = shrunk
        return cut, replace(here, token=token, size=paging.page_size)

    def _items(self, axis: Axis) -> Iterator[Json]:
        """Yield the items of a parent stream, of which nothing is stored here."""
        section, here = axis.section, None
        if axis.parent is None or not isinstance(section, ParentPartition):
            return
        begun = self.marks.parent(section.name) if section.incremental else None
        for page in Poll(axis.parent, self.send, begun, notice=self.notice):
            here = page.position
            yield from (m.item for m in page.mapped if not is_left_out(m))
        if here is not None and here.unsure:
            self.unsure = f"of “{axis.parent.key}”, {here.unsure}"
        if here is None or not here.whole:
            self.marks.partial = True
        elif section.incremental and here.mark is not None:
            self.marks.reached[section.name] = here.mark

    def _sender(self, cut: Cut, here: Position, guess: Guess) -> Send:
        """Return what answers the next request: cache, look-ahead, or `send`."""
        if self.plan.cache is not None:
            return partial(_cached, self.plan.cache, self.send)
        if self.ahead is None:
            return self.send
        expected = guess.following(cut, here, self.ahead.room)
        if self.plan.sliced and len(expected) < self.ahead.room:
            expected += map(guess.opening, self.upcoming.peek(self.ahead.room))
        return partial(self.ahead.fetch, expected=expected)

    def _title(self, cut: Cut) -> str:
        if cut.span is None:
            return cut.slice.title
        frame = self.plan.delta.frame(cut.span)
        window = " \u2013 ".join(str(frame[n]) for n in ("start", "end") if n in frame)
        return f"{cut.slice.title}, {window}" if cut.slice.title else window


def _told(response: Response) -> str | None:
    moment = heard(response)
    return None if moment is None else rfc3339(moment)


def _of(title: str) -> str:
    return f" ({title})" if title else ""


def _cached(cache: PageCache, send: Send, request: Request, policy: Policy) -> Response:
    """Return the answer to a request that this run may have had before."""
    known = cache.get(request)
    if known is None:
        known = send(request, policy)
        cache.put(request, known)
    return known

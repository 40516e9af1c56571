"""Walking the pages of a draft's stream with the engine's own poll, to look at them.

Nothing is stored and nothing is waited for but the rate that the draft sets itself:
where a service fails or asks for a pause, the walk ends and says so. Blocking; `cancel`
ends it from another thread.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from msgspec import structs

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.document import validate
from ferrule.errors import (
    Cancelled,
    DescriptorInvalid,
    FerruleError,
    SyncError,
)
from ferrule.exchange import Json, Request, Response
from ferrule.expression.dates import parse_date
from ferrule.redaction import live
from ferrule.resilience import Policy
from ferrule.sync.events import Event, Waited
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.poll import Poll
from ferrule.sync.reading import Page
from ferrule.transport.client import Client
from ferrule.workspace.accounts import Account
from ferrule.workspace.authoring import blank
from ferrule.workspace.clients import OF_A_PERSON_S, open_client, open_session
from ferrule.workspace.drafts import Document
from ferrule.workspace.running import sync_from
from ferrule.workspace.sending import sendable
from ferrule.workspace.sessions import Keeper, Session, TokensInHand
from ferrule.workspace.walking.ends import End, end_of, failure_end, limit_end
from ferrule.workspace.walking.pages import PageBook, WalkedPage
from ferrule.workspace.walking.parts import WHOLE, Layout, Limits, Part, layout_of


@dataclass(frozen=True, slots=True)
class Subject:
    """The stream of a draft that is walked, and what it is asked with.

    Its tokens are renewed by `keeper`, for all walks of it. They count into the quota
    of the connection whose `account` is given.
    """

    document: Document
    config: Mapping[str, Json]
    secrets: Secrets = field(default_factory=dict, repr=False)
    stream: str | None = None
    allow_http: Collection[str] = ()
    keeper: Keeper = field(default_factory=TokensInHand, repr=False, compare=False)
    account: Account | None = field(default=None, repr=False, compare=False)

    def session(self, clock: Clock) -> Session:
        """Return the sign-in of a walk; nothing is asked yet.

        Raises:
            FerruleError: when the draft cannot make a request.
        """
        return open_session(
            *(validate(walkable(self.document)), self.config, self.secrets),
            keeper=self.keeper,
            allow_http=self.allow_http,
            clock=clock,
        )

    def opened(
        self,
        clock: Clock,
        session: Session,
        emit: Callable[[Event], None] = lambda _event: None,
    ) -> tuple[StreamPlan, Client, str | None]:
        """Return plan, client and `syncFrom` of the stream; close the client.

        Raises:
            FerruleError: when the draft cannot make a request.
        """
        plans = self._plans(clock, session.secrets(), session)
        connector = validate(walkable(self.document))
        client = open_client(
            *(connector, plans[0].config, plans),
            allow_http=self.allow_http,
            own_limits=self.account.limits if self.account is not None else (),
            patience_s=OF_A_PERSON_S,
            emit=emit,
            clock=clock,
            timed=True,
            session=session,
            meter=self.account.meter if self.account is not None else None,
        )
        return plans[0], client, sync_from(connector.sync_from, plans[0].config)

    def layout(self) -> Layout:
        """Return how the stream is divided, without a request.

        Raises:
            FerruleError: when the draft cannot make a request.
        """
        clock = SystemClock()
        return layout_of(self._plans(clock, self.secrets, self.session(clock))[0])

    def _plans(
        self, clock: Clock, secrets: Secrets, session: Session
    ) -> tuple[StreamPlan, ...]:
        connector = validate(walkable(self.document))
        wanted = [self.stream] if self.stream else None
        return plan_streams(
            *(connector, Place("", connector.id), self.config, secrets, wanted),
            clock=clock,
            captured=session.captured,
        )


def walkable(document: Document) -> Document:
    """Return a draft without the members of its mapping that are broken.

    The required ones are those of a blank draft then: that a path is half-typed must
    not keep a person from walking pages.
    """
    try:
        validate(document)
    except DescriptorInvalid as invalid:
        broken = {problem.pointer for problem in invalid.problems}
    else:
        return document
    usual = blank()["fieldMapping"]
    mapping = document.get("fieldMapping")
    if not isinstance(mapping, dict) or not isinstance(usual, dict):
        return sendable(document)
    members = {p.split("/")[2] for p in broken if p.startswith("/fieldMapping/")}
    kept = {k: v for k, v in mapping.items() if k not in members}
    needed = {k: v for k, v in usual.items() if k not in kept}
    return sendable({**document, "fieldMapping": {**kept, **needed}})


class Walk:
    """One walk over the pages of a stream; iterate `pages` once.

    `checkpoint` makes it what an incremental sync would ask, of the slices named in
    `only` where there are any. When it is over, `end` says why, and `mark` is the
    checkpoint that a sync of what was seen would leave.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        limits: Limits | None = None,
        part: Part = WHOLE,
        checkpoint: Json = None,
        only: Collection[str] | None = None,
        number: int = 1,
        clock: Clock | None = None,
    ) -> None:
        self.subject = subject
        self.limits = limits or Limits()
        self.part = part
        self.checkpoint = checkpoint
        self.only = only
        self.number = number
        self.clock = clock or SystemClock()
        self.plan: StreamPlan | None = None
        self.end: End | None = None
        self.mark: Json = None
        self.notices: list[str] = []
        self.slices: dict[str, str] = {}
        self.walked: list[WalkedPage] = []
        self._waits: list[str] = []
        self._given_up = threading.Event()
        self._client: Client | None = None
        self._session: Session | None = None
        self._asked = 0
        self._last = ("", "")

    def cancel(self) -> None:
        """End the walk at once; from any thread."""
        self._given_up.set()
        if self._session is not None:
            self._session.cancel()
        if self._client is not None:
            self._client.cancel()

    def pages(self) -> Iterator[WalkedPage]:
        """Yield the pages as they come; a failure is the last of them.

        Raises:
            FerruleError: before the first request, when there can be none.
        """
        session = self._session = self.subject.session(self.clock)
        opened = self.subject.opened(self.clock, session, self._hear)
        self.plan, self._client, since = opened
        with self._client as client:
            try:
                for page in self._told(self._poll(self.plan, since)):
                    self.walked.append(page)
                    yield page
            finally:
                if self.subject.account is not None:
                    self.subject.account.count(client)
        if not self.walked and self.end is None:
            advice = "Its partition gives no value: look at the configuration."
            self.end = End("cut", "There was nothing to ask for.", advice)

    def _poll(self, plan: StreamPlan, since: str | None) -> Poll:
        created_from = None
        if since is not None and (self.checkpoint is None or plan.axes):
            created_from = parse_date(since)
        poll = Poll(
            plan,
            self._send,
            checkpoint=self.checkpoint,
            created_from=created_from,
            notice=self.notices.append,
        )
        cuts = self.part.of(poll.cutting.cuts())
        if self.only is not None:
            cuts = (cut for cut in cuts if cut.slice.key in (self.only or ()))
        poll.upcoming = type(poll.upcoming)(cuts)
        return poll

    def _told(self, poll: Poll) -> Iterator[WalkedPage]:
        """Yield the pages of a poll as values, up to a limit or a failure."""
        book = PageBook(poll.plan, self.number, checkpoint=self.checkpoint)
        try:
            for page in poll:
                told = self._entered(book, poll, page)
                yield told
                if self.end is not None:
                    return
        except FerruleError as error:
            if not self._last[0]:
                raise
            self.end = failure_end(error)
            if not isinstance(error, Cancelled):
                yield book.failed(error, self._last, self._heard())
        self.mark = poll.marks.result()

    def _entered(self, book: PageBook, poll: Poll, page: Page) -> WalkedPage:
        """Return a page as a value; `end` is set where it is the last one."""
        self.slices.setdefault(page.here.slice, page.title)
        over = page.position.ended
        last = over or bool(page.slices)
        end = end_of(poll.plan, page) if last else None
        parents = max(self._asked - 1, 0) if poll.plan.axes else 0
        self._asked = 0
        told = book.enter(page, end, parents=parents, waits=self._heard())
        records = told.count + sum(one.count for one in self.walked)
        reached = self.limits.reached(told.number, records)
        if over:
            self.end = end
        elif self._given_up.is_set():
            self.end = failure_end(Cancelled("The walk was ended."))
        elif reached:
            self.end = limit_end(reached)
        if self.end is not None:
            self.mark = _mark(poll, page, whole=last)
        return told

    def _send(self, request: Request, policy: Policy) -> Response:
        """Send once: a failure is told, not waited for."""
        self._last = (request.method, live.url(request.full_url))
        if self._given_up.is_set():
            raise Cancelled("The walk was ended.")
        if self._asked > self.limits.pages:
            raise SyncError(
                f"{self._asked} pages of parents were asked for and none led on.",
                advice="Raise the limit of pages, or look at the parent stream.",
            )
        self._asked += 1
        client = self._client
        if client is None:  # asked for before it was opened
            raise Cancelled("The walk was ended.")
        return client.send(request, structs.replace(policy, max_attempts=1))

    def _hear(self, event: Event) -> None:
        if isinstance(event, Waited):
            self._waits.append(f"waited {event.seconds:.1f} s: {event.reason}")

    def _heard(self) -> tuple[str, ...]:
        heard, self._waits = tuple(self._waits), []
        return heard


def _mark(poll: Poll, page: Page, *, whole: bool) -> Json:
    """Return the checkpoint of what was seen, as if a cut that goes on were over."""
    if not whole:
        here = page.here
        close = partial(poll.marks.close, here.slice, here.span, page.mark)
        close(heard=page.position.heard, whole=True, last=True)
    return poll.marks.result()

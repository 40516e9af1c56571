"""One page: asked for, read, mapped."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from ferrule.delta import Seen
from ferrule.errors import (
    AskForLess,
    CursorRejected,
    ExchangeError,
    UnreadableResponse,
)
from ferrule.exchange import MISSING, Json, Request, Response
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping import MappedItem
from ferrule.pagination import PageFacts, PaginationKind
from ferrule.redaction import live
from ferrule.resilience import Policy
from ferrule.sync.cutting import Cut
from ferrule.sync.plan import StreamPlan
from ferrule.sync.position import Position, marks_of
from ferrule.sync.request import page_request
from ferrule.transport.hosts import check_next
from ferrule.transport.verdict import snippet

_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Send(Protocol):
    """What brings the answer to a request, failures met as the policy says."""

    def __call__(self, request: Request, policy: Policy, /) -> Response:
        """Return the good answer.

        Raises:
            ExchangeError: when it does not come.
        """


class Page(msgspec.Struct, frozen=True):
    """One page: what was asked, what came, what became of it, and where to go on.

    `response` is free of secrets that the service repeated; `count` counts its items
    before any filter, `skipped` those that were left out before mapping. `listed` is
    false where the answer does not have the list of items at all. `here` is where the
    page was asked for, `mark` its slice's after it. `slices` are the states of slices
    that changed, `title` names the slice for a person.
    """

    request: Request
    response: Response
    mapped: list[MappedItem]
    position: Position
    count: int
    listed: bool = True
    total: int | None = None
    skipped: int = 0
    here: Position = msgspec.field(default_factory=Position)
    mark: Json = None
    slices: Mapping[str, Json] = msgspec.field(default_factory=dict)
    title: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What was read of a page: its items mapped, and what follows in its cut.

    `following` is the token of the next page; the cut was seen `whole` unless the
    service said that it answers nothing. `least` is how many items it tells there are
    in the cut; `unsure` says why more may be there than were listed: no list came, or
    paging stopped at an item.
    """

    request: Request
    response: Response
    mapped: list[MappedItem] = msgspec.field(default_factory=list)
    count: int = 0
    skipped: int = 0
    listed: bool = True
    total: int | None = None
    following: Json = None
    mark: Json = None
    whole: bool = True
    least: int | None = None
    unsure: str = ""

    @property
    def content(self) -> bytes:
        """What tells the page from others: its items, whatever stands around them.

        Where not all of them became signals, it is the body as it came.
        """
        signals = [one.signal for one in self.mapped if one.signal is not None]
        if len(signals) != self.count:
            return self.response.body
        ids = [signal.external_id for signal in signals]
        hashes = [signal.content_hash for signal in signals]
        return "\n".join([*ids, *hashes]).encode("utf-8", "surrogatepass")


class Reader(msgspec.Struct, frozen=True):
    """Reads the pages of one stream."""

    plan: StreamPlan
    send: Send

    def read(self, cut: Cut, here: Position) -> Reading:
        """Return the page that `here` names, mapped, and what follows it.

        Raises:
            CursorRejected: when the service does not know the checkpoint any more.
            ExchangeError: when the page does not come.
        """
        request = page_request(
            self.plan, cut, here.token, self.plan.pagination.with_size(here.size)
        )
        response = self._answer(cut, here, request)
        clean = self.plan.echo.response(response)
        if response.ignored:
            return Reading(request, clean, mark=here.mark, whole=False)
        items = self._items(cut, request, clean)
        last = items[-1] if items else MISSING
        facts = PageFacts(request, response, len(items), last)
        return self._mapped(cut, here, items, facts, clean)

    def _mapped(
        self,
        cut: Cut,
        here: Position,
        items: list[Json],
        facts: PageFacts,
        clean: Response,
    ) -> Reading:
        plan, delta = self.plan, self.plan.delta
        paging = plan.pagination.with_size(here.size)
        seen = plan.seen(facts.response, items)
        old = delta.old(cut.origin, seen) if delta.compares else ()
        fresh = [i for n, i in enumerate(items) if n not in old] if old else items
        listed = bool(items) or _has_list(plan, clean)
        stopped, at_old = paging.stops(facts), bool(old) and delta.ends_at_old
        unsure = "" if listed else _unlisted(plan, here)
        if stopped and paging.stops_at_items:
            unsure = "stopWhen ended the pages at an item"
        total = paging.total(facts)
        return Reading(
            request=facts.request,
            response=clean,
            mapped=_untaken(plan.mapping.page(fresh, cut.created_from), here.taken),
            count=len(items),
            skipped=len(items) - len(fresh),
            listed=listed,
            total=total,
            following=None
            if stopped or at_old
            else self._following(here, paging, facts),
            mark=self._mark(here, facts, seen),
            # 304 tells that nothing changed, not that everything was seen.
            whole=facts.response.status != HTTPStatus.NOT_MODIFIED,
            least=None if at_old else paging.least(total),
            unsure=unsure,
        )

    def _answer(self, cut: Cut, here: Position, request: Request) -> Response:
        delta = self.plan.delta
        try:
            return self.send(request, self.plan.policy)
        except AskForLess:
            raise
        except ExchangeError as error:
            first = here.page == here.began
            if cut.known and first and error.status in delta.unknown_statuses:
                raise _rejected(error) from error
            raise

    def _items(self, cut: Cut, request: Request, response: Response) -> list[Json]:
        items = self.plan.mapping.items(_decoded(request, response))
        if not cut.slice.include:
            return items
        include = cut.slice.include
        return [{**i, **include} if isinstance(i, dict) else i for i in items]

    def _following(
        self, here: Position, paging: PaginationKind, facts: PageFacts
    ) -> Json:
        following = self.plan.echo.token(paging.after(here.token, facts), self.plan.key)
        if paging.follows_links and isinstance(following, str):
            check_next(facts.request.full_url, following)
        return following

    def _mark(self, here: Position, facts: PageFacts, seen: Seen) -> Json:
        mark = self.plan.echo.token(
            self.plan.delta.mark(here.mark, seen), self.plan.key
        )
        if self.plan.delta.is_link and isinstance(mark, str) and mark != here.mark:
            check_next(facts.request.full_url, mark)
        return mark


def _unlisted(plan: StreamPlan, here: Position) -> str:
    return f"page {here.page + 1} has no {plan.mapping.mapping.items_path}"


def is_left_out(mapped: MappedItem) -> bool:
    """Tell whether an item was left out by a filter."""
    kept = mapped.signal is not None or mapped.error is not None
    return not kept and mapped.deleted is None


def _rejected(error: ExchangeError) -> CursorRejected:
    return CursorRejected(
        f"The service does not know the place of the last run any more: "
        f"{error.message}",
        advice="Run a full sync: it reads everything and makes a new place to go on "
        "from. What is stored stays until then.",
    )


def _decoded(request: Request, response: Response) -> Json:
    """Return the body of a page.

    Raises:
        UnreadableResponse: with its place and its beginning.
    """
    try:
        return response.json
    except UnreadableResponse as error:
        host = urlsplit(request.url).netloc
        raise UnreadableResponse(
            f"{host} answered {response.status}, but: {error.message}",
            method=request.method,
            url=live.url(request.full_url),
            status=response.status,
            snippet=snippet(response.body, live),
            advice=error.advice
            or "The answer is not what the descriptor expects: look at its beginning.",
        ) from None


def _untaken(mapped: list[MappedItem], taken: frozenset[str]) -> list[MappedItem]:
    """Return the items that an earlier run has not taken of this page."""
    if not taken:
        return mapped
    return [one for one in mapped if not marks_of([one.item]) <= taken]


def _has_list(plan: StreamPlan, response: Response) -> bool:
    """Tell whether an answer without items at least has the place for them.

    204 and 304 say that there is nothing; a body of no bytes says nothing at all.
    """
    if not response.body.strip():
        return response.status in _BODILESS
    path = compile_path(plan.mapping.mapping.items_path)
    if not path.singular:
        return True
    return path.first(response.json) is not MISSING

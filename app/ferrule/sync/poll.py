"""Asking for one page after another, until a stream has been seen whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from ferrule.delta import Seen
from ferrule.errors import UnreadableResponse
from ferrule.exchange import MISSING, Json, Request, Response
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping import MappedItem
from ferrule.pagination import PageFacts
from ferrule.redaction import live
from ferrule.sync.plan import StreamPlan
from ferrule.sync.position import LoopGuard, Position, marks_of
from ferrule.sync.request import page_request
from ferrule.transport.hosts import check_next
from ferrule.transport.verdict import snippet

Send = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what was asked, what came, what became of it, and where to go on.

    `response` is free of secrets that the service repeated; `count` counts its items
    before any filter. `listed` is false where the answer does not have the list of
    items at all.
    """

    request: Request
    response: Response
    mapped: list[MappedItem]
    position: Position
    count: int
    listed: bool = True
    total: int | None = None


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
    here = start or beginning(plan, checkpoint)
    caps = [c for c in (plan.pagination.max_pages, max_pages) if c is not None]
    origin = plan.delta.origin(checkpoint, plan.scope())
    reader = _Reader(plan, send, origin, created_from, min(caps, default=None))
    guard = LoopGuard()
    while not here.ended:
        guard.token(plan.key, here.token)
        page = reader.read(here)
        guard.body(plan.key, page.position.page, page.response.body, page.count)
        yield page
        here = page.position


def beginning(plan: StreamPlan, checkpoint: Json) -> Position:
    """Return where a stream begins: its mark never falls behind the checkpoint."""
    return Position(token=plan.pagination.first(), mark=checkpoint)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one page after another from where a run begins."""

    plan: StreamPlan
    send: Send
    origin: Json
    created_from: datetime | None
    cap: int | None

    def read(self, here: Position) -> Page:
        """Return the page that `here` names, mapped, and where to go on."""
        plan = self.plan
        request = page_request(plan, self.origin, here.token)
        response = self.send(request)
        clean = plan.echo.response(response)
        items = plan.mapping.items(_decoded(request, clean))
        last = items[-1] if items else MISSING
        facts = PageFacts(request, response, len(items), last)
        mapped = plan.mapping.page(items, self.created_from)
        return Page(
            request=request,
            response=clean,
            mapped=_untaken(mapped, here.taken),
            position=self._position(here, facts, plan.seen(response, items)),
            count=len(items),
            listed=bool(items) or _has_list(plan, clean),
            total=plan.pagination.total(facts),
        )

    def _position(self, here: Position, facts: PageFacts, seen: Seen) -> Position:
        plan, number = self.plan, here.page + 1
        following = plan.echo.token(plan.pagination.after(here.token, facts), plan.key)
        if plan.pagination.follows_links and isinstance(following, str):
            check_next(facts.request.full_url, following)
        # 304 tells that nothing changed, not that everything was seen.
        unchanged = facts.response.status == HTTPStatus.NOT_MODIFIED
        return Position(
            token=following,
            page=number,
            mark=plan.echo.token(plan.delta.mark(here.mark, seen), plan.key),
            ended=following is None or (self.cap is not None and number >= self.cap),
            whole=following is None and not unchanged,
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
    """Tell whether an answer without items at least has the place for them."""
    path = compile_path(plan.mapping.mapping.items_path)
    if not path.singular or not response.body.strip():
        return True
    return path.first(response.json) is not MISSING

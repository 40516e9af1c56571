"""Asking for one page after another, until a stream has been seen whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from ferrule.delta import Seen
from ferrule.errors import EndlessPaging
from ferrule.exchange import MISSING, Json, Request, Response, encode
from ferrule.mapping import MappedItem
from ferrule.pagination import PageFacts
from ferrule.sync.plan import StreamPlan
from ferrule.sync.request import page_request, without_secrets
from ferrule.transport.hosts import check_next

Send = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Position:
    """The cursor inside a run: where a stream goes on, as a value that is stored.

    `token` names the next page, `page` counts those that were read, `mark` is what the
    checkpoint will become. `ended` means that no page follows; it is `whole` unless a
    limit cut it short.
    """

    token: Json = None
    page: int = 0
    mark: Json = None
    ended: bool = False
    whole: bool = False

    def wire(self) -> Json:
        """Return the position as JSON."""
        return {
            "token": self.token,
            "page": self.page,
            "mark": self.mark,
            "ended": self.ended,
            "whole": self.whole,
        }

    @staticmethod
    def read(stored: Json) -> "Position | None":
        """Return the position in stored JSON, or None where there is none."""
        if not isinstance(stored, dict):
            return None
        page = stored.get("page")
        return Position(
            token=stored.get("token"),
            page=page if isinstance(page, int) else 0,
            mark=stored.get("mark"),
            ended=stored.get("ended") is True,
            whole=stored.get("whole") is True,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what was asked, what came, what became of it, and where to go on."""

    request: Request
    response: Response
    mapped: list[MappedItem]
    position: Position


@dataclass(slots=True)
class LoopGuard:
    """Notices a page token or a page body that comes again (semantics 9)."""

    tokens: set[bytes] = field(default_factory=set)
    bodies: set[bytes] = field(default_factory=set)

    def token(self, stream: str, token: Json) -> None:
        """Note a token; raise EndlessPaging when it was there before."""
        if token is not None and not _new(self.tokens, encode(token)):
            raise EndlessPaging(
                f"The stream “{stream}” names the page {str(token)[:120]!r} again.",
                advice="Check where the next page is read from, and where it is sent.",
            )

    def body(self, stream: str, page: int, body: bytes) -> None:
        """Note a body; raise EndlessPaging when it was there before."""
        if body and not _new(self.bodies, body):
            raise EndlessPaging(
                f"Page {page} of the stream “{stream}” is the same as an earlier one.",
                advice="The service seems to ignore the page parameter: check its "
                "name and the pagination type.",
            )


def _new(seen: set[bytes], value: bytes) -> bool:
    digest = blake2b(value, digest_size=16).digest()
    if digest in seen:
        return False
    seen.add(digest)
    return True


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
        ExchangeError: when a page does not come.
    """
    here = start or Position(token=plan.pagination.first())
    caps = [c for c in (plan.pagination.max_pages, max_pages) if c is not None]
    reader = _Reader(
        plan,
        send,
        plan.delta.origin(checkpoint, plan.scope()),
        created_from,
        min(caps, default=None),
    )
    guard = LoopGuard()
    while not here.ended:
        guard.token(plan.key, here.token)
        page = reader.read(here)
        guard.body(plan.key, page.position.page, page.response.body)
        yield page
        here = page.position


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
        items = plan.mapping.items(response.json)
        facts = PageFacts(
            request, response, len(items), items[-1] if items else MISSING
        )
        following = without_secrets(
            plan.pagination.after(here.token, facts), plan.secrets
        )
        self._check_link(request, following)
        position = self._position(here, following, Seen(response, items, plan.times))
        mapped = plan.mapping.page(items, self.created_from)
        return Page(request, response, mapped, position)

    def _check_link(self, request: Request, following: Json) -> None:
        if self.plan.pagination.follows_links and isinstance(following, str):
            check_next(request.full_url, following)

    def _position(self, here: Position, following: Json, seen: Seen) -> Position:
        number = here.page + 1
        return Position(
            token=following,
            page=number,
            mark=self.plan.delta.mark(here.mark, seen),
            ended=following is None or (self.cap is not None and number >= self.cap),
            whole=following is None,
        )

"""What every pagination style is: a pure step from one page's token to the next.

A *token* is a JSON value (an offset, a page number, a cursor, an address) from which a
page can be asked again at any time, so it is also what a run stores to resume.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal, Self
from urllib.parse import urljoin

import msgspec
from pydantic import Field

from ferrule.errors import DescriptorError, UnreadableResponse
from ferrule.exchange import MISSING, Json, Missing, Request, Response
from ferrule.expression import Predicate, Source, Target
from ferrule.expression.condition import compile_predicate, sources_of
from ferrule.expression.source import Place, compile_source
from ferrule.expression.target import compile_target
from ferrule.section import Flag, Section, Whole

_COUNT = re.compile(r"[0-9]{1,18}")


class PageFacts(msgspec.Struct, frozen=True):
    """What a page showed: the request as sent, the response, its items.

    `count` is the number of items before any filter; `last` is the last of them.
    """

    request: Request
    response: Response
    count: int
    last: Json | Missing = MISSING

    @property
    def place(self) -> Place:
        """Return the page as a place that sources read."""
        response = self.response
        return Place(
            body=response.json,
            headers=response.lower_headers,
            status=response.status,
            item=self.last,
        )


class PaginationKind(Section, ABC):
    """One pagination style: its parameters and how it goes on."""

    title: ClassVar[str] = ""
    follows_links: ClassVar[bool] = False
    member_needs: ClassVar[Mapping[str, str]] = {}

    next_path: Source | None = Field(
        None, title="Next page at", description="Where the response names it"
    )
    next_param: Target | None = Field(
        None, title="Goes to", description="Parameter that takes it"
    )
    total_path: Source | None = Field(None, title="Total at")
    total_unit: Literal["items", "pages"] | None = Field(None, title="Total counts")
    page_size_param: Target | None = Field(
        None, title="Page size goes to", description="Parameter for the page size"
    )
    start_at: Whole | None = Field(None, title="Starts at")
    send_on_first: Flag | None = Field(
        None,
        title="Send on the first page",
        description="Default: yes where pages or items are counted",
    )
    has_more_path: Source | None = Field(
        None, title="More at", description="True while there is more"
    )
    stop_when: Predicate | None = Field(
        None, title="Stop when", description="No page follows one that is so"
    )
    max_pages: Whole | None = Field(None, ge=1, title="At most pages")
    page_size: Whole | None = Field(None, ge=1, title="Page size")

    def first(self) -> Json:
        """Return the token of the first page."""
        return None

    def shown(self, token: Json) -> Json:
        """Return the token as a request shows it, None where it is not sent."""
        unsent = self.send_on_first is False and token == self.first()
        return None if unsent else token

    def apply(self, request: Request, token: Json) -> Request:
        """Return `request` for the page that `token` names."""
        sized, value = self.sized(request), self.shown(token)
        if value is None or self.next_param is None:
            return sized
        return compile_target(self.next_param).put(sized, value)

    @abstractmethod
    def after(self, token: Json, page: PageFacts) -> Json:
        """Return the token of the page after this one, or None at the end."""

    def stops(self, page: PageFacts) -> bool:
        """Return whether `stopWhen` says that this page is the last."""
        if self.stop_when is None:
            return False
        return compile_predicate(self.stop_when)(page.place)

    @property
    def stops_at_items(self) -> bool:
        """Whether `stopWhen` looks at an item: more of them may follow then."""
        return self.stop_when is not None and any(
            source.startswith("item:") for source in sources_of(self.stop_when)
        )

    def guesses(self, token: Json, total: int | None, many: int) -> list[Json]:  # noqa: ARG002 - for styles that count
        """Return the tokens that follow `token` if every page is full, as far as known.

        `total` is what `totalPath` named; at most `many` are returned.
        """
        return []

    def shrunk(self, token: Json) -> tuple[Self, Json] | None:
        """Return paging by smaller pages and the token of the same place in it.

        It is None where a page cannot be smaller.
        """
        if self.page_size_param is None or not self.page_size or self.page_size < 2:  # noqa: PLR2004 - one cannot be halved
            return None
        if self.follows_links and token is not None:
            return None
        return self.with_size(self.page_size // 2), token

    def with_size(self, size: int | None) -> Self:
        """Return this paging with another page size; None changes nothing."""
        return self if size is None else self.model_copy(update={"page_size": size})

    def sized(self, request: Request) -> Request:
        """Return `request` with the page size in its parameter."""
        if self.page_size is None or self.page_size_param is None:
            return request
        return compile_target(self.page_size_param).put(request, self.page_size)

    def followed(self, request: Request, token: Json) -> Request:
        """Return `request` at the address in `token`, or the sized first request."""
        if not isinstance(token, str):
            return self.sized(request)
        return compile_target("url").put(request, token)

    def says_more(self, page: PageFacts) -> bool | None:
        """Return what `hasMorePath` says, or None when there is none."""
        if self.has_more_path is None:
            return None
        value = compile_source(self.has_more_path).first(page.place)
        if isinstance(value, str):
            return value.strip().lower() not in {"", "false", "no", "0"}
        return value is not MISSING and bool(value)

    def total(self, page: PageFacts) -> int | None:
        """Return the total of items; one that counts pages is as if all were full."""
        told = self.told_total(page)
        if told is None or self.total_unit != "pages":
            return told
        return told * (self.page_size or 1)

    def least(self, total: int | None) -> int | None:
        """Return how many items there are by a `total`: its last page may be short."""
        if not total or self.total_unit != "pages":
            return total
        return total - (self.page_size or 1) + 1

    def told_total(self, page: PageFacts) -> int | None:
        """Return the total that the response names, or None."""
        if self.total_path is None:
            return None
        value = compile_source(self.total_path).first(page.place)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        text = value.strip() if isinstance(value, str) else ""
        return int(text) if _COUNT.fullmatch(text) else None

    def named_next(self, page: PageFacts) -> Json:
        """Return what `nextPath` holds, with empty values as None.

        Raises:
            DescriptorError: when the paging has no `nextPath`.
        """
        if self.next_path is None:
            raise DescriptorError(
                f"{self.title} paging does not say where the next page is named.",
                pointer="/pagination/nextPath",
                advice="Set nextPath, or choose another kind of paging.",
            )
        value = compile_source(self.next_path).first(page.place)
        return None if value in (MISSING, None, "", False) else value

    def linked(self, page: PageFacts, target: str) -> str:
        """Return the whole address that a page names, which may be relative.

        Raises:
            UnreadableResponse: when it is no address.
        """
        try:
            return urljoin(page.request.full_url, target)
        except ValueError:
            raise UnreadableResponse(
                f"The next link {target[:120]!r} cannot be read."
            ) from None

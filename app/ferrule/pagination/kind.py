"""What every pagination style is: a pure step from one page's token to the next.

A *token* is a JSON value (an offset, a page number, a cursor, an address) from which a
page can be asked again at any time, so it is also what a run stores to resume.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal
from urllib.parse import urljoin

from pydantic import Field

from ferrule.errors import DescriptorError, UnreadableResponse
from ferrule.exchange import MISSING, Json, Missing, Request, Response
from ferrule.expression import Predicate, Source, Target
from ferrule.expression.source import Place, compile_source
from ferrule.expression.target import compile_target
from ferrule.section import Flag, Section, Whole

_COUNT = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class PageFacts:
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
    member_needs: ClassVar[Mapping[str, str]] = {
        "total_unit": "pagination options",
        "send_on_first": "pagination options",
        "stop_when": "pagination options",
    }

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
    send_on_first: Flag | None = Field(None, title="Send on the first page")
    has_more_path: Source | None = Field(
        None, title="More at", description="True while there is more"
    )
    stop_when: Predicate | None = Field(None, title="Stop when")
    max_pages: Whole | None = Field(None, ge=1, title="At most pages")
    page_size: Whole | None = Field(None, ge=1, title="Page size")

    def first(self) -> Json:
        """Return the token of the first page."""
        return None

    def apply(self, request: Request, token: Json) -> Request:
        """Return `request` for the page that `token` names."""
        sized = self.sized(request)
        if token is None or self.next_param is None:
            return sized
        return compile_target(self.next_param).put(sized, token)

    @abstractmethod
    def after(self, token: Json, page: PageFacts) -> Json:
        """Return the token of the page after this one, or None at the end."""

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

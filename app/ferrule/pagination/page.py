"""Count pages: `?page=3&per_page=100`."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.pagination.kind import PageFacts, PaginationKind
from ferrule.section import Whole


class PagePagination(PaginationKind):
    """Ask for numbered pages until one is short or the total is reached."""

    title: ClassVar[str] = "Page number"

    type: Literal["page"] = Field("page", title="Kind")
    page_size: Whole = Field(ge=1, title="Page size")

    def first(self) -> Json:
        """Return the number of the first page."""
        return 1 if self.start_at is None else self.start_at

    def after(self, token: Json, page: PageFacts) -> Json:
        """Return the next page number; a total counts items."""
        more = self.says_more(page)
        if self.next_path is not None:
            return None if more is False else self.named_next(page)
        first = 1 if self.start_at is None else self.start_at
        number = token if isinstance(token, int) else first
        if more is None:
            more = self._counts_more(page, (number - first + 1) * self.page_size)
        return number + 1 if more else None

    def _counts_more(self, page: PageFacts, seen: int) -> bool:
        total = self.total(page)
        return page.count >= self.page_size if total is None else seen < total

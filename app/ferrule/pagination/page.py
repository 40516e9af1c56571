"""Count pages: `?page=3&per_page=100`."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.pagination.kind import PageFacts, PaginationKind


class PagePagination(PaginationKind):
    """Ask for numbered pages until one is short or the total is reached."""

    title: ClassVar[str] = "Page number"

    type: Literal["page"] = "page"
    page_size: int = Field(ge=1, title="Page size")

    def first(self) -> Json:
        """Return the number of the first page."""
        return 1 if self.start_at is None else self.start_at

    def after(self, token: Json, page: PageFacts) -> Json:
        """Return the next page number; a total counts items."""
        if self.next_path is not None:
            return self.named_next(page)
        number = token if isinstance(token, int) else 1
        first = 1 if self.start_at is None else self.start_at
        more = self.says_more(page)
        if more is None:
            total = self.total(page)
            seen = (number - first + 1) * self.page_size
            more = seen < total if total is not None else page.count >= self.page_size
        return number + 1 if more else None

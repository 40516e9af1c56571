"""Skip a number of items: `?offset=200&limit=100`."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.pagination.kind import PageFacts, PaginationKind


class OffsetPagination(PaginationKind):
    """Ask for items from an offset until a page is short or the total is reached."""

    title: ClassVar[str] = "Offset"

    type: Literal["offset"] = "offset"
    page_size: int = Field(ge=1, title="Page size")

    def first(self) -> Json:
        """Return the offset of the first item."""
        return self.start_at or 0

    def after(self, token: Json, page: PageFacts) -> Json:
        """Return the next offset, counted in the items that really came."""
        if self.next_path is not None:
            return self.named_next(page)
        offset = (token if isinstance(token, int) else 0) + (
            page.count or self.page_size
        )
        more = self.says_more(page)
        if more is None:
            total = self.total(page)
            start = self.start_at or 0
            more = (
                offset - start < total
                if total is not None
                else page.count >= self.page_size
            )
        return offset if more else None

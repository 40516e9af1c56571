"""Skip a number of items: `?offset=200&limit=100`."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.pagination.kind import PageFacts, PaginationKind
from ferrule.section import Whole


class OffsetPagination(PaginationKind):
    """Ask for items from an offset until a page is short or the total is reached."""

    title: ClassVar[str] = "Offset"

    type: Literal["offset"] = Field("offset", title="Kind")
    page_size: Whole = Field(ge=1, title="Page size")

    def first(self) -> Json:
        """Return the offset of the first item."""
        return self.start_at or 0

    def after(self, token: Json, page: PageFacts) -> Json:
        """Return the next offset, counted in the items that really came."""
        more = self.says_more(page)
        if self.next_path is not None:
            return None if more is False else self.named_next(page)
        start = self.start_at or 0
        here = token if isinstance(token, int) else start
        following = here + (page.count or self.page_size)
        if more is None:
            more = self._counts_more(page, following - start)
        return following if more else None

    def guesses(self, token: Json, total: int | None, many: int) -> list[Json]:
        """Return the offsets that follow, none beyond the total."""
        if self.next_path is not None or not isinstance(token, int):
            return []
        end = None if total is None else (self.start_at or 0) + total
        found = (token + n * self.page_size for n in range(1, many + 1))
        return [offset for offset in found if end is None or offset < end]

    def _counts_more(self, page: PageFacts, seen: int) -> bool:
        total = self.total(page)
        if total is None:
            return page.count >= self.page_size
        if self.total_unit == "pages":
            seen = -(-seen // self.page_size) * self.page_size
        return seen < total

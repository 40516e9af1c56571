"""Count pages: `?page=3&per_page=100`."""

from typing import ClassVar, Literal, Self

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
        return self._one

    def after(self, token: Json, page: PageFacts) -> Json:
        """Return the next page number, or None at the end."""
        more = self.says_more(page)
        if self.next_path is not None:
            return None if more is False else self.named_next(page)
        number = token if isinstance(token, int) else self._one
        if more is None:
            seen = (number - self._one + 1) * self.page_size
            more = self._counts_more(page, seen)
        return number + 1 if more else None

    def guesses(self, token: Json, total: int | None, many: int) -> list[Json]:
        """Return the page numbers that follow, none beyond the total."""
        if self.next_path is not None or not isinstance(token, int):
            return []
        last = None
        if total is not None:
            last = self._one - 1 + -(-total // self.page_size)
        found = range(token + 1, token + 1 + many)
        return [number for number in found if last is None or number <= last]

    def shrunk(self, token: Json) -> tuple[Self, Json] | None:
        """Return smaller pages, of a size that divides the place exactly."""
        smaller = super().shrunk(token)
        if smaller is None or not isinstance(token, int) or self.next_path is not None:
            return smaller
        before = (token - self._one) * self.page_size
        sizes = range(self.page_size // 2, 0, -1)
        size = next(size for size in sizes if before % size == 0)
        return self.with_size(size), self._one + before // size

    @property
    def _one(self) -> int:
        return 1 if self.start_at is None else self.start_at

    def _counts_more(self, page: PageFacts, seen: int) -> bool:
        total = self.total(page)
        return page.count >= self.page_size if total is None else seen < total

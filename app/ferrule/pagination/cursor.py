"""Follow a cursor that the response carries until it is gone."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.expression import Source
from ferrule.pagination.kind import PageFacts, PaginationKind


class CursorPagination(PaginationKind):
    """Send back the cursor of the page before; an empty page is not the end."""

    title: ClassVar[str] = "Cursor"

    type: Literal["cursor"] = "cursor"
    page_size: int = Field(ge=1, title="Page size")
    next_path: Source = Field(
        title="Next page at", description="Where the response names it"
    )

    def after(self, token: Json, page: PageFacts) -> Json:  # noqa: ARG002 - the response alone decides
        """Return the cursor that the response names, or None at the end."""
        if self.says_more(page) is False:
            return None
        return self.named_next(page)

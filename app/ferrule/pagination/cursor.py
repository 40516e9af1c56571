"""Follow a cursor that the response carries until it is gone."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.pagination.kind import PageFacts, PaginationKind
from ferrule.section import Whole


class CursorPagination(PaginationKind):
    """Send back the cursor of the page before; an empty page is not the end."""

    title: ClassVar[str] = "Cursor"

    type: Literal["cursor"] = Field("cursor", title="Kind")
    page_size: Whole = Field(ge=1, title="Page size")

    def first(self) -> Json:
        """Return `startAt` where it is sent on the first page, else nothing."""
        return self.start_at if self.send_on_first else None

    def after(self, token: Json, page: PageFacts) -> Json:  # noqa: ARG002 - the response alone decides
        """Return the cursor that the response names, or None at the end."""
        if self.says_more(page) is False:
            return None
        return self.named_next(page)

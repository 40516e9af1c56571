"""One page holds everything."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.pagination.kind import PageFacts, PaginationKind


class NoPagination(PaginationKind):
    """Ask once."""

    title: ClassVar[str] = "None"

    type: Literal["none"] = Field("none", title="Kind")

    def after(self, token: Json, page: PageFacts) -> Json:  # noqa: ARG002 - nothing follows
        """Return None: nothing follows."""
        return None

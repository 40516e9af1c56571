"""Follow the address of the next page that the body names."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json, Request
from ferrule.pagination.kind import PageFacts, PaginationKind


class NextUrlPagination(PaginationKind):
    """Ask the address that the page before named, whole or relative."""

    title: ClassVar[str] = "Next address"
    follows_links: ClassVar[bool] = True

    type: Literal["next_url"] = Field("next_url", title="Kind")

    def apply(self, request: Request, token: Json) -> Request:
        """Return `request` with the address replaced by the one in `token`."""
        return self.followed(request, token)

    def after(self, token: Json, page: PageFacts) -> Json:  # noqa: ARG002 - the response alone decides
        """Return the whole next address, or None at the end."""
        named = self.named_next(page)
        if self.says_more(page) is False or not isinstance(named, str):
            return None
        return self.linked(page, named)

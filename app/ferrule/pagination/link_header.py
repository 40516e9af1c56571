"""Follow the `Link` header's rel="next" (RFC 8288)."""

import re
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json, Request
from ferrule.pagination.kind import PageFacts, PaginationKind

_LINK = re.compile(
    r"<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\",;\s]*))?)*)"
)
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\",;\s]*))", re.IGNORECASE)


class LinkHeaderPagination(PaginationKind):
    """Ask the address that the Link header names as next."""

    title: ClassVar[str] = "Link header"
    follows_links: ClassVar[bool] = True

    type: Literal["link_header"] = Field("link_header", title="Kind")

    def apply(self, request: Request, token: Json) -> Request:
        """Return `request` with the address replaced by the one in `token`."""
        return self.followed(request, token)

    def after(self, token: Json, page: PageFacts) -> Json:  # noqa: ARG002 - the response alone decides
        """Return the whole next address, or None at the end."""
        if self.says_more(page) is False:
            return None
        for name, value in page.response.headers:
            if name.lower() == "link":
                target = next_link(value)
                if target is not None:
                    return self.linked(page, target)
        return None


def next_link(header: str) -> str | None:
    """Return the target of rel="next" in a Link header, or None."""
    for target, params in _LINK.findall(header):
        rel = _REL.search(params)
        relations = (rel[1] or rel[2] or "").lower().split() if rel else []
        if "next" in relations:
            return str(target)
    return None

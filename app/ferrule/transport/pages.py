"""A web page where an API should have answered: something else speaks in its place."""

from typing import Final

from ferrule.exchange import Response

_LOOKED_AT: Final = 2_000


def is_page(response: Response) -> bool:
    """Tell whether the body is a web page."""
    kind = (response.header("content-type") or "").lower()
    start = response.body[:_LOOKED_AT].lstrip()
    return start[:1] == b"<" and ("html" in kind or b"<html" in start.lower())

"""What the browser shows at the end: a page without anything from outside.

Nothing of the request stands in it, nothing is loaded, nothing is kept, and the next
page does not learn the address, in which the code stands (RFC 9700, section 4.2).
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Ending: TypeAlias = Literal["done", "declined", "foreign", "nothing", "method", "long"]

_TEXTS: Final[dict[Ending, tuple[str, str, str]]] = {
    "done": (
        "200 OK",
        "Back to Ferrule",
        "The answer has arrived. You can close this tab.",
    ),
    "declined": (
        "200 OK",
        "Not signed in",
        "Ferrule says why. You can close this tab.",
    ),
    "foreign": (
        "400 Bad Request",
        "Not this sign-in",
        "This address belongs to no sign-in that is under way.",
    ),
    "nothing": ("404 Not Found", "Nothing here", "This is not a page."),
    "method": ("405 Method Not Allowed", "Nothing here", "Only GET is answered."),
    "long": ("414 URI Too Long", "Nothing here", "The address is too long."),
}
_LAST: Final = frozenset[Ending]({"done", "declined"})
_HEADERS: Final = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy: no-referrer",
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Cross-Origin-Opener-Policy: same-origin",
    "Connection: close",
)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to the browser; with a `last` one the listener is done."""

    ending: Ending
    last: bool

    def raw(self) -> bytes:
        """Return the whole answer as it goes over the wire."""
        status, title, text = _TEXTS[self.ending]
        html = (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            f"<title>{title}</title><h1>{title}</h1><p>{text}</p></html>\n"
        ).encode()
        head = [f"HTTP/1.1 {status}", *_HEADERS, f"Content-Length: {len(html)}"]
        if self.ending == "method":
            head.append("Allow: GET")
        return "\r\n".join([*head, "", ""]).encode() + html


def page(ending: Ending) -> Page:
    """Return the page for how a request ended."""
    return Page(ending, ending in _LAST)

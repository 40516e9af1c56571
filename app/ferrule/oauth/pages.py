"""What the browser shows at the end: a page without anything from outside.

Nothing of the request stands in it, nothing is loaded, nothing is kept, and the next
page does not learn the address, in which the code stands (RFC 9700, section 4.2). The
one style that is let in is named by its digest.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
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
_STYLE: Final = """
:root { color-scheme:light dark; --ground:#F6F7F9; --surface:#FFF; --text:#1B2430;
  --muted:#525E6E; --line:#E2E6EB; --good:#0B6B7C; --bad:#B3261E; }
@media (prefers-color-scheme:dark) { :root { --ground:#14181D; --surface:#1B2026;
  --text:#E6EAF0; --muted:#9DA9B8; --line:#2A313A; --good:#4CC4D6; --bad:#F48B84; } }
body { margin:0; min-height:100vh; display:grid; place-items:center; box-sizing:
  border-box; padding:24px; background:var(--ground); color:var(--text);
  font:16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Inter, sans-serif; }
main { box-sizing:border-box; width:100%; max-width:440px; padding:28px 32px;
  background:var(--surface); border:1px solid var(--line); border-radius:12px; }
h1 { margin:0 0 8px; font-size:22px; line-height:1.3; color:var(--bad); }
main.done h1 { color:var(--good); }
p { margin:0; color:var(--muted); }
"""
_DIGEST: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    "Content-Type: text/html; charset=utf-8",
    f"Content-Security-Policy: {_POLICY}",
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
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title><style>{_STYLE}</style>"
            f'<main class="{self.ending}"><h1>{title}</h1><p>{text}</p></main></html>\n'
        ).encode()
        head = [f"HTTP/1.1 {status}", *_HEADERS, f"Content-Length: {len(html)}"]
        if self.ending == "method":
            head.append("Allow: GET")
        return "\r\n".join([*head, "", ""]).encode() + html


def page(ending: Ending) -> Page:
    """Return the page for how a request ended."""
    return Page(ending, ending in _LAST)

"""The exchange behind a step of a check, without anything secret: to look at, to copy.

The request is the one that went out, headers and all; of the answer its status, its
headers and the beginning of its body. What is masked can be filled in by whoever runs
the cURL line.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from ferrule.exchange import Json, Pairs, Request, Response
from ferrule.redaction import is_secret_name, live
from ferrule.transport.verdict import snippet
from ferrule.workspace.history.curl import as_curl

_LONGEST_ASKED: Final = 2_000
_LONGEST_HEADER: Final = 300
_MOST_HEADERS: Final = 40
_TELLING: Final = frozenset(
    {"content-type", "date", "location", "retry-after", "server", "via",
     "www-authenticate", "proxy-authenticate", "x-github-sso", "x-request-id"}
)  # fmt: skip
_TELLING_BEGIN: Final = ("x-accepted-", "x-oauth-", "x-ratelimit-", "ratelimit")


@dataclass(frozen=True, slots=True)
class StepExchange:
    """A request as it is shown and what came back; `status` is None for no answer."""

    method: str
    url: str
    request_headers: Pairs = ()
    request_body: str = ""
    status: int | None = None
    headers: Pairs = ()
    snippet: str = ""
    ms: float | None = None

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object: `request`, and `response` where one came."""
        asked: dict[str, Json] = {
            "method": self.method,
            "url": self.url,
            "headers": [[name, value] for name, value in self.request_headers],
        }
        if self.request_body:
            asked["body"] = self.request_body
        told: dict[str, Json] = {"request": asked, "curl": self.curl}
        if self.status is not None:
            told["response"] = {
                "status": self.status,
                "headers": [[name, value] for name, value in self.headers],
                "body": self.snippet,
                "ms": self.ms,
            }
        return told

    @property
    def curl(self) -> str:
        """The request as a cURL line; what is masked is a variable of the shell."""
        return as_curl(self)

    @property
    def is_request(self) -> bool:
        """Whether it is one that could be sent: not just a way to a proxy."""
        return self.method != "CONNECT"

    @property
    def text(self) -> str:
        """The exchange as lines: the request, then what tells most of the answer."""
        asked = [f"{self.method} {self.url}", *_lines(self.request_headers)]
        asked += ["", self.request_body] if self.request_body else []
        if self.status is None:
            return "\n".join([*asked, "", "(no answer)"])
        telling = tuple(pair for pair in self.headers if _is_telling(pair[0]))
        told = [_named(self.status), *_lines(telling)]
        told += ["", self.snippet] if self.snippet else []
        return "\n".join([*asked, "", *told])


def step_exchange(request: Request, response: Response | None) -> StepExchange:
    """Return an exchange as it may be shown."""
    _, body = request.content()
    asked = StepExchange(
        method=request.method,
        url=live.url(request.full_url),
        request_headers=_shown(request.headers),
        request_body=live.loose(body.decode("utf-8", "replace"))[:_LONGEST_ASKED],
    )
    if response is None:
        return asked
    return StepExchange(
        *(asked.method, asked.url, asked.request_headers, asked.request_body),
        status=response.status,
        headers=_shown(response.headers),
        snippet=snippet(response.body, live),
        ms=round(response.elapsed_ms, 1),
    )


def bare_exchange(method: str, url: str) -> StepExchange | None:
    """Return a request of which only what an error tells is known; None for nothing."""
    return StepExchange(method, url) if method and url else None


def _shown(pairs: Pairs) -> Pairs:
    """Return headers masked by value, by name, and by what stands inside a value."""
    masked = live.pairs(pairs[:_MOST_HEADERS])
    return tuple((name, _value(name, value)) for name, value in masked)


def _value(name: str, value: str) -> str:
    if is_secret_name(name):
        return value
    clean = "".join(c if c.isprintable() else " " for c in live.loose(value))
    return clean[:_LONGEST_HEADER]


def _is_telling(name: str) -> bool:
    lower = name.lower()
    return lower in _TELLING or lower.startswith(_TELLING_BEGIN)


def _lines(pairs: Pairs) -> list[str]:
    return [f"{name}: {value}" for name, value in pairs]


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)

"""What the history of exchanges tells: plain values that cost nothing to import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol
from urllib.parse import unquote, urlsplit

from ferrule.exchange import Json, Pairs, Response

Kind = Literal["send", "walk", "check"]

MEGABYTE: Final = 1_000_000
DEFAULT_BYTES: Final = 500 * MEGABYTE
DEFAULT_COUNT: Final = 2_000


class Exchange(Protocol):
    """One exchange as it is shown: `sending.Sent`, or anything of that form."""

    @property
    def method(self) -> str:
        """The method of the request."""

    @property
    def url(self) -> str:
        """The address with its query."""

    @property
    def request_headers(self) -> Pairs:
        """The headers of the request."""

    @property
    def request_body(self) -> str:
        """The body of the request as text."""

    @property
    def response(self) -> Response:
        """What came back."""


@dataclass(frozen=True, slots=True)
class Where:
    """Whose exchange it is.

    `draft` is the name under which a draft is kept, `connection` the key of the one
    whose values were used. Exchanges of one `group` came of one wish (a walk);
    `checkpoint` is what that went on from, None for a first sync.
    """

    project: str
    connector: str
    stream: str = ""
    kind: Kind = "send"
    draft: str = ""
    connection: str = ""
    config: Mapping[str, Json] = field(default_factory=dict)
    group: str = ""
    checkpoint: Json = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept exchange without its body, which stands in a file of its own."""

    number: int
    at: str
    where: Where
    method: str
    url: str
    request_headers: Pairs
    request_body: str
    status: int
    headers: Pairs
    body: str
    size: int
    elapsed_ms: float
    pinned: bool = False

    @property
    def path(self) -> str:
        """Return what was asked for, without the host and the query."""
        try:
            return unquote(urlsplit(self.url).path) or "/"
        except ValueError:
            return self.url

    @property
    def host(self) -> str:
        """Return the host and port that were asked."""
        try:
            return urlsplit(self.url).netloc
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class HistoryRules:
    """How much is kept; `off` names connections of which nothing is."""

    on: bool = True
    max_bytes: int = DEFAULT_BYTES
    max_count: int = DEFAULT_COUNT
    off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Usage:
    """How much is kept now."""

    count: int
    size: int
    pinned: int

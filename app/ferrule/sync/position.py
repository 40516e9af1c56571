"""Where a stream goes on, and what tells that it would go on for ever."""

from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from ferrule.clock import rfc3339
from ferrule.delta import Span
from ferrule.errors import EndlessPaging
from ferrule.exchange import Json, encode
from ferrule.expression.dates import parse_date

MOST_EMPTY_PAGES = 1000


class Position(msgspec.Struct, frozen=True):
    """The cursor inside a run: where a stream goes on, as a value that is stored.

    `token` names the next page, `page` counts those that were read, `mark` is what the
    checkpoint will become. `ended` means that no page follows; it is `whole` unless
    something cut it short. `taken` marks the items of the next page that a limit let
    through already: by their content, so that a page that has shifted skips nothing.

    In a stream of several slices `slice` and `span` tell which one the page belongs
    to; it `began` after so many pages and is read by pages of `size`, where that is
    not the usual one. `heard` is the service's own time at its first page.

    `items` were listed in its window so far, of the `told` that the service named at
    first. `unsure` says what left open which items there are: what was not seen is not
    taken for deleted then.
    """

    token: Json = None
    page: int = 0
    mark: Json = None
    ended: bool = False
    whole: bool = False
    taken: frozenset[str] = frozenset()
    slice: str = ""
    span: Span | None = None
    began: int = 0
    size: int | None = None
    heard: str | None = None
    items: int = 0
    told: int | None = None
    unsure: str = ""

    def wire(self) -> Json:
        """Return the position as JSON; what is as in any stream is left out."""
        stored: dict[str, Json] = {
            "token": self.token,
            "page": self.page,
            "mark": self.mark,
            "ended": self.ended,
            "whole": self.whole,
        }
        more: dict[str, Json] = {
            "taken": [*sorted(self.taken)],
            "slice": self.slice,
            "span": _span_wire(self.span),
            "began": self.began,
            "size": self.size,
            "heard": self.heard,
            "items": self.items,
            "told": self.told,
            "unsure": self.unsure,
        }
        return stored | {name: value for name, value in more.items() if value}

    @staticmethod
    def read(stored: Json) -> "Position | None":
        """Return the position in stored JSON, or None where there is none."""
        if not isinstance(stored, dict):
            return None
        taken, heard = stored.get("taken"), stored.get("heard")
        return Position(
            token=stored.get("token"),
            page=_count(stored.get("page")) or 0,
            mark=stored.get("mark"),
            ended=stored.get("ended") is True,
            whole=stored.get("whole") is True,
            taken=frozenset(map(str, taken if isinstance(taken, list) else ())),
            slice=str(stored.get("slice") or ""),
            span=_span(stored.get("span")),
            began=_count(stored.get("began")) or 0,
            size=_count(stored.get("size")),
            heard=heard if isinstance(heard, str) else None,
            items=_count(stored.get("items")) or 0,
            told=_count(stored.get("told")),
            unsure=str(stored.get("unsure") or ""),
        )


def _count(stored: Json) -> int | None:
    return stored if isinstance(stored, int) else None


def _span_wire(span: Span | None) -> Json:
    if span is None:
        return None
    return [None if span.start is None else rfc3339(span.start), rfc3339(span.end)]


def _span(stored: Json) -> Span | None:
    if not isinstance(stored, list):
        return None
    start, end = (None if text is None else parse_date(text) for text in stored)
    return None if end is None else Span(start, end)


def marks_of(items: Iterable[Json]) -> frozenset[str]:
    """Return a short mark of each item, made of all that it holds."""
    return frozenset(blake2b(encode(i), digest_size=8).hexdigest() for i in items)


class LoopGuard(msgspec.Struct):
    """Notices a page token or a page body that comes again (semantics 9).

    Pages without items may look the same while their tokens differ: an empty page is
    not the end. A thousand of them in a row are.
    """

    tokens: set[bytes] = msgspec.field(default_factory=set)
    bodies: set[bytes] = msgspec.field(default_factory=set)
    empty: int = 0

    def token(self, stream: str, token: Json) -> None:
        """Note a token; raise EndlessPaging when it was there before."""
        if token is not None and not _new(self.tokens, encode(token)):
            raise EndlessPaging(
                f"The stream “{stream}” names the page {str(token)[:120]!r} again.",
                advice="Check where the next page is read from, and where it is sent.",
            )

    def body(self, stream: str, page: int, body: bytes, items: int) -> None:
        """Note what a page holds; raise EndlessPaging when it was there before."""
        self.empty = 0 if items else self.empty + 1
        if self.empty >= MOST_EMPTY_PAGES:
            raise EndlessPaging(
                f"{self.empty} pages of the stream “{stream}” in a row are empty.",
                advice="Check where the next page is read from.",
            )
        if items and not _new(self.bodies, body):
            raise EndlessPaging(
                f"Page {page} of the stream “{stream}” is the same as an earlier one.",
                advice="The service seems to ignore the page parameter: check its "
                "name and the pagination type.",
            )


def _new(seen: set[bytes], value: bytes) -> bool:
    digest = blake2b(value, digest_size=16).digest()
    if digest in seen:
        return False
    seen.add(digest)
    return True

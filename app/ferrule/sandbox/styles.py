"""Five ways to page through one selection, as public APIs do it.

A style reads where to begin from the parameters and writes the page and where the
next one is. Every style knows positions as offsets into the selection.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlencode
from zlib import crc32

from ferrule.sandbox.answer import JSON, Answer, Asked, refusal

DEFAULT_SIZE = 30
MOST_SIZE = 100
Rows = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Page:
    """A slice: `following` is the offset of the next one, None after the last."""

    rows: Rows
    offset: int
    size: int
    total: int
    following: int | None
    elsewhere: str = ""
    extra: Mapping[str, bytes] = field(default_factory=dict)


Cut = Callable[[Rows, int, int], Page]


def cut(rows: Rows, offset: int, size: int) -> Page:
    """Return the page of `size` rows at `offset`."""
    end, total = offset + size, len(rows)
    return Page(rows[offset:end], offset, size, total, end if end < total else None)


class Style(Protocol):
    """One way to page."""

    def place(self, asked: Asked) -> tuple[int, int]:
        """Return offset and size as the request names them."""

    def render(self, page: Page, asked: Asked) -> Answer:
        """Return the page with its way to the next one."""


def number(params: Mapping[str, str], name: str, default: int, least: int) -> int:
    """Return a whole parameter not under `least`; 400 where it is something else."""
    text = params.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text[:18]) < least:
        raise refusal(400, f"{name} must be a whole number from {least}")
    return int(text[:18])


def size_of(params: Mapping[str, str], name: str) -> int:
    """Return the page size, at most 100 however much was asked for."""
    return min(number(params, name, DEFAULT_SIZE, 1), MOST_SIZE)


def address(asked: Asked, page: Page, name: str, value: int) -> str:
    """Return the request's own URL with another `value` of the parameter `name`."""
    query = {**asked.params, name: str(value)}
    return f"{page.elsewhere or asked.origin}{asked.path}?{urlencode(query)}"


def listed(rows: Rows) -> bytes:
    """Return rows as a JSON array."""
    return b"[" + b",".join(rows) + b"]"


def wrapped(rows: Rows, **members: object) -> Answer:
    """Return rows under `items`, beside `members`."""
    rest = b"".join(b',"%s":%s' % (k.encode(), _json(v)) for k, v in members.items())
    return Answer(200, b'{"items":' + listed(rows) + rest + b"}")


def _json(value: object) -> bytes:
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return (
        str(value).encode() if isinstance(value, int) else b'"%s"' % str(value).encode()
    )


class LinkStyle:
    """A bare array; the next page stands in the Link header (RFC 8288)."""

    def place(self, asked: Asked) -> tuple[int, int]:
        """Read `page` and `per_page`."""
        size = size_of(asked.params, "per_page")
        return (number(asked.params, "page", 1, 1) - 1) * size, size

    def render(self, page: Page, asked: Asked) -> Answer:
        """Write an array and its Link header."""
        link = ", ".join(
            f'<{url}>; rel="{rel}"' for rel, url in self._links(page, asked)
        )
        headers = (JSON, ("link", link)) if link else (JSON,)
        return Answer(200, listed(page.rows), headers)

    @staticmethod
    def _links(page: Page, asked: Asked) -> list[tuple[str, str]]:
        last = max(-(-page.total // page.size), 1)
        places = []
        if page.offset:
            places += [("prev", page.offset // page.size), ("first", 1)]
        if page.following is not None:
            places += [("next", page.following // page.size + 1), ("last", last)]
        return [(rel, address(asked, page, "page", n)) for rel, n in places]


class OffsetStyle:
    """`offset` and `limit`; the answer tells the total."""

    def place(self, asked: Asked) -> tuple[int, int]:
        """Read `offset` and `limit`."""
        return number(asked.params, "offset", 0, 0), size_of(asked.params, "limit")

    def render(self, page: Page, asked: Asked) -> Answer:
        """Write the rows and their total."""
        del asked
        return wrapped(page.rows, total=page.total, offset=page.offset, limit=page.size)


class PageStyle:
    """`page` from 1 and `per_page`; the answer tells the number of pages."""

    def place(self, asked: Asked) -> tuple[int, int]:
        """Read `page` and `per_page`."""
        return LinkStyle().place(asked)

    def render(self, page: Page, asked: Asked) -> Answer:
        """Write the rows and how many pages there are."""
        del asked
        return wrapped(
            page.rows,
            page=page.offset // page.size + 1,
            per_page=page.size,
            total_pages=-(-page.total // page.size),
            has_more=page.following is not None,
        )


class CursorStyle:
    """An opaque `cursor` that holds only for the query it came from."""

    def place(self, asked: Asked) -> tuple[int, int]:
        """Open the cursor; none means the beginning."""
        size = size_of(asked.params, "limit")
        text = asked.params.get("cursor")
        return (_opened(text, asked) if text else 0), size

    def render(self, page: Page, asked: Asked) -> Answer:
        """Write the rows and a cursor, null after the last page."""
        more = page.following is not None
        token = _sealed(page.following, asked) if page.following is not None else None
        return wrapped(page.rows, next_cursor=token, has_more=more)


class NextStyle:
    """The whole URL of the next page in the body."""

    def place(self, asked: Asked) -> tuple[int, int]:
        """Read `after` and `limit`."""
        size = size_of(asked.params, "limit")
        return number(asked.params, "after", 0, 0), size

    def render(self, page: Page, asked: Asked) -> Answer:
        """Write the rows and a URL, null after the last page."""
        url = None
        if page.following is not None:
            url = address(asked, page, "after", page.following)
        return wrapped(page.rows, next_url=url)


def _mark(asked: Asked) -> int:
    query = sorted((k, v) for k, v in asked.params.items() if k not in _FREE)
    return crc32(urlencode(query).encode())


_FREE = {"cursor", "limit"}


def _sealed(offset: int, asked: Asked) -> str:
    plain = f"{offset}.{_mark(asked)}".encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _opened(text: str, asked: Asked) -> int:
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        offset, mark = map(int, plain.split("."))
    except (binascii.Error, ValueError):
        raise refusal(400, "this is no cursor") from None
    if mark != _mark(asked) or offset < 0:
        raise refusal(400, "this cursor belongs to another query")
    return offset


STYLES: Final[Mapping[str, Style]] = {
    "link": LinkStyle(),
    "offset": OffsetStyle(),
    "page": PageStyle(),
    "cursor": CursorStyle(),
    "next": NextStyle(),
}

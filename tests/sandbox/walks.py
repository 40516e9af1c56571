"""One walk over all pages for each style, as a client would do it."""

import json
from collections.abc import Callable, Iterator
from typing import Any


def _with(url: str, name: str, value: object) -> str:
    glue = "&" if "?" in url else "?"
    return f"{url}{glue}{name}={value}"


def _walk_link(caller: Any, url: str) -> Iterator[list]:
    following: str | None = _with(url, "per_page", 100)
    while following:
        answer = caller.get(following)
        yield json.loads(answer.body)
        links = dict(answer.headers).get("link", "").split(", ")
        following = next(
            (link.partition(">")[0][1:] for link in links if 'rel="next"' in link), None
        )


def _walk_offset(caller: Any, url: str) -> Iterator[list]:
    offset, total = 0, 1
    while offset < total:
        page = caller.json(_with(_with(url, "limit", 100), "offset", offset))
        yield page["items"]
        total, offset = page["total"], offset + 100


def _walk_page(caller: Any, url: str) -> Iterator[list]:
    number, more = 1, True
    while more:
        page = caller.json(_with(_with(url, "per_page", 100), "page", number))
        yield page["items"]
        more, number = page["has_more"], number + 1
    assert page["total_pages"] == number - 1


def _walk_cursor(caller: Any, url: str) -> Iterator[list]:
    page = caller.json(_with(url, "limit", 100))
    yield page["items"]
    while page["has_more"]:
        token = page["next_cursor"]
        page = caller.json(_with(_with(url, "limit", 100), "cursor", token))
        yield page["items"]
    assert page["next_cursor"] is None


def _walk_next(caller: Any, url: str) -> Iterator[list]:
    following: str | None = _with(url, "limit", 100)
    while following:
        page = caller.json(following)
        yield page["items"]
        following = page["next_url"]


WALKS: dict[str, Callable[[Any, str], Iterator[list]]] = {
    "link": _walk_link,
    "offset": _walk_offset,
    "page": _walk_page,
    "cursor": _walk_cursor,
    "next": _walk_next,
}

"""Pagination: the token of each page from the page before it."""

import time

import pytest
from pydantic import TypeAdapter
from tests.support.promptness import in_time

from ferrule.errors import DescriptorError, UnreadableResponse
from ferrule.exchange import MISSING, Request, Response, encode
from ferrule.pagination import PageFacts, Pagination, PaginationKind
from ferrule.pagination.link_header import next_link

ADAPTER: TypeAdapter[PaginationKind] = TypeAdapter(Pagination)
REQUEST = Request("GET", "https://a.example/v1/items", query=(("q", "x"),))


def style(kind, **members):
    return ADAPTER.validate_python({"type": kind, "pageSize": 10, **members})


def page(count=10, body=None, last=MISSING, **headers):
    named = tuple((k.replace("_", "-"), v) for k, v in headers.items())
    return PageFacts(REQUEST, Response(200, named, encode(body)), count, last)


COUNTED = [
    # style, token, page, next token
    (style("offset"), 0, page(10), 10),
    (style("offset"), 30, page(10), 40),
    (style("offset"), 0, page(9), None),
    (style("offset"), 0, page(0), None),
    (style("offset", totalPath="$.total"), 10, page(5, {"total": 40}), 15),
    (style("offset", totalPath="$.total"), 35, page(5, {"total": 40}), None),
    (style("offset", totalPath="$.total"), 0, page(0, {"total": 40}), 10),
    (style("offset", totalPath="$.total"), 0, page(10, {"total": "11"}), 10),
    (style("offset", totalPath="$.total"), 0, page(10, {"total": "²"}), 10),
    (style("offset", totalPath="$.total"), 0, page(9, {"total": True}), None),
    (
        style("offset", totalPath="header:X-Total"),
        0,
        page(10, None, X_Total="10"),
        None,
    ),
    (style("offset", startAt=1, totalPath="$"), 1, page(10, 10), None),
    (style("offset", startAt=1, totalPath="$"), 1, page(10, 11), 11),
    (style("offset", hasMorePath="$.more"), 0, page(3, {"more": True}), 3),
    (style("offset", hasMorePath="$.more"), 0, page(10, {"more": False}), None),
    (style("offset", hasMorePath="$.more"), 0, page(10, {}), None),
    (style("offset", nextPath="$.next"), 0, page(10, {"next": 77}), 77),
    (style("offset", nextPath="$.next"), 0, page(10, {"next": None}), None),
    (
        style("offset", nextPath="$.next", hasMorePath="$.more"),
        0,
        page(10, {"next": 77, "more": False}),
        None,
    ),
    (style("page"), 1, page(10), 2),
    (style("page"), 5, page(4), None),
    (style("page", startAt=0), 0, page(10), 1),
    (style("page", totalPath="$"), 2, page(10, 21), 3),
    (style("page", totalPath="$"), 3, page(1, 21), None),
    (style("page", startAt=0, totalPath="$"), 1, page(10, 20), None),
    (style("page", hasMorePath="$"), 1, page(0, body="true"), 2),
    (style("page", hasMorePath="$"), 1, page(10, body="False"), None),
    (style("page", hasMorePath="$"), 1, page(10, body=[]), None),
    (style("cursor", nextPath="$.c"), None, page(10, {"c": "abc"}), "abc"),
    (style("cursor", nextPath="$.c"), "a", page(0, {"c": "b"}), "b"),
    (style("cursor", nextPath="$.c"), "a", page(10, {"c": ""}), None),
    (style("cursor", nextPath="$.c"), "a", page(10, {}), None),
    (style("cursor", nextPath="$.c"), "a", page(10, {"c": False}), None),
    (style("cursor", nextPath="header:X-Next"), "a", page(1, None, X_Next="z"), "z"),
    (style("cursor", nextPath="item:$.id"), "a", page(1, [], last={"id": 9}), 9),
    (style("cursor", nextPath="item:$.id"), "a", page(0, []), None),
    (
        style("cursor", nextPath="$.c", hasMorePath="$.more"),
        "a",
        page(10, {"c": "b", "more": 0}),
        None,
    ),
    (
        style("next_url", nextPath="$.next"),
        None,
        page(1, {"next": "https://a.example/v1/items?p=2"}),
        "https://a.example/v1/items?p=2",
    ),
    (
        style("next_url", nextPath="$.next"),
        None,
        page(1, {"next": "?p=2"}),
        "https://a.example/v1/items?p=2",
    ),
    (
        style("next_url", nextPath="$.next"),
        None,
        page(1, {"next": "/v2"}),
        "https://a.example/v2",
    ),
    (style("next_url", nextPath="$.next"), "x", page(1, {"next": None}), None),
    (style("next_url", nextPath="$.next"), "x", page(1, {"next": 5}), None),
    (
        style("link_header"),
        None,
        page(1, None, Link='<https://a.example/2>; rel="next"'),
        "https://a.example/2",
    ),
    (style("link_header"), "x", page(10, None, Link='<x>; rel="last"'), None),
    (style("link_header"), "x", page(10), None),
    (style("none"), None, page(10), None),
]


@pytest.mark.parametrize(("kind", "token", "facts", "following"), COUNTED)
def test_the_next_token_follows_from_the_page(kind, token, facts, following):
    assert kind.after(token, facts) == following


FIRST = [
    (style("offset"), 0),
    (style("offset", startAt=1), 1),
    (style("page"), 1),
    (style("page", startAt=0), 0),
    (style("cursor", nextPath="$"), None),
    (style("next_url", nextPath="$"), None),
    (style("link_header"), None),
    (style("none"), None),
]


@pytest.mark.parametrize(("kind", "token"), FIRST)
def test_each_style_begins_somewhere(kind, token):
    assert kind.first() == token


APPLIED = [
    (style("offset", nextParam="offset"), 20, (("q", "x"), ("offset", "20"))),
    (
        style("page", nextParam="page", pageSizeParam="per_page"),
        1,
        (("q", "x"), ("per_page", "10"), ("page", "1")),
    ),
    (style("cursor", nextPath="$", nextParam="q"), None, (("q", "x"),)),
    (style("cursor", nextPath="$", nextParam="q"), "y", (("q", "y"),)),
    (style("link_header", pageSizeParam="n"), None, (("q", "x"), ("n", "10"))),
    (style("link_header", pageSizeParam="n"), "https://a.example/2?z=1", (("z", "1"),)),
    (style("none", pageSizeParam="n"), None, (("q", "x"), ("n", "10"))),
]


@pytest.mark.parametrize(("kind", "token", "query"), APPLIED)
def test_a_token_asks_for_its_page(kind, token, query):
    assert kind.apply(REQUEST, token).query == query


def test_paging_without_the_place_of_the_next_page_says_so():
    for kind in ("cursor", "next_url"):
        with pytest.raises(DescriptorError, match="does not say where"):
            style(kind).after(None, page())


@pytest.mark.parametrize("target", ["http://[", "//[::1"])
def test_a_next_link_that_cannot_be_read_is_an_error_of_the_answer(target):
    with pytest.raises(UnreadableResponse, match="next link"):
        style("next_url", nextPath="$").after(None, page(1, target))


# RFC 8288, section 3, and what services really send.
LINKS = [
    ('<a>; rel="next"', "a"),
    ("<a>; rel=next", "a"),
    ("<a>;rel=NEXT", "a"),
    ('<a>; rel="prev", <b>; rel="next"', "b"),
    ('<a>; rel="prev next"', "a"),
    ('<a>; title="x, <y>; rel=\\"no\\""; rel="next"', None),
    ('<https://a/?q=1,2;3>; rel="next"', "https://a/?q=1,2;3"),
    ('<a>; rel="nextish"', None),
    ('<a>; foo="rel=next"', None),
    ('<a>; rel = "next"', "a"),
    ('<a>; crossorigin; rel="next"', "a"),
    ("", None),
    ("garbage", None),
    ("<a>", None),
]


@pytest.mark.parametrize(("header", "target"), LINKS)
def test_a_link_header_names_its_next_page(header, target):
    assert next_link(header) == target


@pytest.mark.parametrize("part", ["<", "<a>;", "<a>; a ", '<a>; rel="', "; ", " "])
def test_a_hostile_link_header_costs_no_time(part):
    began = time.perf_counter()
    next_link(part * (60_000 // len(part)))
    in_time(time.perf_counter() - began, 1)

"""Every style of paging, as it shows in bodies, headers and requests."""

from typing import Any

import pytest

from ferrule.exchange import Json, Pairs, Request, Response, encode
from ferrule.suggestion.candidate import confidence
from ferrule.suggestion.paging import find_paging, is_last_page
from ferrule.suggestion.sample import Sample, read_sample

ITEMS: list[Json] = [{"id": n, "name": str(n)} for n in (4, 3, 2)]
URL = "https://api.example.com/v1/items"
LINK = ("Link", f'<{URL}?page=2>; rel="next"')


def sample(
    body: Json, query: Pairs = (), headers: Pairs = (), posted: Json = None
) -> Sample:
    kind = None if posted is None else "json"
    method = "GET" if posted is None else "POST"
    request = Request(method, URL, query, body=posted, body_type=kind)  # type: ignore[arg-type]
    return read_sample(Response(200, headers, encode(body)), request, {})


def best(*args: Any, **kwargs: Any) -> tuple[dict[str, Json], str]:
    found = find_paging(sample(*args, **kwargs), "$.id")
    if not found:
        return {}, "none"
    paging = found[0].members["pagination"]
    assert isinstance(paging, dict)
    return paging, confidence(found[0].score)


CURSOR: dict[str, Json] = {"type": "cursor", "pageSize": 3}


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (
            {"next": f"{URL}?page=2", "previous": None},
            {"type": "next_url", "nextPath": "$.next"},
        ),
        (
            {"links": {"next": {"href": "/v1/items?page=2"}, "prev": None}},
            {"type": "next_url", "nextPath": "$.links.next.href"},
        ),
        (
            {"nextRecordsUrl": "/services/query/01g-2000"},
            {"type": "next_url", "nextPath": "$.nextRecordsUrl"},
        ),
        (
            {
                "link": [
                    {"relation": "self", "url": URL},
                    {"relation": "next", "url": f"{URL}?p=2"},
                ]
            },
            {"type": "next_url", "nextPath": "$.link[?@.relation=='next'].url"},
        ),
        (
            {"next_cursor": "abc", "has_more": True},
            CURSOR
            | {
                "nextPath": "$.next_cursor",
                "nextParam": "cursor",
                "hasMorePath": "$.has_more",
            },
        ),
        (
            {"kind": "x#list", "nextPageToken": "abc"},
            CURSOR | {"nextPath": "$.nextPageToken", "nextParam": "pageToken"},
        ),
        (
            {"next_page": {"offset": "eyJ0", "uri": f"{URL}?limit=3&offset=eyJ0"}},
            CURSOR | {"nextPath": "$.next_page.offset", "nextParam": "offset"},
        ),
        (
            {"object": "list", "has_more": True},
            CURSOR
            | {
                "nextPath": "item:$.id",
                "nextParam": "starting_after",
                "hasMorePath": "$.has_more",
            },
        ),
        (
            {"offset": 0, "limit": 3, "total": 40},
            {
                "type": "offset",
                "nextParam": "offset",
                "pageSizeParam": "limit",
                "pageSize": 3,
                "totalPath": "$.total",
            },
        ),
        (
            {"page": 1, "per_page": 3, "total_pages": 7},
            {
                "type": "page",
                "nextParam": "page",
                "pageSizeParam": "per_page",
                "pageSize": 3,
                "totalPath": "$.total_pages",
                "totalUnit": "pages",
            },
        ),
        (
            {"number": 0, "size": 3, "totalPages": 5, "totalElements": 14},
            {
                "type": "page",
                "nextParam": "page",
                "startAt": 0,
                "pageSizeParam": "size",
                "pageSize": 3,
                "totalPath": "$.totalElements",
            },
        ),
        (
            {"pagination": {"start": 0, "next_start": 3}},
            {
                "type": "offset",
                "nextParam": "start",
                "pageSize": 3,
                "nextPath": "$.pagination.next_start",
            },
        ),
    ],
)
def test_a_body_tells_how_to_go_on(extra: dict[str, Json], expected: dict[str, Json]):
    assert best({"items": ITEMS, **extra})[0] == expected


def test_a_header_names_the_next_page():
    paging, word = best(ITEMS, (("per_page", "3"),), (LINK,))
    assert paging == {"type": "link_header", "pageSizeParam": "per_page", "pageSize": 3}
    assert word == "sure"


def test_a_header_with_results_tells_when_to_stop():
    link = f'<{URL}?c=1>; rel="next"; results="true"'
    paging, _ = best(ITEMS, (), (("link", link),))
    assert paging["stopWhen"] == {
        "when": "header:Link",
        "operator": "matches",
        "value": 'rel="next"; results="false"',
    }


def test_the_last_page_of_links_is_recognised():
    paging, word = best(ITEMS, (), (("link", f'<{URL}?page=1>; rel="prev"'),))
    assert (paging["type"], word) == ("link_header", "sure")


def test_a_total_can_stand_in_a_header():
    paging, _ = best(
        ITEMS, (("offset", "0"), ("limit", "3")), (("X-Total-Count", "9"),)
    )
    assert paging["totalPath"] == "header:X-Total-Count"
    assert (paging["type"], paging["nextParam"]) == ("offset", "offset")


@pytest.mark.parametrize(
    ("query", "style", "target", "start"),
    [
        ((("page", "0"), ("page_size", "3")), "page", "page", 0),
        ((("page", "1"), ("limit", "3")), "page", "page", None),
        ((("$skip", "0"), ("$top", "3")), "offset", "$skip", None),
        ((("startIndex", "1"), ("count", "3")), "offset", "startIndex", 1),
        (
            (("sysparm_offset", "0"), ("sysparm_limit", "3")),
            "offset",
            "sysparm_offset",
            None,
        ),
    ],
)
def test_the_request_tells_how_to_go_on(
    query: Pairs, style: str, target: str, start: int | None
):
    paging, _ = best({"items": ITEMS}, query)
    assert (paging["type"], paging["nextParam"]) == (style, target)
    assert paging.get("startAt") == start
    assert (paging["pageSizeParam"], paging["pageSize"]) == (query[1][0], 3)


def test_parameters_of_a_search_stand_in_its_body():
    posted: Json = {"query": {"paging": {"limit": 3}}}
    paging, _ = best({"items": ITEMS, "cursor": "abc"}, posted=posted)
    assert paging["nextParam"] == "body:query.paging.cursor"
    assert paging["pageSizeParam"] == "body:query.paging.limit"


def test_a_graphql_query_names_its_own_cursor():
    posted: Json = {
        "query": "query($n: Int, $c: String) { items(first: $n, after: $c) { id } }",
        "variables": {"n": 3},
    }
    info: Json = {"hasNextPage": True, "endCursor": "abc"}
    body: Json = {"data": {"items": {"nodes": ITEMS, "pageInfo": info}}}
    paging, word = best(body, posted=posted)
    assert paging["nextParam"] == "body:variables.c"
    assert paging["hasMorePath"] == "$.data.items.pageInfo.hasNextPage"
    assert word == "sure"


def test_a_cursor_that_is_asked_by_name_is_certain():
    paging, word = best(
        {"items": ITEMS, "next_stream_position": "42"}, (("stream_position", "0"),)
    )
    assert (paging["type"], paging["nextParam"], word) == (
        "cursor",
        "stream_position",
        "sure",
    )


def test_the_id_of_the_last_item_can_be_asked_for():
    paging, word = best(ITEMS, (("before", "66f0"), ("limit", "3")))
    assert (paging["nextPath"], paging["nextParam"], word) == (
        "item:$.id",
        "before",
        "likely",
    )


def test_a_convention_is_only_a_guess():
    paging, word = best(ITEMS, (("per_page", "3"),))
    assert (paging["type"], word) == ("link_header", "guess")
    paging, word = best({"items": ITEMS}, (("limit", "3"),))
    assert (paging["type"], paging["nextParam"], word) == ("offset", "offset", "guess")


def test_all_on_one_page_needs_no_paging():
    paging, word = best({"items": ITEMS, "total": 3})
    assert (paging, word) == ({"type": "none"}, "guess")


def test_a_body_that_says_nothing_suggests_nothing():
    assert best({"items": ITEMS}) == ({}, "none")
    assert best(ITEMS) == ({}, "none")


def test_what_stands_in_the_items_is_no_paging():
    items: list[Json] = [{"id": 1, "next_cursor": "abc", "page": 1, "total": 9}]
    assert best({"items": items}) == ({}, "none")
    assert best({"a1b2c3d4": items[0], "e5f6a7b8": items[0]}) == ({}, "none")


def test_way_back_is_no_way_on():
    assert best({"items": ITEMS, "previous": f"{URL}?page=1"}) == ({}, "none")
    assert best({"items": ITEMS, "prev_cursor": "abc"}) == ({}, "none")


def test_an_error_has_no_pages():
    response = Response(429, (LINK,), b'{"next_cursor": "abc"}')
    assert find_paging(read_sample(response, None, {})) == []


@pytest.mark.parametrize(
    ("extra", "last"),
    [
        ({"has_more": False}, True),
        ({"isLast": True}, True),
        ({"next_cursor": None}, True),
        ({"has_more": True}, False),
        ({"total": 3}, False),
    ],
)
def test_the_last_page_is_recognised(extra: dict[str, Json], last: bool):
    assert is_last_page(sample({"items": ITEMS, **extra})) is last

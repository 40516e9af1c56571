"""What paging styles share: what is sent first, totals, an early end, page sizes."""

import pytest
from pydantic import ValidationError
from tests.pagination.test_styles import REQUEST, page, style

from ferrule.exchange import MISSING, Response, encode
from ferrule.pagination import PageFacts

COUNTED = {"nextParam": "at", "pageSizeParam": "size"}
SENT = [
    # style, its members, the token, what is sent of it
    ("offset", {}, 0, "0"),
    ("offset", {"sendOnFirst": True}, 0, "0"),
    ("offset", {"sendOnFirst": False}, 0, None),
    ("offset", {"sendOnFirst": False}, 10, "10"),
    ("offset", {"sendOnFirst": False, "startAt": 1}, 1, None),
    ("offset", {"sendOnFirst": False, "startAt": 1}, 0, "0"),
    ("page", {}, 1, "1"),
    ("page", {"startAt": 0}, 0, "0"),
    ("page", {"sendOnFirst": False}, 1, None),
    ("page", {"sendOnFirst": False, "startAt": 0}, 0, None),
    ("page", {"sendOnFirst": False, "startAt": 0}, 1, "1"),
    ("cursor", {"nextPath": "$"}, None, None),
    ("cursor", {"nextPath": "$", "startAt": 7}, None, None),
    ("cursor", {"nextPath": "$", "startAt": 7, "sendOnFirst": True}, 7, "7"),
    ("cursor", {"nextPath": "$", "sendOnFirst": False}, "b", "b"),
]


@pytest.mark.parametrize(("kind", "members", "token", "sent"), SENT)
def test_the_first_token_is_sent_where_the_style_says_so(kind, members, token, sent):
    query = dict(style(kind, **COUNTED, **members).apply(REQUEST, token).query)
    assert query.get("at") == sent
    assert query["size"] == "10"


@pytest.mark.parametrize(("kind", "members", "token", "sent"), SENT)
def test_a_template_is_shown_what_the_parameter_is_sent(kind, members, token, sent):
    shown = style(kind, **members).shown(token)
    assert (None if shown is None else str(shown)) == sent


BEGIN = [
    ("offset", {}, 0),
    ("offset", {"startAt": 5}, 5),
    ("page", {}, 1),
    ("page", {"startAt": 0}, 0),
    ("page", {"startAt": 3}, 3),
    ("cursor", {"startAt": 3, "sendOnFirst": True}, 3),
    ("cursor", {"startAt": 3, "sendOnFirst": False}, None),
    ("cursor", {"startAt": 3}, None),
]


@pytest.mark.parametrize(("kind", "members", "token"), BEGIN)
def test_a_style_begins_where_start_at_says(kind, members, token):
    assert style(kind, **members).first() == token


TOTALS = [
    # style, token, total of pages, items of the page, what follows
    ("page", {}, 1, 3, 10, 2),
    ("page", {}, 3, 3, 10, None),
    ("page", {}, 2, 3, 1, 3),
    ("page", {"startAt": 0}, 2, 3, 10, None),
    ("page", {"startAt": 0}, 1, 3, 10, 2),
    ("page", {}, 1, 0, 0, None),
    ("offset", {}, 0, 2, 10, 10),
    ("offset", {}, 10, 2, 10, None),
    ("offset", {}, 10, 3, 4, 14),
    ("offset", {}, 0, 1, 10, None),
]


@pytest.mark.parametrize(("kind", "more", "token", "pages", "count", "next_"), TOTALS)
def test_a_total_may_count_pages(kind, more, token, pages, count, next_):
    counting = style(kind, totalPath="$.pages", totalUnit="pages", **more)
    assert counting.after(token, page(count, {"pages": pages})) == next_


def test_a_total_of_pages_is_as_many_items_as_they_hold_and_at_least_so_many():
    kind = style("page", totalPath="$", totalUnit="pages")
    assert kind.total(page(10, 4)) == 40
    assert [kind.least(total) for total in (40, 10, 0, None)] == [31, 1, 0, None]
    items = style("page", totalPath="$")
    assert [items.least(total) for total in (40, 0, None)] == [40, 0, None]


UNREADABLE = [None, "", "many", "1.5", -1, True, [3], {"a": 3}, "9" * 30]


@pytest.mark.parametrize("told", UNREADABLE)
def test_a_total_that_is_none_leaves_it_to_the_length_of_a_page(told):
    kind = style("page", totalPath="$.total")
    body = {"total": told}
    if told == -1:
        assert kind.after(1, page(10, body)) is None
        return
    assert kind.total(page(10, body)) is None
    assert kind.after(1, page(10, body)) == 2
    assert kind.after(1, page(9, body)) is None


MORE = [
    (True, True),
    (1, True),
    ("yes", True),
    ("TRUE", True),
    ([0], True),
    (False, False),
    (0, False),
    ("", False),
    (" No ", False),
    ("0", False),
    ("false", False),
    (None, False),
    ([], False),
    (MISSING, False),
]


@pytest.mark.parametrize(("said", "more"), MORE)
@pytest.mark.parametrize(
    ("kind", "members", "token", "following"),
    [
        ("offset", {}, 20, 21),
        ("page", {}, 2, 3),
        ("cursor", {"nextPath": "$.next"}, "a", "b"),
        ("next_url", {"nextPath": "$.next"}, "a", "https://a.example/v1/b"),
    ],
)
def test_has_more_wins_over_the_length_of_a_page(
    kind, members, token, following, said, more
):
    body = {"next": "b"} | ({} if said is MISSING else {"more": said})
    found = style(kind, hasMorePath="$.more", **members).after(token, page(1, body))
    assert found == (following if more else None)


def test_has_more_ends_a_link_header():
    kind = style("link_header", hasMorePath="header:X-More")
    link = '<https://a.example/2>; rel="next"'
    assert kind.after(None, page(1, None, Link=link, X_More="no")) is None
    assert kind.after(None, page(1, None, Link=link, X_More="yes"))


STOPS = [
    ({"when": "$.done", "operator": "equals", "value": True}, True),
    ({"when": "$.done", "operator": "equals", "value": False}, False),
    ({"when": "header:X-Last", "operator": "exists"}, True),
    ({"when": "header:X-First", "operator": "exists"}, False),
    ({"when": "status", "operator": "equals", "value": 206}, True),
    ({"when": "item:$.at", "operator": "lt", "value": "2026-02-01"}, True),
    ({"when": "item:$.at", "operator": "lt", "value": "2025-12-31"}, False),
    ({"not": {"when": "$.next", "operator": "exists"}}, True),
]


@pytest.mark.parametrize(("condition", "stops"), STOPS)
def test_stop_when_looks_at_the_whole_page(condition, stops):
    response = Response(206, (("X-Last", "1"),), encode({"done": True}))
    facts = PageFacts(REQUEST, response, 10, {"at": "2026-01-31"})
    assert style("page", stopWhen=condition).stops(facts) is stops
    assert style("page").stops(facts) is False


AT_ITEMS = [
    (None, False),
    ({"when": "$.done", "operator": "exists"}, False),
    ({"when": "item:$.at", "operator": "exists"}, True),
    ({"when": "$.a", "operator": "equals", "valuePath": "item:$.b"}, True),
    ({"all": [{"when": "$.a", "operator": "exists"}]}, False),
    ({"any": [{"not": {"when": "item:$.a", "operator": "exists"}}]}, True),
]


@pytest.mark.parametrize(("condition", "at_items"), AT_ITEMS)
def test_what_stops_at_an_item_is_known_beforehand(condition, at_items):
    assert style("page", stopWhen=condition).stops_at_items is at_items


def test_a_page_without_items_does_not_stop_at_one():
    condition = {"when": "item:$.at", "operator": "missing"}
    facts = PageFacts(REQUEST, Response(200, (), b"[]"), 0)
    assert style("page", stopWhen=condition).stops(facts) is True
    other = {"when": "item:$.at", "operator": "lt", "value": "2026-01-01"}
    assert style("page", stopWhen=other).stops(facts) is False


SIZED = [
    ("offset", {"pageSizeParam": "n"}, 0, "10"),
    ("page", {"pageSizeParam": "header:X-Size"}, 1, None),
    ("cursor", {"nextPath": "$", "pageSizeParam": "n"}, None, "10"),
    ("next_url", {"nextPath": "$", "pageSizeParam": "n"}, None, "10"),
    ("next_url", {"nextPath": "$", "pageSizeParam": "n"}, "https://a.example/2", None),
    ("none", {"pageSizeParam": "n"}, None, "10"),
    ("offset", {}, 0, None),
]


@pytest.mark.parametrize(("kind", "members", "token", "size"), SIZED)
def test_the_page_size_goes_to_its_parameter_but_never_into_a_link(
    kind, members, token, size
):
    request = style(kind, **members).apply(REQUEST, token)
    assert dict(request.query).get("n") == size
    if members.get("pageSizeParam", "").startswith("header:"):
        assert dict(request.headers)["X-Size"] == "10"


GUESSES = [
    ("page", {}, 1, None, [2, 3, 4]),
    ("page", {}, 1, 25, [2, 3]),
    ("page", {"startAt": 0}, 0, 25, [1, 2]),
    ("page", {}, 3, 25, []),
    ("page", {"nextPath": "$.next"}, 1, None, []),
    ("offset", {}, 0, None, [10, 20, 30]),
    ("offset", {}, 0, 25, [10, 20]),
    ("offset", {"startAt": 1}, 1, 20, [11]),
    ("offset", {"nextPath": "$.next"}, 0, None, []),
    ("cursor", {"nextPath": "$"}, "a", 100, []),
    ("link_header", {}, None, 100, []),
]


@pytest.mark.parametrize(("kind", "members", "token", "total", "tokens"), GUESSES)
def test_tokens_are_told_beforehand_where_they_are_counted(
    kind, members, token, total, tokens
):
    assert style(kind, **members).guesses(token, total, 3) == tokens


SHRUNK = [
    # style, token, the smaller page, its token
    ("page", {}, 1, 5, 1),
    ("page", {}, 3, 5, 5),
    ("page", {"pageSize": 9}, 2, 3, 4),
    ("page", {"pageSize": 9, "startAt": 0}, 1, 3, 3),
    ("page", {"pageSize": 7}, 2, 1, 8),
    ("page", {"nextPath": "$.next"}, "b", 5, "b"),
    ("offset", {}, 30, 5, 30),
    ("offset", {"pageSize": 3}, 7, 1, 7),
    ("cursor", {"nextPath": "$"}, "a", 5, "a"),
    ("next_url", {"nextPath": "$"}, None, 5, None),
]


@pytest.mark.parametrize(("kind", "members", "token", "size", "again"), SHRUNK)
def test_smaller_pages_begin_at_the_same_item(kind, members, token, size, again):
    smaller, place = style(kind, pageSizeParam="n", **members).shrunk(token)
    assert (smaller.page_size, place) == (size, again)


@pytest.mark.parametrize(
    ("kind", "members", "token"),
    [
        ("page", {}, 1),
        ("page", {"pageSizeParam": "n", "pageSize": 1}, 1),
        ("next_url", {"pageSizeParam": "n", "nextPath": "$"}, "https://a.example/2"),
        ("link_header", {"pageSizeParam": "n"}, "https://a.example/2"),
    ],
)
def test_what_cannot_be_smaller_says_so(kind, members, token):
    assert style(kind, **members).shrunk(token) is None


@pytest.mark.parametrize("many", [0, -1, 1.5, True, "3"])
def test_max_pages_is_a_whole_number_of_at_least_one(many):
    with pytest.raises(ValidationError, match="maxPages"):
        style("page", maxPages=many)

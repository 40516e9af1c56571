import pytest

from ferrule.exchange import Json, Request
from ferrule.suggestion.shape import find_items

ITEM: Json = {"id": 7, "title": "x", "updated_at": "2024-05-03T08:00:00Z"}
THREE: list[Json] = [{"id": n, "name": str(n)} for n in range(3)]
PAIRS: Json = [["a", {"id": 1}], ["b", {"id": 2}]]
TABLE: Json = [["id", "name"], [1, "x"], [2, "y"]]


@pytest.mark.parametrize(
    ("body", "path", "shape"),
    [
        ([ITEM], "$", None),
        ({"data": [ITEM]}, "$.data", None),
        ({"errors": THREE, "data": [ITEM]}, "$.data", None),
        ({"included": THREE, "links": THREE, "records": [ITEM]}, "$.records", None),
        ({"a": {"b": {"c": {"d": [ITEM]}}}}, "$.a.b.c.d", None),
        ({"edges": [{"cursor": "x", "node": ITEM}]}, "$.edges[*].node", None),
        ({"list": [{"customer": ITEM, "card": {"a": 1}}]}, "$.list[*].customer", None),
        ({"boards": [{"page": {"items": [ITEM]}}]}, "$.boards[*].page.items[*]", None),
        ({"pages": {"12": ITEM, "13": ITEM}}, "$.pages", "object"),
        ({"rows": PAIRS}, "$.rows", "entries"),
        ({"values": TABLE}, "$.values", "columns"),
        ({"hourly": {"time": ["a", "b"], "rain": [0, 1]}}, "$.hourly", "columns"),
        ({"data": [], "total": 0}, "$.data", None),
        ([], "$", None),
        (ITEM, "$", None),
        ({"data": ITEM}, "$.data", None),
    ],
)
def test_the_items_are_found(body: Json, path: str, shape: str | None):
    found = find_items(body)[0]
    assert (found.listing.path, found.listing.shape) == (path, shape)
    assert found.reason.startswith(f"`{path}` ")


def test_a_list_inside_records_is_not_taken_for_them():
    order: Json = {"id": 1, "lines": [{"id": 2, "updated_at": "2024-05-03"}]}
    assert find_items({"result": [order]})[0].listing.path == "$.result"


def test_columns_are_named_by_a_list_beside_the_rows():
    body: Json = {"cols": [{"name": "id"}, {"name": "at"}], "rows": [[1, 2], [3, 4]]}
    found = find_items(body)[0]
    assert found.candidate.members["columns"] == {"id": "$[0]", "at": "$[1]"}
    assert found.listing.sample == [{"id": 1, "at": 2}, {"id": 3, "at": 4}]


def test_the_address_tells_which_of_two_lists_it_asks_for():
    body: Json = {"users": [ITEM], "tickets": [ITEM]}
    request = Request("GET", "https://api.example.com/v2/tickets.json?x=1")
    found = find_items(body, request)
    assert found[0].listing.path == "$.tickets"
    assert "the address asks for tickets" in found[0].reason
    assert find_items(body)[0].candidate.score < 0.85


def test_nothing_is_found_where_nothing_is():
    for body in (None, 3, "x", {}, {"a": 1}, {"message": "Not found"}):
        assert find_items(body) == []


def test_a_list_of_many_is_only_sampled():
    listing = find_items([{"id": n} for n in range(1_000)])[0].listing
    assert (listing.total, len(listing.sample)) == (1_000, 200)

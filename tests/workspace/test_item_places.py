"""Items stand somewhere in the response, whatever shape they come in."""

import pytest

from ferrule.exchange import MISSING
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import read_steps
from ferrule.workspace.item_places import ItemsAt, inside_item, items_in, places_in

LIST = {"items": [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}]}
OBJECT = {"rows": {"a'b": {"id": 1}, "n": 5}}
ENTRIES = {"rows": [["x", {"id": 1}], ["y", 7], "odd"]}
HEADED = {"values": [["id", "it's"], [1, "anna"], [2, "bo", "more"]]}
PICKED = {"values": [[1, {"name": "anna"}], [2, {"name": "bo"}]]}
LISTS = {"table": {"id": [1, 2], "who": ["anna"], "total": 9}}
DEEP = {"table": {"a": {"ids": [1, 2]}, "names": ["x", "y"]}}

# The response, its items, the number of one, a path in it, and where that leads.
CASES = [
    (LIST, ItemsAt("$.items"), 1, "$.id", "$['items'][1]['id']"),
    (LIST, ItemsAt("$.items[*]"), 0, "$.tags[0]", "$['items'][0]['tags'][0]"),
    (LIST, ItemsAt("$.items[?@.id == 2]"), 0, "$.id", "$['items'][1]['id']"),
    (LIST, ItemsAt("$..items"), 0, "$[1].id", "$['items'][1]['id']"),
    (OBJECT, ItemsAt("$.rows", "object"), 0, "$.id", "$['rows']['a\\'b']['id']"),
    (OBJECT, ItemsAt("$.rows", "object"), 1, "$._value", "$['rows']['n']"),
    (ENTRIES, ItemsAt("$.rows", "entries"), 0, "$.id", "$['rows'][0][1]['id']"),
    (ENTRIES, ItemsAt("$.rows", "entries"), 0, "$._key", "$['rows'][0][0]"),
    (ENTRIES, ItemsAt("$.rows", "entries"), 1, "$._value", "$['rows'][1][1]"),
    (OBJECT, ItemsAt("$.rows", "entries"), 0, "$.id", "$['rows']['a\\'b']['id']"),
    (HEADED, ItemsAt("$.values", "columns"), 0, "$.id", "$['values'][1][0]"),
    (HEADED, ItemsAt("$.values", "columns"), 1, "$['it\\'s']", "$['values'][2][1]"),
    (
        PICKED,
        ItemsAt("$.values", "columns", (("id", "$[0]"), ("who", "$[1]"))),
        1,
        "$.who.name",
        "$['values'][1][1]['name']",
    ),
    (LISTS, ItemsAt("$.table", "columns"), 1, "$.id", "$['table']['id'][1]"),
    (
        DEEP,
        ItemsAt("$.table", "columns", (("id", "$.a.ids"), ("name", "$.names"))),
        1,
        "$.id",
        "$['table']['a']['ids'][1]",
    ),
]


@pytest.mark.parametrize(("body", "at", "number", "path", "where"), CASES)
def test_a_member_of_an_item_is_traced_and_back(body, at, number, path, where):
    places = list(places_in(body, at))
    assert [place.item for place in places] == items_in(body, at)
    match = next(compile_path(path).find(places[number].item))
    assert places[number].at(match.path) == where
    assert compile_path(where).values(body) == [match.value]
    assert inside_item(read_steps(where), body, at) == read_steps(path)


@pytest.mark.parametrize(
    ("node", "body", "at"),
    [
        ("$['total']", LIST, ItemsAt("$.items")),
        ("$['items']", LIST, ItemsAt("$.items")),
        ("$['rows']", OBJECT, ItemsAt("$.rows", "object")),
        ("$['items'][0]", LIST, ItemsAt("$[")),
        ("$['items'][0]", LIST, ItemsAt("")),
    ],
)
def test_what_stands_in_no_item_has_no_way_from_one(node, body, at):
    assert inside_item(read_steps(node), body, at) is None


def test_a_header_cell_leads_to_the_member_that_it_names():
    at = ItemsAt("$.values", "columns")
    assert inside_item(("values", 0, 1), HEADED, at) == ("it's",)


def test_a_broken_path_and_no_response_have_no_items():
    assert items_in(LIST, ItemsAt("$.[")) == []
    assert list(places_in(MISSING, ItemsAt("$"))) == []
    assert list(places_in(LIST, ItemsAt("$.[", "object"))) == []


def test_a_half_typed_mapping_still_says_what_it_can():
    found = ItemsAt.of({"itemsPath": "$.x", "itemsShape": "bo", "columns": {"a": 1}})
    assert found == ItemsAt("$.x")
    found = ItemsAt.of({"itemsPath": 1, "itemsShape": "entries"})
    assert found == ItemsAt("", "entries")

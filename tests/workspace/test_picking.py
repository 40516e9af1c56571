"""Pointing at a value gives a path that works for every item."""

import pytest

from ferrule.exchange import MISSING
from ferrule.expression.jsonpath import compile_path
from ferrule.workspace.item_places import ItemsAt, items_in
from ferrule.workspace.picking import ways_to

BODY = {
    "total": 2,
    "next": {"cursor": "abc"},
    "items": [
        {
            "id": number,
            "user": {"login": "anna"},
            "labels": [{"name": "bug", "color": "f00"}, {"name": "it's", "n": 2}],
            "fields": [{"id": 10, "value": "high"}],
        }
        for number in range(2)
    ],
}
AT = ItemsAt("$.items")


def paths(node, at=AT, reach="item", body=BODY):
    return [way.path for way in ways_to(node, body, at, reach)]


def test_the_best_way_starts_at_the_item():
    assert paths("$['items'][0]['user']['login']") == [
        "$.user.login",
        "$.items[*].user.login",
        "$..login",
        "$.items[0].user.login",
    ]


def test_an_entry_of_a_list_has_a_way_by_key_and_one_by_number():
    assert paths("$['items'][0]['labels'][1]['n']")[:4] == [
        "$.labels[*].n",
        "$.labels[?@.name == 'it\\'s'].n",
        "$.labels[1].n",
        "$.items[*].labels[*].n",
    ]
    assert paths("$['items'][0]['fields'][0]['value']")[1] == (
        "$.fields[?@.id == 10].value"
    )


def test_what_tells_an_entry_apart_is_not_looked_up_by_itself():
    assert not any("?" in path for path in paths("$['items'][0]['labels'][1]['name']"))


@pytest.mark.parametrize(
    ("node", "best"),
    [("$['next']['cursor']", "$.next.cursor"), ("$['total']", "$.total")],
)
def test_what_stands_outside_of_the_items_starts_at_the_top(node, best):
    assert paths(node)[0] == best


def test_a_field_that_looks_at_the_response_gets_paths_from_the_top():
    found = paths("$['items'][0]['id']", reach="body")
    assert found[:2] == ["$.items[*].id", "$.items[0].id"]
    assert paths("$['items']", reach="body")[0] == "$.items"


@pytest.mark.parametrize("shape", ["object", "entries"])
def test_paths_are_relative_to_items_of_any_shape(shape):
    body = {"rows": {"a": {"user": {"login": "x"}}, "b": {"user": {"login": "y"}}}}
    at = ItemsAt("$.rows", shape)
    best = paths("$['rows']['b']['user']['login']", at, body=body)[0]
    assert best == "$.user.login"
    assert [compile_path(best).first(item) for item in items_in(body, at)] == ["x", "y"]


def test_a_cell_of_a_table_is_named_by_its_column():
    body = {"values": [["id", "who"], [1, "anna"]]}
    at = ItemsAt("$.values", "columns")
    assert paths("$['values'][1][1]", at, body=body)[0] == "$.who"
    assert paths("$['values'][0][0]", at, body=body)[0] == "$.id"


def test_every_way_matches_the_value_that_was_pointed_at():
    node = "$['items'][1]['labels'][1]['n']"
    item, value = BODY["items"][1], 2
    for way in ways_to(node, BODY, AT):
        roots = (item, BODY)
        assert any(value in compile_path(way.path).values(root) for root in roots)
        assert way.words


def test_without_a_response_a_path_can_still_be_written():
    assert paths("$['a'][0]", ItemsAt(), body=MISSING) == ["$.a[*]", "$.a[0]", "$..a"]

"""What a draft makes of a sample: rows, words, tags, matches and hits."""

import pytest

from ferrule.exchange import Response
from ferrule.ui.models.live import look, matches, template_matches
from ferrule.ui.models.signals import signal_columns
from ferrule.ui.models.table import CELL, RowsModel
from ferrule.workspace.authoring import blank
from ferrule.workspace.item_places import ItemsAt, places_in

BODY = {
    "items": [
        {"id": 1, "title": "a", "updated_at": "2026-02-03T04:05:06Z", "tags": ["x"]},
        {"id": 2, "title": "b", "updated_at": "2026-02-03T04:05:06Z", "tags": []},
        {"id": 3, "title": "c", "updated_at": "yesterday", "state": "open"},
        {"id": 4, "title": "d\u202e", "updated_at": "2026-02-03T04:05:06Z"},
    ]
}


def draft(**mapping):
    document = blank("live")
    document["fieldMapping"] |= {"itemsPath": "$.items", **mapping}
    return document


def words(found):
    return [count.words for count in found.counts]


def test_rows_say_what_became_of_each_item():
    only = {"when": "$.id", "operator": "not_equals", "value": 2}
    found = look(draft(filter=only), BODY, None)
    assert [row.state for row in found.rows] == ["ok", "skipped", "error", "warning"]
    assert words(found) == ["1 ok", "2 need attention", "1 left out"]
    first, second, third, _ = found.rows
    assert (first.id, first.time, first.summary) == ("1", "2026-02-03 04:05", "a")
    assert (second.check, second.id) == ("Left out", "")
    assert third.check == "No timestampPath"
    assert "yesterday" in third.summary


def test_a_list_that_is_mapped_and_always_empty_is_named():
    found = look(draft(participantsPath="$.people"), BODY, None)
    assert "2 without people" in words(found)
    assert found.rows[0].check == "No people"
    found = look(draft(tagsPath="$.tags[*]"), BODY, None)
    assert not any("tags" in word for word in words(found))


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [({"itemsPath": "$.none"}, ["No items"]), ({"idPath": "$["}, ["No preview"])],
)
def test_no_rows_are_told_too(mapping, expected):
    assert words(look(draft(**mapping), BODY, None)) == expected


def test_mapped_nodes_are_tagged_with_their_field():
    found = look(draft(summaryTemplate="{{id}} {{title}} {{config.a}}"), BODY, None)
    assert found.tags["$['items'][0]['id']"] == "id, summary"
    assert found.tags["$['items'][0]['title']"] == "summary"
    assert found.tags["$['items']"] == "items · 4"


def test_rules_are_counted_by_what_they_decide():
    rules = [
        {"when": "$.id", "operator": "lt", "value": 2, "then": "low"},
        {"if": {"not": {"when": "$.id", "operator": "exists"}}, "then": "none"},
        {"when": "$["},
        {"when": "$.id", "operator": "exists", "then": "rest"},
    ]
    document = draft(signalTypeRules=rules)
    found = look(document, BODY, None)
    assert found.hits["signalTypeRules"] == [1, 0, None, 3]
    document = draft(priorityMapping=[{**rules[0], "then": "low"}, {"when": "$["}])
    assert look(document, BODY, None).hits["priorityMapping"] == [1, None]
    document = draft(signalTypeRules=[rules[0], rules[1], rules[3]])
    assert look(document, BODY, None).hits["signalTypeRules"] == [1, 0, 2]


@pytest.mark.parametrize(
    ("items", "text", "reach", "expected"),
    [
        ("$.items", "$.tags[*]", "item", ["$['items'][0]['tags'][0]"]),
        ("$.items[*]", "$.state", "item", ["$['items'][2]['state']"]),
        ("$.items", "$.items[1].id", "body", ["$['items'][1]['id']"]),
        ("$.items", "$[", "item", []),
        ("$[", "$.id", "item", []),
    ],
)
def test_matches_are_whole_paths(items, text, reach, expected):
    assert matches(BODY, ItemsAt(items), text, reach) == expected


def test_a_template_matches_what_it_fills_in():
    text = "{{id}} {{$.tags[0]}} {{config.x}}"
    found = template_matches(BODY, ItemsAt("$.items"), text)
    assert found[0] == "$['items'][0]['id']"
    assert found[-1] == "$['items'][0]['tags'][0]"
    assert template_matches(BODY, ItemsAt("$.items"), "{{") == []


def test_a_broken_items_path_has_no_places():
    assert list(places_in(BODY, ItemsAt("$."))) == []
    assert list(places_in(BODY, ItemsAt("$.items.id"))) == []


def test_the_columns_draw_every_kind_of_row(qapp):
    found = look(draft(), BODY, None)
    model = RowsModel(signal_columns(), found.rows)
    texts = [model.index(0, n).data(CELL).text for n in range(model.columnCount())]
    assert texts[:2] == ["1", "1"]
    assert model.index(2, 5).data(CELL).ink == "danger"
    assert Response(200, (), b"").json is None

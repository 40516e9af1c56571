"""Searching values, counting leaves, items as rows."""

from decimal import Decimal

import pytest

pytest.importorskip("PySide6")

from ferrule.exchange import MISSING
from ferrule.ui.models.json_search import MOST, search
from ferrule.ui.models.leaf_use import leaves_used
from ferrule.ui.models.records import RecordsModel
from ferrule.workspace.item_places import ItemsAt, items_in

BODY = {
    "total": 2,
    "items": [
        {"id": 1, "user": {"login": "Anna"}, "labels": [{"name": "x"}, {"name": "y"}]},
        {"id": 2, "user": {"login": "bo"}, "labels": [], "Extra": Decimal("1.50")},
    ],
}


@pytest.mark.parametrize(
    ("needle", "found"),
    [
        ("anna", [("items", 0, "user", "login")]),
        ("login", [("items", 0, "user", "login"), ("items", 1, "user", "login")]),
        ("Anna", [("items", 0, "user", "login")]),
        ("LOGIN", []),
        ("1.50", [("items", 1, "Extra")]),
        ("extra", [("items", 1, "Extra")]),
        ("", []),
    ],
)
def test_names_and_values_are_searched_in_order(needle, found):
    assert search(BODY, needle) == found


def test_a_search_ends_at_ten_thousand_or_when_told():
    assert len(search(["a"] * 20_000, "a")) == MOST
    assert search(["a"] * 10, "a", lambda: True) == []


@pytest.mark.parametrize(
    ("path", "count"),
    [("$.items[*]", 2), ("$.items", 2), ("$", 1), ("$.x", 0), ("$.[", 0), ("", 0)],
)
def test_items_are_those_the_sync_takes(path, count):
    assert len(items_in(BODY, ItemsAt(path))) == count
    assert items_in(MISSING, ItemsAt(path)) == []


@pytest.mark.parametrize("path", ["$.items[*]", "$.items"])
def test_mapped_leaves_of_the_first_item_are_counted(path):
    tags = ["$['items'][0]['id']", "$['items'][0]['labels'][1]['name']", "$['total']"]
    assert leaves_used(BODY, ItemsAt(path), tags) == (2, 3)
    assert leaves_used(BODY, ItemsAt(path), []) == (0, 3)
    assert leaves_used(BODY, ItemsAt("$.none[*]"), tags) == (0, 0)


def test_columns_are_the_union_of_keys(qapp, qtmodeltester):
    model = RecordsModel(BODY["items"])
    assert [column.key for column in model.columns] == [
        "#",
        "id",
        "user",
        "labels",
        "Extra",
    ]
    cells = [column.text(model.row(1)) for column in model.columns]
    assert cells == ["1", "2", "bo", "[0]", "1.50"]
    qtmodeltester.check(model, force_py=True)


def test_values_that_are_no_objects_have_a_column(qapp):
    model = RecordsModel([1, "two", {"a": 3}])
    assert [[c.text(row) for c in model.columns] for row in model.rows()] == [
        ["0", "1", ""],
        ["1", "two", ""],
        ["2", "", "3"],
    ]


def test_more_rows_come_as_they_are_asked_for_and_all_are_ordered(qapp):
    items = [{"n": None if n == 7 else 5_000 - n} for n in range(5_000)]
    model = RecordsModel(items)
    root = model.index(-1, -1)
    assert (model.rowCount(), model.canFetchMore(root)) == (2_000, True)
    model.fetchMore(root)
    assert model.rowCount() == 4_000
    model.sort(1)
    assert model.rowCount() == 5_000
    assert [model.row(at)[1]["n"] for at in range(3)] == [None, 1, 2]


def test_huge_numbers_are_ordered_exactly(qapp):
    items = [{"n": 10**400}, {"n": Decimal("9E+399")}, {"n": "text"}, {"n": 1.5}]
    model = RecordsModel(items)
    model.sort(1)
    assert [row[0] for row in model.rows()] == [3, 1, 0, 2]

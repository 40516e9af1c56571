"""The table's model: rows, order, filter, and what a view must be told."""

import pytest
from PySide6 import QtCore

from ferrule.ui.models.table import CELL, ROW, Column, RowsModel

ROWS = [(3, "Crash", "high"), (1, "Éclair", "low"), (2, "crate", "low")]
ORDERS = QtCore.Qt.SortOrder


def columns():
    return [
        Column("id", "#", lambda r: str(r[0]), "number", 60, order=lambda r: r[0]),
        Column("title", "Title", lambda r: r[1], stretch=True),
        Column("level", "Level", lambda r: r[2], "status", state=lambda _: "ok"),
    ]


@pytest.fixture
def model(qapp):
    return RowsModel(columns(), ROWS, key=lambda r: r[0])


def shown(model):
    return [row[0] for row in model.rows()]


def test_qt_finds_no_fault(model, qtmodeltester):
    qtmodeltester.check(model)


def test_a_cell_is_text_a_value_and_a_sentence(model):
    roles = QtCore.Qt.ItemDataRole
    index = model.index(0, 1)
    assert index.data() == "Crash"
    assert index.data(roles.AccessibleTextRole) == "Title: Crash"
    assert index.data(ROW) is ROWS[0]
    assert model.index(0, 2).data(CELL).state == "ok"
    assert model.headerData(0, QtCore.Qt.Orientation.Horizontal) == "#"
    assert model.data(QtCore.QModelIndex()) is None


@pytest.mark.parametrize(
    ("column", "order", "expected"),
    [
        (0, ORDERS.AscendingOrder, [1, 2, 3]),
        (0, ORDERS.DescendingOrder, [3, 2, 1]),
        (1, ORDERS.AscendingOrder, [3, 2, 1]),
        (-1, ORDERS.AscendingOrder, [3, 1, 2]),
    ],
)
def test_sorting(model, column, order, expected):
    model.sort(column, order)
    assert shown(model) == expected


def test_sorting_takes_what_a_view_points_at_along(model):
    kept = QtCore.QPersistentModelIndex(model.index(0, 1))
    model.sort(0)
    assert kept.row() == 2
    assert kept.data() == "Crash"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", [3, 1, 2]), ("cra", [3, 2]), ("écl", [1]), ("low crate", [2]), ("zz", [])],
)
def test_a_filter_takes_rows_that_hold_every_word(model, text, expected):
    model.set_filter(text)
    assert shown(model) == expected
    assert model.total == 3


def test_a_predicate_works_beside_the_filter(model):
    model.set_filter("cra")
    model.set_predicate(lambda row: row[2] == "low")
    assert shown(model) == [2]
    model.set_predicate(None)
    assert shown(model) == [3, 2]


def test_appending_inserts_and_keeps_the_order(model, qtbot):
    with qtbot.waitSignal(model.rowsInserted, timeout=1000):
        model.append([(5, "new", "low")])
    assert shown(model) == [3, 1, 2, 5]
    model.sort(0, ORDERS.DescendingOrder)
    model.append([(4, "later", "low")])
    assert shown(model) == [5, 4, 3, 2, 1]
    model.set_filter("crate")
    model.append([(9, "hidden", "low")])
    assert shown(model) == [2]


def test_changing_a_row_announces_it_and_unknown_rows_are_refused(model):
    seen = []
    model.dataChanged.connect(lambda top, _bottom: seen.append(top.row()))
    assert model.index(1, 1).data(CELL).text == "Éclair"
    assert model.change((1, "Screen", "low"))
    assert seen == [1]
    assert model.index(1, 1).data() == "Screen"
    assert not model.change((99, "", ""))
    model.set_filter("screen")
    assert model.change((1, "Gone", "low"))
    assert shown(model) == []


def test_rows_are_found_by_their_key(model):
    assert model.find(2) == 2
    assert model.find(99) == -1
    model.set_rows([(7, "x", "low")])
    assert model.find(7) == 0


def test_without_a_key_a_row_is_itself(qapp):
    rows = [["a"], ["a"]]
    model = RowsModel([Column("a", "A", lambda r: r[0])], rows)
    assert model.find(model.key(rows[1])) == 1


def test_a_tip_is_shown_as_plain_text(qapp):
    tipped = Column("t", "T", lambda r: r, tip=lambda r: f"<b>{r}</b>\n&")
    model = RowsModel([tipped, Column("u", "U", lambda r: r)], ["x", ""])
    role = QtCore.Qt.ItemDataRole.ToolTipRole
    assert model.index(0, 0).data(role) == (
        "<span>&lt;b&gt;x&lt;/b&gt;<br>&amp;</span>"
    )
    assert model.index(0, 1).data(role) is None

"""A JSON document as a tree of rows."""

from decimal import Decimal

import pytest

pytest.importorskip("PySide6")

from PySide6 import QtCore

from ferrule.exchange import MISSING, decode
from ferrule.expression.jsonpath import compile_path
from ferrule.ui.models import json_tree
from ferrule.ui.models.json_tree import JsonTreeModel
from ferrule.ui.models.json_value import read_path, visible, write_path

SPOKEN = int(QtCore.Qt.ItemDataRole.AccessibleTextRole)
DOCUMENT = {
    "id": 5,
    "user": {"login": "anna", "it's": "quoted", "a\\b\n": "odd", "😀": [True, None]},
    "amount": Decimal("12345678901234567890.123456789012345678"),
    "big": 2**70 + 1,
    "labels": [],
    "": {"": 0},
}


@pytest.fixture
def tree(qapp):
    model = JsonTreeModel()
    model.set_document(DOCUMENT)
    return model


def every_index(model, parent=None):
    above = parent if parent is not None else QtCore.QModelIndex()
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        yield index
        yield from every_index(model, index)


@pytest.mark.parametrize(
    "value",
    [DOCUMENT, [], {}, 7, None, MISSING, list(range(2_500)), {"a": [[[]]]}],
    ids=["object", "list", "nothing in it", "number", "null", "none", "chunks", "deep"],
)
def test_it_keeps_the_rules_of_a_model(qtmodeltester, qapp, value):
    model = JsonTreeModel()
    model.set_document(value)
    qtmodeltester.check(model, force_py=True)


def test_every_path_leads_back_to_its_value(tree):
    seen = 0
    for index in every_index(tree):
        path = index.data(json_tree.PATH)
        assert compile_path(path).values(DOCUMENT) == [tree.value(index)]
        assert tree.find(path) == index
        assert write_path(read_path(path)) == path
        seen += 1
    assert seen == 14


def test_more_than_a_thousand_entries_come_in_chunks(qapp):
    model = JsonTreeModel()
    model.set_document([{"n": number} for number in range(2_500)])
    root = model.index(0, 0)
    assert model.rowCount(root) == 3
    last = model.index(2, 0, root)
    assert last.data() == "[2,000 … 2,499]"
    assert last.data(json_tree.PATH) == "$"
    assert model.rowCount(last) == 500
    assert model.value(last)[-1] == {"n": 2_499}
    inside = model.find("$[2400]['n']")
    assert inside.data(json_tree.VALUE_TEXT) == "2400"
    assert inside.data(json_tree.PATH) == "$[2400]['n']"
    assert not model.find("$[2500]").isValid()


def test_a_large_object_comes_in_chunks_too(qapp):
    model = JsonTreeModel()
    model.set_document({f"k{number}": number for number in range(1_001)})
    assert model.rowCount(model.index(0, 0)) == 2
    assert model.find("$['k1000']").data() == "k1000: 1000"
    assert model.value(model.index(1, 0, model.index(0, 0))) == {"k1000": 1000}


def test_rows_are_made_when_they_are_asked_for(qapp):
    model = JsonTreeModel()
    model.set_document([list(range(100)) for _ in range(1_000)])
    model.index(0, 0, model.index(0, 0))
    assert len(model._nodes) == 1_001


def test_numbers_keep_every_digit(qapp):
    model = JsonTreeModel()
    raw = b'{"id": 123456789012345678901234567890, "d": 0.1000000000000000055511151231}'
    model.set_document(decode(raw))
    shown = [model.find(path).data(json_tree.VALUE_TEXT) for path in ("$['id']",)]
    assert shown == ["123456789012345678901234567890"]
    assert (
        model.find("$['d']").data(json_tree.VALUE_TEXT)
        == "0.1000000000000000055511151231"
    )


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("$['id']", "id, number 5, mapped to id, matched"),
        ("$['user']['login']", "login, text anna"),
        ("$['labels']", "labels, list of 0"),
        ("$['user']['😀'][1]", "1, null"),
        ("$", "whole response, object with 6 members"),
    ],
)
def test_a_row_is_spoken_as_a_sentence(tree, path, told):
    tree.set_tags({"$['id']": "id"})
    tree.set_matches(["$['id']"])
    assert tree.find(path).data(SPOKEN) == told


def test_marks_that_turn_text_round_are_shown_as_what_they_are(qapp):
    model = JsonTreeModel()
    model.set_document({"a\u202eb": "x\u2066y\x00"})
    row = model.row(model.find("$['a\u202eb']"))
    assert row.key == "a\ufffdb"
    assert row.text == '"x\ufffdy\\u0000"'
    assert visible("plain text") == "plain text"
    assert len(visible("\t\n\u202e")) == 3


def test_places_compare_in_document_order(tree):
    paths = [index.data(json_tree.PATH) for index in every_index(tree)]
    assert sorted(paths, key=tree.rank) == paths

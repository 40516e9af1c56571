"""A draft as the window sees it: announced, undone, redone."""

import pytest

from ferrule.exchange import MISSING
from ferrule.ui.models.draft import DraftModel, escaped
from ferrule.workspace.drafts import Draft


@pytest.fixture
def model(qapp):
    return DraftModel(
        Draft({"id": "a", "name": "A"}, {"id": "a", "name": "A"}), "own:a"
    )


def heard(model):
    said = []
    model.changed.connect(lambda: said.append("changed"))
    model.history.connect(lambda: said.append("history"))
    model.saved.connect(said.append)
    return said


def test_an_edit_is_announced_with_whether_it_is_saved(model):
    said = heard(model)
    model.edit("/name", "B", "Name")
    assert said == ["changed", "history", False]
    assert (model.title, model.modified) == ("B", True)


def test_an_edit_that_changes_nothing_is_not_announced(model):
    said = heard(model)
    model.edit("/name", "A")
    assert said == []
    assert model.undoable is None
    assert model.undo() is None
    assert said == []


def test_undo_and_redo_go_back_and_forth(model):
    model.edit("/name", "B", "Name")
    assert (model.undoable, model.redoable) == ("Name", None)
    said = heard(model)
    assert model.undo() == "Name"
    assert said == ["changed", "history", True]
    assert model.redoable == "Name"
    assert model.redo() == "Name"
    assert model.value("/name") == "B"


def test_typing_into_one_field_is_one_step(model):
    for text in ("B", "Be", "Bet"):
        model.edit("/name", text, "Name", "type:/name")
    model.edit("/id", "b", "Id", "type:/id")
    model.undo()
    assert model.value("/name") == "Bet"
    model.undo()
    assert model.document == {"id": "a", "name": "A"}


def test_a_member_goes_with_missing_and_a_whole_document_is_one_step(model):
    model.edit("/name", MISSING)
    assert model.value("/name") is MISSING
    assert model.title == "a"
    model.replace({"id": "z"}, "Edit JSON")
    assert model.undo() == "Edit JSON"
    assert model.document == {"id": "a"}


def test_saving_is_announced(model):
    model.edit("/name", "B")
    said = heard(model)
    model.draft.saved = model.document
    model.mark_saved()
    assert said == [True]


def test_names_are_escaped_for_pointers(model):
    model.edit(f"/{escaped('a/b~c')}", 1)
    assert model.document["a/b~c"] == 1

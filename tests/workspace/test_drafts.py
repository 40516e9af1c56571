"""Drafts: a history of values that never change, kept until they are saved."""

from pathlib import Path

import pytest
from tests.cli.test_run import unseen

from ferrule.errors import DescriptorInvalid, UsageError
from ferrule.exchange import MISSING
from ferrule.workspace.authoring import (
    blank,
    copy_of,
    open_draft,
    parse_text,
    pretty,
    problems_in,
    save_draft,
)
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.draft_shelf import DraftShelf
from ferrule.workspace.drafts import DEPTH, Draft
from ferrule.workspace.home import Home
from ferrule.workspace.project import init_project
from ferrule.workspace.sending import sendable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def catalogue(home, tmp_path) -> Catalogue:
    return Catalogue(init_project(tmp_path / "work", home))


EDITS = [
    ("/name", "b", {"name": "b", "list": [1, 2]}),
    ("/deep/er", 1, {"name": "a", "list": [1, 2], "deep": {"er": 1}}),
    ("/name", MISSING, {"list": [1, 2]}),
    ("/nothing/here", MISSING, {"name": "a", "list": [1, 2]}),
    ("/list/0", 9, {"name": "a", "list": [9, 2]}),
    ("/list/-", 3, {"name": "a", "list": [1, 2, 3]}),
    ("/list/1", MISSING, {"name": "a", "list": [1]}),
    ("/a~1b/c~0d", 1, {"name": "a", "list": [1, 2], "a/b": {"c~d": 1}}),
]


@pytest.mark.parametrize(("pointer", "value", "wanted"), EDITS)
def test_an_edit_makes_a_new_document(pointer, value, wanted):
    before = {"name": "a", "list": [1, 2]}
    draft = Draft(before)
    draft.edit(pointer, value)
    assert draft.document == wanted
    assert before == {"name": "a", "list": [1, 2]}
    assert draft.value(pointer) == (value if pointer != "/list/-" else MISSING)


def test_undo_and_redo_go_through_every_state():
    draft = Draft({"n": 0})
    for number in range(1, 4):
        draft.edit("/n", number, label=f"to {number}")
    assert [draft.undo() for _ in range(4)] == ["to 3", "to 2", "to 1", None]
    assert draft.document == {"n": 0}
    assert [draft.redo() for _ in range(4)] == ["to 1", "to 2", "to 3", None]
    draft.undo()
    draft.edit("/n", 9)
    assert draft.redo() is None


def test_typing_into_one_field_undoes_at_once():
    draft = Draft({"n": ""})
    for text in ("a", "ab", "abc"):
        draft.edit("/n", text, merge="/n")
    draft.edit("/m", "x", merge="/m")
    draft.undo()
    assert draft.document == {"n": "abc"}
    draft.undo()
    assert draft.document == {"n": ""}


def test_an_edit_that_changes_nothing_is_no_step():
    draft = Draft({"n": 1}, saved={"n": 1})
    draft.edit("/n", 1)
    assert draft.undo() is None
    assert not draft.modified


def test_a_descriptor_stays_an_object():
    with pytest.raises(UsageError, match="JSON object"):
        Draft({"n": 1}).edit("", [1])


def test_the_history_has_an_end():
    draft = Draft({"n": 0})
    for number in range(DEPTH + 50):
        draft.edit("/n", number + 1)
    assert len(draft.done) == DEPTH


def test_a_draft_is_kept_with_its_history_until_it_is_dropped(home):
    shelf, draft = DraftShelf(home, "work"), Draft({"id": "a"}, saved={"id": "a"})
    draft.edit("/name", "new")
    shelf.keep("a", draft)
    ((name, kept),) = shelf.kept()
    assert (name, kept.document, kept.saved) == ("a", draft.document, {"id": "a"})
    assert list(DraftShelf(home, "other").kept()) == []
    draft.mark_saved(draft.document)
    shelf.keep("a", draft)
    ((_, kept),) = shelf.kept()
    assert not kept.modified
    assert kept.undo() == "/name"
    shelf.drop("a")
    assert list(shelf.kept()) == []
    assert list(home.drafts.iterdir()) == []


def test_what_is_true_is_not_one():
    draft = Draft({"n": 1}, saved={"n": 1})
    draft.edit("/n", True)
    assert draft.value("/n") is True
    assert draft.modified
    assert draft.undo() == "/n"


def test_the_released_document_is_the_first_of_its_version():
    draft = Draft({"version": "1.0.0"}, saved={"version": "1.0.0"})
    draft.edit("/name", "a")
    draft.mark_saved(draft.document)
    assert draft.released == {"version": "1.0.0"}
    draft.edit("/version", "1.0.1")
    draft.mark_saved(draft.document)
    assert draft.released == {"version": "1.0.1", "name": "a"}


def test_a_blank_descriptor_is_valid():
    assert [p for p in problems_in(blank()) if p.severity == "error"] == []


def test_a_copy_has_an_id_of_its_own():
    raw = pretty(unseen("link")).encode()
    made = copy_of(raw, {"unseen-link-copy", "unseen-link-copy-2"})
    assert made["id"] == "unseen-link-copy-3"
    assert made["name"].endswith("(copy)")


def test_saving_needs_a_valid_draft_and_writes_it_whole(catalogue):
    draft = Draft(unseen("link"))
    draft.edit("/fieldMapping/idPath", "$.[")
    with pytest.raises(DescriptorInvalid):
        save_draft(catalogue, draft)
    assert list(catalogue.project.descriptors.rglob("*.json")) == []
    draft.undo()
    save_draft(catalogue, draft)
    assert not draft.modified
    assert open_draft(catalogue, "unseen-link").document == draft.document


def test_text_is_read_with_the_place_of_its_error():
    assert parse_text(pretty({"id": "a", "é": [1]})) == {"id": "a", "é": [1]}
    with pytest.raises(DescriptorInvalid, match="line 2, column"):
        parse_text('{\n"a" 1}')


def test_a_half_typed_mapping_does_not_keep_from_sending():
    document = unseen("link")
    document["fieldMapping"]["idPath"] = "$.["
    assert problems_in(sendable(document)) == problems_in(sendable(sendable(document)))
    assert sendable(document)["ingestion"] == document["ingestion"]
    document["ingestion"]["method"] = "FETCH"
    assert sendable(document) == document

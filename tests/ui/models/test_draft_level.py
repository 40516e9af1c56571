"""Levels of a draft: what a stream inherits, overrides and leaves out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.descriptor.streams import merge_patch
from ferrule.exchange import MISSING
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.draft_level import CONNECTOR, LevelDraft
from ferrule.ui.models.merge_patch import below, difference, patched
from ferrule.ui.models.stream_edits import (
    overrides_of,
    stream_keys,
    with_copy,
    with_moved,
    with_renamed,
    with_section,
    with_stream,
    without_stream,
)
from ferrule.workspace.authoring import blank
from ferrule.workspace.drafts import Draft

NAMES = st.sampled_from(["a", "b", "c"])
# A merge patch cannot say null: there it means that a member goes.
VALUES = st.recursive(
    st.booleans() | st.integers(0, 3) | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=3)
PATCHES = st.dictionaries(NAMES, VALUES | st.none(), max_size=3)


@given(base=OBJECTS, wanted=OBJECTS, before=st.just(MISSING) | PATCHES)
@settings(max_examples=80)
def test_a_difference_makes_the_one_of_the_other(base, wanted, before):
    assert merge_patch(base, difference(base, wanted, before)) == wanted


@given(
    base=OBJECTS,
    patch=st.just(MISSING) | PATCHES,
    way=st.lists(NAMES, min_size=1, max_size=3),
    value=st.just(MISSING) | VALUES,
)
@settings(max_examples=150)
def test_what_is_put_in_the_merged_whole_stands_there(base, patch, way, value):
    before = merge_patch(base, {} if patch is MISSING else patch)
    above = below(before, way[:-1])
    if isinstance(above, list):
        return  # a name is no place in a list
    for length in range(1, len(way)):
        if isinstance(below(before, way[:length]), list):
            return
    fresh = patched(base, patch, way, value)
    after = merge_patch(base, {} if fresh is MISSING else fresh)
    assert below(after, way) == value
    for name in {*before} - {way[0]}:
        assert after[name] == before[name]


def test_the_patch_is_the_least_that_says_it():
    base = {"pagination": {"type": "page", "pageSize": 50}, "query": {"a": "1"}}
    assert patched(base, MISSING, ["pagination", "pageSize"], 20) == {
        "pagination": {"pageSize": 20}
    }
    assert patched(base, MISSING, ["query"], {"b": "1"}) == {
        "query": {"b": "1", "a": None}
    }
    assert patched({"n": 1}, MISSING, ["n"], True) == {"n": True}


def level_of(streams, **rest):
    document = {**blank("some"), "streams": streams, **rest}
    whole = DraftModel(Draft(document), "x")
    draft = LevelDraft(whole)
    draft.set_level(0)
    return whole, draft


def test_a_stream_reads_merged_and_writes_its_patch():
    whole, draft = level_of([{"key": "s", "polling": {"method": "POST"}}])
    assert draft.value("/ingestion/method") == "POST"
    assert draft.value("/ingestion/rateLimitRpm") == 60
    assert draft.value("/ingestion/mode") == "polling"
    draft.edit("/ingestion/delta", {"type": "since_id"}, "Delta")
    assert whole.value("/streams/0/polling") == {
        "method": "POST",
        "delta": {"type": "since_id"},
    }
    assert whole.value("/ingestion/delta") == {"type": "none"}
    draft.edit("/name", "Other", "Name")
    assert whole.value("/name") == "Other"
    draft.set_level(CONNECTOR)
    draft.edit("/ingestion/method", "PUT", "Method")
    assert whole.value("/ingestion/method") == "PUT"


@pytest.mark.parametrize(
    ("pointer", "standing"),
    [
        ("/fieldMapping/idPath", "inherited"),
        ("/fieldMapping/filter", "plain"),
        ("/fieldMapping/timestampPath", "own"),
        ("/fieldMapping/tagsPath", "added"),
        ("/fieldMapping/summaryTemplate", "removed"),
        ("/ingestion/delta", "own"),
        ("/ingestion/delta/type", "own"),
        ("/ingestion/pagination/type", "inherited"),
        ("/name", "plain"),
    ],
)
def test_how_a_place_stands_to_the_connector(pointer, standing):
    mapping = {"timestampPath": "$.at", "tagsPath": "$.t", "summaryTemplate": None}
    polling = {"delta": {"type": "since_id"}}
    _, draft = level_of([{"key": "s", "fieldMapping": mapping, "polling": polling}])
    assert draft.standing(pointer) == standing
    draft.set_level(CONNECTOR)
    assert draft.standing(pointer) == "plain"


def test_override_and_inherit_are_each_one_step():
    whole, draft = level_of([{"key": "s"}])
    draft.override("/ingestion/pagination", "Override paging")
    assert whole.value("/streams/0/polling/pagination") == {"type": "none"}
    assert draft.standing("/ingestion/pagination") == "own"
    draft.edit("/ingestion/pagination/type", "none", "Kind")
    assert draft.standing("/ingestion/pagination") == "own"
    draft.inherit("/ingestion/pagination", "Inherit paging")
    assert whole.value("/streams/0") == {"key": "s"}
    draft.undo()
    draft.undo()
    assert whole.value("/streams/0") == {"key": "s"}
    assert whole.undoable is None


def test_removing_says_null_and_only_where_there_is_something_to_remove():
    whole, draft = level_of([{"key": "s"}])
    draft.edit("/ingestion/pagination", MISSING, "Remove")
    assert whole.value("/streams/0/polling") == {"pagination": None}
    assert draft.value("/ingestion/pagination") is MISSING
    before = whole.document
    draft.edit("/ingestion/partition", MISSING, "Remove")
    assert whole.document == before


def test_places_are_told_in_the_document_and_here():
    _, draft = level_of([{"key": "s"}], ingestion={"mode": "polling_and_webhook"})
    assert draft.raw("/ingestion/polling/query/a~1b") == "/streams/0/polling/query/a~1b"
    assert draft.raw("/name") == "/name"
    assert draft.here("/streams/0/polling/query/a") == "/ingestion/polling/query/a"
    assert draft.here("/streams/0/fieldMapping/idPath") == "/fieldMapping/idPath"
    assert draft.here("/streams/1/fieldMapping/idPath") is None
    assert draft.here("/streams/0/key") == "/streams/0/key"
    assert draft.here("/name") == "/name"


TWO = {
    "id": "x",
    "streams": [
        {"key": "boards", "collectionKey": "board", "polling": {"cache": True}},
        {
            "key": "cards",
            "name": "Cards",
            "polling": {
                "partition": {"name": "b", "parent": "boards", "path": "$.id"},
                "pagination": {"type": "none"},
            },
        },
    ],
    "healthCheck": {"streams": ["boards"]},
    "tags": ["boards"],
}


def test_streams_are_added_copied_moved_and_removed():
    assert stream_keys(with_stream(TWO)) == ["boards", "cards", "stream"]
    copied = with_copy(TWO, 0)
    assert stream_keys(copied) == ["boards", "boards-copy", "cards"]
    assert "collectionKey" not in copied["streams"][1]
    assert stream_keys(with_copy(copied, 0))[1] == "boards-copy-2"
    assert stream_keys(with_moved(TWO, 1, 0)) == ["cards", "boards"]
    assert stream_keys(without_stream(TWO, 0)) == ["cards"]
    assert "streams" not in without_stream(without_stream(TWO, 0), 0)
    assert overrides_of(TWO, 1) == 2
    assert overrides_of(TWO, 7) == 0


def test_a_renamed_stream_keeps_what_refers_to_it():
    renamed = with_renamed(TWO, 0, "lists")
    assert stream_keys(renamed) == ["lists", "cards"]
    assert renamed["streams"][1]["polling"]["partition"]["parent"] == "lists"
    assert renamed["healthCheck"]["streams"] == ["lists"]
    assert renamed["tags"] == ["boards"]
    several = {**TWO, "ingestion": {"partition": [{"parent": "boards"}]}}
    renamed = with_renamed(several, 0, "lists")
    assert renamed["ingestion"]["partition"] == [{"parent": "lists"}]


def test_a_section_is_copied_with_what_it_says_and_does_not_say():
    copied = with_section(TWO, 1, ["polling", "pagination"], [0])
    assert copied["streams"][0]["polling"]["pagination"] == {"type": "none"}
    back = with_section(TWO, 1, ["polling", "cache"], [0])
    assert "polling" not in back["streams"][0]
    assert back["streams"][1] == TWO["streams"][1]

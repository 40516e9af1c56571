"""Names: plain ones stay, all others are folded, short, different and quoted."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.migrations.connectors import NASTY

from ferrule.migrations.names import (
    LONGEST,
    can_be_said,
    column_names,
    escaped,
    index_name,
    literal,
    quoted,
    remark,
    view_name,
)

SAFE = re.compile(r"[a-z0-9_]{1,63}\Z")
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=80))


@pytest.mark.parametrize("key", ["github_issue", "_x", "a1", "select", "x" * 63])
def test_a_plain_key_is_its_views_name(key):
    assert view_name(key) == key


def test_other_keys_have_a_hash_behind_them_and_never_meet():
    names = [view_name(key) for key in ("A-b", "a_b", "a-b", "a b", "aB")]
    assert names[1] == "a_b"
    assert len(set(names)) == 5
    assert all(re.match(r"a_b_[0-9a-f]{8}\Z", one) for one in names if one != "a_b")


def test_a_long_key_is_shortened_the_same_each_time():
    long = "issue_" * 20
    assert len(view_name(long)) <= LONGEST
    assert view_name(long) == view_name(long) != view_name(long + "s")


def test_no_view_is_called_as_the_table_or_an_index():
    for key in ("entities", "entities_x_time", "Entities", "entities_" + "x" * 70):
        assert view_name(key).startswith("collection_entities")
    assert index_name("x", "time") == "entities_x_time"
    assert len(index_name("x" * 63, "time")) <= LONGEST
    assert index_name("x" * 63, "time") != index_name("x" * 62, "time")


def test_fields_are_called_as_people_write_columns():
    given_names = ("createdBy", "Status", "due-date", "HTTPCode", "2nd")
    assert column_names(given_names, ()) == (
        *("created_by", "status", "due_date", "httpcode", "2nd"),
    )


def test_a_field_called_as_a_usual_column_is_told_apart():
    assert column_names(("type", "id"), {"type", "id"}) == ("field_type", "field_id")


def test_of_fields_that_fold_to_one_name_the_one_that_is_it_keeps_it():
    first, second, third = column_names(("createdBy", "created_by", "created-by"), ())
    assert second == "created_by"
    assert first.startswith("created_by_")
    assert third.startswith("created_by_")
    assert first != third


def test_a_name_that_looks_like_anothers_hash_is_told_apart():
    marked = column_names(("A b", "a b"), ())
    names = column_names(("A b", "a b", *marked), ())
    assert len(set(names)) == 4
    assert names[2:] == marked


@given(st.lists(TEXTS, max_size=12), st.sets(st.sampled_from(("id", "type", "a"))))
def test_columns_are_safe_short_and_different_whatever_fields_are_called(fields, taken):
    names = column_names(fields, taken)
    assert len(set(names)) == len(fields)
    assert not set(names) & taken
    assert all(SAFE.match(name) for name in names)


@given(TEXTS)
def test_views_and_indexes_are_safe_whatever_a_collection_is_called(key):
    assert SAFE.match(view_name(key))
    assert SAFE.match(index_name(view_name(key), "time"))


@given(TEXTS)
def test_texts_end_where_they_should(text):
    assert literal(text)[1:-1].replace("''", "").count("'") == 0
    assert quoted(text)[1:-1].replace('""', "").count('"') == 0
    assert re.search(r"[\n\r\x85\u2028]", remark(text)) is None
    if "\\" in text:
        assert escaped(text).startswith("E'")
        assert "\\" not in escaped(text).replace("\\\\", "")
    else:
        assert escaped(text) == literal(text)


def test_what_no_database_holds_cannot_be_said():
    assert can_be_said("a'\\\n日本")
    assert not can_be_said("a\0b")
    assert not can_be_said("a\ud800")

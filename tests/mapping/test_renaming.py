"""Names in another case, and nested members lifted up: nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.mapping.renaming import in_case, lifted, lifted_one, renamer

NAMES = [
    # name, snake, camel, lower
    ("createdAt", "created_at", "createdAt", "createdat"),
    ("HTTPServer-id", "http_server_id", "httpServerId", "httpserver-id"),
    ("First Name", "first_name", "firstName", "first name"),
    ("a.b-c", "a_b_c", "aBC", "a.b-c"),
    ("address2Line", "address2_line", "address2Line", "address2line"),
    ("__typeName", "__type_name", "__typeName", "__typename"),
    ("ÄrgerName", "ärger_name", "ärgerName", "ärgername"),
    ("already_snake", "already_snake", "alreadySnake", "already_snake"),
    ("$", "$", "$", "$"),
    ("", "", "", ""),
]


@pytest.mark.parametrize(("name", "snake", "camel", "lower"), NAMES)
def test_a_name_in_each_case(name, snake, camel, lower):
    assert renamer("snake")(name) == snake
    assert renamer("camel")(name) == camel
    assert renamer("lower")(name) == lower


@given(st.text(max_size=12))
def test_a_name_in_snake_stays_in_snake(name):
    snake = renamer("snake")
    assert snake(snake(name)) == snake(name)


def test_names_are_renamed_at_every_depth():
    value = {"aB": [{"cD": 1}, ["eF"]], "gH": {"iJ": None}}
    changed = {"a_b": [{"c_d": 1}, ["eF"]], "g_h": {"i_j": None}}
    assert in_case(value, renamer("snake")) == changed


def test_two_members_never_become_one():
    with pytest.raises(ValueError, match="two members would be named 'a_b'"):
        in_case({"aB": 1, "a_b": 2}, renamer("snake"))
    with pytest.raises(ValueError, match="two members would be named 'a_b'"):
        lifted({"a_b": 1, "a": {"b": 2}}, "_")


def test_objects_are_lifted_and_lists_stay():
    members = {"a": {"b": {"c": 1}, "d": [{"e": 2}]}, "f": {}, "g": None}
    assert lifted(members, "__") == {
        "a__b__c": 1,
        "a__d": [{"e": 2}],
        "f": {},
        "g": None,
    }
    assert lifted_one({"a": {"b": 1}, "c": {"d": 2}}, "c", ".") == {
        "a": {"b": 1},
        "c.d": 2,
    }

"""Members of an item: read, put and taken away without changing the item."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mapping.test_normalise import json_values

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING
from ferrule.mapping.members import compile_member, compile_members, without

ITEM = {"a": {"b": [1, {"c": 2}], "d.e": 3}, "0": "zero", "n": None}
READS = [
    ("a.b", [1, {"c": 2}]),
    ("a.b.0", 1),
    ("a.b.-1.c", 2),
    ("$.a.b[1].c", 2),
    ("$['a']['d.e']", 3),
    ("0", "zero"),
    ("n", None),
    ("n.x", MISSING),
    ("a.b.2", MISSING),
    ("a.b.x", MISSING),
    ("A", MISSING),
]
PUTS = [
    ("x", {**ITEM, "x": 9}),
    ("x.y", {**ITEM, "x": {"y": 9}}),
    ("n.y", {**ITEM, "n": {"y": 9}}),
    ("a.b.0", {**ITEM, "a": {"b": [9, {"c": 2}], "d.e": 3}}),
    ("$.a.b[-1].c", {**ITEM, "a": {"b": [1, {"c": 9}], "d.e": 3}}),
]


@pytest.mark.parametrize(("name", "value"), READS)
def test_a_member_is_read(name, value):
    assert compile_member(name).read(ITEM) == value


@pytest.mark.parametrize(("name", "changed"), PUTS)
def test_a_member_is_put_into_another_item(name, changed):
    before = copy.deepcopy(ITEM)
    assert compile_member(name).put(ITEM, 9) == changed
    assert before == ITEM


@pytest.mark.parametrize("name", ["0.x", "a.b.2", "a.b.x", "a.b.0.x"])
def test_a_place_that_cannot_be_is_refused(name):
    with pytest.raises(ValueError, match=r"cannot stand|has no element"):
        compile_member(name).put(ITEM, 9)


@pytest.mark.parametrize("name", ["", "a.", ".a", "$", "$.a[*]", "$..a", "a" * 513])
def test_what_names_no_single_member_is_refused(name):
    with pytest.raises(ExpressionError):
        compile_member(name)


def test_many_members_are_removed_without_moving_each_other():
    item = {"l": [{"x": 1}, 5, {"x": 2, "y": 3}, {"x": {"x": 4}}]}
    left = item
    for steps in compile_members("$..x")(item):
        left = without(left, steps)
    assert left == {"l": [{}, 5, {"y": 3}, {}]}
    for steps in compile_members("$.l[0,2]")(item):
        item = without(item, steps)
    assert item == {"l": [5, {"x": {"x": 4}}]}


names = st.lists(st.sampled_from(["a", "b", "0", "-1", "id"]), min_size=1, max_size=3)


@settings(deadline=None)
@given(json_values, names.map(".".join), json_values)
def test_what_is_put_is_read_and_what_is_taken_is_gone(item, name, value):
    before = copy.deepcopy(item)
    member = compile_member(name)
    try:
        changed = member.put(item, value)
    except ValueError:
        return
    assert member.read(changed) == value
    if name.replace(".", "").isalpha():
        assert member.read(member.without(changed)) is MISSING
    assert item == before

"""Partitions: their values, from a list, a configuration or the items of a parent."""

import pytest
from pydantic import TypeAdapter, ValidationError

from ferrule.expression.template import Scope
from ferrule.partition import ParentPartition, Partition, Partitions, ValuesPartition

ONE = TypeAdapter(Partition)
MANY = TypeAdapter(Partitions)


def made(**members):
    return ONE.validate_python({"name": "p", **members}, by_alias=True, by_name=False)


LISTED = [
    (["b", "a"], {}, ["b", "a"]),
    (["a", "b", "a"], {}, ["a", "b"]),
    ([], {}, []),
    ("{{config.v}}", {"v": "a, b\nc,,"}, ["a", "b", "c"]),
    ("{{config.v}}", {"v": ["a,b", "c"]}, ["a", "b", "c"]),
    ("{{config.v}}", {"v": ["a", ["b", ["a"]]]}, ["a", "b"]),
    ("{{config.v}}", {"v": 7}, [7]),
    ("{{config.v}}", {"v": [1, "1", 2]}, ["1", 2]),
    ("{{config.v}}", {"v": None}, []),
    ("{{config.v}}", {}, []),
    ("x{{config.v}}", {"v": "a,b"}, ["xa", "b"]),
]


@pytest.mark.parametrize(("values", "config", "listed"), LISTED)
def test_values_come_in_their_order_each_once(values, config, listed):
    partition = made(values=values)
    assert isinstance(partition, ValuesPartition)
    assert partition.listed(Scope({"config": config})) == listed


ITEM = {"id": 7, "name": "A", "open": True, "none": None, "list": [1], "empty": ""}
VALUES = [
    ({"path": "$.id"}, 7),
    ({"path": "$.name"}, "A"),
    ({"path": "$.open"}, True),
    ({"path": "$.empty"}, None),
    ({"path": "$.none"}, None),
    ({"path": "$.list"}, None),
    ({"path": "$.list[0]"}, 1),
    ({"path": "$.gone"}, None),
    ({"path": "$"}, None),
    ({"path": "$.id", "where": {"when": "$.open", "operator": "exists"}}, 7),
    ({"path": "$.id", "where": {"when": "$.open", "operator": "missing"}}, None),
]


@pytest.mark.parametrize(("members", "value"), VALUES)
def test_a_parent_gives_the_value_at_its_path_where_the_condition_holds(members, value):
    partition = made(parent="parents", **members)
    assert isinstance(partition, ParentPartition)
    assert partition.value(ITEM) == value


def test_what_a_child_takes_from_its_parent_is_only_what_is_there():
    paths = {"parent": "$.name", "none": "$.none", "gone": "$.gone"}
    partition = made(parent="parents", path="$.id", include=paths)
    assert partition.included(ITEM) == {"parent": "A", "none": None}
    assert made(parent="parents", path="$.id").included(ITEM) == {}


def test_a_member_called_parent_makes_it_a_parent_and_none_is_both():
    with pytest.raises(ValidationError) as caught:
        made(parent="parents", path="$.id", values=["a"])
    assert [error["loc"] for error in caught.value.errors()] == [("(parent)", "values")]
    with pytest.raises(ValidationError) as caught:
        made(values=["a"], path="$.id")
    assert [error["loc"] for error in caught.value.errors()] == [("(values)", "path")]


def test_there_may_be_one_or_several():
    one = {"name": "p", "values": ["a"]}
    assert isinstance(MANY.validate_python(one), ValuesPartition)
    several = MANY.validate_python([one, {"name": "q", "parent": "x", "path": "$.id"}])
    assert [type(part) for part in several] == [ValuesPartition, ParentPartition]


@pytest.mark.parametrize(("batch", "size"), [(None, 1), (1, 1), (50, 50)])
def test_a_request_has_one_value_unless_a_batch_is_asked_for(batch, size):
    assert made(values=["a"], batchSize=batch).size == size

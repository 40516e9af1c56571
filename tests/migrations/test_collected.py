"""Collections of a mapping: their columns, types and streams."""

import pytest
from tests.migrations.connectors import FIELDS, connector, document

from ferrule.descriptor.model import Connector
from ferrule.migrations import collections_of

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "size": {"type": ["integer", "null"]},
        "share": {"type": "number"},
        "open": {"type": "boolean"},
        "any": {"type": ["integer", "string"]},
        "in": {"type": "object", "properties": {"deep": {"type": "string"}}},
    },
}


def kinds_of(one):
    (collected,) = collections_of(one)
    return {column.name: column.kind for column in collected.columns}


def test_a_cast_says_the_type_and_a_list_is_json():
    assert kinds_of(connector(FIELDS)) == {
        "name": "text",
        "size": "number",
        "share": "number",
        "open": "boolean",
        "due": "time",
        "extra": "json",
        "plain": "json",
        "labels": "json",
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("$.name", "text"),
        ("$.size", "number"),
        ("$.share", "number"),
        ("$.open", "boolean"),
        ("$.any", "json"),
        ("$.in", "json"),
        ("$.in.deep", "text"),
        ("$.in[0]", "json"),
        ("$.unknown.deep", "json"),
        ("$..name", "json"),
    ],
)
def test_without_a_cast_the_item_schema_says_the_type(path, kind):
    assert kinds_of(connector({"it": {"path": path}}, schema=SCHEMA)) == {"it": kind}


def test_the_members_of_a_table_are_columns_behind_the_fields():
    one = connector(
        {"name": {"path": "$.name", "as": "string"}},
        columns={"id": "$.id", "size": "$.size", "name": "$.name"},
        schema=SCHEMA,
    )
    (collected,) = collections_of(one)
    assert [(c.name, c.document, c.kind) for c in collected.columns] == [
        ("name", "fields", "text"),
        ("field_id", "item", "json"),
        ("size", "item", "number"),
    ]


def test_streams_of_one_collection_are_one_view_with_the_columns_of_both():
    made = document({"a": {"path": "$.a", "as": "string"}})
    made["streams"] = [
        {"key": "one", "collectionKey": "thing"},
        {"key": "two", "collectionKey": "other"},
        {
            "key": "three",
            "collectionKey": "thing",
            "fieldMapping": {
                "fields": {"a": {"as": "integer"}, "b": {"path": "$.b"}},
            },
        },
    ]
    first, second = collections_of(Connector.model_validate(made))
    assert (first.key, first.streams) == ("thing", ("one", "three"))
    assert [(c.name, c.kind) for c in first.columns] == [("a", "json"), ("b", "json")]
    assert (second.key, second.streams) == ("other", ("two",))
    assert [(c.name, c.kind) for c in second.columns] == [("a", "text")]


def test_a_field_and_a_member_of_one_name_in_two_streams_are_two_columns():
    made = document({"a": {"path": "$.a"}})
    made["streams"] = [
        {"key": "one", "collectionKey": "thing"},
        {
            "key": "two",
            "collectionKey": "thing",
            "fieldMapping": {"fields": {"a": None}, "columns": {"a": "$.a"}},
        },
    ]
    (collected,) = collections_of(Connector.model_validate(made))
    assert len({column.name for column in collected.columns}) == 2


def test_what_no_database_can_hold_has_no_column():
    names = ("a\0", "a\x1f", "a\r", "a\u202e", "b")
    assert kinds_of(connector({name: {"path": "$.a"} for name in names})) == {
        "b": "json"
    }
    assert collections_of(connector(key="a\0b")) == ()

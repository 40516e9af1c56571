"""Sources: where a value comes from."""

import pytest

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING
from ferrule.expression.source import Place, compile_source

PLACE = Place(
    body={"items": [{"id": 1}, {"id": 2}], "next": None},
    headers={"x-next": "abc"},
    status=200,
    item={"id": 9, "tags": ["a", "b"]},
    query={"code": "c0de"},
    params={"t": "1770091506"},
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$.next", [None]),
        ("$.items[*].id", [1, 2]),
        ("$.absent", []),
        ("header:X-Next", ["abc"]),
        ("header:x-other", []),
        ("item:$.id", [9]),
        ("item:$.tags[*]", ["a", "b"]),
        ("status", [200]),
        ("query:code", ["c0de"]),
        ("query:Code", []),
        ("param:t", ["1770091506"]),
        ("param:v1", []),
    ],
)
def test_a_source_finds_its_values(text, values):
    source = compile_source(text)
    assert source.values(PLACE) == values
    assert source.first(PLACE) == (values[0] if values else MISSING)


@pytest.mark.parametrize(
    "text", ["$.a", "header:a", "item:$.a", "status", "query:a", "param:a"]
)
def test_at_an_empty_place_there_is_nothing(text):
    assert compile_source(text).values(Place()) == []
    assert compile_source(text).first(Place()) is MISSING


def test_a_source_tells_which_path_it_is():
    assert compile_source("$.a").on_body.text == "$.a"
    assert compile_source("$.a").on_item is None
    assert compile_source("item:$.a").on_item.text == "$.a"
    assert compile_source("item:$.a").on_body is None
    assert compile_source("status").on_body is None


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 0, "empty"),
        ("next", 0, "does not say"),
        ("cookie:a", 0, "does not say"),
        ("Status", 0, "does not say"),
        ("header:", 7, "needs a name"),
        ("query: ", 7, "needs a name"),
        ("$.a[", 4, "ends too early"),
        ("item:$.a[", 9, "ends too early"),
        ("item:id", 5, "Write ..id"),
    ],
)
def test_another_text_is_refused_at_its_column(text, column, words):
    with pytest.raises(ExpressionError, match=words) as caught:
        compile_source(text)
    assert caught.value.column == column
    assert caught.value.text == text

import pytest

from ferrule.exchange import Json
from ferrule.suggestion.people import authors_of
from ferrule.suggestion.profile import leaves_of
from ferrule.suggestion.summary import find_summaries


def summary(items: list[Json]) -> str:
    leaves = leaves_of(items)
    found = find_summaries(leaves, authors_of(leaves))
    return str(found[0].members["summaryTemplate"])


@pytest.mark.parametrize(
    ("item", "template"),
    [
        ({"id": 1, "title": "x", "body": "y"}, "{{title}}"),
        ({"number": 12, "title": "x"}, "#{{number}} {{title}}"),
        ({"key": "ENG-1", "fields": {"summary": "x"}}, "{{key}} {{fields.summary}}"),
        (
            {"title": {"rendered": "x"}, "content": {"rendered": "y"}},
            "{{title.rendered}}",
        ),
        ({"user": {"login": "ada"}, "body": "hi"}, "{{user.login}}: {{body}}"),
        ({"text": "hi"}, "{{text}}"),
        ({"stream": {"x": 1}, "name": "x"}, "{{name}}"),
        (
            {"p": {"title": [{"plain_text": "x"}]}},
            '{{$.p.title[*].plain_text|join("")}}',
        ),
        ({"größe": "x y"}, "{{größe}}"),
        ({"a b": "x y"}, "{{$['a b']}}"),
        ({"config": "x y"}, "{{$.config}}"),
    ],
)
def test_the_sentence_of_an_item(item: Json, template: str):
    assert summary([item]) == template


def test_a_name_that_is_always_the_same_is_not_the_best():
    items: list[Json] = [
        {"data": {"board": {"name": "B"}, "card": {"name": str(n)}}} for n in range(4)
    ]
    assert summary(items) == "{{data.card.name}}"


def test_without_texts_there_is_no_sentence():
    assert find_summaries(leaves_of([{"id": 1}])) == []

import pytest

from ferrule.errors import UnreadableResponse
from ferrule.exchange import MISSING, Json, Request, Response, encode
from ferrule.suggestion.sample import read_sample

BODY: Json = {"data": [{"id": 1}, {"id": 2}], "errors": [{"id": 3}]}


def test_known_items_are_looked_at_if_there_are_any():
    response = Response(200, (), encode(BODY))
    assert read_sample(response, None, {"itemsPath": "$.errors"}).items == [{"id": 3}]
    assert read_sample(response, None, {"itemsPath": "$.nothing"}).count == 2
    assert read_sample(response, None, {"itemsPath": "$["}).count == 2


@pytest.mark.parametrize(
    ("body", "url", "resource"),
    [
        ({"tickets": [{"id": 1}]}, "https://x.example/api/v2/other", "tickets"),
        ({"data": [{"id": 1}]}, "https://x.example/v1/orders.json", "orders"),
        ([{"id": 1}], "https://x.example/v1/search", ""),
        ([{"id": 1}], "https://x.example/repos/a/b/issues?x=/y", "issues"),
    ],
)
def test_what_is_listed_has_a_name(body: Json, url: str, resource: str):
    sample = read_sample(Response(200, (), encode(body)), Request("GET", url), {})
    assert sample.resource == resource


def test_an_empty_answer_has_no_last_item():
    assert read_sample(Response(204, (), b""), None, {}).last is MISSING


def test_a_body_that_is_no_json_is_refused():
    with pytest.raises(UnreadableResponse):
        read_sample(Response(200, (), b"<html>"), None, {})

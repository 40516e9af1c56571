import pytest

from ferrule.exchange import Json, Request
from ferrule.suggestion.spots import asked_of, spots_of, whole

BODY: Json = {
    "data": [{"id": 1, "next": "inside"}],
    "meta": {"next_cursor": "abc", "total": "12", "more": True},
    "count": 3,
}


def test_scalars_around_the_items_are_found_the_shallow_first():
    spots = spots_of(BODY, ("data",))
    assert [s.path for s in spots] == [
        "$.count",
        "$.meta.next_cursor",
        "$.meta.total",
        "$.meta.more",
    ]
    assert [s.number for s in spots] == [3, None, 12, None]
    assert spots[1].owner == "meta"


def test_what_is_among_the_items_is_no_spot():
    assert spots_of({"by": {"a": {"id": 1}}, "n": 1}, ("by",))[0].path == "$.n"


def test_parameters_are_found_wherever_they_stand():
    in_body = Request(
        "POST",
        "https://a.example",
        (("page", "2"), ("header:x", "1")),
        body={"paging": {"limit": 10}, "a.b": 1},
        body_type="json",
    )
    asked = asked_of(in_body)
    assert [a.target for a in asked] == ["page", "query:header:x", "body:paging.limit"]
    form = Request("POST", "https://a.example", body={"size": "3"}, body_type="form")
    assert [a.target for a in asked_of(form)] == ["form:size"]
    assert asked_of(None) == ()


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), ("12", 12), (True, None), (-1, None), ("x", None), ("9" * 30, None)],
)
def test_whole_numbers_are_read_from_texts_too(value: Json, number: int | None):
    assert whole(value) == number

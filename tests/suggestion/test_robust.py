"""Whatever comes back, suggesting never fails, and what it suggests is true."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.descriptor.document import validate
from ferrule.exchange import Json, Request, Response, encode
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.source import Place, compile_source
from ferrule.expression.template import Scope, compile_template
from ferrule.mapping.shapes import compile_items
from ferrule.suggestion import Suggestion, first_descriptor, suggest
from ferrule.suggestion.sample import read_sample

USUAL_NAMES = """
    id _id uuid title name updated_at createdAt data items next next_cursor cursor links
    meta total page offset limit has_more priority status labels tags user author edges
    node errors ok success columns rows @odata.nextLink größe rel href relation url
"""
NAMES = st.sampled_from(USUAL_NAMES.split()) | st.text(max_size=6)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.sampled_from(
        [
            "2024-05-03T08:00:00Z",
            "2024-05-03",
            "03/05/2024",
            "1714723200",
            1714723200,
            1714723200123,
            "P1",
            "urgent",
            "https://api.example.com/x?page=2&cursor=abc",
            "/x?page=2",
            "abc",
            "{{x}}",
            "[::1",
            "http://[",
        ]
    )
    | st.text(max_size=8)
)
BODIES = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES, inner, max_size=6)
        | st.lists(st.dictionaries(NAMES, inner, min_size=1, max_size=5), max_size=4)
    ),
    max_leaves=30,
)
TEXTS = st.text(max_size=12)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PUT", "OPTIONS", "get"]),
    url=st.sampled_from(
        [
            "https://api.example.com/v1/items",
            "http://127.0.0.1:8765/repos/x/issues.json?state=open&token=abc",
            "https://user:secret@api.example.com:8443/größe/{id}/{{x}}",
            "http://[",
            "nonsense",
            "",
        ]
    ),
    query=st.lists(st.tuples(NAMES | TEXTS, TEXTS), max_size=4).map(tuple),
    headers=st.lists(st.tuples(NAMES | TEXTS, TEXTS), max_size=3).map(tuple),
    body=BODIES,
    body_type=st.sampled_from([None, "json", "graphql", "form", "multipart", "text"]),
)
HEADERS = st.lists(
    st.sampled_from(
        [
            ("Link", '<https://api.example.com/x?page=2>; rel="next"'),
            ("link", "<<>>;;rel=next"),
            ("X-Total-Count", "12"),
            ("X-Next-Page", ""),
            ("content-type", "text/html"),
        ]
    ),
    max_size=2,
).map(tuple)
STATUSES = st.sampled_from([200, 200, 200, 201, 204, 400, 401, 429, 500])


def raw(body: Json) -> bytes:
    text = json.dumps(body, default=float, ensure_ascii=True)
    return text.encode("utf-8", "replace")


def everything(suggestions: list[Suggestion]) -> list[Suggestion]:
    return [x for s in suggestions for x in (s, *s.alternatives)]


@settings(max_examples=150, deadline=None)
@given(body=BODIES, request=REQUESTS, headers=HEADERS, status=STATUSES)
def test_it_never_fails_and_every_path_finds_something(
    body: Json, request: Request, headers: Any, status: int
):
    response = Response(status, headers, raw(body))
    found = everything(suggest(response, request))
    sample = read_sample(response, request, {})
    for suggestion in found:
        assert 0 <= suggestion.score <= 1
        assert suggestion.reason
        for pointer, value in suggestion.changes.items():
            check(pointer.rsplit("/", 1)[1], value, sample)


def check(name: str, value: Any, sample: Any) -> None:
    if name == "itemsPath":
        assert compile_path(value).values(sample.body)
    elif name in {"pagination", "delta"}:
        for member in ("nextPath", "totalPath", "hasMorePath", "tokenPath"):
            if member in value:
                assert compile_source(value[member]).values(sample.place)
    elif name.endswith("Path"):
        assert any(compile_path(value).values(item) for item in sample.items)
    elif name == "summaryTemplate":
        template = compile_template(value)
        assert any(template.fill(Scope({}, item)) for item in sample.items)


@settings(max_examples=80, deadline=None)
@given(
    body=BODIES,
    request=REQUESTS | st.none(),
    headers=HEADERS,
    status=STATUSES,
    name=st.text(max_size=20),
)
def test_a_first_descriptor_is_always_valid(
    body: Json, request: Request | None, headers: Any, status: int, name: str
):
    document = first_descriptor(request, Response(status, headers, raw(body)), name)
    validate(json.loads(encode(document)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"null",
        b"true",
        b"17",
        b'"text"',
        b"[]",
        b"{}",
        b"[[]]",
        b"[null]",
        b"[1, 2, 3]",
        b"<html></html>",
        b"a,b\n1,2\n",
        b"\xff\xfe",
        b'{"data": ',
        b'{"\\ud800": [{"id": 1}]}',
    ],
)
def test_odd_bodies_are_only_told_about(body: bytes):
    suggestions = suggest(Response(200, (), body))
    assert suggestions == [] or suggestions[0].topic in {"notice", "items"}


@pytest.mark.parametrize("depth", [50, 900, 30_000])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"a":', "}")])
def test_a_deeply_nested_body_is_no_trouble(depth: int, before: str, after: str):
    body = (before * depth + "1" + after * depth).encode()
    suggest(Response(200, (), body))


def test_names_that_need_quoting_are_quoted():
    items = [{"größe 'x'": n, "id": n, "an\\odd\n name": "2024-05-03"} for n in (1, 2)]
    response = Response(200, (), encode({"the list": items}))
    found = {s.topic: s for s in suggest(response)}
    path = found["items"].changes["/fieldMapping/itemsPath"]
    assert path == "$['the list']"
    time = found["time"].changes["/fieldMapping/timestampPath"]
    assert [compile_path(str(time)).first(item) for item in items] == ["2024-05-03"] * 2


def test_mixed_items_are_no_trouble():
    body: Json = [{"id": 1}, 3, None, [1], "x", {"id": Decimal("2.5"), "a": {"id": 1}}]
    suggest(Response(200, (), encode(body)))


def test_only_a_part_of_many_items_is_looked_at():
    items: list[Json] = [
        {"id": n, "updated_at": n + 1_700_000_000} for n in range(5_000)
    ]
    sample = read_sample(Response(200, (), encode({"items": items})), None, {})
    assert sample.count == 5_000
    assert len(sample.items) == 200
    assert sample.last == items[-1]


def test_a_page_is_a_place_with_its_last_item():
    sample = read_sample(
        Response(200, (), b'{"items": [{"id": 1}, {"id": 2}]}'), None, {}
    )
    place: Place = sample.place
    assert compile_source("item:$.id").first(place) == 2


def test_known_items_that_are_of_another_shape_are_found():
    body = encode({"by_key": {"a": {"id": 1, "t": 2}, "b": {"id": 2, "t": 3}}})
    known = {"itemsPath": "$.by_key", "itemsShape": "object"}
    sample = read_sample(Response(200, (), body), None, known)
    expected = compile_items(compile_path("$.by_key"), "object", None)
    assert list(sample.items) == expected(sample.body)

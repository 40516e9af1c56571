"""OpenAPI documents: what can be chosen, what a choice becomes, and how fast."""

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from tests.interchange.big import big_json, big_yaml
from tests.interchange.checking import check

from ferrule.descriptor.document import validate
from ferrule.interchange import Imported, InterchangeError, openapi
from ferrule.interchange.openapi.yaml_text import json_text

FOLDER = Path(__file__).parents[1] / "samples" / "interchange" / "openapi"
FILES = sorted(FOLDER.iterdir())
TEN_MB = 10_000_000


def raw(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def read(name: str, *chosen: str) -> Any:
    return document_of(check(openapi.read(raw(name), chosen or None)))


def document_of(imported: Imported) -> Any:
    (document,) = imported.documents
    return document


def stream(document: Any, key: str) -> Any:
    return next(one for one in document["streams"] if one["key"] == key)


def small(**members: Any) -> bytes:
    whole = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
    return json.dumps(whole | members).encode()


def with_list(*parameters: Any, answer: Any = None, **operation: Any) -> bytes:
    item = {"type": "object", "properties": {"id": {"type": "string"}}}
    schema = answer or {"type": "array", "items": item}
    content = {"application/json": {"schema": schema}}
    said = {
        "parameters": list(parameters),
        "responses": {"200": {"description": "", "content": content}},
    }
    return small(paths={"/things": {"get": said | operation}})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_is_told_apart_and_becomes_a_clean_connector(path: Path) -> None:
    content = path.read_bytes()
    assert openapi.sniff(content)
    check(openapi.read(content))
    every = openapi.operations(content)
    able = [one.id for one in every.operations if one.streamable]
    check(openapi.read(content, able))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_all_is_chosen_from_or_told_why_not(path: Path) -> None:
    listed = openapi.operations(path.read_bytes()).operations
    assert listed
    assert all(one.reason.endswith(".") and one.title for one in listed)
    assert all(one.streamable for one in listed if one.suggested)


def test_the_chooser_tells_what_each_operation_is() -> None:
    listed = {o.id: o for o in openapi.operations(raw("petstore.json")).operations}
    pets = listed["GET /pets"]
    assert (pets.title, pets.group, pets.items) == ("List pets", "pets", "$.pets")
    assert (pets.suggested, pets.pagination) == (True, "offset")
    assert not listed["GET /pets/{petId}"].suggested
    assert not listed["DELETE /pets/{petId}"].streamable
    assert not listed["GET /photo"].streamable
    forge = {o.id: o for o in openapi.operations(raw("forge.yaml")).operations}
    assert forge["GET /orgs/{org}/old-issues"].deprecated
    assert forge["GET /orgs/{org}/repos/{repo}/issues"].incremental == "since"


def test_offsets_and_a_total_and_a_server_with_a_variable() -> None:
    document = read("petstore.json", "GET /pets")
    polling = stream(document, "pets")["polling"]
    assert polling["pagination"] == {
        "type": "offset",
        "nextParam": "offset",
        "totalPath": "$.total",
        "pageSize": 50,
        "pageSizeParam": "limit",
    }
    assert polling["query"] == {"status": "available", "shop": "{{shop}}"}
    assert document["baseUrl"] == "https://{{region}}.pets.example.com/api/v2"
    fields = {one["key"]: one for one in document["configFields"]}
    assert [o["value"] for o in fields["region"]["options"]] == ["eu", "us"]
    assert fields["shop"]["helpText"] == "Which shop"
    assert document["auth"]["config"]["paramName"] == "X-Shop-Key"


def test_the_members_of_an_item_become_the_mapping() -> None:
    mapping = stream(read("petstore.json"), "pets")["fieldMapping"]
    assert mapping == {
        "itemsPath": "$.pets",
        "idPath": "$.id",
        "timestampPath": "$.updatedAt",
        "timestampFormat": "iso8601",
        "createdPath": "$.createdAt",
        "summaryTemplate": "{{name}}",
        "tagsPath": "$.tags[*].name",
        "signalTypeRules": [],
    }


def test_an_example_stands_in_for_a_schema() -> None:
    mapping = stream(read("petstore.json"), "visits")["fieldMapping"]
    assert mapping["itemsPath"] == "$.content"
    assert mapping["idPath"] == "$.visitNumber"
    assert mapping["timestampPath"] == "$.modifiedAt"


def test_a_parameter_in_the_path_is_filled_by_the_stream_that_lists_it() -> None:
    document = read("petstore.json", "GET /pets/{petId}/visits", "GET /pets")
    polling = stream(document, "visits")["polling"]
    assert polling["endpoint"] == "/pets/{{partition.petId}}/visits"
    assert polling["partition"] == {"name": "petId", "parent": "pets", "path": "$.id"}
    (resolved,) = [s for s in validate(document).resolved_streams if s.key == "visits"]
    assert resolved.parents == ("pets",)


def test_without_such_a_stream_it_is_a_configuration_field() -> None:
    document = read("petstore.json", "GET /pets/{petId}/visits")
    polling = stream(document, "visits")["polling"]
    assert polling["endpoint"] == "/pets/{{petId}}/visits"
    assert "petId" in [one["key"] for one in document["configFields"]]


def test_the_usual_value_of_a_parameter_in_the_path_fills_its_field() -> None:
    document = document_of(check(openapi.read(raw("sandbox.yaml"))))
    fields = {field["key"]: field for field in document["configFields"]}
    assert fields["owner"]["default"] == "sample"
    assert fields["repo"]["example"] == "workshop"


def test_links_in_a_header_and_changes_since_a_time() -> None:
    document = read("forge.yaml")
    polling = stream(document, "repos-issues")["polling"]
    assert polling["pagination"] == {
        "type": "link_header",
        "pageSize": 100,
        "pageSizeParam": "per_page",
    }
    assert polling["delta"] == {
        "type": "timestamp_filter",
        "queryParam": "since",
        "format": "iso8601",
    }
    assert polling["endpoint"] == "/orgs/{{org}}/repos/{{partition.repo}}/issues"
    assert polling["partition"]["path"] == "$.repo"
    assert document["auth"]["method"] == "pat"
    assert document["healthCheck"]["endpoint"] == "/user"


def test_a_search_by_post_pages_in_its_body() -> None:
    polling = stream(read("forge.yaml"), "issues")["polling"]
    assert polling["method"] == "POST"
    assert polling["body"] == {"query": "{{query}}", "scope": "all"}
    assert polling["pagination"] == {
        "type": "cursor",
        "nextParam": "body:cursor",
        "hasMorePath": "$.has_more",
        "nextPath": "$.next_cursor",
        "pageSize": 500,
        "pageSizeParam": "body:page_size",
    }


def test_pages_after_the_last_id_and_times_in_seconds() -> None:
    document = read("ledger.yaml")
    polling = stream(document, "charges")["polling"]
    assert polling["pagination"]["nextPath"] == "item:$.id"
    assert polling["pagination"]["nextParam"] == "starting_after"
    assert polling["delta"] == {
        "type": "timestamp_filter",
        "queryParam": "created[gte]",
        "format": "unix",
        "itemCursorPath": "$.created",
    }
    assert polling["headers"] == {"Ledger-Version": "2026-02-03"}
    assert stream(document, "charges")["fieldMapping"]["timestampFormat"] == "unix"
    assert document["auth"]["method"] == "basic"
    assert [one["method"] for one in document["authOptions"]] == ["pat"]


def test_streams_leave_nothing_of_one_paging_in_another() -> None:
    document = read("forge.yaml")
    kinds = {s.key: s.polling for s in validate(document).resolved_streams}
    repos = kinds["repos"]
    assert repos is not None
    assert repos.pagination is not None
    assert repos.pagination.type == "link_header"
    assert repos.body is None
    assert repos.method == "GET"


def test_cycles_end_and_names_that_are_no_words_are_quoted() -> None:
    document = read("cycles.json")
    nodes = stream(document, "nodes")
    assert nodes["polling"]["pagination"]["nextPath"] == "$._links.next.href"
    mapping = nodes["fieldMapping"]
    assert mapping["itemsPath"] == "$._embedded.nodes"
    assert mapping["timestampPath"] == "$['last-modified']"
    assert mapping["summaryTemplate"] == "{{$['display name']}}"
    assert [one["key"] for one in document["streams"]][:2] == ["trees", "nodes"]


def test_what_openapi_3_1_brought() -> None:
    imported = check(openapi.read(raw("hooks.json")))
    document = document_of(imported)
    polling = stream(document, "events")["polling"]
    assert polling["pagination"]["nextPath"] == "$.nextPageToken"
    assert polling["delta"]["queryParam"] == "updated_after"
    assert stream(document, "events")["fieldMapping"]["itemsPath"] == "$.items"
    assert document["auth"]["config"]["also"][0]["to"] == "header:X-Site"
    assert any(note.place == "webhooks" for note in imported.report.dropped)
    base = document["configFields"][0]
    assert base["default"] == "https://demo.hooks.example.com:443"
    assert document["description"] == "Events of a building."


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"} | more}


def number(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "integer"} | more}


def around(**members: Any) -> dict[str, Any]:
    item = {"type": "object", "properties": {"id": {"type": "string"}}}
    items = {"type": "array", "items": item}
    return {"type": "object", "properties": {"data": items} | members}


TEXT = {"type": "string"}
PAGING: list[tuple[list[Any], Any, dict[str, Any]]] = [
    ([], None, {"type": "none"}),
    ([number("page")], None, {"type": "page", "nextParam": "page", "pageSize": 1}),
    (
        [number("page[number]"), number("page[size]", maximum=200)],
        None,
        {
            "type": "page",
            "nextParam": "page[number]",
            "pageSize": 200,
            "pageSizeParam": "page[size]",
        },
    ),
    (
        [number("$skip"), number("$top")],
        around(**{"@odata.nextLink": TEXT}),
        {
            "type": "next_url",
            "nextPath": "$['@odata.nextLink']",
            "pageSize": 100,
            "pageSizeParam": "$top",
        },
    ),
    (
        [number("startAt"), number("maxResults", default=50)],
        around(total={"type": "integer"}),
        {
            "type": "offset",
            "nextParam": "startAt",
            "totalPath": "$.total",
            "pageSize": 50,
            "pageSizeParam": "maxResults",
        },
    ),
    (
        [text("cursor"), number("limit", maximum=1000)],
        around(
            response_metadata={"type": "object", "properties": {"next_cursor": TEXT}}
        ),
        {
            "type": "cursor",
            "nextParam": "cursor",
            "nextPath": "$.response_metadata.next_cursor",
            "pageSize": 1000,
            "pageSizeParam": "limit",
        },
    ),
    (
        [text("offset"), number("limit")],
        around(next_page={"type": "object", "properties": {"offset": TEXT}}),
        {"type": "none"},
    ),
    ([text("cursor")], None, {"type": "none"}),
    (
        [],
        around(next={"type": "string", "format": "uri"}),
        {"type": "next_url", "nextPath": "$.next"},
    ),
    (
        [],
        around(
            paging={
                "type": "object",
                "properties": {
                    "next": {"type": "object", "properties": {"link": TEXT}}
                },
            }
        ),
        {"type": "none"},
    ),
]


@pytest.mark.parametrize(("parameters", "answer", "expected"), PAGING)
def test_paging_is_guessed_from_names(
    parameters: list[Any], answer: Any, expected: dict[str, Any]
) -> None:
    imported = check(openapi.read(with_list(*parameters, answer=answer)))
    polling = document_of(imported)["streams"][0]["polling"]
    assert polling["pagination"] == expected
    silent = expected["type"] == "none"
    told = any("how it is paged" in note.reason for note in imported.report.changed)
    assert told == silent


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (text("updated_since", format="date-time"), ("updated_since", "iso8601")),
        (text("modifiedAfter"), ("modifiedAfter", "iso8601")),
        (number("since"), ("since", "unix")),
        (
            text("filter[updated_since]", format="date"),
            ("filter[updated_since]", "date"),
        ),
        (text("created_after", format="date-time"), ("created_after", "iso8601")),
        (text("colour"), None),
        (text("after"), None),
    ],
)
def test_changes_are_guessed_from_names(
    parameter: Any, expected: tuple[str, str] | None
) -> None:
    polling = document_of(check(openapi.read(with_list(parameter))))["streams"][0]
    delta = polling["polling"]["delta"]
    found = (delta.get("queryParam"), delta.get("format"))
    assert (found if delta["type"] != "none" else None) == expected


SCHEMES: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "http", "scheme": "bearer"}, "pat", "kept"),
    ({"type": "http", "scheme": "Basic"}, "basic", "kept"),
    ({"type": "apiKey", "in": "query", "name": "k"}, "api_key", "kept"),
    ({"type": "apiKey", "in": "cookie", "name": "sid"}, "api_key", "kept"),
    ({"type": "apiKey", "in": "header", "name": "bad name"}, "none", "dropped"),
    ({"type": "oauth2", "flows": {}}, "pat", "changed"),
    ({"type": "openIdConnect", "openIdConnectUrl": "x"}, "pat", "changed"),
    ({"type": "mutualTLS"}, "none", "dropped"),
    ({"type": "http", "scheme": "digest"}, "none", "dropped"),
]


@pytest.mark.parametrize(("scheme", "method", "kind"), SCHEMES)
def test_a_security_scheme_is_kept_changed_or_dropped_and_told(
    scheme: dict[str, Any], method: str, kind: str
) -> None:
    content = json.loads(with_list())
    content["components"] = {"securitySchemes": {"s": scheme}}
    content["security"] = [{"s": []}]
    imported = check(openapi.read(json.dumps(content).encode()))
    assert document_of(imported)["auth"]["method"] == method
    places = [note.place for note in getattr(imported.report, kind)]
    assert "securitySchemes s" in places


def test_a_key_that_is_only_a_parameter_is_the_sign_in() -> None:
    key = {"name": "X-Api-Key", "in": "header", "required": True, "example": "s3cr3t99"}
    imported = check(openapi.read(with_list(key)))
    document = document_of(imported)
    assert document["auth"]["config"]["paramName"] == "X-Api-Key"
    assert "s3cr3t99" not in str(imported)


SERVERS: list[tuple[Any, str, str]] = [
    (None, "{{baseUrl}}", ""),
    ([], "{{baseUrl}}", ""),
    ([{"url": "https://a.example.com/v1/"}], "{{baseUrl}}", "https://a.example.com/v1"),
    ([{"url": "/v1"}], "{{baseUrl}}", ""),
    ([{"url": "https://{host}/v1"}], "{{baseUrl}}", ""),
    (
        [{"url": "https://{host}/v1", "variables": {"host": {"default": "a.org"}}}],
        "{{baseUrl}}",
        "https://a.org/v1",
    ),
    (
        [{"url": "https://{org}.a.org", "variables": {"org": {"default": "me"}}}],
        "https://{{org}}.a.org",
        "",
    ),
    (
        [{"url": "https://user:pw@a.example.com"}],
        "{{baseUrl}}",
        "https://a.example.com",
    ),
    ([{"url": "ws://a.example.com"}], "{{baseUrl}}", ""),
]


@pytest.mark.parametrize(("servers", "base_url", "default"), SERVERS)
def test_a_server_is_the_base(servers: Any, base_url: str, default: str) -> None:
    content = json.loads(with_list()) | (
        {} if servers is None else {"servers": servers}
    )
    document = document_of(check(openapi.read(json.dumps(content).encode())))
    assert document["baseUrl"] == base_url
    fields = {one["key"]: one for one in document["configFields"]}
    assert fields.get("baseUrl", {}).get("default", "") == default
    assert "pw" not in str(document)


REFUSED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"openapi: [",
    b"a: &a [*a]",
    b"{}",
    b'{"swagger": "2.0"}',
    b'{"openapi": "2.0"}',
    b'{"openapi": 3}',
    b"\xff\xfe\x00",
    b"openapi: 3.0.0\n---\nopenapi: 3.0.0\n",
    b'{"openapi": "3.0.0"}',
    b'{"openapi": "3.0.0", "paths": []}',
    b'{"openapi": "3.0.0", "paths": {"/x": {"get": {}}}}',
    b'{"openapi": "3.0.0", "paths": {"/x": 1, "/y": {"get": {"responses": []}}}}',
    b"[" * 100_000,
    b'{"openapi": "3.0.0", "x": ' + b"[" * 100_000,
    b"openapi: 3.0.0\nx: " + b"[" * 1_000,
]


@pytest.mark.parametrize("content", REFUSED)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(InterchangeError):
        openapi.read(content)


def test_swagger_2_is_told_by_name() -> None:
    with pytest.raises(InterchangeError, match="Swagger 2"):
        openapi.operations(b'{"swagger": "2.0", "paths": {}}')


def test_a_choice_that_is_not_there_is_named() -> None:
    with pytest.raises(InterchangeError) as refused:
        openapi.read(raw("petstore.json"), ["GET /cats"])
    assert refused.value.left_out == ("GET /cats",)


def test_where_nothing_can_be_a_stream_it_lists_why() -> None:
    with pytest.raises(InterchangeError) as refused:
        openapi.read(raw("petstore.json"), ["DELETE /pets/{petId}"])
    assert "DELETE /pets/{petId}" in refused.value.left_out[0]


YAML: list[tuple[str, object]] = [
    ("a: on", {"a": "on"}),
    ("a: no", {"a": "no"}),
    ("a: true", {"a": True}),
    ("a: ~", {"a": None}),
    ("a:", {"a": None}),
    ("a: ''", {"a": ""}),
    ("a: '1'", {"a": "1"}),
    ("a: 1.50", {"a": 1.5}),
    ("a: .5", {"a": 0.5}),
    ("a: -012", {"a": -12}),
    ("a: 0x1F", {"a": 31}),
    ("a: 0o17", {"a": 15}),
    ("a: 1.2.3", {"a": "1.2.3"}),
    ("a: 12:30", {"a": "12:30"}),
    ("a: 2026-01-02", {"a": "2026-01-02"}),
    ("a: .nan", {"a": ".nan"}),
    ("200: x", {"200": "x"}),
    ("a: |\n  b\n  c\n", {"a": "b\nc\n"}),
    ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
    ("a: !!python/object:os.system x", {"a": "x"}),
    ("- 1\n- [2, {a: é}]", [1, [2, {"a": "é"}]]),
]


@pytest.mark.parametrize(("content", "expected"), YAML)
def test_yaml_is_read_as_yaml_1_2(content: str, expected: object) -> None:
    assert json.loads(json_text(content.encode())) == expected


def test_aliases_cannot_blow_a_document_up() -> None:
    lines = ["a0: &a0 [" + "x, " * 100 + "]"]
    for n in range(1, 12):
        refs = ", ".join([f"*a{n - 1}"] * 10)
        lines.append(f"a{n}: &a{n} [{refs}]")
    with pytest.raises(InterchangeError, match="too large"):
        json_text("\n".join(lines).encode())


def test_a_document_with_sorted_members_is_told_apart() -> None:
    members = json.loads(big_json(100_000))
    assert openapi.sniff(json.dumps(members, sort_keys=True).encode())
    inside = {"x": "y" * 20_000, "sample": members}
    assert not openapi.sniff(json.dumps(inside).encode())


@pytest.mark.parametrize("make", [big_json, big_yaml])
def test_ten_megabytes_are_listed_and_read_in_three_seconds(make: Any) -> None:
    content = make(TEN_MB)
    assert len(content) > 0.95 * TEN_MB
    started = time.process_time()
    listed = openapi.operations(content)
    middle = time.process_time()
    check(openapi.read(content, listed.suggested[:50]))
    assert len(listed.operations) > 4_000
    assert middle - started < 3
    assert time.process_time() - middle < 3


def test_a_large_document_is_not_held_several_times() -> None:
    content = big_json(3_000_000)
    tracemalloc.start()
    try:
        openapi.operations(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(content)

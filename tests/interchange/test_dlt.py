"""dlt sources: what of a connector stands in the file, and what the report says."""

import ast
import json
from typing import Any

import pytest
from pydantic import TypeAdapter
from tests.interchange.exports import (
    SHIPPED,
    connector,
    places,
    secret,
    shipped_document,
    untold,
)

from ferrule.expression.condition import Predicate, compile_item_predicate
from ferrule.interchange import dlt
from ferrule.interchange.dlt import support
from ferrule.interchange.dlt.pythonic import identifier, predicate
from ferrule.interchange.outgoing import outgoing

PREDICATES: TypeAdapter[Predicate] = TypeAdapter(Predicate)


def config_of(raw: bytes) -> ast.AST:
    """Return the configuration that stands in an exported file."""
    tree = ast.parse(raw)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "config":
            return node.value
    raise AssertionError("no configuration")


def evaluated(raw: bytes, **arguments: Any) -> Any:
    """Return the configuration as it is with these arguments, without dlt."""
    known: dict[str, Any] = {
        **vars(support),
        "_LastItem": lambda *given: ("_LastItem", given),
        "_Pages": lambda *given, **said: ("_Pages", given, said),
        "_Offsets": lambda *given, **said: ("_Offsets", given, said),
        "_when": lambda *given: ("_when", given[0]),
        **arguments,
    }
    code = compile(ast.Expression(config_of(raw)), "exported", "eval")  # type: ignore[arg-type]  # an expression
    return eval(code, known)  # noqa: S307 - what we wrote ourselves


def endpoint_of(raw: bytes, **arguments: Any) -> Any:
    return evaluated(raw, **arguments)["resources"][-1]["endpoint"]


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_of_a_shipped_connector_is_dropped_silently(name: str) -> None:
    document = shipped_document(name)
    report = dlt.write(document).report
    assert untold(document, report) == []
    assert all(n.reason.endswith(".") for n in (*report.kept, *report.dropped))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_stream_of_a_shipped_connector_is_a_resource(name: str) -> None:
    document = shipped_document(name)
    made = dlt.write(document)
    out = outgoing(document, "dlt")
    asked = [*out.fields, "access_token", "token", "api_key", "email", "api_token"]
    arguments = {identifier(key): "given" for key in asked}
    arguments |= {"application_key": "given"}
    config = evaluated(made.raw, **arguments)
    found = {one["name"]: one for one in config["resources"]}
    for leaving in out.streams:
        resource = found[leaving.key]
        assert resource["endpoint"]["method"] == leaving.polling.method
        assert resource["endpoint"]["data_selector"].startswith("$")
        has_filter = leaving.stream.mapping.filter is not None
        steps = resource.get("processing_steps", [])
        assert any("filter" in one for one in steps) == has_filter
        incremental = leaving.polling.delta.type != "none" and not leaving.partitions
        assert ("incremental" in resource["endpoint"]) == incremental


def test_parts_that_dlt_lacks_are_named_by_their_pointers() -> None:
    document = connector(
        polling={
            "delta": {"type": "window", "format": "date", "step": "P1D"},
            "resilience": {"backoff": [{"type": "constant", "delayMs": 5}]},
        },
        rateLimits=[{"limit": 5, "per": "PT1S"}],
        auth={
            "method": "jwt",
            "config": {
                "algorithm": "HS256",
                "keyField": "k",
                "claims": {},
                "lifetime": "PT1M",
                "credentialFields": [secret("k")],
            },
        },
    )
    report = dlt.write(document).report
    assert untold(document, report) == []
    lacking = {"/auth", "/rateLimits", "/ingestion/delta", "/ingestion/resilience"}
    assert lacking <= places(report.dropped)


def test_what_has_no_value_is_left_out_of_a_request() -> None:
    fields = [{"key": "teamName", "label": "Team", "type": "text"}]
    polling = {
        "query": {"team": "{{teamName}}", "state": "all", "q": "a {b} {{teamName}}"},
        "method": "POST",
        "bodyType": "json",
        "body": {"filter": {"team": {"eq": "{{teamName}}"}}, "text": "{x}"},
    }
    raw = dlt.write(connector(configFields=fields, polling=polling)).raw
    empty = endpoint_of(raw, team_name=None)
    assert empty["params"] == {"state": "all"}
    assert empty["json"] == {"text": "{{x}}"}
    full = endpoint_of(raw, team_name="{ENG}")
    assert full["params"]["q"] == "a {{b}} {{ENG}}"
    assert full["json"]["filter"] == {"team": {"eq": "{{ENG}}"}}


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        ({"type": "link_header"}, {"type": "header_link"}),
        (
            {"type": "next_url", "nextPath": "$['@odata.nextLink']"},
            {"type": "json_link", "next_url_path": '$."@odata.nextLink"'},
        ),
        (
            {
                "type": "cursor",
                "nextPath": "$.a.next",
                "nextParam": "body:page.cursor",
                "hasMorePath": "$.more",
                "pageSize": 5,
            },
            {
                "type": "cursor",
                "cursor_path": "$.a.next",
                "cursor_body_path": "page.cursor",
                "has_more_path": "$.more",
            },
        ),
        (
            {
                "type": "cursor",
                "nextPath": "header:X-Next",
                "nextParam": "c",
                "pageSize": 5,
            },
            {"type": "header_cursor", "cursor_key": "X-Next", "cursor_param": "c"},
        ),
        (
            {
                "type": "cursor",
                "nextPath": "item:$.id",
                "nextParam": "c",
                "pageSize": 5,
            },
            ("_LastItem", (("id",), "c")),
        ),
        (
            {
                "type": "page",
                "nextParam": "p",
                "pageSize": 5,
                "startAt": 0,
                "maxPages": 3,
            },
            (
                "_Pages",
                (5,),
                {
                    "base_page": 0,
                    "page_param": "p",
                    "maximum_page": 3,
                    "total_path": None,
                },
            ),
        ),
        (
            {
                "type": "offset",
                "nextParam": "skip",
                "pageSize": 5,
                "pageSizeParam": "take",
                "totalPath": "$.total",
            },
            {
                "type": "offset",
                "limit": 5,
                "offset": 0,
                "offset_param": "skip",
                "limit_param": "take",
                "total_path": "$.total",
            },
        ),
    ],
)
def test_ways_to_page(paging: Any, expected: Any) -> None:
    raw = dlt.write(connector(polling={"pagination": paging})).raw
    assert endpoint_of(raw)["paginator"] == expected


def test_a_cursor_is_kept_where_dlt_can_compare_it() -> None:
    delta = {
        "type": "timestamp_filter",
        "queryParam": "since",
        "format": "unix_ms",
        "lookback": "PT1M",
    }
    raw = dlt.write(connector(polling={"delta": delta})).raw
    found = endpoint_of(raw)["incremental"]
    assert (found["cursor_path"], found["start_param"]) == ("$.changed", "since")
    assert found["lag"] == 60
    assert found["convert"]("2024-01-01T00:00:00+00:00") == 1704067200000
    unix = connector(polling={"delta": delta}, mapping={"timestampFormat": "unix"})
    assert "/ingestion/delta" in places(dlt.write(unix).report.dropped)


def test_a_child_hangs_on_a_copy_where_only_some_parents_are_asked() -> None:
    raw = dlt.write(shipped_document("slack-messages")).raw
    config = evaluated(raw, types=["public_channel"], token="given")
    names = [one["name"] for one in config["resources"]]
    assert names == ["channels_of_messages", "channels", "messages"]
    copy, _, messages = config["resources"]
    assert copy["selected"] is False
    assert (
        messages["endpoint"]["params"]["channel"]
        == "{resources.channels_of_messages.id}"
    )
    assert messages["include_from_parent"] == ["id", "name"]
    item = {
        "ts": "1",
        "_channels_of_messages_id": "C1",
        "_channels_of_messages_name": "a",
    }
    for step in messages["processing_steps"]:
        item = step["map"](item)
    assert item == {"ts": "1", "channel": "C1", "channel_name": "a"}


def test_what_a_descriptor_says_is_never_code() -> None:
    hostile = '"""\nimport os\n{x}${y}\\ \'"""'
    plain = dlt.write(connector()).raw
    field = {"key": "a", "label": hostile, "type": "text", "default": hostile}
    document = connector(
        name=hostile,
        description=hostile,
        configFields=[field],
        polling={"query": {hostile: hostile}},
        mapping={"filter": {"when": "$.a", "operator": "equals", "value": hostile}},
    )
    made = dlt.write(document).raw
    kinds = [type(node) for node in ast.parse(plain).body]
    assert [type(node) for node in ast.parse(made).body] == kinds
    assert "import os" not in made.decode().splitlines()


def test_a_secret_field_is_an_argument_without_a_value() -> None:
    canary = "cnry-secret-4711"
    field = secret("key", default=canary, example=canary)
    config = {"delivery": "header", "paramName": "x", "credentialFields": [field]}
    made = dlt.write(connector(auth={"method": "pat", "config": config}))
    assert canary not in made.raw.decode()
    assert "key=dlt.secrets.value" in made.raw.decode()


ITEMS = [
    {},
    {"state": None},
    {"state": "closed", "n": 3, "labels": [{"name": "bug"}], "b": "closed"},
    {"state": "open", "n": "3", "labels": [], "b": "x"},
    {"state": True, "n": 2.5, "labels": ["bug"], "user": {"login": "ines"}},
]
ASKED: list[dict[str, Any]] = [
    {"when": "$.state", "operator": "equals", "value": "closed"},
    {"when": "$.state", "operator": "equals", "value": "true"},
    {"when": "$.state", "operator": "equals", "value": True},
    {"when": "$.n", "operator": "equals", "value": "3"},
    {"when": "$.n", "operator": "equals", "value": 3},
    {"when": "$.state", "operator": "not_equals", "value": "closed"},
    {"when": "$.state", "operator": "exists"},
    {"when": "$.user.login", "operator": "missing"},
    {"when": "$.labels[*].name", "operator": "equals", "value": "bug"},
    {"when": "$.labels", "operator": "contains", "value": "bug"},
    {"when": "$.state", "operator": "contains", "value": "los"},
    {"when": "$.state", "operator": "in", "value": ["open", "true"]},
    *(
        {"when": "$.n", "operator": operator, "value": 3}
        for operator in ("gt", "gte", "lt", "lte")
    ),
    {"when": "$.state", "operator": "equals", "valuePath": "$.b"},
    {"not": {"when": "$.state", "operator": "equals", "value": None}},
    {"any": [{"when": "$.n", "operator": "gt", "value": 2}, {"all": []}]},
]


@pytest.mark.parametrize("asked", ASKED, ids=json.dumps)
def test_a_condition_in_the_file_decides_as_ours_does(asked: dict[str, Any]) -> None:
    known = PREDICATES.validate_python(asked)
    text = predicate(known)
    assert text is not None
    theirs = eval(text, dict(vars(support)))  # noqa: S307 - what we wrote ourselves
    ours = compile_item_predicate(known)
    assert [theirs(item) for item in ITEMS] == [ours(item) for item in ITEMS]

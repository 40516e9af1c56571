"""Airbyte manifests: what of a connector stands in them, and what the report says."""

import ast
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.interchange.exports import (
    SHIPPED,
    connector,
    places,
    secret,
    shipped_document,
    untold,
)

from ferrule.errors import InterchangeError
from ferrule.interchange import airbyte
from ferrule.interchange.airbyte.jinja import literal, quoted
from ferrule.interchange.airbyte.rates import _binding
from ferrule.interchange.airbyte.yaml_text import yaml_text

PAGING = {
    "cursor": "CursorPagination",
    "next_url": "CursorPagination",
    "link_header": "CursorPagination",
    "page": "PageIncrement",
    "offset": "OffsetIncrement",
}


def written(**members: Any) -> tuple[Any, Any]:
    """Return the manifest of a small connector, read back, and the report."""
    made = airbyte.write(connector(**members))
    return yaml.safe_load(made.raw), made.report


def stream_of(manifest: Any) -> Any:
    return manifest["definitions"]["streams"]["thing"]


def authenticator(auth: Any, **members: Any) -> Any:
    manifest, report = written(auth=auth, **members)
    return manifest["definitions"].get("authenticator"), manifest, report


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_of_a_shipped_connector_is_dropped_silently(name: str) -> None:
    document = shipped_document(name)
    report = airbyte.write(document).report
    assert untold(document, report) == []
    assert all(n.reason.endswith(".") for n in (*report.kept, *report.changed))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_stream_of_a_shipped_connector_is_there(name: str) -> None:
    document = shipped_document(name)
    made, out = airbyte.manifest(document)
    manifest: Any = yaml.safe_load(yaml_text(made))
    assert manifest == made
    for leaving in out.streams:
        stream = manifest["definitions"]["streams"][leaving.key]
        retriever = stream["retriever"]
        paging = leaving.polling.pagination
        kind = getattr(paging, "type", "none")
        strategy = retriever.get("paginator", {}).get("pagination_strategy", {})
        assert strategy.get("type") == PAGING.get(kind)
        assert ("partition_router" in retriever) == bool(leaving.partitions)
        assert ("incremental_sync" in stream) == (leaving.polling.delta.type != "none")
        assert ("record_filter" in retriever["record_selector"]) == (
            leaving.stream.mapping.filter is not None
        )
    listed = [one["$ref"].rpartition("/")[2] for one in manifest["streams"]]
    assert listed == [leaving.key for leaving in out.streams]


@pytest.mark.parametrize("name", SHIPPED)
def test_signals_and_their_rules_are_named_as_dropped(name: str) -> None:
    document = shipped_document(name)
    dropped = places(airbyte.write(document).report.dropped)
    assert "/fieldMapping/summaryTemplate" in dropped
    assert "/permissions" in dropped or "permissions" not in document


def test_parts_that_airbyte_lacks_are_named_by_their_pointers() -> None:
    request = {"endpoint": "/things", "method": "POST"}
    _, report = written(
        resilience={
            "circuitBreaker": {
                "failureThreshold": 3,
                "resetTimeoutMs": 1000,
                "halfOpenMax": 1,
            }
        },
        tools=[
            {
                "name": "make",
                "description": "Makes one.",
                "request": request,
                "params": [],
                "effect": "write",
            }
        ],
        polling={
            "delta": {"type": "delta_token", "tokenPath": "$.t", "tokenParam": "t"}
        },
        mapping={
            "deletedWhen": {"when": "$.gone", "operator": "equals", "value": True},
            "transforms": [{"op": "flatten"}],
        },
    )
    assert {
        "/resilience",
        "/tools",
        "/ingestion/delta",
        "/fieldMapping/deletedWhen",
        "/fieldMapping/transforms/0",
    } <= places(report.dropped)


def test_a_webhook_beside_polling_is_dropped_and_polling_stays() -> None:
    polling = {key: v for key, v in connector()["ingestion"].items() if key != "mode"}
    webhook = {
        "eventTypes": ["made"],
        "eventTypePath": "$.type",
        "verification": "none",
    }
    both = {"mode": "polling_and_webhook", "polling": polling, "webhook": webhook}
    document = connector() | {"ingestion": both}
    made = airbyte.write(document)
    assert "/ingestion/webhook" in places(made.report.dropped)
    assert untold(document, made.report) == []
    only = connector() | {"ingestion": {"mode": "webhook", **webhook}}
    with pytest.raises(InterchangeError, match="webhooks"):
        airbyte.write(only)


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (
            {"delivery": "header", "paramName": "X-Key"},
            {"inject_into": "header", "field_name": "X-Key"},
        ),
        (
            {"delivery": "query", "paramName": "key"},
            {"inject_into": "request_parameter", "field_name": "key"},
        ),
        (
            {"delivery": "body", "paramName": "a.b"},
            {"inject_into": "body_json", "field_path": ["a", "b"]},
        ),
        (
            {"delivery": "cookie", "paramName": "sid"},
            {"inject_into": "header", "field_name": "Cookie"},
        ),
    ],
)
def test_an_api_key_goes_where_the_connector_says(auth: Any, expected: Any) -> None:
    config = {"credentialFields": [secret("apiKey")], **auth}
    found, _, _ = authenticator({"method": "api_key", "config": config})
    assert found["type"] == "ApiKeyAuthenticator"
    assert expected.items() <= found["inject_into"].items()
    assert 'config["apiKey"]' in found["api_token"]


def test_a_second_value_goes_into_each_request() -> None:
    config = {
        "delivery": "query",
        "paramName": "key",
        "valueTemplate": "{{one}}",
        "also": [{"to": "header:X-Two", "template": "{{two}}"}],
        "credentialFields": [secret("one"), secret("two")],
    }
    _, manifest, _ = authenticator({"method": "api_key", "config": config})
    headers = stream_of(manifest)["retriever"]["requester"]["request_headers"]
    assert headers == {"X-Two": '{{ config["two"] }}'}


def test_oauth_by_a_person_asks_for_a_refresh_token() -> None:
    config = {
        "authoriseUrl": "https://example.com/authorise",
        "tokenUrl": "https://example.com/token",
        "scopes": ["read"],
        "clientAuth": "basic",
        "rotatesRefreshToken": True,
        "credentialFields": [secret("clientId"), secret("clientSecret")],
    }
    found, manifest, report = authenticator({"method": "oauth2", "config": config})
    assert found["type"] == "OAuthAuthenticator"
    assert found["grant_type"] == "refresh_token"
    assert found["refresh_token_updater"]["refresh_token_config_path"] == [
        "refresh_token"
    ]
    assert "base64encode" in found["refresh_request_headers"]["Authorization"]
    said = manifest["spec"]["connection_specification"]
    assert said["properties"]["refresh_token"]["airbyte_secret"] is True
    assert "refresh_token" in said["required"]
    assert "/auth/config/authoriseUrl" in places(report.dropped)


def test_a_session_a_signature_and_a_choice_of_ways() -> None:
    session = {
        "method": "session_token",
        "label": "Password",
        "config": {
            "credentialFields": [secret("pass")],
            "login": {
                "endpoint": "/login",
                "method": "POST",
                "bodyType": "json",
                "body": {"pass": "{{credentials.pass}}"},
            },
            "tokenPath": "$.token",
            "lifetime": "PT1H",
            "deliver": {"to": "header:Authorization", "template": "Bearer {{token}}"},
        },
    }
    signed = {
        "method": "jwt",
        "label": "Key",
        "config": {
            "algorithm": "ES256",
            "keyField": "key",
            "claims": {"iss": "{{credentials.name}}", "org": "x"},
            "header": {"kid": "1"},
            "lifetime": "PT10M",
            "credentialFields": [secret("name"), secret("key")],
        },
    }
    found, manifest, _ = authenticator(session, authOptions=[signed])
    assert found["type"] == "SelectiveAuthenticator"
    assert found["authenticator_selection_path"] == ["auth_method"]
    first, second = found["authenticators"]["Password"], found["authenticators"]["Key"]
    assert first["session_token_path"] == ["token"]
    assert first["request_authentication"] == {"type": "Bearer"}
    assert (second["algorithm"], second["token_duration"]) == ("ES256", 600)
    assert set(second["jwt_payload"]) == {"iss"}
    assert second["additional_jwt_payload"] == {"org": "x"}
    said = manifest["spec"]["connection_specification"]
    assert said["properties"]["auth_method"]["enum"] == ["Password", "Key"]
    assert said["required"] == ["auth_method"]


def test_windows_become_a_cursor_with_steps() -> None:
    delta = {
        "type": "window",
        "format": "unix",
        "startParam": "from",
        "endParam": "until",
        "start": "2024-01-01T00:00:00Z",
        "step": "P30D",
        "granularity": "PT1S",
        "lookback": "PT5M",
    }
    manifest, report = written(
        polling={"delta": delta}, mapping={"timestampPath": "$.a.b"}
    )
    stream = stream_of(manifest)
    found = stream["incremental_sync"]
    assert (found["step"], found["cursor_granularity"]) == ("P30D", "PT1S")
    assert (found["datetime_format"], found["lookback_window"]) == ("%s", "PT5M")
    assert found["start_time_option"]["field_name"] == "from"
    assert found["end_time_option"]["field_name"] == "until"
    assert found["cursor_field"] == "_cursor"
    (lifted,) = stream["transformations"]
    assert lifted["fields"][0]["value"] == '{{ record["a"]["b"] }}'
    assert untold(connector(polling={"delta": delta}), report) == []


def test_partitions_filters_and_copied_members() -> None:
    document = shipped_document("slack-messages")
    made, _ = airbyte.manifest(document)
    streams: Any = made["definitions"]
    messages = streams["streams"]["messages"]
    (config,) = messages["retriever"]["partition_router"]["parent_stream_configs"]
    assert config["parent_key"] == "id"
    assert config["extra_fields"] == [["id"], ["name"]]
    condition = config["stream"]["retriever"]["record_selector"]["record_filter"]
    assert "is_member" in condition["condition"]
    added = messages["transformations"][0]["fields"]
    assert [one["path"] for one in added] == [["channel"], ["channel_name"]]


def test_rules_and_waits_become_an_error_handler() -> None:
    resilience = {
        "maxAttempts": 3,
        "backoff": [
            {"type": "from", "source": "header:X-Reset", "as": "epoch_s"},
            {"type": "constant", "delayMs": 2500},
        ],
        "rules": [
            {"status": [404], "action": "ignore"},
            {
                "when": {"when": "$.ok", "operator": "equals", "value": False},
                "action": "fail",
                "cause": "config",
                "message": "No.",
            },
            {"status": [409], "action": "shrink_page"},
        ],
    }
    manifest, report = written(resilience=resilience)
    found = stream_of(manifest)["retriever"]["requester"]["error_handler"]
    assert found["max_retries"] == 2
    kinds = [one["type"] for one in found["backoff_strategies"]]
    assert kinds == ["WaitUntilTimeFromHeader", "ConstantBackoffStrategy"]
    first, second, third = found["response_filters"]
    assert (first["http_codes"], first["action"]) == ([404], "IGNORE")
    assert second["predicate"] == '{{ (response.get("ok") is sameas false) }}'
    assert (second["failure_type"], third["action"]) == ("config_error", "FAIL")
    assert "/resilience/rules/2" in places(report.changed)


def test_only_rates_that_bind_are_in_the_budget() -> None:
    assert _binding([(600, 60), (5000, 3600), (100, 1)]) == [
        (100, 1),
        (600, 60),
        (5000, 3600),
    ]
    assert _binding([(60, 60), (1000, 1)]) == [(60, 60)]
    assert _binding([(10, 1), (6000, 60)]) == [(10, 1)]
    manifest, _ = written(
        rateLimits=[{"limit": 5, "per": "PT1S", "match": {"path": "/search"}}]
    )
    first, second = manifest["api_budget"]["policies"]
    assert first["matchers"][0]["url_path_pattern"] == "/search"
    assert second["matchers"] == []


def test_a_secret_field_never_shows_what_stands_in_it() -> None:
    canary = "cnry-secret-4711"
    field = secret("key", default=canary, example=canary)
    config = {"delivery": "bearer", "paramName": "x", "credentialFields": [field]}
    made = airbyte.write(connector(auth={"method": "pat", "config": config}))
    assert canary not in made.raw.decode()
    assert canary not in str(made.report)


@given(st.text(max_size=40))
def test_a_text_of_a_descriptor_is_never_jinja(text: str) -> None:
    """Jinja reads a string as Python does; without marks it shows the text itself."""
    text = text.encode("utf-8", "replace").decode()
    assert ast.literal_eval(quoted(text)) == text
    shown = literal(text)
    if shown != text:
        assert shown.startswith('{{ "')
        inner = ast.literal_eval(shown.removeprefix("{{ ").removesuffix(" }}"))
        assert inner in {text, repr(text)}
    else:
        assert not {"{{", "{%", "{#"} & {shown[n : n + 2] for n in range(len(shown))}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_yaml_reads_back_as_what_was_written(value: Any) -> None:
    assert yaml.safe_load(yaml_text(value)) == value


def test_no_name_of_a_descriptor_is_evaluated() -> None:
    hostile = "{{ 7 * 7 }}"
    manifest, _ = written(
        mapping={"timestampPath": f"$['{hostile}']", "itemsPath": f"$['{hostile}']"},
        polling={
            "query": {hostile: "{% raw %}"},
            "delta": {
                "type": "timestamp_filter",
                "queryParam": hostile,
                "format": "iso8601",
            },
            "pagination": {
                "type": "cursor",
                "nextPath": f"$['{hostile}']",
                "nextParam": f"body:{hostile}",
                "pageSize": 5,
            },
        },
    )
    assert hostile not in yaml_text(stream_of(manifest))
    assert "{% raw" not in yaml_text(stream_of(manifest))

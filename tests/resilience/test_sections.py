"""The wire types load what is specified, name their needs and refuse the rest."""

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from ferrule.errors import DescriptorError
from ferrule.exchange import Json
from ferrule.expression.template import Scope
from ferrule.resilience import (
    Backoff,
    CircuitBreaker,
    ErrorRule,
    RateLimit,
    RateMatch,
    Resilience,
    limits_of,
)
from ferrule.resilience.rates import whole_number

ADAPTERS: dict[str, TypeAdapter[BaseModel]] = {
    "resilience": TypeAdapter(Resilience),
    "backoff": TypeAdapter(Backoff),
    "rule": TypeAdapter(ErrorRule),
    "breaker": TypeAdapter(CircuitBreaker),
    "limit": TypeAdapter(RateLimit),
}

GOOD: list[tuple[str, dict[str, Json]]] = [
    ("resilience", {}),
    ("resilience", {"maxAttempts": 3}),
    (
        "resilience",
        {
            "backoff": [{"type": "constant", "delayMs": 0}],
            "rules": [{"status": [404], "action": "ignore"}],
            "circuitBreaker": {
                "failureThreshold": 5,
                "resetTimeoutMs": 1000,
                "halfOpenMax": 1,
            },
        },
    ),
    ("backoff", {"type": "exponential", "baseMs": 500, "maxMs": 9000, "jitter": True}),
    (
        "backoff",
        {
            "type": "from",
            "source": "header:X-Wait",
            "as": "seconds",
            "regex": "([0-9]+)",
            "minMs": 0,
            "giveUpAfterMs": 60000,
        },
    ),
    (
        "rule",
        {
            "status": [429, "5xx"],
            "when": {"when": "$.error", "operator": "exists"},
            "messageContains": "slow down",
            "action": "rate_limited",
            "message": "Slow down.",
            "cause": "transient",
        },
    ),
    ("limit", {"limit": 10, "per": "PT1S", "burst": 5}),
    ("limit", {"limit": 0.5, "per": "PT1S"}),
    ("limit", {"limit": "{{config.rate}}", "per": "P1D"}),
    (
        "limit",
        {"limit": 10, "per": "PT1M", "match": {"method": "GET", "path": "/search"}},
    ),
]


@pytest.mark.parametrize(("kind", "document"), GOOD)
def test_what_is_loaded_is_written_the_same(
    kind: str, document: dict[str, Json]
) -> None:
    model = ADAPTERS[kind].validate_python(document)
    assert model.model_dump(mode="json", by_alias=True, exclude_unset=True) == document


BAD: list[tuple[str, dict[str, Json]]] = [
    ("resilience", {"maxAttempts": 0}),
    ("resilience", {"retries": 3}),
    ("resilience", {"maxAttempts": 3.0}),
    ("resilience", {"maxAttempts": "3"}),
    ("resilience", {"maxAttempts": True}),
    ("backoff", {"type": "exponential", "baseMs": 100, "jitter": "yes"}),
    ("backoff", {"type": "exponential", "baseMs": 0.5}),
    ("backoff", {"type": "constant", "delayMs": -1}),
    ("backoff", {"type": "from", "source": "header:A", "as": "minutes"}),
    ("backoff", {"type": "linear", "baseMs": 1}),
    ("backoff", {"type": "exponential"}),
    ("backoff", {"type": "from", "source": "header:", "as": "seconds"}),
    ("backoff", {"type": "from", "source": "$.a", "as": "seconds", "regex": "(?=x)"}),
    ("rule", {"status": [42], "action": "fail"}),
    ("rule", {"status": ["3xx"], "action": "fail"}),
    ("rule", {"action": "explode"}),
    ("rule", {}),
    (
        "breaker",
        {"failureThreshold": 0, "resetTimeoutMs": 1, "halfOpenMax": 1},
    ),
    ("breaker", {"failureThreshold": True, "resetTimeoutMs": 1, "halfOpenMax": 1}),
    ("limit", {"limit": 1, "per": "PT1S", "burst": 2.5}),
    ("limit", {"limit": 0, "per": "PT1S"}),
    ("limit", {"limit": -1, "per": "PT1S"}),
    ("limit", {"limit": True, "per": "PT1S"}),
    ("limit", {"limit": "{{config.rate", "per": "PT1S"}),
    ("limit", {"limit": 1, "per": "1 hour"}),
    ("limit", {"limit": 1, "per": "PT1S", "burst": 0}),
]


@pytest.mark.parametrize(("kind", "document"), BAD)
def test_the_rest_is_refused(kind: str, document: dict[str, Json]) -> None:
    with pytest.raises(ValidationError):
        ADAPTERS[kind].validate_python(document)


@pytest.mark.parametrize("kind", ADAPTERS)
def test_every_member_has_a_title_and_a_help_text(kind: str) -> None:
    schema = ADAPTERS[kind].json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    ours = [part for part in parts if "Condition" not in str(part.get("title"))]
    for part in ours:
        for name, member in part.get("properties", {}).items():
            if part.get("title") in {"AllOf", "AnyOf", "NotOf"}:
                continue
            assert member.get("title"), (part["title"], name)
            assert member.get("description"), (part["title"], name)


LIMITS = [
    ({"limit": 10, "per": "PT1S"}, "Bucket(rate=10, burst=10)"),
    ({"limit": 5000, "per": "PT1H"}, "Quota(limit=5000, per=3600)"),
    ({"limit": 5000, "per": "PT1H", "burst": 20}, "Bucket(rate=1.38889, burst=20)"),
    ({"limit": "{{config.rate}}", "per": "P1D"}, "Quota(limit=120, per=86400)"),
    ({"limit": 3, "per": "PT1S", "burst": 1}, "Bucket(rate=3, burst=1)"),
    ({"limit": "{{config.rate}}", "per": "PT1M"}, "Bucket(rate=2, burst=10)"),
    ({"limit": "{{config.text}}", "per": "PT1M"}, "Bucket(rate=0.5, burst=10)"),
]


@pytest.mark.parametrize(("document", "wanted"), LIMITS)
def test_a_limit_becomes_a_bucket(document: dict[str, Json], wanted: str) -> None:
    scope = Scope({"config": {"rate": 120, "text": "30"}})
    assert repr(RateLimit.model_validate(document).made(scope)) == wanted


@pytest.mark.parametrize("rate", [0, -5, "many", None, True, [1], "NaN"])
def test_a_template_that_gives_no_rate_is_told(rate: Json) -> None:
    limit = RateLimit.model_validate({"limit": "{{config.rate}}", "per": "PT1M"})
    with pytest.raises(DescriptorError, match="gives no rate"):
        limit.made(Scope({"config": {"rate": rate}}))


def test_a_template_without_a_value_is_told() -> None:
    limit = RateLimit.model_validate({"limit": "{{config.rate}}", "per": "PT1M"})
    with pytest.raises(DescriptorError):
        limit.made(Scope({"config": {}}))


def test_all_limits_hold_and_without_any_the_default() -> None:
    hour = RateLimit.model_validate({"limit": 5000, "per": "PT1H"})
    path = RateLimit.model_validate({"limit": 1, "per": "PT1S", "match": {}})
    assert repr(limits_of([])) == "(Bucket(rate=2, burst=10),)"
    assert repr(limits_of([], rpm=30)) == "(Bucket(rate=0.5, burst=10),)"
    assert [repr(b) for b in limits_of([hour, path], rpm=60)] == [
        "Bucket(rate=1, burst=10)",
        "Quota(limit=5000, per=3600)",
        "Bucket(rate=1, burst=1)",
    ]
    assert [repr(b) for b in limits_of([path])] == [
        "Bucket(rate=2, burst=10)",
        "Bucket(rate=1, burst=1)",
    ]


def test_only_an_hour_and_more_are_kept_and_each_under_its_own_name() -> None:
    documents = [
        {"limit": 1, "per": "PT1M"},
        {"limit": 5000, "per": "PT1H"},
        {"limit": 5000, "per": "PT1H", "match": {"method": "GET", "path": "/a"}},
        {"limit": 9.5, "per": "P1D", "burst": 2},
    ]
    limits = limits_of([RateLimit.model_validate(document) for document in documents])
    assert [limit.key for limit in limits] == [
        "",
        "5000/PT1H",
        "5000/PT1H GET /a",
        "9.5/P1D",
    ]


# match, method, path, whether it is meant
MATCHES = [
    ({}, "GET", "/anything", True),
    ({"method": "get"}, "GET", "/anything", True),
    ({"method": "POST"}, "GET", "/anything", False),
    ({"path": "/search"}, "GET", "/search/issues", True),
    ({"path": "/search"}, "GET", "/repos/search", False),
    ({"path": "/search"}, "GET", "/api/v3/search/issues", True),
    ({"path": "/api/v3/search"}, "GET", "/api/v3/search/issues", True),
    ({"method": "GET", "path": "/search"}, "POST", "/search", False),
]


@pytest.mark.parametrize(("match", "method", "path", "meant"), MATCHES)
def test_a_match_names_requests(
    match: dict[str, Json], method: str, path: str, *, meant: bool
) -> None:
    found = RateMatch.model_validate(match).fits(method, path, "/api/v3")
    assert found is meant


@pytest.mark.parametrize(
    ("value", "wanted"), [(None, None), (3, 3), ("{{config.n}}", 4), ("5", 5)]
)
def test_a_number_or_a_template_of_one(
    value: int | str | None, wanted: int | None
) -> None:
    assert whole_number(value, {"config": {"n": 4}}, "/maxConcurrency") == wanted


@pytest.mark.parametrize("value", ["{{config.none}}", "0", "1.5", "many"])
def test_a_template_that_gives_no_number_is_told(value: str) -> None:
    with pytest.raises(DescriptorError, match="no whole number") as caught:
        whole_number(value, {"config": {}}, "/maxConcurrency")
    assert caught.value.pointer == "/maxConcurrency"

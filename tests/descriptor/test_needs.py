"""What cannot run yet loads, shows, lints, and is refused by its word."""

import pytest
from tests.descriptor import seeds
from tests.descriptor.test_kinds import SAMPLES

from ferrule.descriptor.document import validate
from ferrule.descriptor.needs import (
    placed_needs,
    refuse_only_called,
    refuse_unready,
    shown_needs,
)
from ferrule.descriptor.problems import lint
from ferrule.errors import NotSupportedYet, UsageError
from ferrule.exchange import decode


def sample(folder, name):
    return decode((SAMPLES / folder / f"{name}.json").read_bytes())


REQUEST = {"endpoint": "https://api.example.com", "method": "GET"}
JOB = {**sample("ingestion", "polling")["job"], "response": {"format": "json"}}
COND = {"when": "$.a", "operator": "exists"}
BOTH = {
    "mode": "polling_and_webhook",
    "polling": dict(seeds.POLLING.items()),
    "webhook": seeds.WEBHOOK,
}
NOT_YET = [
    (seeds.seed(auth=sample("auth", "ssh_key")), "native connector", "/auth"),
    (
        seeds.polling(response={"format": "csv"}),
        "response formats",
        "/ingestion/response",
    ),
    (
        seeds.polling(response={"format": "json", "compression": ["zip"]}),
        "response formats",
        "/ingestion/response",
    ),
    (seeds.polling(job=JOB), "jobs", "/ingestion/job"),
    (seeds.seed(kind="native"), "native connector", "/kind"),
    (
        seeds.seed(streams=[{"key": "a", "polling": {"job": JOB}}]),
        "jobs",
        "/streams/0/polling/job",
    ),
]


@pytest.mark.parametrize(
    ("document", "need", "pointer"),
    NOT_YET,
    ids=[f"{need}-{pointer}" for _, need, pointer in NOT_YET],
)
def test_what_is_not_there_yet_is_named_placed_and_refused(document, need, pointer):
    connector = validate(document)
    assert placed_needs(connector)[pointer] == need
    assert need in shown_needs(connector)
    warned = [p for p in lint(document) if p.rule == "FD002"]
    assert (pointer, f"needs: {need}") in [(p.pointer, p.message) for p in warned]
    with pytest.raises(NotSupportedYet) as caught:
        refuse_unready(connector, connector.resolved_streams)
    assert caught.value.needs == (need,)


RUNS = [
    seeds.seed(),
    seeds.seed(ingestion=BOTH),
    seeds.polling(response={"format": "json", "encoding": "UTF-8"}),
    *[
        seeds.mapping(**{member: value})
        for member, value in (
            ("itemsShape", "list"),
            ("itemsShape", "object"),
            ("itemsShape", "entries"),
            ("itemsShape", "columns"),
            ("columns", {"a": "$.b"}),
            ("archivedAtPath", "$.a"),
            ("archivedWhen", COND),
            ("deletedWhen", COND),
            ("primaryKey", ["$.a"]),
            ("fields", {"a": {"path": "$.a"}}),
            ("schema", {"type": "object"}),
        )
    ],
    *[
        seeds.mapping(
            transforms=[sample("transforms", name)], schema={"type": "object"}
        )
        for name in ("set", "remove", "rename", "flatten", "keys", "expand", "cast")
    ],
    seeds.polling(resilience={"maxAttempts": 2}),
    seeds.polling(resilience={"rules": [{"action": "retry"}]}),
    seeds.polling(resilience={"backoff": [sample("backoff", "from")]}),
    seeds.seed(
        resilience={
            "circuitBreaker": {
                "failureThreshold": 5,
                "resetTimeoutMs": 60000,
                "halfOpenMax": 1,
            }
        }
    ),
    seeds.seed(rateLimits=[{"limit": 1, "per": "PT1S", "match": {"method": "GET"}}]),
    seeds.polling(pagination={"type": "next_url", "maxPages": 3}),
    *[
        seeds.polling(pagination={"type": "none", member: value})
        for member, value in (
            ("totalUnit", "items"),
            ("sendOnFirst", False),
            ("stopWhen", COND),
        )
    ],
    *[
        seeds.polling(delta=sample("delta", name))
        for name in ("client_side", "delta_token", "timestamp_filter", "window")
    ],
    *[
        seeds.polling(partition=sample("partition", name))
        for name in ("values", "values.template")
    ],
    seeds.polling(cache=True),
    seeds.seed(maxConcurrency=2),
    seeds.seed(rateLimits=[{"limit": 1, "per": "PT1S"}]),
]


@pytest.mark.parametrize("document", RUNS, ids=range(len(RUNS)))
def test_what_is_there_runs(document):
    connector = validate(document)
    refuse_unready(connector, connector.resolved_streams)


TOOL = {
    "name": "close",
    "description": "Close it",
    "request": REQUEST,
    "params": [],
    "effect": "read",
}
SINK = {
    "key": "a",
    "entityType": "a",
    "create": REQUEST,
    "externalIdPath": "$.id",
    "match": {"strategy": "externalId"},
}


def test_what_a_run_does_not_use_does_not_keep_it_from_running():
    connector = validate(
        seeds.seed(
            ingestion=BOTH,
            tools=[TOOL],
            sinks=[SINK],
            authOptions=[sample("auth", "ssh_key")],
        )
    )
    refuse_unready(connector, connector.resolved_streams)
    assert shown_needs(connector) == [
        "native connector",
        "sinks",
    ]


def test_a_connector_that_is_only_called_has_nothing_to_be_asked_for():
    called = {"mode": "webhook", **seeds.WEBHOOK}
    connector = validate(seeds.seed(ingestion=called))
    assert shown_needs(connector) == []
    refuse_unready(connector, connector.resolved_streams)
    with pytest.raises(UsageError, match="called by its service"):
        refuse_only_called(connector)
    refuse_only_called(validate(seeds.seed(ingestion=BOTH)))


def test_only_the_streams_that_run_are_asked():
    connector = validate(
        seeds.seed(streams=[{"key": "a"}, {"key": "b", "polling": {"job": JOB}}])
    )
    first, second = connector.resolved_streams
    refuse_unready(connector, (first,))
    with pytest.raises(NotSupportedYet, match="jobs"):
        refuse_unready(connector, (first, second))

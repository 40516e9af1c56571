"""What cannot run yet loads, shows, lints, and is refused by its word."""

import pytest
from tests.descriptor import seeds
from tests.descriptor.test_kinds import SAMPLES

from ferrule.descriptor.document import validate
from ferrule.descriptor.needs import placed_needs, refuse_unready, shown_needs
from ferrule.descriptor.problems import lint
from ferrule.errors import NotSupportedYet
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
    (seeds.seed(auth=sample("auth", "oauth2")), "oauth2", "/auth"),
    (
        seeds.seed(auth=sample("auth", "oauth2.client_credentials")),
        "oauth2",
        "/auth",
    ),
    (seeds.seed(auth=sample("auth", "oauth1")), "oauth1", "/auth"),
    (seeds.seed(auth=sample("auth", "session_token")), "session_token", "/auth"),
    (seeds.seed(auth=sample("auth", "jwt")), "jwt", "/auth"),
    (seeds.seed(auth=sample("auth", "ssh_key")), "ssh_key", "/auth"),
    (seeds.seed(auth=sample("auth", "webhook_secret")), "webhook", "/auth"),
    (
        seeds.polling(delta=sample("delta", "delta_token")),
        "delta_token",
        "/ingestion/delta",
    ),
    (
        seeds.polling(delta={"type": "window", "format": "unix"}),
        "window",
        "/ingestion/delta",
    ),
    (
        seeds.polling(delta=sample("delta", "client_side")),
        "client_side",
        "/ingestion/delta",
    ),
    (
        seeds.polling(delta={"type": "none", "scope": "partition"}),
        "partitions",
        "/ingestion/delta/scope",
    ),
    (
        seeds.polling(delta={**seeds.DELTAS[0], "syncFromParam": "from"}),
        "syncFrom as a parameter",
        "/ingestion/delta/syncFromParam",
    ),
    *[
        (
            seeds.polling(pagination={"type": "none", member: value}),
            "pagination options",
            f"/ingestion/pagination/{member}",
        )
        for member, value in (
            ("totalUnit", "items"),
            ("sendOnFirst", False),
            ("stopWhen", COND),
        )
    ],
    (
        seeds.polling(partition=sample("partition", "values")),
        "partitions",
        "/ingestion/partition",
    ),
    (
        seeds.polling(partition=[sample("partition", "parent")]),
        "partitions",
        "/ingestion/partition/0",
    ),
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
    (
        seeds.polling(resilience={"rules": [{"action": "retry"}]}),
        "resilience",
        "/ingestion/resilience/rules/0",
    ),
    (seeds.polling(job=JOB), "jobs", "/ingestion/job"),
    (seeds.polling(cache=True), "response cache", "/ingestion/cache"),
    (
        seeds.polling(body={"a": "b"}, bodyType="multipart"),
        "multipart bodies",
        "/ingestion/bodyType",
    ),
    *[
        (seeds.mapping(**{member: value}), need, f"/fieldMapping/{member}")
        for member, value, need in (
            ("itemsShape", "entries", "item shapes"),
            ("columns", {"a": "$.b"}, "item shapes"),
            ("archivedAtPath", "$.a", "archiving"),
            ("archivedWhen", COND, "archiving"),
            ("deletedWhen", COND, "deletion rules"),
            ("primaryKey", ["$.a"], "composite keys"),
            ("fields", {"a": {"path": "$.a"}}, "mapped fields"),
            ("schema", {"type": "object"}, "item schema"),
        )
    ],
    *[
        (
            seeds.mapping(transforms=[sample("transforms", name)]),
            "transforms",
            "/fieldMapping/transforms/0",
        )
        for name in ("set", "remove", "rename", "flatten", "keys", "expand", "cast")
    ],
    (
        seeds.seed(
            rateLimits=[{"limit": 1, "per": "PT1S", "match": {"method": "GET"}}]
        ),
        "per-path rate limits",
        "/rateLimits/0/match",
    ),
    (seeds.seed(maxConcurrency=2), "concurrency", "/maxConcurrency"),
    (
        seeds.seed(ingestion={"mode": "webhook", **seeds.WEBHOOK}),
        "webhook",
        "/ingestion",
    ),
    (seeds.seed(kind="native"), "native connector", "/kind"),
    (
        seeds.seed(
            streams=[
                {
                    "key": "a",
                    "polling": {"partition": sample("partition", "values")},
                }
            ]
        ),
        "partitions",
        "/streams/0/polling/partition",
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
    seeds.mapping(itemsShape="list"),
    seeds.polling(resilience={"maxAttempts": 2}),
    seeds.polling(pagination={"type": "next_url", "maxPages": 3}),
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
            authOptions=[sample("auth", "jwt")],
        )
    )
    refuse_unready(connector, connector.resolved_streams)
    assert shown_needs(connector) == ["jwt", "sinks", "tools", "webhook"]


def test_only_the_streams_that_run_are_asked():
    connector = validate(
        seeds.seed(streams=[{"key": "a"}, {"key": "b", "polling": {"cache": True}}])
    )
    first, second = connector.resolved_streams
    refuse_unready(connector, (first,))
    with pytest.raises(NotSupportedYet, match="response cache"):
        refuse_unready(connector, (first, second))

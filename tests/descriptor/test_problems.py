"""Lint: for each rule a case that breaks it and one that keeps it."""

import re
from datetime import date
from pathlib import Path

import pytest
from tests.descriptor import seeds

from ferrule.descriptor import problems
from ferrule.descriptor.document import read_document
from ferrule.descriptor.problems import lint

COND = {"when": "$.a", "operator": "exists"}
REQUEST = {"endpoint": "https://api.example.com/x", "method": "POST"}
TOOL = {"name": "t", "description": "T", "request": REQUEST, "params": []}
FIELD = {"key": "a", "label": "A", "type": "text"}
ABSOLUTE = {"endpoint": "https://api.example.com/issues"}
HEALTH = {
    "endpoint": "https://api.example.com/me",
    "method": "GET",
    "expectStatus": 200,
    "timeoutMs": 1000,
}
VERSION = {"id": "1", "label": "v1", "status": "stable"}


PARAM = {"name": "n", "in": "query:n", "type": "string"}


def tool(*params, endpoint="https://api.example.com/x", **more):
    """Return a connector with one tool that reads."""
    request = {"endpoint": endpoint, "method": "GET", **more.pop("request", {})}
    made = {**TOOL, "effect": "read", "request": request, "params": [*params]}
    return seeds.seed(tools=[{**made, **more}])


def rules(*more):
    return seeds.mapping(signalTypeRules=[*more])


def on_hosts(hosts, **changes):
    granted = {"hosts": hosts, "scopes": [], "writes": []}
    return seeds.seed(
        permissions=granted,
        healthCheck=HEALTH,
        ingestion={"mode": "polling", **seeds.POLLING, **ABSOLUTE},
        **changes,
    )


def key_auth(**changes):
    config = {**seeds.AUTHS["api_key"], **changes}
    return seeds.seed(auth={"method": "api_key", "config": config})


def child(parent):
    return {
        "key": "b",
        "polling": {"partition": {"name": "a", "parent": parent, "path": "$.id"}},
    }


def error_rules(*found, **polling):
    return seeds.polling(resilience={"rules": [*found]}, **polling)


def jwt(key):
    """Return a self-signed token whose key is in the field of that name."""
    config = {"algorithm": "HS256", "claims": {}, "lifetime": "PT1M"}
    fields = {"keyField": key, "credentialFields": [seeds.FIELD]}
    return {"method": "jwt", "config": {**config, **fields}}


def signed(text=None, mode="webhook", **more):
    """Return a connector whose calls are signed over `text`."""
    signing = {**seeds.AUTHS["webhook_secret"], **more}
    if text is not None:
        signing["signedPayload"] = text
    webhook = {**seeds.WEBHOOK, "signing": signing}
    if mode == "webhook":
        return seeds.seed(ingestion={"mode": mode, **webhook})
    both = {"mode": mode, "polling": seeds.POLLING, "webhook": webhook}
    return seeds.seed(ingestion=both)


def signing_in(text):
    """Return a connector whose sign-in says how calls are signed."""
    config = {**seeds.AUTHS["webhook_secret"], "signedPayload": text}
    return seeds.seed(
        auth={"method": "webhook_secret", "config": config},
        ingestion={"mode": "webhook", **seeds.WEBHOOK},
    )


def ordered(part, mode="webhook", body=None, **more):
    """Return a connector whose calls can be ordered."""
    create = {"endpoint": "https://api.example.com/hooks", "method": "POST"}
    if body is not None:
        create |= {"body": body, "bodyType": "json"}
    signing = seeds.AUTHS["webhook_secret"]
    webhook = {**seeds.WEBHOOK, "signing": signing, **more}
    webhook["subscription"] = {"create": create, **part}
    if mode == "webhook":
        return seeds.seed(ingestion={"mode": mode, **webhook})
    both = {"mode": mode, "polling": seeds.POLLING, "webhook": webhook}
    return seeds.seed(ingestion=both)


def signed_at(place):
    return {"from": place, "format": "unix", "toleranceSeconds": 300}


PAT = {"method": "pat", "config": seeds.AUTHS["pat"]}
BOT = {**PAT, "label": "Bot token"}
TWICE = {**seeds.AUTHS["pat"], "credentialFields": [seeds.FIELD, seeds.FIELD]}
CASES = {
    # rule: [(bad document, pointer)], [good documents]
    "FD001": ([(seeds.seed(x=1), "/x")], [seeds.seed()]),
    "FD002": (
        [(seeds.polling(response={"format": "csv"}), "/ingestion/response")],
        [seeds.seed()],
    ),
    "FD003": (
        [
            (seeds.seed(schemaVersion=1, provider="a"), "/schemaVersion"),
            (
                {**seeds.mapping(filter=COND), "schemaVersion": 1},
                "/schemaVersion",
            ),
        ],
        [
            seeds.seed(schemaVersion=1),
            seeds.seed(schemaVersion=2, provider="a"),
            seeds.seed(provider="a"),
        ],
    ),
    "FD023": (
        [
            (seeds.mapping(columns={"a": "$[0]"}), "/fieldMapping/columns"),
            (
                seeds.seed(
                    streams=[{"key": "a", "fieldMapping": {"columns": {"a": "$[0]"}}}]
                ),
                "/streams/0/fieldMapping/columns",
            ),
        ],
        [seeds.mapping(columns={"a": "$[0]"}, itemsShape="columns"), seeds.seed()],
    ),
    "FD027": (
        [
            (
                tool(request={"query": {"a": "{{params.x}}"}}),
                "/tools/0/request/query/a",
            ),
            (
                tool(PARAM, endpoint="https://api.example.com/{{params.m}}"),
                "/tools/0/request/endpoint",
            ),
        ],
        [tool(PARAM), tool(PARAM, request={"headers": {"X-N": "{{params.n.a}}"}})],
    ),
    "FD028": (
        [(tool({"name": "n", "type": "string"}), "/tools/0/params/0")],
        [
            tool(PARAM),
            tool(
                {"name": "n", "type": "object"},
                request={"body": {"a": {"b": ["{{params.n}}"]}}, "method": "POST"},
                effect="write",
            ),
        ],
    ),
    "FD029": (
        [
            (tool(name="two words"), "/tools/0/name"),
            (tool({**PARAM, "name": "1"}), "/tools/0/params/0/name"),
            (tool({**PARAM, "in": "url"}), "/tools/0/params/0/in"),
            (
                tool({**PARAM, "in": "path:n", "required": True}),
                "/tools/0/params/0/in",
            ),
            (
                tool({**PARAM, "in": "path:n"}, endpoint="https://api.example.com/{n}"),
                "/tools/0/params/0/required",
            ),
            (
                tool(PARAM, endpoint="https://api.example.com/{{params.n}}"),
                "/tools/0/params/0/required",
            ),
            (tool({**PARAM, "default": 3}), "/tools/0/params/0/default"),
            (
                tool({**PARAM, "enum": ["a"], "default": "b"}),
                "/tools/0/params/0/default",
            ),
            (tool({**PARAM, "enum": []}), "/tools/0/params/0/enum"),
            (tool({**PARAM, "enum": ["a", 1]}), "/tools/0/params/0/enum/1"),
        ],
        [
            tool({**PARAM, "enum": ["a", "b"], "default": "b"}),
            tool(
                {**PARAM, "in": "path:n", "required": True},
                endpoint="https://api.example.com/{n}",
            ),
            tool(
                {**PARAM, "type": "integer", "default": 1},
                endpoint="https://api.example.com/{{params.n}}",
            ),
        ],
    ),
    "FD026": (
        [
            (
                seeds.polling(partition={"name": "a", "values": ["x"]}),
                "/ingestion/partition",
            ),
            (
                seeds.polling(
                    partition=[
                        {"name": "a", "values": ["x"], "param": "a"},
                        {"name": "b", "values": ["x"]},
                    ]
                ),
                "/ingestion/partition/1",
            ),
            (
                seeds.polling(delta={"type": "window", "format": "unix"}),
                "/ingestion/delta",
            ),
        ],
        [
            seeds.polling(partition={"name": "a", "values": ["x"], "param": "a"}),
            seeds.polling(
                partition={"name": "a", "values": ["x"]},
                query={"a": "{{partition.a}}"},
            ),
            seeds.polling(
                delta={"type": "window", "format": "unix"},
                query={"until": "{{window.end}}"},
            ),
            seeds.polling(
                delta={"type": "window", "format": "unix", "startParam": "since"}
            ),
            seeds.seed(
                streams=[
                    {"key": "a"},
                    {
                        "key": "b",
                        "polling": {
                            "query": {"repo": "{{partition.slug}}"},
                            "partition": {
                                "name": "repo",
                                "parent": "a",
                                "path": "$.id",
                                "include": {"slug": "$.slug"},
                            },
                        },
                    },
                ]
            ),
        ],
    ),
    "FD025": (
        [
            (
                error_rules({"status": [413], "action": "shrink_page"}),
                "/ingestion/resilience/rules/0/action",
            )
        ],
        [
            error_rules(
                {"status": [413], "action": "shrink_page"},
                pagination={
                    "type": "page",
                    "nextParam": "page",
                    "pageSize": 100,
                    "pageSizeParam": "per_page",
                },
            )
        ],
    ),
    "FD030": (
        [
            (signed("{url}"), "/ingestion/signing/signedPayload"),
            (
                signed("{header:Digest}{method}", mode="polling_and_webhook"),
                "/ingestion/webhook/signing/signedPayload",
            ),
            (
                signed("{timestamp}", timestamp=signed_at("header:X-Time")),
                "/ingestion/signing/signedPayload",
            ),
            (signing_in("body"), "/auth/config/signedPayload"),
        ],
        [
            signed(),
            signed("{method}.{body}"),
            signed("{url}{form_sorted}"),
            signed("{timestamp}", timestamp=signed_at("$.at")),
            signed("{url}", algorithm="token"),
            signing_in("{body}"),
        ],
    ),
    "FD031": (
        [
            (ordered({}), "/ingestion/subscription"),
            (
                ordered({}, mode="polling_and_webhook"),
                "/ingestion/webhook/subscription",
            ),
        ],
        [
            ordered({"secretPath": "$.secret"}),
            ordered({}, body={"secret": "{{params.secret}}"}),
            ordered({}, verification="none"),
        ],
    ),
    "FD010": (
        [
            (
                rules({**COND, "then": "a"}, {**COND, "then": "b"}),
                "/fieldMapping/signalTypeRules/1",
            ),
            (
                rules(
                    {"when": "$.id", "operator": "exists", "then": "a"},
                    {**COND, "then": "b"},
                ),
                "/fieldMapping/signalTypeRules/1",
            ),
            (
                seeds.seed(
                    streams=[
                        {
                            "key": "a",
                            "fieldMapping": {
                                "priorityMapping": [
                                    {**COND, "then": "low"},
                                    {**COND, "then": "high"},
                                ]
                            },
                        }
                    ]
                ),
                "/streams/0/fieldMapping/priorityMapping/1",
            ),
        ],
        [
            rules({**COND, "then": "a"}, {**COND, "when": "$.b", "then": "a"}),
            rules({**COND, "then": "a"}, {"if": {"not": COND}, "then": "b"}),
            rules(
                {**COND, "then": "a"},
                {"when": "$.id", "operator": "exists", "then": "z"},
            ),
        ],
    ),
    "FD011": (
        [
            (
                seeds.polling(query={"a": "{{b}}"})
                | {"configFields": [{**FIELD, "key": "baseUrl"}, FIELD]},
                "/ingestion/query/a",
            ),
            (
                seeds.mapping(summaryTemplate="{{config.b}}") | {"configFields": []},
                "/fieldMapping/summaryTemplate",
            ),
            (key_auth(valueTemplate="{{other}}"), "/auth/config/valueTemplate"),
            (seeds.seed(auth=jwt("other")), "/auth/config/keyField"),
            (
                seeds.seed(authOptions=[jwt("other")]),
                "/authOptions/0/config/keyField",
            ),
            (
                seeds.seed(
                    configFields=[], rateLimits=[{"limit": "{{r}}", "per": "P1D"}]
                ),
                "/rateLimits/0/limit",
            ),
        ],
        [
            seeds.seed(),
            seeds.polling(query={"a": "{{b}}"}),
            key_auth(valueTemplate="{{token}}"),
            seeds.seed(auth=jwt("token")),
            seeds.polling(query={"a": "{{params.x}}", "b": "{{now|unix}}"}),
            seeds.mapping(summaryTemplate="{{anything}}")
            | {"configFields": []}
            | {"baseUrl": "https://api.example.com"}
            | {"ingestion": {"mode": "webhook", **seeds.WEBHOOK}},
        ],
    ),
    "FD012": (
        [
            (seeds.mapping(tagsPath="$.a.`len`"), "/fieldMapping/tagsPath"),
            (
                rules({"when": "$.a.`len`", "operator": "exists", "then": "b"}),
                "/fieldMapping/signalTypeRules/0/when",
            ),
        ],
        [
            seeds.mapping(tagsPath="$.a[?@.b=='`len`']"),
            rules({**COND, "then": "$.`len`"}),
        ],
    ),
    "FD013": (
        [
            (
                seeds.polling(headers={"X-Api-Key": "abcdef1234567890abcd"}),
                "/ingestion/headers/X-Api-Key",
            ),
            (
                seeds.polling(query={"q": "ghp_" + "a1B2" * 6}),
                "/ingestion/query/q",
            ),
            (
                seeds.seed(description="-----BEGIN RSA PRIVATE KEY-----"),
                "/description",
            ),
            (
                seeds.polling(headers={"Authorization": "Bearer abcdefghij1234567"}),
                "/ingestion/headers/Authorization",
            ),
        ],
        [
            seeds.polling(headers={"X-Api-Key": "{{credentials.token}}"}),
            seeds.polling(query={"token": "short"}),
            seeds.polling(headers={"Authorization": "Bearer {{credentials.token}}"}),
            key_auth(paramName="X-Very-Long-Api-Key-1234567890"),
        ],
    ),
    "FD014": (
        [
            (on_hosts(["other.example.com"]), "/permissions/hosts"),
            (on_hosts(["*.api.example.com"]), "/permissions/hosts"),
            (
                on_hosts(
                    ["api.example.com"],
                    auth={"method": "oauth2", "config": seeds.AUTHS["oauth2"]},
                ),
                "/permissions/hosts",
            ),
            (seeds.seed(baseUrl="https://{{domain}}/api"), "/permissions"),
        ],
        [
            on_hosts(["api.example.com"]),
            on_hosts(["*.example.com"]),
            on_hosts(["API.example.com", "other.example.com"]),
            seeds.seed(baseUrl="https://{{site}}.atlassian.net/wiki"),
            seeds.seed(),
        ],
    ),
    "FD015": (
        [
            (
                seeds.seed(apiVersions=[{**VERSION, "status": "deprecated"}]),
                "/apiVersions/0",
            ),
            (
                seeds.seed(
                    apiVersions=[VERSION, {**VERSION, "sunsetAt": "2026-03-01"}]
                ),
                "/apiVersions/1",
            ),
        ],
        [
            seeds.seed(apiVersions=[VERSION]),
            seeds.seed(apiVersions=[{**VERSION, "sunsetAt": "2027-01-01"}]),
            seeds.seed(apiVersions=[{**VERSION, "sunsetAt": "some day"}]),
        ],
    ),
    "FD016": (
        [
            (seeds.seed(syncFrom="2026-01-01"), "/fieldMapping"),
            (
                seeds.seed(syncFrom="2026-01-01", streams=[{"key": "a"}]),
                "/streams/0/fieldMapping",
            ),
        ],
        [
            seeds.mapping(createdPath="$.created") | {"syncFrom": "2026-01-01"},
            seeds.seed(),
        ],
    ),
    "FD017": (
        [(seeds.seed(tools=[{**TOOL, "effect": "read"}]), "/tools/0/effect")],
        [
            seeds.seed(tools=[{**TOOL, "effect": "write"}]),
            seeds.seed(
                tools=[
                    {**TOOL, "effect": "read", "request": {**REQUEST, "method": "GET"}}
                ]
            ),
        ],
    ),
    "FD018": (
        [
            (
                seeds.polling(
                    pagination={"type": "cursor", "pageSize": 1, "nextParam": "c"}
                ),
                "/ingestion/pagination/nextPath",
            ),
            (
                seeds.polling(pagination={"type": "next_url"}),
                "/ingestion/pagination/nextPath",
            ),
            (
                seeds.polling(
                    endpoint="{{baseUrl}}", pagination={"type": "page", "pageSize": 1}
                ),
                "/ingestion/pagination/nextParam",
            ),
            (
                seeds.seed(
                    streams=[
                        {"key": "a"},
                        {
                            "key": "b",
                            "polling": {
                                "endpoint": "{{baseUrl}}",
                                "pagination": {"nextParam": None},
                            },
                        },
                    ]
                ),
                "/streams/1/polling/pagination/nextParam",
            ),
        ],
        [
            seeds.polling(pagination={"type": "page", "pageSize": 1}),
            seeds.polling(pagination={"type": "link_header"}),
            seeds.polling(
                endpoint="{{baseUrl}}",
                query={"page": "{{pageToken}}"},
                pagination={"type": "page", "pageSize": 1},
            ),
        ],
    ),
    "FD020": ([(seeds.seed(), "")], [seeds.seed(apiVersions=[VERSION])]),
    "FD021": (
        [
            (
                seeds.seed(configFields=[{**FIELD, "key": "baseUrl"}, FIELD, FIELD]),
                "/configFields/2/key",
            ),
            (
                key_auth(credentialFields=[seeds.FIELD, seeds.FIELD]),
                "/auth/config/credentialFields/1/key",
            ),
            (
                seeds.seed(tools=[{**TOOL, "effect": "write"}] * 2),
                "/tools/1/name",
            ),
            (tool(PARAM, PARAM), "/tools/0/params/1/name"),
            (seeds.seed(authOptions=[BOT, BOT]), "/authOptions/1"),
            (
                seeds.seed(authOptions=[{**PAT, "config": TWICE}]),
                "/authOptions/0/config/credentialFields/1/key",
            ),
        ],
        [
            seeds.seed(configFields=[{**FIELD, "key": "baseUrl"}, FIELD]),
            seeds.seed(authOptions=[BOT]),
        ],
    ),
    "FD022": (
        [
            (
                seeds.seed(healthCheck={**HEALTH, "streams": ["issues"]}),
                "/healthCheck/streams/0",
            ),
            (
                seeds.seed(streams=[{"key": "a"}, child("c")]),
                "/streams/1/polling/partition/parent",
            ),
            (
                seeds.polling(partition=[{"name": "a", "parent": "c", "path": "$.id"}]),
                "/ingestion/partition/0/parent",
            ),
        ],
        [
            seeds.seed(
                streams=[{"key": "a"}, child("a")],
                healthCheck={**HEALTH, "streams": ["a"]},
            ),
        ],
    ),
}
TODAY = date(2026, 6, 1)
BAD = [(rule, *case) for rule, (bad, _) in CASES.items() for case in bad]
GOOD = [(rule, document) for rule, (_, good) in CASES.items() for document in good]


def found(document, rule):
    return [p for p in lint(document, today=TODAY) if p.rule == rule]


@pytest.mark.parametrize(
    ("rule", "document", "pointer"), BAD, ids=[f"{r}-{p}" for r, _, p in BAD]
)
def test_a_rule_tells_what_breaks_it_and_where(rule, document, pointer):
    told = found(document, rule)
    assert pointer in [p.pointer for p in told]
    assert all(p.message.endswith((".", rule)) or "needs:" in p.message for p in told)


@pytest.mark.parametrize(
    ("rule", "document"), GOOD, ids=[f"{r}-{i}" for i, (r, _) in enumerate(GOOD)]
)
def test_a_rule_leaves_alone_what_keeps_it(rule, document):
    assert found(document, rule) == []


SAMPLE = {"issues": [{"id": 1, "updated_at": "2026-01-01", "labels": [{"name": "a"}]}]}


def test_paths_that_match_nothing_in_the_samples_are_told():
    document = seeds.mapping(createdPath="$.created", relatedItemsPath="$.labels")
    told = lint(document, samples={"github_issues": [{"issues": []}, SAMPLE]})
    assert {p.pointer for p in told if p.rule == "FD019"} == {
        "/fieldMapping/createdPath",
        "/fieldMapping/participantsPath",
    }
    told = lint(document, samples={"github_issues": [{"items": []}]})
    pointers = [p.pointer for p in told if p.rule == "FD019"]
    assert pointers == ["/fieldMapping/itemsPath"]
    assert [p for p in lint(document, samples={"x": [1]}) if p.rule == "FD019"] == []


def test_paths_of_keys_and_fields_are_looked_for_after_the_transforms():
    document = seeds.mapping(
        transforms=[{"op": "rename", "from": "id", "to": "key"}],
        primaryKey=["$.key", "$.nowhere"],
        fields={"a/b": {"path": "$.nowhere"}, "key": {"path": "$.key"}},
    )
    told = lint(document, samples={"github_issues": [SAMPLE]})
    assert {p.pointer for p in told if p.rule == "FD019"} >= {
        "/fieldMapping/primaryKey/1",
        "/fieldMapping/fields/a~1b/path",
    }
    assert not any("primaryKey/0" in p.pointer for p in told)
    assert not any("idPath" in p.pointer for p in told)


SCHEMAS = [
    ({"type": "object", "required": ["id"]}, []),
    (
        {"type": "object", "properties": {"id": {"type": "boolean"}}},
        ["/fieldMapping/schema"],
    ),
]


@pytest.mark.parametrize(("schema", "pointers"), SCHEMAS)
def test_a_schema_that_no_sample_fits_is_told(schema, pointers):
    document = seeds.mapping(schema=schema)
    told = lint(document, samples={"github_issues": [SAMPLE]})
    found = [p for p in told if p.rule == "FD024"]
    assert [p.pointer for p in found] == pointers
    assert all("/id: " in p.advice for p in found)


def test_a_streams_paths_are_told_at_the_stream():
    document = seeds.seed(streams=[{"key": "a"}, {"key": "b"}])
    told = lint(document, samples={"b": [SAMPLE]})
    assert {p.pointer.split("/")[2] for p in told if p.rule == "FD019"} == {"1"}


def test_errors_come_first():
    document = seeds.seed(
        tools=[{**TOOL, "effect": "read"}],
        apiVersions=[{**VERSION, "status": "deprecated"}],
    )
    order = [p.severity for p in lint(document)]
    assert order == sorted(order, key=["error", "warning", "hint"].index)


def test_an_invalid_document_still_tells_its_secrets():
    told = lint(seeds.seed(x=1, description="glpat-" + "a" * 20))
    assert [p.rule for p in told] == ["FD001", "FD013"]


def test_every_rule_of_the_table_has_its_cases():
    rules = set(re.findall(r"FD\d{3}", problems.__doc__))
    assert rules == {*CASES, "FD000", "FD019", "FD024"}


CONNECTORS = sorted(
    (Path(__file__).parents[2] / "descriptors").glob("*/connectors/*.json")
)


@pytest.mark.parametrize("path", CONNECTORS, ids=lambda path: path.stem)
def test_a_shipped_connector_has_no_error_and_no_warning(path):
    told = lint(read_document(path.read_bytes()))
    shown = path.stem == "sandbox-issues"  # it has an old API version, to be tried
    known = {("FD015", "/apiVersions/1")} if shown else set()
    assert {(p.rule, p.pointer) for p in told if p.severity != "hint"} == known

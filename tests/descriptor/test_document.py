"""Documents: what is read, and how what is wrong is told."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.descriptor import seeds

from ferrule.descriptor import read_descriptor
from ferrule.descriptor.document import MAX_BYTES, read_document, validate
from ferrule.descriptor.seed_form import additions, schema_version
from ferrule.errors import DescriptorInvalid
from ferrule.exchange import decode

BOTH = {
    "mode": "polling_and_webhook",
    "polling": seeds.POLLING,
    "webhook": seeds.WEBHOOK,
}
SEED_FORMS = {
    **{
        f"auth-{method}": seeds.seed(
            auth={"method": method, **({"config": config} if config else {})}
        )
        for method, config in seeds.AUTHS.items()
    },
    **{f"delta-{d['type']}": seeds.polling(delta=d) for d in seeds.DELTAS},
    **{
        f"pagination-{i}-{p['type']}": seeds.polling(pagination=p)
        for i, p in enumerate(seeds.PAGINATIONS)
    },
    "webhook": seeds.seed(ingestion={"mode": "webhook", **seeds.WEBHOOK}),
    "both": seeds.seed(ingestion=BOTH),
}


@pytest.mark.parametrize("name", SEED_FORMS)
def test_every_form_of_the_seed_is_valid_as_it_stands(name):
    document = SEED_FORMS[name]
    assert read_descriptor(json.dumps(document).encode()).id == "github-issues"
    assert list(additions(document)) == []
    assert schema_version(document) == 1


ADDITIONS = [
    (seeds.seed(provider="x"), "/provider"),
    (seeds.polling(query={"a": "b"}), "/ingestion/query"),
    (seeds.polling(body={"a": 1}), "/ingestion/body"),
    (seeds.polling(method="PUT"), "/ingestion/method"),
    (seeds.polling(delta={"type": "none"}), "/ingestion/delta"),
    (
        seeds.polling(delta={**seeds.DELTAS[0], "format": "%Y"}),
        "/ingestion/delta/format",
    ),
    (
        seeds.polling(pagination={"type": "page", "pageSize": 1}),
        "/ingestion/pagination/type",
    ),
    (
        seeds.seed(ingestion={**BOTH, "polling": {**seeds.POLLING, "cache": True}}),
        "/ingestion/polling/cache",
    ),
    (
        seeds.mapping(filter={"when": "$.a", "operator": "exists"}),
        "/fieldMapping/filter",
    ),
    (
        seeds.mapping(
            signalTypeRules=[
                {"when": "$.a", "operator": "gt", "value": "1", "then": "b"}
            ]
        ),
        "/fieldMapping/signalTypeRules/0/operator",
    ),
    (
        seeds.seed(auth={"method": "jwt", "config": {}}),
        "/auth/method",
    ),
    (
        seeds.seed(
            auth={
                "method": "pat",
                "config": {
                    **seeds.AUTHS["pat"],
                    "credentialFields": [{**seeds.FIELD, "type": "file"}],
                },
            }
        ),
        "/auth/config/credentialFields/0/type",
    ),
]


@pytest.mark.parametrize(("document", "pointer"), ADDITIONS, ids=lambda v: str(v)[:40])
def test_what_goes_beyond_the_seed_makes_it_version_two(document, pointer):
    assert next(additions(document)) == pointer
    assert schema_version(document) == 2


RULE = {"when": "$.a", "operator": "exists", "then": "b"}
BAD = [
    # document, pointer, part of the message, part of the advice, column
    (seeds.seed(nmae="x"), "/nmae", "“nmae” is not a member here", "", None),
    (seeds.seed(healtCheck={}), "/healtCheck", "not a member", "", None),
    (seeds.seed(baseURL="x"), "/baseURL", "not a member", "“baseUrl”", None),
    (seeds.seed(stream=[]), "/stream", "not a member", "“streams”", None),
    (
        seeds.polling(paginaton={}),
        "/ingestion/paginaton",
        "not a member",
        "“pagination”",
        None,
    ),
    (seeds.polling(deltas={}), "/ingestion/deltas", "not a member", "", None),
    (
        seeds.mapping(tagPath="$.a"),
        "/fieldMapping/tagPath",
        "not a member",
        "“tagsPath”",
        None,
    ),
    (
        seeds.mapping(createPath="$.a"),
        "/fieldMapping/createPath",
        "not a member",
        "“createdPath”",
        None,
    ),
    (seeds.mapping(idPath="$.a["), "/fieldMapping/idPath", "", "", 4),
    (
        seeds.mapping(idPath=5),
        "/fieldMapping/idPath",
        "“idPath” must be a text.",
        "",
        None,
    ),
    (seeds.mapping(itemsPath="items"), "/fieldMapping/itemsPath", "", "", 0),
    (
        seeds.mapping(summaryTemplate="{{a|uper}}"),
        "/fieldMapping/summaryTemplate",
        "no filter 'uper'",
        "upper",
        4,
    ),
    (
        seeds.mapping(signalTypeRules=[RULE, {**RULE, "operator": "is"}]),
        "/fieldMapping/signalTypeRules/1/operator",
        "must be 'equals'",
        "",
        None,
    ),
    (
        seeds.mapping(signalTypeRules=[{**RULE, "operator": "matches", "value": "("}]),
        "/fieldMapping/signalTypeRules/0/value",
        "",
        "",
        None,
    ),
    (
        seeds.mapping(signalTypeRules=[{**RULE, "when": "status"}]),
        "/fieldMapping/signalTypeRules/0",
        "no place in an item",
        "$.",
        0,
    ),
    (
        seeds.mapping(signalTypeRules={}),
        "/fieldMapping/signalTypeRules",
        "must be a list",
        "",
        None,
    ),
    (
        seeds.mapping(rawFields=["a", 1]),
        "/fieldMapping/rawFields/1",
        "Element 2 of “rawFields” must be a text",
        "",
        None,
    ),
    (
        seeds.mapping(transforms=[{"op": "explode"}]),
        "/fieldMapping/transforms/0",
        "“op” must be one of 'set'",
        "",
        None,
    ),
    (
        seeds.polling(delta={"type": "sometimes"}),
        "/ingestion/delta",
        "“type” must be one of",
        "",
        None,
    ),
    (
        seeds.polling(delta={}),
        "/ingestion/delta",
        "“type” is missing",
        "which kind",
        None,
    ),
    (seeds.polling(delta={"type": []}), "/ingestion/delta", "“type”", "", None),
    (
        seeds.polling(delta={"type": "cursor", "cursorPath": "$"}),
        "/ingestion/delta/cursorParam",
        "“cursorParam” is missing.",
        "",
        None,
    ),
    (
        seeds.polling(delta={**seeds.DELTAS[0], "lookback": "P1M"}),
        "/ingestion/delta/lookback",
        "no fixed length",
        "",
        0,
    ),
    (
        seeds.polling(pagination={"type": "offset"}),
        "/ingestion/pagination/pageSize",
        "is missing",
        "",
        None,
    ),
    (
        seeds.polling(pagination={"type": "offset", "pageSize": "50"}),
        "/ingestion/pagination/pageSize",
        "must be a whole number",
        "",
        None,
    ),
    (
        seeds.polling(pagination={"type": "offset", "pageSize": True}),
        "/ingestion/pagination/pageSize",
        "must be a whole number",
        "",
        None,
    ),
    (
        seeds.polling(pagination={"type": "offset", "pageSize": 0}),
        "/ingestion/pagination/pageSize",
        "must be at least 1",
        "",
        None,
    ),
    (
        seeds.polling(pagination={"type": "none", "totalUnit": "rows"}),
        "/ingestion/pagination/totalUnit",
        "must be 'items' or 'pages'",
        "",
        None,
    ),
    (
        seeds.polling(rateLimitRpm=0),
        "/ingestion/rateLimitRpm",
        "must be above 0",
        "",
        None,
    ),
    (seeds.polling(rateLimitRpm="60"), "/ingestion/rateLimitRpm", "number", "", None),
    (
        seeds.polling(timeoutMs=10**9),
        "/ingestion/timeoutMs",
        "at most 600000",
        "",
        None,
    ),
    (
        seeds.polling(query={"a": ["{{x", "b"]}),
        "/ingestion/query/a/0",
        "not closed",
        "",
        0,
    ),
    (seeds.polling(query={"a": 1}), "/ingestion/query/a", "must be a text", "", None),
    (
        seeds.polling(headers={"a b": "c"}),
        "/ingestion/headers/a b",
        "cannot be the name of a header",
        "",
        None,
    ),
    (
        seeds.polling(body={"a": [{"b": "{{x"}]}),
        "/ingestion/body/a/0/b",
        "not closed",
        "",
        0,
    ),
    (
        seeds.seed(
            healthCheck={**seeds.seed()["healthCheck"], "body": {"a": "{{|x}}"}}
        ),
        "/healthCheck/body/a",
        "",
        "",
        2,
    ),
    (
        seeds.polling(body="a=1", bodyType="json"),
        "/ingestion/body",
        "is not JSON",
        "text",
        0,
    ),
    (
        seeds.polling(partition={"name": "a", "values": 5}),
        "/ingestion/partition/values",
        "must be a text",
        "",
        None,
    ),
    (
        seeds.polling(partition=[{"name": "a", "parent": "b"}]),
        "/ingestion/partition/0/path",
        "“path” is missing",
        "",
        None,
    ),
    (
        seeds.seed(auth={"method": "magic"}),
        "/auth",
        "“method” must be one of",
        "",
        None,
    ),
    (
        seeds.seed(auth={"method": "pat", "config": "x"}),
        "/auth/config",
        "“config” must be an object",
        "",
        None,
    ),
    (
        seeds.seed(auth={"method": "oauth2", "config": {"grant": []}}),
        "/auth/config/credentialFields",
        "is missing",
        "",
        None,
    ),
    (
        seeds.seed(
            auth={
                "method": "oauth2",
                "config": {**seeds.AUTHS["oauth2"], "grant": "wish"},
            }
        ),
        "/auth/config/grant",
        "must be 'client_credentials'",
        "",
        None,
    ),
    (
        seeds.seed(
            auth={
                "method": "webhook_secret",
                "config": {"algorithm": "token", "credentialFields": []},
            }
        ),
        "/auth/config",
        "one of signatureHeader, signatureHeaders and signatureFrom",
        "",
        None,
    ),
    (seeds.seed(id="GitHub"), "/id", "has not the form", "must match", None),
    (seeds.seed(id="a" * 129), "/id", "at most 128", "", None),
    (seeds.seed(version="1.0"), "/version", "has not the form", "", None),
    (seeds.seed(version="01.0.0"), "/version", "has not the form", "", None),
    (seeds.seed(name=""), "/name", "must not be empty", "", None),
    (seeds.seed(kind="magic"), "/kind", "must be 'native' or 'generic'", "", None),
    (seeds.seed(schemaVersion=3), "/schemaVersion", "must be 1 or 2", "", None),
    (
        seeds.seed(permissions={"hosts": ["*.com"], "scopes": [], "writes": []}),
        "/permissions/hosts/0",
        "'*.com' is too wide",
        "two labels",
        None,
    ),
    (
        seeds.seed(permissions={"hosts": ["a.com"], "scopes": []}),
        "/permissions/writes",
        "is missing",
        "",
        None,
    ),
    (
        seeds.seed(configFields=[{"key": "a", "label": "A", "type": "colour"}]),
        "/configFields/0/type",
        "must be 'text'",
        "",
        None,
    ),
    (
        seeds.seed(configFields=[{"key": "a b", "label": "A", "type": "text"}]),
        "/configFields/0/key",
        "has not the form",
        "",
        None,
    ),
    (
        seeds.seed(
            configFields=[{"key": "a", "label": "A", "type": "text", "required": "yes"}]
        ),
        "/configFields/0/required",
        "must be true or false",
        "",
        None,
    ),
    (seeds.seed(maxConcurrency=0), "/maxConcurrency", "at least 1", "", None),
    (seeds.seed(maxItemErrorRatio=2), "/maxItemErrorRatio", "at most 1", "", None),
    (
        {k: v for k, v in seeds.seed().items() if k != "healthCheck"},
        "/healthCheck",
        "“healthCheck” is missing.",
        "",
        None,
    ),
]


@pytest.mark.parametrize(
    ("document", "pointer", "message", "advice", "column"),
    BAD,
    ids=[f"{i}-{case[1]}" for i, case in enumerate(BAD)],
)
def test_a_problem_is_told_with_its_place(document, pointer, message, advice, column):
    with pytest.raises(DescriptorInvalid) as caught:
        validate(decode(json.dumps(document).encode()))
    found = {problem.pointer: problem for problem in caught.value.problems}
    assert pointer in found, found
    problem = found[pointer]
    assert problem.rule == "FD001"
    assert message in problem.message
    assert advice in problem.advice
    assert problem.column == column
    assert problem.message.endswith((".", "?", "!"))


def test_all_problems_are_told_at_once():
    document = seeds.seed(id="A", version="x", auth={"method": "pat", "config": {}})
    with pytest.raises(DescriptorInvalid) as caught:
        validate(document)
    assert {p.pointer for p in caught.value.problems} == {
        "/id",
        "/version",
        "/auth/config/delivery",
        "/auth/config/paramName",
        "/auth/config/credentialFields",
    }


def test_thousands_of_unknown_members_are_told_without_thousands_of_guesses():
    names = [f"nam{number}" for number in range(3000)]
    with pytest.raises(DescriptorInvalid) as caught:
        validate(seeds.seed(**dict.fromkeys(names, 1)))
    assert [p.pointer for p in caught.value.problems] == [f"/{n}" for n in names]
    guessed = [p for p in caught.value.problems if "Did you mean" in p.advice]
    assert len(guessed) == 20


WHOLE = [
    (b"", "truncated"),
    (b"[]", "not a JSON object"),
    (b"5", "not a JSON object"),
    (b'{"a": NaN}', "line 1, column 7"),
    (b'{\n "a": 1,\n}', "line 3, column 1"),
    (b'{"a": 1e99999999999999999999}', "exponent"),
    (b"\xff\xfe{}", "not JSON"),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested"),
    (b'{"a":' * 100 + b"1" + b"}" * 100, "nested deeper than 64"),
    (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper than 64"),
    (b"{" + b" " * MAX_BYTES + b"}", "4.2 MB"),
    (b"<html></html>", "HTML"),
]


@pytest.mark.parametrize(("raw", "message"), WHOLE, ids=lambda v: str(v[:20]))
def test_what_cannot_be_read_at_all_says_why(raw, message):
    with pytest.raises(DescriptorInvalid) as caught:
        read_document(raw)
    (problem,) = caught.value.problems
    assert problem.rule == "FD000"
    assert message in str(problem)


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'{"a": 1, "a": 1}', "/a"),
        (b'{"x": [{"y/z": {}}, {"y/z": {"b": 1, "c": {}, "b": 2}}]}', "/x/1/y~1z/b"),
    ],
)
def test_a_member_that_stands_twice_is_refused_at_its_place(raw, pointer):
    with pytest.raises(DescriptorInvalid, match="stands twice") as caught:
        read_document(raw)
    assert caught.value.pointer == pointer


def test_a_byte_order_mark_is_skipped():
    assert read_document(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def places(value, path=()):
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name)
            yield from places(member, (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield (*path, index)
            yield from places(element, (*path, index))


WHOLE_DOCUMENT = seeds.seed(
    streams=[{"key": "a", "polling": {"method": "GET"}, "fieldMapping": {}}],
    ingestion=BOTH,
    apiVersions=[
        {"id": "1", "label": "1", "status": "stable", "overrides": {"name": "x"}}
    ],
)
PLACES = list(places(WHOLE_DOCUMENT))
ODD = st.sampled_from(
    [None, True, 0, -1, "", "{{", "$[", [], {}, [[]], {"a": {}}, math.pi, "x" * 600]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), ODD)
def test_no_odd_value_anywhere_makes_loading_crash(place, odd):
    document = decode(json.dumps(WHOLE_DOCUMENT).encode())
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = odd
    try:
        validate(document)
    except DescriptorInvalid as invalid:
        told = [p.message for p in invalid.problems]
    else:
        told = ["it is valid"]
    assert all(told)

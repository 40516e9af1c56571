"""Streams and other patches: what is inherited, removed, replaced, and told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.descriptor import seeds

from ferrule.descriptor.document import validate
from ferrule.descriptor.streams import (
    check_overrides,
    merge_patch,
    overridden,
    wire,
)
from ferrule.errors import DescriptorInvalid
from ferrule.exchange import decode

# RFC 7396, appendix A.
RFC_7396 = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), RFC_7396)
def test_a_patch_is_applied_as_rfc_7396_says(target, patch, result):
    assert merge_patch(target, patch) == result


trees = st.recursive(
    st.integers() | st.none() | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(trees, trees)
def test_a_patch_is_idempotent_and_changes_nothing_it_is_given(target, patch):
    before = repr(target), repr(patch)
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once
    assert (repr(target), repr(patch)) == before


def with_streams(*streams, **changes):
    return seeds.seed(streams=list(streams), provider="acme", **changes)


def problems(document):
    with pytest.raises(DescriptorInvalid) as caught:
        validate(document)
    return {p.pointer: p for p in caught.value.problems}


def test_without_streams_there_is_one_with_everything():
    (stream,) = validate(seeds.seed()).resolved_streams
    assert (stream.key, stream.collection_key) == ("github_issues", "github_issues")
    (named,) = validate(seeds.seed(collectionKey="github_issue")).resolved_streams
    assert (named.key, named.collection_key) == ("github_issue", "github_issue")
    (odd,) = validate(seeds.seed(collectionKey="課題")).resolved_streams
    assert (odd.key, odd.collection_key) == ("github_issues", "課題")


def test_a_stream_inherits_what_it_does_not_say():
    connector = validate(with_streams({"key": "issues"}, {"key": "all", "name": "All"}))
    first, second = connector.resolved_streams
    assert first.polling == connector.polling
    assert first.mapping == connector.field_mapping
    assert (first.collection_key, first.name) == ("acme_issues", "issues")
    assert (second.collection_key, second.name) == ("acme_all", "All")
    assert first.enabled


def test_null_removes_and_lists_replace():
    stream = {
        "key": "a",
        "enabledByDefault": False,
        "polling": {"headers": None, "pagination": {"nextParam": "skip"}},
        "fieldMapping": {"tagsPath": None, "rawFields": ["x"]},
    }
    (resolved,) = validate(with_streams(stream)).resolved_streams
    assert resolved.polling.headers is None
    assert resolved.polling.pagination.next_param == "skip"
    assert resolved.polling.pagination.page_size == 50
    assert resolved.mapping.tags_path is None
    assert resolved.mapping.raw_fields == ("x",)
    assert not resolved.enabled


def test_another_kind_needs_the_inherited_members_removed():
    delta = {"type": "cursor", "cursorPath": "$.c", "cursorParam": "c"}
    found = problems(with_streams({"key": "a", "polling": {"delta": delta}}))
    for name in ("queryParam", "format"):
        problem = found[f"/streams/0/polling/delta/{name}"]
        assert "null in the patch removes it" in problem.advice
    removed = {**delta, "queryParam": None, "format": None}
    (stream,) = validate(
        with_streams({"key": "a", "polling": {"delta": removed}})
    ).resolved_streams
    assert stream.polling.delta.type == "cursor"


BAD_PATCHES = [
    ({"polling": {"metod": "GET"}}, "/streams/0/polling/metod", "method"),
    ({"polling": {"mode": "polling"}}, "/streams/0/polling/mode", ""),
    ({"polling": {"method": "get"}}, "/streams/0/polling/method", ""),
    ({"polling": {"delta": None}}, "/streams/0/polling/delta", ""),
    ({"polling": {"query": {"a": "{{"}}}, "/streams/0/polling/query/a", ""),
    ({"polling": 5}, "/streams/0/polling", ""),
    ({"fieldMapping": {"idPath": "$["}}, "/streams/0/fieldMapping/idPath", ""),
    ({"fieldMapping": {"idPath": None}}, "/streams/0/fieldMapping/idPath", ""),
    ({"fieldMapping": {"sumary": "x"}}, "/streams/0/fieldMapping/sumary", ""),
    (
        {"fieldMapping": {"signalTypeRules": [{"when": "$.a", "then": "x"}]}},
        "/streams/0/fieldMapping/signalTypeRules/0/operator",
        "",
    ),
]


@pytest.mark.parametrize(("stream", "pointer", "advice"), BAD_PATCHES)
def test_a_problem_of_a_patch_is_told_in_the_stream(stream, pointer, advice):
    problem = problems(with_streams({"key": "a", **stream}))[pointer]
    assert advice in problem.advice


def test_a_column_survives_the_merge():
    found = problems(with_streams({"key": "a", "fieldMapping": {"idPath": "$.a["}}))
    assert found["/streams/0/fieldMapping/idPath"].column == 4


def test_two_streams_cannot_have_one_key():
    found = problems(with_streams({"key": "a"}, {"key": "b"}, {"key": "a"}))
    assert list(found) == ["/streams/2/key"]


def test_numbers_of_the_connector_reach_its_streams_unchanged():
    rule = {"when": "$.n", "operator": "gt", "then": "big"}
    document = decode(
        b'{"value": 1.50, "other": 123456789012345678901234567890, "small": 1e-7}'
    )
    rules = [{**rule, "value": value} for value in document.values()]
    mapping = {**seeds.MAPPING, "signalTypeRules": rules}
    connector = validate(
        with_streams(
            {"key": "a", "fieldMapping": {"tagsPath": None}}, fieldMapping=mapping
        )
    )
    (stream,) = connector.resolved_streams
    assert [r.value for r in stream.mapping.signal_type_rules] == [*document.values()]
    assert wire(stream.mapping)["signalTypeRules"] == rules


def test_a_person_changes_a_streams_mapping_for_one_connection():
    connector = validate(with_streams({"key": "a.b"}))
    (stream,) = connector.resolved_streams
    assert overridden(stream, None) is stream
    patch = {"tagsPath": None, "summaryTemplate": "{{title}}"}
    changed = overridden(stream, patch)
    assert (changed.mapping.tags_path, changed.key) == (None, "a.b")
    assert changed.mapping.summary_template == "{{title}}"
    assert changed.mapping.id_path == stream.mapping.id_path
    check_overrides(connector, {"a.b": patch})


OVERRIDES = [
    ({"a": {"idPat": "$.a"}}, "/mappingOverrides/a/idPat", "not a member"),
    ({"a": {"idPath": "$["}}, "/mappingOverrides/a/idPath", ""),
    ({"a": {"idPath": None}}, "/mappingOverrides/a/idPath", "is missing"),
    ({"a": 5}, "/mappingOverrides/a", "must be an object"),
    ({"b/c": {}}, "/mappingOverrides/b~1c", "no stream “b/c”"),
]


@pytest.mark.parametrize(("overrides", "pointer", "message"), OVERRIDES)
def test_a_change_that_does_not_fit_is_told_at_its_place(overrides, pointer, message):
    connector = validate(with_streams({"key": "a"}))
    with pytest.raises(DescriptorInvalid) as caught:
        check_overrides(connector, overrides)
    (problem,) = caught.value.problems
    assert problem.pointer == pointer
    assert message in problem.message


def test_an_api_versions_overrides_are_checked_as_what_they_give():
    version = {"id": "2", "label": "2", "status": "stable"}
    good = {**version, "overrides": {"ingestion": {"method": "GET"}, "auth": None}}
    found = problems(seeds.seed(apiVersions=[version, good]))
    assert list(found) == ["/apiVersions/1/overrides/auth"]
    bad = {**version, "overrides": {"fieldMapping": {"idPath": "id"}}}
    found = problems(seeds.seed(apiVersions=[bad]))
    assert found["/apiVersions/0/overrides/fieldMapping/idPath"].column == 0
    stream = {"key": "a", "polling": {"delta": {"lookback": "PT5M"}}}
    worse = {**version, "overrides": {"ingestion": {"delta": None}}}
    found = problems(with_streams(stream, apiVersions=[worse]))
    assert "/apiVersions/0/overrides/ingestion/delta" in found


def webhook(**event):
    events = [{"types": ["opened"], "effect": "create", **event}]
    return {**seeds.WEBHOOK, "events": events}


@pytest.mark.parametrize(
    ("ingestion", "pointer"),
    [
        ({"mode": "webhook"}, "/ingestion/events/0"),
        (
            {"mode": "polling_and_webhook", "polling": seeds.POLLING},
            "/ingestion/webhook/events/0",
        ),
    ],
)
def test_a_webhook_events_mapping_is_a_checked_patch(ingestion, pointer):
    def document(**event):
        part = webhook(**event)
        both = ingestion["mode"] == "polling_and_webhook"
        return seeds.seed(
            ingestion={**ingestion, **({"webhook": part} if both else part)}
        )

    validate(document(fieldMapping={"idPath": "$.issue.id", "tagsPath": None}))
    found = problems(document(fieldMapping={"idPat": "$.a"}))
    assert list(found) == [f"{pointer}/fieldMapping/idPat"]
    assert list(problems(document(stream="none"))) == [f"{pointer}/stream"]

"""The difference of two descriptors: where, what, and whether it breaks anything."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ferrule import shipped
from ferrule.descriptor.difference.compare import difference, reverted
from ferrule.descriptor.versions import proposal
from ferrule.exchange import MISSING, canonical

SHIPPED = {
    path.stem: json.loads(path.read_bytes())
    for path in sorted(shipped.descriptors().glob("*/connectors/*.json"))
}
SAMPLE = json.loads(
    (Path(__file__).parents[1] / "samples" / "difference.json").read_bytes()
)


def base(**more):
    """Return a connector in which everything stands that a change may be about."""
    return copy.deepcopy(SAMPLE["document"]) | more


def edited(pointer, value):
    """Return the base with another value at a pointer; MISSING takes it away."""
    document = copy.deepcopy(base())
    *outer, last = pointer.split("/")[1:]
    here = document
    for part in outer:
        here = here[int(part)] if isinstance(here, list) else here[part]
    if isinstance(here, list) and last == "-":
        here.append(value)
    elif value is MISSING:
        del here[int(last) if isinstance(here, list) else last]
    else:
        here[int(last) if isinstance(here, list) else last] = value
    return document


@pytest.mark.parametrize(
    "case", SAMPLE["cases"], ids=lambda case: f"{case['pointer']} {case['level']}"
)
def test_a_change_is_weighed(case):
    changes = difference(base(), edited(case["pointer"], case.get("value", MISSING)))
    gone = case["kind"] == "removed"
    change = changes[-1] if gone else changes[0]
    assert (change.kind, change.level) == (case["kind"], case["level"]), change
    assert change.place == case["place"]
    assert case["reason"] in change.reason
    assert change.breaking is (case["level"] == "major")
    json.dumps(change.wire())


def test_what_every_stream_says_for_itself_breaks_nothing():
    old = base()
    old["streams"][0]["fieldMapping"] = {"idPath": "$.issue"}
    new = copy.deepcopy(old)
    new["fieldMapping"]["idPath"] = "$.other"
    (change,) = difference(old, new)
    assert change.level == "patch"
    assert change.reason == "every stream has its own: nothing changes"


def test_elements_are_the_same_by_their_name():
    old, new = base(), copy.deepcopy(base())
    new["streams"].reverse()
    (moved,) = difference(old, new)
    assert (moved.kind, moved.pointer, moved.level) == ("moved", "/streams", "patch")
    assert (moved.old, moved.new) == (["issues", "notes"], ["notes", "issues"])
    new["streams"][0]["name"] = "Notes"
    added, moved = difference(old, new)
    assert (added.pointer, added.old_pointer) == ("/streams/0/name", "/streams/1/name")


def test_the_order_of_rules_is_part_of_the_mapping():
    old, new = base(), copy.deepcopy(base())
    new["fieldMapping"]["signalTypeRules"].reverse()
    (moved,) = difference(old, new)
    assert (moved.kind, moved.level) == ("moved", "minor")


def test_a_renamed_stream_that_writes_to_the_same_place_has_another_key():
    old = base(streams=[{"key": "a", "collectionKey": "c"}])
    new = base(streams=[{"key": "b", "collectionKey": "c"}])
    (change,) = difference(old, new)
    assert (change.pointer, change.level) == ("/streams/0/key", "major")


def test_dividing_into_streams_ends_the_one_stream_there_was():
    old, new = base(), base()
    del old["streams"]
    (change,) = difference(old, new)
    assert (change.pointer, change.level) == ("/streams", "major")
    new["streams"] = [{"key": "some"}, {"key": "more"}]
    (change,) = difference(old, new)
    assert (change.level, change.reason) == ("minor", "a new stream “more”")


def test_a_webhook_beside_polling_is_new_and_polling_that_ends_breaks():
    old, new = base(), base()
    polling = {k: v for k, v in old["ingestion"].items() if k != "mode"}
    hook = {"eventTypes": ["a"], "eventTypePath": "$.t", "verification": "none"}
    new["ingestion"] = {
        "mode": "polling_and_webhook",
        "polling": polling,
        "webhook": hook,
    }
    (change,) = difference(old, new)
    assert (change.pointer, change.level) == ("/ingestion", "minor")
    assert change.reason == "it can be called now"
    new["ingestion"] = {"mode": "webhook", **hook}
    (change,) = difference(old, new)
    assert (change.level, change.reason) == ("major", "it asks for nothing any more")


def test_fields_that_templates_ask_for_count_where_none_are_named():
    old, new = base(), base()
    for document in (old, new):
        del document["configFields"]
    new["ingestion"] = old["ingestion"] | {"query": {"q": "{{team}}-x"}}
    changes = difference(old, new)
    assert [change.kind for change in changes] == ["added", "added"]
    assert changes[1].derived
    assert changes[1].names == ("Configuration", "team")


def test_requests_to_another_host_are_told():
    old, new = base(), base()
    for document in (old, new):
        del document["permissions"]
    new["healthCheck"] = old["healthCheck"] | {"endpoint": "https://b.example.org/ok"}
    (change,) = difference(old, new)
    assert (change.level, change.reason) == ("minor", "requests go to b.example.org")


@pytest.mark.parametrize(
    ("older", "pointer", "value", "version", "reason"),
    [
        ("1.4.0", "/streams/-", {"key": "x"}, "1.5.0", "a new stream “x”"),
        ("1.4.7", "/streams/1", MISSING, "2.0.0", "the stream “notes” is gone"),
        ("1.4.7", "/name", "N", "1.4.8", "nothing that others rely on"),
        ("0.4.7", "/streams/1", MISSING, "0.5.0", "the stream “notes” is gone"),
        ("0.4.7", "/streams/-", {"key": "x"}, "0.4.8", "a new stream “x”"),
        ("draft", "/streams/-", {"key": "x"}, "", ""),
    ],
)
def test_the_version_follows_the_heaviest_change(
    older, pointer, value, version, reason
):
    old = base(version=older)
    new = edited(pointer, value) | {"version": older}
    found = proposal(old, new)
    assert (found.version, found.reason) == (version, reason)
    assert found.due is bool(version)
    if version:
        assert found.text == f"{older} → {version}: {reason}"
        assert not proposal(old, new | {"version": version}).due
        assert not proposal(old, new | {"version": "9.0.0"}).due


def test_the_same_document_has_no_difference():
    for document in SHIPPED.values():
        assert difference(document, copy.deepcopy(document)) == []
        assert not proposal(document, document).due


NAMES = st.sampled_from(["key", "name", "id", "streams", "fieldMapping", "polling",
    "ingestion", "mode", "auth", "method", "then", "signalTypeRules", "configFields",
    "a/b", "type", "delta"])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3)
    | st.sampled_from(["a", "b", "polling", "webhook", "polling_and_webhook", ""]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


def all_reverted(old, new):
    """Take one change back after the other until nothing differs."""
    steps = 0
    while changes := [c for c in difference(old, new) if not c.derived]:
        new = reverted(old, new, changes[steps % len(changes)])
        steps += 1
        assert steps < 300, changes
    return new


@given(old=DOCUMENTS, new=DOCUMENTS)
@example(old={}, new={"key": None, "polling": None, "name": None, "mode": "polling"})
@settings(max_examples=300, deadline=None)
def test_any_documents_can_be_compared_and_every_change_taken_back(old, new):
    before = canonical(new)
    assert bool(difference(old, new)) is (canonical(old) != before)
    assert canonical(all_reverted(old, new)) == canonical(old)
    assert canonical(new) == before


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_changes_of_real_connectors_are_taken_back(data):
    names = st.sampled_from(sorted(SHIPPED))
    old, new = SHIPPED[data.draw(names)], SHIPPED[data.draw(names)]
    if data.draw(st.booleans()):
        part = data.draw(st.sampled_from(sorted(set(old) & set(new))))
        new = {**old, part: new[part]}
    assert canonical(all_reverted(old, new)) == canonical(old)


def test_a_member_comes_back_where_it_stood():
    old, new = base(), edited("/fieldMapping/timestampPath", MISSING)
    (change,) = difference(old, new)
    assert list(reverted(old, new, change)["fieldMapping"]) == list(old["fieldMapping"])

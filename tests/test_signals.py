"""Signals: their ids and their form on the wire."""

from hashlib import sha256

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ferrule.signals import NormalisedSignal, signal_id, signal_ids

parts = st.tuples(*[st.text(max_size=5)] * 4)


def test_an_id_is_the_documented_digest():
    digest = sha256()
    for part in ("project", "key", "github_issue", "42"):
        digest.update(len(part).to_bytes(4, "big") + part.encode())
    wanted = digest.hexdigest()[:32]
    assert signal_id("project", "key", "github_issue", "42") == wanted
    assert signal_ids("project", "key", "github_issue")("42") == wanted


@given(parts, parts)
def test_ids_differ_whenever_a_part_differs(one, other):
    assert (signal_id(*one) == signal_id(*other)) == (one == other)


def test_parts_do_not_run_into_each_other():
    assert signal_id("a", "bc", "d", "e") != signal_id("ab", "c", "d", "e")
    assert signal_id("é", "", "", "") != signal_id("e", "\u0301", "", "")


def test_a_signal_is_written_in_camel_case_without_what_it_lacks():
    signal = NormalisedSignal(
        id="1",
        external_id="2",
        source="s",
        project_id="p",
        connection="c",
        collection_key="k",
        stream="t",
        type="x",
        timestamp="2026-01-01T00:00:00Z",
        summary="",
        participants=[],
        tags=[],
        related_items=[],
        raw={"a": 1},
        content_hash="h",
    )
    written = msgspec.to_builtins(signal)
    assert list(written) == [
        "id",
        "externalId",
        "source",
        "projectId",
        "connection",
        "collectionKey",
        "stream",
        "type",
        "timestamp",
        "summary",
        "participants",
        "tags",
        "relatedItems",
        "raw",
        "contentHash",
    ]
    assert msgspec.convert(written, NormalisedSignal) == signal

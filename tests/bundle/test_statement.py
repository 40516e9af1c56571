"""A statement is written in one way and read from the signed bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone

from ferrule.bundle.permissions import Permissions
from ferrule.bundle.statement import (
    ConnectorVersion,
    Statement,
    payload_digest,
    read_statement,
    written,
)

SAMPLE = Statement(
    bundle_id="acme",
    version="1.0.0",
    connectors=(ConnectorVersion("b", "1.0.0"), ConnectorVersion("a", "2.0.0")),
    created_at=datetime(2025, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC),
    expires_at=datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2))),
    digests=(("docs/z.md", "0" * 64), ("bundle.json", "f" * 64)),
    sizes=(("docs/z.md", 1), ("bundle.json", 2)),
    permissions=Permissions.of(["api.example"], [], []),
)


def test_a_statement_is_canonical_json_in_order():
    assert SAMPLE.encoded().decode() == (
        '{"_type":"https://in-toto.io/Statement/v1","predicate":{"bundleFormat":1,'
        '"bundleId":"acme","connectors":[{"id":"a","version":"2.0.0"},'
        '{"id":"b","version":"1.0.0"}],"createdAt":"2025-01-02T03:04:05Z",'
        '"expiresAt":"2026-01-02T03:04:05Z","files":[{"name":"bundle.json","size":2},'
        '{"name":"docs/z.md","size":1}],"permissions":{"hosts":["api.example"],'
        '"scopes":[],"writes":[]},"version":"1.0.0"},'
        '"predicateType":"https://ferrule.dev/attestation/connector/v1",'
        '"subject":[{"digest":{"sha256":"' + "f" * 64 + '"},"name":"bundle.json"},'
        '{"digest":{"sha256":"' + "0" * 64 + '"},"name":"docs/z.md"}]}'
    )


def test_a_statement_comes_back():
    read = read_statement(SAMPLE.encoded())
    assert read.encoded() == SAMPLE.encoded()
    assert [str(one) for one in read.connectors] == ["a@v2.0.0", "b@v1.0.0"]
    assert read.created_at == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_optional_members_stand_there_only_when_given():
    document = json.loads(SAMPLE.encoded())
    digest = payload_digest(b"older")
    document["predicate"] |= {
        "minRuntime": "0.1.0",
        "supersedes": digest,
        "toolVersion": "ferrule 0.1.0",
    }
    read = read_statement(json.dumps(document).encode())
    assert (read.min_runtime, read.supersedes) == ("0.1.0", digest)
    assert json.loads(read.encoded())["predicate"]["toolVersion"] == "ferrule 0.1.0"


def test_times_are_written_in_whole_seconds_of_utc():
    assert written(SAMPLE.expires_at) == "2026-01-02T03:04:05Z"
    assert written(datetime(999, 1, 1, tzinfo=UTC)) == "0999-01-01T00:00:00Z"

"""The registry, the parts of a report, addresses and samples."""

import json
from typing import Any

import pytest
from tests.interchange.checking import check

from ferrule import shipped
from ferrule.interchange import (
    FORMATS,
    InterchangeError,
    Report,
    format_of,
    read_any,
    sample,
    url,
)

FIXTURES = [
    path
    for path in sorted(shipped.descriptors().glob("*/fixtures/*/*.json"))
    if json.loads(path.read_bytes())["kind"] not in {"delivery", "subscription", "tool"}
]


def document_of(imported: Any) -> Any:
    (document,) = imported.documents
    return document


def test_every_format_reads_or_writes_and_has_a_name_of_its_own() -> None:
    assert len({known.name for known in FORMATS}) == len(FORMATS)
    for known in FORMATS:
        assert known.title
        assert known.read or known.write
        assert (known.operations is None) == (known.read_chosen is None)
        assert all(end.startswith(".") and end.islower() for end in known.endings)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("curl https://example.com", "curl"),
        ("  $ curl.exe 'https://example.com'", "curl"),
        ("# list them\ncurl https://example.com", "curl"),
        ("https://example.com/a?b=c", "url"),
        ("{{baseUrl}}/items", "url"),
        ('{"openapi": "3.0.1"}', "openapi"),
        ('{"info": {}, "openapi" : "3.1.0"}', "openapi"),
        ("openapi: 3.0.1\n", "openapi"),
        ("# a comment\n'openapi': '3.0.1'\n", "openapi"),
        ('{"id": 1}', "sample"),
        ("\ufeff [1]", "sample"),
        ("hello", None),
        ("", None),
        ('{"swagger": "2.0"}', "sample"),
    ],
)
def test_a_format_is_told_by_its_beginning(content: str, name: str | None) -> None:
    found = format_of(content.encode())
    assert (found.name if found else None) == name


def test_what_no_format_knows_is_refused_with_what_can_be_read() -> None:
    with pytest.raises(InterchangeError, match="cURL line, Address"):
        read_any(b"hello")


def test_an_address_becomes_a_draft_with_its_query_as_it_is() -> None:
    text = b"https://api.example.com/v1/tasks?page=2&updated_since=2026-01-01&flag"
    imported = check(url.read(text))
    document = document_of(imported)
    assert document["id"] == "example-tasks"
    assert document["ingestion"]["query"] == {
        "page": "2",
        "updated_since": "2026-01-01",
        "flag": "",
    }
    assert document["configFields"][0]["default"] == "https://api.example.com"
    assert imported.report.changed
    assert not imported.report.lossless


def test_an_address_without_anything_special_loses_nothing() -> None:
    report = check(url.read(b"https://example.com/a?b=c")).report
    assert report.lossless
    assert Report().lossless


def test_a_secret_in_an_address_is_lifted() -> None:
    imported = check(url.read(b"https://api.example.com/v1?api_key=0123456789abcdef"))
    (secret,) = imported.secrets
    assert secret.value.get_secret_value() == "0123456789abcdef"
    assert (secret.connector, secret.key) == ("example-v1", "api_key")
    assert "0123456789abcdef" not in str(imported)


@pytest.mark.parametrize(
    "text",
    ["", "x y", "ftp://example.com", "https://", "https://exa mple.com", "//x"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InterchangeError):
        url.read(text.encode())


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://bücher.example/x", "https://xn--bcher-kva.example"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
        ("HTTPS://API.Example.COM/x", "https://api.example.com"),
    ],
)
def test_hosts_of_every_kind(text: str, base: str) -> None:
    document = document_of(check(url.read(text.encode())))
    assert document["configFields"][0]["default"] == base


def test_a_bare_body_comes_back_as_a_sample() -> None:
    imported = check(sample.read(b'{"data": [{"id": 1}]}'))
    (one,) = imported.samples
    assert one.response.json == {"data": [{"id": 1}]}
    assert one.connector == document_of(imported)["id"]
    assert any("where it came from" in note.reason for note in imported.report.changed)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_shipped_recording_can_be_begun_from(path: Any) -> None:
    fixture = json.loads(path.read_bytes())
    imported = check(sample.read(path.read_bytes()))
    document = document_of(imported)
    paths = {one["request"]["path"] for one in fixture["exchanges"]}
    assert document["ingestion"]["endpoint"].replace("%20", " ") in paths
    assert imported.samples
    if fixture.get("secrets"):
        assert document["auth"]["method"] != "none"


def recorded(**request: Any) -> bytes:
    asked = {"method": "GET", "path": "/x", "query": {}, "headers": {}} | request
    answer = {"status": 200, "headers": {"set-cookie": "s=canary99"}, "body": []}
    exchange = {"request": asked, "response": answer}
    fixture = {"format": 1, "origin": "https://example.com", "exchanges": [exchange]}
    return json.dumps(fixture).encode()


def test_a_recording_with_a_secret_gives_it_apart() -> None:
    content = recorded(headers={"authorization": "Bearer canary-0123456789"})
    imported = check(sample.read(content))
    (secret,) = imported.secrets
    assert secret.value.get_secret_value() == "canary-0123456789"
    assert "canary" not in str(imported)


def test_a_recorded_body_is_sent_again() -> None:
    imported = check(sample.read(recorded(method="POST", body={"a": ["{{b}}"]})))
    ingestion = document_of(imported)["ingestion"]
    assert ingestion["body"] == {"a": ["{{b}}"]}
    assert ingestion["method"] == "POST"


@pytest.mark.parametrize(
    "content",
    [b"", b"1", b'"x"', b"{", b'{"origin": "x", "exchanges": []}', b"[" * 100_000],
)
def test_what_is_no_sample_is_refused(content: bytes) -> None:
    with pytest.raises(InterchangeError):
        sample.read(content)

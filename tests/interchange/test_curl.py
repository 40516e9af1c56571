"""cURL lines: a table of real shapes, every option of curl, and several commands.

`curl_options.txt` holds the names that `curl --help all` prints (7.88), each with its
letter and whether a value follows (https://curl.se/docs/manpage.html).
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.interchange.checking import check

from ferrule.interchange import Imported, InterchangeError, curl
from ferrule.interchange.curl_options import LEFT_OUT, long_option, short_option

SAMPLES = Path(__file__).parents[1] / "samples" / "interchange"
CASES = tomllib.loads((SAMPLES / "curl.toml").read_text())["case"]
OPTIONS = (SAMPLES / "curl_options.txt").read_text().splitlines()


def read(line: str) -> Imported:
    return check(curl.read(line.encode()))


def base_of(document: Any) -> str:
    fields = {one["key"]: one for one in document["configFields"]}
    if document["baseUrl"] != "{{baseUrl}}":
        return str(document["baseUrl"])
    return str(fields["baseUrl"].get("default", ""))


def found_in(read_one: Imported) -> dict[str, Any]:
    (document,) = read_one.documents
    ingestion: Any = document["ingestion"]
    auth: Any = document["auth"]
    fields: Any = document["configFields"]
    return {
        "id": document["id"],
        "base": base_of(document),
        "endpoint": ingestion["endpoint"],
        "method": ingestion["method"],
        "query": ingestion.get("query", {}),
        "headers": ingestion.get("headers", {}),
        "body": ingestion.get("body"),
        "body_type": ingestion.get("bodyType"),
        "timeout_ms": ingestion.get("timeoutMs"),
        "auth": auth["method"],
        "fields": [one["key"] for one in fields],
        "secrets": {s.key: s.value.get_secret_value() for s in read_one.secrets},
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_line_becomes_the_draft_that_the_table_says(case: dict[str, Any]) -> None:
    assert curl.sniff(case["line"].encode())
    read_one = read(case["line"])
    found = found_in(read_one)
    wanted = {k: v for k, v in case.items() if k in found}
    assert {name: found[name] for name in wanted} == wanted
    for kind in ("changed", "dropped"):
        places = [note.place for note in getattr(read_one.report, kind)]
        missing = [place for place in case.get(kind, []) if place not in places]
        assert not missing, places


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_every_option_of_curl_is_known_and_takes_a_value_as_there() -> None:
    for line in OPTIONS:
        names, _, value = line.partition(" ")
        letter, _, name = names.rpartition("/")
        option = long_option(name)
        assert option is not None, name
        assert option.takes_value == bool(value), name
        short = short_option(letter) if letter else option
        assert short is not None, letter
        assert short.takes_value == bool(value), letter


def test_no_option_is_dropped_silently() -> None:
    plain = read("curl https://api.example.com/items -X GET")
    for line in OPTIONS:
        names, _, value = line.partition(" ")
        name = names.rpartition("/")[2]
        if name not in {"next", "url", "request"}:
            given = "a=b" if value else ""
            text = f"curl --{name} {given} https://api.example.com/items -X GET"
            other = read(text)
            told = other.report != plain.report
            assert told or other.documents != plain.documents, name


def test_every_reason_for_leaving_out_is_a_sentence() -> None:
    assert all(reason.endswith(".") for reason in LEFT_OUT)


def test_several_commands_become_several_drafts_with_their_own_ids() -> None:
    read_one = read(
        "curl https://api.example.com/items\n"
        "echo done\n"
        "curl -H 'X-Api-Key: 0123456789' https://api.example.com/items "
        "--next https://api.example.com/tasks"
    )
    ids = [document["id"] for document in read_one.documents]
    assert ids == ["example-items", "example-items-2", "example-tasks"]
    assert [(s.connector, s.key) for s in read_one.secrets] == [
        ("example-items-2", "api_key")
    ]
    assert any(note.place.startswith("curl 2 ") for note in read_one.report.changed)
    assert any(note.place == "shell" for note in read_one.report.dropped)


def test_two_addresses_become_two_drafts() -> None:
    read_one = read("curl https://a.example.com/x https://b.example.com/y")
    assert len(read_one.documents) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "curl",
        "curl -H 'A: b'",
        "curl ftp://example.com/x",
        "curl 'https://ex ample.com/x'",
        "curl https://example.com:99999/x",
        "wget https://example.com/x",
        "curl " + "x" * 1_000_001,
    ],
)
def test_what_is_no_request_is_refused_with_advice(text: str) -> None:
    with pytest.raises(InterchangeError):
        curl.read(text.encode())


def test_an_address_that_is_none_is_left_out_where_there_is_another() -> None:
    read_one = read("curl ftp://example.com/x https://example.com/x")
    assert len(read_one.documents) == 1
    assert "address" in [note.place for note in read_one.report.dropped]


def test_a_secret_that_stands_twice_is_lifted_twice() -> None:
    read_one = read(
        "curl 'https://api.example.com/t/abcd1234efgh/x?team=abcd1234efgh' "
        "-H 'X-Api-Key: abcd1234efgh' --json '{\"note\": [\"abcd1234efgh\"]}'"
    )
    assert "abcd1234efgh" not in str(read_one.documents)
    assert len(read_one.secrets) == 4


def test_a_secret_in_the_host_is_refused() -> None:
    with pytest.raises(InterchangeError) as refused:
        curl.read(b"curl -u ada:abcd1234efgh https://abcd1234efgh.example.com/x")
    assert "abcd1234efgh" not in str(refused.value)

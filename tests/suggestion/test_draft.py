import json
from typing import Any

import pytest
from tests.suggestion.scoring import SAMPLES, Case, further_cases, shipped_cases

from ferrule.descriptor.document import validate
from ferrule.descriptor.problems import lint
from ferrule.exchange import Request, Response
from ferrule.mapping import Origin, compile_mapping
from ferrule.suggestion import first_descriptor
from ferrule.suggestion.draft import slug

CASES = [
    *further_cases(),
    *further_cases(SAMPLES / "later"),
    *(case for case in shipped_cases() if case.name.endswith("/0")),
]


def signals(document: dict[str, Any], case: Case) -> tuple[int, int]:
    """Return how many items the sample has, and how many became signals."""
    (stream,) = validate(document).resolved_streams
    origin = Origin(
        source="x", project="p", connection="c", stream=stream.key, collection_key="k"
    )
    mapping = compile_mapping(stream.mapping, origin)
    items = mapping.items(case.response.json)
    return len(items), sum(m.signal is not None for m in mapping.page(items))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_first_descriptor_is_valid_and_lint_finds_no_error(case: Case):
    document = first_descriptor(case.request, case.response, "My API")
    assert [p for p in lint(document) if p.severity == "error"] == []


def test_nearly_every_item_becomes_a_signal_at_once():
    whole = [(c, first_descriptor(c.request, c.response, c.name)) for c in CASES]
    counts = [signals(document, case) for case, document in whole]
    items, mapped = sum(c[0] for c in counts), sum(c[1] for c in counts)
    assert mapped >= 0.9 * items


def test_one_exchange_becomes_a_connector():
    request = Request(
        "GET",
        "https://api.example.com/v2/tickets?state=open",
        (("page", "1"), ("per_page", "50")),
        (("Authorization", "Bearer abcdefghijklmnop"), ("Accept", "application/json")),
    )
    body = {
        "tickets": [{"id": 1, "subject": "x", "updated_at": "2024-05-03T08:00:00Z"}],
        "page": 1,
        "total_pages": 4,
    }
    response = Response(200, (), json.dumps(body).encode())
    document: Any = first_descriptor(request, response, "Example Tickets")
    assert document["id"] == "example-tickets"
    assert document["baseUrl"] == "https://api.example.com"
    assert document["auth"]["method"] == "pat"
    ingestion = document["ingestion"]
    assert ingestion["endpoint"] == "/v2/tickets"
    assert ingestion["query"] == {"state": "open"}
    assert ingestion["headers"] == {"Accept": "application/json"}
    assert ingestion["pagination"]["type"] == "page"
    assert ingestion["pagination"]["pageSize"] == 50
    assert document["fieldMapping"]["itemsPath"] == "$.tickets"
    assert document["healthCheck"]["endpoint"] == "/v2/tickets"
    assert "abcdefghijklmnop" not in json.dumps(document)


def test_an_address_without_encryption_is_asked_for():
    request = Request("GET", "http://127.0.0.1:8765/items")
    document: Any = first_descriptor(request, Response(200, (), b"[]"), "Local")
    assert document["baseUrl"] == "{{baseUrl}}"
    assert document["configFields"][0]["default"] == "http://127.0.0.1:8765"
    validate(document)


def test_a_guess_about_paging_is_not_taken_over():
    request = Request("GET", "https://api.example.com/items", (("limit", "5"),))
    response = Response(200, (), b'{"items": [{"id": 1}]}')
    document: Any = first_descriptor(request, response, "x")
    assert document["ingestion"]["pagination"] == {"type": "none"}
    assert document["ingestion"]["query"] == {"limit": "5"}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("My API", "my-api"),
        ("GitHub Issues!", "git-hub-issues"),
        ("日本", "new-connector"),
        ("", "new-connector"),
    ],
)
def test_a_name_becomes_an_id(name: str, made: str):
    assert slug(name) == made

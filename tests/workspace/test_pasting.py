"""A request pasted into an open draft: what it says is taken, the rest stays."""

import pytest

from ferrule.exchange import MISSING
from ferrule.workspace.authoring import blank, problems_in
from ferrule.workspace.beginning import begin
from ferrule.workspace.drafts import Draft
from ferrule.workspace.pasting import base_of, request_changes


def pasted(draft, text, *, whole=True, polling="/ingestion"):
    """Return a draft after a request was pasted into it."""
    made = begin(text.encode()).documents[0]
    draft = Draft(draft)
    changes = request_changes(draft.document, made, polling, whole=whole)
    for pointer, value in changes:
        draft.edit(pointer, value)
    return draft.document


def errors(document):
    return [p for p in problems_in(document) if p.severity == "error"]


def test_a_blank_draft_takes_over_the_whole_request_and_is_named_by_it():
    made = pasted(
        blank(),
        "curl -X POST 'https://api.example.com/v1/search?a=1' -u ann:secret123"
        " -H 'X-Team: red' --json '{\"q\": 1}'",
    )
    asked = made["ingestion"]
    assert (asked["method"], asked["endpoint"]) == ("POST", "/v1/search")
    assert asked["query"] == {"a": "1"}
    assert asked["headers"]["X-Team"] == "red"
    assert asked["body"] == {"q": 1}
    assert made["auth"]["method"] == "basic"
    assert made["id"] == "example-search"
    assert base_of(made) == "https://api.example.com"
    assert "example.com/items" not in str(made["healthCheck"])
    assert errors(made) == []


def test_paging_mapping_and_limits_stay():
    draft = begin(b"https://api.example.com/v1/a?x=1").documents[0]
    draft["ingestion"]["pagination"] = {"type": "link_header"}
    draft["fieldMapping"]["idPath"] = "$.key"
    made = pasted(draft, "https://api.example.com/v1/b")
    assert made["ingestion"]["endpoint"] == "/v1/b"
    assert "query" not in made["ingestion"]
    assert made["ingestion"]["pagination"] == {"type": "link_header"}
    assert made["fieldMapping"]["idPath"] == "$.key"
    assert made["id"] == draft["id"]


@pytest.mark.parametrize(
    ("address", "endpoint", "base"),
    [
        ("https://api.example.com/v2/x", "/x", "https://api.example.com/v2"),
        ("https://api.example.com/v2", "/", "https://api.example.com/v2"),
        ("https://api.example.com/v20/x", "/v20/x", "https://api.example.com"),
        ("https://other.test/v2/x", "/v2/x", "https://other.test"),
    ],
)
def test_the_base_address_stays_where_the_request_goes_there(address, endpoint, base):
    draft = {**blank("mine"), "name": "Mine", "baseUrl": "https://api.example.com/v2"}
    made = pasted(draft, address)
    assert (made["ingestion"]["endpoint"], base_of(made)) == (endpoint, base)


def test_the_base_field_of_a_person_keeps_its_words():
    draft = begin(b"https://api.example.com/a").documents[0]
    draft["configFields"][0]["label"] = "Where it is"
    (field,) = pasted(draft, "https://other.test/b")["configFields"]
    assert (field["label"], field["default"]) == ("Where it is", "https://other.test")


def test_a_stream_does_not_move_the_base_address_of_the_others():
    draft = begin(b"https://api.example.com/a").documents[0]
    made = begin(b"https://other.test/b?c=1").documents[0]
    changes = dict(request_changes(draft, made, "/ingestion", whole=False))
    assert changes["/ingestion/endpoint"] == "https://other.test/b"
    assert changes["/ingestion/query"] == {"c": "1"}
    assert changes["/ingestion/body"] is MISSING
    assert "/baseUrl" not in changes
    assert "/id" not in changes


def test_a_health_check_of_a_person_stays():
    draft = begin(b"https://api.example.com/a").documents[0]
    draft["healthCheck"]["endpoint"] = "/ping"
    made = pasted(draft, "https://api.example.com/b")
    assert made["healthCheck"]["endpoint"] == "/ping"


def test_variables_become_fields_beside_those_there():
    draft = begin(b"https://api.example.com/a").documents[0]
    made = pasted(draft, "curl https://api.example.com/teams/$TEAM/b")
    keys = [field["key"] for field in made["configFields"]]
    assert keys[0] == "baseUrl"
    assert len(keys) == 2
    assert errors(made) == []

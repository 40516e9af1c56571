"""Beginning from what a person has: free ids, and secrets and samples kept apart."""

import json
from pathlib import Path

import pytest
from tests.interchange.big import big_yaml

from ferrule.errors import Cancelled, InterchangeError
from ferrule.workspace.authoring import problems_in
from ferrule.workspace.beginning import begin, kind_of, operations_of, read_source

OPENAPI = Path(__file__).parents[1] / "samples" / "interchange" / "openapi"
SECRET = "sk-canary-0123456789abcdef"
CURL = f"curl https://api.example.com/v1/things -H 'Authorization: Bearer {SECRET}'"


def errors(document):
    return [p for p in problems_in(document) if p.severity == "error"]


def test_a_descriptor_from_an_address_asks_it():
    begun = begin(b"https://api.example.com/v1/tickets?state=open&empty=")
    (made,) = begun.documents
    assert begun.source == "Address"
    assert made["id"] == "example-tickets"
    assert made["baseUrl"] == "{{baseUrl}}"
    assert made["ingestion"]["endpoint"] == "/v1/tickets"
    assert made["ingestion"]["query"] == {"state": "open", "empty": ""}
    assert made["configFields"][0]["default"] == "https://api.example.com"
    assert errors(made) == []


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("api.example.com/things", "https://api.example.com"),
        ("  example.com  ", "https://example.com"),
        ("localhost:8080/things", "http://localhost:8080"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://example.com/x", "http://example.com"),
    ],
)
def test_a_scheme_that_was_left_out_is_put_before_an_address(text, base):
    made = begin(text.encode()).documents[0]
    assert made["configFields"][0]["default"] == base


@pytest.mark.parametrize("text", ["", "nonsense", "two words", "ftp://a.b", "https://"])
def test_what_is_nothing_known_is_refused(text):
    assert kind_of(text.encode()) is None
    with pytest.raises(InterchangeError, match="nothing that can be begun from"):
        begin(text.encode())


def test_a_draft_gets_an_id_that_is_free_and_keeps_its_secrets():
    begun = begin(CURL.encode(), {"example-things"})
    (made,) = begun.documents
    assert made["id"] == "example-things-2"
    ((key, value),) = begun.secrets_of("example-things-2").items()
    assert value == SECRET
    assert key in json.dumps(made["auth"])
    assert SECRET not in json.dumps(made) + str(begun.report)
    assert begun.secrets_of("example-things") == {}


def test_a_sample_comes_with_its_draft():
    begun = begin(b'[{"id": 1}]', {"new-connector"})
    (sample,) = begun.samples
    assert sample.connector == begun.documents[0]["id"]
    assert sample.response.body == b'[{"id": 1}]'


def test_a_description_is_chosen_from():
    raw = read_source(OPENAPI / "petstore.json")
    offered = operations_of(raw)
    assert offered.suggested
    chosen = [offered.suggested[0]]
    (made,) = begin(raw, (), chosen).documents
    assert len(made["streams"]) == 1
    assert errors(made) == []
    assert operations_of(b"https://api.example.com/") is None


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(InterchangeError, match=r"gone\.json cannot be read"):
        read_source(tmp_path / "gone.json")
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(InterchangeError, match="over 64 MB"):
        read_source(large)


class Asked:
    """Says that an import is given up when it was asked so many times."""

    def __init__(self, most):
        self.left = most

    def __call__(self):
        self.left -= 1
        return self.left < 0


RECORDING = json.dumps(
    {
        "origin": "https://api.example.com",
        "exchanges": [
            {
                "request": {"method": "GET", "path": "/things"},
                "response": {"status": 200, "headers": {}, "body": []},
            }
        ]
        * 50,
    }
).encode()


@pytest.mark.parametrize(
    "work",
    [
        read_source,
        lambda path, stopped: operations_of(path.read_bytes(), stopped),
        lambda path, stopped: begin(path.read_bytes(), (), (), stopped),
        lambda _, stopped: begin(RECORDING, stopped=stopped),
    ],
)
@pytest.mark.parametrize("asked", [0, 1])
def test_an_import_that_is_given_up_ends_where_it_is(tmp_path, work, asked):
    path = tmp_path / "big.yaml"
    path.write_bytes(big_yaml(2_500_000))
    stopped = Asked(asked)
    with pytest.raises(Cancelled, match="given up"):
        work(path, stopped)
    assert stopped.left == -1, "it does not go on after that"
    assert operations_of((OPENAPI / "petstore.json").read_bytes()) is not None

"""`ferrule import`: drafts, a report, and no secret anywhere."""

import json
from pathlib import Path

import pytest

OPENAPI = Path(__file__).parents[1] / "samples" / "interchange" / "openapi"
SECRET = "sk-canary-0123456789abcdef"
CURL = (
    f"curl 'https://api.example.com/v1/things?state=open' -H 'Authorization: Bearer "
    f"{SECRET}' -H 'Sec-Fetch-Mode: cors'"
)


@pytest.fixture
def pasted(home, tmp_path):
    file = tmp_path / "curl.txt"
    file.write_text(CURL)
    return file


def test_a_curl_line_becomes_a_draft_that_validates(say, pasted, tmp_path):
    said = say("import", pasted, "--into", tmp_path / "drafts")
    assert said.code == 0, said.err
    (written,) = (tmp_path / "drafts").iterdir()
    assert say("validate", written).code == 0
    assert "dropped: " in said.err
    assert "kept nowhere" in said.err
    assert SECRET not in said.out + said.err + written.read_text()


def test_a_draft_is_not_written_over(say, pasted, tmp_path):
    say("import", pasted, "--into", tmp_path / "drafts")
    again = say("import", pasted, "--into", tmp_path / "drafts")
    assert again.code == 1
    assert "is there already" in again.err


def test_an_address_is_read_from_the_command_line(say, home):
    said = say("import", "https://api.example.com/items?page=2&limit=50", "--json")
    line = json.loads(said.out)
    (document,) = line["documents"]
    assert document["ingestion"]["endpoint"].endswith("/items")
    assert line["written"] == []


def test_chosen_operations_of_openapi_become_streams(say, home):
    file = OPENAPI / "petstore.json"
    said = say("import", file, "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["documents"]


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("nothing at all", [], "nothing that can be begun from"),
        (CURL, ["--only", "GET /x"], "OpenAPI"),
    ],
)
def test_what_cannot_be_read_is_told(say, tmp_path, home, content, options, words):
    file = tmp_path / "x"
    file.write_text(content)
    said = say("import", file, *options)
    assert said.code in {1, 2}
    assert words in said.err
    assert "Traceback" not in said.err

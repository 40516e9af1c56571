"""`ferrule scaffold` and `ferrule export edge`: printed, or written whole."""

import json
from pathlib import Path

import pytest


def test_a_starter_is_written_and_validates(say):
    assert say("scaffold", "connector", "acme-issues", "-o", "acme").code == 0
    assert say("validate", "acme/connectors/acme-issues.json").code == 0
    held = sorted(p.name for p in Path("acme").rglob("*") if p.is_file())
    assert held == ["README.md", "acme-issues.json", "bundle.json"]


def test_without_a_file_it_is_printed(say):
    said = say("scaffold", "connector", "acme", "--name", "Acme")
    assert json.loads(said.out)["name"] == "Acme"
    said = say("scaffold", "rate-limit-policy", "github-issues", "--json")
    assert "token_bucket" in json.loads(said.out)["text"]


@pytest.mark.parametrize(
    "command",
    [
        ("connector", "acme", "-o", "there"),
        ("edge-function", "github-issues", "-o", "there"),
        ("oauth-guide", "sandbox-oauth", "-o", "there/kept"),
        ("prompt", "--id", "I1-OAUTH-DOC", "-o", "there/kept"),
    ],
)
def test_nothing_is_overwritten_unasked(say, command):
    Path("there").mkdir()
    Path("there/kept").write_text("mine")
    assert say("scaffold", *command).code == 1
    assert [p.read_text() for p in Path("there").iterdir()] == ["mine"]


def test_a_text_is_replaced_where_it_is_asked_for(say):
    Path("guide.md").write_text("old")
    said = say("scaffold", "oauth-guide", "jira-issues", "-o", "guide.md", "--force")
    assert said.code == 0
    assert "redirect URI" in Path("guide.md").read_text()


@pytest.mark.parametrize("kind", ["connector", "edge-function"])
def test_a_folder_with_something_else_is_never_replaced(say, kind):
    Path("mine").mkdir()
    Path("mine/kept").write_text("mine")
    said = say("scaffold", kind, "github-issues", "-o", "mine", "--force")
    assert said.code == 1
    assert "mine holds kept" in said.err
    assert [p.name for p in Path().iterdir()] == ["mine"]


def test_an_edge_function_is_exported_and_replaced(say):
    assert say("export", "edge", "github-issues", "-o", "edge").code == 0
    assert say("export", "edge", "jira-issues", "-o", "edge").code == 1
    again = say("export", "edge", "jira-issues", "-o", "edge", "--force", "--json")
    line = json.loads(again.out)
    assert line["connector"] == "jira-issues"
    assert line["dropped"]
    assert 'CONNECTOR: string = "jira-issues"' in Path("edge/connector.ts").read_text()
    assert [p.name for p in Path().iterdir()] == ["edge"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("cake",), 2),
        (("oauth-guide",), 2),
        (("connector",), 2),
        (("edge-function", "github-issues"), 2),
        (("prompt",), 2),
        (("prompt", "--id", "I1-CAKE"), 2),
        (("oauth-guide", "datadog-monitors"), 2),
        (("rate-limit-policy", "nothing"), 1),
        (("connector", "No Id"), 1),
    ],
)
def test_what_cannot_be_made_is_told(say, arguments, code):
    said = say("scaffold", *arguments)
    assert said.code == code
    assert said.err.startswith("ferrule: ") or "problem(s)" in said.err

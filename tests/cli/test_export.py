"""`ferrule export`: the file, the report in words and as JSON, and what goes wrong."""

import ast
import json

import pytest
import yaml


def test_a_manifest_is_written_and_its_losses_are_told(home, say, tmp_path):
    out = tmp_path / "manifest.yaml"
    said = say("export", "airbyte", "github-issues", "-o", out)
    assert said.code == 0
    assert yaml.safe_load(out.read_bytes())["type"] == "DeclarativeSource"
    lines = said.out.splitlines()
    assert "dropped /fieldMapping/signalTypeRules: Airbyte has no place for" in said.out
    assert {line.split()[0] for line in lines[:-1]} == {"kept", "changed", "dropped"}
    assert lines[-1].startswith(f"{out}: github-issues for Airbyte manifest")


def test_a_source_is_written_and_told_as_json(home, say, tmp_path):
    out = tmp_path / "source.py"
    said = say("export", "dlt", "slack-messages", "--out", out, "--json")
    assert said.code == 0
    ast.parse(out.read_bytes())
    told = json.loads(said.out)
    assert (told["type"], told["connector"]) == ("export", "slack-messages")
    assert told["size"] == out.stat().st_size
    places = {note["pointer"] for note in told["dropped"]}
    assert {"/rateLimits", "/streams/1/polling/delta"} <= places
    assert told["kept"][0]["reason"]


def test_an_older_file_is_replaced_and_the_same_again(home, say, tmp_path):
    out = tmp_path / "manifest.yaml"
    out.write_text("older")
    say("export", "airbyte", "trello-cards", "-o", out)
    first = out.read_bytes()
    say("export", "airbyte", "trello-cards", "-o", out)
    assert out.read_bytes() == first != b"older"


@pytest.mark.parametrize(
    ("engine", "connector", "name", "code", "words"),
    [
        ("airbyte", "github-isues", "m.yaml", 1, "There is no connector"),
        ("fivetran", "github-issues", "m.yaml", 2, "airbyte and for dlt"),
        ("airbyte", "github-issues", "", 2, "is a folder"),
        ("dlt", "github-issues", "missing/source.py", 1, "is no folder"),
        ("dlt", "github-issues", "file/source.py", 1, "is no folder"),
    ],
)
def test_what_goes_wrong_is_said(
    engine, connector, name, code, words, home, say, tmp_path
):
    (tmp_path / "file").write_text("not a folder")
    said = say("export", engine, connector, "-o", tmp_path / name)
    assert said.code == code
    assert words in said.err
    told = say("export", engine, connector, "-o", tmp_path / name, "--json")
    assert json.loads(told.out)["type"] == "error"
    assert told.code == code

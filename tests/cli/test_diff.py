"""`ferrule diff`: files, ids and bundles, in words and as JSON, with diff's codes."""

import json

import pytest

from ferrule import shipped

GITHUB = shipped.descriptors() / "github" / "connectors" / "github-issues.json"


@pytest.fixture
def changed(tmp_path):
    document = json.loads(GITHUB.read_bytes())
    document["fieldMapping"]["idPath"] = "$.node_id"
    document["name"] = "Other"
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(document))
    return path


def test_the_same_is_0_and_said(say):
    said = say("diff", GITHUB, "github-issues")
    assert (said.code, said.out) == (0, "github-issues: no differences\n")


def test_differences_are_1_with_place_reason_and_version(say, changed):
    said = say("diff", "github-issues", changed)
    assert said.code == 1
    assert "2 differences, 1 breaking" in said.out
    assert "BREAKING: records get other ids" in said.out
    assert '- "$.id"' in said.out
    assert '+ "$.node_id"' in said.out
    assert "version 1.1.0 → 2.0.0: records get other ids" in said.out


def test_json_says_every_change(say, changed):
    said = say("diff", "shipped:github-issues", changed, "--json")
    (line,) = [json.loads(text) for text in said.out.splitlines()]
    assert said.code == 1
    assert line["breaking"] is True
    assert line["version"]["proposed"] == "2.0.0"
    assert [change["pointer"] for change in line["changes"]] == [
        "/name",
        "/fieldMapping/idPath",
    ]


def test_bundles_are_compared_connector_by_connector(say, tmp_path):
    assert say("keys", "new", "anna").code == 0
    out = tmp_path / "github.ferrule"
    words = ("sign", "github", "--connector", "github-issues", "--key", "anna")
    assert say(*words, "--out", out).code == 0
    assert say("diff", out, GITHUB).code == 0
    assert say("diff", out, out).code == 0
    said = say("diff", "notion-pages", out)
    assert said.code == 1
    raw = out.read_bytes()
    out.write_bytes(raw[:-30] + b"x" * 30)
    assert say("diff", out, GITHUB).code == 2


@pytest.mark.parametrize("named", ["no-such-id", "no/such/file.json", "shipped:no"])
def test_trouble_is_2(say, named):
    said = say("diff", named, "github-issues")
    assert said.code == 2
    assert said.err.startswith("ferrule: ")
    said = say("diff", "github-issues", named, "--json")
    assert said.code == 2
    assert json.loads(said.out)["type"] == "error"

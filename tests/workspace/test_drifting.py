"""Drift of real connectors: fixtures against live answers, fixes, every connection."""

import copy
import json

import pytest
from tests.support.commands import KEY

from ferrule.__main__ import main
from ferrule.cli.place import choose_project
from ferrule.credentials import forget_master_key
from ferrule.descriptor.document import read_document, validate
from ferrule.errors import FerruleError, NotFound
from ferrule.expression.steps import read_steps, write_steps
from ferrule.mapping import CompiledMapping, Origin
from ferrule.suggestion.drift import Compared, compare
from ferrule.suggestion.drift_uses import uses_of
from ferrule.workspace.connecting import connect
from ferrule.workspace.drift import finding as drifting
from ferrule.workspace.drift.finding import Fix, Rename
from ferrule.workspace.fixtures import files as fixture_files
from ferrule.workspace.fixtures.carrying import _move, carry_over
from ferrule.workspace.home import Home
from ferrule.workspace.overriding import set_mapping
from ferrule.workspace.previewing import mapping_of, tolerant_mapping
from ferrule.workspace.workspace import Workspace

SANDBOX = "sandbox-issues"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "200")
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()
    forget_master_key()
    choose_project(None)


def parts(workspace, connector_id=SANDBOX):
    document = read_document(workspace.catalogue.document(connector_id))
    folder = fixture_files.any_fixture_folder(workspace.catalogue, connector_id)
    return document, fixture_files.read_fixtures(folder)


def answer(files, stream):
    """Return the first recorded body of a stream that holds items."""
    bodies = drifting.known_bodies_of(files, stream)
    return copy.deepcopy(next(body for body in bodies if body))


def test_the_answers_of_every_shipped_fixture_are_no_harmful_drift(workspace):
    compared = 0
    for card in workspace.catalogue.cards():
        document, files = parts(workspace, card.id)
        for stream in validate(document).resolved_streams:
            key = stream.key if document.get("streams") else ""
            for body in drifting.known_bodies_of(files, key):
                if isinstance(body, dict) and body.get("ok") is False:
                    continue  # a refusal with status 200 that a rule passes over
                found = drifting.find_drift(document, files, body, key or None)
                assert found.harmful == (), (card.id, key, found.harmful)
                compared += not found.blocked
    assert compared > 20


def test_a_renamed_field_is_fixed_where_it_is_written_and_raises_minor(workspace):
    document, files = parts(workspace)
    body = answer(files, "issues")
    for item in body:
        item["subject"] = item.pop("title")
    found = drifting.find_drift(document, files, body, "issues")
    (gone,) = found.harmful
    assert (gone.path, gone.fix.told) == ("$.title", "$.title → $.subject")
    fixed = drifting.fixed(document, found.fixes, "issues")
    assert (document["version"], fixed["version"]) == ("1.1.0", "1.2.0")
    own = fixed["streams"][0]["fieldMapping"]
    assert own == {"summaryTemplate": "#{{number}} {{subject}}"}
    assert fixed["fieldMapping"] == document["fieldMapping"], "comments keep theirs"
    assert drifting.find_drift(fixed, files, body, "issues").fixes == ()
    validate(fixed)


def test_an_id_that_comes_twice_is_told_though_fixtures_share_items(workspace):
    document, files = parts(workspace)
    body = answer(files, "issues")
    assert len([f for f in files if f.stream == "issues"]) > 2
    body[1]["id"] = body[0]["id"]
    found = drifting.find_drift(document, files, body, "issues")
    assert [(c.kind, c.path) for c in found.harmful] == [("repeated", "$.id")]


def test_renamed_members_of_shipped_connectors_are_found_and_hardly_ever_wrong(
    workspace,
):
    """Nine of ten, no more than one of fifty wrong: every path of every mapping."""
    right = wrong = silent = 0
    for card in workspace.catalogue.cards():
        document, files = parts(workspace, card.id)
        for stream in validate(document).resolved_streams:
            key = stream.key if document.get("streams") else ""
            section, _ = mapping_of(document, key or None)
            bodies = drifting.known_bodies_of(files, key)
            items = [i for b in bodies for i in items_of(section, b)]
            for path in sorted({use.path for use in uses_of(section)}):
                steps = read_steps(path)
                if not steps or not isinstance(steps[-1], str) or len(items) < 4:
                    continue
                new = (*steps[:-1], f"{steps[-1]}_v2")
                live = copy.deepcopy(items[len(items) // 2 :])
                for one in live:
                    _move(one, steps, new)
                known = items[: len(items) // 2]
                found = compare(Compared(known, live, section))
                for change in found:
                    if change.kind == "gone" and change.path == path and change.harmful:
                        fix = change.fix and change.fix.rename
                        right += bool(fix) and fix.new == write_steps(new)
                        wrong += bool(fix) and fix.new != write_steps(new)
                        silent += not fix
    total = right + wrong + silent
    assert total > 60
    assert right / total >= 0.9
    assert wrong / total <= 0.02


def items_of(section, body):
    mapping, _ = tolerant_mapping(section)
    origin = Origin("x", "", "", "x", "", config={})
    try:
        return [i for i in CompiledMapping(mapping, origin).items(body) if i]
    except FerruleError:
        return []


def test_the_only_stream_changes_the_connector_s_own_mapping(workspace):
    document, files = parts(workspace)
    alone = document | {"streams": document["streams"][:1]}
    body = [i | {"changed_at": i["updated_at"]} for i in answer(files, "issues")]
    for item in body:
        del item["updated_at"]
    found = drifting.find_drift(alone, files, body, "issues")
    fixed = drifting.fixed(alone, found.fixes, "issues")
    assert fixed["fieldMapping"]["timestampPath"] == "$.changed_at"
    assert "fieldMapping" not in fixed["streams"][0]
    rules = fixed["fieldMapping"]["signalTypeRules"]
    assert rules[0]["valuePath"] == "$.changed_at", "every look at it moves along"


def test_items_that_went_elsewhere_are_found(workspace):
    document, files = parts(workspace)
    body = {"data": answer(files, "issues"), "meta": {}}
    found = drifting.find_drift(document, files, body, "issues")
    (gone,) = found.harmful
    assert gone.kind == "items"
    fixed = drifting.fixed(document, found.fixes, "issues")
    assert fixed["streams"][0]["fieldMapping"]["itemsPath"] == "$.data"


@pytest.mark.parametrize(
    ("rename", "make"),
    [
        (("$.title", "$.subject"), lambda i: i.update(subject=i.pop("title"))),
        (("$.title", "$.f.title"), lambda i: i.update(f={"title": i.pop("title")})),
        (("$.user", "$.author"), lambda i: i.update(author=i.pop("user"))),
        (
            ("$.labels[*].name", "$.labels[*].text"),
            lambda i: [x.update(text=x.pop("name")) for x in i["labels"]],
        ),
    ],
)
def test_tests_are_carried_over_a_renaming_and_expect_the_same(
    workspace, tmp_path, rename, make
):
    document, files = parts(workspace)
    document = document | {"streams": document["streams"][:1]}
    files = [f for f in files if f.stream == "issues"]
    copies = tmp_path / "fixtures"
    copies.mkdir()
    for file in files:
        copies.joinpath(file.path.name).write_bytes(file.path.read_bytes())
    files = fixture_files.read_fixtures(copies)
    found = Fix("", rename=Rename(*rename, 1.0, ""))
    fixed = drifting.fixed(document, [found], "issues")
    results = fixture_files.run_fixtures(fixed, files)
    failed = [r for r in results if not r.passed]
    carried = carry_over(fixed, results, [found.rename], "issues")
    assert [f.path for f in carried] == [r.file.path for r in failed]
    again = fixture_files.run_fixtures(fixed, fixture_files.read_fixtures(copies))
    assert all(r.passed for r in again)
    for file in carried:
        before = next(f for f in files if f.path == file.path)
        assert file.fixture["expect"] == before.fixture["expect"]


@pytest.mark.parametrize("body", [[], None])
def test_a_response_without_items_says_that_there_is_nothing_to_compare(
    workspace, body
):
    document, files = parts(workspace)
    found = drifting.find_drift(document, files, body, "issues")
    assert found.changes == () or found.harmful == ()
    assert found.blocked


def test_without_a_test_of_the_stream_it_says_so(workspace):
    document, _ = parts(workspace)
    found = drifting.find_drift(document, [], [{"id": 1}], "issues")
    assert "no test" in found.blocked


def test_a_cursor_that_every_page_had_is_missed(workspace):
    document, files = parts(workspace)
    document = copy.deepcopy(document)
    document["ingestion"]["pagination"] = {
        "type": "cursor",
        "cursorPath": "$[0].node_id",
        "cursorParam": "after",
    }
    body = answer(files, "issues")
    files = [f for f in files if f.stream == "issues" and "empty" not in f.path.name]
    for item in body:
        del item["node_id"]
    found = drifting.find_drift(document, files, body, "issues")
    assert [c.uses for c in found.harmful] == [("/ingestion/pagination/cursorPath",)]


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.2.3", "1.3.0"), ("0.1.0", "0.2.0"), ("two", "two"), ("", "")],
)
def test_only_a_version_is_raised(version, expected):
    assert drifting.bumped(version) == expected


def test_every_connection_s_tests_run_with_its_own_mapping(workspace):
    config = {"baseUrl": "http://127.0.0.1:8765"}
    connect(workspace, SANDBOX, config, {}, key="plain")
    connect(workspace, SANDBOX, config, {}, key="own")
    set_mapping(workspace, "own", "issues", {"summaryTemplate": "{{title}}"})
    document, files = parts(workspace)
    plain, own = sorted(
        drifting.connection_tests(workspace, SANDBOX, document, files),
        key=lambda one: one.own,
    )
    assert (plain.connection, plain.passed, len(plain.results)) == ("plain", 13, 13)
    assert (own.connection, own.passed, own.own) == ("own", 13, True)
    assert not all(result.passed for result in own.results), "its signals are others"
    spoilt = copy.deepcopy(document)
    spoilt["fieldMapping"]["idPath"] = "$.nothing"
    for one in drifting.connection_tests(workspace, SANDBOX, spoilt, files):
        assert one.passed < 13


def test_the_command_tells_and_exits_by_what_it_found(workspace, tmp_path, capfd):
    _, files = parts(workspace)
    body = answer(files, "issues")
    good = tmp_path / "good.json"
    good.write_text(json.dumps([i | {"fresh": 1} for i in body]))
    assert main(["drift", SANDBOX, "--response", str(good)]) == 0
    said = capfd.readouterr().out
    assert "harmless `$.fresh` is new" in said
    assert "0 harmful, 1 harmless" in said
    for item in body:
        item["subject"] = item.pop("title")
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(body))
    connect(workspace, SANDBOX, {"baseUrl": "http://127.0.0.1:8765"}, {}, key="mine")
    assert main(["drift", "mine", "--response", str(bad), "--json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert (told["harmful"], told["nextVersion"]) == (1, "1.2.0")
    assert told["changes"][0]["fix"] == "$.title → $.subject"
    assert told["tests"][0]["connection"] == "mine"
    path = workspace.catalogue.card(SANDBOX).path
    assert main(["drift", str(path), "--response", str(bad)]) == 1
    assert "With the fixes it would be version 1.2.0" in capfd.readouterr().out


def test_the_command_refuses_what_it_cannot_compare(workspace, tmp_path, capfd):
    body = tmp_path / "body.json"
    body.write_text("[]")
    assert main(["drift", SANDBOX, "--response", str(body)]) == 1
    assert "no items" in capfd.readouterr().err
    with pytest.raises(NotFound):
        drifting.find_subject(workspace, "nobody")

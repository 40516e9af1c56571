"""Exports: told before anything is written, then all of them or none."""

import errno
import json
from pathlib import Path

import pytest

from ferrule import shipped
from ferrule.errors import FerruleError, NotFound, StoreError, UsageError
from ferrule.workspace.exporting import (
    KINDS,
    prepare_export,
    standing,
    write_export,
    write_exports,
)
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

IDS = ("github-issues", "slack-messages")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    return made


def prepared(workspace, *kinds, ids=IDS):
    return [prepare_export(workspace, one, kind) for kind in kinds for one in ids]


def held(folder):
    """Return every file below a folder with its content."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}


@pytest.mark.parametrize(
    ("kind", "name", "is_folder"),
    [
        ("airbyte", "github-issues.yaml", False),
        ("dlt", "github_issues.py", False),
        ("edge", "github-issues", True),
    ],
)
def test_an_export_is_told_before_anything_is_written(
    workspace, tmp_path, kind, name, is_folder
):
    made = prepare_export(workspace, IDS[0], kind)
    assert (made.name, made.is_folder, made.kind) == (name, is_folder, kind)
    assert made.size == sum(map(len, made.files.values())) > 1000
    assert all(getattr(made.report, one) for one in ("kept", "dropped"))
    assert held(Path.cwd()) == {}
    again = prepare_export(workspace, IDS[0], kind)
    assert (again.files, again.report) == (made.files, made.report)


def test_a_document_that_is_given_is_exported_in_place_of_the_catalogues(workspace):
    path = shipped.descriptors() / "github" / "connectors" / f"{IDS[0]}.json"
    document = json.loads(path.read_bytes()) | {"name": "Another Name"}
    raw = json.dumps(document).encode()
    for kind in ("airbyte", "dlt", "edge"):
        made = prepare_export(workspace, IDS[0], kind, document=raw)
        assert any(b"Another Name" in one for one in made.files.values()), kind


def test_what_is_written_is_what_was_told(workspace, folder):
    made = prepared(workspace, "airbyte", "dlt", "edge")
    files = write_exports(workspace, made, folder)
    assert [one.path.name for one in files] == [one.name for one in made]
    told = {
        f"{one.name}/{name}" if one.is_folder else name: raw
        for one in made
        for name, raw in one.files.items()
    }
    assert held(folder) == told
    assert [one.size for one in files] == [one.size for one in made]
    assert {kind for one in files for kind in KINDS if kind in one.wire()} == {*KINDS}


def test_what_is_there_is_replaced_only_where_that_was_agreed_to(workspace, folder):
    made = prepared(workspace, "airbyte", "edge")
    (folder / "slack-messages.yaml").write_text("mine")
    there = folder / "slack-messages.yaml"
    assert standing(made, folder) == [there]
    with pytest.raises(StoreError, match="is there already"):
        write_exports(workspace, made, folder)
    assert held(folder) == {"slack-messages.yaml": b"mine"}
    write_exports(workspace, made, folder, replace=[there])
    assert there.read_bytes() != b"mine"
    assert len(standing(made, folder)) == 4
    write_exports(workspace, made, folder, replace=standing(made, folder))
    (folder / IDS[0] / "connector.ts").unlink()
    (folder / IDS[0] / "mine.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"mine\.txt"):
        write_exports(workspace, made, folder, replace=standing(made, folder))


def test_a_folder_in_the_place_of_a_file_is_not_replaced(workspace, folder):
    made = prepared(workspace, "airbyte")
    (folder / made[0].name).mkdir()
    with pytest.raises(StoreError, match="is a folder"):
        write_exports(workspace, made, folder, replace=standing(made, folder))


@pytest.mark.parametrize("at", [1, 2])
def test_a_disk_that_fails_in_between_leaves_everything_as_it_was(
    workspace, folder, monkeypatch, at
):
    made = prepared(workspace, "airbyte", "edge")
    write_exports(workspace, made, folder)
    for one in folder.rglob("*"):
        if one.is_file():
            one.write_bytes(b"older")
    (folder / made[0].name).unlink()
    before = held(folder)
    puts = []

    def failing(call):
        def put(path, target):
            if Path(target).parent == folder:
                puts.append(target)
                if len(puts) == at + 1:
                    raise OSError(errno.ENOSPC, "No space left on device")
            return call(path, target)

        return put

    monkeypatch.setattr(Path, "replace", failing(Path.replace))
    monkeypatch.setattr(Path, "rename", failing(Path.rename))
    with pytest.raises(StoreError, match="No space left"):
        write_exports(workspace, made, folder, replace=standing(made, folder))
    assert held(folder) == before


def test_a_folder_that_is_none_is_told(workspace, tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(StoreError, match="Nothing can be written into"):
        write_exports(workspace, prepared(workspace, "airbyte"), file)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"engine": "fivetran"}, UsageError),
        ({"engine": "airbyte", "connector_id": "github-isues"}, NotFound),
        ({"engine": "edge", "connector_id": "github-isues"}, NotFound),
        ({"engine": "airbyte", "bundle": Path("x")}, UsageError),
        ({"engine": "dlt", "trust": Path("x")}, UsageError),
        ({"engine": "edge", "trust": Path("x")}, UsageError),
        ({"engine": "edge", "bundle": Path("none.ferrule")}, StoreError),
        ({"engine": "airbyte", "document": b"{"}, FerruleError),
    ],
)
def test_what_cannot_be_exported_is_refused(workspace, options, error):
    with pytest.raises(error):
        prepare_export(workspace, **({"connector_id": IDS[0]} | options))


def test_a_named_folder_is_replaced_by_force_alone(workspace, folder):
    (made,) = prepared(workspace, "edge", ids=IDS[:1])
    write_export(workspace, made, folder / "new")
    with pytest.raises(StoreError, match="is there already"):
        write_export(workspace, made, folder / "new")
    assert write_export(workspace, made, folder / "new", force=True).size == made.size

"""Migrations of a project: which connectors, whose files, written or only checked."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.migrations.connectors import document, meant, sqlite_rows
from tests.support.commands import KEY
from tests.support.sandbox import Sandbox

from ferrule import shipped
from ferrule.credentials import forget_master_key
from ferrule.descriptor.document import read_descriptor
from ferrule.errors import FerruleError, NotFound, StoreError, UsageError
from ferrule.migrations import collections_of, generated
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.migrating import (
    assemble,
    configured_connectors,
    default_output,
    generated_files,
    is_current,
    migration_findings,
    write_assembled,
    write_generated,
)
from ferrule.workspace.project import init_project
from ferrule.workspace.provider_folders import read_folder
from ferrule.workspace.syncing import SyncOrder
from ferrule.workspace.workspace import Workspace

SHIPPED = sorted(shipped.descriptors().glob("*/connectors/*.json"))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    home = Home(tmp_path / "home")
    made = Workspace(home, init_project(tmp_path / "work", home).folder)
    yield made
    made.close()
    forget_master_key()


def configure(workspace: Workspace, *connectors: str) -> None:
    with (workspace.project.folder / "ferrule.toml").open("a") as file:
        file.write(f"[migrations]\nconnectors = {json.dumps(connectors)}\n")


def save(workspace: Workspace, connector_id: str = "acme-things", **more) -> Path:
    """Save a connector of the project's own and return its folder of migrations."""
    made = {**document(**more), "id": connector_id, "name": connector_id}
    raw = json.dumps(made).encode()
    path = workspace.catalogue.save("acme", connector_id, raw)
    return path.parents[1] / "migrations" / connector_id


def names_of(made) -> list[str]:
    return [f"{one.connector_id}/{one.name}" for one in made.files]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_migrations_of_every_shipped_connector_are_current(path):
    """Write them with: ferrule migrations generate ID --into descriptors/PROVIDER."""
    folder = path.parents[1] / "migrations" / path.stem
    fresh = generated(read_descriptor(path.read_bytes()))
    assert {one.name: one.read_text("utf-8") for one in folder.iterdir()} == fresh
    assert migration_findings(read_folder(path.parents[1]), [path.stem]) == []


def test_only_the_configured_connectors_are_in_it(workspace):
    configure(workspace, "jira-issues", "github-issues", "jira-issues")
    made = assemble(workspace)
    assert made.configured == "ferrule.toml"
    assert names_of(made) == [
        "github-issues/001_views.sql",
        "github-issues/002_indexes.sql",
        "jira-issues/001_views.sql",
        "jira-issues/002_indexes.sql",
    ]
    assert "linear" not in made.text
    assert made.notes == ()
    assert assemble(workspace).text == made.text


def test_without_a_list_the_connections_of_the_project_say_which(workspace):
    assert configured_connectors(workspace) == ([], "connections")
    for key in ("one", "two"):
        connect(
            workspace, "sandbox-issues", {"baseUrl": "http://127.0.0.1:1"}, {}, key=key
        )
    assert configured_connectors(workspace) == (["sandbox-issues"], "connections")
    configure(workspace)
    assert configured_connectors(workspace) == ([], "ferrule.toml")


def test_with_none_it_does_nothing(workspace):
    made = assemble(workspace)
    assert (made.files, made.notes) == ((), ())
    assert "No connectors are configured" in made.text


def test_an_unknown_connector_is_an_error(workspace):
    configure(workspace, "github-issue")
    with pytest.raises(NotFound) as error:
        assemble(workspace)
    assert "github-issues" in error.value.advice


@pytest.mark.parametrize(
    "section",
    [
        "migrations = 1",
        "[migrations]\nconnectors = 'github-issues'",
        "[migrations]\nconnectors = [1]",
        "[migrations]\nconnector = []",
        "[migrations",
    ],
)
def test_a_section_that_is_wrong_is_an_error(workspace, section):
    path = workspace.project.folder / "ferrule.toml"
    path.write_text(f"{section}\n")
    with pytest.raises(StoreError, match=r"ferrule\.toml"):
        assemble(workspace)


def test_files_of_its_own_are_kept_and_come_by_number(workspace):
    folder = save(workspace)
    configure(workspace, "acme-things")
    write_generated(workspace, "acme-things")
    (folder / "10_last.sql").write_text("SELECT 'last';")
    (folder / "2_early.sql").write_bytes(b"SELECT 'early'\r\n;\r\n")
    (folder / "003_own.sqlite.sql").write_text("SELECT 'lite';")
    (folder / "notes.txt").write_text("no SQL")
    written = write_generated(workspace, "acme-things")
    assert all(path.parent == folder for path in written)
    made = assemble(workspace)
    assert [one.name for one in made.files] == [
        *("001_views.sql", "002_indexes.sql", "2_early.sql", "10_last.sql"),
    ]
    assert "\r" not in made.text
    lite = assemble(workspace, "sqlite")
    assert [one.name for one in lite.files] == [
        *("001_views.sqlite.sql", "003_own.sqlite.sql"),
    ]


def test_what_is_not_there_comes_from_the_mapping(workspace):
    save(workspace)
    configure(workspace, "acme-things")
    made = assemble(workspace)
    assert names_of(made) == [
        *("acme-things/001_views.sql", "acme-things/002_indexes.sql"),
    ]
    assert made.notes == ()


def test_files_that_are_not_current_are_taken_as_they_are_and_told(workspace):
    folder = save(workspace)
    configure(workspace, "acme-things")
    write_generated(workspace, "acme-things")
    (folder / "001_views.sql").write_text("SELECT 'changed';")
    made = assemble(workspace)
    assert "SELECT 'changed';" in made.text
    (note,) = made.notes
    assert "not current: 001_views.sql" in note
    assert assemble(workspace, "sqlite").notes == ()
    files = read_folder(folder.parents[1])
    (finding,) = migration_findings(files, ["acme-things", "unknown"])
    assert (finding.ok, finding.pointer) == (
        None,
        "migrations/acme-things/001_views.sql",
    )


def test_a_connector_without_migrations_has_none_to_be_current(workspace):
    folder = save(workspace)
    assert migration_findings(read_folder(folder.parents[1]), ["acme-things"]) == []


def test_two_connectors_with_one_view_are_an_error(workspace):
    save(workspace)
    save(workspace, "acme-other")
    configure(workspace, "acme-things", "acme-other")
    with pytest.raises(UsageError, match="acme-other and acme-things both make"):
        assemble(workspace)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("own.sql", b"SELECT 1;", "no number"),
        ("003_own.sql", b"\xff\xfe", "not a text"),
        ("003_own.sql", b"SELECT '\0';", "not a text"),
    ],
)
def test_a_file_that_cannot_be_applied_is_an_error(workspace, name, content, message):
    folder = save(workspace)
    configure(workspace, "acme-things")
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    with pytest.raises(FerruleError, match=message):
        assemble(workspace)


def test_a_link_is_not_followed(workspace, tmp_path):
    folder = save(workspace)
    configure(workspace, "acme-things")
    folder.mkdir(parents=True)
    (tmp_path / "secret").write_text("SELECT 'secret';")
    (folder / "003_own.sql").symlink_to(tmp_path / "secret")
    assert "secret" not in assemble(workspace).text


def test_nothing_is_written_beside_a_shipped_connector(workspace, tmp_path):
    with pytest.raises(UsageError, match="not the project's own"):
        write_generated(workspace, "github-issues")
    written = write_generated(workspace, "github-issues", tmp_path / "github")
    assert {p.name: p.read_text("utf-8") for p in written} == generated_files(
        workspace, "github-issues"
    )


def test_supabase_has_its_place(workspace):
    assert default_output(workspace) is None
    folder = workspace.project.folder / "supabase" / "migrations"
    folder.mkdir(parents=True)
    path = default_output(workspace)
    assert path == folder / "99999999999999_connector_migrations.sql"
    text = assemble(workspace).text
    assert not is_current(path, text)
    write_assembled(path, text)
    assert is_current(path, text)
    assert not is_current(path, text + "-- changed\n")


def test_the_views_show_what_a_sync_stored(workspace, tmp_path):
    with Sandbox(tmp_path) as sandbox:
        connect(workspace, "sandbox-issues", {"baseUrl": sandbox.url}, {})
        sync_connection(
            workspace, "sandbox-issues", SyncOrder(full=True), emit=lambda _event: None
        )
    path = workspace.home.database
    with closing(sqlite3.connect(path)) as db:
        for _ in range(2):
            db.executescript(assemble(workspace, "sqlite").text)
    signals = {
        one.signal.id: one
        for one in workspace.runs.signals(
            workspace.project.key, "sandbox-issues", limit=9999
        )
    }
    found = read_descriptor(workspace.catalogue.document("sandbox-issues"))
    seen = 0
    for collected in collections_of(found):
        for row in sqlite_rows(path, collected):
            one = signals[row["id"]]
            assert row["summary"] == one.signal.summary
            assert row["timestamp"] == one.signal.timestamp
            assert meant(collected, row)["participants"] == one.signal.participants
            assert row["raw_payload"].encode() == one.raw_payload
            seen += 1
    assert seen == len(signals) > 500

"""`ferrule migrations`: printed, written, checked; words, JSON and codes."""

import json
import sqlite3
from pathlib import Path

import pytest
from tests.migrations.connectors import document

OUTPUT = "99999999999999_connector_migrations.sql"


@pytest.fixture
def project(say) -> Path:
    """Return the folder of a project that configures one shipped connector."""
    assert say("project", "init", ".").code == 0
    with Path("ferrule.toml").open("a") as file:
        file.write('[migrations]\nconnectors = ["github-issues"]\n')
    return Path.cwd()


def test_generate_prints_what_follows_from_the_mapping(say):
    said = say("migrations", "generate", "github-issues")
    assert said.code == 0
    assert "-- 001_views.sql\n" in said.out
    assert 'CREATE OR REPLACE VIEW ferrule."github_issue"' in said.out
    said = say("migrations", "generate", "github-issues", "--json")
    assert [(line["type"], line["name"]) for line in said.lines] == [
        ("migration", "001_views.sql"),
        ("migration", "001_views.sqlite.sql"),
        ("migration", "002_indexes.sql"),
    ]


def test_generate_writes_beside_a_connector_of_the_projects_own(say, project):
    folder = project / "descriptors" / "acme"
    (folder / "connectors").mkdir(parents=True)
    text = json.dumps(document())
    (folder / "connectors" / "acme-things.json").write_text(text)
    said = say("migrations", "generate", "acme-things", "--write", "--json")
    assert said.code == 0
    assert [Path(line["file"]).name for line in said.lines] == [
        *("001_views.sql", "001_views.sqlite.sql", "002_indexes.sql"),
    ]
    assert len([*(folder / "migrations" / "acme-things").iterdir()]) == 3


def test_generate_writes_nothing_beside_a_shipped_one(say):
    said = say("migrations", "generate", "github-issues", "--write")
    assert said.code == 2
    assert "--into DIR" in said.err
    assert say("migrations", "generate", "no-such").code == 1


def test_assemble_writes_where_supabase_looks(say, project):
    folder = project / "supabase" / "migrations"
    folder.mkdir(parents=True)
    said = say("migrations", "assemble", "--config", project / "ferrule.toml")
    assert said.code == 0
    assert "2 files of 1 connector, named in ferrule.toml" in said.out
    assert [path.name for path in folder.iterdir()] == [OUTPUT]
    before = (folder / OUTPUT).stat().st_mtime_ns
    said = say("migrations", "assemble")
    assert "is current" in said.out
    assert (folder / OUTPUT).stat().st_mtime_ns == before


def test_assemble_needs_a_place(say, project):
    said = say("migrations", "assemble")
    assert said.code == 2
    assert "-o FILE" in said.err


def test_the_projects_file_is_found_from_anywhere(say, project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out.sql"
    toml = project / "ferrule.toml"
    assert say("migrations", "assemble", "--config", toml, "-o", out).code == 0
    assert "github-issues" in out.read_text("utf-8")
    assert say("migrations", "assemble", "--config", project, "-o", "-").code == 0
    said = say("migrations", "assemble", "--config", tmp_path / "x.toml", "-o", out)
    assert said.code == 2
    assert say("migrations", "assemble", "--config", tmp_path, "-o", out).code == 1


def test_check_is_1_until_the_file_is_current_and_writes_nothing(say, project):
    out = project / "out.sql"
    assert say("migrations", "assemble", "-o", out, "--check").code == 1
    assert not out.exists()
    assert say("migrations", "assemble", "-o", out).code == 0
    assert say("migrations", "assemble", "-o", out, "--check").code == 0
    out.write_text(out.read_text("utf-8") + "-- changed\n")
    said = say("migrations", "assemble", "-o", out, "--check", "--json")
    assert said.code == 1
    assert said.last == {
        "type": "migrations",
        "file": str(out),
        "current": False,
        "written": False,
        "configured": "ferrule.toml",
        "connectors": ["github-issues"],
        "files": ["github-issues/001_views.sql", "github-issues/002_indexes.sql"],
        "notes": [],
    }


def test_sqlite_is_printed_and_runs(say, project):
    said = say("migrations", "assemble", "--dialect", "sqlite", "-o", "-")
    assert said.code == 0
    db = sqlite3.connect(":memory:")
    db.executescript(said.out)
    (views,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    assert views == 2
    db.close()
    said = say("migrations", "assemble", "-o", "-", "--check")
    assert said.code == 2


def test_without_connectors_it_says_so(say, project):
    path = project / "ferrule.toml"
    path.write_text(path.read_text("utf-8").replace('"github-issues"', ""))
    out = project / "out.sql"
    said = say("migrations", "assemble", "-o", out)
    assert said.code == 0
    assert "does nothing" in said.out
    assert "No connectors are configured" in out.read_text("utf-8")


def test_a_file_that_cannot_be_written_is_an_error(say, project):
    said = say("migrations", "assemble", "-o", project / "ferrule.toml" / "x.sql")
    assert said.code == 1
    assert said.err.startswith("ferrule: ")

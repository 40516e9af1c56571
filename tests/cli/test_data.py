"""`ferrule data wipe`: it names what goes, asks, and leaves what is not Ferrule's."""

import json
from pathlib import Path

import pytest
from tests.support.commands import Ferrule

from ferrule.credentials import file_access
from ferrule.errors import StoreError
from ferrule.workspace import connecting, wiping
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace


@pytest.fixture
def full(say, home: Path) -> Path:
    """Return a data directory with a secret, a connection and a project of its own."""
    assert say("keys", "new", "ada").code == 0
    assert say("project", "init", home / "projects" / "mine").code == 0
    config = {"baseUrl": "http://127.0.0.1:9", "owner": "o", "repo": "r"}
    place = Workspace(Home(home))
    connecting.connect(place, "sandbox-issues", config, {}, key="issues")
    place.close()
    return home


def test_nothing_is_there_to_wipe(say) -> None:
    said = say("data", "wipe")
    assert (said.code, said.out) == (0, "Nothing is kept here.\n")


def test_without_a_person_it_deletes_nothing(say, full: Path) -> None:
    before = sorted(full.rglob("*"))
    said = say("data", "wipe")
    assert said.code == 2
    assert "Nobody can be asked here." in said.err
    assert "1 secret, and the key that opens them" in said.out
    assert "1 connection (issues), with all runs and signals" in said.out
    assert f"The project {full / 'projects' / 'mine'}" in said.out
    assert sorted(full.rglob("*")) == before


def test_everything_of_ours_goes_and_nothing_else(say, full: Path, tmp_path) -> None:
    other = full / "holiday.jpg"
    other.write_bytes(b"not ours")
    (full / "letters").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    (full / "drafts").mkdir(exist_ok=True)
    (full / "drafts" / "away").symlink_to(elsewhere)
    said = say("data", "wipe", "--yes", "--json")
    assert said.code == 0, said.err
    assert said.last["type"] == "wiped"
    assert sorted(one.name for one in full.iterdir()) == ["holiday.jpg", "letters"]
    assert (elsewhere / "kept.txt").read_text() == "kept"
    assert say("vault", "status", "--json").last["state"] == "empty"


def test_the_secrets_go_first(say, full: Path, monkeypatch) -> None:
    vault = full / "vault.ferrule"
    file_access.old_of(vault).write_bytes(vault.read_bytes())
    (full / "window.ini").write_text("")

    def refuse(path: Path) -> None:
        raise StoreError(f"{path} cannot be deleted: Busy.")

    monkeypatch.setattr(wiping, "_delete", refuse)
    said = say("data", "wipe", "--yes")
    assert said.code == 1
    assert "cannot be deleted" in said.err
    assert not vault.exists()
    assert not file_access.old_of(vault).exists()


def test_a_locked_vault_can_be_wiped(ferrule: Ferrule) -> None:
    assert ferrule("keys", "new", "ada").code == 0
    said = ferrule("data", "wipe", "--yes", "--json", FERRULE_MASTER_KEY="ab" * 32)
    assert said.code == 0, said.err
    assert "1 secret" in json.dumps(said.last["goes"])
    assert not (ferrule.home / "vault.ferrule").exists()

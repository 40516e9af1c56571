"""Homes, projects and the catalogue: what is found where, and what is never lost."""

import json
import os
import stat
from pathlib import Path

import pytest
from tests.cli.test_run import unseen

from ferrule import shipped
from ferrule.errors import DescriptorInvalid, NotFound, StoreError, UsageError
from ferrule.workspace.catalogue import Catalogue, read_card
from ferrule.workspace.home import Home, write_whole
from ferrule.workspace.project import (
    find_project,
    init_project,
    known_projects,
    open_project,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_home_is_for_its_owner_only(home):
    home.path.mkdir(mode=0o755)
    home.made()
    if os.name == "posix":
        assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_the_home_is_named_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))
    assert Home.default().path == tmp_path


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, b"old")
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StoreError, match="cannot be written"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def fail(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_project_is_made_found_and_listed(home, tmp_path):
    made = init_project(tmp_path / "work", home, "Öur work")
    deep = made.folder / "a" / "b"
    deep.mkdir(parents=True)
    assert (made.key, made.name) == ("ur-work", "Öur work")
    assert find_project(home, here=deep) == made
    assert find_project(home, made.folder) == made
    assert known_projects(home) == [made]


def test_the_nearest_project_above_wins(home, tmp_path):
    init_project(tmp_path / "outer", home)
    inner = init_project(tmp_path / "outer" / "inner", home)
    assert find_project(home, here=inner.folder) == inner


def test_without_one_there_is_a_default_that_is_not_written_yet(home, tmp_path):
    found = find_project(home, here=tmp_path)
    assert (found.key, found.folder) == ("default", home.projects / "default")
    assert not home.path.exists()
    assert find_project(home, home.projects / "default") == found  # as agents name it
    save(Catalogue(found))
    assert find_project(home, here=tmp_path) == found
    assert known_projects(home) == [found]


def test_two_projects_of_one_name_have_two_keys(home, tmp_path):
    keys = [init_project(tmp_path / d / "work", home).key for d in ("a", "b", "c")]
    assert keys == ["work", "work-2", "work-3"]


def test_a_project_that_is_gone_is_not_listed(home, tmp_path):
    made = init_project(tmp_path / "work", home)
    (made.folder / "ferrule.toml").unlink()
    assert known_projects(home) == []
    with pytest.raises(NotFound, match="project init"):
        open_project(made.folder)


def test_a_damaged_list_of_projects_is_no_obstacle(home, tmp_path):
    home.made()
    (home.path / "projects.json").write_text("{")
    assert known_projects(home) == []
    init_project(tmp_path / "work", home)
    assert len(known_projects(home)) == 1


@pytest.fixture
def catalogue(home, tmp_path) -> Catalogue:
    return Catalogue(init_project(tmp_path / "work", home))


def save(catalogue: Catalogue, connector_id: str = "mine", **members: object) -> Path:
    made = unseen("link", id=connector_id, name=connector_id, **members)
    return catalogue.save("acme", connector_id, json.dumps(made).encode())


def test_our_own_hides_the_shipped_one_of_its_id(catalogue):
    save(catalogue, "github-issues")
    card = catalogue.card("github-issues")
    assert (card.origin, card.provider) == ("project", "acme")
    shown = [c for c in catalogue.cards() if c.id == "github-issues"]
    assert len(shown) == 1
    both = [c for c in catalogue.cards(hidden=True) if c.id == "github-issues"]
    assert {(c.origin, c.hidden_by) for c in both} == {
        ("project", None),
        ("shipped", "project"),
    }


def test_cards_come_by_name(catalogue):
    save(catalogue, "a-first")
    names = [card.name.lower() for card in catalogue.cards()]
    assert names == sorted(names)
    assert len(names) == 1 + len(list(shipped.descriptors().glob("*/connectors/*")))


def test_an_unknown_id_gets_what_is_close(catalogue):
    with pytest.raises(NotFound) as told:
        catalogue.card("github-isues")
    assert "github-issues" in told.value.advice


def test_saving_lists_it_in_the_manifest(catalogue):
    save(catalogue, "one")
    save(catalogue, "two")
    folder = catalogue.folder("one")
    manifest = json.loads((folder / "bundle.json").read_bytes())
    assert [c["id"] for c in manifest["connectors"]] == ["one", "two"]
    catalogue.remove("one")
    manifest = json.loads((folder / "bundle.json").read_bytes())
    assert [c["id"] for c in manifest["connectors"]] == ["two"]
    with pytest.raises(UsageError, match="shipped"):
        catalogue.remove("github-issues")


def test_a_file_of_another_name_is_replaced_not_doubled(catalogue):
    path = save(catalogue, "mine")
    other = path.with_name("Another.json")
    path.rename(other)
    save(catalogue, "mine", version="1.2.3")
    assert not other.exists()
    assert catalogue.card("mine").version == "1.2.3"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "cannot be read"),
        (b"[]", "no id"),
        (b'{"id": 3}', "no id"),
        (b'{"id": "a", "auth": []}', "not the form"),
        (b'{"id": "a", "streams": [3]}', "not the form"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_document_with_problems_is_a_card_that_says_so(tmp_path, content, problem):
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    card = read_card(path, "project")
    assert (card.id, card.name) == ("broken", "broken")
    assert problem in card.problem


def test_a_document_that_is_too_large_is_not_read(catalogue):
    path = save(catalogue, "mine")
    with path.open("wb") as out:
        out.truncate(50_000_000)
    assert "4 MB" in catalogue.card("mine").problem
    with pytest.raises(DescriptorInvalid, match="50 MB"):
        catalogue.document("mine")


def test_a_document_that_went_away_is_told(catalogue, monkeypatch):
    path = save(catalogue, "mine")
    card = catalogue.card("mine")
    path.unlink()
    monkeypatch.setattr(catalogue, "card", lambda _id: card)
    with pytest.raises(StoreError, match="No such file"):
        catalogue.document("mine")

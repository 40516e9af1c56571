"""Raising versions, what was verified last, a bundle's files, the list as shown."""

import base64
import json
import shutil
from datetime import timedelta

import pytest
from tests.workspace.test_trusting import NOW, StillClock

from ferrule import shipped
from ferrule.credentials import forget_master_key
from ferrule.errors import StoreError, UsageError
from ferrule.workspace import raising, shipping, trusting, verified_bundles
from ferrule.workspace.bundle_reading import bundled_files
from ferrule.workspace.home import Home
from ferrule.workspace.shipping_facts import Verification
from ferrule.workspace.trust_view import file_facts, trust_facts
from ferrule.workspace.workspace import Workspace

ID = "github-issues"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def own(workspace):
    folder = workspace.project.descriptors / "github"
    shutil.copytree(shipped.descriptors() / "github", folder)
    return folder


def versions(folder):
    document = json.loads((folder / "connectors" / f"{ID}.json").read_bytes())
    manifest = json.loads((folder / "bundle.json").read_bytes())
    return (
        document["version"],
        manifest["connectors"][0]["version"],
        manifest["version"],
    )


def test_versions_are_raised_in_every_place_and_put_back(workspace, own):
    before = {path: path.read_bytes() for path in own.rglob("*.json")}
    raised = raising.raise_versions(workspace, own, {ID: "2.0.0"}, "3.0.0")
    assert versions(own) == ("2.0.0", "2.0.0", "3.0.0")
    raising.take_back(raised)
    assert {path: path.read_bytes() for path in own.rglob("*.json")} == before


def test_what_was_changed_since_is_not_put_back(workspace, own):
    raised = raising.raise_versions(workspace, own, {ID: "2.0.0"}, "2.0.0")
    path = own / "connectors" / f"{ID}.json"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UsageError, match="changed since"):
        raising.take_back(raised)
    assert versions(own) == ("2.0.0", "2.0.0", "2.0.0")


def test_shipped_folders_are_never_raised(workspace, tmp_path):
    for folder in (shipped.descriptors() / "github", tmp_path):
        with pytest.raises(UsageError, match="not a folder of the project's own"):
            raising.raise_versions(workspace, folder, {ID: "2.0.0"})


def test_a_file_that_cannot_be_written_leaves_the_others(workspace, own, monkeypatch):
    wrote = []

    def write(path, content, mode):
        if path.name == "bundle.json" and not wrote.count(path):
            wrote.append(path)
            raise StoreError("No space left.")
        path.write_bytes(content)

    before = versions(own)
    monkeypatch.setattr(raising, "write_whole", write)
    with pytest.raises(StoreError):
        raising.raise_versions(workspace, own, {ID: "2.0.0"}, "2.0.0")
    assert versions(own) == before


def test_the_last_twenty_files_are_remembered_once_each(workspace, tmp_path):
    for number in [*range(25), 24]:
        found = Verification(tmp_path / f"{number}.ferrule", (), None)
        verified_bundles.remember(workspace, found, StillClock())
    seen = verified_bundles.recent(workspace)
    assert [one.name for one in seen] == [f"{n}.ferrule" for n in range(24, 4, -1)]
    assert {one.state for one in seen} == {"refused"}
    left = verified_bundles.forget(workspace, seen[0].path)
    assert len(left) == 19
    assert verified_bundles.recent(workspace) == left


def test_a_damaged_list_is_empty(workspace):
    place = workspace.home.path / "verified" / f"{workspace.project.key}.json"
    place.parent.mkdir(parents=True)
    for content in (b"{", b"{}", b'[{"path": 1}, 2]', b"[" * 100_000):
        place.write_bytes(content)
        assert verified_bundles.recent(workspace) == ()


def test_the_files_of_a_bundle_are_text_and_none_is_trusted(workspace, tmp_path):
    shipping.new_key(workspace, "anna")
    files = shipping.read_folder(shipped.descriptors() / "github")
    out = tmp_path / "b.ferrule"
    shipping.sign_bundle(workspace, files, [ID], ["anna"], out)
    found = {one.name: one for one in bundled_files(out)}
    assert '"id": "github-issues"' in found[f"connectors/{ID}.json"].text
    assert found["docs/README.md"].text.startswith("#")
    assert all(one.as_stated for one in found.values())
    bundle = json.loads(out.read_bytes())
    bundle["files"][0]["content"] = "G1sw"
    out.write_text(json.dumps(bundle))
    changed = {one.name: one for one in bundled_files(out)}[bundle["files"][0]["name"]]
    assert not changed.as_stated
    assert "\x1b" not in changed.text


def test_a_list_is_shown_as_it_stands(workspace):
    assert trust_facts(workspace).state == "none"
    shipping.new_key(workspace, "anna")
    pem = shipping.export_key(workspace, "anna")
    trusting.trust_key(workspace, pem, [ID], "Anna", clock=StillClock())
    facts = trust_facts(workspace, clock=StillClock())
    assert (facts.state, facts.version, facts.threshold) == ("kept", 2, 1)
    assert [one.name for one in facts.roots] == ["root@default"]
    assert facts.can_change
    assert facts.delegations[0].keys == ("Anna",)
    assert facts.keys[1].words == shipping.list_keys(workspace)[0].words
    later = StillClock(NOW + timedelta(days=366))
    assert trust_facts(workspace, clock=later).expired


def test_a_list_from_elsewhere_waits_for_a_person(workspace, tmp_path):
    trusting.init_trust(workspace)
    path = tmp_path / "their.json"
    path.write_bytes(workspace.project.trust.read_bytes())
    facts = file_facts(workspace, path)
    assert (facts.state, facts.path) == ("unconfirmed", path)
    (workspace.home.path / "trust" / f"{workspace.project.key}.json").unlink()
    assert trust_facts(workspace).state == "unconfirmed"
    workspace.project.trust.write_bytes(b"{}")
    assert trust_facts(workspace).state == "broken"

"""The Builder opened on what changed since a bundle."""

import json

import pytest
from tests.ui.builder_room import KEY, in_room, until

from ferrule import shipped
from ferrule.credentials import forget_master_key
from ferrule.ui.models.messages import OpenDescriptor
from ferrule.workspace import shipping

ID = "github-issues"


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    """Return what runs a scenario in a window over this test's own directory."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    forget_master_key()

    def enter(scenario):
        run(in_room(tmp_path / "home", scenario))

    yield enter
    forget_master_key()


def test_the_difference_from_the_last_bundle_is_shown(room, tmp_path):
    out = tmp_path / "last.ferrule"

    async def scenario(room):
        workspace = room.page.workspace
        files = shipping.read_folder(shipped.descriptors() / "github")
        shipping.new_key(workspace, "anna")
        shipping.sign_bundle(workspace, files, [ID], ["anna"], out)
        document = json.loads(files[f"connectors/{ID}.json"])
        document["fieldMapping"]["idPath"] = "$.node_id"
        raw = json.dumps(document).encode()
        workspace.catalogue.save("github", ID, raw)
        room.page.receive(OpenDescriptor(ID, against=out))
        await room.page.tasks.wait("open")
        diff = room.bench.diff
        assert room.bench.view == "diff"
        await until(lambda: diff.found is not None and diff.found.changes)
        assert diff.head.against.currentText() == "last.ferrule"
        assert [row.change.pointer for row in diff.rows] == ["/fieldMapping/idPath"]

    room(scenario)

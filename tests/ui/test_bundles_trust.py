"""Verifying, installing and the trust list, in a real window with real keys."""

import json

import pytest
from PySide6 import QtWidgets
from tests.ui.builder_room import until
from tests.ui.bundles_room import Desk, workshop
from tests.ui.catalogue_desk import clipped, nameless

from ferrule import shipped
from ferrule.credentials import Ref
from ferrule.ui.dialogs import Confirmation
from ferrule.workspace import importing, shipping, trusting
from ferrule.workspace.home import Home
from ferrule.workspace.signing_keys import OWNER
from ferrule.workspace.workspace import Workspace

ID = "github-issues"
PERMISSIONS = {
    "hosts": ["api.github.com", "api.other.example", "github.com"],
    "scopes": ["issues:read", "repo"],
    "writes": [],
}


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    with workshop(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def desk(workspace, qtbot):
    return Desk(workspace, qtbot)


@pytest.fixture
def bundle(workspace, tmp_path):
    """Return a bundle whose signer the project trusts."""
    shipping.new_key(workspace, "marek")
    trusting.trust_key(
        workspace, shipping.export_key(workspace, "marek"), [ID], "marek"
    )
    return signed(workspace, tmp_path / "ops-pack.ferrule")


def signed(workspace, out, **changes):
    files = shipping.read_folder(shipped.descriptors() / "github")
    name = f"connectors/{ID}.json"
    document = json.loads(files[name]) | changes
    manifest = json.loads(files["bundle.json"])
    manifest["version"] = manifest["connectors"][0]["version"] = document["version"]
    files |= {
        name: json.dumps(document).encode(),
        "bundle.json": json.dumps(manifest).encode(),
    }
    shipping.sign_bundle(workspace, files, [ID], ["marek"], out)
    return out


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    return [one.text().replace("\u200b", "") for one in labels]


async def verified(desk, path):
    desk.verify(path)
    await desk.settled("verify")


def test_a_trusted_file_says_who_when_and_what_changes(run, desk, bundle):
    async def work():
        async with desk:
            await verified(desk, bundle)
            told = texts(desk.verifying.verdict)
            assert told[0] == "Signed by a key you trust"
            assert "marek" in told
            words = desk.verifying.found.facts.words[0]
            assert " ".join(words) in told
            assert any(text.endswith("none changed") for text in told)
            assert "nothing of it is installed" in told
            assert desk.verifying.steps is None
            desk.button("bundles.show_steps").click()
            assert desk.verifying.steps is not None

    run(work())


def test_the_contents_are_read_as_plain_text(run, desk, bundle):
    async def work():
        async with desk:
            await verified(desk, bundle)
            desk.button("bundles.show_contents").click()
            await desk.settled("contents")
            view = desk.verifying.contents
            assert view.file.value() == f"connectors/{ID}.json"
            assert '"id": "github-issues"' in view.text.toPlainText()
            assert "bytes)" in view.file.currentText()
            view.file.set_value("bundle.json")
            view._show()
            assert '"title": "GitHub"' in view.text.toPlainText()

    run(work())


def test_a_bundle_is_installed_disabled_and_then_compared_with(
    run, desk, bundle, workspace, tmp_path
):
    async def work():
        async with desk:
            await verified(desk, bundle)
            desk.button("bundles.install").click()
            assert not desk.verifying.install.switches[ID].isChecked()
            desk.button("bundles.install_now").click()
            await desk.settled("install", "verify")
            assert desk.notices() == ["Installed GitHub 1.1.0"]
            (one,) = importing.imported(workspace)
            assert [c.enabled for c in one.connectors] == [False]
            newer = signed(
                workspace,
                tmp_path / "newer.ferrule",
                version="2.0.0",
                permissions=PERMISSIONS,
            )
            await verified(desk, newer)
            told = texts(desk.verifying.verdict)
            assert "Against installed 1.1.0" in told
            assert any(text.startswith("0 added, 1 changed, ") for text in told)
            desk.button("bundles.install").click()
            asks = texts(desk.verifying.install)
            assert any("api.other.example" in text for text in asks)
            desk.button("bundles.enable_all").click()
            desk.button("bundles.install_now").click()
            await desk.settled("install", "verify")
            (one,) = importing.imported(workspace)
            assert [c.enabled for c in one.connectors] == [True]
            assert one.version == "2.0.0"
            await verified(desk, bundle)
            assert "Older" in desk.verifying.verdict.words.text()
            desk.button("bundles.install").click()
            now = desk.button("bundles.install_now")
            assert not now.isEnabled()
            desk.widget("bundles.older_reason").setText("The new one drops records")
            assert now.isEnabled()
            now.click()
            await desk.settled("install", "verify")
            assert importing.imported(workspace)[0].version == "1.1.0"

    run(work())


def test_what_was_verified_is_remembered_and_taken_off(run, desk, bundle, tmp_path):
    note = tmp_path / "vendor-trial.ferrule"
    note.write_text("{}")

    async def work():
        async with desk:
            await verified(desk, bundle)
            await verified(desk, note)
            lines = [b.text() for b in recent(desk)]
            assert lines == ["vendor-trial.ferrule", "ops-pack.ferrule"]
            recent(desk)[1].click()
            await desk.settled("verify")
            assert desk.verifying.found.ok
            away = "Take vendor-trial.ferrule off the list"
            buttons = desk.verifying.findChildren(QtWidgets.QAbstractButton)
            next(b for b in buttons if b.accessibleName() == away).click()
            await desk.settled("forget")
            return [b.text() for b in recent(desk)]

    def recent(desk):
        buttons = desk.verifying.findChildren(QtWidgets.QAbstractButton)
        named = [b for b in buttons if b.accessibleName().startswith("Verify ")]
        return [b for b in named if b.accessibleName().endswith(" again")]

    assert run(work()) == ["ops-pack.ferrule"]


def test_the_list_is_shown_and_a_key_is_revoked_once_one_agrees(
    run, desk, bundle, workspace
):
    async def work():
        async with desk:
            card = desk.trusting.card
            assert card.facts.state == "kept"
            assert card.summary.text().startswith("1 signer; version 2 of the list")
            desk.button("bundles.trust_fold").click()
            assert "Signed by marek" in texts(card)
            await verified(desk, bundle)
            desk.button("bundles.revoke.marek").click()
            await until(lambda: desk.page.findChild(Confirmation) is not None)
            desk.page.findChild(Confirmation).accept()
            await desk.settled("revoke", "verify")
            assert desk.notices() == ["Revoked marek"]
            assert card.facts.keys[1].revoked_at is not None
            assert desk.verifying.found.trust == "unknown"
            desk.button("bundles.renew").click()
            await desk.settled("renew")
            assert card.facts.version == 4

    run(work())
    assert trusting.trusted(workspace).keys[1].revoked_at is not None


def test_a_list_that_nobody_confirmed_here_is_compared_first(
    run, bundle, workspace, tmp_path, qtbot
):
    other = Workspace(Home(tmp_path / "another"))
    other.project.trust.parent.mkdir(parents=True, exist_ok=True)
    other.project.trust.write_bytes(workspace.project.trust.read_bytes())
    desk = Desk(other, qtbot)

    async def work():
        async with desk:
            card = desk.trusting.card
            assert card.facts.state == "unconfirmed"
            assert "not confirmed" in card.summary.text()
            await verified(desk, bundle)
            assert any("Nobody confirmed" in text for text in texts(desk.verifying))
            accept = desk.button("bundles.accept_list")
            assert not accept.isEnabled()
            desk.button("bundles.root_compared").click()
            accept.click()
            await desk.settled("accept", "trust list")
            assert card.facts.state == "kept"
            await verified(desk, bundle)
            return desk.verifying.found.ok

    assert run(work())
    other.close()


def test_a_change_that_other_keys_must_sign_says_where_it_waits(
    run, desk, workspace, tmp_path
):
    for name in ("root@one", "root@two", "marek"):
        shipping.new_key(workspace, name)
    trusting.init_trust(workspace, ["root@one", "root@two"], 2)
    pem = tmp_path / "marek.pem"
    pem.write_bytes(shipping.export_key(workspace, "marek"))
    workspace.vault.delete(Ref(OWNER, "root@two"))
    out = signed(workspace, tmp_path / "b.ferrule")

    async def work():
        async with desk:
            await verified(desk, out)
            desk.button("bundles.trust").click()
            await desk.page.verifier.show_key(pem)
            desk.button("bundles.compared").click()
            desk.button("bundles.accept_signer").click()
            await desk.settled("trust", "verify", "trust list")
            assert desk.notices() == ["This waits for 1 signature of the root"]
            facts = desk.trusting.card.facts
            assert facts.missing == 1
            assert facts.waits.path.name == "trust.next.json"
            assert desk.verifying.found.trust == "unknown"

    run(work())


@pytest.mark.parametrize(("width", "height"), [(1180, 760), (948, 620)])
def test_every_state_has_names_and_nothing_is_clipped(run, desk, bundle, width, height):
    async def work():
        async with desk:
            desk.page.resize(width, height)
            await verified(desk, bundle)
            desk.button("bundles.trust_fold").click()
            for name in ("bundles.show_contents", "bundles.install"):
                desk.button(name).click()
                await desk.settled("contents")
                assert nameless(desk.page) == []
                await until(lambda: clipped(desk.page) == [])

    run(work())

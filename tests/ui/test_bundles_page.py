"""The Bundles page: real keys, real files, the shipped connectors."""

import asyncio
import base64
import json
import shutil
from dataclasses import replace

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.bundles_room import GITHUB, Desk, workshop

from ferrule import shipped
from ferrule.credentials import forget_master_key
from ferrule.ui.models.messages import OpenBundle
from ferrule.ui.models.shipping_lines import summed
from ferrule.workspace import shipping
from ferrule.workspace.fixtures.lines import LedgerLine
from ferrule.workspace.shipping_facts import Finding


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    with workshop(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def desk(workspace, qtbot):
    return Desk(workspace, qtbot)


TITLES = ["Schema", "Lint", "Tests", "Secrets", "Changes", "Permissions"]


def states(desk):
    return [step.state for step in desk.track._steps]


def test_from_composing_to_a_file_that_verifies(run, desk, workspace, tmp_path):
    out = tmp_path / "github.ferrule"

    async def work():
        async with desk:
            await desk.choose("github")
            assert desk.compose.chosen() == ["github-issues"]
            assert [line.ok for line in desk.checks.lines] == [True] * 6
            tests = desk.checks.lines[2]
            assert (tests.title, tests.caption[-16:]) == ("Tests", " passed, offline")
            assert all("descriptor " in one.message for one in tests.details)
            assert desk.track._steps[1].caption == "6 of 6 passed"
            assert not desk.sign.isEnabled()
            assert states(desk) == ["valid", "valid", "in_progress", "untouched"]
            await desk.make_key()
            assert desk.signing.key_names() == ["anna@acme.example"]
            block = desk.signing.blocks["anna@acme.example"]
            assert len(block.words.text().split()) == 8
            assert desk.sign.isEnabled()
            await desk.page.sign_into(out)
            await desk.settled("verify")
            assert states(desk) == ["valid"] * 4
            assert desk.notices() == ["Signed github.ferrule"]
            return desk.verifying.found

    found = run(work())
    assert found.path == out
    assert found.trust == "unknown"
    assert workspace.vault.refs()[0].owner == "anna@acme.example"


def test_the_save_dialog_names_the_file_and_giving_up_writes_nothing(
    run, desk, tmp_path
):
    async def work():
        async with desk:
            await desk.choose("github")
            await desk.make_key()
            desk.sign.click()
            async with asyncio.timeout(3):
                while (box := desk.page.findChild(QtWidgets.QFileDialog)) is None:  # noqa: ASYNC110 - the dialog announces nothing
                    await asyncio.sleep(0.01)
            named = box.selectedFiles()[0]
            box.reject()
            await desk.settled("sign")
            return named

    assert run(work()).endswith(f"github-{GITHUB}.ferrule")
    assert list(tmp_path.glob("*.ferrule")) == []


def test_a_signer_is_trusted_only_after_comparing(run, desk, workspace, tmp_path):
    out, pem = tmp_path / "b.ferrule", tmp_path / "anna.pem"

    async def work():
        async with desk:
            await desk.signed(out)
            await desk.desk.export_key("anna@acme.example", pem)
            desk.button("bundles.trust").click()
            accept = desk.button("bundles.accept_signer")
            await desk.page.verifier.show_key(pem)
            assert not accept.isEnabled()
            desk.button("bundles.compared").click()
            assert accept.isEnabled()
            desk.verifying.form.patterns.clear()
            assert not accept.isEnabled()
            desk.verifying.form.patterns.setText("github-issues")
            desk.widget("bundles.label").setText("Anna")
            accept.click()
            await desk.settled("trust", "verify")
            return desk.verifying.found

    found = run(work())
    assert found.ok
    assert found.facts.signers[0].startswith("Anna (")
    assert shipping.signers(workspace)[0].connectors == ("github-issues",)


def test_another_key_than_claimed_is_said(run, desk, workspace, tmp_path):
    out, pem = tmp_path / "b.ferrule", tmp_path / "other.pem"
    shipping.new_key(workspace, "other")
    pem.write_bytes(shipping.export_key(workspace, "other"))

    async def work():
        async with desk:
            await desk.choose("github")
            await desk.page._key("anna")
            await desk.page.sign_into(out)
            await desk.settled("verify")
            desk.button("bundles.trust").click()
            await desk.page.verifier.show_key(pem)
            return desk.verifying.form.warning.isVisibleTo(desk.page)

    assert run(work())


def test_a_tampered_file_shows_the_step_that_refused_it(run, desk, workspace, tmp_path):
    out = tmp_path / "b.ferrule"

    async def work():
        async with desk:
            await desk.signed(out)
            bundle = json.loads(out.read_bytes())
            bundle["files"][0]["content"] = base64.b64encode(b"{}").decode()
            out.write_text(json.dumps(bundle))
            pem = shipping.export_key(workspace, "anna@acme.example")
            shipping.trust_key(workspace, pem, ["github-issues"])
            desk.receive(OpenBundle(out))
            await desk.settled("verify")
            words = desk.verifying.verdict.words.text()
            assert desk.button("bundles.trust") is None
            return words, desk.verifying.found.failed.step

    assert run(work()) == ("Must not be used", 11)


def test_a_file_is_verified_when_it_is_dropped(run, desk, tmp_path):
    note = tmp_path / "notes.txt"
    note.write_text("hello")

    async def work():
        async with desk:
            mime = QtCore.QMimeData()
            mime.setUrls([QtCore.QUrl.fromLocalFile(str(note))])
            copy = QtCore.Qt.DropAction.CopyAction
            none = QtCore.Qt.KeyboardModifier.NoModifier
            left = QtCore.Qt.MouseButton.LeftButton
            spot = QtCore.QPointF(10, 10)
            zone = desk.verifying.zone
            enter = QtGui.QDragEnterEvent(spot.toPoint(), copy, mime, left, none)
            zone.dragEnterEvent(enter)
            assert enter.isAccepted()
            zone.dropEvent(QtGui.QDropEvent(spot, copy, mime, left, none))
            await desk.settled("verify")
            return desk.verifying.found

    found = run(work())
    assert found.failed.step == 1
    assert len(found.steps) == 13


def test_a_file_that_is_not_there_is_said_in_its_place(run, desk, tmp_path):
    async def work():
        async with desk:
            desk.verify(tmp_path / "none.ferrule")
            await desk.settled("verify")
            labels = desk.verifying.findChildren(QtWidgets.QLabel)
            return [label.text() for label in labels], desk.notices()

    texts, notices = run(work())
    assert any("is not a file" in text for text in texts)
    assert notices == []


def test_what_fails_a_check_cannot_be_signed(run, desk, workspace):
    folder = workspace.project.descriptors / "github"
    shutil.copytree(shipped.descriptors() / "github", folder)
    with (folder / "docs" / "README.md").open("a") as notes:
        notes.write("\nghp_" + "a1B2" * 10)

    async def work():
        async with desk:
            await desk.make_key()
            await desk.choose("github")
            assert desk.compose.folder().origin == "project"
            assert not desk.sign.isEnabled()
            assert states(desk)[1] == "error"
            return desk.checks.lines[3]

    line = run(work())
    assert line.section == "secrets"
    assert line.ok is False
    assert line.details[0].pointer.startswith("docs/README.md")


def test_a_stream_without_a_test_is_a_note_and_not_a_pass(run, desk, workspace):
    """It can be signed, but nothing says that everything passed."""
    folder = workspace.project.descriptors / "github"
    shutil.copytree(shipped.descriptors() / "github", folder)
    shutil.rmtree(folder / "fixtures")

    async def work():
        async with desk:
            await desk.make_key()
            await desk.choose("github")
            assert desk.sign.isEnabled()
            return desk.checks.lines, desk.track._steps[1]

    lines, step = run(work())
    assert [line.title for line in lines] == TITLES
    assert [line.ok for line in lines] == [True, True, None, True, True, True]
    assert lines[2].caption == "No tests; 2 streams without"
    assert [one.message.split(",")[0] for one in lines[2].details] == [
        "Issues: no test",
        "Comments: no test",
    ]
    assert (step.state, step.caption) == ("warning", "5 of 6 passed, 1 with notes")


BARE = LedgerLine("issues", "Issues", 0, 0, "ab" * 32)
DONE = LedgerLine("notes", "Notes", 3, 3, "cd" * 32)


@pytest.mark.parametrize(
    ("findings", "lines", "ok", "caption"),
    [
        ([True], [DONE], True, "3 of 3 passed, offline"),
        ([True], [DONE, BARE], None, "3 of 3 passed, offline; 1 stream without"),
        ([None], [BARE], None, "No tests; 1 stream without"),
        ([False], [replace(DONE, passed=2)], False, "2 of 3 passed, offline"),
        ([], [], None, "Not reached"),
    ],
)
def test_tests_are_told_once_by_stream(findings, lines, ok, caption):
    found = [Finding("fixtures", one, "x") for one in findings]
    line = summed(found, {"acme": lines})[2]
    assert (line.title, line.ok, line.caption) == ("Tests", ok, caption)


def test_nothing_chosen_is_said(run, desk):
    async def work():
        async with desk:
            await desk.choose("github")
            desk.button("bundles.connector.github-issues").click()
            await desk.settled("check")
            return desk.checks.lines, states(desk)[0]

    assert run(work()) == ([], "in_progress")


def test_without_a_place_for_keys_it_says_what_to_do(
    run, workspace, qtbot, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    forget_master_key()
    desk = Desk(workspace, qtbot)

    async def work():
        async with desk:
            labels = desk.signing.findChildren(QtWidgets.QLabel)
            shown = [one.text() for one in labels if one.isVisibleTo(desk.page)]
            return shown, desk.sign.isEnabled()

    texts, enabled = run(work())
    assert not enabled
    assert any("FERRULE_MASTER_KEY" in text for text in texts)


def test_every_widget_that_takes_the_keyboard_has_a_name(run, desk, tmp_path):
    async def work():
        async with desk:
            await desk.signed(tmp_path / "b.ferrule")
            desk.button("bundles.trust").click()
            tab = QtCore.Qt.FocusPolicy.TabFocus
            return [
                widget
                for widget in desk.page.findChildren(QtWidgets.QWidget)
                if widget.focusPolicy() & tab
                and widget.isVisibleTo(desk.page)
                and not (widget.accessibleName() or getattr(widget, "text", str)())
            ]

    assert run(work()) == []

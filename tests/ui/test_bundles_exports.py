"""Other exports in a real window: the losses first, then a folder, whole or nothing."""

import asyncio
import json
import shutil

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from tests.ui.builder_room import until
from tests.ui.bundles_room import Desk, workshop
from tests.ui.catalogue_desk import clipped, nameless

from ferrule import shipped
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.widgets.bundles.export_report import by_reason
from ferrule.workspace import shipping, trusting

ID = "github-issues"


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    with workshop(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def desk(workspace, qtbot):
    return Desk(workspace, qtbot)


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    return [one.text().replace("\u200b", "") for one in labels if one.isVisible()]


async def read(widget):
    """Return the texts once what was just put there is shown."""
    for _ in range(3):
        await asyncio.sleep(0)
    return texts(widget)


async def opened(desk, kind, provider="github"):
    await desk.choose(provider)
    desk.page.commands.trigger(f"bundles.export_{kind}")
    await desk.settled("prepare")
    return desk.exporting.card


def test_the_menu_names_every_way_out(run, desk):
    async def work():
        async with desk:
            menu = desk.page.others.findChild(QtWidgets.QMenu)
            assert [one.text() for one in menu.actions()] == [
                "Airbyte manifest…",
                "dlt rest_api source…",
                "Edge-function folder…",
            ]
            await desk.choose("github")
            menu.actions()[1].trigger()
            await desk.settled("prepare")
            card = desk.exporting.card
            assert card.isVisible()
            assert card.title.text() == "dlt rest_api source"
            assert not desk.checks.isVisible()
            desk.button("bundles.export_close").click()
            assert not card.isVisible()
            assert desk.checks.isVisible()

    run(work())


@pytest.mark.parametrize(
    ("kind", "file", "lost", "kept"),
    [
        ("airbyte", "github-issues.yaml", "the types of signals", "RecordFilter."),
        ("dlt", "github_issues.py", "the types of signals", "primary_key."),
        ("edge", "github-issues", "Not carried over: paging.", "the same signals"),
    ],
)
def test_what_is_lost_is_told_before_anything_is_written(
    run, desk, out, kind, file, lost, kept
):
    async def work():
        async with desk:
            card = await opened(desk, kind)
            assert "Nothing is written yet." in await read(card)
            for link in card.report.parentWidget().findChildren(QtWidgets.QPushButton):
                if link.text().startswith("Show"):
                    link.click()
            told = await read(card)
            assert any(lost in text for text in told)
            assert any(kept in text for text in told)
            assert "Dropped: it is not there" in told
            assert "Kept: it says the same there" in told
            assert list(out.iterdir()) == []
            await desk.exporting.save_into(out)
            assert "Wrote 1 export" in await read(card)
            assert desk.button("bundles.export_open").isVisible()

    run(work())
    assert [one.name for one in out.iterdir()] == [file]


def test_the_ticked_connectors_are_exported_and_an_empty_choice_is_said(
    run, desk, workspace, out
):
    own = workspace.project.descriptors / "github"
    shutil.copytree(shipped.descriptors() / "github", own)
    path = own / "connectors" / f"{ID}.json"
    document = json.loads(path.read_bytes())
    other = document | {"id": "second-one", "name": "Second One"}
    path.with_stem("second-one").write_text(json.dumps(other))
    manifest = json.loads((own / "bundle.json").read_bytes())
    entry = manifest["connectors"][0]
    manifest["connectors"].append(
        entry | {"id": "second-one", "file": "connectors/second-one.json"}
    )
    (own / "bundle.json").write_text(json.dumps(manifest))

    async def work():
        async with desk:
            card = await opened(desk, "airbyte")
            names = [one.connector for one in card.prepared.made]
            assert names == [ID, "second-one"]
            for name in names:
                desk.button(f"bundles.connector.{name}").click()
                await desk.settled("prepare")
            assert "Tick at least one connector above." in await read(card)
            assert not card.save.isEnabled()
            desk.button("bundles.connector.second-one").click()
            await desk.settled("prepare")
            await desk.exporting.save_into(out)

    run(work())
    (written,) = out.iterdir()
    assert written.name == "second-one.yaml"
    assert "Second One" in written.read_text()


def test_what_is_there_is_asked_about_and_stays_when_one_gives_up(run, desk, out):
    there = out / "github-issues.yaml"
    there.write_text("mine")

    async def asked(answer):
        desk.page.tasks.start("saving", desk.exporting.save_into(out))
        await until(lambda: desk.page.findChild(Confirmation) is not None)
        dialog = desk.page.findChild(Confirmation)
        assert any(str(there) in text for text in texts(dialog))
        getattr(dialog, answer)()
        await desk.settled("saving")
        await until(lambda: desk.page.findChild(Confirmation) is None)

    async def work():
        async with desk:
            card = await opened(desk, "airbyte")
            await asked("reject")
            assert there.read_text() == "mine"
            assert "Wrote 1 export" not in await read(card)
            await asked("accept")
            assert "Wrote 1 export" in await read(card)
            assert there.read_text() != "mine"

    run(work())


def test_a_place_that_cannot_be_written_is_said_in_plain_words(run, desk, tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")

    async def work():
        async with desk:
            card = await opened(desk, "dlt")
            await desk.exporting.save_into(file)
            told = await read(card)
            assert any("Nothing can be written into" in text for text in told)
            assert "Choose another folder." in told
            assert card.save.isEnabled()

    run(work())


def test_what_an_engine_cannot_read_is_said_and_nothing_can_be_saved(
    run, desk, workspace
):
    own = workspace.project.descriptors / "github"
    shutil.copytree(shipped.descriptors() / "github", own)
    path = own / "connectors" / f"{ID}.json"
    document = json.loads(path.read_bytes())
    document["ingestion"]["method"] = "PUT"
    path.write_text(json.dumps(document))

    async def work():
        async with desk:
            card = await opened(desk, "airbyte")
            assert card.prepared.made == ()
            assert not card.save.isEnabled()
            told = await read(card)
            assert any("cannot be exported" in text for text in told)

    run(work())


def test_a_function_maps_with_a_signed_bundle_that_was_verified(
    run, desk, workspace, tmp_path, out
):
    shipping.new_key(workspace, "anna")
    trusting.trust_key(workspace, shipping.export_key(workspace, "anna"), [ID], "anna")
    files = shipping.read_folder(shipped.descriptors() / "github")
    path = tmp_path / "ops-pack.ferrule"
    shipping.sign_bundle(workspace, files, [ID], ["anna"], path)

    async def work():
        async with desk:
            desk.verify(path)
            await desk.settled("verify")
            card = await opened(desk, "edge")
            assert card.bundle.isVisible()
            assert card.bundle.itemText(1) == "ops-pack.ferrule"
            card.bundle.setCurrentIndex(1)
            card.bundle.activated.emit(1)
            await desk.settled("prepare")
            told = await read(card)
            assert any("verified at each start" in text for text in told)
            await desk.exporting.save_into(out)
            desk.page.commands.trigger("bundles.export_airbyte")
            await desk.settled("prepare")
            assert not card.bundle.isVisible()
            assert card.prepared.made

    run(work())
    assert b"trustFormat" not in path.read_bytes()
    assert len((out / ID / "connector.ts").read_bytes()) > path.stat().st_size


def test_one_comes_there_and_leaves_by_the_keyboard(run, desk):
    async def work():
        async with desk:
            await desk.choose("github")
            desk.page.activateWindow()
            await until(desk.page.isActiveWindow)
            desk.page.others.setFocus()
            QtTest.QTest.keyClick(desk.page.others, QtCore.Qt.Key.Key_Down)
            menu = QtWidgets.QApplication.activePopupWidget()
            QtTest.QTest.keyClick(menu, QtCore.Qt.Key.Key_Down)
            QtTest.QTest.keyClick(menu, QtCore.Qt.Key.Key_Return)
            await desk.settled("prepare")
            card = desk.exporting.card
            assert card.title.text() == "Airbyte manifest"
            assert desk.page.focusWidget() is card.save
            assert card in desk.page.panes()

    run(work())


@pytest.mark.parametrize(("width", "height"), [(1180, 760), (948, 620)])
@pytest.mark.parametrize("kind", ["airbyte", "edge"])
def test_everything_has_a_name_and_nothing_is_clipped(
    run, desk, out, width, height, kind
):
    async def work():
        async with desk:
            desk.page.resize(width, height)
            await opened(desk, kind, "jira")
            await desk.exporting.save_into(out)
            assert nameless(desk.page) == []
            await until(lambda: clipped(desk.page) == [])

    run(work())


def test_a_reason_is_told_once_with_all_its_places():
    class Note:
        def __init__(self, place, reason):
            self.place, self.reason = place, reason

    notes = [Note("/a", "x"), Note("/b", "y"), Note("/c", "x")]
    assert by_reason(notes) == [("x", ["/a", "/c"]), ("y", ["/b"])]


def test_the_folder_is_shown_by_the_system(run, desk, out, monkeypatch):
    asked = []

    async def work():
        async with desk:
            await opened(desk, "airbyte")
            await desk.exporting.save_into(out)
            opens = QtGui.QDesktopServices
            monkeypatch.setattr(opens, "openUrl", asked.append)
            desk.button("bundles.export_open").click()

    run(work())
    assert [url.toLocalFile() for url in asked] == [str(out)]

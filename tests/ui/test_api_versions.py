"""API versions in the window: cards, the picker, going back, the Connect flow."""

import json
from datetime import UTC, date, datetime

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless

from ferrule.credentials import forget_master_key
from ferrule.store import Connection
from ferrule.ui.models.api_versions import read_versions
from ferrule.ui.models.card_standing import Findings, Link, OldVersion, Versions
from ferrule.ui.models.card_standing import standing_of as standing
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox
from ferrule.workspace.catalogue import Card
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

NOW = datetime(2026, 2, 3, tzinfo=UTC)
NEW, OLD = "2026-01", "2024-06"
SETTINGS = {"baseUrl": "http://127.0.0.1:9", "owner": "sample", "repo": "workshop"}
TENANT = {"key": "tenant", "label": "Tenant", "type": "text", "required": True}
GUIDE = "https://docs.example.com/moving"


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    yield
    forget_master_key()


def version(name, **members):
    return {"id": name, "label": name, "status": "stable", **members}


def connect(workspace, connector="sandbox-issues", key="one", **more):
    made = Connection(
        key, workspace.project.key, connector, "1.0.0", config=SETTINGS, **more
    )
    workspace.connections.create(made)
    workspace.connections.record_health(
        made.project, key, healthy=True, state="healthy", at=NOW, latency_ms=12
    )


def own(workspace, *versions):
    document = json.loads(workspace.catalogue.document("sandbox-issues"))
    document |= {"id": "own", "name": "Own", "provider": "own"}
    document["apiVersions"] = list(versions)
    workspace.catalogue.save("own", "own", json.dumps(document).encode())


def chosen(desk, key="one"):
    found = desk.workspace.connections.get(desk.workspace.project.key, key)
    return found.api_version, found.earlier_api_version


async def shown(desk, connector="sandbox-issues"):
    """Return the block of versions of a connector that is picked."""
    desk.page.browser.cards.pick(connector)
    await desk.settled()
    return desk.page.pane.version


async def change(desk):
    await desk.page.tasks.wait("version")
    await desk.settled()


def pick(box, value):
    """Choose in a drop-down by the keyboard."""
    box.setFocus()
    key = QtCore.Qt.Key
    wanted = box._values.index(value)
    while box.currentIndex() != wanted:
        code = key.Key_Down if box.currentIndex() < wanted else key.Key_Up
        for kind in (QtCore.QEvent.Type.KeyPress, QtCore.QEvent.Type.KeyRelease):
            event = QtGui.QKeyEvent(kind, code, QtCore.Qt.KeyboardModifier.NoModifier)
            QtWidgets.QApplication.sendEvent(box, event)


def button(block, name):
    found = [b for b in block.findChildren(Button) if b.accessibleName() == name]
    found += [b for b in block.findChildren(Button) if b.text() == name]
    return next(b for b in found if b.isVisibleTo(block))


# ── cards ───────────────────────────────────────────────────────────────────────────

VERSIONS = Versions(
    ("1", "2"), (OldVersion("1", "Deprecated API", "until 2027-01-01"),)
)
DEFAULT = Versions(("1",), (OldVersion("1", "API ended", "2026-01-01", usual=True),))


@pytest.mark.parametrize(
    ("link", "versions", "status", "told"),
    [
        ({"api_version": "1"}, VERSIONS, "deprecated", "until 2027-01-01"),
        ({"api_version": "2"}, VERSIONS, "connected", "Connected"),
        ({"api_version": None}, VERSIONS, "connected", "Connected"),
        ({"api_version": None}, DEFAULT, "deprecated", "API ended 2026-01-01"),
        ({"api_version": "1", "checked": False}, VERSIONS, "deprecated", "until"),
        ({"api_version": "1", "state": "error"}, VERSIONS, "error", "Error"),
        ({"api_version": "1", "state": "degraded"}, VERSIONS, "degraded", "Degraded"),
        ({"api_version": "1", "enabled": False}, VERSIONS, "disabled", "Disabled"),
        ({"api_version": "3"}, VERSIONS, "error", "API version gone"),
        ({"api_version": "3"}, None, "connected", "Connected"),
    ],
)
def test_a_card_says_until_when_its_version_is_answered(link, versions, status, told):
    plain = {"key": "one", "connector_id": "x", "enabled": True, "checked": True}
    made = Link(**{**plain, "state": "healthy", "config": {}, **link})
    found = standing(Card("x", "X"), [made], versions=versions)
    assert found.status == status
    assert told in found.sentence


def test_the_versions_of_a_document_are_found_by_the_day(tmp_path):
    class Day:
        def now(self):
            return datetime(2027, 7, 1, tzinfo=UTC)

    workspace = Workspace(Home(tmp_path))
    card = workspace.catalogue.card("sandbox-issues")
    found = Findings().find([card])["sandbox-issues"].versions
    assert found == Versions(
        (NEW, OLD), (OldVersion(OLD, "Deprecated API", "until 2027-06-30"),)
    )
    later = Findings(Day()).find([card])["sandbox-issues"].versions
    assert later.old == (OldVersion(OLD, "API ended", "2027-06-30"),)
    facts = read_versions(workspace, card.id, OLD, None, date(2027, 7, 1))
    assert dict(facts.choices)[OLD] == "2024-06 (ended 2027-06-30)"
    workspace.close()


# ── the pane ────────────────────────────────────────────────────────────────────────


def test_a_connector_without_versions_shows_nothing(run, tmp_path):
    async def look(desk):
        block = await shown(desk, "sandbox-oauth")
        assert not block.isVisible()
        block = await shown(desk)
        assert block.isVisible()
        assert not block.notes

    def prepare(workspace):
        connect(workspace, api_version=NEW)
        connect(workspace, "sandbox-oauth", "two")

    run(at_desk(tmp_path, look, prepare=prepare))


def test_a_version_is_chosen_by_the_keyboard_and_gone_back_on(run, tmp_path):
    async def look(desk):
        block = await shown(desk)
        assert block.picker.accessibleName() == "API version"
        assert block.picker.currentText() == NEW
        assert not block.back.isVisible()
        pick(block.picker, OLD)
        await change(desk)
        assert chosen(desk) == (OLD, NEW)
        assert desk.page.picked.standing.status == "deprecated"
        assert block.picker.currentText() == "2024-06 (until 2027-06-30)"
        (note,) = block.notes
        assert "ends on 2027-06-30" in note.what.text()
        assert button(block, "Open the migration guide at www.rfc-editor.org")
        assert block.back.text() == "Go back to 2026-01"
        block.back.click()
        await change(desk)
        assert chosen(desk) == (NEW, OLD)
        assert not block.notes
        assert block.back.text() == "Go back to 2024-06"
        assert desk.page.picked.standing.status == "connected"

    run(at_desk(tmp_path, look, prepare=lambda w: connect(w, api_version=NEW)))


def test_an_old_version_is_left_by_the_banner(run, tmp_path):
    async def look(desk):
        block = await shown(desk)
        button(block, "Change to 2026-01").click()
        await change(desk)
        assert chosen(desk) == (NEW, OLD)

    run(at_desk(tmp_path, look, prepare=lambda w: connect(w, api_version=OLD)))


def test_the_guide_is_opened_by_the_system_and_its_host_is_shown(
    run, tmp_path, monkeypatch
):
    opened = []
    monkeypatch.setattr(
        QtGui.QDesktopServices, "openUrl", lambda url: opened.append(url.toString())
    )

    def prepare(workspace):
        ended = {"status": "deprecated", "sunsetAt": "2026-01-01"}
        own(workspace, version("1", **ended, migrationGuide=GUIDE), version("2"))
        connect(workspace, "own", api_version="1")

    async def look(desk):
        block = await shown(desk, "own")
        assert block.notes[0].level == "danger"
        texts = [label.text() for label in block.findChildren(QtWidgets.QLabel)]
        assert "docs.example.com" in texts
        button(block, "Open the migration guide at docs.example.com").click()
        assert opened == [GUIDE]

    run(at_desk(tmp_path, look, prepare=prepare))


def test_an_address_that_is_not_https_is_no_guide(run, tmp_path):
    def prepare(workspace):
        old = version("1", status="deprecated", migrationGuide="file:///etc/passwd")
        own(workspace, old, version("2"))
        connect(workspace, "own", api_version="1")

    async def look(desk):
        block = await shown(desk, "own")
        (note,) = block.notes
        assert [b.text() for b in note.findChildren(Button)] == ["Change to 2"]

    run(at_desk(tmp_path, look, prepare=prepare))


def asks_more(workspace):
    fields = json.loads(workspace.catalogue.document("sandbox-issues"))["configFields"]
    more = {"configFields": [fields[0], TENANT]}
    own(workspace, version("1"), version("2", overrides=more))
    connect(workspace, "own", api_version="1")


def test_what_a_version_lacks_is_said_and_given_in_the_flow(run, tmp_path):
    async def look(desk):
        block = await shown(desk, "own")
        pick(block.picker, "2")
        await change(desk)
        assert chosen(desk) == ("1", None)
        assert block.picker.currentText() == "1"
        (note,) = block.notes
        assert "Tenant" in note.what.text()
        assert "Nothing was changed." in note.why.text()
        assert "ferrule" not in note.why.text()
        button(block, "Change the connection…").click()
        await desk.settled()
        flow = desk.flow
        assert flow.at == "configuration"
        assert set(flow.settings.rows) == {"baseUrl", "tenant"}
        flow.settings.take({"tenant": "north"})
        flow.go_to("review")
        flow._on("review")
        await flow.tasks.wait("save")
        assert chosen(desk) == ("2", "1")

    run(at_desk(tmp_path, look, prepare=asks_more))


def test_a_version_that_is_gone_is_shown_and_another_is_chosen(run, tmp_path):
    def prepare(workspace):
        own(workspace, version("2"), version("3"))
        connect(workspace, "own", api_version="1")

    async def look(desk):
        block = await shown(desk, "own")
        assert desk.page.picked.standing.word == "API version gone"
        assert block.picker.currentText() == "1 (gone)"
        assert "is not in this connector" in block.notes[0].what.text()
        pick(block.picker, "2")
        await change(desk)
        assert chosen(desk) == ("2", None)
        assert not block.notes
        assert desk.page.picked.standing.word == "Connected"

    run(at_desk(tmp_path, look, prepare=prepare))


def test_nothing_is_clipped_or_nameless_at_any_size(run, tmp_path):
    def prepare(workspace):
        old = {"status": "deprecated", "sunsetAt": "2026-01-01"}
        own(
            workspace,
            version("1", label="a rather long label of a version", **old),
            version("2", label="v2024-12-18, the latest one there is", default=True),
        )
        connect(workspace, "own", api_version="1", earlier_api_version="2")
        connect(workspace, "sandbox-issues", "two", api_version=OLD)

    async def look(desk):
        for zoom in (1.0, 2.0):
            theme.set_zoom(zoom)
            for connector in ("own", "sandbox-issues"):
                await shown(desk, connector)
                desk.page.browser.details.setChecked(True)
                QtWidgets.QApplication.processEvents()
                assert clipped(desk.page.pane) == []
                assert nameless(desk.page.pane) == []

    try:
        run(at_desk(tmp_path, look, (1024, 700), prepare=prepare))
    finally:
        theme.set_zoom(1.0)


# ── connecting ──────────────────────────────────────────────────────────────────────


def test_the_flow_offers_versions_where_there_are_some(run, tmp_path):
    async def look(desk):
        await desk.page.flows.open(desk.page.model.known("sandbox-oauth").card)
        assert desk.flow.versions is None
        desk.page.flows.go_home()
        await desk.page.flows.open(desk.page.model.known("sandbox-issues").card)
        flow = desk.flow
        assert isinstance(flow.versions, ComboBox)
        assert flow.versions.accessibleName() == "API version"
        assert flow.versions.value() == NEW
        flow.settings.take({"repo": "empty"})
        pick(flow.versions, OLD)
        await flow.tasks.wait("version")
        other = desk.flow
        assert other is not flow
        assert (other.at, other.versions.value()) == ("configuration", OLD)
        assert other.versions.hasFocus()
        assert other.settings.given()["repo"] == "empty"
        assert [stream.key for stream in other.plan.streams] == ["issues"]
        told = [label.text() for label in other.findChildren(QtWidgets.QLabel)]
        assert any("deprecated and ends on 2027-06-30" in text for text in told)
        await other.tasks.wait("sandbox")
        other.go_to("review")
        other._on("review")
        await other.tasks.wait("save")
        found = desk.workspace.connections.list(desk.workspace.project.key)
        assert [(c.api_version, c.config["repo"]) for c in found] == [(OLD, "empty")]

    run(at_desk(tmp_path, look))

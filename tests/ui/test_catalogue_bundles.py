"""A bundle's card in a real window: opened, searched, switched, and what it tells."""

import asyncio
from collections import Counter

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.bundle import acme
from tests.ui.bundle_cards import (
    ACME,
    ISSUES,
    NAMES,
    PEOPLE,
    TIME,
    connected,
    own,
    raw,
    said,
    share,
    shown,
    take,
)
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless
from tests.ui.test_catalogue_page import key, press
from tests.workspace.importer import trusting

from ferrule.credentials import forget_master_key
from ferrule.ui.models.messages import ShowConnector
from ferrule.ui.theme import theme
from ferrule.ui.widgets.catalogue.bundle_members import end_box
from ferrule.ui.widgets.catalogue.card_paint import button_box, inside
from ferrule.workspace import importing
from ferrule.workspace.connecting import connect

KEYS = QtCore.Qt.Key
LEFT = QtCore.Qt.MouseButton.LeftButton
ALL = frozenset(NAMES)
WHOLE = QtCore.Qt.CheckState.Checked


@pytest.fixture(autouse=True)
def room(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    trusting(monkeypatch, acme.trust())
    forget_master_key()
    yield
    forget_master_key()


def imported(workspace):
    take(workspace, raw())


def on(desk):
    """Return which of the imported connectors are enabled."""
    (bundle,) = importing.imported(desk.workspace)
    return {one.id for one in bundle.connectors if one.enabled}


def flags(desk):
    found = desk.workspace.connections.list(desk.workspace.project.key)
    return {one.key: one.enabled for one in found}


async def switched(desk, *ids):
    """Wait until what was asked for is done and read again."""
    for name in ("switch", *(f"switch {one}" for one in ids), "read", "shared"):
        await desk.page.tasks.wait(name)


def click(view, at):
    """Press and let go the mouse at a point of a view."""
    canvas, at = view.viewport(), QtCore.QPointF(at)
    for kind in ("MouseButtonPress", "MouseButtonRelease"):
        event = QtGui.QMouseEvent(
            QtCore.QEvent.Type[kind], at, canvas.mapToGlobal(at), LEFT, LEFT,
            QtCore.Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QtWidgets.QApplication.sendEvent(canvas, event)


def rows(desk):
    """Return what is spoken of each connector in the pane."""
    model = desk.page.bundles.pane.members.members
    role = QtCore.Qt.ItemDataRole.AccessibleTextRole
    return [model.index(row).data(role) for row in range(model.rowCount())]


def test_the_connectors_of_a_provider_stand_behind_one_card(run, tmp_path):
    async def look(desk):
        page = desk.page
        assert ACME in shown(page)
        assert not ALL & set(shown(page))
        assert page.browser.count.text().startswith(f"{page.model.total} conn")
        page.browser.cards.pick(ACME)
        await switched(desk)
        assert {"Acme Works", "acme", "3 connectors", "Signed"} <= set(said(page))
        assert any(text.startswith("Signed by anna@acme") for text in said(page))
        assert rows(desk)[0] == "Acme Issues, off, Disabled. Space: on. Enter: its card"
        assert not page.pane.isVisible()
        assert page.pane.key == ""

    run(at_desk(tmp_path, look, prepare=imported))


def test_sandboxes_stay_apart_and_one_connector_alone_is_no_bundle(run, tmp_path):
    def prepare(workspace):
        take(workspace, raw({ISSUES: "1.0.0"}))

    async def look(desk):
        assert {"sandbox-issues", "sandbox-oauth", ISSUES} <= set(shown(desk.page))
        of = Counter(card.provider for card in desk.workspace.catalogue.cards())
        more = sum(count - 1 for key, count in of.items() if key != "ferrule")
        assert of["github"] > 1
        assert len(shown(desk.page)) == desk.page.model.total - more

    run(at_desk(tmp_path, look, prepare=prepare))


def test_enter_space_and_the_button_open_and_close_it(run, tmp_path):
    async def look(desk):
        page, cards = desk.page, desk.page.browser.cards
        cards.pick(ACME)
        at = shown(page).index(ACME)
        cards.setFocus()
        key(cards, KEYS.Key_Return)
        assert shown(page)[at : at + 4] == [ACME, ISSUES, PEOPLE, TIME]
        key(cards, KEYS.Key_Right)
        assert cards.current_id() == ISSUES
        assert page.pane.name.text() == "Acme Issues"
        key(cards, KEYS.Key_Left)
        key(cards, KEYS.Key_Space, " ")
        assert not ALL & set(shown(page))
        assert cards.current_id() == ACME
        entry = cards.cards.entry(at)
        box = inside(cards.visualRect(cards.cards.index(at)), listed=False)
        click(cards, button_box(box, entry, listed=False).center())
        assert set(shown(page)) >= ALL
        assert page.model.bundle(ACME).sentence.endswith("Enter: Hide")

    run(at_desk(tmp_path, look, prepare=imported))


def test_a_search_and_a_filter_find_the_connectors_inside(run, tmp_path):
    async def look(desk):
        page, cards = desk.page, desk.page.browser.cards
        page.browser.search.setText("acme pe")
        assert shown(page) == [PEOPLE]
        assert cards.current_id() == PEOPLE
        page.browser.search.setText("Acme Works")
        assert set(shown(page)) == ALL, "the bundle's title is searched too"
        page.browser.clear()
        assert ACME in shown(page)
        assert cards.current_id() == ACME, "it is behind this card now"
        press(desk, page.browser.facets.groups["status"].boxes["Disabled"])
        assert set(shown(page)) == ALL
        await page.tasks.wait("warm")

    run(at_desk(tmp_path, look, prepare=imported))


def test_another_page_shows_one_that_stands_behind_a_bundle(run, tmp_path):
    async def look(desk):
        desk.window.show_page("catalogue", ShowConnector(PEOPLE))
        assert desk.page.browser.cards.current_id() == PEOPLE
        assert desk.page.pane.name.text() == "Acme People"

    run(at_desk(tmp_path, look, prepare=imported))


def test_all_are_enabled_and_that_is_taken_back(run, tmp_path):
    async def look(desk):
        page, pane = desk.page, desk.page.bundles.pane
        page.browser.cards.pick(ACME)
        assert not pane.off_all.isEnabled()
        press(desk, pane.on_all)
        await switched(desk)
        assert on(desk) == ALL
        assert not pane.on_all.isEnabled()
        assert "Enabled 3 connectors of Acme Works." in said(pane)
        assert all(", on, " in row for row in rows(desk))
        undo = next(b for b in pane.findChildren(QtWidgets.QAbstractButton)
                    if b.text() == "Undo")  # fmt: skip
        press(desk, undo)
        await switched(desk)
        assert on(desk) == set()
        assert pane.on_all.isEnabled()

    run(at_desk(tmp_path, look, prepare=imported))


def test_each_is_switched_by_keyboard_and_by_mouse(run, tmp_path):
    async def look(desk):
        desk.page.browser.cards.pick(ACME)
        members = desk.page.bundles.pane.members
        members.setFocus()
        key(members, KEYS.Key_Down)
        key(members, KEYS.Key_Space, " ")
        await switched(desk, PEOPLE)
        assert on(desk) == {PEOPLE}
        assert "Enabled Acme People." in said(desk.page)
        index = members.members.index(2)
        entry = members.members.member(2)
        click(members, end_box(members.visualRect(index), entry).center())
        assert members.members.data(index, QtCore.Qt.ItemDataRole.CheckStateRole) == (
            WHOLE
        )
        await switched(desk, TIME)
        assert on(desk) == {PEOPLE, TIME}
        key(members, KEYS.Key_Up)
        key(members, KEYS.Key_Return)
        assert desk.page.browser.cards.current_id() == PEOPLE

    run(at_desk(tmp_path, look, prepare=imported))


def test_a_letter_typed_at_the_switches_searches(run, tmp_path):
    async def look(desk):
        desk.page.browser.cards.pick(ACME)
        members = desk.page.bundles.pane.members
        members.setFocus()
        key(members, KEYS.Key_T, "t")
        assert desk.page.browser.search.text() == "t"
        await desk.page.tasks.wait("warm")

    run(at_desk(tmp_path, look, prepare=imported))


def test_one_whose_hosts_grew_is_left_out_and_the_person_is_told(run, tmp_path):
    def prepare(workspace):
        take(workspace, raw(), *NAMES)
        connected(workspace, ISSUES)
        importing.disable(workspace, sorted(NAMES))
        wide = {ISSUES: ["files.acme.example"]}
        take(workspace, raw(dict.fromkeys(NAMES, "1.1.0"), "2.4.0", wide))

    async def look(desk):
        pane = desk.page.bundles.pane
        desk.page.browser.cards.pick(ACME)
        press(desk, pane.on_all)
        await switched(desk)
        assert on(desk) == {PEOPLE, TIME}
        told = " ".join(said(pane)).replace("\u200b", "")
        assert "Enabled 2 connectors of Acme Works." in told
        assert ("Left out: Acme Issues: it asks for files.acme.example, which was not "
                "shown.") in told  # fmt: skip
        assert pane.on_all.isEnabled()

    run(at_desk(tmp_path, look, prepare=prepare))


def test_a_shared_credential_is_told_with_who_uses_it(run, tmp_path):
    def prepare(workspace):
        take(workspace, raw(), *NAMES)
        share(workspace)
        connect(workspace, PEOPLE, {}, {})

    async def look(desk):
        desk.page.browser.cards.pick(ACME)
        await switched(desk)
        told = set(said(desk.page.bundles.pane))
        assert "Shared credentials (from the Acme Works bundle)" in told
        assert any(text.startswith("2 connectors use them") for text in told)
        assert "shared credentials" in rows(desk)[0]
        assert "would share credentials" in rows(desk)[2]

    run(at_desk(tmp_path, look, prepare=prepare))


def test_those_of_the_project_are_switched_by_their_connections(run, tmp_path):
    def prepare(workspace):
        own(workspace, "globex-a", "globex-b")
        connected(workspace, "globex-a", "one")
        connected(workspace, "globex-a", "two", enabled=False)

    async def look(desk):
        page, pane = desk.page, desk.page.bundles.pane
        page.browser.cards.pick("bundle:globex")
        assert "Your project" in said(pane)
        assert page.model.bundle("bundle:globex").standing.word == "1 connected"
        press(desk, pane.off_all)
        await switched(desk)
        assert flags(desk) == {"one": False, "two": False}
        assert "Space: Connect." in rows(desk)[1]
        members = pane.members
        index, entry = members.members.index(1), members.members.member(1)
        click(members, end_box(members.visualRect(index), entry).center())
        await desk.settled()
        assert desk.flow.plan.card.id == "globex-b"

    run(at_desk(tmp_path, look, prepare=prepare))


def test_a_switch_goes_back_where_it_could_not_be_done(run, tmp_path):
    async def look(desk):
        page, members = desk.page, desk.page.bundles.pane.members
        page.browser.cards.pick(ACME)
        importing.drop(desk.workspace, "acme")
        members.setFocus()
        key(members, KEYS.Key_Space, " ")
        await switched(desk, ISSUES)
        assert any("acme.issues" in notice for notice in page.notices())
        assert ", off, " in rows(desk)[0]

    run(at_desk(tmp_path, look, prepare=imported))


def test_an_imported_one_alone_is_enabled_from_its_card(run, tmp_path):
    def prepare(workspace):
        take(workspace, raw({ISSUES: "1.0.0"}))

    async def look(desk):
        page = desk.page
        page.browser.cards.pick(ISSUES)
        assert page.pane.act.text() == "Enable"
        assert not page.pane.edit.isVisible()
        assert page.model.to_look_at == 0, "that it waits is no trouble"
        press(desk, page.pane.act)
        await switched(desk, ISSUES)
        assert on(desk) == {ISSUES}
        assert page.pane.act.text() == "Connect"
        assert page.notices() == ["Enabled Acme Issues."]
        page.do("disable")
        await switched(desk, ISSUES)
        assert on(desk) == set()

    run(at_desk(tmp_path, look, prepare=prepare))


def test_the_menu_of_a_bundle_opens_and_switches_it(run, tmp_path):
    async def look(desk):
        page, menu = desk.page, desk.page.pane.menu
        page.browser.cards.pick(ACME)
        page._open_menu(ACME, None)
        texts = {one.text(): one for one in menu.actions() if one.text()}
        assert list(texts) == ["Show its connectors", "Enable all", "Disable all"]
        assert not texts["Disable all"].isEnabled()
        texts["Enable all"].trigger()
        await switched(desk)
        assert on(desk) == ALL
        desk.window.commands.trigger("catalogue.disable_all")
        await switched(desk)
        assert on(desk) == set()

    run(at_desk(tmp_path, look, prepare=imported))


@pytest.mark.parametrize(
    ("size", "zoom"), [((1280, 800), 1.0), ((1024, 700), 1.0), ((1024, 700), 2.0)]
)
def test_nothing_is_clipped_and_everything_has_a_name(run, tmp_path, size, zoom):
    def prepare(workspace):
        take(workspace, raw(), *NAMES)
        share(workspace)

    async def look(desk):
        desk.window.set_zoom(zoom)
        page, cards = desk.page, desk.page.browser.cards
        cards.pick(ACME)
        page.browser.details.setChecked(True)
        page.do("disable_all")
        await switched(desk)
        await asyncio.sleep(0.02)
        assert page.bundles.pane.isVisible()
        assert clipped(page) == []
        assert nameless(page) == []
        assert page.panes()[-1] is page.bundles.pane.on_all
        page.browser.details.setChecked(False)
        for listed in (True, False):
            page.browser.show_listed(listed=listed)
            page.do("act")
            await asyncio.sleep(0.02)
            assert clipped(page) == []

    try:
        run(at_desk(tmp_path, look, size, prepare=prepare))
    finally:
        theme.set_zoom(1.0)

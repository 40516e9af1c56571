"""The Settings page: what it sets takes effect at once and is remembered."""

import asyncio
import base64

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.credentials import forget_master_key
from ferrule.exchange import Response
from ferrule.ui.actions import Actions
from ferrule.ui.models.settings_facts import size_text
from ferrule.ui.pages.settings import SettingsPage
from ferrule.ui.theme import preferences, theme
from ferrule.workspace.history.ring import HistoryRules, Where
from ferrule.workspace.home import Home
from ferrule.workspace.sending import Sent
from ferrule.workspace.workspace import Workspace


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
def page(workspace, qtbot, qapp):
    made = SettingsPage(workspace, Actions())
    made.resize(1000, 700)
    qtbot.addWidget(made)
    made.show()
    yield made
    theme.apply(qapp, "light")


def look(page):
    async def work():
        page.activated()
        await page.tasks.wait("read")
        await page.close_work()

    return work()


def test_it_says_where_data_and_secrets_are(run, page, workspace):
    (workspace.home.made().path / "ferrule.db").write_bytes(b"x" * 1500)
    run(look(page))
    # A path may break after its separators.
    told = {
        key: row.about.text().replace("\u200b", "") for key, row in page.rows.items()
    }
    assert told["home"] == str(workspace.home.path)
    assert told["project"] == str(workspace.project.folder)
    assert page.used.text() == "1.5 kB, database 1.5 kB"
    assert page.vault.backend.text() == "FERRULE_MASTER_KEY"
    assert page.vault.backend.state == "ready"
    assert page.open_home.isEnabled()


def test_the_history_is_switched_sized_and_cleared(run, page, workspace, qtbot):
    history = workspace.history
    answer = Response(200, (), b"[]", "https://api.example.com/items", 1.0)
    sent = Sent("GET", answer.url, (), "", answer)
    history.keep(sent, Where("default", "x", connection="acme"))
    history.switch(Where("default", "x", connection="acme"), on=False)
    section = page.history

    async def work():
        page.activated()
        await page.tasks.wait("history")
        assert section.on.isChecked()
        assert section.used.text() == "1 exchange, 2 bytes"
        assert section.by_key["history_off"].about.text() == "Nothing is kept of: acme."
        section.on.click()
        await page.tasks.wait("history")
        section.room.set_value(100_000_000)
        section.room.chosen.emit(100_000_000)
        await page.tasks.wait("history")
        section.again.click()
        await page.tasks.wait("history")
        assert history.rules() == HistoryRules(on=False, max_bytes=100_000_000)
        section.clear.click()
        await asyncio.sleep(0.05)
        page.findChild(QtWidgets.QDialog, "confirmation").accept()
        await page.tasks.wait("clear")
        assert section.used.text() == "0 exchanges, 0 bytes"
        await page.close_work()

    run(work())
    assert history.listed("default") == []


def test_without_a_key_it_says_that_secrets_live_in_memory(
    run, workspace, qtbot, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    forget_master_key()
    page = SettingsPage(workspace, Actions())
    qtbot.addWidget(page)
    run(look(page))
    assert page.vault.backend.text() == "Memory only"
    assert page.vault.backend.state == "warning"
    assert "lost when Ferrule ends" in page.rows["backend"].about.text()


def press(page, name):
    found = [
        one
        for one in page.findChildren(QtWidgets.QAbstractButton)
        if name in {one.text(), one.accessibleName()}
    ]
    found[0].click()


def test_the_theme_takes_effect_and_is_remembered(page):
    press(page, "Dark")
    assert (theme.scheme, preferences.text("scheme")) == ("dark", "dark")
    press(page, "Follow system")
    assert (theme.wish, preferences.text("scheme")) == ("system", "system")
    press(page, "Light")
    assert theme.scheme == "light"


def test_zoom_and_motion_take_effect_and_are_remembered(page):
    page.zoom.setCurrentIndex(5)
    page.zoom.activated.emit(5)
    assert theme.zoom == 1.5
    assert preferences.number("zoom", 0) == 1.5
    page.motion.click()
    assert theme.motion
    assert preferences.text("motion") == "on"
    theme.set_zoom(1.0)
    assert page.zoom.value() == 1.0


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("", ["Appearance", "Storage", "History", "Credentials", "Privacy", "About"]),
        ("dark", ["Appearance"]),
        ("storage", ["Storage"]),
        ("keychain", ["Credentials"]),
        ("telemetry", ["Privacy"]),
        ("FERRULE_MASTER", ["Credentials"]),
        ("nothing has this name", []),
    ],
)
def test_settings_are_found_by_what_they_say(page, text, sections):
    page.search.setText(text)
    shown = [one.title.text() for one in page.sections if one.isVisibleTo(page)]
    assert shown == sections
    assert page._nothing.isVisibleTo(page) is not bool(sections)


def test_regular_checks_are_off_until_they_are_wanted(page):
    assert not page.checks.isChecked()
    page.checks.click()
    assert preferences.text("health/regular") == "on"
    page.checks.click()
    assert preferences.text("health/regular") == "off"


def test_a_folder_is_opened_by_the_system(page, workspace, monkeypatch):
    opened = []
    services = QtGui.QDesktopServices
    monkeypatch.setattr(services, "openUrl", opened.append)
    page.open_home.click()
    page.open_project.click()
    assert [url.toLocalFile() for url in opened] == [
        str(workspace.home.path),
        str(workspace.project.folder),
    ]


def test_every_widget_that_takes_the_keyboard_has_a_name(page):
    tab = QtCore.Qt.FocusPolicy.TabFocus
    nameless = [
        widget
        for widget in page.findChildren(QtWidgets.QWidget)
        if widget.focusPolicy() & tab
        and widget.isVisibleTo(page)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (23_400_000, "23 MB")],
)
def test_sizes_are_said_in_decimal_units(count, text):
    assert size_text(count) == text

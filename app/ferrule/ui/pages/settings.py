"""Settings: looks, where data is, where secrets are kept, and what Ferrule contacts."""

import asyncio
import platform
from functools import partial
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.settings_facts import SettingsFacts, read_facts, size_text
from ferrule.ui.models.spots import Spot
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.theme import ContrastWish, Wish, preferences, theme
from ferrule.ui.theme.current import ZOOM_STEPS
from ferrule.ui.widgets.button import Button, Segmented
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.frame_keys import focus
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.settings.history import HistorySection
from ferrule.ui.widgets.settings.keys import KeysSection
from ferrule.ui.widgets.settings.rows import SettingRow, SettingsSection, value_label
from ferrule.ui.widgets.settings.vault import VaultSection
from ferrule.workspace.workspace import Workspace

_THEMES: Final = (("light", "Light"), ("dark", "Dark"), ("system", "Follow system"))
_CONTRASTS: Final = (("on", "High"), ("off", "Normal"), ("system", "Follow system"))
_CONTRAST_WISHES: Final[dict[str, ContrastWish]] = {
    "on": "on",
    "off": "off",
    "system": "system",
}
_WISHES: Final[dict[str, Wish]] = {"light": "light", "dark": "dark", "system": "system"}
_WIDEST: Final = 760
_BREATH_S: Final = 0.02  # between two pages, for what the person does meanwhile
_KEYBOARD: Final = "keyboard keys shortcuts"


class SettingsPage(Page):
    """The page of settings; each takes effect at once."""

    key = "settings"
    title = "Settings"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self._facts: SettingsFacts | None = None
        self.search = SearchField("Search settings", placeholder="Search settings")
        self.search.setObjectName("settings.search")
        self.theme = Segmented(_THEMES, "Theme")
        self.theme.setObjectName("settings.theme")
        self.contrast = Segmented(_CONTRASTS, "Contrast")
        self.contrast.setObjectName("settings.contrast")
        self.zoom = ComboBox(
            [(step, f"{step:.0%}".replace("%", " %")) for step in ZOOM_STEPS],
            name="Zoom",
        )
        self.zoom.setObjectName("settings.zoom")
        self.motion = Switch()
        self.motion.setObjectName("settings.motion")
        self.checks = Switch()
        self.checks.setObjectName("settings.checks")
        self.open_home = Button("Open folder", icon="folder-open", compact=True)
        self.open_project = Button("Open folder", icon="folder-open", compact=True)
        self.rows: dict[str, SettingRow] = {}
        self.history = HistorySection(workspace, self.tasks)
        self.rows |= self.history.by_key
        self.vault = VaultSection(workspace, self.tasks)
        self.rows |= self.vault.by_key
        self.sections = self._sections()
        self.keys = KeysSection(actions)
        self._build()
        self._connect()
        command = Command("settings.find", "Find a setting", "search", ("Ctrl+F",),
                          help="Searches the settings and the keys.")  # fmt: skip
        actions.add(command, self.search.setFocus, self)
        self._show_looks()

    def activated(self) -> None:
        """Look at the disk and the vault again."""
        self._show_looks()
        self.tasks.start("read", self._read())
        self.tasks.start("history", self.history.read())

    def receive(self, what: object) -> None:
        """Show the setting of that key."""
        row = self.rows.get(what) if isinstance(what, str) else None
        if row is not None:
            self._go_to(row)

    def vault_turned(self) -> None:
        """Read again how the vault is."""
        if self.isVisible() and not self.tasks.running("vault"):
            self.tasks.start("vault", self.vault.read())

    def hide_secrets(self) -> None:
        """Forget a passphrase that was begun to be typed."""
        self.vault.form.close_form()

    def spots(self) -> list[Spot]:
        """Return every setting."""
        found = [
            Spot(
                row.name.text(), row.about.text(), partial(self._go_to, row), words=key
            )
            for key, row in self.rows.items()
        ]
        keys = "Every command with its key; record another one."
        go = partial(self._go_to, self.keys)
        return [*found, Spot("Keyboard", keys, go, words="shortcuts keys")]

    def _go_to(self, row: QtWidgets.QWidget) -> None:
        """Show a setting and give it the keyboard."""
        self.search.clear()
        self._area.ensureWidgetVisible(row)
        focus(row)

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the search, then the settings."""
        return [self.search, self.sections[0], self.keys]

    async def _read(self) -> None:
        self._facts = facts = await read_facts(self.workspace)
        self.rows["home"].set_about(str(facts.home))
        self.rows["project"].set_about(str(facts.project))
        database = size_text(facts.database)
        self.used.setText(f"{size_text(facts.size)}, database {database}")
        await self.vault.read()
        for button, folder in self._folders(facts):
            button.setEnabled(folder.is_dir())
        await self._list_keys()

    async def _list_keys(self) -> None:
        """List every command; those of pages not shown yet come with these pages."""
        window = self.window()
        for key in getattr(window, "places", ()):
            if key not in window.pages:  # type: ignore[attr-defined]  # it has places
                window.make_page(key)  # type: ignore[attr-defined]
                await asyncio.sleep(_BREATH_S)
        await self.keys.list_commands()

    def _folders(self, facts: SettingsFacts) -> tuple[tuple[Button, Path], ...]:
        return (self.open_home, facts.home), (self.open_project, facts.project)

    def _row(self, key: str, row: SettingRow) -> SettingRow:
        self.rows[key] = row
        return row

    def _sections(self) -> tuple[SettingsSection, ...]:
        return (
            self._appearance(),
            self._storage(),
            self.history,
            self.vault,
            self._privacy(),
            self._about(),
        )

    def _appearance(self) -> SettingsSection:
        follow = "Follow system takes what the desktop asks for."
        clear = "High: text 7 : 1 against its ground, and every border strong."
        moving = "Spinners and moving bars. Off: states change without movement."
        return SettingsSection(
            "Appearance",
            [
                self._row("theme", SettingRow("Theme", follow, self.theme,
                                              words="dark light colour")),
                self._row("contrast", SettingRow("Contrast", clear, self.contrast,
                                                 words="high accessibility theme")),
                self._row("zoom", SettingRow("Zoom", "Ctrl+= and Ctrl+- do the same.",
                                             self.zoom, words="size font scale")),
                self._row("motion", SettingRow("Motion", moving, self.motion,
                                               words="animation reduced")),
            ],
        )  # fmt: skip

    def _storage(self) -> SettingsSection:
        self.used = value_label("Size")
        kept = "Connections, runs, signals and drafts. FERRULE_HOME names another one."
        return SettingsSection(
            "Storage",
            [
                self._row("home", SettingRow("Data directory", "", self.open_home,
                                             words="path folder FERRULE_HOME")),
                self._row("project", SettingRow("Project folder", "", self.open_project,
                                                words="path git descriptors")),
                self._row("size", SettingRow("Size", kept, self.used, words="disk")),
            ],
        )  # fmt: skip

    def _privacy(self) -> SettingsSection:
        contacts = (
            "No telemetry, no account, no update check. A service is asked only when "
            "you connect, check, send or sync, and only the hosts its connector names."
        )
        regular = (
            "Off: a connection is checked when you ask for it. On: while this window "
            "is open, each enabled connection is asked about every 15 minutes, with "
            "one request of 10 s at most, and never during its runs."
        )
        return SettingsSection(
            "Privacy",
            [
                self._row("privacy", SettingRow(
                    "Ferrule contacts nothing unless you ask", contacts,
                    words="telemetry network hosts updates")),
                self._row("checks", SettingRow(
                    "Regular health checks", regular, self.checks,
                    words="status monitor latency degraded")),
            ],
        )  # fmt: skip

    def _about(self) -> SettingsSection:
        self.version = value_label("Version")
        system = f"Python {platform.python_version()}, Qt {QtCore.qVersion()}"
        self.version.setText(system)
        licence = "Apache-2.0. Icons: Lucide (ISC). Qt for Python: LGPL."
        return SettingsSection(
            "About",
            [self._row("about", SettingRow("Ferrule", licence, self.version,
                                           words="version licence"))],
        )  # fmt: skip

    def _build(self) -> None:
        self.header.add(self.search)
        self.search.setFixedWidth(theme.px(260))
        column = Column(*self.sections, self.keys, gap=16, margins=(24, 8, 24, 24))
        self._nothing = EmptyState("search-x", "No setting found", "Clear the search.")
        self._nothing.hide()
        column.add(self._nothing, None)
        self._column = boxed(column)
        self._column.setMaximumWidth(theme.px(_WIDEST))
        holder = Row(gap=0)
        holder.add(self._column, stretch=10)
        holder.add(None)
        self._area = Scroll(boxed(holder), "Settings")
        self.body.add(self._area, stretch=1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.theme.chosen.connect(self._set_theme)
        self.contrast.chosen.connect(self._set_contrast)
        self.zoom.chosen.connect(self._set_zoom)
        self.motion.clicked.connect(self._set_motion)
        self.checks.clicked.connect(self._set_checks)
        self.open_home.clicked.connect(self._open_home)
        self.open_project.clicked.connect(self._open_project)
        theme.changed.connect(self._show_looks)
        self.vault.unlock_wanted.connect(lambda: self.go.emit("credentials", None))
        self.vault.said.connect(lambda text: self.say(Notice("success", text)))

    @QtCore.Slot()
    def _show_looks(self) -> None:
        """Show theme, zoom and motion as they are."""
        self.theme.set_value(theme.wish)
        self.contrast.set_value(theme.contrast_wish)
        self.zoom.set_value(min(ZOOM_STEPS, key=lambda step: abs(step - theme.zoom)))
        self.motion.setChecked(theme.motion)
        self.checks.setChecked(preferences.text("health/regular", "off") == "on")
        self._column.setMaximumWidth(theme.px(_WIDEST))
        self.search.setFixedWidth(theme.px(260))

    @QtCore.Slot(str)
    def _set_theme(self, wish: str) -> None:
        preferences.put("scheme", wish)
        app = QtWidgets.QApplication.instance()
        if isinstance(app, QtWidgets.QApplication):
            theme.apply(app, _WISHES[wish])

    @QtCore.Slot(str)
    def _set_contrast(self, wish: str) -> None:
        preferences.put("contrast", wish)
        theme.set_contrast(_CONTRAST_WISHES[wish])

    @QtCore.Slot(object)
    def _set_zoom(self, step: object) -> None:
        window = self.window()
        chosen = step if isinstance(step, float) else 1.0
        set_zoom = getattr(window, "set_zoom", None)
        if set_zoom is not None:  # the frame shows the zoom in its status bar too
            set_zoom(chosen)
        else:
            preferences.put("zoom", chosen)
            theme.set_zoom(chosen)

    @QtCore.Slot(bool)
    def _set_motion(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        preferences.put("motion", "on" if on else "off")
        theme.set_motion(on=on)

    @QtCore.Slot(bool)
    def _set_checks(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        preferences.put("health/regular", "on" if on else "off")

    @QtCore.Slot(str)
    def _filter(self, text: str) -> None:
        needle = text.casefold().strip()
        found = sum(section.filter(needle) for section in self.sections)
        keys = self.keys.show_matching("" if needle in _KEYBOARD else needle)
        self.keys.setVisible(keys > 0)
        self._nothing.setVisible(not (found or keys))

    @QtCore.Slot()
    def _open_home(self) -> None:
        self._open(self.workspace.home.path)

    @QtCore.Slot()
    def _open_project(self) -> None:
        self._open(self.workspace.project.folder)

    @staticmethod
    def _open(folder: Path) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))

"""The frame: a rail, a stack of pages and a status bar; it knows a list of places.

What a page does it learns by the page's signals. Nothing modal opens while something
runs, and closing asks the pages first.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import shiboken6
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions
from ferrule.ui.pages import Place
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.tasks import Tasks, in_thread, when_painted
from ferrule.ui.theme import preferences, theme
from ferrule.ui.theme.current import ZOOM_STEPS
from ferrule.ui.widgets import help_panel, palette, palette_sources
from ferrule.ui.widgets.frame_commands import FRAME, go_command
from ferrule.ui.widgets.frame_keys import (
    bring_focus,
    open_menu,
    step_field,
    step_focus,
    step_pane,
    turn_tab,
)
from ferrule.ui.widgets.rail import Rail, RailItem
from ferrule.ui.widgets.status_bar import StatusBar
from ferrule.ui.widgets.vault_lamp import VaultLamp
from ferrule.workspace.workspace import Workspace

_SIZE: Final = (1280, 800)
_LEAST: Final = (880, 560)
NAME: Final = "Ferrule"


class Window(QtWidgets.QMainWindow):
    """The one window.

    Signals:
        closed(): the person closed it, and every page agreed.
        turned(str): the page of that key is shown.
        painted(): it is being drawn for the first time.
        judged(): something on a page told how a connection is.
        noted(str): what the note of that mark tells was looked at on a page.
    """

    closed = QtCore.Signal()
    turned = QtCore.Signal(str)
    painted = QtCore.Signal()
    judged = QtCore.Signal()
    noted = QtCore.Signal(str)

    def __init__(self, workspace: Workspace, places: Sequence[Place]) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(NAME)
        self.workspace = workspace
        self.commands = Actions()
        self.tasks = Tasks(self)
        self.places = {place.key: place for place in places}
        self.pages: dict[str, Page] = {}
        # Made in the order in which Tab goes through them.
        self.rail = Rail()
        self._add_places()
        self.stack = QtWidgets.QStackedWidget()
        self.status = StatusBar()
        self._jobs: dict[str, int] = {}
        self._problems: dict[str, tuple[int, int]] = {}
        self._titles: dict[str, tuple[str, bool]] = {}
        self._current = ""
        self._leaving = False
        self._seen = False
        self.vault: VaultLamp | None = None
        self.notes: QtWidgets.QWidget | None = None  # a line above the pages
        self._build()
        when_painted(self._watch_vault)
        when_painted(self._add_commands)
        self._restore()

    @property
    def current(self) -> Page:
        """Return the page that is shown."""
        return self.pages[self._current]

    def show_page(self, key: str, what: object = None) -> Page:
        """Show the page of that key, made now if it was not, and pass it `what`."""
        page = self.make_page(key)
        self.stack.setCurrentWidget(page)
        self._current = key
        self.rail.show_current(self._entry(key))
        self._retitle()
        self._show_problems()
        if what is not None:
            page.receive(what)
        page.activated()
        bring_focus(page)
        self.turned.emit(key)
        return page

    def say(self, notice: Notice) -> None:
        """Say something on the page that is shown."""
        if self._current:
            self.current.say(notice)

    def set_zoom(self, zoom: float) -> None:
        """Scale everything, and remember it."""
        theme.set_zoom(zoom)
        preferences.put("zoom", theme.zoom)
        self.status.zoom.say(f"{theme.zoom:.0%}".replace("%", " %"))

    def step_zoom(self, by: int) -> None:
        """Go to the next larger (1) or smaller (-1) zoom."""
        near = min(ZOOM_STEPS, key=lambda step: abs(step - theme.zoom))
        at = ZOOM_STEPS.index(near) + by
        self.set_zoom(ZOOM_STEPS[min(max(at, 0), len(ZOOM_STEPS) - 1)])

    def open_palette(self) -> "palette.Palette":
        """Open the palette over everything that can be found."""
        entries = palette_sources.of_commands(self.commands)
        opened = palette.Palette(entries, self)
        opened.open()
        for key, prefix, icon in (("builder", "#", "braces"), ("settings", "/", "")):
            page = self._page_to_find_in(key)
            if page is not None:
                spots = page.spots()
                found = palette_sources.of_spots(spots, prefix, icon or key)
                opened.put(prefix, [e.through(self.show_page, key) for e in found])
        opened.wait_for("@", ":")
        reads = {"@": palette_sources.of_connectors, ":": palette_sources.of_runs}
        self.tasks.start("palette", self._fill(opened, reads))
        return opened

    def find_in_project(self) -> "palette.Palette":
        """Search the descriptors of the project; what is found opens at its place."""
        opened = palette.Palette((), self, title="Find in project", prefixes=False)
        opened.open()
        opened.wait_for(">")
        reads = {">": palette_sources.of_project}
        self.tasks.start("palette", self._fill(opened, reads))
        return opened

    def show_help(self) -> "help_panel.HelpPanel":
        """Say what the place with the keyboard is for."""
        page = self.current
        return help_panel.show_help(self, page, page.help(), self.commands)

    def open_menu(self) -> None:
        """Open the context menu of what has the keyboard."""
        open_menu()

    def step_pane(self, by: int) -> None:
        """Move the focus to the next (1) or previous (-1) pane."""
        rail = self.rail.items[self._entry(self._current)]
        above = [self.notes] if self.notes and self.notes.isVisible() else []
        step_pane([rail, *above, *self.current.panes(), self.status.zoom], by)

    def step_tab(self, by: int) -> None:
        """Show the next (1) or previous (-1) tab of the page."""
        turn_tab(self.current.tab_bar, by)

    def step_field(self, by: int) -> None:
        """Move the focus to the next (1) or previous (-1) field of the page."""
        step_field(self.current, by)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  Qt's signature
        """Let Tab go through the window as it is laid out."""
        return step_focus(self, forward=forward)

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the ground, and say so the first time."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.painted.emit()

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        """Ask the pages, then close; the asking does not block."""
        if self._leaving:
            event.accept()
            return
        event.ignore()
        if not self.tasks.running("leave"):
            self.tasks.start("leave", self._leave())

    async def _leave(self) -> None:
        for page in tuple(self.pages.values()):
            if not await page.may_close():
                return
        self._leaving = True
        preferences.put("window/geometry", self.saveGeometry())
        preferences.put("window/page", self._current)
        self.close()
        self.closed.emit()

    async def close_work(self) -> None:
        """End the work of every page and wait for it."""
        for page in tuple(self.pages.values()):
            await page.close_work()

    def _build(self) -> None:
        centre = QtWidgets.QWidget()
        across = QtWidgets.QHBoxLayout()
        down = QtWidgets.QVBoxLayout(centre)
        self.side = QtWidgets.QVBoxLayout()
        for layout in (across, down, self.side):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        across.addWidget(self.rail)
        self.side.addWidget(self.stack, 1)
        across.addLayout(self.side, 1)
        down.addLayout(across, 1)
        down.addWidget(self.status)
        self.setCentralWidget(centre)
        # Nothing is chosen at first: no ring, no caret over a placeholder.
        centre.setFocus()
        self.setMinimumSize(*_LEAST)
        self.rail.chosen.connect(self.show_page)
        self.status.jobs.clicked.connect(self._show_busy_page)
        self.status.zoom.clicked.connect(partial(self.set_zoom, 1.0))
        project = self.workspace.project
        self.status.project.say(project.name, tip=str(project.folder))

    def _entries(self) -> list[Place]:
        """Return the places that the rail has."""
        return [place for place in self.places.values() if not place.under]

    def _entry(self, key: str) -> str:
        """Return the key of the rail's entry that stands for a page."""
        return self.places[key].under or key

    def _add_places(self) -> None:
        for number, place in enumerate(self._entries(), start=1):
            keys = f"Ctrl+{number}"
            item = RailItem(place.key, place.title, place.icon, keys)
            self.rail.add(item, bottom=place.bottom)

    def _add_commands(self) -> None:
        for number, place in enumerate(self._entries(), start=1):
            command = go_command(place.key, place.title, place.icon, number)
            go = partial(self.show_page, place.key)
            self.commands.add(command, go, self, everywhere=True)
        for command, method, what in FRAME:
            do = partial(getattr(self, method), *what)
            self.commands.add(command, do, self, everywhere=True)

    def _restore(self) -> None:
        geometry = preferences.state("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*_SIZE)
        self.set_zoom(preferences.number("zoom", 1.0))

    def make_page(self, key: str) -> Page:
        """Return a page, made now if it was not yet; it comes on top by `show_page`."""
        if key in self.pages:
            return self.pages[key]
        page = self.places[key].open(self.workspace, self.commands)
        self.pages[key] = page
        self.stack.addWidget(page)
        page.go.connect(self.show_page)
        page.jobs.connect(partial(self._count_jobs, key))
        page.problems.connect(partial(self._count_problems, key))
        page.titled.connect(partial(self._take_title, key))
        page.judged.connect(self.judged)
        page.noted.connect(self.noted)
        page.tasks.ended.connect(self._look_at_vault)
        return page

    def _page_to_find_in(self, key: str) -> Page | None:
        """Return the page of that key; the settings are made to be searched."""
        if key == "settings" and key in self.places:
            self.make_page(key)
        return self.pages.get(key)

    async def _fill(
        self, opened: "palette.Palette", reads: "Mapping[str, palette_sources.Read]"
    ) -> None:
        """Read what takes time, while the person types already."""
        await in_thread(palette.warm)
        for prefix, read in reads.items():
            found = await in_thread(partial(read, self.workspace, self.show_page))
            if shiboken6.isValid(opened):
                opened.put(prefix, found)

    def _count_jobs(self, key: str, count: int) -> None:
        self._jobs[key] = count
        self.rail.items[self._entry(key)].set_badge(count)
        self.status.show_jobs(sum(self._jobs.values()))

    def _count_problems(self, key: str, errors: int, warnings: int) -> None:
        self._problems[key] = (errors, warnings)
        self._show_problems()

    def _show_problems(self) -> None:
        self.status.show_problems(*self._problems.get(self._current, (0, 0)))

    def _take_title(self, key: str, title: str, changed: bool) -> None:  # noqa: FBT001  as the signal gives it
        self._titles[key] = (title, changed)
        self._retitle()

    def _retitle(self) -> None:
        title, changed = self._titles.get(self._current, ("", False))
        parts = [f"{title}[*]"] if title else ["[*]" + self.places[self._current].title]
        self.setWindowTitle(" — ".join([*parts, self.workspace.project.name, NAME]))
        self.setWindowModified(changed)

    def _watch_vault(self) -> None:
        """Say how the vault is from now on, and lock it when nobody uses it."""
        lamp = self.vault = VaultLamp(
            self.status.vault, self.workspace, self.tasks, self, self._signs_in
        )
        lamp.wanted.connect(self.show_page)
        lamp.watch.hiding.connect(partial(self._tell_pages, "hide_secrets"))
        lamp.turned.connect(partial(self._tell_pages, "vault_turned"))

    def _signs_in(self) -> bool:
        """Tell whether a sign-in waits for its browser: what it brings is kept."""
        return any(page.tasks.running("authorise") for page in self.pages.values())

    def _tell_pages(self, what: str) -> None:
        for page in tuple(self.pages.values()):
            getattr(page, what)()

    @QtCore.Slot()
    def _look_at_vault(self) -> None:
        """Look whether what a page did changed how the vault is."""
        if self.vault is not None:
            self.vault.watch.look()

    @QtCore.Slot()
    def _show_busy_page(self) -> None:
        busy = [key for key, count in self._jobs.items() if count]
        if busy:
            self.show_page(busy[0])

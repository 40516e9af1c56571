"""The frame: a rail, a stack of pages and a status bar; it knows a list of places.

What a page does it learns by the page's signals. Nothing modal opens while something
runs, and closing asks the pages first.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.pages import Place
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.tasks import Tasks, when_painted
from ferrule.ui.theme import preferences, theme
from ferrule.ui.theme.current import ZOOM_STEPS
from ferrule.ui.widgets import palette
from ferrule.ui.widgets.rail import Rail, RailItem
from ferrule.ui.widgets.status_bar import StatusBar
from ferrule.workspace.workspace import Workspace

_SIZE: Final = (1280, 800)
_LEAST: Final = (880, 560)
NAME: Final = "Ferrule"
_VAULT_WORDS: Final = {
    "keychain": "Keychain",
    "environment": "Sealed with FERRULE_MASTER_KEY",
    "memory": "Secrets in memory only",
}


class Window(QtWidgets.QMainWindow):
    """The one window.

    Signals:
        closed(): the person closed it, and every page agreed.
        turned(str): the page of that key is shown.
        painted(): it is being drawn for the first time.
        judged(): something on a page told how a connection is.
    """

    closed = QtCore.Signal()
    turned = QtCore.Signal(str)
    painted = QtCore.Signal()
    judged = QtCore.Signal()

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
        self._build()
        when_painted(self._add_commands)
        self._restore()

    @property
    def current(self) -> Page:
        """Return the page that is shown."""
        return self.pages[self._current]

    def show_page(self, key: str, what: object = None) -> Page:
        """Show the page of that key, made now if it was not, and pass it `what`."""
        page = self.pages.get(key) or self._open(key)
        self.stack.setCurrentWidget(page)
        self._current = key
        self.rail.show_current(key)
        self._retitle()
        self._show_problems()
        if what is not None:
            page.receive(what)
        page.activated()
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
        """Open the palette over all pages and enabled commands."""
        opened = palette.Palette(self._entries(), self)
        opened.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        opened.open()
        opened.field.setFocus()
        return opened

    def step_pane(self, by: int) -> None:
        """Move the focus to the next (1) or previous (-1) pane."""
        panes = [self.rail.items[self._current], *self.current.panes()]
        panes.append(self.status.zoom)
        focused = QtWidgets.QApplication.focusWidget()
        at = next(
            (n for n in reversed(range(len(panes))) if _holds(panes[n], focused)), 0
        )
        _focus(panes[(at + by) % len(panes)])

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
        for layout in (across, down):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        across.addWidget(self.rail)
        across.addWidget(self.stack, 1)
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

    def _add_places(self) -> None:
        for number, place in enumerate(self.places.values(), start=1):
            keys = f"Ctrl+{number}"
            item = RailItem(place.key, place.title, place.icon, keys)
            self.rail.add(item, bottom=place.bottom)

    def _add_commands(self) -> None:
        for number, place in enumerate(self.places.values(), start=1):
            keys = (f"Ctrl+{number}",)
            title = f"Go to {place.title}"
            command = Command(f"go.{place.key}", title, place.icon, keys)
            go = partial(self.show_page, place.key)
            self.commands.add(command, go, self, everywhere=True)
        larger = ("Ctrl+=", "Ctrl++")
        commands = (
            (Command("zoom.in", "Zoom in", "plus", larger), partial(self.step_zoom, 1)),
            (
                Command("zoom.out", "Zoom out", "minus", ("Ctrl+-",)),
                partial(self.step_zoom, -1),
            ),
            (
                Command("zoom.reset", "Zoom to 100 %", "search", ("Ctrl+0",)),
                partial(self.set_zoom, 1.0),
            ),
            (Command("palette", "Find a command", "command", ("Ctrl+K",)),
             self.open_palette),
            (Command("pane.next", "Next pane", "panel-left", ("F6",)),
             partial(self.step_pane, 1)),
            (Command("pane.previous", "Previous pane", "panel-left", ("Shift+F6",)),
             partial(self.step_pane, -1)),
            (Command("window.close", "Close Ferrule", "x", ("Ctrl+Q",)), self.close),
        )  # fmt: skip
        for command, do in commands:
            self.commands.add(command, do, self, everywhere=True)

    def _restore(self) -> None:
        geometry = preferences.state("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*_SIZE)
        self.set_zoom(preferences.number("zoom", 1.0))

    def _open(self, key: str) -> Page:
        page = self.places[key].open(self.workspace, self.commands)
        self.pages[key] = page
        self.stack.addWidget(page)
        page.go.connect(self.show_page)
        page.jobs.connect(partial(self._count_jobs, key))
        page.problems.connect(partial(self._count_problems, key))
        page.titled.connect(partial(self._take_title, key))
        page.judged.connect(self.judged)
        page.tasks.ended.connect(self._show_vault)
        return page

    def _entries(self) -> "list[palette.Entry]":
        return [
            palette.Entry(
                command.text,
                action.trigger,
                "page" if command.id.startswith("go.") else "",
                command.icon,
                action.shortcut().toString(),
                command.words,
            )
            for command, action in self.commands
            if action.isEnabled() and command.id != "palette"
        ]

    def _count_jobs(self, key: str, count: int) -> None:
        self._jobs[key] = count
        self.rail.items[key].set_badge(count)
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

    @QtCore.Slot()
    def _show_vault(self) -> None:
        """Say where secrets are kept, once something asked for them."""
        state = self.workspace.vault_state
        if state is not None:
            self.status.vault.say(_VAULT_WORDS[state.backend], tip=state.message)

    @QtCore.Slot()
    def _show_busy_page(self) -> None:
        busy = [key for key, count in self._jobs.items() if count]
        if busy:
            self.show_page(busy[0])


def _holds(pane: QtWidgets.QWidget, focused: QtWidgets.QWidget | None) -> bool:
    return focused is not None and (pane is focused or pane.isAncestorOf(focused))


def _focus(pane: QtWidgets.QWidget) -> None:
    """Focus a pane, or the first widget in it that takes the keyboard."""
    tab = QtCore.Qt.FocusPolicy.TabFocus
    reason = QtCore.Qt.FocusReason.TabFocusReason
    if pane.focusPolicy() & tab:
        pane.setFocus(reason)
        return
    for child in pane.findChildren(QtWidgets.QWidget):
        if child.focusPolicy() & tab and child.isVisible() and child.isEnabled():
            child.setFocus(reason)
            return

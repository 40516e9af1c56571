"""What is done to a bundle from its card: its connectors switched, one or all.

Whatever was switched can be taken back from the message that tells of it.
"""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import FerruleError
from ferrule.ui.models import bundle_deeds as deeds
from ferrule.ui.models.card_entries import BundleEntry
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import icon
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.catalogue.browser import Browser
from ferrule.ui.widgets.catalogue.bundle_pane import BundlePane
from ferrule.ui.widgets.message import Level
from ferrule.workspace.switched import Switched
from ferrule.workspace.workspace import Workspace

_OFFERS: Final = (("Enable all", "power", True), ("Disable all", "circle-slash", False))


class BundleWork(QtCore.QObject):
    """The pane of bundles, and the work that it asks for.

    Signals:
        changed(): connectors were switched.
        told(str, str, str, object): say something across the page: its level, what,
            why, and a tuple of buttons.
    """

    changed = QtCore.Signal()
    told = QtCore.Signal(str, str, str, object)

    def __init__(self, workspace: Workspace, browser: Browser, tasks: Tasks) -> None:
        super().__init__(browser)
        self.pane = BundlePane()
        self._workspace = workspace
        self._model = browser.model
        self._cards = browser.cards
        self._tasks = tasks
        self.pane.all_wanted.connect(self._switch_all)
        members = self.pane.members
        members.switched.connect(lambda name, on: self.switch(name, on=on))
        members.wanted.connect(browser.cards.pick)
        members.typed.connect(browser.type_here)

    def show_bundle(self, bundle: BundleEntry) -> None:
        """Show a bundle, then read what its connectors share."""
        self.pane.show_bundle(bundle)
        self._tasks.start("shared", self._read_shared(bundle))

    def show_again(self) -> None:
        """Show the bundle as it stands now, if it is one still."""
        shown = self.pane.bundle
        bundle = self._model.bundle(shown.card.id) if shown is not None else None
        if bundle is not None:
            self.show_bundle(bundle)

    def switch_bundle(self, name: str, *, on: bool) -> None:
        """Switch all connectors of the bundle of that id, or of that connector's."""
        bundle = self._model.bundle(name) or self._model.bundle(
            self._model.bundle_of(name)
        )
        if bundle is not None:
            self._tasks.start("switch", self._all(bundle, on=on))

    def fill_menu(self, menu: QtWidgets.QMenu, bundle: BundleEntry) -> None:
        """Fill a menu with what can be done with a bundle."""
        menu.clear()
        name = bundle.card.id
        text = "Hide its connectors" if bundle.opened else "Show its connectors"
        turning = menu.addAction(icon("square-stack"), text)
        turning.triggered.connect(lambda: self._model.turn(name))
        menu.addSeparator()
        for text, picture, on in _OFFERS:
            action = menu.addAction(icon(picture), text)
            action.setEnabled(bundle.on < bundle.switchable if on else bundle.on > 0)
            action.triggered.connect(partial(self._switch_from_menu, name, on))

    def switch_picked(self, *, on: bool, whole: bool = False) -> None:
        """Switch the picked connector, or all of the picked bundle."""
        name = self._cards.current_id()
        if whole or self._model.bundle(name) is not None:
            self.switch_bundle(name, on=on)
        elif name:
            self.switch(name, on=on)

    def switch(self, connector_id: str, *, on: bool) -> None:
        """Switch one connector."""
        self._tasks.start(f"switch {connector_id}", self._one(connector_id, on=on))

    @QtCore.Slot(bool)
    def _switch_all(self, on: bool) -> None:  # noqa: FBT001  a signal's value
        if self.pane.bundle is not None:
            self.switch_bundle(self.pane.bundle.card.id, on=on)

    def _switch_from_menu(self, name: str, on: bool, *_checked: object) -> None:  # noqa: FBT001  a signal's value
        self.switch_bundle(name, on=on)

    async def _read_shared(self, bundle: BundleEntry) -> None:
        read = partial(deeds.read_shared, self._workspace, bundle)
        self.pane.show_shared(await in_thread(read))

    async def _one(self, connector_id: str, *, on: bool) -> None:
        entry = self._model.known(connector_id)
        name = entry.card.name if entry is not None else connector_id
        work = partial(deeds.switch, self._workspace, connector_id, on=on)
        try:
            was = await in_thread(work)
        except FerruleError:
            self.show_again()  # the switch goes back to where it stands
            raise
        self.changed.emit()
        self._tell(was, *deeds.told(was, "", name))

    async def _all(self, bundle: BundleEntry, *, on: bool) -> None:
        provider = bundle.card.provider
        work = partial(deeds.switch_all, self._workspace, provider, on=on)
        was = await in_thread(work)
        self.changed.emit()
        self._tell(was, *deeds.told(was, bundle.card.name))

    async def _undo(self, was: Switched) -> None:
        await in_thread(partial(deeds.take_back, self._workspace, was))
        self.changed.emit()
        self._say("success", "Taken back: it stands as it did before.")

    def _tell(self, was: Switched, what: str, why: str) -> None:
        """Say what was switched and what was not, with the way back."""
        level: Level = (
            "warning" if was.left else "success" if was.connectors else "info"
        )
        actions: tuple[QtWidgets.QWidget, ...] = ()
        if was.connectors:
            undo = Button("Undo", icon="undo-2", compact=True)
            undo.clicked.connect(lambda: self._tasks.start("switch", self._undo(was)))
            actions = (undo,)
        self._say(level, what, why, *actions)

    def _say(
        self, level: Level, what: str, why: str = "", *actions: QtWidgets.QWidget
    ) -> None:
        """Say something where the person looks: in the pane while a bundle is shown."""
        if self.pane.isVisible():
            self.pane.tell(level, what, why, *actions)
        else:
            self.told.emit(level, what, why, actions)

"""The API version of a connection: the picker, and what is said of an old one.

Nothing of it is shown where a connector has no versions. A change is made at once: it
can be gone back on, and what a version lacks is refused before anything changes.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import FerruleError
from ferrule.ui.i18n import Data
from ferrule.ui.models.api_versions import OldOne, VersionFacts, change_version
from ferrule.ui.tasks import in_thread
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.message import Level, Message
from ferrule.workspace.workspace import Workspace

_GONE: Final = ""
_ROOM: Final = 150  # of a button in the narrow pane


class VersionBlock(QtWidgets.QWidget):
    """The version of the connection shown, the way back, and warnings.

    Signals:
        chosen(str): the person wants the version of that id.
        set_up(str): the version that was refused is to be given what it needs.
    """

    chosen = QtCore.Signal(str)
    set_up = QtCore.Signal(str)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts: VersionFacts | None = None
        self.picker = ComboBox(name="API version", compact=True)
        self.back = Button("", icon="undo-2", compact=True)
        self.notes: list[Message] = []
        self.head = Label("API version", "body", "muted")
        self.head.setBuddy(self.picker)
        self._column = Column(Column(self.head, self.picker, gap=4), self.back, gap=10)
        self.setLayout(self._column)
        self.picker.chosen.connect(self._choose)
        self.back.clicked.connect(self._go_back)
        self.hide()

    def show_versions(self, facts: VersionFacts | None) -> None:
        """Show the versions of another connection, or the same one's as it is now."""
        self._clear()
        self.facts = facts
        self.setVisible(facts is not None)
        if facts is None:
            return
        options = list(facts.choices)
        if facts.gone:
            options.insert(0, (_GONE, f"{Data(facts.gone)} (gone)"))
        self.picker.set_options(options)
        self.picker.set_value(facts.chosen)
        self.back.setVisible(bool(facts.earlier))
        back = f"Go back to {Data(facts.earlier_label)}"
        self.back.setText(_fitting(back, "Go back"))
        self.back.setAccessibleName(back)
        self.back.setToolTip(back)
        if facts.gone:
            what = f"The API version {Data(facts.gone)} is not in this connector."
            self._note("danger", what, "Choose another: nothing is read until then.")
        if facts.old is not None:
            self._warn(facts.old, back=facts.earlier)

    async def change(
        self,
        workspace: Workspace,
        key: str,
        version: str,
        changed: Callable[[], object],
    ) -> None:
        """Let a connection use another version; say here why it cannot."""
        self._show_changing(running=True)
        try:
            await in_thread(partial(change_version, workspace, key, version))
        except FerruleError as error:
            self.show_refusal(version, error)
        else:
            changed()
        finally:
            self._show_changing(running=False)

    def show_refusal(self, version: str, error: FerruleError) -> None:
        """Say why a version cannot be used; what was chosen stays."""
        facts = self.facts
        self.show_versions(facts)
        button = Button("Change the connection…", compact=True)
        button.clicked.connect(lambda: self.set_up.emit(version))
        self._note("danger", error.message, error.advice, button)

    def _show_changing(self, *, running: bool) -> None:
        """Let nothing be chosen while a change is under way."""
        self.picker.setEnabled(not running)
        self.back.setEnabled(not running)

    def _warn(self, old: OldOne, *, back: str) -> None:
        """Say that a version ends; what `back` leads to already is not said twice."""
        parts: list[QtWidgets.QWidget] = []
        if old.successor and old.successor != back:
            name = f"Change to {Data(old.successor_label)}"
            change = Button(_fitting(name, "Change now"), compact=True)
            change.setAccessibleName(name)
            change.clicked.connect(partial(self._emit, old.successor))
            parts.append(change)
        if old.guide:
            parts.append(_guide(old))
        self._note("danger" if old.ended else "warning", old.title, old.advice, *parts)

    def _note(
        self, level: Level, what: str, why: str, *parts: QtWidgets.QWidget
    ) -> None:
        actions = [boxed(Column(*parts, gap=8))] if parts else []
        self.notes.append(Message(level, what, why, *actions))
        self._column.add(self.notes[-1])

    def _clear(self) -> None:
        for note in self.notes:
            note.hide()
            note.deleteLater()
        self.notes.clear()

    def _emit(self, version: str, *_checked: object) -> None:
        self.chosen.emit(version)

    @QtCore.Slot(object)
    def _choose(self, version: object) -> None:
        if version != _GONE and self.facts and version != self.facts.chosen:
            self.chosen.emit(str(version))

    @QtCore.Slot()
    def _go_back(self) -> None:
        if self.facts is not None:
            self.chosen.emit(self.facts.earlier)


def _fitting(name: str, short: str) -> str:
    """Return a button's text, its short form where the pane is too narrow for it."""
    return name if theme.width(name, "button") <= theme.px(_ROOM) else short


def _guide(old: OldOne) -> QtWidgets.QWidget:
    """Return the way to the service's guide, and whose it is."""
    link = Button("Migration guide", kind="link", icon="external-link", compact=True)
    link.setAccessibleName(f"Open the migration guide at {Data(old.host)}")
    link.setToolTip(Data(old.guide))
    link.clicked.connect(partial(_open_guide, old.guide))
    host = Label(Data(old.host), "caption", "muted", elide=True)
    return boxed(Column(link, host, gap=0))


def _open_guide(address: str, *_checked: object) -> None:
    """Show the service's guide in the browser; it was checked to be of https."""
    QtGui.QDesktopServices.openUrl(QtCore.QUrl(address))

"""Where a descriptor begins: what was pasted, a file, nothing, or a connector.

What is pasted and what a file holds is read off the window's thread; a description of
many requests is chosen from before a draft opens.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import FerruleError
from ferrule.interchange import OperationList
from ferrule.ui import dialogs
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.builder.start_file import dropped_file
from ferrule.ui.widgets.builder.start_operations import OperationChooser
from ferrule.ui.widgets.builder.start_reading import Reading, Taken
from ferrule.ui.widgets.builder.start_ways import Ways
from ferrule.ui.widgets.layouts import Column, Scroll, boxed
from ferrule.ui.widgets.message import Waiting
from ferrule.workspace.catalogue import Card as ConnectorCard

_FILTERS: Final = (
    "OpenAPI 3 and JSON (*.json *.yaml *.yml);;Text (*.txt *.sh *.url);;All files (*)"
)
_SOON_S: Final = 0.1


class StartView(QtWidgets.QWidget):
    """The ways to begin, and choosing among the requests of a description.

    Signals:
        begun(object): drafts were made, as Begun.
        sandbox_wanted(): begin from the sample service.
        blank_wanted(): begin with nothing.
        connector_chosen(str): open the project's own, or a copy of a shipped one.
    """

    begun = QtCore.Signal(object)
    sandbox_wanted = QtCore.Signal()
    blank_wanted = QtCore.Signal()
    connector_chosen = QtCore.Signal(str)

    def __init__(self, taken: Taken = tuple) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.ways = Ways()
        self.chooser = OperationChooser()
        self.reading = Reading(taken, self)
        self.waiting = Waiting("Reading")
        self.tasks = Tasks(self)
        self._stack = QtWidgets.QStackedWidget()
        self._stack.addWidget(Scroll(self.ways, "New descriptor"))
        self._stack.addWidget(self.chooser)
        waiting = Column(self.waiting, None, margins=(24, 24, 24, 24))
        self._stack.addWidget(boxed(waiting))
        column = Column(gap=0)
        column.add(self._stack, stretch=1)
        self.setLayout(column)
        self.setFocusProxy(self.ways.paste)
        self._connect()

    def show_cards(self, cards: Sequence[ConnectorCard]) -> None:
        """Offer these connectors."""
        self.ways.show_cards(cards)

    def refuse(self, why: str) -> None:
        """Say what is wrong with what was given."""
        self._stack.setCurrentIndex(0)
        self.ways.refuse(why)

    def begin_with(self, text: str) -> None:
        """Begin from a text, as if it had been pasted here."""
        self.ways.paste.setPlainText(text)
        self._read()

    def ask_paste(self) -> None:
        """Have something pasted."""
        self._stack.setCurrentIndex(0)
        self.ways.paste.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def ask_file(self) -> None:
        """Have a file chosen."""
        self._stack.setCurrentIndex(0)
        self.tasks.start("file", self._ask_file())

    def cancel(self) -> bool:
        """Give up reading, or choosing; say whether there was either."""
        if self.reading.cancel():
            return True
        if self._stack.currentWidget() is self.chooser:
            self._go_back()
            return True
        return False

    async def close_work(self) -> None:
        """End what is under way."""
        for tasks in (self.tasks, self.reading.tasks):
            await tasks.cancel_all()

    def _connect(self) -> None:
        ways, reading = self.ways, self.reading
        ways.begin_wanted.connect(self._read)
        ways.file_wanted.connect(self.ask_file)
        ways.sandbox_wanted.connect(self.sandbox_wanted)
        ways.blank_wanted.connect(self.blank_wanted)
        ways.connector_chosen.connect(self.connector_chosen)
        reading.going_on.connect(self._show_waiting)
        reading.choosable.connect(self._offer)
        reading.begun.connect(self._hand_on)
        reading.failed.connect(self._fail)
        reading.idle.connect(self._show_idle)
        self.waiting.cancelled.connect(self.cancel)
        self.chooser.chosen.connect(self._choose)
        self.chooser.given_up.connect(self._go_back)

    @QtCore.Slot()
    def _read(self) -> None:
        text = self.ways.paste.text()
        raw = text.encode("utf-8", "surrogatepass")
        self.refuse("")
        self.reading.read(raw, self.ways.paste.taken_for() or "what was pasted")

    async def _ask_file(self) -> None:
        path = await dialogs.choose_file(self, "Begin from a file", _FILTERS)
        if path is not None:
            self.read_file(path)

    def read_file(self, path: Path) -> None:
        """Begin from a file."""
        self.refuse("")
        self.reading.read_file(path)

    @QtCore.Slot(object)
    def _choose(self, chosen: Collection[str]) -> None:
        self.reading.choose(chosen)

    @QtCore.Slot(object)
    def _offer(self, offered: OperationList) -> None:
        self.chooser.show_offered(offered)
        self._stack.setCurrentWidget(self.chooser)
        self.chooser.table.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot(object)
    def _hand_on(self, begun: object) -> None:
        """Let go of the source, which may hold secrets, and hand on what came of it."""
        self.ways.paste.setPlainText("")  # its undo goes with it
        self.reading.forget()
        self._stack.setCurrentIndex(0)
        self.begun.emit(begun)

    @QtCore.Slot(object)
    def _fail(self, error: FerruleError) -> None:
        left = getattr(error, "left_out", ())
        told = " ".join([error.message, error.advice, *map(str, left[:5])])
        self.refuse(told.strip())

    @QtCore.Slot(str, float)
    def _show_waiting(self, what: str, seconds: float) -> None:
        self.waiting.show_progress(f"Reading {what}…", seconds)
        if seconds >= _SOON_S:
            self._stack.setCurrentIndex(2)

    @QtCore.Slot()
    def _show_idle(self) -> None:
        if self._stack.currentIndex() == 2:  # noqa: PLR2004 - the waiting
            self._stack.setCurrentIndex(0)

    @QtCore.Slot()
    def _go_back(self) -> None:
        self.reading.forget()
        self.ask_paste()

    def dragEnterEvent(self, event: QtGui.QDragEnterEvent) -> None:
        """Take one local file."""
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.ways.file.light(on=True)

    def dragLeaveEvent(self, _event: QtGui.QDragLeaveEvent) -> None:
        """Put the light out."""
        self.ways.file.light(on=False)

    def dropEvent(self, event: QtGui.QDropEvent) -> None:
        """Begin from the file."""
        self.ways.file.light(on=False)
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.read_file(path)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Give up, or go back, by Escape."""
        if event.key() != QtCore.Qt.Key.Key_Escape or not self.cancel():
            super().keyPressEvent(event)

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Put the caret where something is pasted."""
        super().showEvent(event)
        if self._stack.currentIndex() == 0:
            self.ask_paste()

"""What is done with dead letters together: try, replay, put aside."""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.delivery_tally import Tally
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.message import Message


class DeadBar(QtWidgets.QWidget):
    """Buttons for the chosen dead letters, and what a dry run found.

    Signals:
        tried(): say what replaying would do.
        replayed(): map them once more.
        discarded(): put them aside.
    """

    tried = QtCore.Signal()
    replayed = QtCore.Signal()
    discarded = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.dry = Button("Dry run", icon="flask-conical", compact=True)
        self.replay = Button("Replay", icon="rotate-ccw", compact=True)
        self.discard = Button("Put aside", icon="archive", compact=True)
        self._buttons = WrapRow()
        self._buttons.show_widgets([self.dry, self.replay, self.discard])
        self._told = Column(gap=0)
        self.setLayout(Column(self._buttons, self._told, gap=6))
        self.dry.clicked.connect(self.tried)
        self.replay.clicked.connect(self.replayed)
        self.discard.clicked.connect(self.discarded)

    def show_chosen(self, many: int, shown: int) -> None:
        """Say for how many the buttons are."""
        which = "shown" if many == shown else "selected"
        self.replay.setText(f"Replay {many:,}")
        self.discard.setText(f"Put {many:,} aside")
        self.setAccessibleDescription(f"{many:,} {which}")

    def show_tally(self, tally: Tally | None) -> None:
        """Say what a dry run found; None takes it away."""
        self._told.clear()
        if tally is not None:
            self._told.add(Message(tally.level, tally.what, tally.why))

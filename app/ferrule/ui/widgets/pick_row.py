"""The ways to write the current value's path, as chips to press."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import paint_line, theme
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row
from ferrule.ui.widgets.path_result import ChipButton

_HEIGHT: Final = 32
_MOST: Final = 3


class PickRow(QtWidgets.QWidget):
    """A row of 32 px: "Pick" and up to three candidates, the best first.

    Chips that do not fit are left out from the end.

    Signals:
        chosen(object): the candidates, the pressed one first.
    """

    chosen = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths: tuple[str, ...] = ()
        self.label = Label("Pick", "caption_strong", "muted")
        self.rest = Label("Choose a value to see its path", "caption", "muted")
        self.chips = [ChipButton("") for _ in range(_MOST)]
        row = Row(self.label, gap=8, margins=(16, 0, 12, 0))
        row.add(*self.chips, self.rest, None)
        self.setLayout(row)
        for number, chip in enumerate(self.chips):
            chip.setCheckable(True)
            chip.clicked.connect(self._choose)
            chip.setProperty("number", number)
        theme.changed.connect(self._fit)
        self._fit()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the candidates."""
        return self._paths

    def show_paths(self, paths: tuple[str, ...]) -> None:
        """Offer candidates, the best first."""
        self._paths = paths[:_MOST]
        for chip, path in zip(self.chips, self._paths, strict=False):
            chip.show_text(path)
            chip.setAccessibleName(f"Pick as {path}")
            chip.setToolTip("")
        self.chips[0].setChecked(True)
        for chip in self.chips[1:]:
            chip.setChecked(False)
        self.rest.setVisible(not paths)
        self._fit()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._drop()

    def minimumSizeHint(self) -> QtCore.QSize:
        """Let the row be narrow: chips are left out then."""
        return QtCore.QSize(theme.px(80), theme.px(_HEIGHT))

    def paintEvent(self, _event: object) -> None:
        """Draw the hairline below."""
        painter = QtWidgets.QStylePainter(self)
        paint_line(painter, QtCore.QRect(0, self.height() - 1, self.width(), 1))

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(_HEIGHT))
        self._drop()

    def _drop(self) -> None:
        room = self.width() - theme.px(16 + 12) - self.label.sizeHint().width()
        for number, chip in enumerate(self.chips):
            room -= chip.sizeHint().width() + theme.px(8)
            known = number < len(self._paths)
            chip.setVisible(known and (room >= 0 or number == 0))

    @QtCore.Slot()
    def _choose(self) -> None:
        number = next(at for at, chip in enumerate(self.chips) if chip is self.sender())
        for at, chip in enumerate(self.chips):
            chip.setChecked(at == number)
        first = self._paths[number]
        others = (path for path in self._paths if path != first)
        self.chosen.emit((first, *others))

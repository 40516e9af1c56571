"""The ways to write the current value's path: chips to press, and a menu of all."""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import paint_line, theme
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row
from ferrule.ui.widgets.path_result import ChipButton
from ferrule.workspace.picking import Way

_HEIGHT: Final = 32
_MOST: Final = 3
_NOTHING: Final = "Choose a value to see its path"


class PickRow(QtWidgets.QWidget):
    """A row of 32 px: "Pick", up to three ways, the best first, and a menu of all.

    Chips that do not fit are left out from the end; the menu has them. A note stands
    in their place while there is something to say of the matches.

    Signals:
        chosen(str): the path of the way that was pressed.
    """

    chosen = QtCore.Signal(str)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways: tuple[Way, ...] = ()
        self._note = ""
        self.label = Label("Pick", "caption_strong", "muted")
        self.rest = Label(_NOTHING, "caption", "muted", elide=True)
        self.chips = [ChipButton("") for _ in range(_MOST)]
        self.more = IconButton("chevron-down", "All ways to write the path (Shift+P)")
        row = Row(self.label, gap=8, margins=(16, 0, 12, 0))
        row.add(*self.chips)
        row.add(self.rest, stretch=1)
        row.add(self.more)
        self.setLayout(row)
        self.more.clicked.connect(self.show_all)
        for number, chip in enumerate(self.chips):
            chip.setCheckable(True)
            chip.clicked.connect(partial(self._choose_number, number))
        theme.changed.connect(self._fit)
        self._fit()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the paths that are offered, the best first."""
        return tuple(way.path for way in self._ways)

    @property
    def note(self) -> str:
        """Return what stands in place of the chips."""
        return self._note

    def show_ways(self, ways: tuple[Way, ...]) -> None:
        """Offer ways, the best first."""
        self._ways = ways
        self._note = ""
        for chip, way in zip(self.chips, ways, strict=False):
            chip.show_text(way.path)
            chip.setAccessibleName(f"Pick as {way.path}: {way.words}")
            chip.setToolTip(way.words)
        self._check(ways[0].path if ways else "")
        self._fit()

    def show_note(self, note: str) -> None:
        """Say something in place of the chips; an empty note brings them back."""
        if note != self._note:
            self._note = note
            self._fit()

    def menu(self) -> QtWidgets.QMenu:
        """Return the menu of all ways; it deletes itself when closed."""
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        for way in self._ways:
            text = f"{way.words}\t{way.path}".replace("&", "&&")
            menu.addAction(text).triggered.connect(partial(self._choose, way.path))
        return menu

    @QtCore.Slot()
    def show_all(self) -> None:
        """Open the menu of all ways, the first one current."""
        if self._ways:
            menu = self.menu()
            menu.popup(self.more.mapToGlobal(QtCore.QPoint(0, self.more.height())))
            menu.setActiveAction(menu.actions()[0])

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
        self.rest.setText(self._note or ("" if self._ways else _NOTHING))
        self.label.setText("Show" if self._note else "Pick")
        self._drop()

    def _drop(self) -> None:
        """Show the chips that fit, and the menu where it has more to say than they."""
        room = self.width() - theme.px(16 + 12) - self.label.sizeHint().width()
        chips = () if self._note else self._ways[:_MOST]
        many = len(self._ways) > 1 and not self._note
        room -= self.more.sizeHint().width() + theme.px(8) if many else 0
        for number, chip in enumerate(self.chips):
            room -= chip.sizeHint().width() + theme.px(8)
            chip.setVisible(number < len(chips) and (room >= 0 or number == 0))
        self.more.setVisible(many)
        self.rest.setVisible(True)

    def _choose_number(self, number: int, _checked: object = None) -> None:
        self._choose(self._ways[number].path)

    def _choose(self, path: str, _checked: object = None) -> None:
        self._check(path)
        self.chosen.emit(path)

    def _check(self, path: str) -> None:
        for chip, way in zip(self.chips, self._ways, strict=False):
            chip.setChecked(way.path == path)

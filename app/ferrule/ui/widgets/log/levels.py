"""The levels of the log with how many lines each has; pressed ones are wanted."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.log_lines import WORDS
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button

_ICONS: Final = {
    "error": "circle-x",
    "warning": "triangle-alert",
    "info": "info",
    "debug": "bug",
}


class LevelChips(WrapRow):
    """One button for each level, the worst first.

    Signals:
        chosen(object): these levels are wanted, a frozenset; an empty one is all.
    """

    chosen = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, Button] = {}
        for level, picture in _ICONS.items():
            button = Button(WORDS[level], icon=picture, compact=True)
            button.setCheckable(True)
            button.setObjectName(f"log.level.{level}")
            button.clicked.connect(partial(self._press, level))
            self.buttons[level] = button
        self.show_widgets(list(self.buttons.values()))

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Be as high as the lines of buttons are: the table below gives way."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many lines of each level fit the rest of the query."""
        for level, button in self.buttons.items():
            text = f"{WORDS[level]} {counts.get(level, 0):,}"
            if text != button.text():
                button.setText(text)
                # A text that needs no more room moves nothing: counts change often.
                if button.sizeHint().width() > button.width():
                    button.updateGeometry()

    def show_chosen(self, levels: Collection[str]) -> None:
        """Show which levels are wanted; none is pressed where all are."""
        for level, button in self.buttons.items():
            button.setChecked(level in levels)

    def _press(self, _level: str, *_checked: object) -> None:
        wanted = [level for level, one in self.buttons.items() if one.isChecked()]
        self.chosen.emit(frozenset(wanted))

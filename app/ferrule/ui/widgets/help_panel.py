"""What this place is for, and its keys: a panel over the window (F1)."""

from collections.abc import Iterable, Iterator
from typing import Final

from PySide6 import QtGui, QtWidgets

from ferrule.ui.actions import Actions, written
from ferrule.ui.models.help_texts import Help
from ferrule.ui.models.key_guide import GUIDE
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.overlay import Overlay
from ferrule.ui.widgets.spoken import announce

_WIDE: Final = 520
_MOST: Final = 24
_TALLEST: Final = 540


class HelpPanel(Overlay):
    """Title, sentences, what is said about the widget, and keys; Esc closes it."""

    def __init__(
        self,
        parent: QtWidgets.QWidget,
        told: Help,
        here: str,
        keys: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(parent, "Help", _WIDE)
        self.setObjectName("help")
        self.close_button = Button("Close", compact=True)
        self.close_button.clicked.connect(self.leave)
        column = Column(Label(told.text, "body", wrap=True), gap=10)
        if here:
            column.add(Label(here, "body", "muted", wrap=True))
        column.add(Label("Keys", "section", "muted"))
        for text, key in keys:
            name = Label(text, "caption", "text", wrap=True)
            row = Row(gap=12)
            row.add(name, stretch=1)
            row.add(Label(key, "code_small", "muted"))
            column.add(row)
        column.add(None)
        head = Row(Label(told.title, "title"), None, self.close_button)
        outer = Column(head, margins=(16, 12, 16, 12))
        outer.add(Scroll(boxed(column), "Help"), stretch=1)
        self.setLayout(outer)
        self.said = " ".join(part for part in (told.title, told.text, here) if part)
        self.setFixedHeight(min(theme.px(_TALLEST), self.tallest))

    def open(self) -> None:
        """Show it, and say it to a screen reader too."""
        self.show_over(self.close_button)
        announce(self, self.said)


def show_help(
    window: QtWidgets.QWidget, page: QtWidgets.QWidget, told: Help, commands: Actions
) -> HelpPanel:
    """Open the panel over `window` for the page and the widget with the keyboard."""
    focused = QtWidgets.QApplication.focusWidget()
    here = _about(focused) if focused is not None and page.isAncestorOf(focused) else ""
    panel = HelpPanel(window, told, here, list(_keys(page, commands))[:_MOST])
    panel.open()
    return panel


def _about(widget: QtWidgets.QWidget) -> str:
    """Return what a widget says of itself: its name and its description."""
    reader = QtGui.QAccessible.queryAccessibleInterface(widget)
    kinds = QtGui.QAccessible.Text
    parts = (reader.text(kinds.Name), reader.text(kinds.Description))
    return ": ".join(part for part in parts if part)


def _keys(page: QtWidgets.QWidget, commands: Actions) -> Iterator[tuple[str, str]]:
    """Yield the keys of the page's own commands, then those that hold everywhere."""
    every = sorted(commands, key=lambda pair: pair[1].parent() is not page)
    for command, _action in every:
        keys = commands.keys(command.id)
        if keys and commands.place(command.id) in {"", getattr(page, "title", "")}:
            yield command.help or command.text, written(keys[0])
    key = getattr(page, "key", "")
    for fixed in GUIDE:
        if fixed.place == key:
            yield fixed.help, ", ".join(map(written, fixed.keys))

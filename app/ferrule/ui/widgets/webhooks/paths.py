"""The path of each connection that a service calls, to be copied."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.delivery_facts import Address

_ROW: Final = 32
_MOST_SEEN: Final = 4


class Paths(Scroll):
    """A line for each connection; four are seen at once."""

    def __init__(self) -> None:
        self._column = Column(gap=4)
        super().__init__(boxed(self._column), "Paths by connection")
        self._shown: tuple[str, tuple[Address, ...]] = ("", ())
        theme.changed.connect(self._fit)

    def show_paths(self, base: str, addresses: Sequence[Address]) -> None:
        """Show where connections are called; `base` is empty while nobody listens."""
        if self._shown == (base, tuple(addresses)):
            return
        self._shown = base, tuple(addresses)
        self._column.clear()
        for one in addresses:
            self._column.add(self._line(one, base))
        self._fit()

    def _line(self, one: Address, base: str) -> QtWidgets.QWidget:
        copy = IconButton("copy", f"Copy the address of {Data(one.connection)}")
        copy.clicked.connect(partial(self._copy, f"{base}{one.path}"))
        path = Label(Data(one.path), "code", elide=True)
        row = Row(Tile(one.connector, one.connector_id, 20), gap=8)
        row.add(path, stretch=1)
        if one.verification == "none":
            row.add(Label("not verified", "caption", "warning"))
        row.add(copy)
        return boxed(row)

    def _copy(self, whole: str, *_checked: object) -> None:
        QtGui.QGuiApplication.clipboard().setText(whole)
        announce(self, "Address copied")

    @QtCore.Slot()
    def _fit(self) -> None:
        many = min(len(self._shown[1]), _MOST_SEEN)
        self.setFixedHeight(theme.px(_ROW) * max(many, 1))

"""The files of a bundle: their names and sizes, and each as plain text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6 import QtCore

from ferrule.ui.i18n import Data
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.code import CodeView, Sunken
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row

if TYPE_CHECKING:  # it brings cryptography
    from ferrule.workspace.bundle_reading import BundledFile

_LINES: Final = 12


class ContentsView(Sunken):
    """One file of a bundle at a time, as text to read; nothing of it is run.

    Signals:
        closed(): put it away.
    """

    closed = QtCore.Signal()

    def __init__(self, files: "Sequence[BundledFile]") -> None:
        self._files = {one.name: one for one in files}
        total = sum(one.size for one in files)
        head = Label(f"{len(files)} files, {total:,} bytes", "emphasis", wrap=True)
        options = [(one.name, _option(one)) for one in files]
        self.file = ComboBox(options, name="File of the bundle", icon="file-text")
        self.file.setObjectName("bundles.file")
        self.note = Label("", "caption", "warning", wrap=True)
        self.text = CodeView("Content of the file", lines=_LINES)
        self.text.setObjectName("bundles.file_text")
        close = Button("Close", compact=True)
        close.setAccessibleName("Close the contents")
        top = Row(gap=8)
        top.add(head, stretch=1)
        top.add(close)
        super().__init__(
            Column(
                top, self.file, self.note, self.text, gap=8, margins=(12, 10, 12, 12)
            )
        )
        close.clicked.connect(self.closed)
        self.file.chosen.connect(self._show)
        first = next((n for n in self._files if n.startswith("connectors/")), None)
        if first is not None:
            self.file.set_value(first)
        self._show()

    @QtCore.Slot()
    def _show(self) -> None:
        one = self._files.get(str(self.file.value()))
        self.note.setVisible(one is not None and not one.as_stated)
        self.note.setText("This file is not the one that was signed.")
        if one is None:
            return
        text = one.text or "This file is not text."
        self.text.show_text(text)


def _option(one: "BundledFile") -> str:
    return Data(f"{one.name}  ({one.size:,} bytes)")

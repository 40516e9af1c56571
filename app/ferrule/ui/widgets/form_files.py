"""A file in a form: chosen, dropped or pasted; its text is the value, never shown.

What is shown is its name, its size and its SHA-256 fingerprint, by which it can be told
from another. A file that cannot be the value is refused in words, and what was chosen
before stays.
"""

import hashlib
from functools import partial
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import UsageError
from ferrule.ui import dialogs
from ferrule.ui.i18n import Data
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.label import Glyph, Label, plain_tip
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.key_files import FileText, read_file

_SHOWN: Final = 16
_HINT: Final = "or drop it here, or paste its text"
_MOST: Final = 64 * 1024


class FilePick(QtWidgets.QFrame):
    """A place for a file: a button, a place to drop, and what was chosen.

    Signals:
        changed(): another file was chosen, or none any more.
        refused(str): a file was not taken, and why.
    """

    changed = QtCore.Signal()
    refused = QtCore.Signal(str)

    def __init__(self, name: str, *, kept: bool = False) -> None:
        super().__init__()
        self.text = ""
        self._name = name
        self._over = self._wrong = False
        self._nothing = "Kept; choose a file to replace it" if kept else _HINT
        self.choose = Button("Choose a file…", icon="folder-open", compact=True)
        self.choose.setAccessibleName(f"{name}: choose a file")
        self.remove = IconButton("x", f"{name}: remove the file")
        self.chosen = Label("", "emphasis", elide=True)
        self.print = Label("", "code_small", "muted", elide=True)
        self.hint = Label(self._nothing, "caption", "muted", elide=True)
        row = Row(Glyph("file-key"), margins=(10, 8, 8, 8))
        row.add(Column(self.chosen, self.print, self.hint, gap=0), stretch=1)
        row.add(self.remove, self.choose)
        self.setLayout(row)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.choose)
        self.tasks = Tasks(self)
        self.choose.clicked.connect(self._choose)
        self.remove.clicked.connect(self._remove)
        self.choose.installEventFilter(self)
        self._show("", "", "")

    def set_mark(self, mark: str) -> None:
        """Turn the border red for an error."""
        self._wrong = mark == "error"
        self.update()

    def take(self, path: Path) -> None:
        """Read a file and take it, or say why not."""
        self.tasks.start("read", self._read(path))

    def show_file(self, file: FileText) -> None:
        """Take a file that was read."""
        self._show(file.text, file.name, file.size_words, file.fingerprint)
        announce(self, f"{file.name}, {file.size_words}")

    def show_text(self, text: str, name: str) -> None:
        """Take a text that came another way."""
        raw = text.encode("utf-8", "replace")
        size = FileText(text, name, len(raw), "").size_words
        self._show(text, name, size, hashlib.sha256(raw).hexdigest())

    @QtCore.Slot()
    def forget(self) -> None:
        """Hold no file."""
        self._show("", "", "")

    @QtCore.Slot()
    def _remove(self) -> None:
        self.forget()
        self.choose.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QtGui.QDragEnterEvent) -> None:
        """Take files and text."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()
            self._hover(on=True)

    def dragLeaveEvent(self, event: QtGui.QDragLeaveEvent) -> None:
        """Show that nothing is over it."""
        super().dragLeaveEvent(event)
        self._hover(on=False)

    def dropEvent(self, event: QtGui.QDropEvent) -> None:
        """Take what was dropped: one file, or text."""
        self._hover(on=False)
        event.acceptProposedAction()
        self._take_mime(event.mimeData(), "dropped text")

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Take what is pasted while the button has the keyboard."""
        paste = QtGui.QKeySequence.StandardKey.Paste
        if isinstance(event, QtGui.QKeyEvent) and event.matches(paste):
            if event.type() == QtCore.QEvent.Type.KeyPress:
                mime = QtGui.QGuiApplication.clipboard().mimeData()
                self._take_mime(mime, "pasted text")
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: object) -> None:
        """Draw the place to drop."""
        painter = QtWidgets.QStylePainter(self)
        ink = "danger" if self._wrong else "accent" if self._over else "control"
        fill = "accent_tint" if self._over else "surface"
        radius = theme.px(metrics.RADIUS)
        paint_box(painter, self.rect(), radius, fill, border=ink)

    def _take_mime(self, mime: QtCore.QMimeData, name: str) -> None:
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if len(files) > 1:
            self.refused.emit("These are several files; give one.")
        elif files:
            self.take(Path(files[0]))
        elif len(mime.text()) > _MOST:
            self.refused.emit("This is larger than 64 kB, and no key is.")
        elif mime.text().strip():
            self.show_text(mime.text(), name)

    @QtCore.Slot()
    def _choose(self) -> None:
        self.tasks.start("ask", self._ask())

    async def _ask(self) -> None:
        path = await dialogs.choose_file(self, self._name)
        if path is not None:
            await self._read(path)

    async def _read(self, path: Path) -> None:
        try:
            file = await in_thread(partial(read_file, path))
        except UsageError as error:
            self.refused.emit(f"{error.message} {error.advice}".strip())
            return
        self.show_file(file)

    def _show(self, text: str, name: str, size: str, fingerprint: str = "") -> None:
        self.text = text
        self.chosen.setText(Data(name))
        told = f"{size} · SHA-256 {fingerprint[:_SHOWN]}…" if name else ""
        self.print.setText(told)
        self.setToolTip(plain_tip(f"SHA-256 {fingerprint}" if name else ""))
        for label, on in ((self.chosen, name), (self.print, name)):
            label.setVisible(bool(on))
        self.hint.setVisible(not name)
        self.remove.setVisible(bool(name))
        self.choose.setText("Another…" if name else "Choose a file…")
        self.choose.updateGeometry()
        self.changed.emit()

    def _hover(self, *, on: bool) -> None:
        self._over = on
        self.update()

"""Asking the person, by awaiting: never a nested event loop, which stops all tasks.

A modal dialog is for confirming what cannot be undone, and for naming a file; all else
is said on the page.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from ferrule.ui.theme import theme


async def ask(dialog: QtWidgets.QDialog) -> bool:
    """Open a dialog and return whether it was accepted; it is deleted afterwards.

    Cancelling the waiting task closes the dialog.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish(code: int) -> None:
        if not answer.done():
            answer.set_result(code)

    dialog.finished.connect(finish)
    dialog.open()
    try:
        return await answer == QtWidgets.QDialog.DialogCode.Accepted
    finally:
        dialog.finished.disconnect(finish)
        dialog.close()
        dialog.deleteLater()


async def confirm(
    parent: QtWidgets.QWidget, title: str, what_goes: Sequence[str], verb: str
) -> bool:
    """Return whether the person agrees to lose each thing named in `what_goes`.

    `verb` is on the button that does it ("Disconnect"); Cancel is the default.
    """
    return await ask(Confirmation(parent, title, what_goes, verb))


class Confirmation(QtWidgets.QDialog):
    """The question before something is lost: what goes, line by line."""

    def __init__(
        self,
        parent: QtWidgets.QWidget,
        title: str,
        what_goes: Sequence[str],
        verb: str,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("confirmation")
        self.setWindowTitle(title)
        column = QtWidgets.QVBoxLayout(self)
        margin = theme.px(20)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(8))
        column.addWidget(_text(title, "title"))
        if what_goes:
            column.addWidget(_text("This goes and cannot be brought back:", "body"))
        for thing in what_goes:
            column.addWidget(_text(f"•  {thing}", "body"))
        column.addSpacing(theme.px(8))
        column.addWidget(self._buttons(verb))
        self.setMinimumWidth(theme.px(380))

    def _buttons(self, verb: str) -> QtWidgets.QDialogButtonBox:
        box = QtWidgets.QDialogButtonBox()
        roles = QtWidgets.QDialogButtonBox.ButtonRole
        cancel = box.addButton("Cancel", roles.RejectRole)
        going = box.addButton(verb, roles.AcceptRole)
        going.setProperty("kind", "danger")
        going.setAutoDefault(False)
        cancel.setDefault(True)
        cancel.setFocus()
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box


def _text(text: str, role: str) -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(text)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setFont(theme.font(role))
    label.setWordWrap(True)
    return label


async def choose_file(
    parent: QtWidgets.QWidget, title: str, filters: str = "", folder: str = ""
) -> Path | None:
    """Return an existing file, None when the person gives up.

    `filters` is in Qt's form: `Bundles (*.ferrule);;All files (*)`.
    """
    dialog = QtWidgets.QFileDialog(parent, title, folder, filters)
    dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def choose_folder(
    parent: QtWidgets.QWidget, title: str, folder: str = ""
) -> Path | None:
    """Return an existing folder, None when the person gives up."""
    dialog = QtWidgets.QFileDialog(parent, title, folder)
    dialog.setFileMode(QtWidgets.QFileDialog.FileMode.Directory)
    return await _chosen(dialog)


async def save_file(
    parent: QtWidgets.QWidget, title: str, proposal: str, filters: str = ""
) -> Path | None:
    """Return where to write, None when the person gives up; asks before replacing."""
    folder, name = str(Path(proposal).parent), Path(proposal).name
    dialog = QtWidgets.QFileDialog(parent, title, folder, filters)
    dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    return await _chosen(dialog)


async def _chosen(dialog: QtWidgets.QFileDialog) -> Path | None:
    files: list[str] = []
    dialog.filesSelected.connect(files.extend)
    if await ask(dialog) and files:
        return Path(files[0])
    return None

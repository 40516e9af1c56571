"""The version that the changes of a draft ask for: offered, never forced."""

from PySide6 import QtCore, QtWidgets

from ferrule.descriptor.versions import Proposal
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.form.context import FormContext
from ferrule.ui.widgets.form.fields import TextEditor
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Row


class VersionOffer(QtWidgets.QWidget):
    """One line with a version and why, and a button that takes it.

    Signals:
        taken(str): the person wants that version.
    """

    taken = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._version = ""
        self.text = Label("", "caption", "muted", elide=True)
        self.take = Button("", kind="link", compact=True)
        row = Row(Glyph("tag", "muted", 14), gap=6)
        row.add(self.text, stretch=1)
        row.add(self.take)
        self.setLayout(row)
        self.take.clicked.connect(lambda: self.taken.emit(self._version))
        self.hide()

    def say(self, found: Proposal | None) -> None:
        """Offer a version, or nothing."""
        due = found is not None and found.due
        if found is not None and due:
            self._version = found.version
            self.text.setText(found.text)
            self.take.setText(f"Use {found.version}")
            self.take.setAccessibleDescription(found.text)
            self.take.updateGeometry()
        if not due or self.parentWidget() is not None:
            self.setVisible(due)  # without a parent it would be a window


class VersionEditor(TextEditor):
    """The version of the document, with the one that its changes ask for."""

    def __init__(
        self, context: FormContext, pointer: str, name: str, *, required: bool
    ) -> None:
        super().__init__(context, pointer, name, "", required=required)
        self.offer = VersionOffer()
        self._lines.add(self.offer)
        self.offer.taken.connect(self._take)
        context.version_offered.connect(self.offer.say)

    def refresh(self) -> None:
        """Show the value, and what is offered."""
        super().refresh()
        self.offer.say(self.context.offer)

    @QtCore.Slot(str)
    def _take(self, version: str) -> None:
        self.context.draft.edit(self.pointer, version, f"Version {version}")

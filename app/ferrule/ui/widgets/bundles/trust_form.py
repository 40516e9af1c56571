"""Trusting a signer: their key file, its words compared, what they may sign."""

from PySide6 import QtCore

from ferrule.ui.models.verifying_desk import KeyFile
from ferrule.ui.widgets.bundles.words import WordBlock
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import CheckBox
from ferrule.ui.widgets.code import Sunken
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed


class TrustForm(Sunken):
    """Trust a signer: never in one step, never by what a bundle claims.

    Signals:
        key_wanted(): choose the signer's key file.
        trusted(object, object, str): trust this `KeyFile` for these patterns (a tuple)
            under that label.
    """

    key_wanted = QtCore.Signal()
    trusted = QtCore.Signal(object, object, str)

    def __init__(self, patterns: str) -> None:
        self.choose = Button("Choose their key file…", icon="file-key", compact=True)
        self.choose.setObjectName("bundles.choose_key")
        self.block = WordBlock()
        self.warning = Label("", "caption", "warning", wrap=True)
        self.compared = CheckBox("I compared all eight words with the signer")
        self.compared.setObjectName("bundles.compared")
        self.patterns = LineEdit(patterns, name="Connectors they may sign", mono=True)
        self.label = LineEdit(name="Who they are", placeholder="Anna at Acme")
        self.label.setObjectName("bundles.label")
        self.accept = Button("Trust for these connectors", compact=True)
        self.accept.setObjectName("bundles.accept_signer")
        self._key: KeyFile | None = None
        told = "A bundle never brings its own key. Ask the signer for theirs."
        about = Label(told, "caption", "muted", wrap=True)
        form = Form(
            FormRow("They may sign", self.patterns, help_text="Ids, or acme.*"),
            FormRow("Who they are", self.label),
            wide_from=10_000,
        )
        self._rest = boxed(
            Column(self.block, self.warning, self.compared, form,
                   Row(self.accept, None), gap=8)
        )  # fmt: skip
        self._rest.hide()
        head = Row(self.choose, None)
        super().__init__(
            Column(about, head, self._rest, gap=8, margins=(14, 12, 14, 12))
        )
        self.accept.setEnabled(False)
        self.choose.clicked.connect(self.key_wanted)
        self.compared.toggled.connect(self._weigh)
        self.patterns.textChanged.connect(self._weigh)
        self.accept.clicked.connect(self._trust)

    def show_key(self, key: KeyFile, claimed: tuple[str, ...]) -> None:
        """Show the fingerprint to compare; another key than claimed is said."""
        self._key = key
        self.block.show_key(key.words, key.fingerprint)
        other = key.fingerprint not in claimed
        self.warning.setText("The bundle claims another key than this one.")
        self.warning.setVisible(other)
        self.compared.setChecked(False)
        self._rest.show()
        self.compared.setFocus()
        self._weigh()

    @QtCore.Slot()
    def _weigh(self) -> None:
        """Offer trusting only once the fingerprint was compared."""
        ready = self._key is not None and self.compared.isChecked()
        self.accept.setEnabled(ready and bool(self.patterns.text().split()))

    @QtCore.Slot()
    def _trust(self) -> None:
        patterns = tuple(self.patterns.text().replace(",", " ").split())
        self.trusted.emit(self._key, patterns, self.label.text().strip())

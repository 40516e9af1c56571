"""Verify a file, and trust its signer: never in one step, never by what it claims."""

from PySide6 import QtCore

from ferrule.ui.models.shipping_desk import KeyFile
from ferrule.ui.widgets.bundles.drop import DropZone
from ferrule.ui.widgets.bundles.facts import StepList, Verdict
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.choice import CheckBox
from ferrule.ui.widgets.code import Sunken
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message
from ferrule.workspace.shipping_facts import Verification


class VerifyCard(Card):
    """A place to drop a bundle on, and what came of verifying it.

    Signals:
        key_wanted(): choose the signer's key file.
        trusted(object, object, str): trust this `KeyFile` for these patterns (a tuple)
            under that label.
        grown(object): this widget came; it should be seen.
    """

    key_wanted = QtCore.Signal()
    trusted = QtCore.Signal(object, object, str)
    grown = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__("Verify", gap=10)
        self.zone = DropZone()
        self._result = Column(gap=10)
        self.form: TrustForm | None = None
        self.verdict: Verdict | None = None
        self.steps: StepList | None = None
        self._found: Verification | None = None
        self.add(self.zone, self._result, None)

    @property
    def found(self) -> Verification | None:
        """Return what came of the last file."""
        return self._found

    def show_found(self, found: Verification) -> None:
        """Show what came of a file."""
        self._clear(found)
        self.verdict = Verdict(found)
        self.steps = StepList(found.steps)
        self.verdict.trusting.connect(self._open_form)
        self._result.add(self.verdict, SectionHead("Steps"), self.steps)
        self.grown.emit(self.verdict)

    def show_trouble(self, what: str, why: str) -> None:
        """Say that a file could not be read."""
        self._clear(None)
        self._result.add(Message("danger", what, why))

    def show_key(self, key: KeyFile) -> None:
        """Show the chosen key file in the form."""
        if self.form is not None and self._found is not None:
            claims = self._found.claims
            self.form.show_key(key, claims.signers if claims else ())
            self.grown.emit(self.form)

    def _clear(self, found: Verification | None) -> None:
        self._result.clear()
        self._found = found
        self.form = self.verdict = self.steps = None

    @QtCore.Slot()
    def _open_form(self) -> None:
        if self.form is None and self._found is not None and self._found.claims:
            names = [one.split("@")[0] for one in self._found.claims.connectors]
            self.form = TrustForm(" ".join(names))
            self._result.insertWidget(1, self.form)
            self.form.key_wanted.connect(self.key_wanted)
            self.form.trusted.connect(self.trusted)
            self.form.choose.setFocus()
            self.grown.emit(self.form)


class TrustForm(Sunken):
    """Trust a signer: their key file, its fingerprint compared, what they may sign.

    Signals:
        key_wanted(): choose the signer's key file.
        trusted(object, object, str): as in `VerifyCard`.
    """

    key_wanted = QtCore.Signal()
    trusted = QtCore.Signal(object, object, str)

    def __init__(self, patterns: str) -> None:
        self.choose = Button("Choose their key file…", icon="file-key", compact=True)
        self.choose.setObjectName("bundles.choose_key")
        self.fingerprint = Label("", "code", wrap=True, selectable=True)
        self.warning = Label("", "caption", "warning", wrap=True)
        self.compared = CheckBox("I compared all eight groups with the signer")
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
            Column(self.fingerprint, self.warning, self.compared, form,
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
        self.fingerprint.setText(key.fingerprint)
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

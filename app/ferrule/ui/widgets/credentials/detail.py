"""One credential: its secrets behind dots, its token, what it is used for."""

from datetime import datetime
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.credential_rows import ago, expiry, needs_person, standing
from ferrule.ui.theme import theme
from ferrule.ui.widgets.blocks import WrapRow, fact
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.check import CheckReport
from ferrule.ui.widgets.chip import Chip, StatusLabel
from ferrule.ui.widgets.credentials.secret_line import SecretLine
from ferrule.ui.widgets.field import SecretField
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Divider, Pane, Row, Scroll, boxed
from ferrule.workspace.keeping import KeptCredential

_WIDTH: Final = 340
_SLIM: Final = 288


class CredentialPane(Pane):
    """The credential that is picked, and what may be done with it.

    Signals:
        asked(str): a verb: test, reconnect, rotate, forget, open.
        reveal_wanted(str), copy_wanted(str): the value of a field.
        proved(str): the passphrase for the value that was asked for.
        stopped(): nobody waits for the check any more.
    """

    asked = QtCore.Signal(str)
    reveal_wanted = QtCore.Signal(str)
    copy_wanted = QtCore.Signal(str)
    proved = QtCore.Signal(str)
    stopped = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__(edges="l")
        self.setAccessibleName("Credential")
        self.row: KeptCredential | None = None
        self.form: QtWidgets.QWidget | None = None
        self.name = Label("", "title", elide=True)
        self.connector = Label("", "caption", "muted", elide=True)
        self.state = StatusLabel("disabled", "")
        self.test = Button("Test", icon="plug-zap", compact=True)
        self.again = Button("Reconnect", icon="log-in", compact=True)
        self.rotate = Button("Rotate…", icon="refresh-cw", compact=True)
        self.open = Button("Connection", icon="external-link", compact=True)
        self.forget = Button("Delete…", kind="danger", compact=True)
        self.lines: dict[str, SecretLine] = {}
        self.passphrase = SecretField(name="Passphrase", placeholder="Passphrase")
        self._secrets = Column(gap=4)
        self._facts = Column(gap=6)
        self.scopes = WrapRow()
        self._form = Column(gap=8)
        self._report = Column(gap=8)
        self._build()
        self._wire()
        self.show_row(None, None)

    def show_row(self, row: KeptCredential | None, now: datetime | None) -> None:
        """Show another credential, or the same one as it stands now."""
        same = row is not None and self.row is not None and row.key == self.row.key
        self.row = row
        self._content.setVisible(row is not None and now is not None)
        self.ask_passphrase(on=False)
        if row is None or now is None:
            return
        self.name.setText(Data(row.key))
        self.connector.setText(Data(row.connector))
        self.state.show_state(*standing(row))
        self.again.setVisible(row.signs_in)
        self.again.set_kind("primary" if needs_person(row) else "secondary")
        self.rotate.setVisible(bool(row.fields))
        self._fill_facts(row, now)
        if not same or list(self.lines) != [field.key for field in row.fields]:
            self._fill_secrets(row)

    def ask_passphrase(self, *, on: bool) -> None:
        """Ask for the passphrase again before a value is shown."""
        self.passphrase.clear()
        self._proof.setVisible(on)
        if on:
            self.passphrase.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def show_form(self, form: QtWidgets.QWidget | None) -> None:
        """Show what a deed asks for, below the actions; a report goes."""
        self._form.clear()
        self._report.clear()
        self.form = form
        if form is not None:
            self._form.add(form)

    def begin_report(self) -> CheckReport:
        """Show a check that begins."""
        self._report.clear()
        report = CheckReport()
        report.cancelled.connect(self.stopped)
        self._report.add(report)
        report.begin()
        return report

    def fit_in(self, *, slim: bool) -> None:
        """Take less width."""
        self.setFixedWidth(theme.px(_SLIM if slim else _WIDTH))

    def _fill_secrets(self, row: KeptCredential) -> None:
        self._secrets.clear()
        self.lines = {}
        for field in row.fields:
            if not field.secret:
                continue
            line = SecretLine(field.key, field.label)
            line.reveal_wanted.connect(self.reveal_wanted)
            line.copy_wanted.connect(self.copy_wanted)
            self.lines[field.key] = line
            self._secrets.add(line)
        if not self.lines:
            self._secrets.add(Label(row.line.problem or "None is kept.", "caption",
                                    "muted", wrap=True))  # fmt: skip

    def _fill_facts(self, row: KeptCredential, now: datetime) -> None:
        self._facts.clear()
        line = row.line
        told = [("Signs in by", line.method)]
        if row.has_tokens:
            told.append(("Token ends", expiry(row, now)))
        told += [("Last used", ago(row.used_at, now)),
                 ("Last checked", ago(row.checked_at, now))]  # fmt: skip
        if line.since:
            told.append(("Kept since", f"{line.since:%Y-%m-%d}"))
        if line.due is not None and line.due.at is not None:
            told.append(("Rotation due", f"{line.due.at:%Y-%m-%d}"))
        if line.previous_until:
            told.append(
                ("The one before until", f"{line.previous_until:%Y-%m-%d %H:%M}")
            )
        if line.fell_back_at:
            told.append(("The one before was needed", ago(line.fell_back_at, now)))
        self._facts.add(*(fact(label, value) for label, value in told if value))
        self.scopes.show_widgets([Chip(Data(scope), mono=True) for scope in row.scopes])
        self._scoped.setVisible(bool(row.scopes))

    def _build(self) -> None:
        deeds = WrapRow()
        deeds.show_widgets([self.again, self.test, self.rotate, self.open, self.forget])
        prove = Button("Show", compact=True)
        prove.clicked.connect(self._prove)
        self.passphrase.returnPressed.connect(self._prove)
        hint = Label("The passphrase of the vault, once more:", "caption", "muted")
        self._proof = boxed(Column(hint, Row(self.passphrase, prove), gap=4))
        self._scoped = boxed(
            Column(SectionHead("Scopes granted", role="emphasis"), self.scopes, gap=6)
        )
        body = Column(
            self.name, self.connector, self.state, deeds, self._form, self._report,
            Divider(),
            SectionHead("Secrets", role="emphasis"), self._secrets, self._proof,
            Divider(), self._facts, self._scoped, None,
            gap=10, margins=(20, 16, 20, 16),
        )  # fmt: skip
        self._content = boxed(body)
        self.setLayout(Column(Scroll(self._content, "Credential"), gap=0))

    def _wire(self) -> None:
        for verb, button in (
            ("test", self.test),
            ("reconnect", self.again),
            ("rotate", self.rotate),
            ("open", self.open),
            ("forget", self.forget),
        ):
            button.clicked.connect(lambda _=False, verb=verb: self.asked.emit(verb))

    @QtCore.Slot()
    def _prove(self) -> None:
        if self.passphrase.text():
            self.proved.emit(self.passphrase.text())

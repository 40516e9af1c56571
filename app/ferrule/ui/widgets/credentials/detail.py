"""One credential: its secrets behind dots, its token, what it is used for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.credential_held import HeldFacts
from ferrule.ui.models.credential_list import CredentialRow
from ferrule.ui.models.credential_rows import (
    ago,
    expiry,
    needs_person,
    policy,
    standing,
)
from ferrule.ui.theme import theme
from ferrule.ui.widgets.blocks import WrapRow, fact
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.check import CheckReport
from ferrule.ui.widgets.chip import Chip, StatusLabel
from ferrule.ui.widgets.credentials.sharing import SharingBlock
from ferrule.ui.widgets.field import SecretField
from ferrule.ui.widgets.held_hosts import HeldHosts
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Divider, Pane, Row, Scroll, boxed
from ferrule.ui.widgets.secret_line import SecretLine

_WIDTH: Final = 340
_SLIM: Final = 288


class CredentialPane(Pane):
    """The credential that is picked, and what may be done with it.

    Signals:
        asked(str): a verb: test, reconnect, rotate, forget, open, change.
        reveal_wanted(str), copy_wanted(str): the value of a field.
        proved(str): the passphrase for the value that was asked for.
        stopped(): nobody waits for the check any more.
        agreed(object): the connections of these keys may go to all hosts that they
            ask for.
    """

    asked = QtCore.Signal(str)
    reveal_wanted = QtCore.Signal(str)
    copy_wanted = QtCore.Signal(str)
    proved = QtCore.Signal(str)
    stopped = QtCore.Signal()
    agreed = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__(edges="l")
        self.setAccessibleName("Credential")
        self.row: CredentialRow | None = None
        self.form: QtWidgets.QWidget | None = None
        self.name = Label("", "title", elide=True)
        self.connector = Label("", "caption", "muted", elide=True)
        self.state = StatusLabel("disabled", "")
        self.test = Button("Test", icon="plug-zap", compact=True)
        self.again = Button("Reconnect", icon="log-in", compact=True)
        self.rotate = Button("Rotate…", icon="refresh-cw", compact=True)
        self.open = Button("Connection", icon="external-link", compact=True)
        self.change = Button("Change…", icon="settings", compact=True)
        self.forget = Button("Delete…", kind="danger", compact=True)
        self.lines: dict[str, SecretLine] = {}
        self.passphrase = SecretField(name="Passphrase", placeholder="Passphrase")
        self.sharing = SharingBlock()
        self.held: dict[str, HeldHosts] = {}
        self._asks: tuple[HeldFacts, ...] = ()
        self._held = Column(gap=8)
        self._ends = Label("", "number")
        self._used = Label("", "number")
        self._secrets = Column(gap=4)
        self._facts = Column(gap=6)
        self.scopes = WrapRow()
        self._form = Column(gap=8)
        self._report = Column(gap=8)
        self._build()
        self._wire()
        self.show_row(None, None)

    def show_row(
        self,
        row: CredentialRow | None,
        now: datetime | None,
        known: Mapping[str, str] | None = None,
    ) -> None:
        """Show another credential, or the same one as it stands now.

        `known` are the projects on this computer, by their keys.
        """
        same = row is not None and self.row is not None and row.id == self.row.id
        self.row = row
        self._content.setVisible(row is not None and now is not None)
        self.ask_passphrase(on=False)
        if row is None or now is None:
            return
        self.name.setText(row.name)
        told = row.connector if row.shared is not None else Data(row.connector)
        self.connector.setText(told)
        self.state.show_state(*standing(row))
        self._offer(row)
        self._show_held(row.held)
        self._fill_facts(row, now)
        self.sharing.show_row(row, known or {})
        if not same or list(self.lines) != [field.key for field in row.fields]:
            self._fill_secrets(row)

    def tick(self, now: datetime) -> None:
        """Count its times from another moment."""
        if self.row is not None:
            self._ends.setText(expiry(self.row, now))
            self._used.setText(ago(self.row.used_at, now))

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

    def _offer(self, row: CredentialRow) -> None:
        """Offer what this project may do with it."""
        here = row.kept is not None
        self.again.setVisible(row.signs_in)
        self.again.set_kind("primary" if needs_person(row) else "secondary")
        self.rotate.setVisible(bool(row.fields) and row.ours)
        self.forget.setVisible(row.ours)
        for button in (self.test, self.open, self.change):
            button.setVisible(here)

    def _show_held(self, asks: tuple[HeldFacts, ...]) -> None:
        """Show which connections are held, and for what."""
        if asks == self._asks:
            return
        self._asks = asks
        self._held.clear()
        self.held = {}
        alike: dict[tuple[str, tuple[str, ...]], list[HeldFacts]] = {}
        for one in asks:  # connections of one connector ask for the same
            alike.setdefault((one.version, one.hosts), []).append(one)
        for several in alike.values():
            self._add_held(several)

    def _add_held(self, several: Sequence[HeldFacts]) -> None:
        """Show what connections are held for, all of them the same."""
        block, first = HeldHosts(), several[0]
        keys = tuple(one.key for one in several)
        block.confirmed.connect(partial(self.agreed.emit, keys))
        self._held.add(block)
        block.show_hosts(first.hosts, first.shown, first.version)
        self.held |= dict.fromkeys(keys, block)

    def _fill_secrets(self, row: CredentialRow) -> None:
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
            told = row.line.problem or (
                "Nothing of this project uses it." if row.kept is None else
                "None is kept."
            )  # fmt: skip
            self._secrets.add(Label(told, "caption", "muted", wrap=True))

    def _fill_facts(self, row: CredentialRow, now: datetime) -> None:
        self._facts.clear()
        line = row.line
        self._ends, self._used = Label("", "number"), Label("", "number")
        self.tick(now)
        told: list[tuple[str, str | QtWidgets.QWidget]] = [("Signs in by", line.method)]
        if row.identity:
            told.append(("Last signed in as", Data(row.identity)))
        if row.has_tokens:
            told.append(("Token ends", self._ends))
        if row.kept is not None:
            told += [("Last used", self._used),
                     ("Last checked", ago(row.checked_at, now))]  # fmt: skip
        if line.since:
            told.append(("Kept since", f"{line.since:%Y-%m-%d}"))
        told += policy(row)
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
        deeds.show_widgets([self.again, self.test, self.rotate, self.change, self.open,
                            self.forget])  # fmt: skip
        prove = Button("Show", compact=True)
        prove.clicked.connect(self._prove)
        self.passphrase.returnPressed.connect(self._prove)
        hint = Label("The passphrase of the vault, once more:", "caption", "muted")
        self._proof = boxed(Column(hint, Row(self.passphrase, prove), gap=4))
        self._scoped = boxed(
            Column(SectionHead("Scopes granted", role="emphasis"), self.scopes, gap=6)
        )
        body = Column(
            self.name, self.connector, self.state, deeds, self._held, self._form,
            self._report,
            Divider(),
            SectionHead("Secrets", role="emphasis"), self._secrets, self._proof,
            Divider(), self._facts, self._scoped, Divider(), self.sharing, None,
            gap=10, margins=(20, 16, 20, 16),
        )  # fmt: skip
        self._content = boxed(body)
        self.area = Scroll(self._content, "Credential")
        self.setLayout(Column(self.area, gap=0))

    def _wire(self) -> None:
        for verb, button in (
            ("test", self.test),
            ("reconnect", self.again),
            ("rotate", self.rotate),
            ("open", self.open),
            ("change", self.change),
            ("forget", self.forget),
        ):
            button.clicked.connect(lambda _=False, verb=verb: self.asked.emit(verb))

    @QtCore.Slot()
    def _prove(self) -> None:
        if self.passphrase.text():
            self.proved.emit(self.passphrase.text())

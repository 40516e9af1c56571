"""Whom the project trusts: the root, the keys, what is delegated, and until when."""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.clock import day_words
from ferrule.ui.i18n import Data
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.bundles.trust_waiting import WaitingList
from ferrule.ui.widgets.bundles.words import WordBlock, words_line
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.choice import CheckBox
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.ui.widgets.message import Message, breakable
from ferrule.workspace.trust_facts import (
    DelegationFacts,
    KeyFacts,
    TrustFacts,
    WaitingFacts,
)

_NOBODY: Final = (
    "Nobody yet: every bundle comes from a stranger. Trust a signer where you verify a "
    "bundle, or take in a list from who keeps one."
)


class TrustCard(Card):
    """The project's trust list; folded while there is nothing to decide.

    Signals:
        revoking(object): revoke this key (`KeyFacts`).
        removing(object): delegate nothing to this key any more.
        renewing(): let the list hold for longer.
        choosing(): take in a list from a file.
        accepting(object): the root of this list (`TrustFacts`) was compared.
        signing(object, str): sign the list of this `Path` with the key of that name.
    """

    signing = QtCore.Signal(object, str)
    revoking = QtCore.Signal(object)
    removing = QtCore.Signal(object)
    renewing = QtCore.Signal()
    choosing = QtCore.Signal()
    accepting = QtCore.Signal(object)

    def __init__(self) -> None:
        self.fold = Button("Show", compact=True)
        self.fold.setObjectName("bundles.trust_fold")
        self.fold.setAccessibleName("Show whom this project trusts")
        super().__init__("Whom this project trusts", self.fold, gap=6)
        self.summary = Label("", "caption", "muted", wrap=True)
        self._body = Column(gap=8)
        self._whole = boxed(self._body)
        self._whole.hide()
        self.facts: TrustFacts | None = None
        self.accepter: AcceptForm | None = None
        self.waiting: WaitingList | None = None
        self.add(self.summary, self._whole)
        self.fold.clicked.connect(self._turn)

    def show_facts(self, facts: TrustFacts) -> None:
        """Show the list; what must be decided unfolds it."""
        self.facts = facts
        self.summary.setText(_summed(facts))
        urgent = facts.state in {"unconfirmed", "broken"} or bool(facts.missing)
        self.summary.set_ink("warning" if urgent or facts.expired else "muted")
        self._fill(facts)
        if urgent:
            self._unfold(on=True)

    def show_offered(self, facts: TrustFacts) -> None:
        """Show a list from elsewhere: to be signed where it waits, else taken in."""
        self._body.clear()
        if facts.waits is not None:
            self._show_waiting(facts.waits)
            self._unfold(on=True)
            return
        self.accepter = AcceptForm(facts)
        self.accepter.accepted.connect(self.accepting)
        self._body.add(self.accepter)
        self._unfold(on=True)
        self.accepter.compared.setFocus()

    @QtCore.Slot()
    def _turn(self) -> None:
        self._unfold(on=self._whole.isHidden())

    def _unfold(self, *, on: bool) -> None:
        self._whole.setVisible(on)
        self.fold.setText("Hide" if on else "Show")

    def _fill(self, facts: TrustFacts) -> None:
        self._body.clear()
        self.accepter = self.waiting = None
        if facts.state == "none":
            self._body.add(Label(_NOBODY, "body", "muted", wrap=True))
        elif facts.state == "broken":
            advice = "Ask who keeps the list for it again, or compare its root anew."
            self._body.add(Message("danger", facts.trouble, advice))
        if facts.state == "unconfirmed" or (facts.state == "broken" and facts.keys):
            self.accepter = AcceptForm(facts)
            self.accepter.accepted.connect(self.accepting)
            self._body.add(self.accepter)
        if facts.state == "kept":
            if facts.waits is not None:
                self._show_waiting(facts.waits)
            self._fill_keys(facts)
        self._body.add(self._deeds(facts))

    def _show_waiting(self, waits: WaitingFacts) -> None:
        self.waiting = WaitingList(waits)
        self.waiting.signing.connect(self.signing)
        self._body.add(self.waiting)

    def _fill_keys(self, facts: TrustFacts) -> None:
        if facts.delegations:
            self._body.add(SectionHead("Who may sign what"))
            self._body.add(*map(_delegation, facts.delegations))
        self._body.add(SectionHead("Keys"))
        for number, one in enumerate(facts.keys):
            if number:
                self._body.add(Divider())
            self._body.add(self._key(one, facts))

    def _key(self, one: KeyFacts, facts: TrustFacts) -> QtWidgets.QWidget:
        name = Data(one.name)
        head = Row(gap=6)
        head.add(Label(name, "body", elide=True), stretch=1)
        if one.root:
            head.add(Chip("root", "info", small=True))
        if one.revoked_at is not None:
            head.add(Chip("revoked", "danger", small=True))
        elif facts.can_change and not one.root:
            head.add(*self._key_deeds(one))
        told = Label(_may(one), "caption", "muted", wrap=True)
        words = Label(words_line(one.words), "code_small", "muted", wrap=True)
        words.setAccessibleName(f"Fingerprint of {name}: {words_line(one.words)}")
        return boxed(Column(head, told, words, gap=2))

    def _key_deeds(self, one: KeyFacts) -> list[QtWidgets.QWidget]:
        name = Data(one.name)
        revoke = Button("Revoke…", compact=True)
        revoke.setAccessibleName(f"Revoke {name}")
        revoke.setObjectName(f"bundles.revoke.{one.label}")
        revoke.clicked.connect(partial(self.revoking.emit, one))
        if not one.may:
            return [revoke]
        remove = IconButton("x", f"Delegate nothing to {name} any more")
        remove.setObjectName(f"bundles.untrust.{one.label}")
        remove.clicked.connect(partial(self.removing.emit, one))
        return [revoke, remove]

    def _deeds(self, facts: TrustFacts) -> QtWidgets.QWidget:
        take = Button("Take in a list…", compact=True)
        take.setObjectName("bundles.take_list")
        take.clicked.connect(self.choosing)
        deeds = [take]
        if facts.can_change:
            renew = Button("Renew for a year", compact=True)
            renew.setObjectName("bundles.renew")
            renew.clicked.connect(self.renewing)
            deeds.insert(0, renew)
        row = WrapRow()
        row.show_widgets(deeds)
        return row


class AcceptForm(QtWidgets.QWidget):
    """The root of a list that nobody confirmed here: compared, then taken in.

    Signals:
        accepted(object): its `TrustFacts` were compared.
    """

    accepted = QtCore.Signal(object)

    def __init__(self, facts: TrustFacts) -> None:
        super().__init__()
        self._facts = facts
        broken = facts.state == "broken"
        told = (
            "It does not follow the list that was confirmed here. If its root truly is "
            "another one now, compare it again with who keeps the list."
            if broken
            else "Nobody confirmed this list on this computer. Read the words to who "
            "keeps it, by another way than the file came."
        )
        column = Column(Label(told, "body", wrap=True), gap=8)
        for one in facts.roots:
            block = WordBlock()
            block.show_key(one.words, one.fingerprint)
            column.add(Label(Data(one.name), "emphasis", elide=True), block)
        self.compared = CheckBox("I compared the words of every root key")
        self.compared.setObjectName("bundles.root_compared")
        self.accept = Button("Take it in", compact=True)
        self.accept.setObjectName("bundles.accept_list")
        self.accept.setEnabled(False)
        column.add(self.compared, Row(self.accept, None))
        self.setLayout(column)
        self.compared.toggled.connect(self.accept.setEnabled)
        self.accept.clicked.connect(partial(self.accepted.emit, facts))


def _summed(facts: TrustFacts) -> str:
    if facts.state == "none":
        return "Nobody yet"
    if facts.state == "unconfirmed":
        return "Its list was not confirmed on this computer"
    if facts.state == "broken":
        return "Its list cannot be used"
    count = len([one for one in facts.keys if one.may and one.revoked_at is None])
    many = f"{count} signer" if count == 1 else f"{count} signers"
    day = Data(day_words(facts.expires_at)) if facts.expires_at else ""
    if facts.expired:
        return f"{many}; the list expired on {day}: renew it to accept anything"
    return f"{many}; version {facts.version} of the list holds until {day}"


def _may(one: KeyFacts) -> str:
    if one.revoked_at is not None:
        return f"Revoked on {Data(day_words(one.revoked_at))}"
    if one.may:
        return f"Signs {Data(', '.join(one.may))}"
    if one.root:
        return "Changes the list; it signs no bundle"
    return "Signs nothing"


def _delegation(one: DelegationFacts) -> QtWidgets.QWidget:
    names = Data(", ".join(one.keys))
    count = len(one.keys)
    if count == 1:
        told = f"Signed by {names}"
    else:
        told = f"Signed by {one.threshold} of {count}: {names}"
    patterns = Label(breakable(Data(" ".join(one.patterns))), "code", wrap=True)
    return boxed(Column(patterns, Label(told, "caption", "muted", wrap=True), gap=1))

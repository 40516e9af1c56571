"""A trust list that waits for signatures: what it changes, and signing it."""

from functools import partial

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.message import Message, breakable
from ferrule.workspace.trust_facts import WaitingFacts


class WaitingList(QtWidgets.QWidget):
    """How far a list is signed, what it changes, and the keys here that can sign it.

    Signals:
        signing(object, str): sign the list of this `Path` with the key of that name.
    """

    signing = QtCore.Signal(object, str)

    def __init__(self, facts: WaitingFacts) -> None:
        super().__init__()
        self._facts = facts
        what = f"A change waits: {facts.have} of {facts.needed} signatures"
        column = Column(Message("warning", what, _signed_by(facts)), gap=6)
        column.add(SectionHead("What it changes"))
        for told in facts.changes:
            shown = Data(breakable(tr(told)))
            column.add(Label(shown, "caption", wrap=True))
        column.add(self._deeds() if facts.keys else _nobody(facts))
        self.setLayout(column)

    def _deeds(self) -> QtWidgets.QWidget:
        deeds = []
        for name in self._facts.keys:
            sign = Button(f"Sign with {Data(name)}", icon="pen-tool", compact=True)
            sign.setObjectName(f"bundles.cosign.{name}")
            sign.setAccessibleDescription("Signs what it changes, as it stands above")
            sign.clicked.connect(partial(self.signing.emit, self._facts.path, name))
            deeds.append(sign)
        row = WrapRow()
        row.show_widgets(deeds)
        return row


def _signed_by(facts: WaitingFacts) -> str:
    if not facts.signers:
        return "Nobody that it names has signed it yet."
    return f"Signed by {Data(', '.join(facts.signers))}."


def _nobody(facts: WaitingFacts) -> QtWidgets.QWidget:
    path = Data(breakable(str(facts.path)))
    told = f"No key that can still sign it is here. Send {path} to who holds one."
    return Label(told, "caption", "muted", wrap=True, selectable=True)

"""One request for approval: exactly what would be sent, and the word that allows it."""

from datetime import datetime
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.tool_rows import ApprovalRow, asker, history, standing
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.tools.request import RequestView

_EFFECTS: Final = {
    "read": "It reads, and asks first all the same.",
    "write": "It changes something there.",
    "destructive": "It destroys something there, for good.",
}
_WIDE: Final = 440
_NAME: Final = 48
_MOST: Final = 1000  # the name has room before the empty space at its right has
_UNPROVED: Final = "The name is what the agent says of itself; nobody has checked it."


class ApprovalPane(QtWidgets.QWidget):
    """The request that is picked, to be decided while it waits.

    Signals:
        approved(int, str): a person typed that word for the request.
        declined(int, str): a person said no, with a reason or without.
        left(): back to the tool.
        over(): the keyboard was where one decides, and there is nothing to decide now.
    """

    approved = QtCore.Signal(int, str)
    declined = QtCore.Signal(int, str)
    left = QtCore.Signal()
    over = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Request for approval")
        self.row: ApprovalRow | None = None
        self.tile = Tile("", "", 40)
        self.name = Label("", "title", elide=True)
        self.state = StatusLabel("in_progress", "", "emphasis")
        self.about = Label("", "caption", "muted", elide=True)
        self.back = Button("Back to the tool", compact=True)
        self.effect = Label("", "emphasis", "danger", wrap=True)
        self.request = RequestView(lines=6)
        self.word = LineEdit(name="Word that approves", mono=True)
        self.approve = Button("Approve", kind="primary", icon="check")
        self.reason = LineEdit(name="Why not", placeholder="Told to whoever asked")
        self.decline = Button("Decline", kind="danger")
        self._word_row = FormRow("Type", self.word, trailing=self.approve)
        self._reason_row = FormRow("Or decline", self.reason, trailing=self.decline)
        self._steps = Column(gap=6)
        self._asides = Column(gap=8)
        self._build()
        self._wire()

    def show_row(self, row: ApprovalRow, now: datetime, *, mine: bool) -> None:
        """Show a request; `mine` was asked for by this window."""
        other = self.row is None or row.id != self.row.id
        changed = other or row != self.row
        self.row = row
        if other:
            self._begin(row)
        if changed:
            self._show_steps(row, now)
        self.back.setVisible(mine)
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Count its time from another moment."""
        row = self.row
        if row is None:
            return
        waits = row.waits(now)
        self.state.show_state(*standing(row, now))
        focused = QtWidgets.QApplication.focusWidget()
        here = focused is not None and self._decision.isAncestorOf(focused)
        self._decision.setVisible(waits)
        self._tell()
        if here and not waits:
            self.over.emit()

    def show_trouble(self, what: str, why: str) -> None:
        """Say why it was not decided."""
        self._asides.clear()
        self._asides.add(Message("danger", what, why))

    def focus_word(self) -> None:
        """Put the keyboard where the word is typed."""
        self.word.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def _begin(self, row: ApprovalRow) -> None:
        self._asides.clear()
        self._area.verticalScrollBar().setValue(0)  # the effect is read first
        self.tile.show_connector(row.connection, row.connector_id)
        self.name.setText(Data(row.tool))
        self._fit()
        self.about.setText(f"{Data(row.connection)} · asked by {asker(row)}")
        self.about.setToolTip(_UNPROVED if row.asked_by and row.via == "mcp" else "")
        self.effect.setText(_EFFECTS.get(row.effect, ""))
        self.effect.set_ink("danger" if row.effect == "destructive" else "text")
        self.request.show_request(row.request)
        text, last = bool(row.request.lines), self._inside.count() - 1
        self._inside.setStretch(1, 1 if text else 0)  # the room is the text's
        self._inside.setStretch(last, 0 if text else 1)
        self.word.clear()
        self.reason.clear()
        self._word_row.set_help(f"Type {Data(row.word)} to send exactly this, once.")
        self.approve.set_kind("danger" if row.effect == "destructive" else "primary")

    def _show_steps(self, row: ApprovalRow, now: datetime) -> None:
        self._steps.clear()
        for at, text, note in history(row, now):
            line = Row(Label(Data(at), "number", "muted"), gap=12)
            line.add(Label(text, "body", wrap=True), stretch=1)
            self._steps.add(boxed(line))
            if note:
                self._steps.add(Label(Data(note), "caption", "muted", wrap=True))

    @QtCore.Slot()
    def _fit(self) -> None:
        wide = theme.width(self.name.text(), "title") + 2
        self.name.setMaximumWidth(wide)
        self.name.setMinimumWidth(min(wide, theme.px(_NAME)))

    @QtCore.Slot()
    def _tell(self) -> None:
        row = self.row
        typed = self.word.text().strip()
        self.approve.setEnabled(row is not None and typed == row.word)
        wrong = row is not None and typed and not row.word.startswith(typed)
        self._word_row.set_error("That is another word." if wrong else "")

    @QtCore.Slot()
    def _approve(self) -> None:
        if self.row is not None and self.approve.isEnabled():
            self.approved.emit(self.row.id, self.word.text().strip())

    @QtCore.Slot()
    def _decline(self) -> None:
        if self.row is not None:
            self.declined.emit(self.row.id, self.reason.text().strip())

    def _build(self) -> None:
        first = Row(self.name, self.state, None, gap=12)
        first.setStretchFactor(self.name, _MOST)
        who = Row(self.tile, gap=10)
        who.add(boxed(Column(first, self.about, gap=2)), stretch=1)
        margins = (24, 12, 24, 12)
        head = Bending(_WIDE, (boxed(who), 1), (self.back, 0), margins=margins)
        what = Card("Exactly this is sent")
        what.add(self.effect)
        what.add(self.request, stretch=1)
        self._decision = Card("Your decision")
        self._decision.add(Form(self._word_row, self._reason_row, label_width=72))
        steps = Card("What happened")
        steps.body.addLayout(self._steps)
        inside = self._inside = Column(gap=12, margins=(24, 0, 24, 16))
        inside.addLayout(self._asides)
        inside.add(what, stretch=1)
        inside.add(self._decision, steps, None)
        outer = Column(head, gap=0)
        area = Scroll(boxed(inside), "Request for approval")
        area.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setMinimumHeight(theme.px(24))
        self._area = area
        outer.add(area, stretch=1)
        self.setLayout(outer)

    def _wire(self) -> None:
        self.word.textChanged.connect(self._tell)
        self.word.returnPressed.connect(self._approve)
        self.approve.clicked.connect(self._approve)
        self.decline.clicked.connect(self._decline)
        self.reason.returnPressed.connect(self._decline)
        self.back.clicked.connect(self.left)
        theme.changed.connect(self._fit)

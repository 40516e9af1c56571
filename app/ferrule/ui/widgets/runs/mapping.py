"""A person's own mapping of a stream, edited as JSON for one connection.

What is typed is checked and tried on stored items as one types; only what fits can be
kept. It is a merge patch: it names what differs, and null removes a member.
"""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import DescriptorInvalid
from ferrule.exchange import Json, encode
from ferrule.ui.models.run_standing import MappingRow, TrialFacts
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.code import CodeView, indented
from ferrule.ui.widgets.json_text import JsonText
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.workspace.authoring import parse_text, pretty

_PAUSE_MS: Final = 200
_LEAST: Final = 132
_NARROW: Final = 560
_TIGHT: Final = 360


class MappingTab(QtWidgets.QWidget):
    """The change of one stream's mapping, beside the connector's own.

    Signals:
        tried(str, object): check this change of that stream.
        kept(str, object): keep it; None goes back to the connector's own.
    """

    tried = QtCore.Signal(str, object)
    kept = QtCore.Signal(str, object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.stream = ComboBox(name="Stream", compact=True)
        self.stream.setObjectName("runs.mapping_stream")
        self.whose = Label("", "caption", "muted", elide=True)
        self.text = JsonText("Your change of the mapping, as JSON")
        self.text.setProperty("frameless", False)
        self.text.setObjectName("runs.mapping_text")
        self.own = CodeView("The connector's own mapping", lines=6)
        self.verdict = Label("", "caption", "muted", wrap=True)
        self.keep = Button("Keep the change", compact=True, icon="check")
        self.keep.setObjectName("runs.mapping_keep")
        self.drop = Button("Use the connector's own", compact=True)
        self.drop.setObjectName("runs.mapping_drop")
        self._rows: dict[str, MappingRow] = {}
        self._owner = ""
        self._shown = ""
        self._change: dict[str, Json] | None = None
        self._pause = QtCore.QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()
        self._pause.timeout.connect(self._read)
        self.text.textChanged.connect(self._typed)
        self.stream.chosen.connect(self._switch)
        self.keep.clicked.connect(self._keep)
        self.drop.clicked.connect(self._drop)

    def show_mappings(self, owner: str, rows: Sequence[MappingRow]) -> None:
        """Show the mappings of a connection; what is being typed stays."""
        same = owner == self._owner and [*self._rows] == [row.stream for row in rows]
        before = self._rows.get(self._at())
        self._rows = {row.stream: row for row in rows}
        self._owner = owner
        if not same:
            self.stream.set_options([(key, key) for key in self._rows])
        stored = self._rows.get(self._at())
        if not same or (stored != before and not self._is_typing(before)):
            self._fill()
        self.setEnabled(bool(rows))

    def show_trial(self, change: object, trial: TrialFacts) -> None:
        """Show what a change would do, unless another one was typed meanwhile."""
        if change != self._change:
            return
        if trial.problems:
            self._say("\n".join(trial.problems), "danger")
            return
        lines = "\n".join((trial.told, *trial.lines))
        self._say(lines, "warning" if trial.failed else "muted")
        self.keep.setEnabled(self._differs())

    def _build(self) -> None:
        head = Row(self.stream, gap=12, margins=(16, 8, 16, 8))
        head.add(self.whose, stretch=1)
        mine = Column(Label("Your change", "caption", "muted"), gap=4)
        mine.add(self.text, stretch=1)
        own = Column(Label("The connector's own", "caption", "muted"), gap=4)
        own.add(self.own, stretch=1)
        self.text.setMinimumHeight(theme.px(_LEAST))
        self.text.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.WidgetWidth)
        both = Bending(_NARROW, (boxed(mine), 1), (boxed(own), 1), gap=12)
        foot = Bending(_TIGHT, (boxed(Row(None)), 1), (self.drop, 0), (self.keep, 0))
        below = Column(gap=8, margins=(16, 0, 16, 10))
        below.add(both, stretch=1)
        below.add(self.verdict, foot)
        column = Column(head, gap=0)
        column.add(below, stretch=1)
        self.setLayout(column)

    def _at(self) -> str:
        value = self.stream.value()
        return value if isinstance(value, str) else ""

    def _fill(self) -> None:
        """Put the stored change of the stream into the text."""
        row = self._rows.get(self._at())
        override = row.override if row else None
        self.own.show_text(indented(encode(row.inherited)) if row else "")
        self.whose.setText(
            "Changed for this connection" if override else "The connector's own mapping"
        )
        self.drop.setEnabled(override is not None)
        self._shown = pretty(override or {})
        blocker = QtCore.QSignalBlocker(self.text)
        self.text.setPlainText(self._shown)
        blocker.unblock()
        self._change = override or {}
        self.keep.setEnabled(False)
        self._say(
            "It names what differs, such as summaryTemplate; null removes a member. "
            "What is stored is mapped anew by the next full run.",
            "muted",
        )

    def _is_typing(self, before: MappingRow | None) -> bool:
        """Return whether the text holds something that is not kept."""
        known = pretty((before.override if before else None) or {})
        return self.text.toPlainText() != known and self._differs()

    def _differs(self) -> bool:
        row = self._rows.get(self._at())
        return self._change != ((row.override if row else None) or {})

    @QtCore.Slot()
    def _typed(self) -> None:
        text = self.text.toPlainText()
        if text != self._shown:  # colouring announces a change too, but changes none
            self._shown = text
            self._change = None
            self.keep.setEnabled(False)
            self._pause.start()

    @QtCore.Slot()
    def _read(self) -> None:
        try:
            self._change = dict(parse_text(self.text.toPlainText() or "{}"))
        except DescriptorInvalid as invalid:
            first = invalid.problems[0]
            said = first.message.removeprefix("The document is not JSON: ")
            said = said.removeprefix("The document is not a JSON object.")
            self._say(f"Not a JSON object yet. {said}".strip(), "danger")
            return
        self.tried.emit(self._at(), self._change)

    def _say(self, text: str, ink: str) -> None:
        self.verdict.setText(text)
        self.verdict.set_ink(ink)

    @QtCore.Slot(object)
    def _switch(self, _stream: object) -> None:
        self._fill()

    @QtCore.Slot()
    def _keep(self) -> None:
        self.kept.emit(self._at(), self._change)

    @QtCore.Slot()
    def _drop(self) -> None:
        self.kept.emit(self._at(), None)

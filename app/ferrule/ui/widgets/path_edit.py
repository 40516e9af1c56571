"""One field of a mapping: label, path, what it finds, and what is wrong with it.

The finding is painted with the keystroke that caused it. Facts come from the same code
that a sync runs; nothing here reads a path by itself.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json
from ferrule.ui.models.path_drag import Pick
from ferrule.ui.models.path_hints import Hint
from ferrule.ui.models.path_watch import Finding, PathKind, PathWatch
from ferrule.ui.theme import theme
from ferrule.ui.widgets.field import Mark
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.path_drop import DropGate
from ferrule.ui.widgets.path_field import PathField, column_of
from ferrule.ui.widgets.path_result import MessageRow, ResultZone, state_word
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.picking import Reach
from ferrule.workspace.previewing import PathFacts

_NARROW: Final = 540
_ROOMY: Final = (84, 176)
_TIGHT: Final = (76, 104)
_DOTTED: Final = re.compile(r"\$\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_WORD_END: Final = re.compile(r"\w+|.|$", re.DOTALL)


class PathEdit(QtWidgets.QWidget):
    """A path, a template or the path of the items, checked against a sample.

    `optional` members are fine where some items have nothing.

    Signals:
        edited(str): the person wrote another text.
        pick_requested(): the person wants to pick a value from the response.
        focused(): the caret came here.
        facts_changed(object): the PathFacts of the text and the sample of now.
        missing_requested(object): the PathFacts whose unmatched items are to be shown.
        spilled(object): the Picks that were dropped here beyond the first.
    """

    edited = QtCore.Signal(str)
    pick_requested = QtCore.Signal()
    focused = QtCore.Signal()
    facts_changed = QtCore.Signal(object)
    missing_requested = QtCore.Signal(object)
    spilled = QtCore.Signal(object)

    def __init__(
        self,
        label: str,
        kind: PathKind = "path",
        *,
        optional: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = label
        self._kind: PathKind = kind
        self._optional = optional
        self._finding = Finding(PathFacts(""))
        self._dismissed = ""
        self._picked: _Picked | None = None
        self.label = Label(label, "body", "muted", elide=True)
        self.field = PathField(label, template=kind == "template")
        self.label.setBuddy(self.field)
        self.zone = ResultZone()
        self.message = MessageRow()
        self.gate = DropGate(self.field)
        self._watch = PathWatch(kind, self)
        self._soon = QtCore.QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._connect()

    def text(self) -> str:
        """Return the text."""
        return self.field.text()

    def set_text(self, text: str) -> None:
        """Show a text; an equal one moves no caret and starts nothing."""
        if text != self.text():
            self.field.set_plain(text)
            self._soon.start()

    def set_places(
        self, places: list[Json], names: Mapping[str, Json] | None = None
    ) -> None:
        """Take the sample: its items, or for the items' path the body alone.

        `names` are what a template knows beside an item (`config`, `signal` …).
        """
        self._watch.set_places(places, names)
        self.field.set_sample(places)
        self._soon.start()

    @property
    def facts(self) -> PathFacts:
        """Return what was found last."""
        return self._finding.facts

    @property
    def hint(self) -> Hint | None:
        """Return the suggestion that stands."""
        return self._finding.hint

    def insert_pick(self, pick: Pick, at: int | None = None) -> None:
        """Take a picked value: its path, or for a template a placeholder at a column.

        A value that is picked anew in another way takes the place of the first way.
        """
        if self._kind != "template":
            self.field.put(0, len(self.text()), pick.best(self.reach))
            return
        put = placeholder(pick.best("item"))
        place, last = column_of(self.text(), self.field.cursorPosition()), self._picked
        if at is not None:
            start = stop = min(at, len(self.text()))
        elif last is not None and last.still(pick.path, self.text(), place):
            start, stop = last.start, last.stop
        else:
            start = stop = place
        self.field.put(start, stop, put)
        self._picked = _Picked(pick.path, start, put)

    @property
    def reach(self) -> Reach:
        """Return whether paths here start at an item or at the whole response."""
        return "body" if self._kind == "items" else "item"

    @QtCore.Slot(object, object)
    def _drop(self, picks: Sequence[Pick], place: QtCore.QPoint) -> None:
        """Take what was dropped: a template all of it, a path the first."""
        self.field.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        if self._kind == "template":
            at = column_of(self.text(), self.field.cursorPositionAt(place))
            self.field.put(at, at, " ".join(map(_placeholder_of, picks)))
            return
        self.insert_pick(picks[0])
        if picks[1:]:
            self.spilled.emit(picks[1:])

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give label and result less room where there is little."""
        super().resizeEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        self.label.setAlignment(
            QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter
        )
        policy = QtWidgets.QSizePolicy.Policy
        self.field.setSizePolicy(policy.Expanding, policy.Fixed)
        self.message.setSizePolicy(policy.Ignored, policy.Fixed)
        self._grid = QtWidgets.QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self.label, 0, 0)
        self._grid.addWidget(self.field, 0, 1)
        self._grid.addWidget(self.zone, 0, 2)
        self._grid.addWidget(self.message, 1, 1, 1, 2)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)
        self.setSizePolicy(policy.Expanding, policy.Fixed)
        self._fit()

    @QtCore.Slot()
    def _fit(self) -> None:
        label, zone = _TIGHT if self.width() < theme.px(_NARROW) else _ROOMY
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(4))
        self.label.setFixedWidth(theme.px(label))
        self.zone.setFixedSize(theme.px(zone), self.field.sizeHint().height())

    def _connect(self) -> None:
        self.field.edited.connect(self._edit)
        self.field.focused.connect(self.focused)
        self.field.focused.connect(self._tell)
        self.field.unfocused.connect(self._tell)
        self.field.pick_requested.connect(self.pick_requested)
        self.field.accepted.connect(self.accept_hint)
        self.field.dismissed.connect(self._dismiss)
        self.message.accepted.connect(self.accept_hint)
        self.message.asked.connect(self._ask_missing)
        self.gate.dropped.connect(self._drop)
        self._watch.found.connect(self._take)
        self._soon.timeout.connect(self._check)
        theme.changed.connect(self._fit)

    @QtCore.Slot(str)
    def _edit(self, text: str) -> None:
        self._dismissed = ""
        if not self._watch.check(text):
            self.field.set_squiggle(None)  # it would stand under another word
        self.edited.emit(text)

    @QtCore.Slot()
    def _check(self) -> None:
        self._watch.check(self.text())

    @QtCore.Slot()
    def accept_hint(self) -> None:
        """Put what was probably meant."""
        hint = self._finding.hint
        if hint is not None and hint.instead:
            self.field.put(hint.start, hint.stop, hint.instead)
            self.field.setFocus()

    @QtCore.Slot()
    def _dismiss(self) -> None:
        self._dismissed = self.text()
        self._tell()

    @QtCore.Slot()
    def _ask_missing(self) -> None:
        self.missing_requested.emit(self.facts)

    @QtCore.Slot(object)
    def _take(self, finding: Finding) -> None:
        before = self._finding.facts.state
        self._finding = finding
        self._tell()
        if self.field.hasFocus() and finding.facts.state != before:
            announce(self.field, self._sentence())
        self.facts_changed.emit(finding.facts)

    @QtCore.Slot()
    def _tell(self) -> None:
        """Show the finding on field, zone and message."""
        facts, hint = self._finding.facts, self._finding.hint
        self.field.set_mark(self._mark(facts))
        self.field.set_squiggle(_squiggle(self._finding))
        told = self._sentence()
        self.field.setAccessibleDescription(told)
        self.zone.show_facts(
            facts, items=self._kind == "items", told=told, optional=self._optional
        )
        offered = hint.instead if hint is not None else ""
        if self._dismissed and self._dismissed == self.text():
            offered = ""
        self.field.set_offer(on=bool(offered))
        self._say(facts, hint, offered)

    def _mark(self, facts: PathFacts) -> Mark:
        if self._finding.fault is not None:
            return "error"
        if facts.state == "empty" or (not facts.of and facts.state != "error"):
            return ""
        if facts.state == "all":
            return "ok" if facts.portable else "warning"
        if facts.state == "partial":
            return "ok" if self._optional else "warning"
        hint = self._finding.hint
        lost = facts.state == "error" or bool(hint and hint.instead)
        return "warning" if self._optional and not lost else "error"

    def _say(self, facts: PathFacts, hint: Hint | None, offered: str) -> None:
        """Say what is wrong below the field; counts only while the caret is here."""
        here, fault = self.field.hasFocus(), self._finding.fault
        if facts.state == "error":
            self.message.say(
                f"{self._column(facts.column)}{facts.error} {facts.advice}"
            )
        elif fault is not None:
            self.message.say(f"{self._column(fault.start)}{fault.message}")
        elif hint is not None:
            did = " Did you mean" if offered else ""
            self.message.say(f"{self._lacking(hint)}{did}", offer=offered)
        elif facts.state == "none" and facts.of:
            self.message.say("This matches nothing in the sample.")
        elif not facts.portable:
            self.message.say(f"Not standard JSONPath: {facts.reason}", "warning")
        elif facts.state == "partial" and here and not self._optional:
            left = facts.of - facts.matched
            text = f"Matches {facts.matched} of {facts.of}."
            self.message.say(text, "warning", link=f"Show the {left}")
        else:
            self.message.say("")

    def _column(self, column: int | None) -> str:
        if column is None:
            return ""
        short = self.width() < theme.px(_NARROW)
        return f"{'Col' if short else 'Column'} {column + 1}: "

    def _lacking(self, hint: Hint) -> str:
        who = "the response has" if self._kind == "items" else "no item has"
        no = " no" if self._kind == "items" else ""
        if self.width() < theme.px(_NARROW):
            who, no = "no", ""
        return f"{self._column(hint.column)}{who}{no} {hint.name}."

    def _sentence(self) -> str:
        """Return the finding as a screen reader says it."""
        facts, hint = self._finding.facts, self._finding.hint
        if facts.state == "empty":
            return "empty"
        if facts.state == "error":
            at = f" at column {facts.column + 1}" if facts.column is not None else ""
            return f"{state_word(facts)}{at}: {facts.error} {facts.advice}".strip()
        if self._finding.fault is not None:
            return f"invalid pattern: {self._finding.fault.message}"
        if not facts.of:
            return "no sample yet"
        told = f"{state_word(facts)}, matches {facts.matched} of {facts.of}"
        if self._kind == "items":
            told = f"{state_word(facts)}, {facts.count} items"
        if hint is not None and hint.instead:
            told += f", did you mean {hint.instead}, Tab accepts"
        return told


def _squiggle(finding: Finding) -> tuple[int, int] | None:
    """Return the columns to underline: the word at the error, or the lost name."""
    facts, hint, fault = finding.facts, finding.hint, finding.fault
    if facts.column is not None:
        word = _WORD_END.match(facts.text, min(facts.column, len(facts.text)))
        return facts.column, word.end() if word else facts.column
    if hint is not None:
        return hint.column, hint.column + len(hint.name)
    return (fault.start, fault.stop) if fault is not None else None


class _Picked(NamedTuple):
    """A placeholder that a pick put in: the value's place, and what was put where."""

    path: str
    start: int
    text: str

    @property
    def stop(self) -> int:
        """Return the column after it."""
        return self.start + len(self.text)

    def still(self, path: str, text: str, caret: int) -> bool:
        """Return whether it stands there yet, for that value, before the caret."""
        same = path == self.path and caret == self.stop
        return same and text[self.start : self.stop] == self.text


def _placeholder_of(pick: Pick) -> str:
    return placeholder(pick.best("item"))


def joined(text: str, picks: Sequence[Pick]) -> str:
    """Return a template with placeholders for picked values after its text."""
    return " ".join(filter(None, (text, *map(_placeholder_of, picks))))


def placeholder(path: str) -> str:
    """Return a path as a template's placeholder, short where it is of plain names."""
    dotted = _DOTTED.fullmatch(path)
    return f"{{{{{dotted[1] if dotted else path}}}}}"

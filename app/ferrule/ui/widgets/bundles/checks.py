"""The sections of a check, and what can be done about them."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.shipping_lines import CheckLine, Since
from ferrule.ui.widgets.bundles.mark import INSET, marked
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Divider, boxed
from ferrule.ui.widgets.message import Message, Waiting
from ferrule.ui.widgets.stepper import StepState

_RULE: Final = re.compile(r"FD\d{3}")
_MOST: Final = 4
_INKS: Final = {False: "danger", True: "muted", None: "warning"}
_PATIENCE_MS: Final = 1000
_TICK_MS: Final = 200


class ChecksCard(Card):
    """The sections of a check, each a line; what is wrong stands below its line.

    Signals:
        again(): run the check again.
        stopped(): end the check that runs.
        raising(): raise the versions that are due.
        comparing(str): show how this connector differs from the bundle before.
    """

    again = QtCore.Signal()
    stopped = QtCore.Signal()
    raising = QtCore.Signal()
    comparing = QtCore.Signal(str)

    def __init__(self) -> None:
        self.when = Label("", "caption", "muted")
        self.run = Button("Run again", kind="plain", icon="rotate-cw", compact=True)
        self.run.setObjectName("bundles.check")
        super().__init__("Checks", self.when, self.run, gap=0)
        self.lines: list[CheckLine] = []
        self._rows = Column(gap=0)
        self.add(self._rows, None)
        self.run.clicked.connect(self.again)
        self.waiting: Waiting | None = None
        self._done = 0
        self._clock = QtCore.QElapsedTimer()
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_elapsed)

    @property
    def passed(self) -> bool:
        """Return whether a check was made and nothing stands in the way."""
        return bool(self.lines) and all(line.ok is not False for line in self.lines)

    @property
    def running(self) -> bool:
        """Return whether a check goes on."""
        return self._tick.isActive()

    @property
    def standing(self) -> StepState:
        """Return how the check ended: notes stop nothing, but are not nothing."""
        found = {line.ok for line in self.lines}
        return "error" if False in found else "warning" if None in found else "valid"

    @property
    def told(self) -> str:
        """Return how many sections passed, and what the others are."""
        if not self.lines:
            return "not yet"
        states = [line.ok for line in self.lines]
        wrong, notes = states.count(False), states.count(None)
        told = f"{states.count(True)} of {len(states)} passed"
        if wrong:
            return f"{told}, {wrong} failed"
        return f"{told}, {notes} with notes" if notes else told

    def show_empty(self, text: str) -> None:
        """Say why there is no check."""
        self._clear()
        self._rows.add(Label(text, "body", "muted", wrap=True), 8)

    def show_running(self) -> None:
        """Say that a check goes on; after a second, for how long, with Cancel."""
        self.show_empty("Replaying fixtures…")
        self._done = 0
        self._clock.start()
        self._tick.start()

    def show_done(self, count: int) -> None:
        """Be told how many fixtures ran by now."""
        self._done = count

    def show_stopped(self) -> None:
        """Say that the person stopped it."""
        self._clear()
        why = "Nothing can be signed until everything was checked."
        self._rows.add(Message("info", "The check was stopped.", why), 8)

    def show_lines(
        self,
        lines: Sequence[CheckLine],
        when: str,
        since: Since | None,
        *,
        own: bool,
    ) -> None:
        """Show the sections; `own` is whether the folder may be changed."""
        self._clear()
        self.lines = list(lines)
        self.when.setText(when)
        for number, line in enumerate(lines):
            if number:
                self._rows.add(Divider())
            deeds = self._deeds(line, since) if own and since is not None else ()
            self._rows.add(_section(line, deeds))

    def _deeds(self, line: CheckLine, since: Since) -> Sequence[QtWidgets.QWidget]:
        if line.section != "changes":
            return ()
        found = []
        if since.breaking:
            found.append(self._show_diff(since.breaking))
        raises = since.raises
        if raises:
            one = len(raises) == 1
            word = f"Raise to {Data(raises[0])}" if one else "Raise versions"
            up = Button(word, icon="arrow-up", compact=True)
            up.setObjectName("bundles.raise")
            up.clicked.connect(self.raising)
            found.append(up)
        return found

    def _show_diff(self, breaking: Sequence[str]) -> QtWidgets.QWidget:
        """Return what shows how one differs; of several, the person picks one."""
        first, *more = breaking
        menu = QtWidgets.QMenu() if more else None
        show = Button("Show diff", compact=True, menu=menu)
        show.setObjectName("bundles.show_diff")
        if menu is None:
            show.setAccessibleDescription(f"What changed in {Data(first)}")
            show.clicked.connect(partial(self.comparing.emit, first))
            return show
        show.setAccessibleDescription("What changed: pick one of the connectors")
        for name in breaking:
            pick = menu.addAction(Data(name))
            pick.triggered.connect(partial(self.comparing.emit, name))
        return show

    def _clear(self) -> None:
        self._tick.stop()
        self.waiting = None
        self.lines = []
        self.when.setText("")
        self._rows.clear()

    @QtCore.Slot()
    def _show_elapsed(self) -> None:
        spent = self._clock.elapsed()
        if self.waiting is None and spent >= _PATIENCE_MS:
            self._rows.clear()
            self.waiting = Waiting("Replaying fixtures…")
            self.waiting.cancelled.connect(self.stopped)
            self._rows.add(self.waiting, 8)
        if self.waiting is not None:
            text = f"Replaying fixtures, {self._done} done"
            self.waiting.show_progress(text, spent / 1000)


def _section(line: CheckLine, deeds: Sequence[QtWidgets.QWidget]) -> QtWidgets.QWidget:
    head = marked(line.shape, line.title, *deeds)
    text = Column(head, gap=2, margins=(0, 8, 0, 8))
    caption = Label(line.caption, "caption", "muted", wrap=True)
    below = Column(caption, gap=2, margins=(INSET, 0, 0, 0))
    for finding in line.details[:_MOST]:
        place = f" ({finding.pointer})" if finding.pointer else ""
        ink = _INKS[finding.ok]
        said = Data(f"{_said(finding.message)}{place}")
        below.add(Label(said, "caption", ink, wrap=True))
    if len(line.details) > _MOST:
        below.add(_rest(line))
    text.add(below)
    return boxed(text)


def _rest(line: CheckLine) -> QtWidgets.QWidget:
    """Return a button that shows the rest of what is told, in its place."""
    more = Button(f"Show {len(line.details) - _MOST} more", kind="link", compact=True)
    more.setAccessibleDescription(line.title)
    column = Column(gap=2)
    holder = boxed(column)

    def show() -> None:
        more.hide()
        for finding in line.details[_MOST:]:
            said = Data(f"{_said(finding.message)}")
            column.add(Label(said, "caption", _INKS[finding.ok], wrap=True))

    more.clicked.connect(show)
    column.addWidget(more, 0, QtCore.Qt.AlignmentFlag.AlignLeft)
    return holder


def _said(message: str) -> str:
    """Return a finding in the language in force; the name of a rule stays."""
    rule, gap, rest = message.partition(" ")
    return f"{rule}{gap}{tr(rest)}" if _RULE.fullmatch(rule) else tr(message)

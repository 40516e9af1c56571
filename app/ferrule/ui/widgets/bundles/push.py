"""Pushing a bundle: to which server, with which token, and what the server said."""

from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.push_desk import PushLine, Told, Wanted
from ferrule.ui.theme import preferences
from ferrule.ui.widgets.bundles.facts import StepList
from ferrule.ui.widgets.bundles.mark import INSET, marked
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import Chip, Tone
from ferrule.ui.widgets.code import Sunken
from ferrule.ui.widgets.field import LineEdit, SecretField
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Level, Message, Waiting, breakable

_LAST: Final = "bundles/server"  # an address, which is no secret
_SHAPES: Final = {True: "ok", False: "error", None: "untouched"}
_TONES: Final[dict[str, Tone]] = {"new version": "success", "went back": "warning"}
_TICK_MS: Final = 200
_PATIENCE_MS: Final = 400


class PushForm(Sunken):
    """Give a bundle to a registry server and show its verdict, step by step.

    Signals:
        pushing(object): push this (`Wanted`).
        stopped(): end the push that runs.
        closed(): put it away.
        grown(object): this widget came; it should be seen.
    """

    grown = QtCore.Signal(object)
    pushing = QtCore.Signal(object)
    stopped = QtCore.Signal()
    closed = QtCore.Signal()

    def __init__(self, path: Path) -> None:
        self.path = path
        last = preferences.text(_LAST)
        self.server = LineEdit(
            last, name="Server", placeholder="https://registry.example", mono=True
        )
        self.server.setObjectName("bundles.push_server")
        self.token = SecretField(name="Token")
        self.token.setObjectName("bundles.push_token")
        self.reason = LineEdit(name="Why an older version comes back")
        self.reason.setObjectName("bundles.push_reason")
        self.push = Button("Push", icon="upload", compact=True)
        self.push.setObjectName("bundles.push_now")
        self.close_ = Button("Close", kind="plain", compact=True)
        self.close_.setObjectName("bundles.push_close")
        self.close_.setAccessibleName("Close the push")
        self.result = Column(gap=8)
        self.waiting: Waiting | None = None
        self._clock = QtCore.QElapsedTimer()
        super().__init__(self._built())
        self._why.hide()
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_elapsed)
        for field in (self.server, self.token, self.reason):
            field.textChanged.connect(self._weigh)
            field.returnPressed.connect(self.push.click)
        self.push.clicked.connect(self._push)
        self.close_.clicked.connect(self.closed)
        self._weigh()

    def show_running(self) -> None:
        """Say that it goes on; Cancel ends it."""
        self._focus(self.close_)
        self.result.clear()
        self.waiting = None
        self._clock.start()
        self._tick.start()
        self._weigh()

    def show_told(self, told: Told) -> None:
        """Show what the server said; a token that did its work is forgotten."""
        self._end()
        self._focus(self.close_)
        if told.ok:
            preferences.put(_LAST, self.server.text().strip())
            self.forget()
            self.reason.clear()
        self._why.setVisible(told.older)
        level: Level = "success" if told.ok else "danger"
        self._say(Message(level, breakable(told.summary), told.advice))
        for line in told.lines:
            self.result.add(_line(line))
        self._weigh()
        if not told.ok:
            self._focus(self.reason if told.older else self.push)

    def show_trouble(self, what: str, why: str) -> None:
        """Say why there is no verdict."""
        self._end()
        self._say(Message("danger", breakable(what), breakable(why)))
        self._weigh()
        self._focus(self.push)

    def show_stopped(self) -> None:
        """Say that the person ended it."""
        self._end()
        why = "Whether the server has it is not known. Push again: nothing comes twice."
        self._say(Message("info", "The push was cancelled.", why))
        self._weigh()
        self._focus(self.push)

    def forget(self) -> None:
        """Take the token away."""
        self.token.clear()

    @property
    def running(self) -> bool:
        """Return whether a push goes on."""
        return self._tick.isActive()

    def _built(self) -> Column:
        about = "The server verifies the file anew and takes all of it, or nothing."
        form = Form(
            FormRow("Server", self.server, help_text="Where ferrule server listens."),
            FormRow(
                "Token",
                self.token,
                help_text="With the scope integrations.manage. It is used for this "
                "push and not kept.",
            ),
            wide_from=10_000,
        )
        why = FormRow(
            "Why an older one", self.reason, help_text="The server keeps it on record."
        )
        self._why = Form(why, wide_from=10_000)
        return Column(
            Label(f"Push {Data(self.path.name)}", "emphasis", wrap=True),
            Label(about, "caption", "muted", wrap=True),
            form,
            self._why,
            Row(self.push, self.close_, None, gap=8),
            self.result,
            gap=8,
            margins=(14, 12, 14, 12),
        )

    def _say(self, message: Message) -> None:
        self.result.add(message)
        self.grown.emit(message)

    def _focus(self, widget: QtWidgets.QWidget) -> None:
        """Move the keyboard on where it is in the form, so that it is never lost."""
        if self.isAncestorOf(self.window().focusWidget()):
            widget.setFocus()

    def _end(self) -> None:
        self._tick.stop()
        self.waiting = None
        self.result.clear()

    @QtCore.Slot()
    def _weigh(self) -> None:
        """Push only with an address and a token, once at a time, an older with why."""
        given = bool(self.server.text().strip() and self.token.text())
        reason = self._why.isHidden() or bool(self.reason.text().strip())
        self.push.setEnabled(given and reason and not self.running)

    @QtCore.Slot()
    def _push(self) -> None:
        server, token = self.server.text().strip(), self.token.text().strip()
        reason = self.reason.text().strip()
        self.pushing.emit(Wanted(server, self.path, token, reason))

    @QtCore.Slot()
    def _show_elapsed(self) -> None:
        spent = self._clock.elapsed()
        text = f"Pushing to {Data(self.server.text().strip())}"
        if self.waiting is None and spent >= _PATIENCE_MS:
            self.waiting = Waiting(text)
            self.waiting.cancel.setObjectName("bundles.push_cancel")
            self.waiting.cancelled.connect(self.stopped)
            self.result.add(self.waiting)
        if self.waiting is not None:
            self.waiting.show_progress(text, spent / 1000)


def _line(line: PushLine) -> QtWidgets.QWidget:
    column = Column(marked(_SHAPES[line.ok], line.title), gap=2)
    below = Column(gap=2, margins=(INSET, 0, 0, 0))
    if line.detail:
        below.add(Label(breakable(Data(line.detail)), "caption", "muted", wrap=True))
    for name, word in line.connectors:
        row = Row(gap=8)
        row.add(Label(breakable(Data(name)), "code_small", wrap=True), stretch=1)
        row.add(Chip(word, _TONES.get(word, "neutral"), small=True))
        below.add(row)
    if line.steps:
        below.add(StepList(line.steps))
    column.add(below)
    holder = boxed(column)
    words = {True: "passed", False: "refused", None: "not reached"}
    holder.setAccessibleName(f"{line.title}: {words[line.ok]}")
    holder.setAccessibleDescription(Data(line.detail))
    return holder

"""The panel in which a person approves in the browser, stage by stage.

It only shows: whoever runs the sign-in tells it what happened. Where the browser does
not come back, the address it ended on can be pasted, or a code be typed elsewhere.
"""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.connect.panels import Fitted
from ferrule.ui.widgets.connect.ring import CountdownRing
from ferrule.ui.widgets.connect.stages import Stages
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message

LISTENING: Final = 0
OPENED: Final = 1
WAITING: Final = 2
EXCHANGING: Final = 3
COMPARING: Final = 4

_BROWSER: Final = (
    "Listening for the answer",
    "Browser opened",
    "Waiting for you to approve in the browser",
    "Exchange the code for a token",
    "Compare the scopes granted with those asked for",
)
_DEVICE: Final = (
    "Ask for a device code",
    "Show the code",
    "Waiting for you to enter the code",
    "Receive the token",
    "Compare the scopes granted with those asked for",
)


_BY_ITSELF: Final = "Approve in the browser. Ferrule continues by itself."
_THEN_PASTE: Final = "Approve in the browser, then paste the address you end on below."
_ONLY: Final = "Only an answer to exactly this address with the right state is taken."


class WaitingRoom(QtWidgets.QWidget):
    """What stands below the stage that waits: the ring, what to do, and Cancel."""

    def __init__(self) -> None:
        super().__init__()
        self.ring = CountdownRing()
        self.what = Label("", "body", wrap=True)
        self.code = Label("", "big_number", selectable=True)
        self.code.hide()
        self.note = Label("", "caption", "muted", wrap=True)
        self.cancel = Button("Cancel", compact=True)
        words = Column(self.what, self.code, self.note, Row(self.cancel, None), None)
        row = Row(self.ring, gap=20)
        row.addLayout(words, 1)
        self.setLayout(row)
        row.setContentsMargins(0, theme.px(8), 0, theme.px(4))


class PasteCard(Card):
    """The way back for a browser that did not come back.

    Signals:
        pasted(str): the address that the person ended on.
    """

    pasted = QtCore.Signal(str)

    def __init__(self) -> None:
        self.ignored = Chip("", "neutral", icon="shield-alert")
        super().__init__("Browser did not come back?", self.ignored)
        self.title.set_role("emphasis")
        self.field = LineEdit(
            name="Address you ended on",
            placeholder="Paste the address you ended on",
            icon="clipboard-paste",
        )
        self.go = Button("Continue")
        row = Row(self.field, self.go)
        row.setStretch(0, 1)
        self.notes = Column(gap=8)
        self.add(boxed(row), self.notes)
        self.go.setEnabled(False)
        self.field.textChanged.connect(self._offer)
        self.field.returnPressed.connect(self._send)
        self.go.clicked.connect(self._send)
        self.show_ignored(0)

    def show_ignored(self, count: int) -> None:
        """Say how many requests came that were no answer of ours."""
        noun = "request" if count == 1 else "requests"
        self.ignored.setText(f"{count} unrelated {noun} ignored")
        self.ignored.setVisible(count > 0)

    def refuse(self, what: str, advice: str) -> None:
        """Say why a pasted address is not taken."""
        self.notes.clear()
        self.notes.add(Message("danger", what, advice))

    @QtCore.Slot(str)
    def _offer(self, text: str) -> None:
        self.go.setEnabled(bool(text.strip()))

    @QtCore.Slot()
    def _send(self) -> None:
        text = self.field.text().strip()
        if text:
            self.notes.clear()
            self.pasted.emit(text)


class AuthorisePanel(QtWidgets.QWidget):
    """The stages of a sign-in, and what a person can do meanwhile.

    Signals:
        on(): start, or try again, or go on once it is over.
        once_more_wanted(): sign in again, though it is over.
        back(): the person wants the step before.
        cancelled(): stop waiting.
        open_again(): open the browser once more.
        copy_wanted(): copy the address that the browser opens.
        pasted(str): the address that the person ended on.
        device_wanted(): sign in with a device code instead.
        browser_wanted(): sign in with the browser instead.
    """

    on = QtCore.Signal()
    back = QtCore.Signal()
    once_more_wanted = QtCore.Signal()
    cancelled = QtCore.Signal()
    open_again = QtCore.Signal()
    copy_wanted = QtCore.Signal()
    pasted = QtCore.Signal(str)
    device_wanted = QtCore.Signal()
    browser_wanted = QtCore.Signal()

    def __init__(self, name: str, *, device: bool) -> None:
        super().__init__()
        self.title = Label(f"Authorise Ferrule to use {Data(name)}", "title")
        self.line = Label(
            "You can leave this page; the wait goes on in the background.",
            "body",
            "muted",
            wrap=True,
        )
        self.stages = Stages("Sign-in", _BROWSER)
        self.room = WaitingRoom()
        self.paste = PasteCard()
        self.again = Button("Open again", icon="external-link", compact=True)
        self.copy = Button("Copy address", icon="copy", compact=True)
        self.other = Button("", kind="link")
        self.notes = Column(gap=8)
        self.previous = Button("Back")
        self.once_more = Button("Sign in again")
        self.next = Button("Open the browser", kind="primary")
        self.narrower = False
        self._said: list[Message] = []
        self._by_device = False
        self._pasted = False
        self._has_device = device
        self._build()
        self._wire()
        self.show_idle()

    @property
    def by_device(self) -> bool:
        """Return whether a device code is what is asked for."""
        return self._by_device

    def messages(self) -> list[str]:
        """Return what is being said below the stages."""
        return [one.what.text() for one in self._said]

    def focus(self) -> None:
        """Put the focus where the person goes on."""
        running = self.room.isVisibleTo(self)
        button = self.room.cancel if running else self.next
        button.setFocus(QtCore.Qt.FocusReason.TabFocusReason)

    def choose(self, *, device: bool) -> None:
        """Show the stages of one way or the other."""
        self._by_device = device
        for row, title in zip(
            self.stages.rows, _DEVICE if device else _BROWSER, strict=True
        ):
            row.title.setText(title)
        self.show_idle()

    def show_idle(self) -> None:
        """Show that nothing is under way."""
        self.stages.rest()
        self._wait(on=False)
        start = "Ask for a code" if self._by_device else "Open the browser"
        self._offer(start)
        self._offer_other()

    def show_running(self) -> None:
        """Show that a sign-in has begun."""
        self._unsay()
        self.stages.rest()
        self.stages.rows[LISTENING].show_state("running")
        self._offer("")
        self.other.hide()

    def show_listening(self, address: str, *, pasted: bool = False) -> None:
        """Show the address that an answer is awaited on, or is `pasted` from."""
        self._reach(OPENED)
        self._pasted = pasted
        title = "The answer comes to a page of the service" if pasted else _BROWSER[0]
        self.stages.rows[LISTENING].title.setText(title)
        self.stages.rows[LISTENING].show_state("done", address)

    def show_opened(self, address: str) -> None:
        """Show which page was opened, without its parameters."""
        self._reach(WAITING)
        self.stages.rows[OPENED].show_state("done", address)
        self._show_tools(on=True)
        self.room.what.setText(_THEN_PASTE if self._pasted else _BY_ITSELF)
        self.room.note.setText(_ONLY)
        self._wait(on=True)
        self.focus()

    def show_code(self, code: str, address: str) -> None:
        """Show the code of a device sign-in and where it is entered."""
        self._reach(WAITING)
        self.stages.rows[LISTENING].show_state("done")
        self.stages.rows[OPENED].show_state("done", address)
        self._show_tools(on=True)
        self.room.what.setText("Open this address on any device and enter the code:")
        self.room.code.setText(Data(code))
        self.room.code.show()
        self.room.note.setText("Ferrule asks for the answer as often as it may.")
        self._wait(on=True)
        self.focus()

    def show_left(self, left_s: float, whole_s: float) -> None:
        """Show how long it is still waited."""
        self.room.ring.show_left(left_s, whole_s)

    def show_exchanging(self) -> None:
        """Show that the answer came and is being exchanged."""
        self.stages.rows[WAITING].show_state("done")
        self._wait(on=False)
        self._reach(EXCHANGING)

    def show_warning(self, what: str) -> None:
        """Say what a person should know before they approve."""
        self._say(Message("warning", what, ""))

    def show_no_browser(self) -> None:
        """Say that no browser could be opened."""
        self._unsay()
        self._say(
            Message(
                "warning",
                "No browser could be opened",
                "Copy the address and open it in a browser on this computer.",
            )
        )

    def show_signed_in(self, granted: Sequence[str], missing: Sequence[str]) -> None:
        """Show what was granted, and what of the asked was not."""
        for row in self.stages.rows:
            row.show_state("done", row.detail.text(), mono=row.number <= WAITING)
        told = ", ".join(granted) or "The service does not say which."
        self.stages.rows[COMPARING].show_state("done", told, mono=bool(granted))
        self._wait(on=False)
        self.narrower = bool(missing)
        if missing:
            self._say_narrower(missing)
        self._offer("Continue")
        self.once_more.show()
        self.other.hide()
        self.focus()

    def show_failed(self, what: str, advice: str) -> None:
        """Show where it stopped, and offer another try."""
        at = next((r for r in self.stages.rows if r.state == "running"), None)
        if at is not None:
            at.show_state("failed")
        self._wait(on=False)
        self._unsay()
        self._say(Message("danger", what, advice))
        self._offer("Try again")
        self._offer_other()
        self.focus()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Go on by Enter; stop waiting by Escape."""
        keys = QtCore.Qt.Key
        if event.key() in {keys.Key_Return, keys.Key_Enter} and self.next.isVisible():
            self.next.click()
        elif event.key() == keys.Key_Escape and self.room.isVisible():
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _say_narrower(self, missing: Sequence[str]) -> None:
        lacking = ", ".join(missing)
        self._unsay()
        self._say(
            Message(
                "warning",
                f"Not granted: {Data(lacking)}",
                "What needs it will be refused by the service.",
            )
        )

    def _say(self, message: Message) -> None:
        self._said.append(message)
        self.notes.add(message)

    def _unsay(self) -> None:
        self._said = []
        self.notes.clear()

    def _reach(self, at: int) -> None:
        self.stages.rows[at].show_state("running")

    def _wait(self, *, on: bool) -> None:
        self.room.setVisible(on)
        self.paste.setVisible(on and not self._by_device)
        if not on:
            self.room.code.hide()
            self._show_tools(on=False)

    def _show_tools(self, *, on: bool) -> None:
        for button in (self.again, self.copy):
            button.setVisible(on)

    def _offer(self, text: str) -> None:
        self.once_more.hide()
        self.next.setText(text)
        self.next.setVisible(bool(text))
        self.next.updateGeometry()

    def _offer_other(self) -> None:
        self.other.setVisible(self._has_device)
        self.other.setText(
            "Use the browser" if self._by_device else "Use a device code"
        )

    def _build(self) -> None:
        rows = self.stages.rows
        rows[OPENED].trailing.add(self.again, self.copy)
        rows[WAITING].room.add(self.room)
        body = boxed(Column(self.stages, self.notes, self.paste))
        area = Fitted(body, self.title.text())
        foot = Row(self.previous, None, self.other, self.once_more, self.next)
        self.setLayout(Column(self.title, self.line, 4, area, 4, foot, None))

    def _wire(self) -> None:
        self.next.clicked.connect(self.on)
        self.previous.clicked.connect(self.back)
        self.once_more.clicked.connect(self.once_more_wanted)
        self.room.cancel.clicked.connect(self.cancelled)
        self.again.clicked.connect(self.open_again)
        self.copy.clicked.connect(self.copy_wanted)
        self.paste.pasted.connect(self.pasted)
        self.other.clicked.connect(self._switch)

    @QtCore.Slot()
    def _switch(self) -> None:
        wanted = self.browser_wanted if self._by_device else self.device_wanted
        wanted.emit()

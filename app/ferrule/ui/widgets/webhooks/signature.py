"""The signature of a call: the verdict, how it was checked, what was signed.

What our secret makes of the call would be accepted by whoever verifies, so it stands
behind dots as any secret does, for ten seconds after a fresh unlock.
"""

import string
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import SystemClock
from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_rows import size_words
from ferrule.ui.models.signature_words import Step, steps
from ferrule.ui.theme import STATES, paint_shape, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.code import CodeView, Sunken
from ferrule.ui.widgets.field import SecretField
from ferrule.ui.widgets.json_text import JsonColours
from ferrule.ui.widgets.label import Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.message import breakable
from ferrule.ui.widgets.secret_line import SecretLine
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.webhooks.banner import VerdictBanner
from ferrule.workspace.delivery_facts import Opened

COMPUTED: Final = "computed"
_NAME_WIDE: Final = 108
_LINES: Final = 6
_LEAST_HEX: Final = 32
_SEEN: Final = 2_000


class _Mark(QtWidgets.QWidget):
    """The shape of a state; the words stand beside it."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    def sizeHint(self) -> QtCore.QSize:
        """Return room for a shape in a list."""
        return QtCore.QSize(theme.px(14), theme.px(14))

    def paintEvent(self, _event: object) -> None:
        """Draw the shape."""
        painter = QtWidgets.QStylePainter(self)
        inset = theme.px(1)
        box = self.rect().adjusted(inset, inset, -inset, -inset)
        look = STATES[self._state]
        paint_shape(painter, box, look.shape, look.token)


class SignatureTab(Scroll):
    """The verdict, the steps of the check, both signatures, and the signed text.

    Signals:
        reveal_wanted(), copy_wanted(): what our secret makes of the call.
        proved(str): the passphrase was typed that was asked for.
        raw_wanted(): the raw text is to be shown.
    """

    reveal_wanted = QtCore.Signal()
    copy_wanted = QtCore.Signal()
    proved = QtCore.Signal(str)
    raw_wanted = QtCore.Signal()

    def __init__(self) -> None:
        self.banner = VerdictBanner()
        self._steps = Column(gap=6)
        self._received = Column(gap=6)
        self._names: list[Label] = []
        self.computed = SecretLine(COMPUTED, "Computed")
        self.computed.copy.set_name("Copy the computed signature")
        self.computed.eye.set_name("Show the computed signature")
        self.passphrase = SecretField(name="Passphrase of the vault")
        self.unlock = Button("Unlock", compact=True)
        self.text = CodeView("Signed text", lines=4)
        self._colours = JsonColours(self.text.document())
        self.open_raw = Button("Open in Raw", kind="link", compact=True)
        self._about = Label("", "caption", "muted", elide=True)
        self._build()
        super().__init__(self._content, "Signature")
        self._connect()
        theme.changed.connect(self._fit)
        theme.changed.connect(self._colours.rehighlight)
        self._fit()

    def show_delivery(self, opened: Opened) -> None:
        """Show how a delivery was verified."""
        facts, now = opened.signature, SystemClock().now()
        self.banner.show_delivery(opened, now)
        self._show_steps(steps(facts, now))
        self._show_received(facts.received)
        self.computed.hide_value()
        self.computed.setVisible(facts.has_computed)
        self.ask_passphrase(on=False)
        self._digests.setVisible(bool(facts.received) or facts.has_computed)
        self._show_text(opened)

    def ask_passphrase(self, *, on: bool) -> None:
        """Ask for the passphrase before a secret is shown or copied."""
        self.passphrase.clear()
        self._proof.setVisible(on)
        if on:
            self.ensureWidgetVisible(self._proof)
            self.passphrase.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def _show_steps(self, found: list[Step]) -> None:
        self._steps.clear()
        self._names = []
        self._checked.setVisible(bool(found))
        for one in found:
            self._steps.add(self._line(one))
        self._fit()

    def _line(self, one: Step) -> QtWidgets.QWidget:
        name = Label(one.name, "body", "muted")
        self._names.append(name)
        text = Data(breakable(one.found)) if one.mono else breakable(one.found)
        told = Label(text, "code" if one.mono else "body", wrap=True)
        row = Row(_Mark(one.state), name, gap=8)
        row.add(told, stretch=1)
        return boxed(row)

    def _show_received(self, received: tuple[str, ...]) -> None:
        self._received.clear()
        for one in received or ("none",):
            name = Label("Received", "body", "muted")
            self._names.append(name)
            told = Label(Data(in_groups(one)), "code", elide=True)
            told.setToolTip(Data(one) if received else "")
            row = Row(name, gap=8)
            row.add(told, stretch=1)
            if received:
                copy = IconButton("copy", "Copy the received signature")
                copy.clicked.connect(partial(self._copy, one))
                row.add(copy)
            self._received.add(boxed(row))
        self._fit()

    def _copy(self, text: str, *_checked: object) -> None:
        QtGui.QGuiApplication.clipboard().setText(text)
        announce(self, "Copied")

    def _show_text(self, opened: Opened) -> None:
        canonical = opened.content.canonical
        self._signed.setVisible(canonical is not None)
        if canonical is None:
            self.text.show_text("")
            return
        is_body = canonical == opened.content.body
        what = "the raw body" if is_body else "as it was signed"
        size = size_words(len(canonical))
        self._about.setText(f"{what}, {size}, byte for byte")
        self.open_raw.setVisible(is_body)
        self.text.show_text(_beginning(canonical))

    def _build(self) -> None:
        self._checked = boxed(
            Column(SectionHead("How it was checked", role="emphasis"), self._steps)
        )
        self._proof = boxed(Row(self.passphrase, self.unlock, gap=8))
        self._proof.hide()
        inside = Column(self._received, self.computed, gap=6, margins=(12, 8, 8, 8))
        self._digests = boxed(
            Column(SectionHead("Signatures", role="emphasis"), Sunken(inside))
        )
        head = Row(Label("Signed text", "emphasis"), gap=10)
        head.add(self._about, stretch=1)
        head.add(self.open_raw)
        self._signed = boxed(Column(head, self.text))
        column = Column(gap=18, margins=(16, 14, 16, 14))
        column.add(self.banner, self._proof, self._checked, self._digests)
        column.add(self._signed, None)
        self._content = boxed(column)

    def _connect(self) -> None:
        self.computed.reveal_wanted.connect(lambda _: self.reveal_wanted.emit())
        self.computed.copy_wanted.connect(lambda _: self.copy_wanted.emit())
        self.unlock.clicked.connect(self._prove)
        self.passphrase.returnPressed.connect(self._prove)
        self.open_raw.clicked.connect(self.raw_wanted)

    @QtCore.Slot()
    def _prove(self) -> None:
        self.proved.emit(self.passphrase.text())

    @QtCore.Slot()
    def _fit(self) -> None:
        high = theme.measured("code").lineSpacing() * _LINES
        self.text.setFixedHeight(round(high) + theme.px(24))
        for name in self._names:
            name.setFixedWidth(theme.px(_NAME_WIDE))


def in_groups(text: str) -> str:
    """Return a digest in groups of eight, easier to compare; else the text itself."""
    if len(text) < _LEAST_HEX or not all(sign in string.hexdigits for sign in text):
        return text
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))


def _beginning(text: bytes) -> str:
    """Return the beginning of what was signed, and how much more there is."""
    more = len(text) - _SEEN
    shown = text[:_SEEN].decode(errors="replace")
    return f"{shown}\n… {more:,} more bytes" if more > 0 else shown

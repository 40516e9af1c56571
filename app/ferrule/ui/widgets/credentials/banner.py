"""Where secrets are kept, and what to do where they are locked or only in memory."""

from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.field import SecretField
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, boxed

_TONES: Final = {
    "unlocked": ("lock-open", "success"),
    "empty": ("lock-open", "info"),
    "locked": ("lock", "warning"),
    "memory": ("triangle-alert", "warning"),
    "broken": ("circle-x", "danger"),
}
_TITLES: Final = {
    "unlocked": "The vault is open",
    "empty": "The vault is ready; nothing is kept in it yet",
    "locked": "The vault is locked",
    "memory": "Nothing keeps secrets: they are lost when Ferrule ends",
    "broken": "The vault cannot be used as it is",
}


class VaultBanner(QtWidgets.QFrame):
    """The state of the vault, and a passphrase where one helps.

    Signals:
        unlock_wanted(str): open it with this passphrase.
        passphrase_wanted(str): let this passphrase open it from now on.
        lock_wanted(): forget what opens it.
        look_again(): try the keychain once more.
    """

    unlock_wanted = QtCore.Signal(str)
    passphrase_wanted = QtCore.Signal(str)
    lock_wanted = QtCore.Signal()
    look_again = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.standing = ""
        self._tone = "info"
        self._glyph = Glyph("lock", size=18)
        self.title = Label("", "emphasis", wrap=True)
        self.told = Label("", "body", "muted", wrap=True)
        self.field = SecretField(name="Passphrase", placeholder="Passphrase")
        self.go = Button("Unlock", kind="primary")
        self.again = Button("Try the keychain again")
        self.lock = Button("Lock")
        self.refusal = Label("", "caption", "danger", wrap=True)
        self._entry = boxed(Row(self.field, self.go, None))
        self._build()
        self.go.clicked.connect(self._send)
        self.field.returnPressed.connect(self._send)
        self.lock.clicked.connect(self.lock_wanted)
        self.again.clicked.connect(self.look_again)

    def show_vault(
        self, standing: str, told: str, *, by_passphrase: bool, troubles: str
    ) -> None:
        """Show how the vault is; `troubles` are what is wrong, with what to do."""
        self.standing = standing
        icon, self._tone = _TONES[standing]
        self._glyph.set_icon(icon, self._tone)
        self.title.setText(_TITLES[standing])
        self.told.setText(Data("\n".join(filter(None, (told, troubles)))))
        opens = standing == "locked" and by_passphrase
        begins = standing == "memory"
        self.go.setText("Unlock" if standing == "locked" else "Set a passphrase")
        self.field.setVisible(opens or begins)
        self._entry.setVisible(standing == "locked" or begins)
        self.again.setVisible(standing in {"locked", "memory"})
        self.lock.setVisible(standing == "unlocked")
        self.refusal.hide()
        self.field.clear()
        self.update()

    def refuse(self, what: str) -> None:
        """Say why a passphrase does not do."""
        self.refusal.setText(what)
        self.refusal.show()
        self.field.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, _event: object) -> None:
        """Draw the tinted ground."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_CARD)
        tone = self._tone
        paint_box(painter, self.rect(), radius, f"{tone}_tint", border=f"{tone}_edge")

    @QtCore.Slot()
    def _send(self) -> None:
        text = self.field.text()
        if text or self.field.isHidden():  # what else opens it is tried
            wanted = (
                self.unlock_wanted
                if self.standing == "locked"
                else self.passphrase_wanted
            )
            wanted.emit(text)

    def _build(self) -> None:
        top = QtCore.Qt.AlignmentFlag.AlignTop
        words = Column(self.title, self.told, self._entry, self.refusal, gap=4)
        row = Row(gap=10, margins=(14, 12, 14, 12))
        row.addWidget(self._glyph, 0, top)
        row.addLayout(words, 1)
        row.add(self.again, self.lock)
        self.setLayout(row)
        self.field.setMinimumWidth(theme.px(240))
        self.refusal.hide()

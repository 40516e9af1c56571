"""Sign: with which key, for how long; a key is made here too."""

from collections.abc import Sequence

from PySide6 import QtCore

from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.code import Sunken
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message
from ferrule.workspace.shipping_facts import KeptKey

_DAYS = ((30, "30 days"), (90, "90 days"), (365, "1 year"), (730, "2 years"))


class SignCard(Card):
    """The key, its fingerprint, and how long the bundle is valid.

    Signals:
        made(str): make a key of that name.
        exported(str): write the public half of that key to a file.
        changed(): another key.
    """

    made = QtCore.Signal(str)
    exported = QtCore.Signal(str)
    changed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__("Sign", gap=8)
        self._keys: dict[str, KeptKey] = {}
        self.key = ComboBox(name="Key", icon="key-round")
        self.key.setObjectName("bundles.key")
        self.days = ComboBox(_DAYS, name="Valid for")
        self.days.setObjectName("bundles.days")
        self.days.set_value(365)
        self.fingerprint = Label("", "code", wrap=True, selectable=True)
        self.fingerprint.setAccessibleName("Fingerprint")
        self.name = LineEdit(
            name="Name of the new key", placeholder="anna@acme.example"
        )
        self.name.setObjectName("bundles.key_name")
        self.make = Button("Create key", icon="plus")
        self.make.setObjectName("bundles.new_key")
        self.export = Button("Export public key…", kind="link")
        self.export.setObjectName("bundles.export_key")
        self.other = Button("New key…", kind="link")
        self.other.setObjectName("bundles.other_key")
        self._refusal = Column(gap=0)
        self._build()
        self._connect()

    def show_keys(
        self, keys: Sequence[KeptKey], *, can_store: bool, why: str, wanted: str = ""
    ) -> None:
        """Offer the kept keys; without any, the making of one."""
        here = wanted or self.key_name()
        self._keys = {key.name: key for key in keys}
        self.key.set_options([(key.name, key.name) for key in keys])
        if here in self._keys:
            self.key.set_value(here)
        self._have.setVisible(bool(keys))
        self._new.setVisible(not keys and can_store)
        self.other.setVisible(bool(keys) and can_store)
        self._refusal.clear()
        if not can_store:
            what = "No key can be kept here"
            fix = "Unlock the keychain, or set FERRULE_MASTER_KEY."
            self._refusal.add(Message("warning", what, f"{why} {fix}"))
        self._tell()

    def key_name(self) -> str:
        """Return the chosen key's name, empty for none."""
        return str(self.key.value() or "")

    def valid_days(self) -> int:
        """Return how long the bundle is to be valid."""
        return int(str(self.days.value()))

    def _build(self) -> None:
        keys = Form(
            FormRow("Key", self.key),
            FormRow("Valid for", self.days),
            wide_from=260,
            label_width=64,
        )
        note = Row(Glyph("info", "muted", 14), gap=6)
        told = "Read these to whoever installs it: they are how the key is known."
        note.add(Label(told, "caption", "muted", wrap=True), stretch=1)
        code = Sunken(Row(self.fingerprint, margins=(12, 8, 12, 8)))
        links = Row(self.other, self.export, None, gap=16)
        head = Label("Fingerprint", "caption", "muted")
        self._have = boxed(Column(keys, head, code, note, links, gap=8))
        making = Row(gap=8)
        making.add(self.name, stretch=1)
        making.add(self.make)
        about = "An Ed25519 key, sealed on this machine; it never leaves it."
        self._new = boxed(
            Column(Label("Create a signing key", "emphasis"), making,
                   Label(about, "caption", "muted", wrap=True), gap=6)
        )  # fmt: skip
        self._new.hide()
        self.add(self._refusal, self._have, self._new)

    def _connect(self) -> None:
        self.key.chosen.connect(self._tell)
        self.make.clicked.connect(self._make)
        self.name.returnPressed.connect(self._make)
        self.other.clicked.connect(self._ask_name)
        self.export.clicked.connect(self._export)

    @QtCore.Slot()
    def _tell(self) -> None:
        key = self._keys.get(self.key_name())
        groups = key.fingerprint.split() if key else []
        half = len(groups) // 2
        lines = ["  ".join(groups[:half]), "  ".join(groups[half:])]
        self.fingerprint.setText("\n".join(lines).strip())
        self.changed.emit()

    @QtCore.Slot()
    def _ask_name(self) -> None:
        self._new.show()
        self.name.setFocus()

    @QtCore.Slot()
    def _make(self) -> None:
        if self.name.text().strip():
            self.made.emit(self.name.text().strip())

    @QtCore.Slot()
    def _export(self) -> None:
        self.exported.emit(self.key_name())

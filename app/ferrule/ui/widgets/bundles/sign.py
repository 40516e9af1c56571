"""Sign: with which keys, for how long; a key is made here too."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore

from ferrule.clock import day_words
from ferrule.ui.i18n import Data
from ferrule.ui.widgets.bundles.words import WordBlock
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.choice import CheckBox, ComboBox
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message
from ferrule.workspace.shipping_facts import KeptKey

_DAYS: Final = ((30, "30 days"), (90, "90 days"), (365, "1 year"), (730, "2 years"))
_MOST: Final = 16


class SignCard(Card):
    """The keys, their fingerprints in words, and how long the bundle is valid.

    Signals:
        made(str): make a key of that name.
        exported(str): write the public half of that key to a file.
        changed(): other keys.
    """

    made = QtCore.Signal(str)
    exported = QtCore.Signal(str)
    changed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__("Sign", gap=8)
        self.keys: dict[str, KeptKey] = {}
        self.boxes: dict[str, CheckBox] = {}
        self.blocks: dict[str, WordBlock] = {}
        self.days = ComboBox(_DAYS, name="Valid for")
        self.days.setObjectName("bundles.days")
        self.days.set_value(365)
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
        self._list = Column(gap=4)
        self._build()
        self._connect()

    def show_keys(
        self, keys: Sequence[KeptKey], *, can_store: bool, why: str, wanted: str = ""
    ) -> None:
        """Offer the kept keys; without any, the making of one."""
        chosen = {wanted} if wanted else set(self.key_names())
        self.keys = {key.name: key for key in keys}
        if not chosen & self.keys.keys():
            chosen = {key.name for key in keys[:1]}
        self._fill(chosen)
        self._have.setVisible(bool(keys))
        self._new.setVisible(not keys and can_store)
        self.other.setVisible(bool(keys) and can_store)
        self._refusal.clear()
        if not can_store:
            what = "No key can be kept here"
            fix = "Unlock the keychain, or set FERRULE_MASTER_KEY."
            self._refusal.add(Message("warning", what, f"{why} {fix}"))
        self._tell()

    def key_names(self) -> list[str]:
        """Return the names of the chosen keys, at most 16."""
        chosen = [name for name, box in self.boxes.items() if box.isChecked()]
        return chosen[:_MOST]

    def valid_days(self) -> int:
        """Return how long the bundle is to be valid."""
        return int(str(self.days.value()))

    def _fill(self, chosen: set[str]) -> None:
        self._list.clear()
        self.boxes.clear()
        self.blocks.clear()
        for key in self.keys.values():
            box = CheckBox(Data(key.name))
            box.setObjectName(f"bundles.key.{key.name}")
            box.setAccessibleDescription("Sign with this key")
            box.setChecked(key.name in chosen)
            box.toggled.connect(self._tell)
            block = WordBlock()
            block.show_key(key.words, key.fingerprint)
            self.boxes[key.name], self.blocks[key.name] = box, block
            made = Row(Label(_made(key), "caption", "muted"), margins=(26, 0, 0, 2))
            self._list.add(Column(box, made, gap=0), block)

    def _build(self) -> None:
        valid = Form(FormRow("Valid for", self.days), wide_from=260, label_width=64)
        note = Row(Glyph("info", "muted", 14), gap=6)
        told = "Read these words to the person who installs it."
        note.add(Label(told, "caption", "muted", wrap=True), stretch=1)
        links = Row(self.other, self.export, None, gap=16)
        self.head_words = Label(
            "Keys, with their fingerprints in words", "body", "muted"
        )
        self.head_words.setWordWrap(True)
        self._have = boxed(
            Column(self.head_words, self._list, note, valid, links, gap=8)
        )
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
        self.make.clicked.connect(self._make)
        self.name.returnPressed.connect(self._make)
        self.other.clicked.connect(self._ask_name)
        self.export.clicked.connect(self._export)

    @QtCore.Slot()
    def _tell(self) -> None:
        """Show the words of what is chosen."""
        chosen = self.key_names()
        for name, block in self.blocks.items():
            block.setVisible(name in chosen)
        self.export.setVisible(len(chosen) == 1)
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
        for name in self.key_names():
            self.exported.emit(name)


def _made(key: KeptKey) -> str:
    """Return when a key was created; the first format of the vault did not tell."""
    if key.made_at is None:
        return "Created: unknown"
    return f"Created {Data(day_words(key.made_at.astimezone()))}"

"""Choosing the items of another stream to ask once for each.

The parent is one of the connector's streams; the value and what is copied into the
items are picked from the parent's own sample, where there is one.
"""

from collections.abc import Sequence
from functools import partial

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import Json
from ferrule.ui.models.draft import escaped
from ferrule.ui.models.sample_leaves import Leaf, leaves
from ferrule.ui.models.stream_edits import stream_keys
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.groups import GroupEditor
from ferrule.ui.widgets.form.shapes import Member
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row


class StreamChoice(Editor):
    """One of the connector's streams, by its key; another text stays as it is."""

    def __init__(self, context: FormContext, pointer: str, name: str) -> None:
        super().__init__(context, pointer, name)
        self.combo = ComboBox(name=name)
        self._keys: list[str] | None = None
        self.setFocusProxy(self.combo)
        row = Row()
        row.add(self.combo, stretch=1)
        self.setLayout(row)
        self.combo.chosen.connect(self._choose)

    def refresh(self) -> None:
        """Offer the streams of now, and show which one it is."""
        value, keys = self.value(), stream_keys(self.context.draft.document)
        if isinstance(value, str) and value and value not in keys:
            keys = [*keys, value]
        if keys != self._keys:
            self._keys = keys
            known = set(stream_keys(self.context.draft.document))
            words = [(key, key if key in known else f"{key} (missing)") for key in keys]
            self.combo.set_options(words)
        self.combo.set_value(value)

    @QtCore.Slot(object)
    def _choose(self, key: object) -> None:
        self.put(str(key))


class ParentEditor(GroupEditor):
    """A partition over the items of a stream, with values to pick from its sample."""

    def __init__(
        self, context: FormContext, pointer: str, listed: Sequence[Member], name: str
    ) -> None:
        super().__init__(context, pointer, listed, name)
        self._said = Label("", "caption", "muted", wrap=True)
        self.value_button, self._values = self._picker("Value", "crosshair")
        self.copy_button, self._copies = self._picker("Copy into the items", "plus")
        self.ask = Button("", kind="link", icon="play", compact=True)
        self.ask.clicked.connect(self._ask)
        column = self.layout()
        if isinstance(column, Column):
            column.insertWidget(0, self._said)
            row = Row(self.value_button, self.copy_button, self.ask, None, gap=8)
            column.insertLayout(1, row)
        context.sampled_anew.connect(self._tell)
        self._values.aboutToShow.connect(partial(self._fill, self._values, self._take))
        self._copies.aboutToShow.connect(partial(self._fill, self._copies, self._copy))

    def refresh(self) -> None:
        """Show the members, and what the parent's sample holds."""
        super().refresh()
        self._tell()

    @property
    def parent_key(self) -> str:
        """Return the key of the parent stream, empty where none is chosen."""
        found = self.context.draft.value(f"{self.pointer}/parent")
        return found if isinstance(found, str) else ""

    def offered(self) -> list[Leaf]:
        """Return what can be picked from the parent's items."""
        return leaves(self.context.samples.get(self.parent_key, ()))

    def _picker(self, words: str, mark: str) -> tuple[Button, QtWidgets.QMenu]:
        menu = QtWidgets.QMenu()
        button = Button(words, icon=mark, compact=True, menu=menu)
        button.setAccessibleName(f"{words}: pick from a parent item")
        return button, menu

    @QtCore.Slot()
    def _tell(self) -> None:
        key, count = self.parent_key, len(self.context.samples.get(self.parent_key, ()))
        known = key in stream_keys(self.context.draft.document)
        if not key:
            self._said.setText("Choose the stream whose items are asked for.")
        elif count:
            self._said.setText(f"{count} items of “{key}” in its sample.")
        else:
            self._said.setText(f"There is no sample of “{key}” yet.")
        for button in (self.value_button, self.copy_button):
            button.setVisible(bool(count))
        self.ask.setText(f"Send “{key}”")
        self.ask.updateGeometry()
        self.ask.setVisible(known and not count)

    def _fill(self, menu: QtWidgets.QMenu, take: object) -> None:
        menu.clear()
        for leaf in self.offered():
            action = menu.addAction(f"{leaf.path}\t{leaf.example}".replace("&", "&&"))
            if callable(take):
                action.triggered.connect(partial(take, leaf))

    def _take(self, leaf: Leaf, *_checked: object) -> None:
        """Take a value as what is asked for; an empty name becomes its name."""
        found = self.value()
        changed: dict[str, Json] = dict(found) if isinstance(found, dict) else {}
        changed["path"] = leaf.path
        if not changed.get("name"):
            changed["name"] = leaf.name
        self.put(changed)

    def _copy(self, leaf: Leaf, *_checked: object) -> None:
        """Copy a value of the parent into the items under its name."""
        where = f"{self.pointer}/include/{escaped(leaf.name)}"
        self.context.draft.edit(where, leaf.path, "Copy into the items")

    @QtCore.Slot()
    def _ask(self) -> None:
        self.context.sample_wanted.emit(self.parent_key)

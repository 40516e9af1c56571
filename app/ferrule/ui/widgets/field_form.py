"""A form generated from input fields: credentials, configuration, a tool's parameters.

What a value means and what is wrong with it is said by `fields.read_value`; this shows
it under the field. A field whose condition does not hold is hidden and counts as empty.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from PySide6 import QtCore, QtWidgets

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.fields import InputField, shown_fields
from ferrule.fields.pasting import read_paste
from ferrule.fields.placing import Offer
from ferrule.ui.widgets.field_row import FieldRow
from ferrule.ui.widgets.form_guide import Guides
from ferrule.ui.widgets.form_rows import Form, into_sight
from ferrule.ui.widgets.label import SectionHead


class FieldForm(QtWidgets.QWidget):
    """Rows for `fields`, filled with `values`, else with their defaults.

    `kept` are keys of secrets that are stored and stay when nothing is typed. `guides`
    say where values are found. `others` are the fields of other ways to sign in, by
    name, so that what is pasted can be told to be for one of them.

    Signals:
        edited(): a value was typed or chosen.
        elsewhere(object): an Offer for another way of signing in was taken.
    """

    edited = QtCore.Signal()
    elsewhere = QtCore.Signal(object)

    def __init__(
        self,
        fields: Sequence[InputField],
        values: Mapping[str, Json] | None = None,
        *,
        kept: Collection[str] = (),
        guides: Guides | None = None,
        others: Mapping[str, Sequence[InputField]] | None = None,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: dict[str, FieldRow] = {}
        self._fields = tuple(fields)
        self._others = others or {}
        self._heads: list[tuple[SectionHead, list[str]]] = []
        self._form = Form(wide_from=620)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form)
        group = None
        for field in fields:
            if field.group and field.group != group:
                self._heads.append((SectionHead(field.group), []))
                self._form.add(self._heads[-1][0])
            group = field.group
            if group:
                self._heads[-1][1].append(field.key)
            self._add(FieldRow(field, kept=field.key in kept, guides=guides))
        self.fill(values or {})
        self._show_wanted()

    def fill(self, values: Mapping[str, Json]) -> None:
        """Show values; a key without one shows its default."""
        for key, row in self.rows.items():
            row.show_value(values.get(key, row.spec.default))

    def take(self, values: Mapping[str, Json]) -> None:
        """Show the values that are given and leave every other field as it is."""
        for key, value in values.items():
            if key in self.rows:
                self.rows[key].show_value(value)

    def take_from(self, other: "FieldForm") -> None:
        """Show what another form has in fields that are the same here."""
        mine = [row.spec for row in self.rows.values()]
        given = other.given()
        same = {k: v for k, v in given.items() if other.rows[k].spec in mine}
        self.take(same)

    def given(self) -> dict[str, Json]:
        """Return what was typed so far, without looking whether it fits."""
        rows = (self.rows[key] for key in self._wanted())
        return {row.spec.key: row.given for row in rows if not row.empty}

    def read(self) -> dict[str, Json] | None:
        """Return the typed values, or None when some do not fit.

        Each error is shown under its field, and the first such field gets the focus.
        """
        values: dict[str, Json] = {}
        wrong: list[FieldRow] = []
        for key in self._wanted():
            row = self.rows[key]
            try:
                value = row.read()
            except UsageError:
                wrong.append(row)
                continue
            if value is not None:
                values[key] = value
        if wrong:
            self._go_to(wrong[0])
            return None
        return values

    def refuse(self, key: str, why: str) -> bool:
        """Show an error that was found elsewhere; return whether the field is here."""
        row = self.rows.get(key)
        if row is not None:
            row.set_error(why)
            self._go_to(row)
        return row is not None

    def focus_first(self) -> None:
        """Put the caret into the first field that is empty, else into the first."""
        shown = [self.rows[key] for key in self._wanted()]
        empty = [row for row in shown if row.empty and not row.kept]
        for row in (empty or shown)[:1]:
            row.field.setFocus(QtCore.Qt.FocusReason.TabFocusReason)

    def _add(self, row: FieldRow) -> None:
        row.edited.connect(self._changed)
        row.pasted.connect(partial(self._pasted, row))
        self.rows[row.spec.key] = row
        self._form.add_row(row)

    def _go_to(self, row: FieldRow) -> None:
        """Put the keyboard into a field, and the field into sight."""
        row.take_focus()
        into_sight(row)

    def _wanted(self) -> list[str]:
        """Return the keys of the fields whose condition holds, in order."""
        values: dict[str, Json] = {k: row.given for k, row in self.rows.items()}
        return [field.key for field in shown_fields(self._fields, values)]

    @QtCore.Slot()
    def _changed(self) -> None:
        self._show_wanted()
        self.edited.emit()

    def _show_wanted(self) -> None:
        wanted = set(self._wanted())
        for key, row in self.rows.items():
            row.setVisible(key in wanted)
        for head, keys in self._heads:
            head.setVisible(bool(wanted & set(keys)))

    def _pasted(self, row: FieldRow, text: str, before: str) -> None:
        """Clean what was pasted, or offer to put it where it belongs."""
        fields = [self.rows[key].spec for key in self._wanted()]
        found = read_paste(row.spec, text, fields, self._others)
        if found.text is not None and found.text != text:
            row.put(found.text)
        if found.offer is not None:
            row.put(before)
            self._offer(row, text, found.offer)
        elif found.removed:
            told = f"Taken off: {', '.join(found.removed)}."
            row.say(told, ("Undo", partial(row.put, text)))

    def _offer(self, row: FieldRow, text: str, offer: Offer) -> None:
        take = partial(self._take_offer, row, offer)
        stay = "Put it here anyway", partial(row.put, text)
        row.say(offer.what, (offer.verb, take), stay)

    def _take_offer(self, row: FieldRow, offer: Offer) -> None:
        if offer.method:
            self.elsewhere.emit(offer)
            return
        before = {key: self.rows[key].given for key in offer.values}
        for key, value in offer.values.items():
            found = read_paste(self.rows[key].spec, value)
            self.rows[key].put(found.text if found.text is not None else value)
        labels = ", ".join(f"“{self.rows[key].spec.label}”" for key in offer.values)
        back = partial(self._put_back, before)
        row.say(f"Filled in: {labels}.", ("Undo", back))
        self._changed()

    def _put_back(self, before: Mapping[str, Json]) -> None:
        self.take(before)
        self._changed()

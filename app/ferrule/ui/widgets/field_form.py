"""A form generated from input fields: credentials, configuration, a tool's parameters.

What a value means and what is wrong with it is said by `fields.read_value`; this shows
it under the field. A field whose condition does not hold is hidden and counts as empty.
"""

from collections.abc import Collection, Mapping, Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression.condition import compile_predicate
from ferrule.expression.source import Place
from ferrule.fields import InputField, read_value
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.field_controls import Control, control_for
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import SectionHead, plain_tip


class FieldRow(FormRow):
    """One field with its control; an error takes the place of its help.

    Signals:
        edited(): another value was typed or chosen.
    """

    edited = QtCore.Signal()

    def __init__(self, spec: InputField, *, kept: bool = False) -> None:
        self.spec = spec
        self.kept = kept
        self.control: Control = control_for(spec, kept=kept)
        super().__init__(
            spec.label,
            self.control.widget,
            help_text=spec.help_text or "",
            trailing=_link(spec),
            optional=not spec.required and spec.type != "boolean",
        )
        self.control.changed.connect(self._edit)
        if self.control.left is not None:
            self.control.left.connect(self._look)

    @property
    def given(self) -> Json:
        """Return what was typed or chosen, as it is."""
        return self.control.read()

    @property
    def empty(self) -> bool:
        """Return whether nothing was typed or chosen."""
        return self.given in {None, ""} if not isinstance(self.given, list) else False

    def read(self) -> Json:
        """Return the typed value, and show what is wrong with it.

        Raises:
            UsageError: when it does not fit the field.
        """
        try:
            value = _read(self.spec, self.given, kept=self.kept)
        except UsageError as error:
            self.set_error(_without_name(error, self.spec))
            raise
        self.set_error("")
        return value

    @QtCore.Slot()
    def _edit(self) -> None:
        if self.error:
            self._try()
        self.edited.emit()

    @QtCore.Slot()
    def _look(self) -> None:
        """Say what is wrong once the person goes on; an empty field is not yet."""
        if not self.empty:
            self._try()

    def _try(self) -> None:
        try:
            self.read()
        except UsageError:
            return


class FieldForm(QtWidgets.QWidget):
    """Rows for `fields`, filled with `values`, else with their defaults.

    `kept` are keys of secrets that are stored and stay when nothing is typed.

    Signals:
        edited(): a value was typed or chosen.
    """

    edited = QtCore.Signal()

    def __init__(
        self,
        fields: Sequence[InputField],
        values: Mapping[str, Json] | None = None,
        *,
        kept: Collection[str] = (),
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: dict[str, FieldRow] = {}
        self._form = Form(wide_from=620)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form)
        group = None
        for field in fields:
            if field.group and field.group != group:
                self._form.add(SectionHead(field.group))
            group = field.group
            self._add(field, kept=field.key in kept)
        self.fill(values or {})
        self._show_wanted()

    def fill(self, values: Mapping[str, Json]) -> None:
        """Show values; a key without one shows its default."""
        for key, row in self.rows.items():
            row.control.write(values.get(key, row.spec.default))
            row.set_error("")

    def given(self) -> dict[str, Json]:
        """Return what was typed so far, without looking whether it fits."""
        wanted = self._wanted()
        return {k: r.given for k, r in self.rows.items() if k in wanted and not r.empty}

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
            wrong[0].field.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
            return None
        return values

    def refuse(self, key: str, why: str) -> bool:
        """Show an error that was found elsewhere; return whether the field is here."""
        row = self.rows.get(key)
        if row is not None:
            row.set_error(why)
            row.field.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        return row is not None

    def focus_first(self) -> None:
        """Put the caret into the first field that is empty, else into the first."""
        shown = [self.rows[key] for key in self._wanted()]
        empty = [row for row in shown if row.empty and not row.kept]
        for row in (empty or shown)[:1]:
            row.field.setFocus(QtCore.Qt.FocusReason.TabFocusReason)

    def _add(self, field: InputField, *, kept: bool) -> None:
        row = FieldRow(field, kept=kept)
        row.edited.connect(self._changed)
        self.rows[field.key] = row
        self._form.add_row(row)

    def _wanted(self) -> list[str]:
        """Return the keys of the fields whose condition holds, in order."""
        values: dict[str, Json] = {k: row.given for k, row in self.rows.items()}
        place = Place(body=values, item=values)
        return [
            key
            for key, row in self.rows.items()
            if row.spec.visible_when is None
            or compile_predicate(row.spec.visible_when)(place)
        ]

    @QtCore.Slot()
    def _changed(self) -> None:
        self._show_wanted()
        self.edited.emit()

    def _show_wanted(self) -> None:
        wanted = self._wanted()
        for key, row in self.rows.items():
            row.setVisible(key in wanted)


def _read(field: InputField, given: Json, *, kept: bool) -> Json:
    if given == "" and kept:
        return None
    if isinstance(given, str) and field.type not in {"textarea", "file"}:
        given = given.strip()
    return read_value(field, given)


def _without_name(error: UsageError, field: InputField) -> str:
    """Return an error as it reads beside its field, which names itself."""
    name = f"“{field.label}” ({field.key}) "
    text = error.message.removeprefix(name)
    subject = "This " if text != error.message else ""
    return f"{subject}{text} {error.advice}".strip()


def _link(field: InputField) -> Button | None:
    if not field.doc_url:
        return None
    link = Button("Where is it?", kind="link", icon="external-link")
    link.setAccessibleName(f"Where to find {field.label}")
    link.setToolTip(plain_tip(field.doc_url))
    address = QtCore.QUrl(field.doc_url)
    link.clicked.connect(lambda: QtGui.QDesktopServices.openUrl(address))
    return link

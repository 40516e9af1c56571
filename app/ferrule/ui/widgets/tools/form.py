"""The arguments of a tool as a generated form, errors at their fields."""

from collections.abc import Mapping

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import Json
from ferrule.fields.arguments import ArgumentProblem
from ferrule.ui.i18n import Data
from ferrule.ui.models.tool_params import arguments_of, bare, fields_of, key_of, typed
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column
from ferrule.workspace.tools.facts import ToolFacts


class ArgumentForm(QtWidgets.QWidget):
    """The form of one tool's arguments.

    Signals:
        edited(): a value was typed or chosen.
    """

    edited = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Arguments")
        self.tool: ToolFacts | None = None
        self.form = FieldForm(())
        self._none = Label("It takes no arguments.", "body", "muted")
        self._column = Column(self._none, self.form, gap=0)
        self.setLayout(self._column)

    def show_tool(self, tool: ToolFacts, given: Mapping[str, Json]) -> None:
        """Show the fields of a tool, filled with what was typed, else with defaults."""
        self.tool = tool
        old, self.form = self.form, FieldForm(fields_of(tool.params), given)
        self._column.removeWidget(old)
        old.hide()
        old.deleteLater()
        _name(self.form, tool)
        self._column.add(self.form)
        self._none.setVisible(not tool.params)
        self.form.setVisible(bool(tool.params))
        self.form.edited.connect(self.edited)

    @QtCore.Slot()
    def focus_first(self) -> None:
        """Put the keyboard into the first field that is empty."""
        self.form.focus_first()

    def given(self) -> dict[str, Json]:
        """Return what was typed so far, to be shown again."""
        return self.form.given()

    def fill(self, arguments: Mapping[str, Json]) -> None:
        """Show these arguments."""
        if self.tool is not None:
            self.form.fill(typed(self.tool.params, arguments))

    def peek(self) -> tuple[dict[str, Json], list[ArgumentProblem]]:
        """Return the arguments as they stand and what is wrong, and show nothing."""
        params = self.tool.params if self.tool is not None else ()
        return arguments_of(params, self.form.given())

    def read(self) -> dict[str, Json] | None:
        """Return the arguments; None, with each error at its field, if some are bad."""
        values, problems = self.peek()
        for row in self.form.rows.values():
            row.set_error("")
        params = self.tool.params if self.tool is not None else ()
        for problem in reversed(problems):  # the first has the keyboard in the end
            self.form.refuse(key_of(params, problem.name), bare(problem))
        return None if problems else values


def _name(form: FieldForm, tool: ToolFacts) -> None:
    """Show names, descriptions and choices as data: they are the connector's words."""
    for row, param in zip(form.rows.values(), tool.params, strict=True):
        name = Data(param.name)
        shown = Data(name.replace("&", "&&"))
        needed = row.spec.required
        row.label.setText(shown if needed else f"{shown} (optional)")
        row.field.setAccessibleName(f"{name}, required" if needed else name)
        row.set_help(Data(param.description or ""))
        if param.enum and isinstance(row.field, QtWidgets.QComboBox):
            ahead = row.field.count() - len(row.spec.options)
            for at, option in enumerate(row.spec.options):
                row.field.setItemText(ahead + at, Data(option.label))

"""The form of each step, made when it is first shown."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import Problem
from ferrule.exchange import MISSING, Json
from ferrule.ui.models.live import Look
from ferrule.ui.widgets.builder_mapping import MappingRows
from ferrule.ui.widgets.builder_steps import (
    PARTS,
    TITLES,
    Part,
    base_of,
    step_of,
    with_mode,
)
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Pane, Row, Scroll
from ferrule.ui.widgets.section_form import SectionForm, nearest
from ferrule.ui.widgets.section_form_context import Editor, FormContext
from ferrule.ui.widgets.section_form_lists import ManyEditor

_MODES: Final = (
    ("polling", "Polling: it is asked"),
    ("webhook", "Webhook: it calls"),
    ("polling_and_webhook", "Polling and webhook"),
)
_WIDE: Final = 420
_RULES: Final = ("signalTypeRules", "priorityMapping")
_NO_POLLING: Final = "This connector is called by the service and asks for nothing."


class StepPage(QtWidgets.QWidget):
    """One step: its title, what is wrong in short, and its forms below one another.

    Signals:
        rules_wanted(): the rules are to be shown.
        focused(object): a MappingRow got the caret.
        picking(object): a MappingRow wants a value of the response.
    """

    rules_wanted = QtCore.Signal()
    focused = QtCore.Signal(object)
    picking = QtCore.Signal(object)

    def __init__(self, context: FormContext, step: str) -> None:
        super().__init__()
        self.step = step
        self._context = context
        self.forms: list[SectionForm] = []
        self.mapping: MappingRows | None = None
        self._count = Chip("", "neutral")
        self._wrong = Chip("", "danger", state="error")
        for chip in (self._count, self._wrong):
            chip.hide()
        head = Row(Label(TITLES[step], "title"), self._count, self._wrong, None)
        self._body = Column(gap=12, margins=(16, 14, 16, 24))
        self._body.add(head)
        self._fill()
        self._body.add(None)
        self.area = Scroll(Pane(self._body), f"{TITLES[step]}, form")
        outer = Column(gap=0)
        outer.add(self.area, stretch=1)
        self.setLayout(outer)

    def editors(self) -> Iterator[Editor]:
        """Yield all fields of the step."""
        for form in self.forms:
            yield from form.editors()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark the fields, and count what is wrong."""
        for form in self.forms:
            form.show_problems(problems)
        draft = self._context.draft
        own = [p for p in problems if step_of(draft, p.pointer) == self.step]
        errors = sum(problem.severity == "error" for problem in own)
        self._wrong.setVisible(bool(errors))
        word = "error" if errors == 1 else "errors"
        self._wrong.show_fact(f"{errors} {word}", "danger", state="error")

    def take(self, look: Look | None, body: Json, config: dict[str, Json]) -> None:
        """Show what the sample says about paths and rules."""
        if self.mapping is not None:
            self.mapping.take(look, body, config)
        if look is not None and self.step == "rules":
            for editor in self.editors():
                member = editor.pointer.rsplit("/", 1)[-1]
                if isinstance(editor, ManyEditor) and member in _RULES:
                    editor.set_notes(_notes(look.hits.get(member, [])))
        if look is not None and self.step in {"records", "mapping"}:
            self._count.show_fact(f"{look.preview.total} items")
            self._count.show()

    def go_to(self, pointer: str) -> bool:
        """Give the keyboard to the field of a place; say whether there is one."""
        row = self.mapping.row(pointer) if self.mapping is not None else None
        if row is not None:
            row.edit.field.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
            self.area.ensureWidgetVisible(row.edit)
            return True
        editor = nearest(self.editors(), pointer)
        if editor is None:
            return False
        editor.take_focus()
        self.area.ensureWidgetVisible(editor)
        return True

    def _fill(self) -> None:
        if self.step in {"records", "mapping"}:
            only_items = self.step == "records"
            self.mapping = MappingRows(self._context.draft, only_items=only_items)
            self.mapping.rules_wanted.connect(self.rules_wanted)
            self.mapping.focused.connect(self.focused)
            self.mapping.picking.connect(self.picking)
            self._body.add(self.mapping)
        if self.step == "request":
            self._body.add(Form(_ModeRow(self._context), wide_from=_WIDE))
        for part in PARTS[self.step]:
            self._add_part(part)
        if self.step in {"paging", "incremental"} and len(self.forms) < len(
            PARTS[self.step]
        ):
            self._body.add(Label(_NO_POLLING, "body", "muted", wrap=True))

    def _add_part(self, part: Part) -> None:
        base = base_of(self._context.draft, part.base)
        if base is None:
            return
        pointer = f"{base}/{part.member}" if part.member else base
        form = SectionForm(
            self._context,
            part.model,
            pointer,
            part.name or TITLES[self.step],
            only=part.only,
            required=part.required,
        )
        self.forms.append(form)
        self._body.add(form)


def _notes(hits: Sequence[int | None]) -> list[tuple[str, str]]:
    """Return for each rule how many items it decides; none is to be looked at."""
    return [_note(count) for count in hits]


def _note(count: int | None) -> tuple[str, str]:
    if count is None:
        return "", "neutral"
    return (f"{count} items", "neutral") if count else ("no item", "warning")


class _ModeRow(FormRow):
    """How records come in; switching keeps what both ways share."""

    def __init__(self, context: FormContext) -> None:
        self._draft = context.draft
        self._combo = ComboBox(_MODES, name="Records come in by")
        super().__init__("Records come in by", self._combo)
        self._combo.chosen.connect(self._switch)
        self._draft.changed.connect(self._refresh)
        self._refresh()

    @QtCore.Slot()
    def _refresh(self) -> None:
        found = self._draft.value("/ingestion/mode")
        self._combo.set_value("polling" if found is MISSING else found)

    @QtCore.Slot(object)
    def _switch(self, mode: object) -> None:
        ingestion = self._draft.value("/ingestion")
        self._draft.edit("/ingestion", with_mode(ingestion, str(mode)), "Ingestion")


class StepForms(QtWidgets.QStackedWidget):
    """All steps; one is shown, and is made when it is first shown.

    Signals:
        step_wanted(str): another step is to be shown.
        focused(object): a MappingRow got the caret.
        picking(object): a MappingRow wants a value of the response.
        made_anew(): all fields are others; the old ones are gone.
    """

    step_wanted = QtCore.Signal(str)
    made_anew = QtCore.Signal()
    focused = QtCore.Signal(object)
    picking = QtCore.Signal(object)

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._context = context
        self._pages: dict[str, StepPage] = {}
        self._problems: Sequence[Problem] = ()
        self._sample: tuple[Look | None, Json, dict[str, Json]] = (None, None, {})
        self._stream = -1
        self._mode = self._current_mode()
        self._step = ""
        context.draft.changed.connect(self._check_mode)

    @property
    def page(self) -> StepPage:
        """Return the page that is shown."""
        return self._pages[self._step]

    @property
    def step(self) -> str:
        """Return the key of the step that is shown."""
        return self._step

    def show_step(self, step: str) -> StepPage:
        """Show a step."""
        self._step = step
        page = self._pages.get(step) or self._make(step)
        self.setCurrentWidget(page)
        page.show_problems(self._problems)
        page.take(*self._sample)
        return page

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark fields of the step that is shown; others follow when they are."""
        self._problems = problems
        self.page.show_problems(problems)

    def take(self, look: Look | None, body: Json, config: dict[str, Json]) -> None:
        """Show what the sample says."""
        self._sample = (look, body, config)
        self.page.take(look, body, config)

    def set_stream(self, index: int) -> None:
        """Show a stream's mapping, the connector's for -1."""
        self._stream = index
        for page in self._pages.values():
            if page.mapping is not None:
                page.mapping.set_stream(index)

    def _make(self, step: str) -> StepPage:
        page = StepPage(self._context, step)
        self._pages[step] = page
        self.addWidget(page)
        if page.mapping is not None:
            page.mapping.set_stream(self._stream)
        page.rules_wanted.connect(lambda: self.step_wanted.emit("rules"))
        page.focused.connect(self.focused)
        page.picking.connect(self.picking)
        return page

    def _current_mode(self) -> object:
        return self._context.draft.value("/ingestion/mode")

    @QtCore.Slot()
    def _check_mode(self) -> None:
        """Make the pages anew where records come in another way: places moved."""
        if self._current_mode() == self._mode or not self._step:
            return
        self._mode = self._current_mode()
        for page in self._pages.values():
            self.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self.made_anew.emit()
        self.show_step(self._step)

"""The form of each step, made when it is first shown."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import Problem
from ferrule.exchange import MISSING, Json
from ferrule.ui.models.draft_level import CONNECTOR
from ferrule.ui.models.live import Look
from ferrule.ui.models.stream_edits import stream_keys
from ferrule.ui.models.template_hints import Sampled
from ferrule.ui.widgets.builder.mapping import MappingRows
from ferrule.ui.widgets.builder.steps import (
    PARTS,
    TITLES,
    Part,
    base_of,
    step_of,
    with_mode,
)
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.rules import RulesEditor
from ferrule.ui.widgets.form.section import SectionForm, nearest
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Pane, Row, Scroll

_MODES: Final = (
    ("polling", "Polling: it is asked"),
    ("webhook", "Webhook: it calls"),
    ("polling_and_webhook", "Polling and webhook"),
)
_WIDE: Final = 420
_NO_POLLING: Final = "This connector is called by the service and asks for nothing."


class StepPage(QtWidgets.QWidget):
    """One step: its title, what is wrong in short, and its forms below one another.

    Signals:
        rules_wanted(): the rules are to be shown.
        focused(object): a MappingRow got the caret.
        picking(object): a MappingRow wants a value of the response.
        lacking(object): items in which a MappingRow finds nothing are to be shown.
    """

    rules_wanted = QtCore.Signal()
    focused = QtCore.Signal(object)
    picking = QtCore.Signal(object)
    lacking = QtCore.Signal(object)

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
        self._body.add(None)
        self.area = Scroll(Pane(self._body), f"{TITLES[step]}, form")
        outer = Column(gap=0)
        outer.add(self.area, stretch=1)
        self.setLayout(outer)
        self._parts = list(PARTS[step])
        self._begin()

    def put_below_title(self, widget: QtWidgets.QWidget) -> None:
        """Show something between the title and the first field."""
        self._body.insertWidget(1, widget)

    def editors(self) -> Iterator[Editor]:
        """Yield all fields of the step."""
        for form in self.forms:
            yield from form.editors()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark the fields, and count what is wrong."""
        draft = self._context.draft
        here = [(draft.here(problem.pointer), problem) for problem in problems]
        seen = [p._replace(pointer=place) for place, p in here if place is not None]
        for form in self.forms:
            form.show_problems(seen)
        own = [p for p in seen if step_of(draft, p.pointer) == self.step]
        errors = sum(problem.severity == "error" for problem in own)
        self._wrong.setVisible(bool(errors))
        word = "error" if errors == 1 else "errors"
        self._wrong.show_fact(f"{errors} {word}", "danger", state="error")

    def take(self, look: Look | None, body: Json, config: dict[str, Json]) -> None:
        """Show what the sample says about paths and rules."""
        if self.mapping is not None:
            self.mapping.take(look, body, config)
        if look is not None and self.step == "rules":
            made = sum(row.signal is not None for row in look.preview.rows)
            total = len(look.items) if look.preview.blocked else made
            for editor in self.editors():
                if isinstance(editor, RulesEditor):
                    member = editor.pointer.rsplit("/", 1)[-1]
                    editor.take(look.hits.get(member, []), total)
        if self.step in {"records", "mapping"}:
            total = look.preview.total if look is not None else 0
            self._count.show_fact("1 item" if total == 1 else f"{total} items")
            self._count.setVisible(look is not None)

    def go_to(self, pointer: str) -> bool:
        """Give the keyboard to the field of a place; say whether there is one."""
        self._context.slices.finish()
        pointer = self._context.draft.here(pointer) or pointer
        row = self.mapping.row(pointer) if self.mapping is not None else None
        if row is not None:
            row.edit.field.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
            self.area.ensureWidgetVisible(row.edit)
            return True
        around = nearest(self.editors(), pointer)
        if around is None:
            return False
        around.reveal(pointer)
        editor = nearest(self.editors(), pointer) or around
        editor.take_focus()
        self.area.ensureWidgetVisible(editor)
        # Where fields were made just now, their places are known only after a turn.
        QtCore.QTimer.singleShot(0, editor, partial(self._show_field, editor))
        return True

    def _show_field(self, editor: Editor) -> None:
        layouts = QtCore.QEvent.Type.LayoutRequest.value
        QtCore.QCoreApplication.sendPostedEvents(None, layouts)
        self.area.ensureWidgetVisible(editor)

    def _begin(self) -> None:
        """Show what comes first; the parts follow, as far as there is time."""
        if self.step in {"records", "mapping"}:
            only_items = self.step == "records"
            self.mapping = MappingRows(self._context.draft, only_items=only_items)
            self.mapping.rules_wanted.connect(self.rules_wanted)
            self.mapping.focused.connect(self.focused)
            self.mapping.picking.connect(self.picking)
            self.mapping.lacking.connect(self.lacking)
            self._put(self.mapping)
        if self.step == "request":
            self._put(Form(_ModeRow(self._context), wide_from=_WIDE))
        self._go_on()

    def _go_on(self) -> None:
        slices = self._context.slices
        while self._parts:
            self._add_part(self._parts.pop(0))
            if self._parts and slices.overdue():
                slices.later(self, self._go_on)
                return
        few = len(self.forms) < len(PARTS[self.step])
        if self.step in {"paging", "incremental"} and few:
            self._put(Label(_NO_POLLING, "body", "muted", wrap=True))

    def _put(self, widget: QtWidgets.QWidget) -> None:
        """Add something below all else."""
        self._body.insertWidget(self._body.count() - 1, widget)

    def _add_part(self, part: Part) -> None:
        base = base_of(self._context.draft, part.base)
        if base is None:
            return
        pointer = f"{base}/{part.member}" if part.member else base
        if part.base in {"root", "webhook"} and self._divided():
            self._put(_Whole(self._context))
        form = SectionForm(
            self._context,
            part.model,
            pointer,
            part.name or TITLES[self.step],
            only=part.only,
            required=part.required,
        )
        self.forms.append(form)
        self._put(form)

    def _divided(self) -> bool:
        """Return whether streams change some parts of this step, and this is next."""
        bases = {part.base for part in PARTS[self.step]}
        first = not any(isinstance(w, _Whole) for w in self.findChildren(_Whole))
        return first and bool(bases & {"polling", "mapping"})


class _Whole(Label):
    """Says at a stream's level that what follows is the connector's."""

    def __init__(self, context: FormContext) -> None:
        super().__init__("For the whole connector", "caption_strong", "muted")
        self._draft = context.draft
        self._draft.changed.connect(self._refresh)
        self._refresh()

    @QtCore.Slot()
    def _refresh(self) -> None:
        apart = self._draft.level != CONNECTOR
        if not apart or self.parentWidget() is not None:
            self.setVisible(apart)  # without a parent it would be a window


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
        lacking(object): items in which a MappingRow finds nothing are to be shown.
        made_anew(): all fields are others; the old ones are gone.
    """

    step_wanted = QtCore.Signal(str)
    made_anew = QtCore.Signal()
    focused = QtCore.Signal(object)
    picking = QtCore.Signal(object)
    lacking = QtCore.Signal(object)

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._context = context
        self._pages: dict[str, StepPage] = {}
        self._problems: Sequence[Problem] = ()
        self._sample: tuple[Look | None, Json, dict[str, Json]] = (None, None, {})
        self._mode = self._current_mode()
        self._step = ""
        context.draft.changed.connect(self._check_mode)
        context.slices.done.connect(self._tell_again)

    @property
    def page(self) -> StepPage:
        """Return the page that is shown."""
        return self._pages[self._step]

    @property
    def step(self) -> str:
        """Return the key of the step that is shown."""
        return self._step

    @property
    def stream(self) -> int:
        """Return the number of the stream that is shown, else -1."""
        return self._context.draft.level

    def show_step(self, step: str) -> StepPage:
        """Show a step."""
        self._step = step
        with self._context.slices.slice():
            page = self._pages.get(step) or self._make(step)
        self.setCurrentWidget(page)
        page.show_problems(self._problems)
        page.take(*self._sample)
        return page

    @QtCore.Slot()
    def _tell_again(self) -> None:
        """Tell fields that were made later what the others know."""
        self.page.show_problems(self._problems)
        self.page.take(*self._sample)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark fields of the step that is shown; others follow when they are."""
        self._problems = problems
        self.page.show_problems(problems)

    def take(self, look: Look | None, body: Json, config: dict[str, Json]) -> None:
        """Show what the sample says."""
        self._sample = (look, body, config)
        items = look.items if look is not None else ()
        self._context.take_sample(self._stream_key(), Sampled(items, body, config))
        self.page.take(look, body, config)

    def _stream_key(self) -> str | None:
        draft = self._context.draft
        keys, level = stream_keys(draft.document), draft.level
        return keys[level] if 0 <= level < len(keys) else None

    def _make(self, step: str) -> StepPage:
        page = StepPage(self._context, step)
        self._pages[step] = page
        self.addWidget(page)
        page.rules_wanted.connect(lambda: self.step_wanted.emit("rules"))
        page.focused.connect(self.focused)
        page.picking.connect(self.picking)
        page.lacking.connect(self.lacking)
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

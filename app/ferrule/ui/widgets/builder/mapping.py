"""The rows of a mapping: each part of a signal with its path and what that finds.

Where a stream is shown, a row shows what the stream inherits, and typing writes into
the stream's own patch (RFC 7396); an emptied row goes back to what it inherits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.models.draft_level import CONNECTOR, LevelDraft
from ferrule.ui.models.live import Look
from ferrule.ui.models.path_drag import Pick
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.form.level import LevelTag
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.path_edit import PathEdit

Kind = Literal["path", "template", "items"]
_NARROW: Final = 540
_SLIM: Final = 560


@dataclass(frozen=True, slots=True)
class Plan:
    """One member of the mapping: what it is called and what its text is."""

    member: str
    label: str
    kind: Kind
    optional: bool = False


ITEMS: Final = Plan("itemsPath", "items", "items")
_ROWS: Final = (
    Plan("idPath", "id", "path"),
    Plan("timestampPath", "time", "path"),
    Plan("createdPath", "created", "path", optional=True),
    Plan("summaryTemplate", "summary", "template"),
    Plan("participantsPath", "people", "path", optional=True),
    Plan("tagsPath", "tags", "path", optional=True),
    Plan("relatedItemsPath", "related", "path", optional=True),
)
PLANS: Final = (ITEMS, *_ROWS)


class MappingRow(QtCore.QObject):
    """One path of the mapping, bound to the draft.

    Signals:
        focused(object): the caret is in this row.
        picking(object): the person wants to pick a value for it.
        lacking(object): the items in which it finds nothing are to be shown.
        spilled(object): values were dropped here that are for the rows below.
    """

    focused = QtCore.Signal(object)
    picking = QtCore.Signal(object)
    lacking = QtCore.Signal(object)
    spilled = QtCore.Signal(object)

    def __init__(self, draft: LevelDraft, plan: Plan, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.plan = plan
        self._draft = draft
        self._taken: object = None
        self.tag: LevelTag | None = None
        self.edit = PathEdit(plan.label, plan.kind, optional=plan.optional)
        self._line = Row(gap=6)
        self._line.add(self.edit, stretch=1)
        self.whole = boxed(self._line)
        self.edit.edited.connect(self._typed)
        self.edit.focused.connect(lambda: self.focused.emit(self))
        self.edit.pick_requested.connect(lambda: self.picking.emit(self))
        self.edit.missing_requested.connect(lambda _facts: self.lacking.emit(self))
        self.edit.spilled.connect(self.spilled)
        self.refresh()

    @property
    def pointer(self) -> str:
        """Return where the row writes, as every level shows it."""
        return f"/fieldMapping/{self.plan.member}"

    @property
    def reach(self) -> Literal["item", "body"]:
        """Return whether its path starts at an item or at the whole body."""
        return "body" if self.plan.kind == "items" else "item"

    def refresh(self) -> None:
        """Show what stands in the document; what a stream inherits is pale."""
        found = self._draft.value(self.pointer)
        self.edit.set_text(found if isinstance(found, str) else "")
        if self._draft.level != CONNECTOR or self.tag is not None:
            pale = self._level_tag().refresh() in {"inherited", "removed"}
            self.edit.field.set_pale(on=pale)

    def _level_tag(self) -> LevelTag:
        """Return the tag, made when it is first wanted."""
        if self.tag is None:
            self.tag = LevelTag(
                self._draft,
                self.pointer,
                self.plan.label,
                required=not self.plan.optional,
                reserving=True,
            )
            self.tag.overridden.connect(self.edit.field.setFocus)
            self._line.add(self.tag)
            self.fit()
        return self.tag

    def fit(self) -> None:
        """Leave words out where there is little room."""
        if self.tag is not None:
            self.tag.set_slim(on=self.whole.width() < theme.px(_SLIM))

    def take(self, look: Look | None, body: Json, config: dict[str, Json]) -> None:
        """Take the sample to check the path against; the same one changes nothing."""
        items = look.at if look is not None else None
        taken = (id(body), items, tuple(config.items()))
        if taken == self._taken:
            return
        self._taken = taken
        if look is None:
            self.edit.set_places([])
        elif self.plan.kind == "items":
            self.edit.set_places([body])
        else:
            self.edit.set_places(look.items, {"config": config})

    @QtCore.Slot(str)
    def _typed(self, text: str) -> None:
        merge, label = f"type:{self.pointer}", self.plan.label.capitalize()
        if not text and self._draft.level != CONNECTOR:
            self._draft.inherit(self.pointer, label, merge)
            return
        value: Json | Missing = MISSING if not text and self.plan.optional else text
        self._draft.edit(self.pointer, value, label, merge)


class MappingRows(QtWidgets.QWidget):
    """All rows of the mapping below one another.

    Signals:
        focused(object): the caret is in that MappingRow.
        picking(object): the person wants to pick a value for that MappingRow.
        lacking(object): items in which that MappingRow finds nothing are to be shown.
        rules_wanted(): the rules decide the type; go there.
    """

    focused = QtCore.Signal(object)
    picking = QtCore.Signal(object)
    lacking = QtCore.Signal(object)
    rules_wanted = QtCore.Signal()

    def __init__(self, draft: LevelDraft, *, only_items: bool = False) -> None:
        super().__init__()
        self._draft = draft
        plans = (ITEMS,) if only_items else PLANS
        self.rows = [MappingRow(draft, plan, self) for plan in plans]
        self._column = Column(gap=8)
        self._type = None if only_items else _TypeRow()
        for row in self.rows:
            self._column.add(row.whole)
            row.focused.connect(self.focused)
            row.picking.connect(self.picking)
            row.lacking.connect(self.lacking)
            row.spilled.connect(partial(self._spill, row))
            if row.plan.member == "summaryTemplate" and self._type is not None:
                self._column.add(self._type)
        if self._type is not None:
            self._type.go.clicked.connect(self.rules_wanted)
        self.setLayout(self._column)
        draft.changed.connect(self.refresh)
        self.refresh()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave words out where there is little room."""
        super().resizeEvent(event)
        for row in self.rows:
            row.fit()

    def take(self, look: Look | None, body: Json, config: dict[str, Json]) -> None:
        """Take the sample to check the paths against."""
        for row in self.rows:
            row.take(look, body, config)
        if self._type is not None and look is not None:
            kinds = [row.kind for row in look.rows if row.kind]
            self._type.show_kinds(list(dict.fromkeys(kinds)))

    def _spill(self, row: MappingRow, picks: Sequence[Pick]) -> None:
        """Give what was dropped on a row and is more than one to the rows below it."""
        below = self.rows[self.rows.index(row) + 1 :]
        for other, pick in zip(below, picks, strict=False):
            other.edit.insert_pick(pick)

    def row(self, pointer: str) -> MappingRow | None:
        """Return the row that writes at a pointer, or shows the inherited one."""
        member = pointer.rsplit("/", 1)[-1]
        return next((row for row in self.rows if row.plan.member == member), None)

    @QtCore.Slot()
    def refresh(self) -> None:
        """Show the document as it is now."""
        for row in self.rows:
            row.refresh()
        if self._type is not None:
            rules = self._draft.value("/fieldMapping/signalTypeRules")
            self._type.show_rules(len(rules) if isinstance(rules, list) else 0)


class _TypeRow(QtWidgets.QWidget):
    """The signal's type: it comes from rules, which stand in a step of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._label = Label("type", "body", "muted")
        align = QtCore.Qt.AlignmentFlag
        self._label.setAlignment(align.AlignRight | align.AlignVCenter)
        self.go = Button("", kind="secondary", icon="list-ordered")
        self.go.setAccessibleName("Go to the rules that decide the type")
        self._kinds = Label("", "code_small", "muted", elide=True)
        self._row = Row(self._label, self.go, gap=10)
        self._row.add(self._kinds, stretch=1)
        self.setLayout(self._row)

    def show_rules(self, count: int) -> None:
        """Say how many rules there are."""
        words = {0: "no rules", 1: "1 rule"}
        self.go.setText(words.get(count, f"{count} rules"))
        self.go.updateGeometry()

    def show_kinds(self, kinds: list[str]) -> None:
        """Show the types that the sample gives."""
        self._kinds.setText(" · ".join(kinds))

    def resizeEvent(self, event: object) -> None:
        """Keep the label's width in line with the rows around."""
        QtWidgets.QWidget.resizeEvent(self, event)  # type: ignore[arg-type]  # Qt's own event
        width = 76 if self.width() < theme.px(_NARROW) else 84
        self._label.setFixedWidth(theme.px(width))

"""Picking: which field takes a picked value, and what its path matches meanwhile."""

from PySide6 import QtCore

from ferrule.ui.models.path_drag import Pick
from ferrule.ui.widgets.builder.forms import StepForms
from ferrule.ui.widgets.builder.mapping import MappingRow
from ferrule.ui.widgets.builder.watch import Aim, Watch
from ferrule.ui.widgets.form.context import FormContext
from ferrule.ui.widgets.form.fields import TextEditor
from ferrule.ui.widgets.response.explorer import ResponseExplorer
from ferrule.workspace.picking import Reach

Target = MappingRow | TextEditor


class Aiming(QtCore.QObject):
    """Keeps the field that takes the next pick.

    A path in the mapping starts at an item; elsewhere it starts at the whole body.
    """

    def __init__(
        self,
        context: FormContext,
        forms: StepForms,
        explorer: ResponseExplorer,
        watch: Watch,
    ) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._watch = watch
        self.target: Target | None = None
        self._picking = False
        context.focused.connect(self._aim)
        forms.focused.connect(self._aim)
        forms.picking.connect(self._start)
        forms.lacking.connect(self._show_lacking)
        forms.made_anew.connect(self._forget)
        context.structure.connect(self._check)
        explorer.picked.connect(self._take)
        explorer.pick_left.connect(self.leave)
        watch.lacked.connect(self._tell_lacking)
        # Before the watch looks, so that what it looks for is what stands there now.
        context.draft.changed.connect(self._follow)

    @property
    def reach(self) -> Reach:
        """Return where the target's path starts: at an item without a target."""
        return self.target.reach if self.target is not None else "item"

    def leave(self) -> bool:
        """Stop picking, or showing what lacks; say whether either was on."""
        was, self._picking = self._picking, False
        self._explorer.set_picking(False)
        lacking = self._explorer.picks.leave_lacking()
        if was or lacking:
            self._focus()
        return was or lacking

    @QtCore.Slot(object)
    def _aim(self, target: Target) -> None:
        self.target = target
        self._explorer.picks.leave_lacking()
        self._follow()

    @QtCore.Slot(object)
    def _start(self, target: Target) -> None:
        self._aim(target)
        self._picking = True
        self._explorer.set_picking(True)

    @QtCore.Slot(object)
    def _take(self, pick: Pick) -> None:
        if self.target is None:
            return
        if isinstance(self.target, MappingRow):
            self.target.edit.insert_pick(pick)
        else:
            self.target.insert_pick(pick)
        self.leave()

    @QtCore.Slot()
    def _follow(self) -> None:
        if self.target is None:
            return
        self._tell_items()
        self._explorer.picks.set_reach(self.reach)
        template = isinstance(self.target, MappingRow) and (
            self.target.plan.kind == "template"
        )
        self._watch.set_aim(Aim(self._text(), self.reach, template))

    def _tell_items(self) -> None:
        """Let a pick right after the items were picked be relative to them."""
        self._explorer.set_items(self._watch.items_at)

    @QtCore.Slot(object)
    def _show_lacking(self, row: MappingRow) -> None:
        """Look for the items in which a row finds nothing."""
        self.target = row
        template = row.plan.kind == "template"
        self._watch.look_for_lacking(Aim(row.edit.text(), row.reach, template))

    @QtCore.Slot(object)
    def _tell_lacking(self, paths: list[str]) -> None:
        if isinstance(self.target, MappingRow) and paths:
            count = "1 item" if len(paths) == 1 else f"{len(paths)} items"
            note = f"{count} without {self.target.plan.label} · N next · Esc back"
            self._explorer.show_lacking(paths, note)

    def _text(self) -> str:
        return self.target.edit.text() if self.target is not None else ""

    def _focus(self) -> None:
        if isinstance(self.target, MappingRow):
            self.target.edit.field.setFocus()
        elif self.target is not None:
            self.target.take_focus()

    @QtCore.Slot()
    def _forget(self) -> None:
        self.target = None

    @QtCore.Slot()
    def _check(self) -> None:
        """Let go of a field that went with its part of the document."""
        if isinstance(self.target, TextEditor) and not self.target.isVisible():
            self.target = None

"""Picking: which field takes a clicked value, and what its path matches meanwhile."""

import re
from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore

from ferrule.ui.models.live import Reach
from ferrule.ui.widgets.builder_forms import StepForms
from ferrule.ui.widgets.builder_mapping import MappingRow
from ferrule.ui.widgets.builder_watch import Aim, Watch
from ferrule.ui.widgets.response_explorer import ResponseExplorer
from ferrule.ui.widgets.section_form_context import FormContext
from ferrule.ui.widgets.section_form_fields import TextEditor
from ferrule.workspace.previewing import relative_paths

_OF_ITEMS: Final = re.compile(
    r"/fieldMapping/|/delta/(idPath|itemCursorPath|cursorFormats)$"
)
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
        self._draft = context.draft
        self._explorer = explorer
        self._watch = watch
        self.target: Target | None = None
        self._picking = False
        context.focused.connect(self._aim)
        forms.focused.connect(self._aim)
        forms.picking.connect(self._start)
        forms.made_anew.connect(self._forget)
        context.structure.connect(self._check)
        explorer.picked.connect(self._take)
        explorer.pick_left.connect(self.leave)
        # Before the watch looks, so that what it looks for is what stands there now.
        context.draft.changed.connect(self._follow)

    @property
    def reach(self) -> Reach:
        """Return where the target's path starts."""
        if isinstance(self.target, MappingRow):
            return self.target.reach
        if self.target is not None and _OF_ITEMS.search(self.target.pointer):
            return "item"
        return "body"

    def leave(self) -> bool:
        """Stop picking by plain clicks; say whether that was on."""
        was, self._picking = self._picking, False
        self._explorer.set_picking(False)
        if was:
            self._focus()
        return was

    @QtCore.Slot(object)
    def _aim(self, target: Target) -> None:
        self.target = target
        self._follow()

    @QtCore.Slot(object)
    def _start(self, target: Target) -> None:
        self._aim(target)
        self._picking = True
        self._explorer.set_picking(True)

    @QtCore.Slot(object)
    def _take(self, ways: Sequence[str]) -> None:
        if self.target is None or not ways:
            return
        way = self._way(ways)
        if isinstance(self.target, MappingRow):
            self.target.edit.insert_pick(way)
        else:
            self.target.insert_pick(way)
        self.leave()

    def _way(self, ways: Sequence[str]) -> str:
        """Return the way to write the path: the best from where the target starts."""
        if self.reach == "item":
            return ways[0]
        here = self._explorer.tree.view.current_path()
        items = self._draft.value("/fieldMapping/itemsPath")
        usual = relative_paths(here, items if isinstance(items, str) else "")
        if not here or not usual or usual[0] != ways[0]:
            return ways[0]  # another way was chosen on purpose
        return relative_paths(here, "")[0]

    @QtCore.Slot()
    def _follow(self) -> None:
        if self.target is None:
            return
        self._tell_items()
        template = isinstance(self.target, MappingRow) and (
            self.target.plan.kind == "template"
        )
        self._watch.set_aim(Aim(self._text(), self.reach, template))

    def _tell_items(self) -> None:
        """Let a pick right after the items were picked be relative to them.

        The watch tells it too, a little later, and for a stream of its own.
        """
        items = self._draft.value("/fieldMapping/itemsPath")
        if isinstance(items, str) and not self._draft.value("/streams"):
            self._explorer.set_items_path(items)

    def _text(self) -> str:
        if isinstance(self.target, MappingRow):
            return self.target.edit.text()
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

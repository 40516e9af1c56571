"""A tree of conditions: all, any and not, as deep as they are.

Every node has a menu, and keys that do the same from inside its fields: add, wrap,
unwrap, negate, move, remove. A condition stands on its own lines; a group is headed by
its kind and holds its parts at its left line.
"""

from collections.abc import Callable
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import MISSING, Json
from ferrule.ui.models.predicate_edits import (
    Predicate,
    fresh_condition,
    negated,
    parts_of,
    predicate_of,
    unwrapped,
    with_part,
    with_predicate,
    wrapped,
)
from ferrule.ui.theme import icon
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.form.context import FormContext
from ferrule.ui.widgets.form.kinds import VariantsEditor
from ferrule.ui.widgets.form.shapes import Variants
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.spoken import announce

_MENU: Final = (
    ("add", "Add condition", "plus", "I"),
    ("group", "Add group", "list-tree", "G"),
    ("", "", "", ""),
    ("negate", "Negate", "circle-slash", "X"),
    ("all", "Wrap in “all of”", "braces", "A"),
    ("any", "Wrap in “any of”", "braces", "O"),
    ("unwrap", "Unwrap", "square", "E"),
    ("", "", "", ""),
    ("up", "Move up", "chevron-up", "Up"),
    ("down", "Move down", "chevron-down", "Down"),
    ("remove", "Remove", "x", "Del"),
)
_BY_KEY: Final = tuple((key, deed) for deed, _, _, key in _MENU if deed)


class PredicateEditor(VariantsEditor):
    """One node of a tree of conditions, with all below it."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        shape: Variants,
        name: str,
        *,
        required: bool,
    ) -> None:
        self._keys: list[QtGui.QShortcut] | None = None
        self._menu = QtWidgets.QMenu()
        self.more = IconButton("ellipsis-vertical", f"{name}: change", menu=self._menu)
        super().__init__(context, pointer, shape, name, required=required)
        self._may_go = not required
        self._menu.aboutToShow.connect(self._offer)

    def _arrange(self) -> None:
        """Put the menu at the right: of a condition's lines, of a group's head."""
        self._head = Row(self.combo, self._chip, None, gap=6)
        self._side = Row(gap=6)
        self._side.add(self._nest, stretch=1)
        self._head.add(self.more)
        self.setLayout(Column(self._head, self._side, gap=8))

    def refresh(self) -> None:
        """Show the node; a condition needs no word for what it is."""
        super().refresh()
        plain = self._is_plain()
        self._put_menu(plain=plain)
        self.combo.setVisible(not plain)
        self._nest.set_plain(on=plain)
        self.more.setVisible(self.tag is not None)
        if plain and self._inner is not None:
            self.setFocusProxy(self._inner)
        else:
            self.setFocusProxy(self.combo)

    def _put_menu(self, *, plain: bool) -> None:
        row, other = (self._side, self._head) if plain else (self._head, self._side)
        if row.indexOf(self.more) < 0:
            other.removeWidget(self.more)
            row.addWidget(self.more, 0, QtCore.Qt.AlignmentFlag.AlignTop)

    def predicate(self) -> Predicate:
        """Return the predicate that stands here."""
        value = self.value()
        return value if isinstance(value, dict) else {}

    def put_predicate(self, predicate: Predicate, label: str) -> None:
        """Put another predicate here, and keep the keyboard in it."""
        self.context.draft.edit(self.pointer, predicate, label)
        announce(self, label)
        self.take_focus()

    def can(self, deed: str) -> bool:
        """Return whether something can be done with the node."""
        place = self._in_list()
        if deed == "unwrap":
            parts = parts_of(self.predicate())
            return parts is not None and (len(parts) == 1 or place is not None)
        if deed in {"up", "down"}:
            last = len(place[1]) - 1 if place is not None else 0
            at = place[2] if place is not None else 0
            return at > 0 if deed == "up" else at < last
        if deed == "remove":
            return place is not None or self._may_go
        return True

    def do(self, deed: str) -> None:
        """Change the node, in one step of the history."""
        if not self.can(deed):
            return
        if deed in {"add", "group"}:
            self._add(fresh_condition() if deed == "add" else _fresh_group())
        elif deed == "unwrap":
            self._unwrap()
        elif deed in _CHANGES:
            words, change = _CHANGES[deed]
            self.put_predicate(change(self.predicate()), words)
        elif deed == "remove":
            self._remove()
        else:
            self._move(-1 if deed == "up" else 1)

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Take keys for the whole tree, where this is its top."""
        super().showEvent(event)
        if self._keys is None:
            outermost = _node_around(self.parentWidget()) is None
            self._keys = [self._key(*pair) for pair in _BY_KEY] if outermost else []

    def _key(self, key: str, deed: str) -> QtGui.QShortcut:
        """Return a key that does something with the node that has the keyboard."""
        shortcut = QtGui.QShortcut(QtGui.QKeySequence(f"Ctrl+Shift+{key}"), self)
        shortcut.setContext(QtCore.Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self._do_at_focus(deed))
        return shortcut

    def _do_at_focus(self, deed: str) -> None:
        node = _node_around(QtWidgets.QApplication.focusWidget())
        if node is not None:
            node.do(deed)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer the menu at the mouse too."""
        self._menu.popup(event.globalPos())

    def _is_plain(self) -> bool:
        value = self.value()
        return isinstance(value, dict) and "when" in value

    def _in_list(self) -> tuple[str, list[Json], int] | None:
        """Return the list that holds the node, its parts and the node's place."""
        above, _, last = self.pointer.rpartition("/")
        found = self.context.draft.value(above)
        if isinstance(found, list) and last.isdigit():
            return above, list(found), int(last)
        return None

    def _add(self, part: Predicate) -> None:
        place = self._in_list()
        if place is not None and parts_of(self.predicate()) is None:
            above, parts, at = place
            parts.insert(at + 1, part)
            self.context.draft.edit(above, parts, "Add condition")
        else:
            self.put_predicate(with_part(self.predicate(), part), "Add condition")

    def _unwrap(self) -> None:
        parts, place = unwrapped(self.predicate()), self._in_list()
        if len(parts) == 1 and isinstance(parts[0], dict):
            self.put_predicate(parts[0], "Unwrap")
        elif place is not None:
            above, around, at = place
            around[at : at + 1] = parts
            self.context.draft.edit(above, around, "Unwrap")

    def _remove(self) -> None:
        place = self._in_list()
        if place is None:
            self.put(MISSING)
            return
        above, parts, at = place
        del parts[at]
        self.context.draft.edit(above, parts, "Remove condition")

    def _move(self, by: int) -> None:
        place = self._in_list()
        if place is not None:
            above, parts, at = place
            parts[at], parts[at + by] = parts[at + by], parts[at]
            self.context.draft.edit(above, parts, "Move condition")

    @QtCore.Slot()
    def _offer(self) -> None:
        self._menu.clear()
        for deed, words, mark, key in _MENU:
            if not deed:
                self._menu.addSeparator()
                continue
            action = self._menu.addAction(icon(mark), f"{words}\tCtrl+Shift+{key}")
            action.setEnabled(self.can(deed))
            action.triggered.connect(lambda _on, deed=deed: self.do(deed))


class RuleEditor(PredicateEditor):
    """A rule: a tree of conditions and what follows from it.

    One condition stands in the rule itself, anything else under `if`.
    """

    def refresh(self) -> None:
        """Show the rule; what stands under `if` has a menu of its own."""
        super().refresh()
        self.combo.setVisible(self.tag is None)
        self._nest.set_plain(on=True)
        self.more.setVisible(self._is_plain())
        if self._inner is not None:
            self.setFocusProxy(self._inner)

    def predicate(self) -> Predicate:
        """Return the predicate of the rule."""
        value = self.value()
        return predicate_of(None if value is MISSING else value)

    def put_predicate(self, predicate: Predicate, label: str) -> None:
        """Put another predicate into the rule, in the plainest form that holds it."""
        value = self.value()
        rule = with_predicate(None if value is MISSING else value, predicate)
        self.context.draft.edit(self.pointer, rule, label)
        announce(self, label)
        self.take_focus()

    def can(self, deed: str) -> bool:
        """Return whether it can be done; rules are moved and removed in their table."""
        if deed in {"up", "down", "remove"}:
            return False
        parts = parts_of(self.predicate())
        return deed != "unwrap" or (parts is not None and len(parts) == 1)

    def _in_list(self) -> tuple[str, list[Json], int] | None:
        return None


def _node_around(widget: QtWidgets.QWidget | None) -> PredicateEditor | None:
    """Return the innermost node of a tree that holds a widget."""
    while widget is not None and not isinstance(widget, PredicateEditor):
        widget = widget.parentWidget()
    return widget


def _fresh_group() -> Predicate:
    return {"any": [fresh_condition()]}


_CHANGES: Final[dict[str, tuple[str, Callable[[Predicate], Predicate]]]] = {
    "negate": ("Negate", negated),
    "all": ("Wrap in all of", lambda predicate: wrapped(predicate, "all")),
    "any": ("Wrap in any of", lambda predicate: wrapped(predicate, "any")),
}

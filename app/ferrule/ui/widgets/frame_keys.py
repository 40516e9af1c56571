"""Moving the keyboard about: panes, fields, and the menu of what has it."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.widgets.spoken import announce

_TAB: Final = QtCore.Qt.FocusPolicy.TabFocus
# What takes the keyboard for all that is in it.
_WHOLE: Final = (
    QtWidgets.QAbstractScrollArea,
    QtWidgets.QAbstractSpinBox,
    QtWidgets.QComboBox,
)
_FIELDS: Final = (
    QtWidgets.QLineEdit,
    QtWidgets.QPlainTextEdit,
    QtWidgets.QTextEdit,
    QtWidgets.QComboBox,
    QtWidgets.QCheckBox,
    QtWidgets.QAbstractSpinBox,
)


def step_pane(panes: Sequence[QtWidgets.QWidget], by: int) -> None:
    """Move the keyboard to the next (1) or previous (-1) pane."""
    focused = QtWidgets.QApplication.focusWidget()
    last = reversed(range(len(panes)))
    at = next((n for n in last if _holds(panes[n], focused)), 0)
    focus(panes[(at + by) % len(panes)])


def step_field(root: QtWidgets.QWidget, by: int) -> QtWidgets.QWidget | None:
    """Move the keyboard to the next (1) or previous (-1) field inside `root`."""
    fields = [widget for widget in in_tab_order(root) if isinstance(widget, _FIELDS)]
    if not fields:
        return None
    focused = QtWidgets.QApplication.focusWidget()
    if focused in fields:
        at = (fields.index(focused) + by) % len(fields)
    else:
        at = _near(root, fields, focused, by)
    fields[at].setFocus(QtCore.Qt.FocusReason.TabFocusReason)
    return fields[at]


def step_focus(root: QtWidgets.QWidget, *, forward: bool) -> bool:
    """Move the keyboard to what is laid out next (or before) in `root`, round it.

    Qt goes by the order in which widgets were made, which is another where some are
    made later; PySide's way to that order (`nextInFocusChain`) loses its widgets.
    """
    order = in_tab_order(root)
    if not order:
        return False
    focused = QtWidgets.QApplication.focusWidget()
    at = order.index(focused) if focused in order else _before(order, focused)
    if forward:
        reason = QtCore.Qt.FocusReason.TabFocusReason
        order[(at + 1) % len(order)].setFocus(reason)
    else:
        reason = QtCore.Qt.FocusReason.BacktabFocusReason
        order[max(at, 0) - 1].setFocus(reason)
    return True


def turn_tab(bar: QtWidgets.QTabBar | None, by: int) -> None:
    """Show the next (1) or previous (-1) tab of a bar, round and round, and say it."""
    if bar is None or not bar.count():
        return
    at = max(bar.currentIndex(), -1 if by > 0 else 0)
    bar.setCurrentIndex((at + by) % bar.count())
    announce(bar, bar.tabText(bar.currentIndex()))


def bring_focus(page: QtWidgets.QWidget) -> None:
    """Bring the keyboard to a page, where it was last, so that the page's keys work."""
    focused = QtWidgets.QApplication.focusWidget()
    if focused is None or not (focused is page or page.isAncestorOf(focused)):
        last: tuple[QtWidgets.QWidget | None, ...] = (page.focusWidget(),)
        there = next((w for w in last if w is not None and w.isVisibleTo(page)), page)
        there.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)


def in_tab_order(root: QtWidgets.QWidget) -> list[QtWidgets.QWidget]:
    """Return what takes the keyboard inside `root`, in the order of Tab."""
    return [widget for widget in laid_out(root) if takes_keyboard(widget)]


def laid_out(root: QtWidgets.QWidget) -> Iterator[QtWidgets.QWidget]:
    """Yield the widgets that are seen inside `root`: line by line, left to right."""
    only = QtCore.Qt.FindChildOption.FindDirectChildrenOnly
    children = root.findChildren(QtWidgets.QWidget, options=only)
    seen = [child for child in children if child.isVisible() and not child.isWindow()]
    for child in _by_lines(seen):
        yield child
        if isinstance(child, QtWidgets.QScrollArea) or not isinstance(child, _WHOLE):
            yield from laid_out(child)


def _by_lines(widgets: list[QtWidgets.QWidget]) -> Iterator[QtWidgets.QWidget]:
    """Yield siblings by lines; what begins above the middle of the first is in it."""
    left = sorted(widgets, key=lambda widget: (widget.y(), widget.x()))
    while left:
        middle = max(left[0].geometry().center().y(), left[0].y())  # it may be empty
        line = [widget for widget in left if widget.y() <= middle]
        yield from sorted(line, key=lambda widget: widget.x())
        left = left[len(line) :]


def takes_keyboard(widget: QtWidgets.QWidget) -> bool:
    """Return whether Tab stops at a widget as it stands.

    What passes the keyboard on takes none itself: it is never asked for its proxy,
    because PySide then takes that for its child, and both for garbage.
    """
    if not (widget.isVisible() and widget.isEnabled()):
        return False
    return bool(widget.focusPolicy().value & _TAB.value)


def open_menu() -> None:
    """Open the context menu of what has the keyboard, at it."""
    widget = QtWidgets.QApplication.focusWidget()
    if widget is None:
        return
    place = widget.rect().center()
    if isinstance(widget, QtWidgets.QAbstractItemView):
        box = widget.visualRect(widget.currentIndex())
        place = box.center() if box.isValid() else place
    reason = QtGui.QContextMenuEvent.Reason.Keyboard
    event = QtGui.QContextMenuEvent(reason, place, widget.mapToGlobal(place))
    QtCore.QCoreApplication.sendEvent(widget, event)


def focus(pane: QtWidgets.QWidget) -> None:
    """Focus a pane, or the first widget in it that takes the keyboard."""
    reason = QtCore.Qt.FocusReason.TabFocusReason
    if takes_keyboard(pane):
        pane.setFocus(reason)
        return
    for child in pane.findChildren(QtWidgets.QWidget):
        if takes_keyboard(child):
            child.setFocus(reason)
            return


def _before(
    order: Sequence[QtWidgets.QWidget], focused: QtWidgets.QWidget | None
) -> int:
    """Return the place before the first that is inside what has the keyboard."""
    if focused is None:
        return -1
    inside = (n for n, widget in enumerate(order) if focused.isAncestorOf(widget))
    return next(inside, 0) - 1


def _near(
    root: QtWidgets.QWidget,
    fields: Sequence[QtWidgets.QWidget],
    focused: QtWidgets.QWidget | None,
    by: int,
) -> int:
    """Return the field that Tab would come to next from what is no field."""
    order: list[QtWidgets.QWidget | None] = [*in_tab_order(root)]
    at = order.index(focused) if focused in order else -1
    places = [order.index(field) for field in fields]
    after = [n for n, place in enumerate(places) if place > at]
    if by > 0:
        return after[0] if after else 0
    return (after[0] - 1) % len(fields) if after else len(fields) - 1


def _holds(pane: QtWidgets.QWidget, focused: QtWidgets.QWidget | None) -> bool:
    return focused is not None and (pane is focused or pane.isAncestorOf(focused))

"""What a walk through the window looks at: names, roles, sizes, order, texts."""

import itertools
import re

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import tr
from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets.frame_keys import in_tab_order, takes_keyboard

_TEXT = QtGui.QAccessible.Text
_ROLES = QtGui.QAccessible.Role
FITTING = {
    QtWidgets.QPushButton: {
        _ROLES.Button,
        _ROLES.ButtonMenu,
        _ROLES.CheckBox,
        _ROLES.RadioButton,
    },
    QtWidgets.QCheckBox: {_ROLES.CheckBox},
    QtWidgets.QComboBox: {_ROLES.ComboBox},
    QtWidgets.QLineEdit: {_ROLES.EditableText},
    QtWidgets.QPlainTextEdit: {_ROLES.EditableText},
    QtWidgets.QTabBar: {_ROLES.PageTabList},
    QtWidgets.QTreeView: {_ROLES.Tree},
    QtWidgets.QTableView: {_ROLES.Table},
    QtWidgets.QListView: {_ROLES.List},
}


def described(widget):
    """Return a widget as a failing test names it."""
    text = getattr(widget, "text", None)
    said = text() if callable(text) and not isinstance(widget, QtWidgets.QMenu) else ""
    return f"{type(widget).__name__} “{widget.accessibleName() or said}”"


def focusable(root):
    """Return what takes the keyboard and is seen."""
    return [w for w in root.findChildren(QtWidgets.QWidget) if takes_keyboard(w)]


def name_of(widget):
    return QtGui.QAccessible.queryAccessibleInterface(widget).text(_TEXT.Name)


def nameless(root):
    """Return what takes the keyboard and has no name."""
    return [described(w) for w in focusable(root) if not name_of(w).strip()]


def misfits(root):
    """Return what takes the keyboard with a role that does not fit it."""
    wrong = []
    for widget in focusable(root):
        role = QtGui.QAccessible.queryAccessibleInterface(widget).role()
        fit = next((FITTING[k] for k in FITTING if isinstance(widget, k)), None)
        if (fit is not None and role not in fit) or role == _ROLES.NoRole:
            wrong.append(f"{described(widget)}: {role.name}")
    return wrong


def small(root):
    """Return what can be pressed and is under 24 pixels high or wide."""
    least = theme.px(metrics.TARGET)
    return [
        f"{described(w)}: {w.width()} by {w.height()}"
        for w in focusable(root)
        if isinstance(w, QtWidgets.QAbstractButton | QtWidgets.QComboBox)
        and min(w.width(), w.height()) < least
    ]


def disorder(window, pane):
    """Return pairs where Tab goes up, or left in one line, inside a pane."""
    inside = [w for w in focusable(pane) if not w.visibleRegion().isEmpty()]
    if not inside:
        return []
    order = _tabbed(window, pane, in_tab_order(pane)[0])
    boxes = [QtCore.QRect(w.mapTo(pane, QtCore.QPoint()), w.size()) for w in order]
    # Of buttons that exclude one another Tab stops at one; arrows go to the others.
    missed = [w for w in inside if w not in order and takes_keyboard(w)]
    wrong = [f"Tab never comes to {described(w)}" for w in missed]
    for number, (a, b) in enumerate(itertools.pairwise(boxes)):
        above = b.bottom() <= a.top()
        same = b.top() < a.bottom() and a.top() < b.bottom()
        if (above and b.left() < a.right()) or (same and b.right() <= a.left()):
            pair = f"{described(order[number])} → {described(order[number + 1])}"
            wrong.append(f"{pair}: {a.getRect()} → {b.getRect()}")
    return wrong


def _tabbed(window, pane, first):
    """Return what has the keyboard inside a pane, Tab by Tab."""
    first.setFocus(QtCore.Qt.FocusReason.TabFocusReason)
    order = []
    while True:
        here = QtWidgets.QApplication.focusWidget()
        if (
            here is None
            or here in order
            or not (here is pane or pane.isAncestorOf(here))
        ):
            return order
        order.append(here)
        window.focusNextPrevChild(True)


def texts(root):
    """Yield the visible widgets of one text with it and the pixels it needs."""
    for label in root.findChildren(QtWidgets.QLabel):
        if label.isVisible() and label.text() and not label.visibleRegion().isEmpty():
            yield label, label.text()
    for button in root.findChildren(QtWidgets.QAbstractButton):
        if (
            button.isVisible()
            and button.text()
            and not button.visibleRegion().isEmpty()
        ):
            yield button, button.text()


def cut(root):
    """Return texts that do not fit their widget and are nowhere else to be read."""
    wrong = []
    for widget, text in texts(root):
        if isinstance(widget, QtWidgets.QLabel) and widget.wordWrap():
            need = widget.heightForWidth(widget.width())
            if need > widget.height() + 1:
                wrong.append(f"{described(widget)}: {need} > {widget.height()} high")
            continue
        need = widget.sizeHint()
        if isinstance(widget, QtWidgets.QLabel):
            need = QtCore.QSize(need.width(), widget.fontMetrics().height())
        if need.height() > widget.height() + 1:
            wrong.append(
                f"{described(widget)}: {need.height()} > {widget.height()} high"
            )
        elif need.width() > widget.width() + 1 and not _told(widget, text):
            wrong.append(f"{described(widget)}: {need.width()} > {widget.width()} wide")
    return wrong


def _told(widget, text):
    """Say whether the whole text is shown as a tip or read out."""
    return bool(widget.toolTip()) or getattr(widget, "_elide", False)


def spilled(root):
    """Return widgets that stick out of their place where nothing scrolls to them."""
    wrong = []
    for widget, _text in texts(root):
        parent = widget.parentWidget()
        if parent is None or widget.isWindow():
            continue
        box = widget.geometry()
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(box):
            wrong.append(
                f"{described(widget)} {box.getRect()} in {type(parent).__name__}"
            )
    for area in root.findChildren(QtWidgets.QScrollArea):
        inner = area.widget()
        off = QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if (
            area.isVisible()
            and inner is not None
            and area.horizontalScrollBarPolicy() == off
            and inner.width() > area.viewport().width()
        ):
            wrong.append(
                f"{described(area)}: {inner.width()} > {area.viewport().width()}"
            )
    return wrong


_PLAIN = re.compile(
    r"[A-Za-z][A-Za-z'\u2019]+(?:[ &,.;:/_-]+[A-Za-z][A-Za-z'\u2019]*)*"
)
_CHANGED = set("AEIOUYaeiouycnrsCNRSdtgl")
_DIGEST = re.compile(r"\b[0-9a-f]{8}\b")  # whose letters are no words


class Known:
    """All data that a walk shows: what of it is seen is no text of ours."""

    def __init__(self, *documents, words=()):
        self._leaves = set(words)
        for document in documents:
            self._take(document)
        self._whole = "\n".join(map(str, self._leaves)).casefold()
        self._folded = {str(leaf).casefold() for leaf in self._leaves}

    def _take(self, value):
        if isinstance(value, dict):
            self._leaves.update(value)
            for inner in value.values():
                self._take(inner)
        elif isinstance(value, list):
            for inner in value:
                self._take(inner)
        elif isinstance(value, str):
            self._leaves.add(value)
            self._leaves.update(
                re.split(r"[^A-Za-z]+", value) if " " not in value else ()
            )

    def untranslated(self, text):
        """Return the runs of letters in a text that are neither translated nor data."""
        wrong = []
        for run in _PLAIN.findall(_DIGEST.sub(" ", text)):
            low = run.casefold().strip(" ,.;:/_-'\u2019")
            if len(low) < 3 or not set(run) & _CHANGED or low in self._folded:
                continue
            if " " in low and low in self._whole:
                continue
            if not all(w in self._folded for w in re.split(r"[ ,.;:/_-]+", low)):
                wrong.append(run)
        return wrong


def said(root):
    """Yield every text that is shown or read out, with what says it."""
    for widget in [root, *root.findChildren(QtWidgets.QWidget)]:
        if not widget.isVisible():
            continue
        kind = type(widget).__name__
        yield kind, widget.toolTip().replace("span>", "").replace("<br>", " ")
        for text in (widget.accessibleName(), widget.accessibleDescription()):
            yield kind, text
        if isinstance(widget, QtWidgets.QLabel | QtWidgets.QAbstractButton):
            yield kind, widget.text()
        if isinstance(widget, QtWidgets.QLineEdit):
            yield kind, widget.placeholderText()
        if isinstance(widget, QtWidgets.QTabBar):
            yield from ((kind, widget.tabText(n)) for n in range(widget.count()))
        if isinstance(widget, QtWidgets.QComboBox):
            yield from ((kind, widget.itemText(n)) for n in range(widget.count()))
    for action in root.findChildren(QtGui.QAction):
        yield "QAction", action.text()


def painted(monkeypatch):
    """Return the set of texts that are painted from now on."""
    seen, elided = set(), theme.elided

    def noted(text, role, width):
        seen.add(tr(text))
        return elided(text, role, width)

    monkeypatch.setattr(theme, "elided", noted)
    return seen

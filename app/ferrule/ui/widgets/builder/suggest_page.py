"""The suggestions one by one: what stands there, what could, how sure, and why."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, ours, tr
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.suggesting import Proposal, joined

_WORDS: Final = ours({"sure": "sure", "likely": "likely", "guess": "guess"})
_CODE: Final = re.compile(r"`([^`]*)`")
_STATES: Final = {"sure": "ok", "likely": "in_progress", "guess": "untouched"}
_BLANK: Final = "Send the request: what comes back is looked at for what it suggests."
_DONE: Final = "Nothing is left to suggest: the draft says all that was found."
_LONGEST: Final = 100
_NARROW: Final = 900


class SuggestTable(DataTable):
    """One row a suggestion; the words at its right are links.

    Signals:
        applied(object): apply that Proposal.
        put_away(object): do not show that Proposal again.
        visited(object): go to where that Proposal writes.
    """

    applied = QtCore.Signal(object)
    put_away = QtCore.Signal(object)
    visited = QtCore.Signal(object)

    def __init__(self) -> None:
        self._found: RowsModel[Proposal] = RowsModel(
            _columns(), key=lambda row: (row.topic, row.suggestion.reason)
        )
        super().__init__(self._found, "Suggestions", key="")
        self._found.setParent(self)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.SingleSelection)
        self.clicked.connect(self._follow)
        self.opened.connect(self._apply)

    def current(self) -> Proposal | None:
        """Return the current suggestion."""
        found = self.current_row()
        return found if isinstance(found, Proposal) else None

    def menu_of(self, proposal: Proposal) -> QtWidgets.QMenu:
        """Return what can be done with a suggestion, its alternatives first."""
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in (proposal, *proposal.alternatives):
            if not one.notice:
                text = f"Apply {one.then} — {one.reason}"
                cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
                action = menu.addAction(cut.replace("&", "&&"))
                action.triggered.connect(partial(self._emit_applied, one))
        menu.addSeparator()
        if proposal.pointer:
            visit = menu.addAction("Go to its field")
            visit.triggered.connect(partial(self._emit_visited, proposal))
        away = menu.addAction("Dismiss")
        away.setShortcut(QtGui.QKeySequence.StandardKey.Delete)
        away.triggered.connect(partial(self._emit_put_away, proposal))
        return menu

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Dismiss the current one by Delete."""
        current = self.current()
        if current is not None and event.matches(QtGui.QKeySequence.StandardKey.Delete):
            self.put_away.emit(current)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer what can be done with the current one; the Menu key comes here too."""
        current = self.current()
        if current is not None:
            self.menu_of(current).popup(event.globalPos())

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the least telling column out where there is little room."""
        keys = [column.key for column in self._found.columns]
        narrow = self.width() < theme.px(_NARROW)
        self.setColumnHidden(keys.index("now"), narrow)
        super().resizeEvent(event)

    @QtCore.Slot(QtCore.QModelIndex)
    def _follow(self, index: QtCore.QModelIndex) -> None:
        """Do what the link that was clicked says."""
        proposal = self._found.row(index.row())
        key = self._found.columns[index.column()].key
        if key == "apply":
            self._apply(proposal)
        elif key == "others" and proposal.alternatives:
            at = self.visualRect(index).bottomLeft()
            self.menu_of(proposal).popup(self.viewport().mapToGlobal(at))

    @QtCore.Slot(object)
    def _apply(self, row: object) -> None:
        if isinstance(row, Proposal) and not row.notice:
            self.applied.emit(row)
        elif isinstance(row, Proposal):
            self.put_away.emit(row)

    def _emit_applied(self, proposal: Proposal, *_checked: object) -> None:
        self.applied.emit(proposal)

    def _emit_visited(self, proposal: Proposal, *_checked: object) -> None:
        self.visited.emit(proposal)

    def _emit_put_away(self, proposal: Proposal, *_checked: object) -> None:
        self.put_away.emit(proposal)


class SuggestPage(QtWidgets.QWidget):
    """The table, and at its right what is done with all of them or with the current.

    Signals:
        all_wanted(): apply those that belong together.
    """

    all_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.table = SuggestTable()
        self.all = Button("Apply all", icon="check", compact=True)
        self.others = Button("Alternatives", icon="chevron-down", compact=True)
        self.dismiss = Button("Dismiss", kind="plain", icon="x", compact=True)
        self._why = Label(_BLANK, "body", "muted", wrap=True)
        side = Column(self.all, self.others, self.dismiss, None, gap=4)
        side.set_margins((8, 8, 16, 8))
        whole = Row(gap=0)
        whole.add(self.table, stretch=1)
        whole.addLayout(side)
        self._stack = QtWidgets.QStackedWidget()
        self._stack.addWidget(boxed(Column(self._why, None, margins=(16, 16, 16, 16))))
        self._stack.addWidget(boxed(whole))
        outer = Column(gap=0)
        outer.add(self._stack, stretch=1)
        self.setLayout(outer)
        self.all.clicked.connect(self.all_wanted)
        self.others.clicked.connect(self._open_menu)
        self.dismiss.clicked.connect(self._dismiss)
        self.table.picked.connect(self._show_deeds)
        self._show_deeds()

    def show_found(self, found: Sequence[Proposal], *, looked: bool = True) -> None:
        """Show suggestions; `looked` says whether there was a response at all."""
        self.table.rows.set_rows(found)
        self._why.setText(_DONE if looked else _BLANK)
        self._stack.setCurrentIndex(1 if found else 0)
        count, whole = len(joined(found)), sum(not one.notice for one in found)
        self.all.setText("Apply all" if count == whole else f"Apply {count}")
        self.all.setEnabled(bool(count))
        self.all.updateGeometry()
        if found and self.table.current() is None:
            self.table.setCurrentIndex(self.table.model().index(0, 0))
        self._show_deeds()

    def listed(self) -> list[Proposal]:
        """Return the suggestions that are shown."""
        return [row for row in self.table.rows.rows() if isinstance(row, Proposal)]

    @QtCore.Slot()
    def _show_deeds(self) -> None:
        current = self.table.current()
        self.dismiss.setEnabled(current is not None)
        self.others.setEnabled(current is not None and bool(current.alternatives))

    @QtCore.Slot()
    def _open_menu(self) -> None:
        current = self.table.current()
        if current is not None:
            below = self.others.rect().bottomLeft()
            self.table.menu_of(current).popup(self.others.mapToGlobal(below))

    @QtCore.Slot()
    def _dismiss(self) -> None:
        current = self.table.current()
        if current is not None:
            self.table.put_away.emit(current)


def _why(row: Proposal) -> str:
    """Return the reason in the language in force; what it marks as code is data."""
    reason = row.suggestion.reason
    return tr(_CODE.sub(lambda found: f"{Data(found[1])}", reason))


def _word(row: Proposal) -> str:
    return ours("notice") if row.notice else _WORDS[row.suggestion.confidence]


def _state(row: Proposal) -> str:
    return "warning" if row.notice else _STATES[row.suggestion.confidence]


def _others(row: Proposal) -> str:
    count = len(row.alternatives)
    return tr(f"or {count} more") if count else ""


def _columns() -> list[TableColumn[Proposal]]:
    return [
        TableColumn("about", "about", lambda r: r.title, "text", 96, words=True,
                    strong=lambda _: True),
        TableColumn("then", "suggested", lambda r: r.then, "mono", 200,
                    tip=lambda r: r.then),
        TableColumn("now", "now", lambda r: r.now, "mono", 130,
                    ink=lambda _: "muted", tip=lambda r: r.now),
        TableColumn("sure", "how sure", _word, "status", 84, state=_state),
        TableColumn("why", "why", _why, "text", 160, words=True,
                    stretch=True, tip=_why),
        TableColumn("others", "", _others, "link", 84),
        TableColumn("apply", "", lambda r: "" if r.notice else tr("Apply"), "link", 68),
    ]  # fmt: skip

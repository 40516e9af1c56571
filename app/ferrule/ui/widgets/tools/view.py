"""The body of the Tools page: lists at the left, what is picked at the right."""

from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.tools.agents import AgentsPane
from ferrule.ui.widgets.tools.approval import ApprovalPane
from ferrule.ui.widgets.tools.detail import ToolPane
from ferrule.ui.widgets.tools.lists import ToolLists

# From that width on, the list's.
_SIZES: Final = ((1040, 388), (880, 352), (700, 320), (0, 216))
_LEAST: Final = 216
_ALONE: Final = 560  # below that width there is room for one side alone
_NONE: Final = "No tools yet"
_WHAT: Final = (
    "A tool is an action that a connector declares: look at an issue, send a message. "
    "Connect a service that has some; they stand here."
)
_TOOLLESS: Final = "No tools here"
_WHERE: Final = (
    "None of the connections has a connector that declares tools. They are written in "
    "the Builder, in the step Tools."
)


class ToolsView(QtWidgets.QStackedWidget):
    """Lists and panes side by side; or, without tools, where to begin.

    Where there is room for one side alone, that is the list until something in it was
    opened, and what was opened until one goes back.
    """

    def __init__(self, project: Path) -> None:
        super().__init__()
        self._left = _SIZES[0][1]
        self._alone = self._opened = False
        self.lists = ToolLists()
        self.tool = ToolPane()
        self.approval = ApprovalPane()
        self.agents = AgentsPane(project)
        self.panes = QtWidgets.QStackedWidget()
        self.catalogue = Button("Open the catalogue", kind="primary")
        self.empty = EmptyState("wrench", _NONE, _WHAT, self.catalogue)
        self._trouble = Column(gap=8, margins=(24, 8, 24, 8))
        self.back = Button("Tools and approvals", kind="link", icon="arrow-left")
        self._back_room = boxed(Row(self.back, None, margins=(20, 4, 24, 0)))
        right = Column(self._back_room, gap=0)
        right.add(self.panes, stretch=1)
        self._right = boxed(right)
        for pane in (self.tool, self.approval, self.agents):
            self.panes.addWidget(pane)
        self._split = split = Splitter(
            "tools", self.lists, self._right, sizes=(self._left, 816)
        )
        split.setStretchFactor(1, 1)
        content = Column(gap=0)
        content.addLayout(self._trouble)
        content.add(split, stretch=1)
        self.addWidget(QtWidgets.QWidget())  # nothing is said before it was read
        self.addWidget(boxed(content))
        self.addWidget(self.empty)
        self.lists.opened.connect(self.show_opened)
        self.back.clicked.connect(self.show_lists)
        self._fit()
        self._share()
        theme.changed.connect(self._fit)

    def sides(self) -> list[QtWidgets.QWidget]:
        """Return the lists and what is picked, as far as they are seen."""
        return [one for one in (self.lists, self.panes) if one.isVisible()]

    @QtCore.Slot()
    def show_opened(self) -> None:
        """Show what was opened, where there is room for one side alone."""
        here = self._has_focus()
        self._opened = True
        self._share()
        if here and self._alone:
            self.back.setFocus()

    @QtCore.Slot()
    def show_lists(self) -> None:
        """Show the lists again, the keyboard where it was there."""
        self._opened = False
        self._share()
        self.bring_focus()

    @QtCore.Slot()
    def bring_focus(self) -> None:
        """Bring the keyboard to the list, or to the way back to it."""
        table = self.lists.current_table()
        (table if table.isVisible() else self.back).setFocus()

    def _has_focus(self) -> bool:
        focused = QtWidgets.QApplication.focusWidget()
        return focused is not None and self.lists.isAncestorOf(focused)

    def _share(self) -> None:
        """Show both sides, or the one there is room for."""
        self.lists.setVisible(not (self._alone and self._opened))
        self._right.setVisible(not self._alone or self._opened)
        self._back_room.setVisible(self._alone)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give the list less where the window is small."""
        super().resizeEvent(event)
        left = next(size for wide, size in _SIZES if self.width() >= theme.px(wide))
        if left != self._left:
            self._left = left
            self._split.setSizes([theme.px(left), self.width() - theme.px(left)])
        alone = self.width() < theme.px(_ALONE)
        if alone != self._alone:
            self._alone = alone
            self._share()

    def show_any(self, *, tools: bool, connections: bool) -> None:
        """Show the lists, or where to begin."""
        if connections:
            self.empty.say(_TOOLLESS, _WHERE)
        else:
            self.empty.say(_NONE, _WHAT)
        self.setCurrentIndex(1 if tools else 2)

    def show_troubles(self, troubles: tuple[tuple[str, str], ...]) -> None:
        """Say which connections' tools cannot be told."""
        self._trouble.clear()
        for key, why in troubles:
            self._trouble.add(
                Message("warning", f"The tools of “{key}” are unknown", why)
            )
        margins = (24, 8, 24, 8) if troubles else (0, 0, 0, 0)
        self._trouble.set_margins(margins)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.lists.setMinimumWidth(theme.px(_LEAST))

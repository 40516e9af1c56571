"""The body of the Tools page: lists at the left, what is picked at the right."""

from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.tools.agents import AgentsPane
from ferrule.ui.widgets.tools.approval import ApprovalPane
from ferrule.ui.widgets.tools.detail import ToolPane
from ferrule.ui.widgets.tools.lists import ToolLists

_SIZES: Final = ((1040, 388), (700, 320), (0, 216))  # from that width on, the list's
_LEAST: Final = 216
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
    """Lists and panes; or, without tools, where to begin."""

    def __init__(self, project: Path) -> None:
        super().__init__()
        self._left = _SIZES[0][1]
        self.lists = ToolLists()
        self.tool = ToolPane()
        self.approval = ApprovalPane()
        self.agents = AgentsPane(project)
        self.panes = QtWidgets.QStackedWidget()
        self.catalogue = Button("Open the catalogue", kind="primary")
        self.empty = EmptyState("wrench", _NONE, _WHAT, self.catalogue)
        self._trouble = Column(gap=8, margins=(24, 8, 24, 8))
        for pane in (self.tool, self.approval, self.agents):
            self.panes.addWidget(pane)
        self._split = split = Splitter(
            "tools", self.lists, self.panes, sizes=(self._left, 816)
        )
        split.setStretchFactor(1, 1)
        content = Column(gap=0)
        content.addLayout(self._trouble)
        content.add(split, stretch=1)
        self.addWidget(QtWidgets.QWidget())  # nothing is said before it was read
        self.addWidget(boxed(content))
        self.addWidget(self.empty)
        self._fit()
        theme.changed.connect(self._fit)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give the list less where the window is small."""
        super().resizeEvent(event)
        left = next(size for wide, size in _SIZES if self.width() >= theme.px(wide))
        if left != self._left:
            self._left = left
            self._split.setSizes([theme.px(left), self.width() - theme.px(left)])

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

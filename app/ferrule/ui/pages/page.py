"""What every page is: a place of the rail with a title, its work and its header.

A page knows neither the window nor another page. It asks by signals, and its work is
cancelled with it.
"""

from typing import NamedTuple

from PySide6 import QtCore, QtWidgets

from ferrule.errors import FerruleError
from ferrule.ui.actions import Actions
from ferrule.ui.models.help_texts import PLACES, Help
from ferrule.ui.models.spots import Spot
from ferrule.ui.tasks import Tasks
from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets import message
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.workspace.workspace import Workspace


class Notice(NamedTuple):
    """Something to say across the top of the page."""

    level: "message.Level"
    what: str
    why: str = ""
    details: str = ""


def notice_of(error: BaseException) -> Notice:
    """Return an error as the person is told it: our own advise, others only name.

    The text of a foreign error is not shown: it may hold what was sent.
    """
    if isinstance(error, FerruleError):
        return Notice("danger", error.message, error.advice)
    return Notice(
        "danger",
        "Something went wrong inside Ferrule",
        "What you did was not finished; the rest goes on working.",
        details=type(error).__name__,
    )


class Header(QtWidgets.QWidget):
    """The top of a page: its title, then widgets, the primary action rightmost."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = Label(title, "page_title")
        margin = metrics.PAGE_MARGIN
        self.row = Row(self.title, None, margins=(margin, 0, margin, 0))
        self.setLayout(self.row)
        self._fit()
        theme.changed.connect(self._fit)

    def add(self, *widgets: QtWidgets.QWidget) -> None:
        """Append widgets at the right; add the primary action last."""
        self.row.add(*widgets)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(metrics.HEADER))


class Page(QtWidgets.QWidget):
    """One page. Subclasses fill `body` and use `header`.

    Signals:
        go(str, object): show the page of that key; its `receive` gets the object.
        jobs(int): so many pieces of work run here.
        problems(int, int): errors and warnings of what is open here.
        titled(str, bool): what is open here, and whether it has unsaved changes.
        judged(): something here told how a connection is.
        noted(str): the person has looked at what the note of that mark tells.
    """

    go = QtCore.Signal(str, object)
    jobs = QtCore.Signal(int)
    problems = QtCore.Signal(int, int)
    titled = QtCore.Signal(str, bool)
    judged = QtCore.Signal()
    noted = QtCore.Signal(str)

    key = ""
    title = ""
    tab_bar: QtWidgets.QTabBar | None = None  # what Ctrl+Tab goes through

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__()
        self.setObjectName(f"page.{self.key}")
        self.workspace = workspace
        self.commands = actions
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self._failed)
        self.header = Header(self.title)
        self._notices = Column(gap=8, margins=(24, 0, 24, 0))
        self._shown: list[message.Message] = []
        self.body = Column(gap=0)
        outer = Column(self.header, self._notices, gap=0)
        outer.add(self.body, stretch=1)
        self.setLayout(outer)

    def activated(self) -> None:
        """Be told that the page is shown; called each time."""

    def receive(self, what: object) -> None:
        """Take what another page passed with `go`."""

    def health_changed(self) -> None:
        """Be told that a regular check said how a connection is."""

    def hide_secrets(self) -> None:
        """Take what came from the vault off the screen and off the clipboard."""

    def vault_turned(self) -> None:
        """Be told that the vault was locked, unlocked or opened in another way."""

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return where F6 goes, in order: the first focusable widget of each pane."""
        return [self]

    def spots(self) -> list[Spot]:
        """Return what the palette finds here: fields or settings."""
        return []

    def help(self) -> Help:
        """Return what this place is for (F1)."""
        return PLACES.get(self.key, Help(self.title, ""))

    async def may_close(self) -> bool:
        """Return whether the window may close; ask the person about unsaved changes."""
        return True

    async def close_work(self) -> None:
        """End all work of the page and wait for it; what must be saved is saved."""
        await self.tasks.cancel_all()

    def say(self, notice: Notice, *actions: QtWidgets.QWidget) -> "message.Message":
        """Show a message below the header until it is closed.

        The same one is shown once, and a success takes the place of an earlier one.
        """
        for older in tuple(self._shown):
            again = older.what.text() == notice.what
            if again or notice.level == older.level == "success":
                self._drop(older)
        shown = message.Message(
            notice.level,
            notice.what,
            notice.why,
            *actions,
            details=notice.details,
            closable=True,
        )
        shown.closed.connect(lambda: self._drop(shown))
        self._shown.append(shown)
        self._notices.add(shown)
        return shown

    def unsay(self) -> None:
        """Take all messages away."""
        for shown in tuple(self._shown):
            self._drop(shown)

    def notices(self) -> list[str]:
        """Return what is being said, oldest first."""
        return [shown.what.text() for shown in self._shown]

    def _drop(self, shown: "message.Message") -> None:
        if shown in self._shown:
            self._shown.remove(shown)
            self._notices.removeWidget(shown)
            shown.hide()
            shown.deleteLater()

    @QtCore.Slot(str, object)
    def _failed(self, name: str, error: object) -> None:
        if isinstance(error, BaseException):
            self.failed(name, error)

    def failed(self, name: str, error: BaseException) -> None:  # noqa: ARG002  for subclasses that tell their work apart
        """Tell that the work called `name` ended with an error."""
        self.say(notice_of(error))

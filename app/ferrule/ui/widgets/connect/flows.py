"""A page with Connect flows over it, one for each thing being connected.

A flow that is left stays as it was, secrets included, and goes on where it stopped; it
lives in memory only. The module of the flow is imported with the first of them.
"""

from typing import Final, Protocol, cast

from PySide6 import QtCore, QtWidgets

from ferrule.ui.importing import load
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.workspace.catalogue import Card
from ferrule.workspace.workspace import Workspace

_FLOW: Final = "ferrule.ui.widgets.connect.flow"
_PLAN: Final = "ferrule.ui.models.connect_plan"
_VERSIONS: Final = "ferrule.ui.models.connect_versions"


class Flow(Protocol):
    """What of a Connect flow is used here; it is a widget."""

    left: QtCore.SignalInstance
    dropped: QtCore.SignalInstance
    saved: QtCore.SignalInstance
    sync_wanted: QtCore.SignalInstance
    other_wanted: QtCore.SignalInstance

    def begin(self, *, quick: bool, port: int | None, reconnect: bool) -> None:
        """Go to the first step that needs the person; `quick` checks at once."""

    def again_with(self, plan: object) -> "Flow":
        """Return a flow of another plan that begins where this one is."""

    def focus_step(self) -> None:
        """Put the focus into the step that is shown."""

    async def close_work(self) -> None:
        """End its work and wait for it."""


class ConnectFlows(QtWidgets.QStackedWidget):
    """The page's own content at the bottom, flows above it.

    Signals:
        saved(str): the connection of that key was made or changed.
        sync_wanted(str): the person wants it to be synced now.
        left(): a flow was left, and the page's own content is shown again.
    """

    saved = QtCore.Signal(str)
    sync_wanted = QtCore.Signal(str)
    left = QtCore.Signal()

    def __init__(self, home: QtWidgets.QWidget, workspace: Workspace) -> None:
        super().__init__()
        self._home = home
        self._workspace = workspace
        self._tasks = Tasks(self)
        self._flows: dict[tuple[str, str], Flow] = {}
        self.addWidget(home)

    @property
    def at_home(self) -> bool:
        """Return whether no flow is shown."""
        return self.currentWidget() is self._home

    def begun(self, connector_id: str) -> bool:
        """Return whether a flow of a connector was left unfinished."""
        return any(known == connector_id for known, _ in self._flows)

    async def open(
        self,
        card: Card,
        key: str = "",
        *,
        quick: bool = False,
        port: int | None = None,
        reconnect: bool = False,
        version: str = "",
    ) -> None:
        """Show the flow of a connector (or of its connection `key`), begun or not.

        `reconnect` signs in to the connection again, `version` sets another API version
        up; such a flow is begun anew each time.

        Raises:
            FerruleError: when the descriptor or the connection cannot be read.
        """
        which = card.id, key
        if (reconnect or version) and which in self._flows:
            await self._flows[which].close_work()
            self._drop(which)
        flow = self._flows.get(which)
        if flow is None:
            flow = await self._make(card, key, version, again=reconnect)
            flow.begin(quick=quick, port=port, reconnect=reconnect)
        self.setCurrentWidget(cast("QtWidgets.QWidget", flow))
        flow.focus_step()

    async def close_work(self) -> None:
        """End the work of all flows and wait for it."""
        for flow in tuple(self._flows.values()):
            await flow.close_work()
        await self._tasks.settled()

    async def _make(self, card: Card, key: str, version: str, *, again: bool) -> Flow:
        # Piece by piece: the descriptor's models take 100 ms.
        plans, flows = await load(_PLAN), await load(_FLOW)
        place = self._workspace
        plan = await in_thread(lambda: plans.read_plan(place, card, key, again=again))
        if version:
            other = (await load(_VERSIONS)).at_version
            plan = await in_thread(lambda: other(place, plan, version, plan.values))
        made: Flow = flows.ConnectFlow(self._workspace, plan)
        self._take((card.id, key), made)
        return made

    def _take(self, which: tuple[str, str], made: Flow) -> None:
        self._flows[which] = made
        self.addWidget(cast("QtWidgets.QWidget", made))
        made.left.connect(self.go_home)
        made.dropped.connect(lambda: self._drop(which))
        made.saved.connect(self.saved)
        made.sync_wanted.connect(self.sync_wanted)
        made.other_wanted.connect(lambda plan: self._exchange(which, plan))

    def _exchange(self, which: tuple[str, str], plan: object) -> None:
        """Put a flow of another plan in the place of one."""
        old = self._flows[which]
        new = old.again_with(plan)
        self._take(which, new)
        self.setCurrentWidget(cast("QtWidgets.QWidget", new))
        new.focus_step()
        self._let_go(old)

    @QtCore.Slot()
    def go_home(self) -> None:
        """Show the page's own content; flows stay as they are."""
        if not self.at_home:
            self.setCurrentWidget(self._home)
            self.left.emit()

    def _drop(self, which: tuple[str, str]) -> None:
        self.go_home()
        if which in self._flows:
            self._let_go(self._flows.pop(which))

    def _let_go(self, flow: Flow) -> None:
        """Take a flow away, and delete it once its work has ended."""
        self.removeWidget(cast("QtWidgets.QWidget", flow))
        self._tasks.start(f"end {id(flow)}", _ended(flow))


async def _ended(flow: Flow) -> None:
    """End what a flow is doing (a wait for the browser), then delete it."""
    await flow.close_work()
    cast("QtWidgets.QWidget", flow).deleteLater()

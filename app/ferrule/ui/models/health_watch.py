"""How all connections are, for the status bar; and the regular checks, if wanted.

Regular checks are off until the person turns them on in the settings: until then
nothing is asked that nobody asked for. What is shown comes from the database.
"""

import asyncio
from collections import Counter
from typing import Final, NamedTuple

from PySide6 import QtCore

from ferrule.ui.models.card_standing import SANDBOXES, Link, read_links
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import preferences
from ferrule.workspace.health_checks import HealthWorker, Rounds
from ferrule.workspace.workspace import Workspace

REGULAR: Final = "health/regular"  # "on" or "off"
_TICK_MS: Final = 30_000
_WORST: Final = (("error", "error"), ("degraded", "degraded"), ("healthy", "healthy"))


class Summary(NamedTuple):
    """How the connections that are on and were checked are, in a few words.

    `shape` is the name of the worst state's shape, empty where there is none.
    """

    text: str = ""
    shape: str = ""


class HealthWatch(QtCore.QObject):
    """Looks now and then, and checks what is due where that is wanted.

    Signals:
        summed(object): how all are, as a `Summary`.
        changed(): a regular check has ended.
    """

    summed = QtCore.Signal(object)
    changed = QtCore.Signal()

    def __init__(
        self, workspace: Workspace, tasks: Tasks, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tasks = tasks
        self._rounds = Rounds()
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to look; the first check comes within a minute."""
        self._tick.start()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._tick.stop()

    @QtCore.Slot()
    def look(self) -> None:
        """Read how the connections are."""
        self._tasks.start("health", self._look())

    @QtCore.Slot()
    def tick(self) -> None:
        """Check what is due, where regular checks are wanted."""
        if preferences.text(REGULAR, "off") != "on":
            return
        if not self._tasks.running("regular checks"):
            self._tasks.start("regular checks", self._check())

    async def _look(self) -> None:
        links = await in_thread(lambda: read_links(self._workspace))
        self.summed.emit(summary_of(links))

    async def _check(self) -> None:
        worker = HealthWorker(
            self._workspace,
            self._rounds,
            wanted=lambda one: bool(one.connector_id not in SANDBOXES or sandbox.url),
        )
        try:
            checked = await in_thread(worker.work)
        except asyncio.CancelledError:
            worker.cancel()
            raise
        if checked:
            self.changed.emit()
            await self._look()


def summary_of(links: tuple[Link, ...]) -> Summary:
    """Return how the connections are: the worst first, none for none checked."""
    states = Counter(
        "error" if link.state == "reauth_required" else link.state
        for link in links
        if link.enabled and link.checked
    )
    told = [f"{states[state]} {word}" for state, word in _WORST if states[state]]
    worst = next((state for state, _ in _WORST if states[state]), "")
    return Summary(", ".join(told[:2]), worst)

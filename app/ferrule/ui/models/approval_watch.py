"""What waits for approval, for the whole window: whoever asked, wherever they asked.

Once a second it asks the database whether anything was committed, which costs some
microseconds; what waits is read only then, and when the time of one is over.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6 import QtCore

from ferrule.clock import Clock, SystemClock
from ferrule.errors import StoreError
from ferrule.ui.i18n import Data
from ferrule.ui.models.messages import ShowApproval
from ferrule.ui.models.note_watch import Telling
from ferrule.ui.models.tool_rows import asked_by
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.workspace.tools.approvals import Approval, waiting
from ferrule.workspace.workspace import Workspace

_TICK_MS: Final = 1000
_TASK: Final = "approvals"
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class ApprovalWatch(QtCore.QObject):
    """Looks as long as the window lives, active or not; every look is off its thread.

    Signals:
        counted(int): so many requests wait for a person now; only when it changed.
        told(object): what others ask for, the newest first, as `Telling`s; what a
            person asked for in a window is before their eyes, and is only counted.
    """

    counted = QtCore.Signal(int)
    told = QtCore.Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        tasks: Tasks,
        parent: QtCore.QObject,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._tasks = workspace, tasks
        self._clock = clock or SystemClock()
        self._mark, self._until = -1, _NEVER
        self._known: tuple[int, ...] = ()
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to look."""
        self._tick.start()
        self.tick()

    @QtCore.Slot()
    def tick(self) -> None:
        """Look, if the look before has ended."""
        if not self._tasks.running(_TASK):
            self._tasks.start(_TASK, self._look())

    async def _look(self) -> None:
        try:
            found = await in_thread(self._read)
        except StoreError:  # it is busy: another time
            return
        known = tuple(one.id for one in found or ())
        if found is None or known == self._known:
            return
        self._known = known
        self.counted.emit(len(known))
        asked = [one for one in reversed(found) if one.request.via != "window"]
        self.told.emit(tuple(map(telling_of, asked)))

    def _read(self) -> Sequence[Approval] | None:
        """Return what waits, None where nothing can have changed since."""
        mark, now = self._workspace.database.mark(), self._clock.now()
        if mark == self._mark and now < self._until:
            return None
        found = waiting(self._workspace, self._clock)
        ends = [datetime.fromisoformat(one.request.expires_at) for one in found]
        self._mark, self._until = mark, min(ends, default=_NEVER)
        return found


def mark_of(number: int) -> str:
    """Return what tells the note of a request from others."""
    return f"approval {number}"


def telling_of(one: Approval) -> Telling:
    """Return a request for approval in words, and the way to it."""
    asked = one.request
    return Telling(
        mark_of(one.id),
        "warning" if asked.effect == "destructive" else "info",
        f"“{Data(asked.tool)}” of “{Data(asked.connection)}” waits for approval",
        f"Asked by {asked_by(asked.via, asked.asked_by)}.",
        "Look at it",
        "tools",
        ShowApproval(one.id),
    )

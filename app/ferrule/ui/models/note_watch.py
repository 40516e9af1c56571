"""What needs a person, for the window: asked now and then while somebody is there.

A note is told until it is over or put away. One that was put away is told again only
when its state came back, also at the next start.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Literal, NamedTuple

from PySide6 import QtCore, QtWidgets

from ferrule.errors import StoreError, UsageError
from ferrule.ui.i18n import Data
from ferrule.ui.models.messages import OpenConnector, ShowCredential, ShowDeadLetters
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import preferences
from ferrule.workspace.dead_letters import MANY
from ferrule.workspace.notifying import Notifier, notes, read_targets
from ferrule.workspace.workspace import Workspace

PUT_AWAY: Final = "notes/put_away"  # then the project's key; marks, one a line
_TICK_MS: Final = 10_000


class Telling(NamedTuple):
    """A note in words, and where its one button leads; `mark` tells it from others."""

    mark: str
    level: Literal["info", "warning"]
    what: str
    why: str
    verb: str
    page: str
    where: object


class NoteWatch(QtCore.QObject):
    """Looks while the window is active; every look is off its thread.

    Signals:
        told(object): what is to be shown now, the newest first, as `Telling`s.
        refused(object): the project's file does not say who is told; once an error.
    """

    told = QtCore.Signal(object)
    refused = QtCore.Signal(object)

    def __init__(
        self, workspace: Workspace, tasks: Tasks, window: QtWidgets.QWidget
    ) -> None:
        super().__init__(window)
        self._workspace, self._tasks, self._window = workspace, tasks, window
        self._notifier: Notifier | None = None
        self._known: tuple[Telling, ...] = ()
        self._asked: tuple[Telling, ...] = ()
        self._trouble = ""
        self._key = f"{PUT_AWAY}/{workspace.project.key}"
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to look."""
        self._tick.start()
        self._tasks.start("notes", self._look())

    @QtCore.Slot()
    def tick(self) -> None:
        """Look, if somebody is there and the look before has ended."""
        if self._window.isActiveWindow() and not self._tasks.running("notes"):
            self._tasks.start("notes", self._look())

    @QtCore.Slot()
    def look(self) -> None:
        """Look at once: something was done that may have changed a state."""
        self._tasks.start("notes", self._look(anew=True))

    @QtCore.Slot(object)
    def tell_first(self, asked: tuple[Telling, ...]) -> None:
        """Tell these before all others: somebody waits for an answer now."""
        self._asked = asked
        self._tell()

    @QtCore.Slot(str)
    def put_away(self, mark: str) -> None:
        """Tell a note no more, until its state comes back."""
        known = {one.mark for one in (*self._asked, *self._known)}
        marks = self._marks & known | {mark}  # what is over is forgotten
        preferences.put(self._key, "\n".join(sorted(marks)))
        self._tell()

    @property
    def _marks(self) -> frozenset[str]:
        return frozenset(preferences.text(self._key).splitlines())

    async def _look(self, *, anew: bool = False) -> None:
        try:
            self._known = await in_thread(partial(self._read, anew=anew))
        except StoreError:  # it is busy: another time
            return
        except UsageError as error:
            self._refuse(error)
            return
        self._trouble = ""
        self._tell()

    def _refuse(self, error: UsageError) -> None:
        if error.message != self._trouble:
            self._trouble = error.message
            self.refused.emit(error)

    def _tell(self) -> None:
        away = self._marks
        told = (*self._asked, *self._known)
        self.told.emit(tuple(one for one in told if one.mark not in away))

    def _read(self, *, anew: bool) -> tuple[Telling, ...]:
        """Look how things are, where it is time or wanted, and return what is told."""
        workspace = self._workspace
        targets = read_targets(workspace.project)
        notifier = self._notifier or Notifier(workspace, targets)
        self._notifier = notifier
        if anew:
            notifier.look()
        else:
            notifier()
        found = workspace.connections.list(workspace.project.key)
        connectors = {one.key: one.connector_id for one in found}
        return tuple(
            telling_of(one.kind, one.connection, one.message, one.at, connectors)
            for one in notes(workspace)
            if one.kind in _WORDS
        )


def telling_of(
    kind: str, connection: str, message: str, at: str, connectors: Mapping[str, str]
) -> Telling:
    """Return a note in words; `connectors` has the connector of each connection."""
    mark = f"{kind} {connection} {at}"
    return _WORDS[kind](mark, connection, message, connectors.get(connection, ""))


def _degraded(mark: str, key: str, message: str, connector: str) -> Telling:
    what = f"Trouble with “{Data(key)}”"
    where = OpenConnector(connector)
    return Telling(mark, "warning", what, message, "Show connector", "connector", where)


def _signed_out(mark: str, key: str, message: str, _connector: str) -> Telling:
    what = f"“{Data(key)}” must be signed in to again"
    where = ShowCredential(key)
    return Telling(
        mark, "warning", what, message, "Show credential", "credentials", where
    )


def _dead(mark: str, _key: str, _message: str, _connector: str) -> Telling:
    # The number in the message is that of the moment when it was told.
    what = f"More than {MANY} dead letters"
    why = "Calls could not be mapped, or events could not be sent on."
    where = ShowDeadLetters()
    return Telling(mark, "warning", what, why, "Show them", "webhooks", where)


def _due(mark: str, key: str, message: str, _connector: str) -> Telling:
    what = f"The credential of “{Data(key)}” is due for rotation"
    where = ShowCredential(key)
    return Telling(mark, "info", what, message, "Show credential", "credentials", where)


_WORDS: Final[Mapping[str, Callable[[str, str, str, str], Telling]]] = {
    "degraded": _degraded,
    "reauth_required": _signed_out,
    "dead_letters": _dead,
    "rotation_due": _due,
}

"""The vault in the status bar: a word that is true, an icon, and where it leads."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from ferrule.clock import Clock
from ferrule.ui.models.vault_watch import VaultWatch
from ferrule.ui.models.vault_words import VaultFacts, VaultWords, unasked, words_of
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.status_bar import StatusItem
from ferrule.workspace.workspace import Workspace


class VaultLamp(QtCore.QObject):
    """Shows how the vault is, and keeps the watch that locks it.

    Signals:
        wanted(str, object): that page was asked for, and the place on it.
        turned(): the vault was locked, unlocked or opened in another way.
    """

    wanted = QtCore.Signal(str, object)
    turned = QtCore.Signal()

    def __init__(
        self,
        item: StatusItem,
        workspace: Workspace,
        tasks: Tasks,
        window: QtWidgets.QWidget,
        busy: Callable[[], bool],
        *,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(window)
        self.watch = VaultWatch(workspace, tasks, window, busy, clock)
        self._item = item
        self._words = unasked(has_file=workspace.has_vault)
        self.watch.told.connect(self._take)
        item.clicked.connect(self._go)
        self._say(self._words)

    @QtCore.Slot(object)
    def _take(self, status: VaultFacts) -> None:
        self._say(words_of(status))
        self.turned.emit()

    def _say(self, words: VaultWords) -> None:
        self._words = words
        self._item.say(words.word, icon=words.icon, ink=words.ink, tip=words.tip)

    @QtCore.Slot()
    def _go(self) -> None:
        place = self._words.place
        self.wanted.emit(place, "backend" if place == "settings" else None)

"""Testing a credential and putting a new one in its place, told step by step."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TypeVar

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.models.credential_desk import CredentialDesk
from ferrule.ui.models.credential_list import CredentialRow
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.credentials.detail import CredentialPane
from ferrule.ui.widgets.credentials.rotation import RotationForm

T = TypeVar("T")
Reread = Callable[[], Coroutine[object, object, None]]


class Renewing(QtCore.QObject):
    """The checks of the credential in a pane, and the form of a new one.

    Signals:
        judged(): a check told how a credential stands.
        renewed(str): the credential of that key is a new one now.
    """

    judged = QtCore.Signal()
    renewed = QtCore.Signal(str)

    def __init__(
        self, desk: CredentialDesk, pane: CredentialPane, tasks: Tasks, reread: Reread
    ) -> None:
        """Work on what `pane` shows; `reread` reads and shows the list again."""
        super().__init__(pane)
        self._reread = reread
        self._desk = desk
        self._pane = pane
        self._tasks = tasks
        pane.stopped.connect(partial(tasks.cancel, "check"))

    def test(self, row: CredentialRow) -> None:
        """Check the connection with the credential in use."""
        self.close()
        self._tasks.start("check", self._report(self._desk.check(row.key)))

    def open(self, row: CredentialRow) -> None:
        """Ask for a new credential, or what becomes of the pending one."""
        pending = row.line.pending_at is not None
        form = RotationForm(row.edited, pending=pending)
        form.wanted.connect(partial(self._rotate, row.key))
        form.closed.connect(self.close)
        form.discarded.connect(partial(self._discard, row.key))
        self._pane.show_form(form)
        form.form.focus_first()

    @QtCore.Slot()
    def close(self) -> None:
        """End a check and ask for nothing."""
        self._tasks.cancel("check")
        self._pane.show_form(None)

    async def _report(self, work: Coroutine[object, object, T]) -> T | None:
        """Tell a check's steps in the pane, and that something came of it."""
        report = self._pane.begin_report()
        shown = self._desk.stepped.connect(report.lines.show_line)
        try:
            done = await work
            report.end()
        except asyncio.CancelledError:
            report.cancel()
            raise
        except FerruleError as error:
            report.fail(error.message, error.advice)
            return None
        finally:
            self._desk.stepped.disconnect(shown)
        await self._reread()
        self.judged.emit()
        return done

    def _rotate(self, key: str, values: object) -> None:
        if isinstance(values, dict):
            self._tasks.start("check", self._renew(key, values))

    async def _renew(self, key: str, values: dict[str, str]) -> None:
        if await self._report(self._desk.rotate(key, values)):
            self._pane.show_form(None)
            self.renewed.emit(key)

    def _discard(self, key: str) -> None:
        self._tasks.start("discard", self._give_up(key))

    async def _give_up(self, key: str) -> None:
        await self._desk.discard(key)
        self.close()
        await self._reread()

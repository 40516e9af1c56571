"""Pushing at work: one push at a time, ended by the person or with the page."""

from functools import partial

import shiboken6
from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.models.push_desk import PushRun, Wanted
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.bundles.push import PushForm
from ferrule.ui.widgets.spoken import announce


class Pushing(QtCore.QObject):
    """What the form of pushing does."""

    def __init__(self, tasks: Tasks, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._run = PushRun()
        self._form: PushForm | None = None

    @property
    def running(self) -> bool:
        """Return whether a push goes on."""
        return self._tasks.running("push")

    def serve(self, form: PushForm) -> None:
        """Do what this form asks for."""
        form.pushing.connect(self._push)
        form.stopped.connect(self.stop)
        # Another file, or none: nobody would see the verdict.
        form.destroyed.connect(partial(self._tasks.cancel, "push"))
        self._form = form

    @QtCore.Slot(object)
    def _push(self, wanted: object) -> None:
        form = self._form
        if isinstance(wanted, Wanted) and form is not None and not form.running:
            form.show_running()
            self._tasks.start("push", self._pushed(form, wanted))

    @QtCore.Slot()
    def stop(self) -> None:
        """End the push that runs, if one does."""
        if self.running and self._form is not None:
            self._tasks.cancel("push")
            self._form.show_stopped()

    def forget(self) -> None:
        """Take the token off the screen."""
        if self._form is not None and shiboken6.isValid(self._form):
            self._form.forget()

    async def _pushed(self, form: PushForm, wanted: Wanted) -> None:
        try:
            told = await self._run.run(wanted)
        except FerruleError as error:
            form.show_trouble(error.message, error.advice)
            return
        except Exception:
            why = "What the server did is not known. Push again: nothing comes twice."
            form.show_trouble("The push did not end as it should.", why)
            raise
        form.show_told(told)
        announce(form, told.summary)

"""A sign-in in a thread of ours, told step by step and cancelled at once.

The module imports the network: pages load it with the first sign-in, not before.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6 import QtCore

from ferrule.auth.token import TokenSet
from ferrule.errors import SignInFailed
from ferrule.ui.tasks import apart
from ferrule.workspace.signing_in import SignIn, SignInStep


class SignInRun(QtCore.QObject):
    """One sign-in at a time.

    Signals:
        stepped(object): the next `SignInStep`.
    """

    stepped = QtCore.Signal(object)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._job: _Job | None = None

    async def run(self, prepare: Callable[[], SignIn]) -> TokenSet | None:
        """Return the tokens of the sign-in that `prepare` makes; None when it failed.

        `prepare` and the sign-in run in a thread. Cancelling ends the waiting at once
        and tells no more steps.

        Raises:
            FerruleError: when `prepare` cannot make one.
        """
        loop = asyncio.get_running_loop()
        job = self._job = _Job(prepare)

        def tell(step: SignInStep) -> None:
            with suppress(RuntimeError):  # the loop may have gone with the window
                loop.call_soon_threadsafe(self._tell, job, step)

        try:
            return await apart(lambda: job.work(tell), "sign-in")
        finally:
            job.stop()

    def paste(self, text: str) -> None:
        """Take the address that the browser ended on.

        Raises:
            SignInFailed: when it is not of the sign-in under way, which goes on.
        """
        if self._job is None or self._job.sign_in is None or self._job.over():
            raise SignInFailed("No sign-in is under way.")
        self._job.sign_in.paste(text)

    def _tell(self, job: "_Job", step: SignInStep) -> None:
        if not job.over():
            self.stepped.emit(step)


class _Job:
    """A sign-in that may be stopped from the window's thread at any moment."""

    def __init__(self, prepare: Callable[[], SignIn]) -> None:
        self._prepare = prepare
        self._stop = threading.Event()
        self.sign_in: SignIn | None = None

    def over(self) -> bool:
        """Return whether nobody waits for it any more."""
        return self._stop.is_set()

    def work(self, tell: Callable[[SignInStep], None]) -> TokenSet | None:
        """Go through the steps until it is over or stopped."""
        self.sign_in = self._prepare()
        if self.over():
            return None
        for step in self.sign_in.steps():
            tell(step)
        return self.sign_in.tokens

    def stop(self) -> None:
        """End it, and take nothing from it any more."""
        if not self.over():
            self._stop.set()
            if self.sign_in is not None:
                self.sign_in.cancel()

"""What happens behind the panel of the stages: the sign-in, the browser, the wait."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.auth.token import TokenSet
from ferrule.clock import SystemClock
from ferrule.errors import FerruleError
from ferrule.ui.models.sign_in_run import SignInRun
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.connect.authorise import AuthorisePanel
from ferrule.workspace.signing_in import SignIn, SignInStep, Way
from ferrule.workspace.signing_in.opening import open_named_browser

_WORK: Final = "authorise"
_BEAT_MS: Final = 500
Prepare = Callable[[Way], SignIn]


def open_browser(url: str) -> bool:
    """Open an address in the browser that is named, else in the system's own."""
    return open_named_browser(url) or QtGui.QDesktopServices.openUrl(QtCore.QUrl(url))


class Authorising(QtCore.QObject):
    """One panel and the sign-ins that are tried in it, one after the other.

    Signals:
        began(): a sign-in is under way.
        ended(bool): it is over; whether there are tokens.
    """

    began = QtCore.Signal()
    ended = QtCore.Signal(bool)

    open_browser: Callable[[str], bool] = staticmethod(open_browser)

    def __init__(self, panel: AuthorisePanel, tasks: Tasks) -> None:
        super().__init__(panel)
        self.tokens: TokenSet | None = None
        self._panel = panel
        self._tasks = tasks
        self._run = SignInRun(self)
        self._address = ""
        self._until: datetime | None = None
        self._whole_s = 0.0
        self._beat = QtCore.QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._tick)
        self._wire()

    @property
    def running(self) -> bool:
        """Return whether a sign-in is under way."""
        return self._tasks.running(_WORK)

    def start(self, prepare: Prepare) -> None:
        """Begin a sign-in, in place of one that is under way.

        `prepare` makes it of what the forms hold; it runs in a thread.
        """
        way: Way = "device" if self._panel.by_device else "browser"
        self.tokens = None
        self._panel.show_running()
        self._tasks.start(_WORK, self._work(partial(prepare, way)))
        self.began.emit()

    def forget(self) -> None:
        """Forget what a sign-in brought: what it was made of has changed."""
        if self.tokens is not None or self.running:
            self.cancel()
            self.tokens = None
            self._panel.show_idle()

    @QtCore.Slot()
    def cancel(self) -> None:
        """Stop waiting."""
        self._tasks.cancel(_WORK)

    async def _work(self, prepare: Callable[[], SignIn]) -> None:
        try:
            self.tokens = await self._run.run(prepare)
        except asyncio.CancelledError:
            self._panel.show_idle()
            raise
        except FerruleError as error:
            self._panel.show_failed(error.message, error.advice)
        finally:
            self._beat.stop()
            self._address = ""
        self.ended.emit(self.tokens is not None)

    @QtCore.Slot(object)
    def _show(self, step: SignInStep) -> None:
        shown = self._shown.get(step.name)
        if shown is not None:
            shown(step)

    def _listening(self, step: SignInStep) -> None:
        self._panel.show_listening(step.url, pasted=step.paste)

    def _opened(self, step: SignInStep) -> None:
        self._address = step.url
        self._panel.show_opened(_place(step.url))
        self._open()

    def _code(self, step: SignInStep) -> None:
        self._address = step.complete_url or step.url
        self._panel.show_code(step.user_code, step.url)

    def _waiting(self, step: SignInStep) -> None:
        self._until = step.until
        self._whole_s = self._left()
        self._tick()
        self._beat.start()

    def _exchanging(self, _step: SignInStep) -> None:
        self._beat.stop()
        self._panel.show_exchanging()

    def _signed_in(self, step: SignInStep) -> None:
        self._beat.stop()
        self._panel.show_signed_in(step.granted, step.missing)

    def _refused(self, step: SignInStep) -> None:
        self._beat.stop()
        self._panel.show_failed(step.detail, step.advice)

    def _warned(self, step: SignInStep) -> None:
        self._panel.show_warning(step.detail)

    def _ignored(self, step: SignInStep) -> None:
        self._panel.paste.show_ignored(step.count)

    @QtCore.Slot()
    def _open(self) -> None:
        if self._address and not self.open_browser(self._address):
            self._panel.show_no_browser()

    @QtCore.Slot()
    def _copy(self) -> None:
        QtWidgets.QApplication.clipboard().setText(self._address)

    @QtCore.Slot(str)
    def _paste(self, text: str) -> None:
        try:
            self._run.paste(text)
        except FerruleError as error:
            self._panel.paste.refuse(error.message, error.advice)

    @QtCore.Slot()
    def _tick(self) -> None:
        self._panel.show_left(self._left(), self._whole_s)

    def _left(self) -> float:
        if self._until is None:
            return 0.0
        left = self._until - SystemClock().now()
        return max(left.total_seconds(), 0.0)

    def _switch(self, *, device: bool) -> None:
        self.cancel()
        self._panel.choose(device=device)

    def _wire(self) -> None:
        panel = self._panel
        self._shown: Mapping[str, Callable[[SignInStep], None]] = {
            "listening": self._listening,
            "opened": self._opened,
            "code": self._code,
            "waiting": self._waiting,
            "received": self._exchanging,
            "exchanging": self._exchanging,
            "signed_in": self._signed_in,
            "failed": self._refused,
            "warned": self._warned,
            "ignored": self._ignored,
        }
        self._run.stepped.connect(self._show)
        panel.cancelled.connect(self.cancel)
        panel.open_again.connect(self._open)
        panel.copy_wanted.connect(self._copy)
        panel.pasted.connect(self._paste)
        panel.device_wanted.connect(lambda: self._switch(device=True))
        panel.browser_wanted.connect(lambda: self._switch(device=False))


def _place(url: str) -> str:
    """Return an address without its parameters: they hold the state."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"

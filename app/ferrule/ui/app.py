"""Start the window and leave it in order: one event loop, nothing left behind.

qasync's loop runs inside `asyncio.Runner`; the main coroutine waits until the window is
closed, then ends all work and waits for it. The loop of Qt alone would abandon it.
"""

import asyncio
import os
import sys
import traceback
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import qasync
from PySide6 import QtGui, QtWidgets

from ferrule.ui.collecting import Collector
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES, Place
from ferrule.ui.pages.page import notice_of
from ferrule.ui.theme import Wish, icon, preferences, theme
from ferrule.ui.window import NAME, Window
from ferrule.workspace.workspace import Workspace

Driver = Callable[[Window], Coroutine[Any, Any, object]]
_WISHES: dict[str, Wish] = {"light": "light", "dark": "dark", "system": "system"}


def run(
    open_workspace: Callable[[], Workspace],
    places: Sequence[Place] = PAGES,
    *,
    settings: Path | None = None,
    driver: Driver | None = None,
) -> int:
    """Show the window until it is closed and return the exit code.

    `settings` is the INI file of looks and layout (none: nothing is remembered).
    `driver` is a coroutine that works the window, which ends with it, for the tour and
    the tests; its error comes out of here.
    """
    app = application(settings)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        try:
            runner.run(_live(open_workspace, places, driver))
        except KeyboardInterrupt:
            return 130
        finally:
            preferences.close()
    return 0


def application(settings: Path | None = None) -> QtWidgets.QApplication:
    """Return the dressed application, made now if there is none."""
    if settings is not None:
        preferences.open(settings)
    app = QtWidgets.QApplication.instance()
    if not isinstance(app, QtWidgets.QApplication):
        app = QtWidgets.QApplication([NAME])
    app.setApplicationName(NAME)
    app.setApplicationDisplayName(NAME)
    app.setDesktopFileName("ferrule")
    # A dialog counts as a window: closing one must not end the loop.
    app.setQuitOnLastWindowClosed(False)
    theme.set_motion(on=preferences.text("motion", "on") == "on")
    theme.apply(app, _WISHES.get(preferences.text("scheme"), "system"))
    return app


def has_display() -> bool:
    """Return whether a window could be seen: on Linux a display must be named."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


async def _live(
    open_workspace: Callable[[], Workspace],
    places: Sequence[Place],
    driver: Driver | None,
) -> None:
    workspace = open_workspace()
    window = Window(workspace, places)
    window.setWindowIcon(icon("plug-zap", "accent"))
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    with _Watch(window), Collector():
        window.show_page(_first(places))
        window.show()
        try:
            await _until(closed, driver(window) if driver else None)
        finally:
            await window.close_work()
            await window.tasks.cancel_all()
            await sandbox.end()
            window.hide()
            window.deleteLater()
            QtGui.QGuiApplication.sendPostedEvents()
            workspace.close()


async def _until(
    closed: asyncio.Event, work: Coroutine[Any, Any, object] | None
) -> None:
    """Wait for the closing, or for the end of `work`, whose error comes out."""
    if work is None:
        await closed.wait()
        return
    loop = asyncio.get_running_loop()
    tasks = {loop.create_task(closed.wait()), loop.create_task(work)}
    done, left = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for task in done:
        await task


def _first(places: Sequence[Place]) -> str:
    keys = [place.key for place in places]
    remembered = preferences.text("window/page")
    return remembered if remembered in keys else keys[0]


class _Watch:
    """While it lasts, an error nobody caught is told in the window.

    Its text is not shown and not printed: it may hold what was sent. The type and the
    places in the program go to standard error.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._before = sys.excepthook

    def __enter__(self) -> Self:
        sys.excepthook = self.tell
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._from_loop)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.excepthook = self._before

    def tell(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Say it in the window and note where it happened."""
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        lines = traceback.format_tb(trace)
        sys.stderr.write("".join(lines) + f"{kind.__module__}.{kind.__name__}\n")
        self._window.say(notice_of(error))

    def _from_loop(
        self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]
    ) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.tell(type(error), error, error.__traceback__)

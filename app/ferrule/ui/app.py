"""Start the window and leave it in order: one event loop, nothing left behind.

The window is painted by Qt alone; asyncio and qasync are imported after that. qasync's
loop then runs inside `asyncio.Runner`; the main coroutine waits until the window is
closed, then ends all work and waits for it. The loop of Qt alone would abandon it.
Whatever stands in the way, the program has ended some seconds after its window.
"""

import asyncio
import atexit
import faulthandler
import os
import sys
import traceback
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import qasync
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule import ui
from ferrule.errors import StoreError
from ferrule.redaction import live
from ferrule.ui import enumerations
from ferrule.ui.collecting import Collector
from ferrule.ui.importing import load
from ferrule.ui.models import sandbox
from ferrule.ui.pages import PAGES, Place
from ferrule.ui.pages.page import notice_of
from ferrule.ui.tasks import Held, finish_threads, in_thread
from ferrule.ui.theme import (
    STYLE,
    ContrastWish,
    Wish,
    icon,
    icons,
    keep_icons,
    preferences,
    theme,
)
from ferrule.ui.widgets.frame_keys import bring_focus
from ferrule.ui.window import NAME, Window
from ferrule.workspace.workspace import Workspace

Driver = Callable[[Window], Coroutine[Any, Any, object]]
_LONGEST_MS: Final = 500
_QUIET_S: Final = 1.0
_FINISHING_S: Final = 5.0
_LONGEST_END_S: Final = 30.0
_STDERR: Final = 2
_CONTRASTS: dict[str, ContrastWish] = {"on": "on", "off": "off", "system": "system"}
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
    messages = _Messages()
    try:
        workspace = open_workspace()
        window = Window(workspace, places)
        with _Watch(window) as watch, Collector(), Held() as held:
            _show(window, _first(places))
            ui.settle()
            enumerations.hastened.end()
            with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
                work = driver(window) if driver else None
                runner.run(_live(window, watch, held, work))
            finish_threads(_FINISHING_S)
    except KeyboardInterrupt:
        return 130
    finally:
        _let_live()
        icons.drawings.close()
        preferences.close()
        messages.close()
    return 0


def application(settings: Path | None = None) -> QtWidgets.QApplication:
    """Return the dressed application, made now if there is none."""
    if settings is not None:
        preferences.open(settings)
        keep_icons(settings.with_name("icons.json"))
    app = QtWidgets.QApplication.instance()
    if not isinstance(app, QtWidgets.QApplication):
        # Named here: `setStyle` would return the style, and load all its enumerations.
        app = QtWidgets.QApplication([NAME, "-style", STYLE])
        styled = True
    else:
        styled = False
    app.setApplicationName(NAME)
    app.setApplicationDisplayName(NAME)
    app.setDesktopFileName("ferrule")
    # A dialog counts as a window: closing one must not end the loop.
    app.setQuitOnLastWindowClosed(False)
    theme.set_motion(on=preferences.text("motion", "on") == "on")
    wish = preferences.text("contrast", "system")
    theme.contrast_wish = _CONTRASTS.get(wish, "system")
    theme.apply(app, _WISHES.get(preferences.text("scheme"), "system"), styled=styled)
    return app


def has_display() -> bool:
    """Return whether a window could be seen: on Linux a display must be named."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _show(window: Window, key: str) -> None:
    """Show the window and return when it was painted, or cannot be seen anyway.

    This loop is no nested one: asyncio's begins when it has ended.
    """
    window.setWindowIcon(icon("plug-zap", "accent"))
    window.show_page(key)
    loop = QtCore.QEventLoop()
    window.painted.connect(loop.quit)
    QtCore.QTimer.singleShot(_LONGEST_MS, loop.quit)
    window.show()
    loop.exec()


async def _live(
    window: Window,
    watch: "_Watch",
    held: Held,
    work: Coroutine[Any, Any, object] | None,
) -> None:
    """Let the loop work until the window is closed, or `work` has ended."""
    watch.listen()
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    held.release()
    window.tasks.start("warm", _at_rest(window))
    window.tasks.start("watch", _watch_health(window))
    window.tasks.start("watch notes", _watch_notes(window))
    try:
        await _until(closed, work)
    finally:
        _end_soon()
        await window.close_work()
        await window.tasks.cancel_all()
        await sandbox.sandbox.end()
        window.hide()
        window.deleteLater()
        QtGui.QGuiApplication.sendPostedEvents()
        window.workspace.close()


def _end_soon() -> None:
    """From now on, end this process in any case when its time is over.

    A thread without Python watches, so also where the interpreter's lock is never given
    back. Then the stacks of all threads are on standard error: names of functions.
    """
    seen = sys.__stderr__ is not None  # a window may have none
    file = _STDERR if seen else os.open(os.devnull, os.O_WRONLY)
    faulthandler.dump_traceback_later(_LONGEST_END_S, exit=True, file=file)


def _let_live() -> None:
    """Let whoever showed the window live on; the interpreter's end has its own time."""
    faulthandler.cancel_dump_traceback_later()
    atexit.unregister(_end_soon)
    atexit.register(_end_soon)


async def _at_rest(window: Window) -> None:
    """Do what nobody waits for, one thing after another."""
    await _warm(tuple(window.places.values()))
    await _prune_log(window)


async def _warm(places: Sequence[Place]) -> None:
    """Import the other pages while nobody waits for them: the Builder takes 0.6 s."""
    await asyncio.sleep(_QUIET_S)
    for place in places:
        await load(place.module)


async def _prune_log(window: Window) -> None:
    """Delete the lines of the log whose time is over."""
    module = await load("ferrule.workspace.operations.reading")
    with suppress(StoreError):  # another time
        await in_thread(partial(module.prune_log, window.workspace))


async def _watch_health(window: Window) -> None:
    """Show how the connections are from now on; it brings database and network."""
    await asyncio.sleep(_QUIET_S)
    module = await load("ferrule.ui.models.health_watch")
    watch = module.HealthWatch(window.workspace, window.tasks, window)
    watch.summed.connect(lambda found: window.status.show_health(*found))
    watch.changed.connect(partial(_tell_pages, window))
    window.judged.connect(watch.look)
    window.status.health.clicked.connect(partial(window.show_page, "runs"))
    watch.start()


async def _watch_notes(window: Window) -> None:
    """Tell what needs a person from now on, above every page."""
    await asyncio.sleep(_QUIET_S)
    module = await load("ferrule.ui.widgets.note_strip")
    strip = window.notes = module.NoteStrip()
    window.side.insertWidget(0, strip)
    watch = module.NoteWatch(window.workspace, window.tasks, window)
    watch.told.connect(strip.show_notes)
    watch.refused.connect(lambda error: window.say(notice_of(error)))
    strip.put_away.connect(watch.put_away)
    strip.wanted.connect(window.show_page)
    strip.left.connect(lambda: bring_focus(window.current))
    window.judged.connect(watch.look)
    window.noted.connect(watch.put_away)
    watch.start()
    if "tools" in window.places:
        await _watch_approvals(window, watch.tell_first)


async def _watch_approvals(window: Window, tell: Callable[[object], object]) -> None:
    """Tell from now on what waits for approval: at the rail, and before all notes."""
    module = await load("ferrule.ui.models.approval_watch")
    watch = module.ApprovalWatch(window.workspace, window.tasks, window)
    watch.counted.connect(window.rail.items["tools"].set_waiting)
    watch.told.connect(tell)
    watch.start()


def _tell_pages(window: Window) -> None:
    for page in tuple(window.pages.values()):
        page.health_changed()


async def _until(
    closed: "asyncio.Event", work: Coroutine[Any, Any, object] | None
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


class _Messages:
    """Until it is closed, what Qt says of itself is written without any secret."""

    def __init__(self) -> None:
        self._before = QtCore.qInstallMessageHandler(self._tell)

    def close(self) -> None:
        """Let Qt write by itself again, or whoever did before."""
        QtCore.qInstallMessageHandler(self._before)

    def _tell(
        self, kind: QtCore.QtMsgType, where: QtCore.QMessageLogContext, text: str | None
    ) -> None:
        said = live.text(text or "")
        if self._before is not None:
            self._before(kind, where, said)
        elif sys.stderr is not None:  # a window may have none
            sys.stderr.write(f"{said}\n")


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
        return self

    def listen(self) -> None:
        """Watch the running loop too."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._from_loop)

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
        self, _loop: "asyncio.AbstractEventLoop", context: dict[str, Any]
    ) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.tell(type(error), error, error.__traceback__)

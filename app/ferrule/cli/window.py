"""The window, or the tour where there is no display to show one.

Neither typer nor anything that a first paint can do without is imported here.
"""

import gc
import importlib
import importlib.util
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ferrule.errors import FerruleError

Driver = Callable[[Any], Any]
TOUR_FOLDER = Path("build/tour")


def show(project: Path | None = None, driver: Driver | None = None) -> int:
    """Show the window and return the exit code; 0 when it was closed in order.

    `driver` works the window instead of a person, for measurements.
    """
    hasten()
    from ferrule.cli.place import choose_project

    choose_project(project)
    try:
        return open_window(driver)
    except (FerruleError, KeyboardInterrupt, BrokenPipeError) as error:
        from ferrule.cli.ending import guarded

        return guarded(partial(_again, error))


def _again(error: BaseException) -> int:
    raise error


def open_window(driver: Driver | None = None) -> int:
    """Show the window until it is closed; take the tour where there is no display."""
    need_qt()
    hasten()
    from ferrule.cli.place import open_workspace
    from ferrule.ui import app
    from ferrule.workspace.home import Home

    if driver is None and not app.has_display():
        sys.stdout.write(
            "There is no display, so no window can be shown. The tour does the main "
            "job off-screen instead.\n\n"
        )
        return take_tour(TOUR_FOLDER)
    home = Home.default().made()
    return app.run(open_workspace, settings=home.path / "window.ini", driver=driver)


def take_tour(out: Path) -> int:
    """Take the tour and return 0 when every step went well."""
    need_qt()
    guide = importlib.import_module("ferrule.ui.tour")
    code: int = guide.take(out)
    return code


def hasten() -> None:
    """Let the first paint come sooner: collect nothing, import what it shows.

    The window's own collector begins with the window.
    """
    from ferrule import ui
    from ferrule.ui import enumerations, pyside
    from ferrule.workspace.home import Home

    gc.disable()
    ui.postpone()
    enumerations.hastened.begin()
    pyside.begin(Home.default().path / "pyside.bytecode")


def need_qt() -> None:
    """Refuse, with what to do, where PySide6 is not installed."""
    if importlib.util.find_spec("PySide6") is None:
        raise FerruleError(
            "The window needs PySide6, which is not installed.",
            advice="Install it with: pip install 'ferrule[window]'.",
        )

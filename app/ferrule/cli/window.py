"""The window, or the tour where there is no display to show one.

Neither typer nor anything that a first paint can do without is imported here.
"""

import argparse
import gc
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ferrule.errors import FerruleError

TOUR_FOLDER = Path("build/tour")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--project", type=Path, metavar="DIR")


def execute(given: argparse.Namespace) -> int:
    """Show the window; 0 when it was closed in order."""
    hasten()
    from ferrule.cli.ending import guarded
    from ferrule.cli.place import choose_project

    choose_project(given.project)
    return guarded(open_window)


def open_window(driver: Callable[[Any], Any] | None = None) -> int:
    """Show the window until it is closed; take the tour where there is no display.

    `driver` works the window instead of a person, for measurements.
    """
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

    gc.disable()
    ui.postpone()
    ui.plain_imports()


def need_qt() -> None:
    """Refuse, with what to do, where PySide6 is not installed."""
    if importlib.util.find_spec("PySide6") is None:
        raise FerruleError(
            "The window needs PySide6, which is not installed.",
            advice="Install it with: pip install 'ferrule[window]'.",
        )

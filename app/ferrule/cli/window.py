"""The window, or the tour where there is no display to show one."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from ferrule.cli.place import open_workspace
from ferrule.cli.registry import app
from ferrule.errors import FerruleError
from ferrule.workspace.home import Home

TOUR_FOLDER = Path("build/tour")


def open_window(driver: Callable[[Any], Any] | None = None) -> int:
    """Show the window until it is closed; take the tour where there is no display.

    `driver` works the window instead of a person, for measurements.
    """
    _need_qt()
    from ferrule.ui import app as window

    if driver is None and not window.has_display():
        sys.stdout.write(
            "There is no display, so no window can be shown. The tour does the main "
            "job off-screen instead.\n\n"
        )
        return take_tour(TOUR_FOLDER)
    home = Home.default().made()
    return window.run(open_workspace, settings=home.path / "window.ini", driver=driver)


@app.command("tour")
def tour(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the pictures go.")
    ] = TOUR_FOLDER,
) -> int:
    """Do the main job in the real window off-screen, with figures and pictures."""
    return take_tour(out)


def take_tour(out: Path) -> int:
    """Take the tour and return 0 when every step went well."""
    _need_qt()
    from ferrule.ui import tour as guided

    return guided.take(out)


def _need_qt() -> None:
    if importlib.util.find_spec("PySide6") is None:
        raise FerruleError(
            "The window needs PySide6, which is not installed.",
            advice="Install it with: pip install 'ferrule[window]'.",
        )

"""`ferrule tour`: the main job in the real window, off-screen."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.registry import app
from ferrule.cli.window import TOUR_FOLDER, take_tour


@app.command("tour")
def tour(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the pictures go.")
    ] = TOUR_FOLDER,
) -> int:
    """Do the main job in the real window off-screen, with figures and pictures."""
    return take_tour(out)

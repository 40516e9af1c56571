"""The lean verbs as `--help` lists them; `__main__` runs them before typer is there."""

from typing import Annotated

import typer

from ferrule.cli.lean import execute
from ferrule.cli.registry import app

_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
Rest = Annotated[list[str] | None, typer.Argument(metavar="…")]


@app.command("run", context_settings=_PASSED_ON, add_help_option=False)
def run(rest: Rest = None) -> int:
    """Run a descriptor and write JSON lines; nothing is kept."""
    return execute("run", rest or [])


@app.command("sandbox", context_settings=_PASSED_ON, add_help_option=False)
def sandbox(rest: Rest = None) -> int:
    """Serve the sample API on loopback."""
    return execute("sandbox", rest or [])

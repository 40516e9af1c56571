"""`ferrule check`: test a connection step by step."""

from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.api_version import warn_of_version
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, Json, app

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.checking import CheckStep

_MARKS = {True: "ok  ", False: "FAIL", None: "-   "}


@app.command("check")
def check(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Reach the service, sign in, ask its health and read one page."""
    from ferrule.workspace.connecting import check_connection

    workspace = open_workspace()
    warn_of_version(workspace, key)
    ok = True
    for step in check_connection(workspace, key, allow_http or ()):
        ok = ok and step.ok is not False
        if as_json:
            write_json(step.wire())
        else:
            _tell(step)
    return DONE if ok else WRONG


def _tell(step: "CheckStep") -> None:
    ms = f" ({step.ms:.0f} ms)" if step.ms is not None else ""
    typer.echo(f"{_MARKS[step.ok]} {step.name:<13} {step.detail}{ms}")
    if step.advice and step.ok is False:
        typer.echo(f"     Try next: {step.advice}")
    if step.shown and step.ok is False:
        for line in step.shown.splitlines():
            typer.echo(f"     | {line}".rstrip())

"""`ferrule enable` and `ferrule disable`: connectors, one or all of a provider."""

from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.errors import UsageError

if TYPE_CHECKING:  # it is made by what brings the database, which help does without
    from ferrule.workspace.switched import Switched

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID...")]
Provider = Annotated[
    str | None,
    typer.Option("--all", metavar="PROVIDER", help="All connectors of a provider."),
]


@app.command("enable")
def enable(ids: Ids = None, provider: Provider = None, as_json: Json = False) -> int:
    """Switch connectors on: imported ones, and connections that were off.

    With --all those are left out that ask for hosts which were not shown.
    """
    return _switch(ids or [], provider, on=True, as_json=as_json)


@app.command("disable")
def disable(ids: Ids = None, provider: Provider = None, as_json: Json = False) -> int:
    """Switch connectors off: nothing of them runs, and nothing is deleted."""
    return _switch(ids or [], provider, on=False, as_json=as_json)


def _switch(ids: list[str], provider: str | None, *, on: bool, as_json: bool) -> int:
    from ferrule.workspace import switching

    if bool(ids) is (provider is not None):
        verb = "enable" if on else "disable"
        raise UsageError(
            "Name connectors, or a provider, not both and not none.",
            advice=f"ferrule {verb} ID..., or ferrule {verb} --all PROVIDER",
        )
    workspace = open_workspace()
    command = f"ferrule {'enable' if on else 'disable'}"
    if provider is not None:
        done = switching.switch_all(workspace, provider, on=on, command=command)
    else:
        done = switching.switch(workspace, ids, on=on, command=command)
    if as_json:
        write_json({"type": "switched", **done.wire()})
    else:
        _tell(done)
    return DONE


def _tell(done: "Switched") -> None:
    word = "Enabled" if done.on else "Disabled"
    if done.connectors:
        typer.echo(f"{word}: {', '.join(done.connectors)}.")
    elif not done.left:
        typer.echo(f"Nothing to change: all is {word.lower()} that can be.")
    for one in done.left:
        typer.echo(f"Left out: {one.connector_id}: {one.why}.")

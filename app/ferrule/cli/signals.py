"""`ferrule signals`: what a connection has stored."""

from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table


@app.command("signals")
def signals(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    text: Annotated[
        str | None,
        typer.Option("--text", help="Only with this in summary, type or id."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1)] = 50,
    as_json: Json = False,
) -> int:
    """Show stored signals, the newest first."""
    workspace = open_workspace()
    workspace.connections.get(workspace.project.key, key)
    found = workspace.runs.signals(workspace.project.key, key, text=text, limit=limit)
    if as_json:
        for one in found:
            write_json(one.signal)
        return DONE
    rows = [
        (s.external_id, s.type, s.priority or "", s.timestamp, s.summary)
        for s in (one.signal for one in found)
    ]
    show_table(("id", "type", "priority", "time", "summary"), rows)
    return DONE

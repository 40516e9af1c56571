"""`ferrule outbound`: events that were sent on, wait, or could not be sent."""

from typing import Annotated, cast

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table
from ferrule.errors import UsageError
from ferrule.exchange import Json as JsonValue

verbs = typer.Typer(help="Events that are sent on.", no_args_is_help=True)
app.add_typer(verbs, name="outbound")
_STATUSES = ("pending", "sent", "dead")
_ALL = 1_000_000


@verbs.command("list")
def list_(
    status: Annotated[
        str, typer.Option("--status", help="pending, sent or dead.")
    ] = "",
    many: Annotated[
        int, typer.Option("-n", metavar="N", min=1, help="The newest N.")
    ] = 50,
    as_json: Json = False,
) -> int:
    """List events, newest first."""
    from ferrule.store.outbound import EventStatus, Outbound

    if status and status not in _STATUSES:
        raise UsageError(
            f"There is no status “{status}”.", advice=f"Use {', '.join(_STATUSES)}."
        )
    workspace = open_workspace()
    wanted = cast("EventStatus | None", status or None)
    found = Outbound(workspace.database).list(workspace.project.key, wanted, limit=many)
    if as_json:
        for one in found:
            line: dict[str, JsonValue] = {
                "id": one.id,
                "eventId": one.event_id,
                "sink": one.sink,
                "type": one.type,
                "connection": one.connection,
                "at": one.at,
                "status": one.status,
                "attempts": one.attempts,
                "error": one.error,
            }
            write_json({name: v for name, v in line.items() if v is not None})
        return DONE
    rows = [
        (str(one.id), one.at, one.sink, one.type, one.status, one.error or "")
        for one in found
    ]
    show_table(("id", "at", "sink", "type", "status", "why"), rows)
    return DONE


@verbs.command("again")
def again(
    number: Annotated[list[int] | None, typer.Argument(metavar="[ID]...")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    as_json: Json = False,
) -> int:
    """Let events that could not be sent be sent anew, by the gateway."""
    from ferrule.store.outbound import Outbound

    if everything == bool(number):
        raise UsageError("Name dead letters, or all with --all.")
    workspace = open_workspace()
    events = Outbound(workspace.database)
    project = workspace.project.key
    dead = {one.id for one in events.list(project, "dead", limit=_ALL)}
    for one in number or ():
        if one not in dead:
            raise UsageError(
                f"There is no dead letter {one} among the events.",
                advice="ferrule outbound list --status dead shows them.",
            )
    many = events.again(project, number)
    if as_json:
        write_json({"again": many})
    else:
        typer.echo(f"To be sent again: {many}.")
    return DONE

"""`ferrule deadletters`: deliveries that could not be mapped."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table
from ferrule.cli.webhook import show as show_delivery
from ferrule.cli.webhook import wire
from ferrule.errors import UsageError

if TYPE_CHECKING:
    from ferrule.workspace.replaying import Weighed
    from ferrule.workspace.workspace import Workspace

letters = typer.Typer(help="Calls that could not be mapped.", no_args_is_help=True)
app.add_typer(letters, name="deadletters")
Numbers = Annotated[list[int] | None, typer.Argument(metavar="[ID]...")]
Connection = Annotated[
    str | None, typer.Option("--connection", metavar="KEY", help="Of it alone.")
]
Everything = Annotated[bool, typer.Option("--all", help="All of them.")]


@letters.command("list")
def list_(connection: Connection = None, as_json: Json = False) -> int:
    """List dead letters with their reasons, newest first."""
    from ferrule.workspace.dead_letters import are_many, dead_letters, unsent

    workspace = open_workspace()
    _require(workspace, connection)
    found = dead_letters(workspace, connection=connection, limit=1000)
    if as_json:
        for one in found:
            write_json(wire(one))
        return DONE
    rows = [
        (
            str(one.id),
            one.received_at,
            one.connection,
            one.event_type or "",
            one.error or "",
        )
        for one in found
    ]
    show_table(("id", "received", "connection", "event", "why"), rows)
    if events := unsent(workspace):
        typer.echo(f"Events that no sink took: {events}; see ferrule outbound list.")
    if are_many(workspace):
        typer.echo("There are more than a hundred: somebody has to look at them.")
    return DONE


@letters.command("show")
def show(
    number: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False
) -> int:
    """Show a dead letter: why it is one, and what came."""
    return show_delivery(number, as_json=as_json)


@letters.command("replay")
def replay(
    number: Numbers = None,
    everything: Everything = False,
    connection: Connection = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would happen.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Map dead letters once more, by the mapping as it is now."""
    from ferrule.workspace.dead_letters import replay_all, try_all
    from ferrule.workspace.replaying import map_waiting

    workspace = open_workspace()
    wanted = _wanted(workspace, number, connection, everything=everything)
    if dry_run:
        _weighed(try_all(workspace, wanted), as_json=as_json)
        return DONE
    again = replay_all(workspace, wanted)
    map_waiting(workspace)
    found = [workspace.deliveries.get(workspace.project.key, one) for one in again]
    by_status: dict[str, int] = {}
    for one in found:
        by_status[one.status] = by_status.get(one.status, 0) + 1
        if as_json:
            write_json(wire(one))
    if not as_json:
        typer.echo(_words(by_status) or "There are none.")
    return WRONG if "dead" in by_status else DONE


@letters.command("discard")
def discard(
    number: Numbers = None,
    everything: Everything = False,
    connection: Connection = None,
    why: Annotated[str, typer.Option("--why", help="Kept with them.")] = "",
    as_json: Json = False,
) -> int:
    """Put dead letters aside; what came is kept for its time."""
    from ferrule.workspace.dead_letters import discard as put_aside

    workspace = open_workspace()
    wanted = _wanted(workspace, number, connection, everything=everything)
    reason = why or "A person put it aside."
    gone = put_aside(workspace, wanted, reason)
    if as_json:
        write_json({"discarded": list(gone)})
    else:
        typer.echo(f"Put aside: {len(gone)}.")
    return DONE


def _wanted(
    workspace: "Workspace",
    given: list[int] | None,
    connection: str | None,
    *,
    everything: bool,
) -> list[int]:
    from ferrule.workspace.dead_letters import numbers

    if everything == bool(given):
        raise UsageError("Name dead letters, or all with --all.")
    _require(workspace, connection)
    for number in given or ():
        found = workspace.deliveries.get(workspace.project.key, number)
        if found.status != "dead":
            raise UsageError(
                f"Delivery {number} is {found.status}: that is no dead letter.",
                advice="ferrule deadletters list shows them.",
            )
    return given or numbers(workspace, connection)


def _require(workspace: "Workspace", connection: str | None) -> None:
    """Refuse a connection that is not there."""
    if connection is not None:
        workspace.connections.get(workspace.project.key, connection)


def _weighed(weighed: "Weighed", *, as_json: bool) -> None:
    if not as_json:
        typer.echo(f"Would be: {_words(weighed.by_status) or 'nothing'}.")
        typer.echo(f"Signals: {_words(weighed.counts) or 'none'}.")
        return
    for number, one in weighed.each:
        outcome = dict(one.outcome)
        line = {"id": number, "status": one.status, "error": one.error}
        write_json({**line, "outcome": outcome, "dryRun": True})
    write_json({"byStatus": dict(weighed.by_status), "counts": dict(weighed.counts)})


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{many} {name}" for name, many in counts.items())

"""`ferrule audit`: who did what with credentials, approvals, imports and deletions."""

from typing import Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table

audit = typer.Typer(help="Who did what: it is only ever added to.")
app.add_typer(audit, name="audit")


@audit.callback(invoke_without_command=True)
def listing(
    context: typer.Context,
    many: Annotated[
        int, typer.Option("-n", metavar="N", min=1, help="The newest N rows.")
    ] = 50,
    everything: Annotated[
        bool, typer.Option("--all-projects", help="Of every project.")
    ] = False,
    as_json: Json = False,
) -> int:
    """List who did what with credentials, approvals, imports, and what was deleted."""
    if context.invoked_subcommand is not None:
        return DONE
    from ferrule.workspace.operations.trail import (
        audit_line,
        audit_rows,
        ended_rows,
    )

    workspace = open_workspace()
    rows = audit_rows(workspace, limit=many, every_project=everything)
    if as_json:
        for row in reversed(rows):
            write_json(audit_line(row))
        return DONE
    heads = ("#", "when", "who", "by", "what", "of", "project", "outcome", "note")
    told = [
        (
            *(str(row.id), f"{row.at[:19]}Z", row.actor, row.via, row.action),
            *(row.subject, row.project, row.outcome, row.note),
        )
        for row in reversed(ended_rows(rows))
    ]
    show_table(heads, told)
    return DONE


@audit.command("verify")
def verify(
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="A head that was noted once."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Look whether the trail is as it was written; ends with 1 where it is not."""
    found = open_workspace().audit.verify(head)
    if as_json:
        broken = [{"id": one.id, "why": one.why} for one in found.broken]
        line = {"type": "audit", "rows": found.rows, "head": found.head}
        write_json({**line, "whole": found.whole, "broken": broken})
    elif found.whole:
        typer.echo(f"The trail is whole: {found.rows} rows, head {found.head}.")
    else:
        for one in found.broken:
            typer.echo(f"Row {one.id}: {one.why}", err=True)
    return DONE if found.whole else WRONG

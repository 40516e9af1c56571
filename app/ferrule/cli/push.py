"""`ferrule push`: give a bundle to a registry server."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.redaction import live


@app.command("push")
def push(
    url: Annotated[str, typer.Argument(metavar="URL", help="Of the server.")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    token: Annotated[
        str, typer.Option("--token", metavar="@env:NAME", help="By reference.")
    ],
    allow_rollback: Annotated[
        str,
        typer.Option(
            "--allow-rollback", metavar="REASON", help="Take an older version back."
        ),
    ] = "",
    as_json: Json = False,
) -> int:
    """Push a bundle; 1 when the server does not take it."""
    from ferrule.workspace import pushing
    from ferrule.workspace.giving import read_reference
    from ferrule.workspace.operations.recording import operation

    secret = read_reference("--token", token)
    with operation(open_workspace(), "push", entity=file.name) as doing:
        verdict = pushing.push(url, file, secret, rollback_reason=allow_rollback)
        doing.audit, doing.subject = "bundle.push", file.name
        doing.message = f"{live.url(url)} {'took' if verdict.ok else 'refused'} it."
        doing.outcome = "done" if verdict.ok else "refused"
        doing.level = "info" if verdict.ok else "warning"
    if as_json:
        write_json({"type": "push", **dataclasses.asdict(verdict)})
    elif verdict.ok:
        what = "took it in" if verdict.new else "had it already"
        typer.echo(f"The server {what}: {verdict.bundle}")
        typer.echo(f"  connectors {', '.join(verdict.connectors)}")
        if verdict.overridden:
            typer.echo(f"  went back  {', '.join(verdict.overridden)}")
        typer.echo(f"  payload    {verdict.digest}")
    else:
        step = f" at step {verdict.step}" if verdict.step else ""
        typer.echo(f"The server refused it{step}: {verdict.message}")
        typer.echo(f"  {verdict.advice}")
    return DONE if verdict.ok else WRONG

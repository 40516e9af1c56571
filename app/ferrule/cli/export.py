"""`ferrule export`: a connector for another engine, and what that engine lacks."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.workspace.exporting import (
    KINDS,
    ExportedFile,
    prepare_export,
    write_export,
)


@app.command("export")
def export(
    engine: Annotated[str, typer.Argument(metavar="airbyte|dlt|edge")],
    connector: Annotated[str, typer.Argument(metavar="ID")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Is replaced; edge: a folder."
        ),
    ],
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="FILE", help="edge: what it maps with."),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option("--trust", metavar="FILE", help="edge: default the project's."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="edge: replace an earlier export.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Write a connector for another engine; tell what was kept, changed and dropped."""
    workspace = open_workspace()
    prepared = prepare_export(workspace, connector, engine, bundle=bundle, trust=trust)
    made = write_export(workspace, prepared, out, force=force)
    if as_json:
        write_json({"type": "export", **made.wire()})
    else:
        _tell(made)
    return DONE


def _tell(made: ExportedFile) -> None:
    for kind in KINDS:
        for note in getattr(made.report, kind):
            typer.echo(f"{kind:<7} {note.place}: {note.reason}")
    counted = ", ".join(f"{len(getattr(made.report, kind))} {kind}" for kind in KINDS)
    said = f"{made.connector} for {made.engine}"
    typer.echo(f"{made.path}: {said} ({made.size:,} bytes; {counted})")

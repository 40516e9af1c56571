"""`ferrule scaffold`: guides, policies, prompts and folders that begin a connector."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.errors import UsageError


@app.command("scaffold")
def scaffold(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="connector|oauth-guide|rate-limit-policy|edge-function|prompt"
        ),
    ],
    connector: Annotated[str | None, typer.Argument(metavar="CONNECTOR")] = None,
    prompt_id: Annotated[
        str, typer.Option("--id", metavar="I1-…", help="Which prompt.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="By default it is printed."),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="connector: its name; default the id.")
    ] = "",
    provider: Annotated[
        str, typer.Option("--provider", help="connector: default the id's first word.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Replace what is there.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Write what a connector's descriptor gives to begin from."""
    if kind == "connector":
        told = _connector(connector, name, provider, out, force=force)
    elif kind == "edge-function":
        told = _edge(connector, out, force=force)
    else:
        told = _text(kind, connector, prompt_id, out, force=force)
    if as_json:
        text = {} if out else {"text": told}
        write_json({"type": "scaffold", "kind": kind, "out": str(out or ""), **text})
    else:
        typer.echo(told, nl=not told.endswith("\n"))
    return DONE


def _connector(
    connector: str | None, name: str, provider: str, out: Path | None, *, force: bool
) -> str:
    from ferrule.workspace.scaffolding import scaffold_connector, write_connector

    if not connector:
        raise UsageError("Name the new connector: ferrule scaffold connector ID.")
    vendor = provider or connector.replace("_", "-").replace(".", "-").split("-")[0]
    files = scaffold_connector(connector, name or connector, vendor)
    if out is None:
        return files[f"connectors/{connector}.json"].decode()
    write_connector(out, files, force=force)
    return f"{out}: {', '.join(files)}"


def _edge(connector: str | None, out: Path | None, *, force: bool) -> str:
    from ferrule.workspace.exporting import EDGE, prepare_export, write_export

    if not connector or out is None:
        raise UsageError(
            "An edge function is a folder: ferrule scaffold edge-function ID -o FOLDER."
        )
    workspace = open_workspace()
    made = prepare_export(workspace, connector, EDGE)
    write_export(workspace, made, out, force=force)
    lines = [f"dropped {note}" for note in made.report.dropped]
    return "\n".join([*lines, f"{out}: an edge function of {connector}"])


def _text(
    kind: str, connector: str | None, prompt_id: str, out: Path | None, *, force: bool
) -> str:
    from ferrule.workspace.new_files import write_new
    from ferrule.workspace.scaffolding import scaffold_text

    text = scaffold_text(open_workspace(), kind, connector, prompt_id)
    if out is None:
        return text
    write_new(out, text.encode(), force=force)
    return f"{out}: {kind}"

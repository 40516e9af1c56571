"""`ferrule connect` and `ferrule disconnect`: connections come and go."""

from typing import Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, SecretRefs, Settings, app


@app.command("connect")
def connect(
    connector: Annotated[str, typer.Argument(metavar="CONNECTOR")],
    settings: Settings = None,
    secret: SecretRefs = None,
    key: Annotated[
        str | None, typer.Option("--key", help="By default the connector's id.")
    ] = None,
    sync_from: Annotated[
        str | None,
        typer.Option("--sync-from", metavar="ISO", help="Oldest creation time."),
    ] = None,
    stream: Annotated[list[str] | None, typer.Option("--stream")] = None,
    as_json: Json = False,
) -> int:
    """Make a connection: configuration here, secrets in the vault."""
    from ferrule.workspace.connecting import connect as make
    from ferrule.workspace.giving import read_secrets, read_settings

    made = make(
        open_workspace(),
        connector,
        read_settings(settings or []),
        read_secrets(secret or []),
        key=key,
        sync_from=sync_from,
        streams=stream,
        must_store=True,
    )
    if as_json:
        write_json({"type": "connection", "key": made.key, "connector": connector})
    else:
        typer.echo(f"Connected “{made.key}” to {connector} v{made.version}.")
    return DONE


@app.command("disconnect")
def disconnect(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Delete a connection with its signals, runs and secrets."""
    workspace = open_workspace()
    project = workspace.project.key
    holdings = workspace.connections.holdings(project, key)
    what = f"{holdings.signals} signals, {holdings.runs} runs and its secrets"
    if not yes and not agreed(f"Delete “{key}” with {what}?"):
        typer.echo("Nothing was deleted.")
        return WRONG
    removed = workspace.registry.delete_connection(project, key)
    if as_json:
        write_json({"type": "disconnected", "key": key, "signals": removed.signals})
    else:
        typer.echo(f"Deleted “{key}”: {removed.signals} signals, {removed.runs} runs.")
    return DONE

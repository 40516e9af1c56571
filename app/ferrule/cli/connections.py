"""`ferrule connections`: what is connected, how it is, and where its streams stand."""

from collections.abc import Sequence
from typing import Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, SecretRefs, app
from ferrule.cli.tables import show_table
from ferrule.exchange import Json as JsonValue
from ferrule.exchange import encode
from ferrule.store import Connection
from ferrule.workspace.cursors import StreamCursor

_LONGEST = 60
places = typer.Typer(help="What is connected, and how it is.")
app.add_typer(places, name="connections")
Key = Annotated[str, typer.Argument(metavar="CONNECTION")]


@places.callback(invoke_without_command=True)
def connections(
    context: typer.Context,
    connector: Annotated[str | None, typer.Option("--connector")] = None,
    provider: Annotated[str | None, typer.Option("--provider")] = None,
    as_json: Json = False,
) -> int:
    """List the project's connections, or look at one."""
    if context.invoked_subcommand is not None:
        return DONE
    workspace = open_workspace()
    found = workspace.connections.list(
        workspace.project.key, connector_id=connector, provider=provider
    )
    if as_json:
        for one in found:
            write_json(_wire(one))
        return DONE
    rows = [
        (c.key, c.connector_id, c.version, c.state if c.enabled else "disabled")
        for c in found
    ]
    show_table(("key", "connector", "version", "state"), rows)
    return DONE


@places.command("show")
def show(key: Key, as_json: Json = False) -> int:
    """Show a connection and where each of its streams stands."""
    from ferrule.workspace.cursors import stream_cursors

    workspace = open_workspace()
    one = workspace.connections.get(workspace.project.key, key)
    cursors = stream_cursors(workspace, key)
    if as_json:
        overrides = dict(one.mapping_overrides or {})
        streams: list[JsonValue] = [cursor.wire() for cursor in cursors]
        write_json({**_wire(one), "streams": streams, "mappingOverrides": overrides})
        return DONE
    state = one.state if one.enabled else "disabled"
    by = f", by {one.auth_option}" if one.auth_option else ""
    typer.echo(f"{one.key}: {one.connector_id} v{one.version}, {state}{by}")
    if one.last_error:
        typer.echo(f"  {one.last_error}")
    changed = one.mapping_overrides or {}
    heads = ("stream", "polled", "next run begins at", "kept by run", "unfinished")
    show_table(heads, [_row(c, changed=c.stream in changed) for c in cursors])
    return DONE


@places.command("reset")
def reset(
    key: Key,
    stream: Annotated[str, typer.Argument(metavar="STREAM")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Forget where a stream stands: its next run reads it from its start."""
    from ferrule.workspace.cursors import reset_stream

    question = f"Let “{stream}” of “{key}” begin at its start? Stored signals stay."
    if not yes and not agreed(question):
        typer.echo("Nothing was changed.")
        return WRONG
    was = reset_stream(open_workspace(), key, stream)
    if as_json:
        write_json({"type": "reset", "key": key, **was.wire()})
    else:
        typer.echo(f"“{stream}” begins at its start. It stood at {_place(was)}.")
    return DONE


@places.command("method")
def method(
    key: Key,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    secret: SecretRefs = None,
    as_json: Json = False,
) -> int:
    """Let a connection sign in by another of its connector's methods."""
    from ferrule.workspace.giving import read_secrets

    workspace = open_workspace()
    one = workspace.registry.update_connection(
        workspace.project.key,
        key,
        {"auth_option": name},
        read_secrets(secret or []) or None,
    )
    if as_json:
        write_json({"type": "connection", **_wire(one)})
    else:
        by = one.auth_option or "its only method"
        typer.echo(f"“{key}” signs in by {by}.")
    return DONE


def _wire(one: Connection) -> dict[str, JsonValue]:
    return {
        "key": one.key,
        "connector": one.connector_id,
        "version": one.version,
        "enabled": one.enabled,
        "state": one.state,
        "config": dict(one.config),
        **({"signIn": one.auth_option} if one.auth_option else {}),
        "lastHealthCheck": one.last_health_check,
        "lastError": one.last_error,
    }


def _row(one: StreamCursor, *, changed: bool) -> Sequence[str]:
    kept = one.kept
    going = "" if kept.unfinished is None else f"run {kept.unfinished}"
    if one.page is not None:
        going += f", after page {one.page}"
    name = f"{one.stream} (own mapping)" if changed else one.stream
    run = "" if kept.run is None else str(kept.run)
    return name, "yes" if one.polled else "no", _place(one), run, going


def _place(one: StreamCursor) -> str:
    if one.kept.checkpoint is None:
        return "its start"
    if one.slices is not None:
        return f"the marks of {one.slices} slices"
    value = one.kept.checkpoint
    text = value if isinstance(value, str) else encode(value).decode()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"

"""`ferrule connections`: what is connected, how it is, and where its streams stand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, SecretRefs, app
from ferrule.cli.tables import show_table
from ferrule.exchange import Json as JsonValue
from ferrule.exchange import encode

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.store import Connection
    from ferrule.workspace.cursors import StreamCursor
    from ferrule.workspace.workspace import Workspace

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
    rows = [(c.key, c.connector_id, c.version, _state(workspace, c)) for c in found]
    show_table(("key", "connector", "version", "state"), rows)
    return DONE


@places.command("show")
def show(key: Key, as_json: Json = False) -> int:
    """Show a connection and where each of its streams stands."""
    from ferrule.workspace.api_versions import deprecation_of
    from ferrule.workspace.cursors import stream_cursors

    workspace = open_workspace()
    one = workspace.connections.get(workspace.project.key, key)
    cursors = stream_cursors(workspace, key)
    if as_json:
        overrides = dict(one.mapping_overrides or {})
        streams: list[JsonValue] = [cursor.wire() for cursor in cursors]
        told = deprecation_of(workspace, key)
        old = {"deprecation": told.wire()} if told else {}
        kept: dict[str, JsonValue] = {"streams": streams, "mappingOverrides": overrides}
        kept["heldFor"] = list(_held(workspace, one))
        write_json({**_wire(one), **old, **kept})
        return DONE
    state = one.state if one.enabled else "disabled"
    by = f", by {one.auth_option}" if one.auth_option else ""
    typer.echo(f"{one.key}: {one.connector_id} v{one.version}, {state}{by}")
    if one.last_error:
        typer.echo(f"  {one.last_error}")
    _tell_version(workspace, one)
    tell_held(workspace, one)
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
        tell_shared(workspace, one)
        tell_held(workspace, one)
    return DONE


def tell_shared(workspace: "Workspace", one: "Connection") -> None:
    """Tell that a connection uses a shared credential, if it does."""
    from ferrule.workspace.scopes import shared_of

    shared = shared_of(workspace, one)
    if shared is not None:
        typer.echo(f"It uses the credential {shared.title}.")


def tell_held(workspace: "Workspace", one: "Connection") -> None:
    """Tell what a connection is held for, and how that is confirmed."""
    held = _held(workspace, one)
    if held:
        typer.echo(
            f"It is held: it asks for {', '.join(held)} too. If it may go there:"
        )
        typer.echo(f"  ferrule connections hosts {one.key} --confirm")


@places.command("hosts")
def hosts(
    key: Key,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="It may go to all of them.")
    ] = False,
    as_json: Json = False,
) -> int:
    """List where a connection may send requests; 1 while it is held for some."""
    from ferrule.workspace import scopes

    workspace = open_workspace()
    project = workspace.project.key
    one = workspace.connections.get(project, key)
    held = scopes.held_hosts(workspace, one)
    if confirm:
        one = scopes.confirm_hosts(workspace, key)
    connector = workspace.registry.connector_of(one)
    asked = scopes.asked_hosts(connector, one.config)
    waits = () if confirm else held
    if as_json:
        line = {"asked": list(asked), "shown": list(one.hosts or ())}
        write_json({"type": "hosts", "key": key, **line, "heldFor": list(waits)})
        return WRONG if waits else DONE
    for host in asked:
        typer.echo(f"{host}  not confirmed" if host in waits else host)
    if waits:
        typer.echo(f"Nothing is sent before: ferrule connections hosts {key} --confirm")
    elif confirm:
        typer.echo(f"“{key}” may go to all of them." if held else "Nothing was held.")
    return WRONG if waits else DONE


def _tell_version(workspace: "Workspace", one: "Connection") -> None:
    if one.api_version:
        back = one.earlier_api_version
        before = f", before: {back}" if back else ""
        typer.echo(f"  API version {one.api_version}{before}")
    from ferrule.cli.api_version import warn_of_version

    warn_of_version(workspace, one.key)


def _held(workspace: "Workspace", one: "Connection") -> tuple[str, ...]:
    from ferrule.errors import FerruleError
    from ferrule.workspace.scopes import held_hosts

    try:
        return held_hosts(workspace, one)
    except FerruleError:  # whoever uses the connector says what is wrong with it
        return ()


def _state(workspace: "Workspace", one: "Connection") -> str:
    if not one.enabled:
        return "disabled"
    return "held" if _held(workspace, one) else one.state


def _wire(one: "Connection") -> dict[str, JsonValue]:
    return {
        "key": one.key,
        "connector": one.connector_id,
        "version": one.version,
        "enabled": one.enabled,
        "state": one.state,
        "config": dict(one.config),
        **({"signIn": one.auth_option} if one.auth_option else {}),
        **({"apiVersion": one.api_version} if one.api_version else {}),
        **(
            {"earlierApiVersion": one.earlier_api_version}
            if one.earlier_api_version
            else {}
        ),
        "lastHealthCheck": one.last_health_check,
        "lastError": one.last_error,
    }


def _row(one: "StreamCursor", *, changed: bool) -> Sequence[str]:
    kept = one.kept
    going = "" if kept.unfinished is None else f"run {kept.unfinished}"
    if one.page is not None:
        going += f", after page {one.page}"
    name = f"{one.stream} (own mapping)" if changed else one.stream
    run = "" if kept.run is None else str(kept.run)
    return name, "yes" if one.polled else "no", _place(one), run, going


def _place(one: "StreamCursor") -> str:
    if one.kept.checkpoint is None:
        return "its start"
    if one.slices is not None:
        return f"the marks of {one.slices} slices"
    value = one.kept.checkpoint
    text = value if isinstance(value, str) else encode(value).decode()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"

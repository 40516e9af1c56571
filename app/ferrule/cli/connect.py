"""`ferrule connect` and `ferrule disconnect`: connections come and go."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import SecretStr

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.reconnect import Device, follow
from ferrule.cli.registry import AllowHttp, Json, SecretRefs, Settings, app
from ferrule.errors import UsageError
from ferrule.exchange import Json as JsonValue

if TYPE_CHECKING:  # a verb imports what it needs when it runs
    from ferrule.store import Connection
    from ferrule.workspace.signing_in import SignIn
    from ferrule.workspace.workspace import Workspace


_Given = tuple[dict[str, JsonValue], dict[str, SecretStr]]


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
    method: Annotated[
        str | None,
        typer.Option("--method", help="Which sign-in, where there are several."),
    ] = None,
    api_version: Annotated[
        str | None,
        typer.Option(
            "--api-version", metavar="ID", help="Which version, where there are some."
        ),
    ] = None,
    shared: Annotated[
        bool | None,
        typer.Option(
            "--shared/--own",
            help="Use what its bundle shares, or not; without, where one fits.",
        ),
    ] = None,
    oauth: Annotated[
        bool, typer.Option("--oauth", help="Sign in first, in the browser.")
    ] = False,
    device: Device = False,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Make a connection: configuration here, secrets in the vault."""
    from ferrule.workspace.giving import read_secrets, read_settings

    workspace = open_workspace()
    given = read_settings(settings or []), read_secrets(secret or [])
    wanted: dict[str, Any] = {"key": key, "sync_from": sync_from}
    wanted |= {"streams": stream, "method": method, "api_version": api_version}
    if shared and (given[1] or oauth or device):
        raise UsageError("--shared takes no credential: leave out the one it is given.")
    if not oauth and not device:
        _make(workspace, connector, given, {**wanted, "shared": shared})
    else:
        wanted |= {"allow_http": allow_http or (), "way": "device" if device else None}
        sign_in = _sign_in(workspace, connector, given, wanted)
        code = follow(sign_in, as_json=as_json)
        if code != DONE:
            return code
    _tell_made(workspace, key or connector, as_json=as_json)
    return DONE


def _make(
    workspace: "Workspace", connector: str, given: _Given, wanted: dict[str, Any]
) -> None:
    from ferrule.workspace.connecting import connect as make

    make(workspace, connector, *given, must_store=True, **wanted)


def _sign_in(
    workspace: "Workspace", connector: str, given: _Given, wanted: dict[str, Any]
) -> "SignIn":
    from ferrule.workspace.signing_in import connecting

    return connecting(workspace, connector, *given, **wanted)


def _tell_made(workspace: "Workspace", key: str, *, as_json: bool) -> None:
    made = workspace.connections.get(workspace.project.key, key)
    connector = made.connector_id
    if as_json:
        line: dict[str, JsonValue] = {"type": "connection", "key": made.key}
        write_json({**line, "connector": connector, **_scope_wire(workspace, made)})
    else:
        typer.echo(f"Connected “{made.key}” to {connector} v{made.version}.")
        _tell_scope(workspace, made)
        _warn_of_version(workspace, made.key)
        if not _is_signed_in(workspace, made):
            typer.echo(f"Nobody has signed in yet: ferrule reconnect {made.key}")


def _tell_scope(workspace: "Workspace", made: "Connection") -> None:
    from ferrule.cli.connections import tell_held, tell_shared

    tell_shared(workspace, made)
    tell_held(workspace, made)


def _scope_wire(workspace: "Workspace", made: "Connection") -> dict[str, JsonValue]:
    from ferrule.workspace.scopes import held_hosts, shared_of

    shared, hosts = shared_of(workspace, made), held_hosts(workspace, made)
    line: dict[str, JsonValue] = {"credential": shared.title} if shared else {}
    return {**line, "heldFor": list(hosts)} if hosts else line


def _warn_of_version(workspace: "Workspace", key: str) -> None:
    from ferrule.cli.api_version import warn_of_version

    warn_of_version(workspace, key)


def _is_signed_in(workspace: "Workspace", made: "Connection") -> bool:
    from ferrule.errors import MissingSecret
    from ferrule.exchange import Request

    sign_in = workspace.registry.connector_of(made).sign_in
    try:
        if sign_in.interactive:
            secrets = workspace.registry.secrets_of(made)
            settled = sign_in.settled(made.config)
            settled.authorise(Request("GET", "https://nowhere.invalid/"), secrets)
    except MissingSecret:
        return False
    return True


@app.command("disconnect")
def disconnect(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Delete a connection with its signals, runs and secrets; end its tokens first."""
    from ferrule.workspace.signing_in import end_tokens

    workspace = open_workspace()
    project = workspace.project.key
    holdings = workspace.connections.holdings(project, key)
    what = f"{holdings.signals} signals, {holdings.runs} runs and its secrets"
    if not yes and not agreed(f"Delete “{key}” with {what}?"):
        typer.echo("Nothing was deleted.")
        return WRONG
    ending = end_tokens(workspace, key, allow_http=allow_http or ())
    removed = workspace.registry.delete_connection(project, key)
    if as_json:
        told = {"tokensEnded": ending.ended, "detail": ending.detail}
        tokens = told if ending.detail else {}
        line = {"type": "disconnected", "key": key, "signals": removed.signals}
        write_json(line | tokens)
        return DONE
    if ending.detail:
        typer.echo(ending.detail)
    typer.echo(f"Deleted “{key}”: {removed.signals} signals, {removed.runs} runs.")
    return DONE

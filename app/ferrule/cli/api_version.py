"""`ferrule connections version`: which API versions there are, and choosing one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.connections import Key, places, tell_held
from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, SecretRefs, Settings
from ferrule.cli.tables import show_table
from ferrule.errors import UsageError

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.store import Connection
    from ferrule.workspace.workspace import Workspace


@places.command("version")
def version(
    key: Key,
    chosen: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    back: Annotated[
        bool, typer.Option("--back", help="The version before the last change.")
    ] = False,
    settings: Settings = None,
    secret: SecretRefs = None,
    method: Annotated[
        str | None, typer.Option("--method", help="Its sign-in, where it has another.")
    ] = None,
    stream: Annotated[list[str] | None, typer.Option("--stream")] = None,
    as_json: Json = False,
) -> int:
    """List a connection's API versions, or let it use one of them.

    A version that needs more gets it in the same step: --set, --secret, --method.
    """
    from ferrule.workspace.api_versions import choose_version, go_back
    from ferrule.workspace.giving import read_secrets, read_settings

    workspace = open_workspace()
    if chosen is not None and back:
        raise UsageError("Name a version or go --back, not both.")
    config, secrets = read_settings(settings or []), read_secrets(secret or [])
    if back:
        with _saying_how(f"ferrule connections version {key} --back"):
            one = go_back(workspace, key, config=config, secrets=secrets)
    elif chosen is not None:
        with _saying_how(f"ferrule connections version {key} {chosen}"):
            one = choose_version(
                *(workspace, key, chosen),
                config=config,
                secrets=secrets,
                method=method,
                streams=stream,
            )
    elif config or secrets or method or stream:
        raise UsageError("Name the version that this is for.")
    else:
        return _list(workspace, key, as_json=as_json)
    _tell(workspace, one, as_json=as_json)
    return DONE


@contextmanager
def _saying_how(verb: str) -> Iterator[None]:
    """Say with which options a version gets what it lacks."""
    from ferrule.workspace.changing_version import GIVE_BOTH

    try:
        yield
    except UsageError as error:
        how = f"{GIVE_BOTH} {verb} --set NAME=VALUE --secret NAME=@env:NAME."
        raise UsageError(
            error.message, advice=error.advice.replace(GIVE_BOTH, how)
        ) from None


def _list(workspace: "Workspace", key: str, *, as_json: bool) -> int:
    from ferrule.workspace.api_versions import version_choices

    found = version_choices(workspace, key)
    connection = workspace.connections.get(workspace.project.key, key)
    if as_json:
        for one in found:
            write_json({"type": "version", **one.wire()})
        return DONE
    if not found:
        typer.echo(f"{connection.connector_id} has one API version only.")
        return DONE
    rows = []
    for one in found:
        mark = "*" if one.chosen else "<" if one.id == _earlier(connection) else ""
        ends = (one.sunset_at or "")[:10]
        rows.append((mark, one.id, one.label, one.status, ends))
    show_table(("", "id", "label", "status", "ends"), rows)
    typer.echo("* in use" + ("  < before" if _earlier(connection) else ""))
    warn_of_version(workspace, key)
    return DONE


def _earlier(connection: "Connection") -> str | None:
    return connection.earlier_api_version


def _tell(workspace: "Workspace", one: "Connection", *, as_json: bool) -> None:
    if as_json:
        write_json(
            {
                "type": "connection",
                "key": one.key,
                "apiVersion": one.api_version,
                "earlierApiVersion": one.earlier_api_version,
            }
        )
        return
    typer.echo(f"“{one.key}” uses the API version {one.api_version} now.")
    if one.earlier_api_version:
        typer.echo(
            f"Before: {one.earlier_api_version}. Back to it: ferrule connections "
            f"version {one.key} --back"
        )
    tell_held(workspace, one)
    warn_of_version(workspace, one.key)


def warn_of_version(workspace: "Workspace", key: str) -> None:
    """Tell on standard error that the service asks to leave a connection's version."""
    from ferrule.workspace.api_versions import deprecation_of

    found = deprecation_of(workspace, key)
    if found is None:
        return
    typer.echo(f"warning: {found.title} {found.advice}", err=True)
    if found.successor is not None:
        verb = f"ferrule connections version {key} {found.successor.id}"
        typer.echo(f"  {verb}", err=True)
    if found.guide:
        typer.echo(f"  Guide: {found.guide}", err=True)

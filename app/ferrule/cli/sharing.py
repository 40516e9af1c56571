"""`ferrule credentials share …`: whose a credential is, and who may use it."""

from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.credentials import Key, credentials
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, SecretRefs
from ferrule.exchange import Json as JsonValue

if TYPE_CHECKING:  # a verb imports what it needs when it runs
    from ferrule.workspace.scopes import Shared

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Projects = Annotated[
    list[str] | None, typer.Option(metavar="PROJECT", help="May be told several times.")
]


@credentials.command("share")
def share(key: Key, yes: Yes = False, as_json: Json = False) -> int:
    """Let a connection's credential be its bundle's: what fits falls through to it."""
    from ferrule.workspace import scopes

    question = f"Let every connection of its bundle use the credential of “{key}”?"
    if not yes and not agreed(question):
        typer.echo("Nothing was changed.")
        return WRONG
    return _told("shared", key, scopes.share(open_workspace(), key), as_json=as_json)


@credentials.command("own")
def own(key: Key, secret: SecretRefs = None, as_json: Json = False) -> int:
    """Give a connection a credential of its own, in place of a shared one."""
    from ferrule.workspace import scopes
    from ferrule.workspace.giving import read_secrets

    scopes.keep_own(open_workspace(), key, read_secrets(secret or []))
    if as_json:
        write_json({"type": "own", "key": key})
    else:
        typer.echo(f"“{key}” has a credential of its own.")
    return DONE


@credentials.command("use-shared")
def use_shared(key: Key, yes: Yes = False, as_json: Json = False) -> int:
    """Delete the connection's own credential: it uses the one its bundle shares."""
    from ferrule.workspace import scopes

    if not yes and not agreed(f"Delete the own credential of “{key}” for good?"):
        typer.echo("Nothing was changed.")
        return WRONG
    found = scopes.use_shared(open_workspace(), key)
    return _told("usesShared", key, found, as_json=as_json)


@credentials.command("unshare")
def unshare(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER")],
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Delete what a bundle shares for good, after its tokens; its users have none."""
    from ferrule.workspace.keeping import forget_shared
    from ferrule.workspace.scopes import shared_by

    workspace = open_workspace()
    shared = shared_by(workspace, provider)
    users = _uses(shared, workspace.project.key) or "nobody"
    question = f"Delete what is {shared.title} for good? It is used by: {users}."
    if not yes and not agreed(question):
        typer.echo("Nothing was deleted.")
        return WRONG
    was, ending = forget_shared(workspace, provider)
    if as_json:
        used: list[JsonValue] = [f"{use.project}/{use.key}" for use in was.uses]
        write_json({"type": "unshared", "provider": provider, "usedBy": used})
        return DONE
    if ending.detail:
        typer.echo(ending.detail)
    typer.echo(f"Deleted what was {was.title}; it was used by: {users}.")
    return DONE


@credentials.command("projects")
def projects(
    key: Key,
    add: Projects = None,
    remove: Projects = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every project, later ones too.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """List the projects that may use a shared credential, or change the list."""
    from ferrule.workspace import scopes

    workspace = open_workspace()
    connection = workspace.connections.get(workspace.project.key, key)
    shared = scopes.shared_of(workspace, connection)
    if not (add or remove or every):
        return _list(key, shared, workspace.project.key, as_json=as_json)
    now = set(shared.projects) if shared else set()
    wanted = (now | {*(add or ())}) - {*(remove or ())}
    if every:
        wanted.add(scopes.EVERY)
    new = shared is not None and scopes.EVERY in wanted - now
    question = "Let every project there is and will be use this credential?"
    if new and not yes and not agreed(question):
        typer.echo("Nothing was changed.")
        return WRONG
    changed = scopes.allow_projects(workspace, key, wanted, confirmed=new)
    return _list(key, changed, workspace.project.key, as_json=as_json)


def _list(key: str, shared: "Shared | None", here: str, *, as_json: bool) -> int:
    found = list(shared.projects) if shared else [here]
    if as_json:
        listed: list[JsonValue] = [*found]
        write_json({"type": "projects", "key": key, "projects": listed})
        return DONE
    for project in found:
        typer.echo("* (every project)" if project == "*" else project)
    if shared is None:
        typer.echo(
            f"It is its own. To let others use it: ferrule credentials share {key}"
        )
    return DONE


def _told(what: str, key: str, shared: "Shared", *, as_json: bool) -> int:
    if as_json:
        line: dict[str, JsonValue] = {"type": what, "key": key, "owner": shared.title}
        write_json({**line, "projects": list(shared.projects)})
    else:
        used = _uses(shared, shared.owner.project)
        typer.echo(f"“{key}” uses the credential {shared.title}; used by: {used}.")
    return DONE


def _uses(shared: "Shared", here: str) -> str:
    return ", ".join(
        use.key if use.project == here else f"{use.key} (project {use.project})"
        for use in shared.uses
    )

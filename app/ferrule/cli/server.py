"""`ferrule server`: the registry server, and the tokens that it accepts."""

import dataclasses
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, INTERRUPTED, PARENT_GONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table
from ferrule.errors import UsageError

if TYPE_CHECKING:  # it brings SQLAlchemy, which other verbs do without
    from ferrule.metrics.page import Page
    from ferrule.server.database import Database

server = typer.Typer(help="The registry server.", invoke_without_command=True)
token = typer.Typer(help="Tokens of the server.", no_args_is_help=True)
app.add_typer(server, name="server")
server.add_typer(token, name="token")
Place = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="FILE|URL",
        help="postgresql://… by reference (@env:NAME); a file in the data directory "
        "without it.",
    ),
]
_MOST_TRUST = 1024 * 1024
_LOCAL = "127.0.0.1"


@server.callback()
def run(
    context: typer.Context,
    database: Place = None,
    host: Annotated[str, typer.Option("--host", help="Where it listens.")] = _LOCAL,
    port: Annotated[int, typer.Option("--port", help="0 chooses a free one.")] = 8479,
    behind_tls: Annotated[
        bool, typer.Option("--behind-tls", help="A proxy with TLS is in front.")
    ] = False,
    trust: Annotated[
        Path | None,
        typer.Option("--trust", metavar="FILE", help="A signed trust list."),
    ] = None,
    root: Annotated[
        list[str] | None,
        typer.Option(
            "--root", metavar="FINGERPRINT", help="Of its root's key, as you compared."
        ),
    ] = None,
    control: Annotated[
        str, typer.Option("--control", metavar="stdin", help="End with it.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Take bundles in and keep instances, until told to stop."""
    if context.invoked_subcommand is not None:
        context.obj = database
        return DONE
    from ferrule.server.serving import Serving, serve
    from ferrule.workspace.signing_keys import read_at_most

    if control not in {"", "stdin"}:
        raise UsageError("--control can be stdin alone.")
    wanted = Serving(
        _database(database),
        host,
        port,
        behind_tls=behind_tls,
        trust=read_at_most(trust, _MOST_TRUST) if trust else None,
        roots=root or (),
        connections=_connections(),
    )
    ended_by = serve(
        wanted,
        announce=write_json if as_json else _announce,
        until_stdin_ends=control == "stdin",
    )
    if ended_by == signal.SIGINT:
        return INTERRUPTED
    return PARENT_GONE if control and not ended_by else DONE


def _connections() -> "Page | None":
    """Return what gives the metrics of this machine's connections, None without any."""
    from ferrule.metrics.page import metrics_page

    workspace = open_workspace()
    return (
        metrics_page(workspace.database) if workspace.home.database.exists() else None
    )


def _announce(line: Mapping[str, object]) -> None:
    typer.echo(f"The registry listens on {line['url']}.")
    typer.echo(f"It trusts by version {line['trust']} of its list. Ctrl-C ends it.")


@token.command("new")
def new(
    context: typer.Context,
    scope: Annotated[
        list[str],
        typer.Option("--scope", metavar="SCOPE", help="view, manage or credentials."),
    ],
    label: Annotated[str, typer.Option("--label", help="Whose it is.")] = "unnamed",
    database: Place = None,
    as_json: Json = False,
) -> int:
    """Make a token and show it, this once."""
    from ferrule.clock import SystemClock, rfc3339
    from ferrule.redaction import live
    from ferrule.server import tokens

    scopes = tokens.scopes_named(scope)
    with _opened(context, database) as opened, opened.writing() as db:
        now = rfc3339(SystemClock().now())
        text, made = tokens.new_token(db, label, scopes, now)
    if as_json:
        write_json({"type": "token", "token": text, **dataclasses.asdict(made)})
    else:
        typer.echo(text)
        typer.echo(f"{made.id}: {', '.join(made.scopes)}", err=True)
        typer.echo("It cannot be shown again.", err=True)
    live.add(text)
    return DONE


@token.command("list")
def list_(context: typer.Context, database: Place = None, as_json: Json = False) -> int:
    """Show what tokens there are; never the tokens."""
    from ferrule.server import tokens

    with _opened(context, database) as opened, opened.reading() as db:
        found = tokens.list_tokens(db)
    if as_json:
        for one in found:
            write_json({"type": "token", **dataclasses.asdict(one)})
        return DONE
    rows = [
        (one.id, one.label, " ".join(one.scopes), one.created_at, one.revoked_at or "")
        for one in found
    ]
    show_table(("id", "label", "scopes", "made", "revoked"), rows)
    return DONE


@token.command("revoke")
def revoke(
    context: typer.Context,
    token_id: Annotated[str, typer.Argument(metavar="ID")],
    database: Place = None,
    as_json: Json = False,
) -> int:
    """Let a token count no more, from the next request on."""
    from ferrule.clock import SystemClock, rfc3339
    from ferrule.server import tokens

    with _opened(context, database) as opened, opened.writing() as db:
        now = rfc3339(SystemClock().now())
        gone = tokens.revoke_token(db, token_id, now)
    if as_json:
        write_json({"type": "token", **dataclasses.asdict(gone)})
    else:
        typer.echo(f"Revoked {gone}.")
    return DONE


def _opened(context: typer.Context, named: str | None) -> "Database":
    from ferrule.server.database import Database

    return Database.open(_database(named or context.obj))


def _database(named: str | None) -> str:
    """Return where the database is; a URL holds a password, so it comes by reference.

    Raises:
        UsageError: for a password in the argument.
    """
    if named is None:
        from ferrule.workspace.home import Home

        return str(Home.default().made().path / "server.db")
    if named.startswith("@"):
        from ferrule.workspace.giving import read_reference

        return read_reference("--database", named).get_secret_value()
    if "@" in named and "://" in named and ":" in named.split("://")[1].split("@")[0]:
        raise UsageError(
            "The password stands in the argument, where others can read it.",
            advice="Give the URL by reference: --database @env:NAME",
        )
    return named

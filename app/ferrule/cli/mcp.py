"""`ferrule mcp`: tools for agents, over the Model Context Protocol."""

import importlib.util
from typing import Annotated

import typer

from ferrule.cli.ending import DONE
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, app
from ferrule.errors import UsageError

agents = typer.Typer(help="Tools for agents.", no_args_is_help=True)
app.add_typer(agents, name="mcp")


@agents.callback()
def mcp() -> None:
    """Offer the tools of connections to agents."""


@agents.command("serve")
def serve(
    connection: Annotated[
        list[str] | None,
        typer.Option("--connection", metavar="KEY", help="Only this one's tools."),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only tools that change nothing.")
    ] = False,
    allow_http: AllowHttp = None,
) -> int:
    """Offer the tools of enabled connections on standard input and output."""
    if importlib.util.find_spec("mcp") is None:
        raise _lacking("is not installed")
    workspace = open_workspace()
    for key in connection or ():
        workspace.connections.get(workspace.project.key, key)

    try:
        from ferrule.workspace.tools.mcp_server import serve as serve_tools
    except ImportError as error:
        if str(error.name).startswith("ferrule"):
            raise
        raise _lacking("is too old, or not whole") from None

    serve_tools(
        workspace,
        connections=frozenset(connection or ()),
        read_only=read_only,
        allow_http=allow_http or (),
    )
    return DONE


def _lacking(how: str) -> UsageError:
    return UsageError(
        f"The Model Context Protocol needs the package mcp, which {how}.",
        advice="Install it with: pip install 'ferrule[mcp]'.",
    )

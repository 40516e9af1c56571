"""`ferrule ssh-key`: the public part of a connection's SSH key, and a fresh one."""

from typing import Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app


@app.command("ssh-key")
def ssh_key(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    new: Annotated[bool, typer.Option("--new", help="Make another key.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Show the public key to give to the service; the private one is never shown."""
    from ferrule.workspace.ssh_keys import replace_key, show_key

    workspace = open_workspace()
    if new and not yes and not agreed(f"Replace the SSH key of “{key}”?"):
        typer.echo("Nothing was changed.")
        return WRONG
    public = replace_key(workspace, key) if new else show_key(workspace, key)
    if as_json:
        line = {"type": "sshKey", "connection": key, "publicKey": public.line}
        write_json({**line, "fingerprint": public.fingerprint})
        return DONE
    typer.echo(public.line)
    typer.echo(public.fingerprint, err=True)
    return DONE

"""`ferrule keys`: the signing keys in the vault."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table

keys = typer.Typer(help="Signing keys.", no_args_is_help=True)
app.add_typer(keys, name="keys")
Name = Annotated[str, typer.Argument(metavar="NAME")]


@keys.command("new")
def new(name: Name, as_json: Json = False) -> int:
    """Make an Ed25519 key and keep it in the vault."""
    from ferrule.workspace.shipping import new_key

    key = new_key(open_workspace(), name)
    if as_json:
        write_json({"type": "key", "name": key.name, "id": key.id})
    else:
        typer.echo(f"Made the key “{key.name}”: {key.fingerprint}")
        typer.echo(f"In words: {' '.join(key.words)}")
    return DONE


@keys.command("list")
def list_all(as_json: Json = False) -> int:
    """List the signing keys; whom the project trusts: ferrule trust show."""
    from ferrule.workspace.shipping import list_keys

    own = list_keys(open_workspace())
    if as_json:
        for key in own:
            words = " ".join(key.words)
            told = {"type": "key", "name": key.name, "id": key.id, "words": words}
            write_json(told)
        return DONE
    rows = [(key.name, key.fingerprint, " ".join(key.words)) for key in own]
    show_table(("key", "fingerprint", "in words"), rows)
    return DONE


@keys.command("export")
def export(
    name: Name,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="By default, print it.")
    ] = None,
) -> int:
    """Write the public half of a key, for others to trust."""
    from ferrule.workspace.home import write_whole
    from ferrule.workspace.shipping import export_key

    pem = export_key(open_workspace(), name)
    if out is None:
        sys.stdout.write(pem.decode())
    else:
        write_whole(out, pem, 0o644)
    return DONE

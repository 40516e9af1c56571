"""`ferrule keys`: signing keys in the vault, and whom the project trusts."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table

keys = typer.Typer(
    help="Signing keys, and whom the project trusts.", no_args_is_help=True
)
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
    return DONE


@keys.command("list")
def list_all(as_json: Json = False) -> int:
    """List the signing keys, then the signers that the project trusts."""
    from ferrule.workspace.shipping import list_keys, trusted

    workspace = open_workspace()
    own, others = list_keys(workspace), trusted(workspace).keys
    if as_json:
        for key in own:
            write_json({"type": "key", "name": key.name, "id": key.id})
        for one in others:
            write_json({"type": "trusted", **one.wire()})
        return DONE
    show_table(("own key", "fingerprint"), [(k.name, k.fingerprint) for k in own])
    rows = [(str(one), one.key.fingerprint, " ".join(one.connectors)) for one in others]
    if rows:
        show_table(("trusted signer", "fingerprint", "connectors"), rows)
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


@keys.command("trust")
def trust(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    connector: Annotated[
        list[str],
        typer.Option("--connector", metavar="PATTERN", help="An id, or acme.*"),
    ],
    label: Annotated[str, typer.Option("--label", help="Who it is.")] = "",
    as_json: Json = False,
) -> int:
    """Let a public key sign these connectors; compare its fingerprint first."""
    from ferrule.workspace.shipping import read_key_file, trust_key

    workspace = open_workspace()
    added = trust_key(workspace, read_key_file(file), connector, label)
    if as_json:
        write_json({"type": "trusted", **added.wire()})
    else:
        named = ", ".join(added.connectors)
        typer.echo(f"{workspace.project.name} trusts {added} for {named}.")
        typer.echo(f"Fingerprint, to compare with its owner: {added.key.fingerprint}")
    return DONE


@keys.command("untrust")
def distrust(
    key_id: Annotated[str, typer.Argument(metavar="KEY-ID")], as_json: Json = False
) -> int:
    """Trust a key no more."""
    from ferrule.workspace.shipping import untrust

    untrust(open_workspace(), key_id)
    if as_json:
        write_json({"type": "untrusted", "id": key_id})
    else:
        typer.echo(f"{key_id} is no longer trusted.")
    return DONE

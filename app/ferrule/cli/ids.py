"""`ferrule ids`: which item of a service is which thing of one's own."""

from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.external_ids import IdPair

ids = typer.Typer(help="Local and external ids, both ways.", no_args_is_help=True)
app.add_typer(ids, name="ids")
Key = Annotated[str, typer.Argument(metavar="CONNECTION")]
Collection = Annotated[str | None, typer.Option("--collection", metavar="KEY")]


@ids.command("find")
def find(
    key: Key,
    known: Annotated[str, typer.Argument(metavar="ID")],
    as_json: Json = False,
) -> int:
    """Look up an id, local or external."""
    from ferrule.workspace.external_ids import find_ids

    found = find_ids(open_workspace(), key, known)
    _show(found, as_json=as_json)
    return DONE if found else WRONG


@ids.command("list")
def list_(key: Key, as_json: Json = False) -> int:
    """List what was linked by hand."""
    from ferrule.workspace.external_ids import linked_ids

    _show(linked_ids(open_workspace(), key), as_json=as_json)
    return DONE


@ids.command("link")
def link(
    key: Key,
    local: Annotated[str, typer.Argument(metavar="LOCAL")],
    external: Annotated[str, typer.Argument(metavar="EXTERNAL")],
    collection: Collection = None,
    as_json: Json = False,
) -> int:
    """Say that a thing of yours is an item of the service."""
    from ferrule.workspace.external_ids import link_ids

    made = link_ids(open_workspace(), key, local, external, collection=collection)
    _show([made], as_json=as_json)
    return DONE


@ids.command("unlink")
def unlink(
    key: Key,
    local: Annotated[str, typer.Argument(metavar="LOCAL")],
    collection: Collection = None,
) -> int:
    """Forget which item a thing of yours is."""
    from ferrule.workspace.external_ids import unlink_ids

    unlink_ids(open_workspace(), key, local, collection=collection)
    typer.echo(f"“{local}” is linked with nothing.")
    return DONE


def _show(found: "list[IdPair]", *, as_json: bool) -> None:
    if as_json:
        for pair in found:
            write_json(pair.wire())
        return
    rows = [
        (p.collection_key, p.local_id, p.external_id, "yes" if p.linked else "no")
        for p in found
    ]
    show_table(("collection", "local id", "external id", "linked"), rows)

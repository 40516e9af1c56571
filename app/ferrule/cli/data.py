"""`ferrule data`: what is kept on this computer, and deleting all of it."""

from typing import Annotated

import typer

from ferrule.cli.asking import agreed
from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app

data = typer.Typer(help="What is kept on this computer.", no_args_is_help=True)
app.add_typer(data, name="data")


@data.command("wipe")
def wipe_(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Delete the secrets and then all else in the data directory, for good.

    It names what goes and asks. Projects elsewhere stay, and tokens stay valid at
    their services: ferrule disconnect ends those.
    """
    from ferrule.workspace.wiping import what_goes, wipe

    place = open_workspace()
    goes = what_goes(place)
    if not as_json:
        typer.echo(f"In {place.home.path}:" if goes else "Nothing is kept here.")
        for line in goes:
            typer.echo(f"  {line}")
    if not goes:
        return DONE
    if not yes and not agreed(f"Delete all of it from {place.home.path} for good?"):
        typer.echo("Nothing was deleted.")
        return WRONG
    refusal = wipe(place)
    if as_json:
        write_json({"type": "wiped", "path": str(place.home.path), "goes": list(goes)})
    else:
        typer.echo("Deleted.")
        if refusal is not None:
            typer.echo(f"! The keychain kept a key that opens nothing: {refusal}")
    return DONE

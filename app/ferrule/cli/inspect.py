"""`ferrule inspect`: what a bundle says about itself, without trusting it."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.registry import Json, app
from ferrule.cli.verify import tell_facts


@app.command("inspect")
def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE")], as_json: Json = False
) -> int:
    """Show what a bundle claims; nothing of it is verified."""
    from ferrule.workspace.shipping import inspect_file

    facts = inspect_file(file)
    if as_json:
        write_json({"type": "claims", **facts.wire()})
        return DONE
    typer.echo("Not verified: anybody could have written this.")
    tell_facts(facts)
    for name, size in facts.files:
        typer.echo(f"  {size:>10,} {name}")
    return DONE

"""`ferrule path`: what a JSONPath matches in a file."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.registry import Json, app


@app.command("path")
def path(
    expression: Annotated[str, typer.Argument(metavar="EXPR")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what RFC 9535 lacks.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Print each match with its normalised path."""
    from ferrule.cli.run import read_file
    from ferrule.errors import ExpressionError
    from ferrule.exchange import decode, encode
    from ferrule.expression.jsonpath import compile_path

    compiled = compile_path(expression)
    if strict and not compiled.portable:
        raise ExpressionError(
            f"Not standard JSONPath: {compiled.reason}", text=expression
        )
    for match in compiled.find(decode(read_file(file))):
        if as_json:
            write_json({"path": match.path, "value": match.value})
        else:
            typer.echo(f"{match.path}\t{encode(match.value).decode()}")
    return DONE

"""`ferrule diff`: what differs between two descriptors, and whether it breaks."""

from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, USAGE, WRONG, tell_error, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.errors import FerruleError
from ferrule.exchange import MISSING, Missing, encode
from ferrule.exchange import Json as JsonValue

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.workspace.comparing import Comparison

_WIDEST = 72


@app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(metavar="A")],
    new: Annotated[str, typer.Argument(metavar="B")],
    as_json: Json = False,
) -> int:
    """Compare files, ids or bundles; 0 the same, 1 different, 2 trouble."""
    from ferrule.workspace.comparing import compare_all, documents_of

    try:
        catalogue = open_workspace().catalogue
        found = compare_all(documents_of(catalogue, old), documents_of(catalogue, new))
    except FerruleError as error:  # as in diff(1), where 1 is a difference
        tell_error(error, as_json=as_json)
        return USAGE
    for one in found:
        if as_json:
            write_json({"type": "difference", **one.wire()})
        else:
            _tell(one)
    return DONE if all(one.same for one in found) else WRONG


def _tell(found: "Comparison") -> None:
    if found.old is None or found.new is None:
        typer.echo(f"{found.connector_id}: only in {'B' if found.new else 'A'}")
        return
    if found.same:
        typer.echo(f"{found.connector_id}: no differences")
        return
    count = len(found.changes)
    breaking = sum(change.breaking for change in found.changes)
    number = "1 difference" if count == 1 else f"{count} differences"
    typer.echo(f"{found.connector_id}: {number}, {breaking} breaking")
    section = ""
    for change in found.changes:
        if change.section != section:
            section = change.section
            typer.echo(f"\n{section}")
        mark = "BREAKING" if change.breaking else change.level
        typer.echo(f"  {change.kind:<8} {change.place}  ({change.pointer})")
        if change.reason:
            typer.echo(f"           {mark}: {change.reason}")
        for sign, value in (("-", change.old), ("+", change.new)):
            if value is not MISSING:
                typer.echo(f"         {sign} {_short(value)}")
    if found.proposal.due:
        typer.echo(f"\nversion {found.proposal.text}")


def _short(value: JsonValue | Missing) -> str:
    text = encode(value).decode()
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"

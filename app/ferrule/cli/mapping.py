"""`ferrule mapping`: a person's own mapping of a stream, for one connection."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.errors import UsageError
from ferrule.exchange import Json as JsonValue

mappings = typer.Typer(
    help="A stream's mapping, changed for one connection.", no_args_is_help=True
)
app.add_typer(mappings, name="mapping")
Key = Annotated[str, typer.Argument(metavar="CONNECTION")]
Stream = Annotated[str, typer.Argument(metavar="STREAM")]


@mappings.command("show")
def show(
    key: Key,
    stream: Annotated[str | None, typer.Argument(metavar="STREAM")] = None,
    as_json: Json = False,
) -> int:
    """Show the mapping of each stream, with what was changed."""
    from ferrule.workspace.authoring import pretty
    from ferrule.workspace.overriding import stream_mappings

    found = stream_mappings(open_workspace(), key)
    if stream is not None:
        found = tuple(one for one in found if one.stream == stream)
        if not found:
            raise UsageError(f"“{key}” has no stream “{stream}”.")
    for one in found:
        if as_json:
            write_json(one.wire())
            continue
        whose = "changed for this connection" if one.override else "the connector's own"
        typer.echo(f"{one.stream} → {one.collection_key}: {whose}")
        if one.override is not None:
            typer.echo(pretty(one.override))
    return DONE


@mappings.command("set")
def set_(
    key: Key,
    stream: Stream,
    patch: Annotated[
        str | None, typer.Argument(metavar="JSON", help="A merge patch; - reads it.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Read it from there.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Try it on stored items; keep nothing.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Change a stream's mapping: a merge patch over the connector's own."""
    from ferrule.errors import DescriptorInvalid
    from ferrule.workspace.overriding import set_mapping, try_mapping

    workspace = open_workspace()
    wanted = _read(patch, file)
    trial = try_mapping(workspace, key, stream, wanted)
    if trial.refused:
        raise DescriptorInvalid(trial.problems)
    if not dry_run:
        set_mapping(workspace, key, stream, wanted)
    told: dict[str, JsonValue] = {
        "tried": trial.tried,
        "failed": trial.failed,
        "changed": trial.changed,
        "examples": list(trial.examples),
    }
    if as_json:
        write_json({"type": "mapping", "stream": stream, "kept": not dry_run, **told})
        return DONE
    typer.echo(f"Of {trial.tried} stored items {trial.changed} would read differently,")
    typer.echo(f"{trial.failed} could not be mapped.")
    for example in trial.examples:
        typer.echo(f"  {example}")
    kept = "Kept. The next full run maps what is stored anew."
    typer.echo("Nothing was kept." if dry_run else kept)
    return DONE


@mappings.command("clear")
def clear(key: Key, stream: Stream, as_json: Json = False) -> int:
    """Go back to the connector's own mapping of a stream."""
    from ferrule.workspace.overriding import clear_mapping

    clear_mapping(open_workspace(), key, stream)
    if as_json:
        write_json({"type": "mapping", "stream": stream, "kept": False})
    else:
        typer.echo(f"“{stream}” has the connector's own mapping again.")
    return DONE


def _read(patch: str | None, file: Path | None) -> JsonValue:
    """Return the patch that was given in one of three ways.

    Raises:
        UsageError: when it is given twice or not at all, or is no JSON.
    """
    if (patch is None) == (file is None):
        raise UsageError("Give the change as JSON, as -, or with --file.")
    try:
        if file is not None:
            text = file.read_text(encoding="utf-8")
        else:
            text = sys.stdin.read() if patch == "-" else str(patch)
        found: JsonValue = json.loads(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The change is not JSON: {error}") from None
    return found

"""`ferrule import`: begin a connector from cURL, an address, OpenAPI or a sample.

A signed bundle is no beginning: it is verified and taken in (see `imports`).
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.imports import import_bundle, is_bundle
from ferrule.cli.registry import Json, app
from ferrule.errors import UsageError
from ferrule.exchange import Json as JsonValue

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.interchange.kind import Document, Imported, Note, Report


@app.command("import")
def begin(
    source: Annotated[
        str, typer.Argument(metavar="FILE|ADDRESS|-", help="- is standard input.")
    ],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="Operations of OpenAPI: GET /x."),
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Write drafts there.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="A bundle: do not ask.")] = False,
    enable: Annotated[
        list[str] | None,
        typer.Option("--enable", metavar="ID|all", help="A bundle: enable these."),
    ] = None,
    allow_older: Annotated[
        bool, typer.Option("--allow-older", help="A bundle: also an older version.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why an older one: kept.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Take in a signed bundle; or read drafts of connectors from something else.

    Of drafts it tells what was kept, changed and dropped. Secrets that were found are
    lifted out: they are named and written nowhere.
    """
    if is_bundle(source):
        if only or into:
            raise UsageError("--only and --into are not for a signed bundle.")
        why = reason if allow_older or reason else None
        if reason and not allow_older:
            raise UsageError("--reason is for --allow-older.")
        return import_bundle(Path(source), enable or [], why, yes=yes, as_json=as_json)
    if yes or enable or allow_older or reason:
        raise UsageError(
            f"{source[:80]} is no signed bundle.",
            advice="--yes, --enable, --allow-older and --reason are for bundles.",
        )
    found = _read(_raw(source), only or [])
    written = [_written(into, one) for one in found.documents] if into else []
    if as_json:
        write_json(_line(found, written))
    else:
        _tell(found, written)
    return DONE


def _raw(source: str) -> bytes:
    from ferrule.cli.run import read_file

    if source == "-":
        return sys.stdin.buffer.read()
    if source.startswith(("http://", "https://")):
        return source.encode()
    return read_file(Path(source))


def _read(raw: bytes, only: list[str]) -> "Imported":
    from ferrule.interchange import format_of, read_any

    known = format_of(raw)
    if only and (known is None or known.read_chosen is None):
        raise UsageError("--only is for documents that list operations: OpenAPI.")
    if only and known is not None and known.read_chosen is not None:
        return known.read_chosen(raw, only)
    return read_any(raw)


def _written(folder: Path, document: "Document") -> Path:
    from ferrule.errors import StoreError
    from ferrule.workspace.authoring import pretty
    from ferrule.workspace.home import write_whole

    path = folder / f"{document['id']}.json"
    if path.exists():
        raise StoreError(
            f"{path} is there already, and is not written over.",
            advice="Name another folder.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, pretty(document).encode())
    return path


def _tell(found: "Imported", written: list[Path]) -> None:
    from ferrule.workspace.authoring import pretty

    if not written:
        for document in found.documents:
            typer.echo(pretty(document))
    for title, notes in _parts(found.report):
        for note in notes:
            typer.echo(f"{title}: {note}", err=True)
    for secret in found.secrets:
        typer.echo(
            f"secret: {secret.place} becomes the field {secret.key} of "
            f"{secret.connector}; its value is kept nowhere",
            err=True,
        )
    for path in written:
        typer.echo(f"Wrote {path}.", err=True)


def _parts(report: "Report") -> "tuple[tuple[str, tuple[Note, ...]], ...]":
    return (
        ("kept", report.kept),
        ("changed", report.changed),
        ("dropped", report.dropped),
    )


def _line(found: "Imported", written: list[Path]) -> JsonValue:
    report: JsonValue = {
        name: [{"place": note.place, "reason": note.reason} for note in notes]
        for name, notes in _parts(found.report)
    }
    return {
        "type": "import",
        "documents": list(found.documents),
        "report": report,
        "secrets": [
            {"connector": one.connector, "field": one.key, "place": one.place}
            for one in found.secrets
        ],
        "written": [str(path) for path in written],
    }

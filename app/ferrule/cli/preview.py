"""`ferrule preview`: what a descriptor makes of a recorded response."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table

if TYPE_CHECKING:  # what they bring is not needed to list the verb
    from ferrule.mapping.normalise import MappedItem
    from ferrule.workspace.previewing import Preview


@app.command("preview")
def preview(
    descriptor: Annotated[Path, typer.Argument(metavar="DESCRIPTOR")],
    response: Annotated[
        Path, typer.Option("--response", metavar="FILE", help="The response body.")
    ],
    stream: Annotated[
        str | None,
        typer.Option("--stream", metavar="KEY", help="By default the first."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Map every item of a response and show the signals."""
    from ferrule.cli.run import read_file
    from ferrule.descriptor.document import read_descriptor, read_document
    from ferrule.errors import DescriptorError
    from ferrule.exchange import decode
    from ferrule.sync.plan import choose_streams
    from ferrule.workspace import previewing
    from ferrule.workspace.catalogue import read_whole

    raw = read_whole(descriptor)
    connector = read_descriptor(raw)
    chosen = choose_streams(connector, [stream] if stream else None)[0]
    found = previewing.preview(
        read_document(raw),
        decode(read_file(response)),
        stream=chosen.key if connector.streams else None,
        connection=connector.id,
        collection_key=chosen.collection_key,
        limit=1_000_000,
    )
    if found.blocked:
        raise DescriptorError(
            f"The response cannot be mapped: {found.blocked}", pointer="/fieldMapping"
        )
    _show(found, as_json=as_json)
    return WRONG if found.failed else DONE


def _show(found: "Preview", *, as_json: bool) -> None:
    if as_json:
        for row in found.rows:
            write_json(_line(row))
    else:
        show_table(
            ("#", "id", "type", "priority", "time", "summary"), _rows(found.rows)
        )
        typer.echo(
            f"{found.ok} ok, {found.warned} with warnings, {found.failed} failed, "
            f"{found.skipped} left out by the filter{_gone(found)}"
        )


def _gone(found: "Preview") -> str:
    return f", {found.deleted} deleted" if found.deleted else ""


def _line(row: "MappedItem") -> dict[str, object]:
    if row.signal is not None:
        return {"type": "signal", "signal": row.signal}
    if row.deleted is not None:
        return {"type": "deleted", "index": row.index, "externalId": row.deleted}
    if row.error is None:
        return {"type": "skipped", "index": row.index}
    return {
        "type": "item_error",
        "index": row.index,
        "itemId": row.error.item_id,
        "field": row.error.field,
        "message": row.error.message,
    }


def _rows(rows: "list[MappedItem]") -> list[tuple[str, ...]]:
    shown: list[tuple[str, ...]] = []
    for row in rows:
        number = str(row.index + 1)
        if row.signal is not None:
            s = row.signal
            shown.append(
                (
                    number,
                    s.external_id,
                    s.type,
                    s.priority or "",
                    s.timestamp,
                    s.summary,
                )
            )
        elif row.deleted is not None:
            shown.append((number, row.deleted, "deleted", "", "", ""))
        elif row.error is not None:
            shown.append(
                (number, row.error.item_id or "", "error", "", "", str(row.error))
            )
    return shown

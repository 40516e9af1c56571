"""`ferrule sync`: one run of a connection in the foreground."""

from typing import Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, Json, app
from ferrule.errors import UsageError
from ferrule.sync.events import Event, RunEnded


@app.command("sync")
def sync(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    full: Annotated[bool, typer.Option("--full", help="Everything, anew.")] = False,
    incremental: Annotated[
        bool, typer.Option("--incremental", help="What changed; the default.")
    ] = False,
    sync_from: Annotated[
        str | None,
        typer.Option("--sync-from", metavar="ISO", help="Oldest creation time."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do not go on with an unfinished run.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1)] = None,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Read what changed, or everything, into the store.

    With `--control stdin` it runs for a parent process: see docs/progress.md.
    """
    from ferrule.workspace.connecting import sync_connection
    from ferrule.workspace.syncing import SyncOrder

    if full and incremental:
        raise UsageError("--full and --incremental exclude each other.")
    order = SyncOrder(full, sync_from, fresh, limit, tuple(allow_http or ()))
    if as_json:
        ended = sync_connection(open_workspace(), key, order, emit=_write)
    else:
        from ferrule.cli.progress import Progress

        with Progress() as progress:
            ended = sync_connection(open_workspace(), key, order, emit=progress.show)
        _tell(ended)
    return DONE if ended.status in {"done", "stopped"} else WRONG


def _write(event: Event) -> None:
    write_json(event.wire())


def _tell(ended: RunEnded) -> None:
    c = ended.counts
    typer.echo(
        f"{ended.status}: {c.processed} items in {ended.seconds:.1f} s: {c.created} "
        f"created, {c.updated} updated, {c.unchanged} unchanged, {c.deleted} deleted, "
        f"{c.failed} failed, {ended.skipped} left out"
    )
    if ended.error:
        typer.echo(f"{ended.error} {ended.advice or ''}".rstrip(), err=True)

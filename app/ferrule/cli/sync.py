"""`ferrule sync`: one run of a connection in the foreground."""

from typing import Annotated

import typer

from ferrule.cli.ending import DONE, WELL, WRONG, write_json
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
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="Stop after N items."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what it would do; store nothing.")
    ] = False,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Read what changed, or everything, into the store.

    With `--control stdin` it runs for a parent process: see docs/progress.md.
    """
    from ferrule.workspace.connecting import sync_connection
    from ferrule.workspace.preparing import SyncOrder

    if full and incremental:
        raise UsageError("--full and --incremental exclude each other.")
    hosts = tuple(allow_http or ())
    order = SyncOrder(full, sync_from, fresh, limit, hosts, dry_run)
    if as_json:
        ended = sync_connection(open_workspace(), key, order, emit=_write)
    else:
        from ferrule.cli.progress import Progress

        with Progress() as progress:
            ended = sync_connection(open_workspace(), key, order, emit=progress.show)
        _tell(ended)
    return DONE if ended.status in WELL else WRONG


def _write(event: Event) -> None:
    write_json(event.wire())


def _tell(ended: RunEnded) -> None:
    c = ended.counts
    dry = "dry run, nothing was stored: " if ended.dry_run else ""
    typer.echo(
        f"{dry}{ended.status}: {c.processed} items in {ended.seconds:.1f} s: "
        f"{c.created} created, {c.updated} updated, {c.unchanged} unchanged, "
        f"{c.deleted} deleted, {c.failed} failed, {ended.skipped} left out"
    )
    if ended.error:
        typer.echo(f"{ended.error} {ended.advice or ''}".rstrip(), err=True)

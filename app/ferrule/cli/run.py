"""`ferrule run`: a descriptor in, JSON lines out, nothing kept."""

import argparse
import sys
from pathlib import Path

from ferrule.cli.collecting import settled
from ferrule.cli.ending import DONE, WRONG, guarded
from ferrule.cli.progress_line import ProgressLine
from ferrule.errors import UsageError
from ferrule.workspace.catalogue import read_whole
from ferrule.workspace.giving import read_secrets, read_settings
from ferrule.workspace.running import RunOrder, run_once


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("descriptor", type=Path, help="the descriptor's file")
    add("--set", action="append", default=[], metavar="KEY=VALUE")
    add("--secret", action="append", default=[], metavar="KEY=@env:NAME")
    add("--method", metavar="NAME", help="which sign-in, where there are several")
    add("--api-version", metavar="ID", help="which version of the API")
    add("--state", type=Path, help="read where to go on, and keep it up to date")
    add("--stream", action="append", metavar="KEY", help="only this stream")
    add("--full", action="store_true", help="leave the checkpoint aside")
    add("--limit", type=int, metavar="N", help="stop after N items")
    add("--allow-http", action="append", default=[], metavar="HOST")
    add("--json", action="store_true", help="always so")


def execute(given: argparse.Namespace) -> int:
    """Run the descriptor; 0 when it ended well."""
    settled()
    return guarded(lambda: _run(given), as_json=True)


def _run(given: argparse.Namespace) -> int:
    if given.limit is not None and given.limit < 1:
        raise UsageError("--limit must be at least 1.")
    order = RunOrder(
        descriptor=read_whole(given.descriptor),
        config=read_settings(given.set),
        secrets=read_secrets(given.secret),
        state=given.state,
        limit=given.limit,
        streams=given.stream,
        full=given.full,
        allow_http=given.allow_http,
        method=given.method,
        api_version=given.api_version,
    )
    out = sys.stdout.buffer

    def write(line: bytes) -> None:
        out.write(line)

    with ProgressLine() as progress:
        ended = run_once(order, write, flush=out.flush, listen=progress.show)
    if sys.stderr.isatty() or ended.error:
        advice = f" {ended.advice}" if ended.advice else ""
        error = f": {ended.error}{advice}" if ended.error else ""
        counts = ended.counts
        sys.stderr.write(
            f"{ended.status}: {counts.processed} items, {counts.failed} failed, "
            f"{ended.pages} pages in {ended.seconds:.1f} s{error}\n"
        )
    return DONE if ended.status in {"done", "stopped"} else WRONG


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        UsageError: when it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None

"""Progress on one plain line of a terminal, for the verbs that must start fast."""

import sys
from types import TracebackType
from typing import Self

from ferrule.sync.events import BatchStored, Event, Waited

_WORTH_TELLING_S = 1.0


class ProgressLine:
    """Rewrites one line on standard error; silent where that is no terminal.

    Where standard output is the same terminal the JSON lines are progress enough.
    """

    def __init__(self) -> None:
        self._on = sys.stderr.isatty() and not sys.stdout.isatty()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write("")

    def show(self, event: Event) -> None:
        """Show an event that says how far the run is."""
        if isinstance(event, BatchStored):
            counts, total = event.counts, event.total
            of = f" of {total:,}" if total is not None else ""
            failed = f", {counts.failed:,} failed" if counts.failed else ""
            self._write(
                f"{event.stream}: page {event.page}, {counts.processed:,}{of} items"
                f"{failed}"
            )
        elif isinstance(event, Waited) and event.seconds >= _WORTH_TELLING_S:
            self._write(f"waiting {event.seconds:.0f} s: {event.reason}")

    def _write(self, text: str) -> None:
        if self._on:
            sys.stderr.write("\r" + text.ljust(self._width) + ("" if text else "\r"))
            sys.stderr.flush()
            self._width = len(text)

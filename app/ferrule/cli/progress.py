"""Progress of a sync on a terminal; nothing in a pipe."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ferrule.sync.events import BatchStored, Event, ItemFailed, Noticed, Waited


class Progress:
    """A bar for each stream, notices and item errors above it."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._tasks: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, BatchStored):
            self._advance(event)
        elif isinstance(event, ItemFailed):
            self._say(f"{event.stream}: {event.item_id or 'an item'}: {event.message}")
        elif isinstance(event, Noticed):
            about = f"{event.stream}: " if event.stream else ""
            self._say(f"{about}{event.message}")
        elif isinstance(event, Waited) and event.seconds >= 1:
            self._say(f"waiting {event.seconds:.0f} s: {event.reason}")

    def _advance(self, event: BatchStored) -> None:
        if event.stream not in self._tasks:
            self._tasks[event.stream] = self._bar.add_task(event.stream, total=None)
        task = self._bar.tasks[self._tasks[event.stream]].id
        self._bar.update(task, advance=event.items, total=event.total)

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)

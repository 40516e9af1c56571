"""What is asked of the log for the window, each thing in a thread."""

import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from ferrule.errors import Cancelled
from ferrule.exchange import encode
from ferrule.ui.tasks import in_thread
from ferrule.workspace.operations import reading, timeline
from ferrule.workspace.operations.query import read_query
from ferrule.workspace.operations.timeline import Line, Places, Query
from ferrule.workspace.workspace import Workspace

MOST_COPIED: Final = 5_000


class LogDesk:
    """Reads the log of a project; with `connector` only what is of that connector."""

    def __init__(self, workspace: Workspace, connector: str = "") -> None:
        self._workspace = workspace
        self._connector = connector

    def query(self, text: str) -> Query:
        """Return what a text asks for.

        Raises:
            QueryError: naming the place, and what was probably meant.
        """
        wanted = read_query(text, local=True)
        if not self._connector:
            return wanted
        return msgspec.structs.replace(wanted, connector=(self._connector,))

    async def find(self, wanted: Query) -> AsyncGenerator[Places, None]:
        """Yield what was found so far; whoever stops asking ends the search."""
        found = timeline.find_lines(self._workspace, wanted)
        while (places := await in_thread(partial(next, found, None))) is not None:
            yield places

    async def lines(self, ids: Sequence[int]) -> tuple[Line | None, ...]:
        """Return the lines of these ids."""
        return await in_thread(partial(timeline.read_lines, self._workspace, ids))

    async def newer(self, last: int, wanted: Query) -> tuple[Line, ...]:
        """Return lines of any level that came after the line `last`, oldest first."""
        asked = msgspec.structs.replace(wanted, levels=frozenset())
        call = partial(reading.log_after, self._workspace, last, asked)
        return await in_thread(call)

    async def meant(self, wanted: Query) -> str:
        """Return what a query that found nothing may have meant."""
        return await in_thread(partial(reading.meant, self._workspace, wanted))

    async def related(self, correlation: str) -> tuple[Line, ...]:
        """Return the lines of one run, delivery or call, oldest first."""
        call = partial(timeline.related_lines, self._workspace, correlation)
        return await in_thread(call)

    async def names(self) -> Mapping[str, Sequence[str]]:
        """Return the names that a query may ask for, by key."""
        return await in_thread(partial(timeline.known_names, self._workspace))

    async def export(
        self, path: Path, wanted: Query, told: Callable[[int], None]
    ) -> int:
        """Write the lines that fit into a file; cancelling leaves no file behind.

        `told` is called in another thread.
        """
        ended = threading.Event()

        def tell(many: int) -> None:
            if ended.is_set():
                raise Cancelled("The export was ended.")
            told(many)

        call = partial(reading.export_log, self._workspace, path, wanted, told=tell)
        try:
            return await in_thread(call)
        finally:
            ended.set()


def text_of(line: Line) -> str:
    """Return a line as one of JSON, as it is exported."""
    return encode(line.wire()).decode() + "\n"

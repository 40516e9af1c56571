"""Reading the log: a page, what is new, counts by level, and an export.

The Activity page and the command line ask here, with the same query.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ferrule.errors import StoreError
from ferrule.exchange import encode
from ferrule.store.operation_query import Wanted
from ferrule.store.operations import (
    ERRORS_KEPT_DAYS,
    KEPT_DAYS,
    LEVELS,
    Level,
    Operations,
    StoredOperation,
)
from ferrule.workspace.operations.recording import operation
from ferrule.workspace.workspace import Workspace

__all__ = [
    "ERRORS_KEPT_DAYS",
    "KEPT_DAYS",
    "LEVELS",
    "Level",
    "LogPage",
    "StoredOperation",
    "Wanted",
    "each_line",
    "export_log",
    "latest_line",
    "level_counts",
    "log_after",
    "log_page",
    "meant",
    "prune_log",
]
AT_ONCE: Final = 100
_BEGUN: Final = ("connector", "connection")


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines newest first; `before` asks for the page after it, None for the last."""

    lines: tuple[StoredOperation, ...]
    before: int | None


def log_page(
    workspace: Workspace,
    wanted: Wanted | None = None,
    *,
    limit: int = AT_ONCE,
    before: int | None = None,
) -> LogPage:
    """Return a page of the project's log; what this process noted is in it."""
    rows = _rows(workspace)
    key = workspace.project.key
    lines = rows.page(key, wanted, limit=limit, before=before)
    return LogPage(lines, lines[-1].id if len(lines) == limit else None)


def log_after(
    workspace: Workspace, last: int, wanted: Wanted | None = None
) -> tuple[StoredOperation, ...]:
    """Return the lines that came after the line `last`, oldest first: to follow."""
    return _rows(workspace).after(workspace.project.key, wanted, after=last)


def latest_line(workspace: Workspace) -> int:
    """Return the id of the newest line, to follow from; 0 where there is none."""
    return _rows(workspace).latest(workspace.project.key)


def level_counts(
    workspace: Workspace, wanted: Wanted | None = None
) -> dict[Level, int]:
    """Return how many lines of each level fit, whatever levels are wanted."""
    return _rows(workspace).counts(workspace.project.key, wanted)


def export_log(
    workspace: Workspace,
    path: Path,
    wanted: Wanted | None = None,
    *,
    told: Callable[[int], None] = lambda _many: None,
) -> int:
    """Write the lines that fit as JSON lines, oldest first; return how many.

    They are written as they are read: memory does not grow with the log. The file is
    its owner's only, and stands under its name when it is whole.

    Raises:
        StoreError: when it cannot be written.
    """
    many = 0
    fresh = path.with_name(f".{path.name}.new")
    with operation(workspace, "export", entity=path.name) as doing:
        try:
            fresh.touch(0o600)
            with fresh.open("wb") as out:
                for line in each_line(workspace, wanted):
                    out.write(encode(line.wire()) + b"\n")
                    many += 1
                    if many % 1000 == 0:
                        told(many)
            fresh.replace(path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise StoreError(f"{path} cannot be written: {error.strerror}.") from None
        except BaseException:  # whoever is told may end it
            fresh.unlink(missing_ok=True)
            raise
        doing.message = f"{many} lines of the log were written to {path.name}."
    return many


def each_line(
    workspace: Workspace, wanted: Wanted | None = None
) -> Iterator[StoredOperation]:
    """Yield every line that fits, oldest first."""
    return _rows(workspace).each(workspace.project.key, wanted)


def meant(workspace: Workspace, wanted: Wanted) -> str:
    """Return what a query that found nothing may have meant, "" where nobody knows.

    A name is the whole of it: who writes the beginning of one is told how.
    """
    rows = _rows(workspace)
    for column in _BEGUN:
        there = rows.names(workspace.project.key, column)
        for value in getattr(wanted, column):
            more = sorted(one for one in there if one.startswith(value))
            if more and value not in there:
                told = ", ".join(more[:3])
                return f"{column}:{value}* finds what begins with it: {told}."
    return ""


def prune_log(
    workspace: Workspace,
    *,
    days: int = KEPT_DAYS,
    error_days: int = ERRORS_KEPT_DAYS,
) -> int:
    """Delete the lines of all projects whose time is over; return how many.

    Raises:
        StoreError: when the database cannot be written.
    """
    if not workspace.home.database.exists():
        return 0
    from ferrule.store.traffic import TrafficCounts

    TrafficCounts(workspace.database).fold()
    return Operations(workspace.database).prune(days=days, error_days=error_days)


def _rows(workspace: Workspace) -> Operations:
    workspace.operations.flush()
    return Operations(workspace.database)

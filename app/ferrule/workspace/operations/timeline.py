"""The log for a window: where its lines stand, and the few of them that are seen.

A hundred thousand lines are ids until somebody looks: a page of them is read then.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ferrule.store.audit import AuditRow, Verified
from ferrule.store.operation_index import OperationIndex, Part
from ferrule.store.operation_query import Wanted
from ferrule.store.operations import LEVELS, Operations, StoredOperation
from ferrule.workspace.operations import reading
from ferrule.workspace.operations.trail import audit_rows, ended_rows
from ferrule.workspace.workspace import Workspace

Line: TypeAlias = StoredOperation
Deed: TypeAlias = AuditRow
Query: TypeAlias = Wanted
Looked: TypeAlias = Verified
LEVEL_NAMES: Final[tuple[str, ...]] = LEVELS
_RELATED: Final = 200


@dataclass(slots=True)
class Places:
    """Where the lines of a query stand, newest first, and how many of each level.

    `ids` are those of the wanted levels, `counts` of all; `left` is 0 once all of the
    log was looked through, `newest` the last line that was there when it began.
    """

    ids: "array[int]" = field(default_factory=lambda: array("q"))
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    left: int = 0
    newest: int = 0

    @property
    def total(self) -> int:
        """Return how many lines fit, whatever their level."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Deeds:
    """Rows of the trail newest first; `before` asks for the next, None for the last."""

    rows: list[Deed]
    before: int | None


def find_lines(workspace: Workspace, wanted: Query) -> Iterator[Places]:
    """Yield what was found so far, each time more, until all was looked through.

    What is yielded is the same value each time, and once more than there are parts.
    """
    newest = reading.latest_line(workspace)
    found = Places(newest=newest)
    yield found
    index = OperationIndex(workspace.database)
    for part in index.parts(workspace.project.key, wanted):
        _add(found, part, wanted.levels)
        yield found


def _add(found: Places, part: Part, levels: frozenset[str]) -> None:
    for number, name in enumerate(LEVELS):
        found.counts[name] += part.levels.count(number)
    wanted = {number for number, name in enumerate(LEVELS) if name in levels}
    if wanted:
        pairs = zip(part.ids, part.levels, strict=True)
        found.ids.extend(one for one, level in pairs if level in wanted)
    else:
        found.ids.extend(part.ids)
    found.left = part.left


def read_lines(workspace: Workspace, ids: Sequence[int]) -> tuple[Line | None, ...]:
    """Return the lines of these ids, in their order; None for one that is gone."""
    return OperationIndex(workspace.database).lines(workspace.project.key, ids)


def related_lines(workspace: Workspace, correlation: str) -> tuple[Line, ...]:
    """Return the lines of one run, delivery or call, oldest first; at most 200."""
    workspace.operations.flush()
    rows = Operations(workspace.database)
    wanted = Wanted(correlation=(correlation,))
    return rows.after(workspace.project.key, wanted, after=0, limit=_RELATED)


def known_names(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    """Return what a query may ask for by name: connectors and connections."""
    found = workspace.connections.list(workspace.project.key)
    connectors = sorted({one.connector_id for one in found})
    keys = sorted(one.key for one in found)
    return {"connector": tuple(connectors), "connection": tuple(keys)}


def deeds(
    workspace: Workspace, *, limit: int = 200, before: int | None = None
) -> Deeds:
    """Return a page of the audit trail, without beginnings that ended."""
    rows = audit_rows(workspace, limit=limit, before=before)
    return Deeds(ended_rows(rows), rows[-1].id if len(rows) == limit else None)


def look_through(workspace: Workspace) -> Looked:
    """Look whether the audit trail is as it was written."""
    return workspace.audit.verify()

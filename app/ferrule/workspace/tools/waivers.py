"""Waivers: a person need not be asked before a tool of a connection runs.

A waiver is the person's, never the author's (semantics 15). It holds the tool's digest
and ends when the tool changes, and with the connection that it was given for.
"""

from dataclasses import dataclass
from datetime import datetime

from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError, UsageError
from ferrule.store.approvals import Via, Waiver
from ferrule.store.connections import Connection
from ferrule.sync.tool import tool_of
from ferrule.workspace.operations.recording import operation
from ferrule.workspace.tools.digests import tool_digest
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WaiverFacts:
    """A waiver as it is shown; one that does not hold says why in `ended`."""

    waiver: Waiver
    ended: str = ""

    @property
    def holds(self) -> bool:
        """Whether the tool is run without asking."""
        return not self.ended


def is_waived(
    workspace: Workspace, connection: Connection, tool: str, digest: str
) -> bool:
    """Tell whether a person waived being asked for this tool as it is now."""
    found = _waiver(workspace, connection, tool)
    return found is not None and not _ended(found, connection, digest)


def waive(
    workspace: Workspace, key: str, name: str, *, via: Via, clock: Clock | None = None
) -> None:
    """Let a tool of a connection run without asking, as long as it stays as it is.

    Raises:
        UsageError: for a tool that is not asked for.
        NotFound: when there is no such connection or tool.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    tool = tool_of(connector, name)
    if not tool.asks:
        raise UsageError(f"“{name}” only reads: nobody is asked before it runs.")
    _note(
        workspace, connection, name, tool_digest(connector, tool), via=via, clock=clock
    )


def unwaive(
    workspace: Workspace, key: str, name: str, *, via: Via, clock: Clock | None = None
) -> bool:
    """Have a person asked again before a tool runs; return whether that was waived."""
    connection = workspace.connections.get(workspace.project.key, key)
    found = _waiver(workspace, connection, name)
    if found is None:
        return False
    _note(workspace, connection, name, "", via=via, clock=clock)
    return True


def list_waivers(workspace: Workspace) -> list[WaiverFacts]:
    """Return the waivers of the project's connections, with those that have ended."""
    facts = []
    known = {one.key: one for one in workspace.connections.list(workspace.project.key)}
    for waiver in workspace.approvals.waivers(workspace.project.key):
        connection = known.get(waiver.connection)
        if connection is None:
            facts.append(WaiverFacts(waiver, "The connection is gone."))
            continue
        digest = _digest_now(workspace, connection, waiver.tool)
        facts.append(WaiverFacts(waiver, _ended(waiver, connection, digest)))
    return facts


def _digest_now(workspace: Workspace, connection: Connection, name: str) -> str:
    """Return the digest of a tool as it is now; empty where there is none."""
    try:
        connector = workspace.registry.connector_of(connection)
        return tool_digest(connector, tool_of(connector, name))
    except FerruleError:
        return ""


def _waiver(workspace: Workspace, connection: Connection, tool: str) -> Waiver | None:
    found = workspace.approvals.waivers(connection.project)
    mine = (
        one for one in found if (one.connection, one.tool) == (connection.key, tool)
    )
    return next(mine, None)


def _ended(waiver: Waiver, connection: Connection, digest: str) -> str:
    if not digest:
        return "The connector has no such tool any more."
    if waiver.tool_digest != digest:
        return "The tool has changed since."
    given, made = waiver.at, connection.created_at
    if made and datetime.fromisoformat(given) < datetime.fromisoformat(made):
        return "It was given for an earlier connection of this name."
    return ""


def _note(
    workspace: Workspace,
    connection: Connection,
    tool: str,
    digest: str,
    *,
    via: Via,
    clock: Clock | None,
) -> None:
    """Write it down: with a digest it is waived, without one it is asked for again."""
    said = "is run without asking" if digest else "is asked for again"
    with operation(
        workspace,
        "tool",
        f"“{tool}” of “{connection.key}” {said}.",
        connection=connection.key,
        connector=connection.connector_id,
        entity=tool,
        audit="tool.waive" if digest else "tool.unwaive",
        subject=f"{connection.key} {tool}",
    ):
        workspace.approvals.waive(
            *(connection.project, connection.key, tool, digest),
            waived=bool(digest),
            via=via,
            now=(clock or SystemClock()).now(),
        )

"""The tools of connections as they are listed; nothing is sent for it."""

from collections.abc import Iterator

from ferrule.descriptor.model import Connector
from ferrule.descriptor.needs import needs_of
from ferrule.descriptor.tools import Tool
from ferrule.errors import FerruleError, NotFound
from ferrule.fields.arguments import argument_schema
from ferrule.store.connections import Connection
from ferrule.workspace.host_sets import held_hosts
from ferrule.workspace.tools.digests import tool_digest
from ferrule.workspace.tools.facts import ToolFacts
from ferrule.workspace.tools.waivers import is_waived
from ferrule.workspace.workspace import Workspace


def connection_tools(workspace: Workspace, key: str) -> tuple[ToolFacts, ...]:
    """Return the tools of a connection in the order of its connector.

    Raises:
        NotFound: when there is no such connection.
        FerruleError: when its connector cannot be read.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    if not connector.tools:
        return ()
    trouble = _trouble(workspace, connection, connector)
    return tuple(
        _facts(workspace, connection, connector, tool, trouble)
        for tool in connector.tools
    )


def all_tools(workspace: Workspace, *, enabled: bool = True) -> Iterator[ToolFacts]:
    """Yield the tools of the project's connections, by default of the enabled ones.

    A connection whose connector cannot be read has none.
    """
    for connection in workspace.connections.list(workspace.project.key):
        if connection.enabled or not enabled:
            try:
                yield from connection_tools(workspace, connection.key)
            except FerruleError:
                continue


def find_tool(workspace: Workspace, key: str, name: str) -> ToolFacts:
    """Return one tool of a connection.

    Raises:
        NotFound: when there is no such connection or tool, naming those there are.
    """
    tools = {one.name: one for one in connection_tools(workspace, key)}
    if name in tools:
        return tools[name]
    known = f"It has: {', '.join(tools)}." if tools else "It has no tools."
    raise NotFound(f"“{key}” has no tool “{name[:80]}”.", advice=known)


def _facts(
    workspace: Workspace,
    connection: Connection,
    connector: Connector,
    tool: Tool,
    trouble: str,
) -> ToolFacts:
    digest = tool_digest(connector, tool)
    return ToolFacts(
        connection=connection.key,
        connector_id=connector.id,
        name=tool.name,
        description=tool.description,
        method=tool.request.method,
        effect=tool.deed,
        asks=tool.asks,
        waived=tool.asks and is_waived(workspace, connection, tool.name, digest),
        idempotent=tool.idempotent,
        digest=digest,
        params=tool.params,
        schema=argument_schema(tool.params),
        result=tuple(tool.response_map or ()),
        trouble=trouble,
    )


def _trouble(workspace: Workspace, connection: Connection, connector: Connector) -> str:
    """Return why no tool of a connection can be run just now; empty where one can."""
    if not connection.enabled:
        return "The connection is disabled."
    try:
        held = held_hosts(workspace, connection, connector)
    except FerruleError as error:
        return error.message
    if held:
        return f"The connection is held: it asks for {', '.join(held)} too."
    needs = sorted({need for _, need in needs_of(connector.sign_in)})
    return f"It cannot run yet: needs {', '.join(needs)}." if needs else ""

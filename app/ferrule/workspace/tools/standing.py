"""What a call rests on besides its arguments: the same when it is sent as when asked.

That is the tool, the version of its connector and how that signs in, the connection's
configuration, and the credential: whose it is and when a person last changed it.
Renewing a token changes nothing of it. No secret is read for it.
"""

import hashlib
from typing import Final

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import wire
from ferrule.errors import FerruleError
from ferrule.exchange import Json, canonical
from ferrule.store.connections import Connection
from ferrule.sync.tool import tool_of
from ferrule.workspace.tools.digests import tool_digest
from ferrule.workspace.workspace import Workspace

_CHANGES: Final = (
    "credential.change",
    "credential.delete",
    "credential.rotate",
    "credential.share",
    "credential.sign-in",
)
"""What the audit trail calls that which gives a connection another credential."""


def standing(
    workspace: Workspace, connection: Connection, connector: Connector, tool: str
) -> str:
    """Return the digest of what every call of a tool rests on; `tool` is its digest."""
    parts: dict[str, Json] = {
        "project": connection.project,
        "connection": connection.key,
        "createdAt": connection.created_at,
        "connector": connector.id,
        "version": connector.version,
        "apiVersion": connection.api_version,
        "signIn": [connection.auth_option, wire(connector.sign_in)],
        "config": dict(connection.config),
        "credential": _credential(workspace, connection),
        "tool": tool,
    }
    return hashlib.sha256(canonical(parts)).hexdigest()


def standing_now(workspace: Workspace, key: str, name: str) -> str:
    """Return what every call of a tool rests on now; empty where it is gone."""
    try:
        connection = workspace.connections.get(workspace.project.key, key)
        connector = workspace.registry.connector_of(connection)
        digest = tool_digest(connector, tool_of(connector, name))
    except FerruleError:
        return ""
    return standing(workspace, connection, connector, digest)


def _credential(workspace: Workspace, connection: Connection) -> Json:
    """Return where a connection's credential is, and its last change by a person."""
    try:
        place = workspace.registry.ref_of(connection)
    except FerruleError:
        return None  # then it cannot be sent either
    if place is None:
        return None
    changed = workspace.approvals.last_deed(
        connection.project,
        connection.key,
        _CHANGES,
        anywhere=place.is_shared,
    )
    return [str(place), changed]

"""The registry whose deeds leave a line in the log and a row in the audit trail.

What is read through it leaves none.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from ferrule.auth import Secrets
from ferrule.descriptor.model import Connector
from ferrule.store import Connection, Removed
from ferrule.workspace.operations.doing import Doing
from ferrule.workspace.operations.recording import operation
from ferrule.workspace.registry import Registry
from ferrule.workspace.workspace import Workspace


class RecordedRegistry(Registry):
    """A workspace's registry: every change through it is written down."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace.catalogue,
            workspace.connections,
            workspace.vault,
            workspace.scopes,
            workspace.home.path,
        )
        self._workspace = workspace

    def register_descriptor(self, document: bytes) -> Connector:
        """Add a connector to the project; see `Registry`."""
        with self._doing("descriptor", "") as doing:
            made = super().register_descriptor(document)
            doing.connector = made.id
            doing.message = f"{made.id} {made.version} was added to the project."
            return made

    def update_descriptor(self, connector_id: str, document: bytes) -> Connector:
        """Replace a connector of the project; see `Registry`."""
        with self._doing("descriptor", "", connector=connector_id) as doing:
            made = super().update_descriptor(connector_id, document)
            doing.message = f"{made.id} is {made.version} now."
            return made

    def delete_descriptor(self, connector_id: str) -> None:
        """Delete a connector of the project; see `Registry`."""
        told = f"{connector_id} was deleted from the project."
        with self._doing(
            "descriptor", told, connector=connector_id, audit="connector.delete"
        ):
            super().delete_descriptor(connector_id)

    def create_connection(
        self,
        connection: Connection,
        secrets: Secrets | None = None,
        *,
        shared: bool | None = None,
    ) -> Connection:
        """Add a connection; see `Registry`."""
        with self._doing(
            "connect",
            f"“{connection.key}” is connected.",
            connection=connection.key,
            connector=connection.connector_id,
            audit="connection.connect",
        ) as doing:
            doing.details["secrets"] = [*sorted(secrets or {})]
            return super().create_connection(connection, secrets, shared=shared)

    def update_connection(
        self,
        project: str,
        key: str,
        changes: Mapping[str, Any],
        secrets: Secrets | None = None,
    ) -> Connection:
        """Change attributes of a connection; see `Registry`."""
        named = ", ".join([*changes, *(["its credential"] if secrets else [])])
        with self._doing(
            "connection",
            f"“{key}” was changed: {named or 'nothing'}.",
            connection=key,
            audit="credential.change" if secrets else "",
        ):
            return super().update_connection(project, key, changes, secrets)

    def delete_connection(self, project: str, key: str) -> Removed:
        """Delete a connection with all that is its own; see `Registry`."""
        with self._doing(
            "disconnect", "", connection=key, audit="connection.delete"
        ) as doing:
            gone = super().delete_connection(project, key)
            doing.message = (
                f"“{key}” was disconnected; {gone.signals} signals and {gone.runs} "
                "runs went with it."
            )
            return gone

    def enable_connection(self, project: str, key: str, *, enabled: bool) -> Connection:
        """Enable or disable a connection; see `Registry`."""
        word = "enable" if enabled else "disable"
        with self._doing(
            word,
            f"“{key}” was {word}d.",
            connection=key,
            audit=f"connection.{word}",
        ):
            return super().enable_connection(project, key, enabled=enabled)

    def _doing(
        self,
        name: str,
        message: str,
        *,
        connection: str = "",
        connector: str = "",
        audit: str = "",
    ) -> AbstractContextManager[Doing]:
        return operation(
            *(self._workspace, name, message),
            connection=connection,
            connector=connector,
            audit=audit,
        )

"""The workspace: one person's data directory and one project, with its doors.

Each door (database, vault) opens on first use and never before; `store` and
`credentials` import their heavy parts only when one of their names is used.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ferrule import credentials, store
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.home import Home
from ferrule.workspace.project import Project, find_project, routes_events

if TYPE_CHECKING:  # it reads descriptors, which the catalogue paints without
    from ferrule.workspace.history.ring import History
    from ferrule.workspace.operations.log import OperationLog
    from ferrule.workspace.registry import Registry


Door = TypeVar("Door")


class Workspace:
    """What a person works with: catalogue, connections, runs and secrets."""

    def __init__(self, home: Home | None = None, project: Path | None = None) -> None:
        self.home = home or Home.default()
        self.project: Project = find_project(self.home, project)
        self.catalogue = Catalogue(self.project, self.home)
        self._opened: dict[str, object] = {}
        self._opening = threading.RLock()  # doors open through others, in any thread

    @property
    def database(self) -> "store.Database":
        """The database, made on first write."""
        return self._once(
            "database", lambda: store.Database.open(self.home.made().database)
        )

    @property
    def connections(self) -> "store.Connections":
        """The connections of all projects."""
        return self._once("connections", lambda: store.Connections(self.database))

    @property
    def scopes(self) -> "store.CredentialScopes":
        """The credentials that bundles share, of all projects."""
        return self._once("scopes", lambda: store.CredentialScopes(self.database))

    @property
    def imports(self) -> "store.Imports":
        """What was accepted from bundles, and the record of it, of all projects."""
        return self._once("imports", lambda: store.Imports(self.database))

    @property
    def deliveries(self) -> "store.Deliveries":
        """The calls of services, of all projects."""
        return self._once("deliveries", lambda: store.Deliveries(self.database))

    @property
    def approvals(self) -> "store.Approvals":
        """Approvals and waivers of tools, of all projects."""
        return self._once("approvals", lambda: store.Approvals(self.database))

    @property
    def runs(self) -> "store.Runs":
        """Runs, checkpoints and signals."""
        return self._once("runs", self._open_runs)

    @property
    def vault(self) -> "credentials.HomeVault":
        """The place for secrets: finding it may take seconds the first time."""
        return self._once("vault", self._open_vault)

    @property
    def registry(self) -> "Registry":
        """The registry of connectors and connections."""
        from ferrule.workspace.operations.registry import RecordedRegistry

        return self._once("registry", lambda: RecordedRegistry(self))

    @property
    def operations(self) -> "OperationLog":
        """The log of what is done; lines are noted at once and written soon after."""
        from ferrule.workspace.operations.log import OperationLog

        return self._once(
            "operations",
            lambda: OperationLog(
                lambda: store.Operations(self.database), self.project.key
            ),
        )

    @property
    def audit(self) -> "store.Audit":
        """The trail of what was done with credentials, approvals and imports."""
        return self._once("audit", lambda: store.Audit(self.database))

    @property
    def history(self) -> "History":
        """The kept exchanges; nothing of it is read before it is asked for."""
        from ferrule.workspace.history.ring import History

        return self._once("history", lambda: History(self.home))

    @property
    def has_vault(self) -> bool:
        """Whether a sealed file is there; nothing is opened to tell it."""
        return self.home.vault.exists()

    @property
    def opened_vault(self) -> "credentials.HomeVault | None":
        """The place for secrets, None while nothing asked for one."""
        return self.vault if "vault" in self._opened else None

    def close(self) -> None:
        """Close what was opened; what was noted is written first."""
        if "operations" in self._opened:
            self.operations.close()
        if "database" in self._opened:
            self.database.close()
        if "history" in self._opened:
            self.history.close()

    def _open_runs(self) -> "store.Runs":
        """Open the runs; where the project routes events, pages write theirs."""
        if not routes_events(self.project):
            return store.Runs(self.database)
        from ferrule.workspace.outbound import page_outbox

        return store.Runs(self.database, heard=page_outbox(self.project))

    def _open_vault(self) -> "credentials.HomeVault":
        """Open the vault; what is done to it is written down."""
        vault = credentials.open_vault(self.home.made().path)

        def tell(deed: str) -> None:
            from ferrule.workspace.operations.recording import note_vault

            note_vault(self, deed)

        vault.tell = tell
        return vault

    def _once(self, name: str, open_door: Callable[[], Door]) -> Door:
        """Return what `open_door` gave the first time."""
        with self._opening:
            if name not in self._opened:
                self._opened[name] = open_door()
            door: Door = self._opened[name]  # type: ignore[assignment]  # put there above
            return door

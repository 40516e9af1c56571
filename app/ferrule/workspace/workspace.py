"""The workspace: one person's data directory and one project, with its doors.

Each door (database, vault) opens on first use and never before; `store` and
`credentials` import their heavy parts only when one of their names is used.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ferrule import credentials, store
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.home import Home
from ferrule.workspace.project import Project, find_project

if TYPE_CHECKING:  # it reads descriptors, which the catalogue paints without
    from ferrule.workspace.registry import Registry


class Workspace:
    """What a person works with: catalogue, connections, runs and secrets."""

    def __init__(self, home: Home | None = None, project: Path | None = None) -> None:
        self.home = home or Home.default()
        self.project: Project = find_project(self.home, project)
        self.catalogue = Catalogue(self.project)

    @cached_property
    def database(self) -> "store.Database":
        """The database, made on first write."""
        return store.Database.open(self.home.made().database)

    @cached_property
    def connections(self) -> "store.Connections":
        """The connections of all projects."""
        return store.Connections(self.database)

    @cached_property
    def runs(self) -> "store.Runs":
        """Runs, checkpoints and signals."""
        return store.Runs(self.database)

    @cached_property
    def vault(self) -> "credentials.Vault":
        """The place for secrets: finding it may take seconds the first time."""
        return credentials.open_vault(self.home.made().path)

    @cached_property
    def registry(self) -> "Registry":
        """The registry of connectors and connections."""
        from ferrule.workspace.registry import Registry

        return Registry(self.catalogue, self.connections, self.vault)

    @property
    def vault_state(self) -> "credentials.VaultState | None":
        """Return where secrets are kept, None while nothing asked for them."""
        opened: credentials.Vault | None = self.__dict__.get("vault")
        return None if opened is None else opened.state

    def close(self) -> None:
        """Close what was opened."""
        opened = self.__dict__.get("database")
        if opened is not None:
            opened.close()

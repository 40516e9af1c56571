"""Deleting everything in the data directory: the secrets first, then the rest.

Only what is Ferrule's by name goes: the directory may hold other things. Projects
elsewhere are a person's own folders and stay.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from ferrule.credentials import VaultStatus
from ferrule.errors import FerruleError, StoreError, UsageError
from ferrule.store import Connection
from ferrule.workspace.project import known_projects
from ferrule.workspace.workspace import Workspace


def what_goes(workspace: Workspace) -> list[str]:
    """Return what a wipe deletes, a line each; none where there is nothing."""
    if not workspace.home.owned():
        return []
    return [
        *_secrets(workspace),
        *_database(workspace),
        *_projects(workspace),
        *_imports(workspace),
        "Drafts, the history of exchanges, and how the window looks",
    ]


def wipe(workspace: Workspace) -> FerruleError | None:
    """Delete it all for good; return what the keychain would not do, if so.

    Raises:
        UsageError: while a run is under way.
        StoreError: when something cannot be deleted; the secrets are gone by then.
    """
    _refuse_while_running(workspace)
    refusal = workspace.vault.destroy() if workspace.home.path.exists() else None
    workspace.close()
    for path in workspace.home.owned():
        _delete(path)
    return refusal


def _secrets(workspace: Workspace) -> Iterator[str]:
    status: VaultStatus = workspace.vault.status()
    if status.secrets is None and not workspace.has_vault:
        return
    count = "All secrets" if status.secrets is None else f"{status.secrets} secrets"
    yield f"{'1 secret' if status.secrets == 1 else count}, and the key that opens them"


def _database(workspace: Workspace) -> Iterator[str]:
    if not workspace.home.database.exists():
        return
    try:
        found = _connections(workspace)
    except StoreError:
        yield "Connections, runs and signals, in a database that cannot be read"
        return
    keys = ", ".join(sorted(one.key for one in found)[:10])
    count = "1 connection" if len(found) == 1 else f"{len(found)} connections"
    yield f"{count}{f' ({keys})' if keys else ''}, with all runs and signals"


def _projects(workspace: Workspace) -> Iterator[str]:
    for folder in sorted(workspace.home.projects.glob("*")):
        count = sum(1 for _ in (folder / "descriptors").rglob("connectors/*.json"))
        if folder.is_dir():
            own = "1 connector" if count == 1 else f"{count} connectors"
            yield f"The project {folder}, with {own} of your own"


def _imports(workspace: Workspace) -> Iterator[str]:
    if any(workspace.home.imports.glob("*/index.json")):
        yield "Connectors imported from signed bundles, and what was accepted of them"


def _connections(workspace: Workspace) -> list[Connection]:
    """Return those of every project that is known here."""
    known = (one.key for one in known_projects(workspace.home))
    keys = dict.fromkeys([workspace.project.key, *known])
    return [one for key in keys for one in workspace.connections.list(key)]


def _refuse_while_running(workspace: Workspace) -> None:
    if not workspace.home.database.exists():
        return
    try:
        found = _connections(workspace)
        busy = [one.key for one in found if workspace.runs.busy(one.project, one.key)]
    except StoreError:
        return  # a database that cannot be read runs nothing
    if busy:
        raise UsageError(
            f"A run is under way: {', '.join(busy)}.",
            advice="Stop it, close the window, and begin again.",
        )


def _delete(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be deleted: {error.strerror}.",
            advice="The secrets are gone. Close the window, check who may write there, "
            "and begin again.",
        ) from None

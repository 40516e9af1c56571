"""What the Bundles page works with: providers, checks, keys, signing.

Cryptography is imported when one of these is first used, off the window's thread.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ferrule.ui.models.shipping_lines import Checked, ConnectorSince, Since, summed
from ferrule.ui.tasks import in_thread
from ferrule.workspace.fixtures.lines import LedgerLine
from ferrule.workspace.shipping_facts import (
    KeptKey,
    ProviderFolder,
    ShippedBundle,
)
from ferrule.workspace.workspace import Workspace

if TYPE_CHECKING:  # they bring cryptography
    from ferrule.workspace.bundle_changes import BundleChange
    from ferrule.workspace.raising import Raised

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to begin with: providers, keys, and where keys are kept."""

    folders: tuple[ProviderFolder, ...]
    keys: tuple[KeptKey, ...]
    can_store: bool
    vault: str


@dataclass(frozen=True, slots=True)
class Composed:
    """What is to be checked or signed: connectors of a folder, with fixtures or not."""

    folder: Path
    ids: tuple[str, ...]
    with_fixtures: bool = False


class Stopped(Exception):  # noqa: N818 - it is no error: the person stopped the check
    """A check was stopped."""


class CheckRun:
    """One check under way: how far it is, and a way to stop it from the window."""

    def __init__(self) -> None:
        self.done = 0
        self._stop = threading.Event()

    def stop(self) -> None:
        """End the check after the fixture that runs."""
        self._stop.set()

    def note(self, done: int) -> None:
        """Be told how many fixtures ran; raise where the check is to end."""
        self.done = done
        if self._stop.is_set():
            raise Stopped


class ShippingDesk:
    """The work of shipping; every method waits off the window's thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def overview(self) -> Overview:
        """Return what there is to begin with."""
        return await in_thread(partial(_overview, self._workspace))

    async def check(self, what: Composed, run: CheckRun) -> Checked | None:
        """Check what is composed; return nothing when it was stopped."""
        return await in_thread(partial(_check, self._workspace, what, run))

    async def raise_versions(self, folder: Path, since: Since) -> "Raised":
        """Raise what is due in a folder of the project's own."""
        return await in_thread(partial(_raise, self._workspace, folder, since))

    async def take_back(self, raised: "Raised") -> None:
        """Put raised versions back."""
        await in_thread(partial(_take_back, raised))

    async def last_bundle(self, folder: Path) -> Path:
        """Return the bundle of a folder that was exported here last."""
        return await in_thread(partial(_last, self._workspace, folder))

    async def new_key(self, name: str) -> KeptKey:
        """Make a key."""
        return await in_thread(partial(_new_key, self._workspace, name))

    async def export_key(self, name: str, out: Path) -> None:
        """Write the public half of a key to a file."""
        await in_thread(partial(_export_key, self._workspace, name, out))

    async def sign(
        self, what: Composed, keys: Sequence[str], days: int, out: Path
    ) -> ShippedBundle:
        """Sign what is composed into a file."""
        work = partial(_sign, self._workspace, what, tuple(keys))
        return await in_thread(partial(work, days=days, out=out))


def _overview(workspace: Workspace) -> Overview:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    state = workspace.vault.state
    return Overview(
        folders=tuple(shipping.provider_folders(workspace)),
        keys=tuple(shipping.list_keys(workspace)),
        can_store=state.can_store,
        vault=state.message,
    )


def _check(workspace: Workspace, what: Composed, run: CheckRun) -> Checked | None:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    try:
        found = shipping.checked_bundle(
            workspace,
            shipping.read_folder(what.folder),
            what.ids,
            with_fixtures=what.with_fixtures,
            progress=run.note,
        )
        ledger = _ledger(workspace, what, run)
    except Stopped:
        return None
    lines = tuple(summed(found.findings, ledger))
    return Checked(lines, _since(found.change) if found.change else None)


def _ledger(
    workspace: Workspace, what: Composed, run: CheckRun
) -> Mapping[str, Sequence[LedgerLine]]:
    from ferrule.workspace.fixtures.ledger import (  # noqa: PLC0415 - reads descriptors
        run_folder,
    )

    found: dict[str, Sequence[LedgerLine]] = {}
    for one in what.ids:
        run.note(run.done)
        found |= run_folder(workspace, what.folder, [one])
    return found


def _since(change: "BundleChange") -> Since:
    connectors = {
        one.id: ConnectorSince(one.step, one.before, one.due, one.breaking)
        for one in change.connectors
    }
    return Since(change.before, change.due, connectors)


def _raise(workspace: Workspace, folder: Path, since: Since) -> "Raised":
    from ferrule.workspace.raising import (  # noqa: PLC0415 - reads descriptors
        raise_versions,
    )

    due = {key: one.due for key, one in since.connectors.items() if one.due}
    return raise_versions(workspace, folder, due, since.due)


def _take_back(raised: "Raised") -> None:
    from ferrule.workspace.raising import take_back  # noqa: PLC0415 - as above

    take_back(raised)


def _last(workspace: Workspace, folder: Path) -> Path:
    from ferrule.workspace import (  # noqa: PLC0415 - brings cryptography
        bundle_changes,
        provider_folders,
        shipping,
    )

    named = provider_folders.bundle_id_of(shipping.read_folder(folder))
    return bundle_changes.last_bundle(workspace, named)


def _new_key(workspace: Workspace, name: str) -> KeptKey:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    return shipping.new_key(workspace, name)


def _export_key(workspace: Workspace, name: str, out: Path) -> None:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography
    from ferrule.workspace.home import write_whole  # noqa: PLC0415 - beside the above

    write_whole(out, shipping.export_key(workspace, name), 0o644)


def _sign(
    workspace: Workspace, what: Composed, keys: tuple[str, ...], *, days: int, out: Path
) -> ShippedBundle:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    return shipping.sign_bundle(
        workspace,
        shipping.read_folder(what.folder),
        what.ids,
        keys,
        out,
        valid_days=days,
        with_fixtures=what.with_fixtures,
    )

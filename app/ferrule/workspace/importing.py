"""Importing signed bundles: look at one, take it in, enable, disable and drop.

There is no other way in than `take_in`, which takes all thirteen steps over the bytes
that it then keeps, against the project's own trust list and all that was ever accepted.
What comes is disabled until somebody enables it. First the files are written where
nobody looks yet; one transaction then records what is accepted; and the index, replaced
whole, makes it the installed one. A program that is killed in between leaves what was
before, and the version counts as accepted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import BundleRejected, NotFound, UsageError
from ferrule.store import ImportEvent
from ferrule.workspace.import_facts import (
    Affected,
    Asks,
    ImportedBundle,
    ImportedConnector,
    Offer,
    OfferedConnector,
    Override,
)
from ferrule.workspace.import_files import sweep
from ferrule.workspace.import_index import ImportIndex, KeptConnector, read_index
from ferrule.workspace.import_keeping import (
    ALL,
    WINDOW,
    Chosen,
    held,
    imported,
    index_of,
    named,
    of_bundle,
    replace_index,
)
from ferrule.workspace.import_offer import gone, known_here, offered, remember_hosts
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.shipping import facts_of, read_bundle, verified
from ferrule.workspace.taking_in import opened, take_in
from ferrule.workspace.trusting import trusted
from ferrule.workspace.workspace import Workspace

__all__ = [
    "ALL",
    "Affected",
    "Asks",
    "ImportedBundle",
    "ImportedConnector",
    "Offer",
    "OfferedConnector",
    "Override",
    "disable",
    "drop",
    "enable",
    "imported",
    "look_at",
    "record",
    "take_in",
]


def look_at(workspace: Workspace, path: Path, *, clock: Clock | None = None) -> Offer:
    """Return what a file is and what taking it in would change; nothing is changed.

    Raises:
        StoreError: when there is no such file, or the trust list was not confirmed.
    """
    raw, now = read_bundle(path), (clock or SystemClock()).now()
    index, trust = index_of(workspace), trusted(workspace)
    known = known_here(workspace, index)
    found = verified(path, raw, trust, known.highest, now)
    try:
        bundle = opened(raw, trust, known, now, older=True)
    except BundleRejected:
        return Offer(found)
    connectors = offered(workspace, index, known, bundle)
    return Offer(found, facts_of(bundle), connectors, gone(index, bundle))


@recorded(
    "enable",
    "Enabled: {connectors}.",
    entity="{connectors}",
    audit="connector.enable",
    begun=False,
)
def enable(
    workspace: Workspace,
    connectors: Chosen,
    *,
    command: str = WINDOW,
    clock: Clock | None = None,
) -> list[ImportedBundle]:
    """Let imported connectors be connected and run; return all bundles.

    Raises:
        NotFound: for one that is not imported; nothing is changed.
        StoreError: when it cannot be written; nothing is changed.
    """
    return _switch(workspace, connectors, command, clock, on=True)


@recorded(
    "disable",
    "Disabled: {connectors}.",
    entity="{connectors}",
    audit="connector.disable",
    begun=False,
)
def disable(
    workspace: Workspace,
    connectors: Chosen,
    *,
    command: str = WINDOW,
    clock: Clock | None = None,
) -> list[ImportedBundle]:
    """Let imported connectors be used no more; their connections stay.

    Raises:
        NotFound: for one that is not imported; nothing is changed.
        StoreError: when it cannot be written; nothing is changed.
    """
    return _switch(workspace, connectors, command, clock, on=False)


@recorded(
    "import",
    "The bundle {bundle_id} was deleted.",
    entity="{bundle_id}",
    audit="import.drop",
    begun=False,
)
def drop(
    workspace: Workspace,
    bundle_id: str,
    *,
    command: str = WINDOW,
    clock: Clock | None = None,
) -> ImportedBundle:
    """Delete a bundle with its connectors; return what it was.

    What was accepted of it stays accepted: no older version comes after.

    Raises:
        NotFound: when it is not imported.
        UsageError: while connections use a connector of it, naming them.
    """
    with held(workspace) as place:
        index = read_index(place)
        was = next((b for b in imported(workspace) if b.bundle_id == bundle_id), None)
        if was is None:
            known = ", ".join(sorted({one.bundle_id for one in index.bundles}))
            raise NotFound(
                f"The bundle “{bundle_id}” is not imported.",
                advice=f"Imported: {known or 'none'}.",
            )
        mine = of_bundle(index, bundle_id)
        _refuse_used(workspace, bundle_id, mine)
        events = _events(index, mine, "dropped", command, clock)
        workspace.imports.note(workspace.project.key, events)
        left = tuple(one for one in index.connectors if one not in mine)
        replace_index(index, index.bundles, left)
        sweep(place, {one.folder for one in left})
        return was


def record(workspace: Workspace) -> tuple[ImportEvent, ...]:
    """Return what was decided about imports in the project, the oldest first."""
    return workspace.imports.record(workspace.project.key)


def _switch(
    workspace: Workspace,
    connectors: Chosen,
    command: str,
    clock: Clock | None,
    *,
    on: bool,
) -> list[ImportedBundle]:
    with held(workspace) as place:
        index = read_index(place)
        ids = set(named(connectors, [one.id for one in index.connectors]))
        turned = [c for c in index.connectors if c.id in ids and c.enabled is not on]
        if turned:
            said: Literal["enabled", "disabled"] = "enabled" if on else "disabled"
            events = _events(index, turned, said, command, clock)
            workspace.imports.note(workspace.project.key, events)
            if on:
                remember_hosts(workspace, [one.id for one in turned])
            new = (
                one._replace(enabled=on) if one in turned else one
                for one in index.connectors
            )
            replace_index(index, index.bundles, tuple(new))
        return imported(workspace)


def _events(
    index: ImportIndex,
    connectors: Sequence[KeptConnector],
    event: Literal["enabled", "disabled", "dropped"],
    command: str,
    clock: Clock | None,
) -> list[ImportEvent]:
    """Return a line of the record for each bundle that these connectors came with."""
    at = rfc3339((clock or SystemClock()).now().replace(microsecond=0))
    return [
        ImportEvent(
            at=at,
            event=event,
            bundle_id=bundle.bundle_id,
            version=bundle.version,
            payload_digest=f"sha256:{bundle.folder}",
            connectors=tuple(f"{one.id}@v{one.version}" for one in mine),
            signers=bundle.signers,
            command=command,
        )
        for bundle in index.bundles
        if (mine := [one for one in connectors if one.folder == bundle.folder])
    ]


def _refuse_used(
    workspace: Workspace, bundle_id: str, connectors: Sequence[KeptConnector]
) -> None:
    project, uses = workspace.project.key, []
    for one in connectors:
        if workspace.catalogue.card(one.id).origin == "imported":
            found = workspace.connections.list(project, connector_id=one.id)
            uses += [connection.key for connection in found]
    if uses:
        raise UsageError(
            f"“{bundle_id}” is in use by: {', '.join(sorted(uses))}.",
            advice="Disconnect these first.",
        )

"""Which item of a service is which thing of one's own (SyncExternalIdMapping).

Every stored signal is found both ways by its computed id. A thing that was here first,
or has an id of its own, is linked by hand or by what writes to the service.
"""

from dataclasses import dataclass

from ferrule.clock import Clock, SystemClock
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.store import ExternalIds
from ferrule.workspace.effective import every_sign_in
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class IdPair:
    """A local id and an item; `linked` by somebody, or computed from a signal."""

    collection_key: str
    local_id: str
    external_id: str
    linked: bool

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "collectionKey": self.collection_key,
            "localId": self.local_id,
            "externalId": self.external_id,
            "linked": self.linked,
        }


def collections(workspace: Workspace, key: str) -> tuple[str, ...]:
    """Return the collections of a connection: those of its connector's streams.

    Raises:
        NotFound: when there is no such connection.
        DescriptorInvalid: when its connector cannot be read.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    document = workspace.catalogue.document(connection.connector_id)
    streams = every_sign_in(connection, document).resolved_streams
    return tuple(dict.fromkeys(stream.collection_key for stream in streams))


def find_ids(workspace: Workspace, key: str, known: str) -> list[IdPair]:
    """Return what an id stands for, be it the local or the external one."""
    found = []
    for collection in collections(workspace, key):
        ids = _ids(workspace, key, collection)
        external = ids.external(known)
        if external is not None:
            linked = ids.linked(external)
            found.append(IdPair(collection, known, external, linked))
        if ids.linked(known) or ids.stored(known):
            linked = ids.linked(known)
            found.append(IdPair(collection, ids.local(known), known, linked))
    return found


def linked_ids(workspace: Workspace, key: str) -> list[IdPair]:
    """Return what was linked by somebody."""
    return [
        IdPair(collection, local_id, external_id, linked=True)
        for collection in collections(workspace, key)
        for local_id, external_id in _ids(workspace, key, collection).links()
    ]


def link_ids(
    workspace: Workspace,
    key: str,
    local_id: str,
    external_id: str,
    *,
    collection: str | None = None,
    clock: Clock | None = None,
) -> IdPair:
    """Say that a thing of one's own is an item of the service.

    Raises:
        UsageError: when the connection has several collections and none is named.
        StoreError: when another thing is that item already.
    """
    named = _one_of(workspace, key, collection)
    now = (clock or SystemClock()).now()
    _ids(workspace, key, named).link(local_id, external_id, now)
    return IdPair(named, local_id, external_id, linked=True)


def unlink_ids(
    workspace: Workspace, key: str, local_id: str, *, collection: str | None = None
) -> None:
    """Forget which item a thing of one's own is.

    Raises:
        UsageError: when it was not linked.
    """
    named = _one_of(workspace, key, collection)
    ids = _ids(workspace, key, named)
    if local_id not in dict(ids.links()):
        raise UsageError(f"“{local_id}” is not linked in {named}.")
    ids.unlink(local_id)


def _ids(workspace: Workspace, key: str, collection: str) -> ExternalIds:
    return ExternalIds(workspace.database, workspace.project.key, key, collection)


def _one_of(workspace: Workspace, key: str, wanted: str | None) -> str:
    known = collections(workspace, key)
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted not in known:
        what = "Name the collection" if wanted is None else f"There is no “{wanted}”"
        raise UsageError(f"{what}.", advice=f"“{key}” has: {', '.join(known)}.")
    return wanted

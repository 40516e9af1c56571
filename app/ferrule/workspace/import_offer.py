"""What taking a verified bundle in would change here, worked out and nothing done.

A version stands for its content for good: what was ever accepted in a project, and what
is installed, decides what is older and what is refused, also after a bundle was
dropped.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ferrule.bundle import Accepted, Bundle, Permissions, Statement
from ferrule.bundle.contents import asked_by
from ferrule.bundle.names import version_numbers
from ferrule.descriptor.api_versions import every_version
from ferrule.descriptor.document import read_descriptor, read_document
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError
from ferrule.store import Connection
from ferrule.workspace.catalogue import Place, printable
from ferrule.workspace.comparing import compare
from ferrule.workspace.effective import effective
from ferrule.workspace.host_sets import asked_hosts, held_hosts
from ferrule.workspace.import_facts import Affected, Asks, OfferedConnector, State
from ferrule.workspace.import_index import ImportIndex, KeptConnector
from ferrule.workspace.scope_lookup import fitting, provider_of
from ferrule.workspace.workspace import Workspace


class Known(NamedTuple):
    """What was accepted in a project: each version, and the highest of a connector."""

    digests: Mapping[tuple[str, str], str]
    highest: Mapping[str, Accepted]

    def relaxed(self, statement: Statement) -> dict[str, Accepted]:
        """Return what to verify a bundle against where older versions may come.

        Known versions keep their content.
        """
        found = {}
        for one in statement.connectors:
            last = self.highest.get(one.id)
            if last is None:
                continue
            if _is_older(one.version, last.version):
                digest = self.digests.get((one.id, one.version))
                last = Accepted(one.version, digest) if digest else None
            if last is not None:
                found[one.id] = last
        return found


def known_here(workspace: Workspace, index: ImportIndex) -> Known:
    """Return what was accepted in the project: by its record, and what is installed."""
    rows = workspace.imports.accepted(workspace.project.key)
    digests = {(one.id, one.version): one.digest for one in index.connectors}
    digests |= {(one.connector_id, one.version): one.digest for one in rows}
    highest: dict[str, Accepted] = {}
    for (name, version), digest in digests.items():
        if name not in highest or _is_older(highest[name].version, version):
            highest[name] = Accepted(version, digest)
    return Known(digests, highest)


def offered(
    workspace: Workspace, index: ImportIndex, known: Known, bundle: Bundle
) -> tuple[OfferedConnector, ...]:
    """Return each connector of a verified bundle against what is installed here."""
    return tuple(
        _Offering(workspace, index, known, bundle, one.id, one.version).worked_out()
        for one in bundle.statement.connectors
    )


def gone(index: ImportIndex, bundle: Bundle) -> tuple[str, ...]:
    """Return connectors that came with the bundle before and are not in it any more."""
    ids = {one.id for one in bundle.statement.connectors}
    mine = bundle.statement.bundle_id
    return tuple(
        one.id
        for one in index.connectors
        if one.id not in ids and index.bundle(one.folder).bundle_id == mine
    )


@dataclass(frozen=True, slots=True)
class _Offering:
    """One connector of a bundle while it is compared."""

    workspace: Workspace
    installed: ImportIndex
    known: Known
    bundle: Bundle
    id: str
    version: str

    def worked_out(self) -> OfferedConnector:
        kept = self.installed.connector(self.id)
        raw = self.bundle.files[f"connectors/{self.id}.json"]
        connector = read_descriptor(raw)
        asks = _asks(raw)
        before = _asks_of(self._in_use(kept))
        places = self._places()
        hidden_by: Place | None = "project" if "project" in places else None
        last = self.known.highest.get(self.id)
        told = OfferedConnector(
            id=self.id,
            name=printable(connector.name),
            version=self.version,
            state=self._state(kept),
            asks=_told(asks),
            more=_told(asks.beyond(before)),
            fewer=_told(before.beyond(asks)),
            accepted=last.version if last else "",
            hides="shipped" if "shipped" in places and not hidden_by else None,
            hidden_by=hidden_by,
            provider=printable(provider_of(connector)),
            shares=self._shares(connector),
            affected=() if hidden_by else tuple(self._affected(raw)),
        )
        return told if kept is None else self._against(told, kept, raw)

    def _against(
        self, told: OfferedConnector, kept: KeptConnector, raw: bytes
    ) -> OfferedConnector:
        """Return it with how it differs from what is installed."""
        came_with = self.installed.bundle(kept.folder).bundle_id
        mine = came_with == self.bundle.statement.bundle_id
        told = replace(
            told,
            before=kept.version,
            enabled=kept.enabled and mine,
            instead_of="" if mine else came_with,
        )
        old = self._installed(kept)
        if old is None or told.state == "unchanged":
            return told
        found = compare(read_document(old), read_document(raw))
        return replace(
            told,
            level=found.proposal.level,
            breaking=tuple(printable(c.place) for c in found.changes if c.breaking),
            changes=len(found.changes),
        )

    def _state(self, kept: KeptConnector | None) -> State:
        last = self.known.highest.get(self.id)
        if last is not None and _is_older(self.version, last.version):
            return "older"
        if kept is None:
            return "new"
        digest = self.bundle.statement.digest_of(self.id)
        return "unchanged" if kept.digest == digest else "updated"

    def _installed(self, kept: KeptConnector | None) -> bytes | None:
        try:
            return self.installed.read(kept.folder, kept.file) if kept else None
        except FerruleError:  # it was changed on the disk and is not used
            return None

    def _in_use(self, kept: KeptConnector | None) -> bytes | None:
        """Return the document that is installed, else the shipped one of that id."""
        catalogue = self.workspace.catalogue
        cards = catalogue.cards(hidden=True)
        own = [c for c in cards if c.id == self.id and c.origin == "shipped"]
        try:
            return self._installed(kept) or (catalogue.read(own[0]) if own else None)
        except FerruleError:
            return None

    def _places(self) -> set[Place]:
        cards = self.workspace.catalogue.cards(hidden=True)
        return {card.origin for card in cards if card.id == self.id}

    def _shares(self, connector: Connector) -> str:
        """Return the provider whose shared credential a new connection would use."""
        shared = self.workspace.scopes.list()
        for name in connector.sign_ins if shared else ():
            by = connector.signing_in(name)
            found = fitting(shared, self.workspace.project.key, by)
            if found is not None:
                return found.provider
        return ""

    def _affected(self, raw: bytes) -> Iterator[Affected]:
        project = self.workspace.project.key
        for one in self.workspace.connections.list(project, connector_id=self.id):
            found = _affect(self.workspace, one, raw)
            if found is not None:
                yield found


def _affect(
    workspace: Workspace, connection: Connection, raw: bytes
) -> Affected | None:
    if connection.hosts is None:
        connection = replace(connection, hosts=_hosts_now(workspace, connection))
    try:
        hosts = held_hosts(workspace, connection, effective(connection, raw))
    except FerruleError as error:
        return Affected(connection.key, trouble=error.message)
    return Affected(connection.key, hosts) if hosts else None


def remember_hosts(workspace: Workspace, connector_ids: Iterable[str]) -> None:
    """Note the hosts of connections from before these were remembered.

    So one of them is held too, where an imported connector takes over and asks for
    more. One whose connector cannot be read now is left as it is.
    """
    project = workspace.project.key
    for name in connector_ids:
        for one in workspace.connections.list(project, connector_id=name):
            hosts = _hosts_now(workspace, one) if one.hosts is None else None
            if hosts is not None:
                workspace.connections.remember_hosts(project, one.key, hosts)


def _hosts_now(workspace: Workspace, connection: Connection) -> list[str] | None:
    try:
        raw = workspace.catalogue.document(connection.connector_id)
        return list(asked_hosts(effective(connection, raw), connection.config))
    except FerruleError:
        return None


def _asks(raw: bytes) -> Permissions:
    """Return what a connector asks for, in every API version."""
    found = asked_by(read_descriptor(raw))
    for one in every_version(raw):
        found = found.joined(asked_by(one))
    return found


def _asks_of(raw: bytes | None) -> Permissions:
    try:
        return Permissions() if raw is None else _asks(raw)
    except FerruleError:
        return Permissions()


def _told(found: Permissions) -> Asks:
    return Asks(found.hosts, found.scopes, found.writes)


def _is_older(version: str, than: str) -> bool:
    return version_numbers(version) < version_numbers(than)


def connectors_kept(
    index: ImportIndex, bundle: Bundle, folder: str, enable: frozenset[str]
) -> tuple[KeptConnector, ...]:
    """Return what is installed once a bundle was taken in.

    What was enabled stays so where it came with that bundle before.
    """
    mine = bundle.statement.bundle_id
    kept = {one.id: one for one in index.connectors}
    for one in bundle.statement.connectors:
        before = kept.get(one.id)
        stays = (
            before is not None
            and before.enabled
            and index.bundle(before.folder).bundle_id == mine
        )
        kept[one.id] = KeptConnector(
            one.id,
            one.version,
            bundle.statement.digest_of(one.id),
            folder,
            enabled=stays or one.id in enable,
        )
    return tuple(kept.values())

"""Taking a bundle in: verified, then recorded whole, its connectors disabled.

The thirteen steps run before the database is held, and those that depend on what is
kept (the trust list, the marks) once more while nobody else can write, if that changed
meanwhile. An older bundle comes back only by an override with a reason, and only when
nothing else is wrong with it; the override is logged with what it replaced.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from ferrule.bundle import Accepted, Bundle, Permissions, Trust, open_bundle
from ferrule.bundle.contents import MANIFEST, asked_by, connector_file
from ferrule.bundle.names import version_numbers
from ferrule.bundle.statement import ConnectorVersion
from ferrule.clock import Clock, rfc3339
from ferrule.descriptor import Connector, read_descriptor
from ferrule.descriptor.bundle_manifest import read_manifest
from ferrule.descriptor.streams import merge_patch
from ferrule.errors import Rollback
from ferrule.exchange import decode, encode
from ferrule.server import tables
from ferrule.server.database import Database
from ferrule.server.trusting import current_trust

Marks = Mapping[str, Accepted]
Check = Callable[[Connection, Bundle], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A bundle that was taken in; `new` unless all of it was there just so.

    `unchanged` are the connectors that were there, `overridden` those that went back.
    """

    bundle: Bundle
    new: bool
    unchanged: tuple[str, ...]
    overridden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the verification depends on."""

    trust: Trust
    marks: Marks


def _anything(_db: Connection, _bundle: Bundle) -> None:
    """Take every bundle that verifies."""


def take_bundle(
    database: Database,
    raw: bytes,
    *,
    by: str,
    clock: Clock,
    reason: str = "",
    check: Check = _anything,
) -> Taken:
    """Verify a bundle and record it; `reason` lets connectors go back.

    `check` may refuse it for what is recorded already.

    Raises:
        BundleRejected: by the step that refuses it.
        RefusalError: by `check`.
    """
    now = clock.now()
    with database.reading() as db:
        known = _known(db)
    opened = _verified(raw, known, now, reason)
    with database.writing() as db:
        found = _known(db)
        if found != known:
            opened = _verified(raw, found, now, reason)
        check(db, opened)
        return _Recording(
            db, opened, found.marks, by=by, reason=reason, now=now
        ).record(raw)


def _known(db: Connection) -> _Known:
    rows = db.execute(select(tables.mark))
    marks = {row.connector: Accepted(row.version, row.digest) for row in rows}
    return _Known(current_trust(db), marks)


def _verified(raw: bytes, known: _Known, now: datetime, reason: str) -> Bundle:
    try:
        return open_bundle(raw, known.trust, now=now, accepted=known.marks)
    except Rollback:
        if not reason:
            raise
        return open_bundle(raw, known.trust, now=now)


class _Recording:
    """One bundle on its way into the tables, inside of one transaction."""

    def __init__(
        self,
        db: Connection,
        bundle: Bundle,
        marks: Marks,
        *,
        by: str,
        reason: str,
        now: datetime,
    ) -> None:
        self._db = db
        self._bundle = bundle
        self._marks = marks
        self._by = by
        self._reason = reason
        self._at = rfc3339(now)
        self._manifest = read_manifest(bundle.files[MANIFEST])

    def record(self, raw: bytes) -> Taken:
        """Write what is new, and tell what was."""
        changed = self._keep_bundle(raw)
        overridden = []
        for one in self._bundle.statement.connectors:
            if self._goes_back(one):
                self._log(one)
                overridden.append(one.id)
            kept, marked = self._keep_connector(one), self._mark(one)
            changed = changed or kept or marked
        unchanged = [
            one.id
            for one in self._bundle.statement.connectors
            if self._marks.get(one.id) == self._accepted(one)
        ]
        return Taken(self._bundle, changed, tuple(unchanged), tuple(overridden))

    def _accepted(self, one: ConnectorVersion) -> Accepted:
        return Accepted(one.version, self._bundle.statement.digest_of(one.id))

    def _goes_back(self, one: ConnectorVersion) -> bool:
        last = self._marks.get(one.id)
        if last is None or last == self._accepted(one):
            return False
        return version_numbers(one.version) <= version_numbers(last.version)

    def _keep_bundle(self, raw: bytes) -> bool:
        """Keep the file; the same statement with other signatures replaces it."""
        statement, mine = self._bundle.statement, self._bundle.payload_digest
        bundles = tables.bundle
        signers = json.dumps([one.key.id for one in self._bundle.signers])
        there = select(bundles.c.raw).where(bundles.c.digest == mine)
        before = self._db.scalar(there)
        if before is not None:
            if bytes(before) != raw:
                renewed = update(bundles).where(bundles.c.digest == mine)
                self._db.execute(renewed.values(raw=raw, signers=signers))
            return False
        row = {
            "digest": mine,
            "bundle_id": statement.bundle_id,
            "version": statement.version,
            "provider": self._manifest.provider,
            "title": self._manifest.title,
            "created_at": rfc3339(statement.created_at),
            "expires_at": rfc3339(statement.expires_at),
            "connectors": json.dumps(
                [{"id": one.id, "version": one.version} for one in statement.connectors]
            ),
            "permissions": json.dumps(self._bundle.permissions.wire()),
            "signers": signers,
            "raw": raw,
            "received_at": self._at,
            "received_by": self._by,
        }
        self._db.execute(insert(bundles).values(row))
        return True

    def _keep_connector(self, one: ConnectorVersion) -> bool:
        """Keep a version of a connector, disabled; tell whether it is another one."""
        table = tables.connector
        mine = (table.c.id == one.id) & (table.c.version == one.version)
        digest = self._bundle.statement.digest_of(one.id)
        before = self._db.scalar(select(table.c.digest).where(mine))
        if before == digest:
            return False
        row = self._connector_row(one, digest)
        if before is None:
            self._db.execute(insert(table).values(row))
        else:  # only an override comes here: its content is another one
            self._db.execute(update(table).where(mine).values(row))
        return True

    def _connector_row(self, one: ConnectorVersion, digest: str) -> dict[str, object]:
        raw = self._bundle.files[connector_file(one.id)]
        connector = read_descriptor(raw)
        return {
            "id": one.id,
            "version": one.version,
            "digest": digest,
            "bundle": self._bundle.payload_digest,
            "provider": connector.provider or self._manifest.provider,
            "name": connector.name,
            "category": connector.category,
            "permissions": json.dumps(_asked(raw, connector).wire()),
            "descriptor": raw,
            "enabled": False,
            "enabled_at": None,
            "received_at": self._at,
        }

    def _mark(self, one: ConnectorVersion) -> bool:
        if self._marks.get(one.id) == self._accepted(one):
            return False
        table, accepted = tables.mark, self._accepted(one)
        self._db.execute(delete(table).where(table.c.connector == one.id))
        row = {
            "connector": one.id,
            "version": accepted.version,
            "digest": accepted.digest,
            "marked_at": self._at,
        }
        self._db.execute(insert(table).values(row))
        return True

    def _log(self, one: ConnectorVersion) -> None:
        """Log an override, and disable the versions that it goes back from."""
        row = {
            "at": self._at,
            "by": self._by,
            "reason": self._reason,
            "bundle": self._bundle.payload_digest,
            "connector": one.id,
            "from_version": self._marks[one.id].version,
            "to_version": one.version,
        }
        self._db.execute(insert(tables.override).values(row))
        table = tables.connector
        versions = self._db.scalars(select(table.c.version).where(table.c.id == one.id))
        mine = version_numbers(one.version)
        later = [v for v in versions if version_numbers(v) > mine]
        gone = (table.c.id == one.id) & table.c.version.in_(later)
        self._db.execute(update(table).where(gone).values(enabled=False))


def _asked(raw: bytes, connector: Connector) -> Permissions:
    """Return what a connector asks for, in every API version."""
    asked, document = asked_by(connector), decode(raw)
    for one in connector.api_versions or ():
        if one.overrides is not None:
            changed = read_descriptor(encode(merge_patch(document, one.overrides)))
            asked = asked.joined(asked_by(changed))
    return asked

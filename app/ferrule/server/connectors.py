"""The connectors that bundles brought: found, enabled by somebody, removed.

Of a connector the version accepted last is the current one. A version is disabled until
it is enabled; one that calls hosts which no enabled version called is held until these
are named (semantics 13).
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    delete,
    exists,
    select,
    update,
)

from ferrule.bundle.names import version_numbers
from ferrule.clock import Clock, rfc3339
from ferrule.descriptor import Connector, read_descriptor
from ferrule.errors import NotFound
from ferrule.server import tables
from ferrule.server.refusals import conflict

_CONNECTOR = tables.connector
_MARK = tables.mark
_LISTED = tuple(one for one in _CONNECTOR.c if one.name != "descriptor")  # large


def current_rows(
    db: Connection,
    *,
    provider: str | None = None,
    enabled: bool | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Row[Any]]:
    """Return the current version of each connector, by id, those behind `after`.

    The rows are without descriptors.
    """
    wanted = _current(*_LISTED).where(_CONNECTOR.c.id > after)
    if provider is not None:
        wanted = wanted.where(_CONNECTOR.c.provider == provider)
    if enabled is not None:
        wanted = wanted.where(_CONNECTOR.c.enabled.is_(enabled))
    return list(db.execute(wanted.order_by(_CONNECTOR.c.id).limit(limit)))


def connector_row(
    db: Connection, connector_id: str, version: str | None = None
) -> Row[Any]:
    """Return a version of a connector, the current one where none is named.

    Raises:
        NotFound: when it is not there.
    """
    if version is None:
        wanted = _current(_CONNECTOR).where(_CONNECTOR.c.id == connector_id)
    else:
        wanted = select(_CONNECTOR).where(_is(connector_id, version))
    row = db.execute(wanted).first()
    if row is None:
        raise NotFound(
            "The server has no such connector, or not that version of it.",
            advice="Post the bundle that it comes with.",
        )
    return row


def versions_of(db: Connection, connector_id: str) -> list[str]:
    """Return the versions of a connector that are here, the oldest first."""
    mine = select(_CONNECTOR.c.version).where(_CONNECTOR.c.id == connector_id)
    return sorted(db.scalars(mine), key=version_numbers)


def is_known(db: Connection, connector_id: str) -> bool:
    """Tell whether any version of a connector is here."""
    return bool(versions_of(db, connector_id))


def enabled_version(db: Connection, connector_id: str) -> str:
    """Return the latest version that is enabled.

    Raises:
        NotFound: when there is no such connector.
        RefusalError: when none of its versions is enabled.
    """
    connector_row(db, connector_id)
    on = (_CONNECTOR.c.id == connector_id) & _CONNECTOR.c.enabled.is_(True)
    versions: list[str] = list(db.scalars(select(_CONNECTOR.c.version).where(on)))
    if not versions:
        raise disabled(connector_id)
    return max(versions, key=version_numbers)


def disabled(connector_id: str) -> Exception:
    """Return the refusal of a connector that nobody enabled."""
    return conflict(
        "connector_disabled",
        f"{connector_id} is disabled: nobody enabled it, or that version of it.",
        "Look at its permissions, then PUT {“enabled”: true} to its /enabled.",
    )


def document_of(row: Row[Any]) -> Connector:
    """Return the descriptor of a row."""
    return read_descriptor(bytes(row.descriptor))


def enable(
    db: Connection,
    connector_id: str,
    version: str | None,
    confirmed: Collection[str],
    clock: Clock,
) -> Row[Any]:
    """Enable a version of a connector.

    Raises:
        NotFound: when it is not there.
        RefusalError: when it calls further hosts than before that were not confirmed.
    """
    row = connector_row(db, connector_id, version)
    before = [set(_hosts(one)) for one in _seen(db, connector_id)]
    grown = sorted(set(_hosts(row)) - set().union(*before)) if before else []
    missing = [host for host in grown if host not in confirmed]
    if missing and not row.enabled_at:
        raise conflict(
            "hosts_grew",
            f"{connector_id}@v{row.version} calls further hosts: {', '.join(missing)}.",
            "If that is right, name all of them in confirmedHosts.",
        )
    return _switch(db, row, enabled=True, at=rfc3339(clock.now()))


def disable(db: Connection, connector_id: str, version: str | None) -> Row[Any]:
    """Disable a version of a connector; its instances stay, and are held.

    Raises:
        NotFound: when it is not there.
    """
    row = connector_row(db, connector_id, version)
    return _switch(db, row, enabled=False, at=row.enabled_at)


def remove(db: Connection, connector_id: str) -> None:
    """Remove every version of a connector; its mark and its bundles stay.

    Raises:
        NotFound: when it is not there.
        RefusalError: while instances use it.
    """
    if not is_known(db, connector_id):
        connector_row(db, connector_id)
    used = tables.instance.c.connector == connector_id
    if db.scalar(select(exists().where(used))):
        raise conflict(
            "in_use",
            f"{connector_id} has instances.",
            "Delete these first, in every project.",
        )
    db.execute(delete(_CONNECTOR).where(_CONNECTOR.c.id == connector_id))


def _current(*columns: Column[Any] | Table) -> Select[Any]:
    marked = and_(
        _MARK.c.connector == _CONNECTOR.c.id, _MARK.c.version == _CONNECTOR.c.version
    )
    return select(*columns).join(_MARK, marked)


def _is(connector_id: str, version: str) -> ColumnElement[bool]:
    return and_(_CONNECTOR.c.id == connector_id, _CONNECTOR.c.version == version)


def _seen(db: Connection, connector_id: str) -> Iterator[Row[Any]]:
    """Yield the versions that somebody enabled once: their hosts were looked at."""
    mine = _CONNECTOR.c.id == connector_id
    looked = mine & _CONNECTOR.c.enabled_at.is_not(None)
    yield from db.execute(select(*_LISTED).where(looked))


def _hosts(row: Row[Any]) -> list[str]:
    hosts: list[str] = json.loads(row.permissions)["hosts"]
    return hosts


def _switch(
    db: Connection, row: Row[Any], *, enabled: bool, at: str | None
) -> Row[Any]:
    mine = _is(row.id, row.version)
    changed = update(_CONNECTOR).where(mine).values(enabled=enabled, enabled_at=at)
    db.execute(changed)
    return db.execute(select(_CONNECTOR).where(mine)).one()

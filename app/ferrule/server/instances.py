"""Instances: connectors as a project configured them, without any secret.

An instance names its credential by a reference. Its key is the connector's id unless
another one is given, so that a project may have several of one connector. An instance
stays with its version of the connector until it is moved to another one.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    insert,
    select,
    update,
)

from ferrule.clock import Clock, rfc3339
from ferrule.descriptor import Connector
from ferrule.descriptor.config import accepted_fields, read_config
from ferrule.errors import NotFound
from ferrule.exchange import Json, encode
from ferrule.server import tables
from ferrule.server.connectors import (
    connector_row,
    disabled,
    document_of,
    enabled_version,
)
from ferrule.server.refusals import conflict, unusable

_INSTANCE = tables.instance
_CONNECTOR = tables.connector
_PLAIN: Final = {"credential_ref", "app_key"}


def instance_rows(
    db: Connection,
    project: str,
    *,
    provider: str | None = None,
    app_key: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Row[Any]]:
    """Return instances of a project by key, those behind `after`."""
    wanted = _joined(project).where(_INSTANCE.c.key > after)
    if provider is not None:
        wanted = wanted.where(_CONNECTOR.c.provider == provider)
    if app_key is not None:
        wanted = wanted.where(_INSTANCE.c.app_key == app_key)
    return list(db.execute(wanted.order_by(_INSTANCE.c.key).limit(limit)))


def instance_row(db: Connection, project: str, key: str) -> Row[Any]:
    """Return an instance, with provider and state of its connector.

    Raises:
        NotFound: when the project has none of that key.
    """
    row = db.execute(_joined(project).where(_INSTANCE.c.key == key)).first()
    if row is None:
        raise NotFound("The project has no instance of that key.")
    return row


def instance_of_app(db: Connection, project: str, app_key: str) -> Row[Any]:
    """Return the instance that an `appKey` stands for (seed 004).

    Raises:
        NotFound: when the project has none.
    """
    found = instance_rows(db, project, app_key=app_key, limit=1)
    if not found:
        raise NotFound("The project has no instance of that appKey.")
    return found[0]


def create_instance(
    db: Connection,
    project: str,
    connector_id: str,
    given: Mapping[str, Any],
    clock: Clock,
) -> Row[Any]:
    """Keep a new instance; without a version it is of the latest enabled one.

    `given` may have key, version, config, enabled, credential_ref and app_key.

    Raises:
        NotFound: when there is no such connector.
        RefusalError: when a key is taken, or the connector is disabled.
        UsageError: when the configuration is not what the connector's form asks for.
    """
    version = given.get("version") or enabled_version(db, connector_id)
    connector = connector_row(db, connector_id, version)
    if not connector.enabled:
        raise disabled(connector_id)
    key = given.get("key") or connector_id
    if db.execute(_joined(project).where(_INSTANCE.c.key == key)).first() is not None:
        raise conflict(
            "exists", "The project has an instance of that key.", "Choose another key."
        )
    _check_app_key(db, project, key, given.get("app_key"))
    now = rfc3339(clock.now())
    row = {
        "project": project,
        "key": key,
        "connector": connector_id,
        "version": version,
        "enabled": bool(given.get("enabled")),
        "config": _config(document_of(connector), given.get("config") or {}),
        "credential_ref": given.get("credential_ref"),
        "app_key": given.get("app_key"),
        "created_at": now,
        "updated_at": now,
    }
    db.execute(insert(_INSTANCE).values(row))
    return instance_row(db, project, key)


def update_instance(
    db: Connection, project: str, key: str, given: Mapping[str, Any], clock: Clock
) -> Row[Any]:
    """Change what is given of an instance; null takes a reference or an app key away.

    Raises:
        NotFound: when the project has none of that key, or there is no such version.
        RefusalError: when the app key is taken, or the version is disabled.
        UsageError: when the configuration does not fit to the version.
    """
    row = instance_row(db, project, key)
    connector = connector_row(db, row.connector, given.get("version") or row.version)
    moved = connector.version != row.version
    if moved and not connector.enabled:
        raise disabled(row.connector)
    values: dict[str, object] = {k: given[k] for k in _PLAIN & given.keys()}
    _check_app_key(db, project, key, given.get("app_key"))
    if moved or given.get("config") is not None:
        config = given.get("config")
        config = json.loads(row.config) if config is None else config
        values["config"] = _config(document_of(connector), config)
    values |= {"version": connector.version, "updated_at": rfc3339(clock.now())}
    return _changed(db, row, values)


def enable_instance(
    db: Connection, project: str, key: str, clock: Clock, *, enabled: bool
) -> Row[Any]:
    """Enable or disable an instance.

    Raises:
        NotFound: when the project has none of that key.
        RefusalError: when its version of the connector is disabled.
    """
    row = instance_row(db, project, key)
    if enabled and not row.connector_enabled:
        raise disabled(row.connector)
    values = {"enabled": enabled, "updated_at": rfc3339(clock.now())}
    return _changed(db, row, values)


def delete_instance(db: Connection, project: str, key: str) -> None:
    """Remove an instance.

    Raises:
        NotFound: when the project has none of that key.
    """
    instance_row(db, project, key)
    db.execute(delete(_INSTANCE).where(_is(project, key)))


def _joined(project: str) -> Select[Any]:
    same = and_(
        _CONNECTOR.c.id == _INSTANCE.c.connector,
        _CONNECTOR.c.version == _INSTANCE.c.version,
    )
    columns = (
        _INSTANCE,
        _CONNECTOR.c.provider,
        _CONNECTOR.c.enabled.label("connector_enabled"),
    )
    joined = select(*columns).join(_CONNECTOR, same)
    return joined.where(_INSTANCE.c.project == project)


def _is(project: str, key: str) -> ColumnElement[bool]:
    return and_(_INSTANCE.c.project == project, _INSTANCE.c.key == key)


def _changed(db: Connection, row: Row[Any], values: Mapping[str, object]) -> Row[Any]:
    db.execute(update(_INSTANCE).where(_is(row.project, row.key)).values(values))
    return instance_row(db, row.project, row.key)


def _check_app_key(db: Connection, project: str, key: str, app_key: str | None) -> None:
    if app_key is None:
        return
    mine = (_INSTANCE.c.project == project) & (_INSTANCE.c.app_key == app_key)
    owner = db.scalar(select(_INSTANCE.c.key).where(mine))
    if owner is not None and owner != key:
        raise conflict(
            "app_key_taken",
            "Another instance of the project has that appKey.",
            "An appKey stands for one instance.",
        )


def _config(connector: Connector, given: Mapping[str, Json]) -> str:
    """Return the configuration as text to keep, refused where it holds a secret."""
    secret = {field.key for field in accepted_fields(connector) if field.secret}
    if secret & given.keys():
        named = ", ".join(sorted(secret & given.keys()))
        raise unusable(
            f"The server keeps no secrets, and {named} is one.",
            "Put it where credentialRef refers to.",
            "secret_in_config",
        )
    return encode(read_config(connector, given)).decode()

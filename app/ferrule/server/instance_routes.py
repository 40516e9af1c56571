"""Routes of instances: the second half of the registry of seed 001, section 5.2."""

from typing import Any

from sqlalchemy import Row

from ferrule.errors import CredentialError
from ferrule.server import connectors, instances, showing, wire
from ferrule.server.operation import Asked, Operation, Told
from ferrule.server.refusals import conflict
from ferrule.server.tokens import CREDENTIALS, MANAGE, VIEW


def _shown(asked: Asked, row: Row[Any]) -> wire.InstanceShown:
    return showing.instance_shown(row, with_reference=asked.sees_references)


def _list(asked: Asked) -> Told:
    query = asked.the(wire.InstanceQuery)
    with asked.registry.database.reading() as db:
        rows = instances.instance_rows(
            db,
            asked.path["project"],
            provider=query.provider,
            app_key=query.app_key,
            after=query.after,
            limit=query.limit + 1,
        )
    shown = [_shown(asked, row) for row in rows[: query.limit]]
    more = shown[-1].key if len(rows) > query.limit else None
    return Told(200, wire.InstanceList(instances=shown, next=more))


def _get(asked: Asked) -> Told:
    with asked.registry.database.reading() as db:
        row = instances.instance_row(db, asked.path["project"], asked.path["key"])
    return Told(200, _shown(asked, row))


def _create(asked: Asked) -> Told:
    wanted = asked.the(wire.InstanceCreated)
    if wanted.credential_ref is not None:
        asked.need_credentials()
    project, given = asked.path["project"], wanted.model_dump()
    with asked.registry.database.writing() as db:
        row = instances.create_instance(
            db, project, wanted.connector_id, given, asked.registry.clock
        )
    return Told(201, _shown(asked, row))


def _change(asked: Asked) -> Told:
    wanted = asked.the(wire.InstanceChanged)
    given = wanted.model_dump(exclude_unset=True)
    if "credential_ref" in given:
        asked.need_credentials()
    project, key = asked.path["project"], asked.path["key"]
    with asked.registry.database.writing() as db:
        row = instances.update_instance(db, project, key, given, asked.registry.clock)
    return Told(200, _shown(asked, row))


def _delete(asked: Asked) -> Told:
    with asked.registry.database.writing() as db:
        instances.delete_instance(db, asked.path["project"], asked.path["key"])
    return Told(204)


def _enable(asked: Asked) -> Told:
    enabled = asked.the(wire.Switching).enabled
    project, key = asked.path["project"], asked.path["key"]
    with asked.registry.database.writing() as db:
        clock = asked.registry.clock
        row = instances.enable_instance(db, project, key, clock, enabled=enabled)
    return Told(200, _shown(asked, row))


def _find_app(asked: Asked) -> Told:
    project, app_key = asked.path["project"], asked.path["appKey"]
    with asked.registry.database.reading() as db:
        row = instances.instance_of_app(db, project, app_key)
        connector = connectors.connector_row(db, row.connector, row.version)
    found = wire.AppFound(
        instance=_shown(asked, row), descriptor=showing.descriptor_shown(connector)
    )
    return Told(200, found)


def _look(asked: Asked) -> Told:
    with asked.registry.database.reading() as db:
        row = instances.instance_row(db, asked.path["project"], asked.path["key"])
        connector = connectors.connector_row(db, row.connector, row.version)
    if row.credential_ref is None:
        raise conflict("no_reference", "The instance names no credential.", "Name one.")
    fields = connectors.document_of(connector).auth.credential_fields
    needed = [field.key for field in fields if field.required]
    try:
        missing = asked.registry.references.missing(row.credential_ref, needed)
    except CredentialError as error:
        raise conflict("no_secret", error.message, error.advice) from None
    return Told(200, wire.CredentialLook(ok=not missing, missing=missing))


_ALL = "/api/v1/projects/{project}/instances"
_ONE = f"{_ALL}/{{key}}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listInstances",
        "GET",
        _ALL,
        "List the instances of a project.",
        _list,
        {200: wire.InstanceList},
        VIEW,
        wire.InstanceQuery,
    ),
    Operation(
        "createInstance",
        "POST",
        _ALL,
        "Configure a connector in a project.",
        _create,
        {201: wire.InstanceShown},
        MANAGE,
        takes=wire.InstanceCreated,
        refuses=(404, 409),
    ),
    Operation(
        "getInstance",
        "GET",
        _ONE,
        "Show an instance.",
        _get,
        {200: wire.InstanceShown},
        VIEW,
        refuses=(404,),
    ),
    Operation(
        "updateInstance",
        "PATCH",
        _ONE,
        "Change an instance.",
        _change,
        {200: wire.InstanceShown},
        MANAGE,
        takes=wire.InstanceChanged,
        refuses=(404, 409),
    ),
    Operation(
        "deleteInstance",
        "DELETE",
        _ONE,
        "Remove an instance.",
        _delete,
        {204: None},
        MANAGE,
        refuses=(404,),
    ),
    Operation(
        "enableInstance",
        "PUT",
        f"{_ONE}/enabled",
        "Enable or disable an instance.",
        _enable,
        {200: wire.InstanceShown},
        MANAGE,
        takes=wire.Switching,
        refuses=(404, 409),
    ),
    Operation(
        "checkCredential",
        "POST",
        f"{_ONE}/credential-check",
        "Tell whether the reference brings what the sign-in needs; never the values.",
        _look,
        {200: wire.CredentialLook},
        CREDENTIALS,
        refuses=(404, 409),
    ),
    Operation(
        "findApp",
        "GET",
        "/api/v1/projects/{project}/apps/{appKey}",
        "Find the connector that an appKey stands for (seed 004).",
        _find_app,
        {200: wire.AppFound},
        VIEW,
        refuses=(404,),
    ),
)

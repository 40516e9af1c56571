"""Routes of bundles, of the connectors they bring, and of whom the server trusts."""

from typing import Any

from sqlalchemy import Connection, Row, select

from ferrule import __version__
from ferrule.bundle import MEDIA_TYPE, Bundle
from ferrule.errors import NotFound
from ferrule.server import connectors, showing, tables, wire
from ferrule.server.operation import BUNDLE_FILE, OCTETS, Asked, File, Operation, Told
from ferrule.server.refusals import conflict, unusable
from ferrule.server.taking import Check, take_bundle
from ferrule.server.tokens import MANAGE, VIEW
from ferrule.server.trusting import MAX_TRUST, current_list, follow

_MOST_OVERRIDES = 500
_LISTED = tuple(one for one in tables.bundle.c if one.name != "raw")  # megabytes


def _health(asked: Asked) -> Told:
    with asked.registry.database.reading() as db:
        db.execute(select(tables.stamp.c.version))
    return Told(200, wire.Health(version=__version__))


def _take(asked: Asked, check: Check | None = None) -> Told:
    query = asked.the(wire.TakeQuery)
    overriding = query.allow_rollback == "true"
    if overriding and query.reason is None:
        raise unusable(
            "An override needs a reason.",
            "Say why in the parameter reason; it is logged.",
        )
    registry = asked.registry
    taken = take_bundle(
        registry.database,
        asked.file,
        by=str(asked.token),
        clock=registry.clock,
        reason=query.reason or "" if overriding else "",
        **({} if check is None else {"check": check}),
    )
    with registry.database.reading() as db:
        row = _bundle_row(db, taken.bundle.payload_digest)
    return Told(201 if taken.new else 200, showing.verdict(taken, row))


def _post_bundle(asked: Asked) -> Told:
    return _take(asked)


def _register(asked: Asked) -> Told:
    def check(db: Connection, bundle: Bundle) -> None:
        ids = [one.id for one in bundle.statement.connectors]
        known = [one for one in ids if connectors.is_known(db, one)]
        if known:
            raise conflict(
                "exists",
                f"{known[0]} is registered already.",
                "Update it: PUT the bundle to its own address.",
            )

    return _take(asked, check)


def _update(asked: Asked) -> Told:
    connector_id = asked.path["connectorId"]

    def check(db: Connection, bundle: Bundle) -> None:
        if not connectors.is_known(db, connector_id):
            connectors.connector_row(db, connector_id)
        if all(one.id != connector_id for one in bundle.statement.connectors):
            raise unusable(
                f"The bundle does not hold {connector_id}.",
                "Send the bundle of that connector.",
            )

    return _take(asked, check)


def _bundle_row(db: Connection, digest: str) -> Row[Any]:
    mine = select(*_LISTED).where(tables.bundle.c.digest == digest)
    row = db.execute(mine).first()
    if row is None:
        raise NotFound("The server has no bundle of that digest.")
    return row


def _list_bundles(asked: Asked) -> Told:
    page = asked.the(wire.Paged)
    digest = tables.bundle.c.digest
    wanted = select(*_LISTED).where(digest > page.after).order_by(digest)
    with asked.registry.database.reading() as db:
        rows = list(db.execute(wanted.limit(page.limit + 1)))
    shown = [showing.bundle_shown(row) for row in rows[: page.limit]]
    more = shown[-1].digest if len(rows) > page.limit else None
    return Told(200, wire.BundleList(bundles=shown, next=more))


def _get_bundle(asked: Asked) -> Told:
    with asked.registry.database.reading() as db:
        return Told(200, showing.bundle_shown(_bundle_row(db, asked.path["digest"])))


def _get_file(asked: Asked) -> Told:
    with asked.registry.database.reading() as db:
        digest = _bundle_row(db, asked.path["digest"]).digest
        mine = tables.bundle.c.digest == digest
        raw = db.scalar(select(tables.bundle.c.raw).where(mine))
    return Told(200, bytes(raw or b""), MEDIA_TYPE)


def _list_descriptors(asked: Asked) -> Told:
    query = asked.the(wire.DescriptorQuery)
    enabled = None if query.enabled is None else query.enabled == "true"
    with asked.registry.database.reading() as db:
        rows = connectors.current_rows(
            db,
            provider=query.provider,
            enabled=enabled,
            after=query.after,
            limit=query.limit + 1,
        )
    shown = [showing.descriptor_shown(row) for row in rows[: query.limit]]
    more = shown[-1].id if len(rows) > query.limit else None
    return Told(200, wire.DescriptorList(descriptors=shown, next=more))


def _get_descriptor(asked: Asked) -> Told:
    connector_id = asked.path["connectorId"]
    with asked.registry.database.reading() as db:
        version = asked.the(wire.VersionQuery).version
        row = connectors.connector_row(db, connector_id, version)
        versions = connectors.versions_of(db, connector_id)
    return Told(200, showing.descriptor_whole(row, versions))


def _enable_descriptor(asked: Asked) -> Told:
    wanted, connector_id = asked.the(wire.Enabling), asked.path["connectorId"]
    with asked.registry.database.writing() as db:
        if wanted.enabled:
            confirmed, clock = wanted.confirmed_hosts, asked.registry.clock
            row = connectors.enable(db, connector_id, wanted.version, confirmed, clock)
        else:
            row = connectors.disable(db, connector_id, wanted.version)
    return Told(200, showing.descriptor_shown(row))


def _delete_descriptor(asked: Asked) -> Told:
    with asked.registry.database.writing() as db:
        connectors.remove(db, asked.path["connectorId"])
    return Told(204)


def _get_trust(asked: Asked) -> Told:
    with asked.registry.database.reading() as db:
        found = current_list(db)
    if found is None:
        raise NotFound("The server has no trust list.")
    return Told(200, showing.trust_shown(found))


def _put_trust(asked: Asked) -> Told:
    with asked.registry.database.writing() as db:
        by = str(asked.token)
        found, changed = follow(db, asked.file, by, asked.registry.clock)
    return Told(201 if changed else 200, showing.trust_shown(found))


def _list_overrides(asked: Asked) -> Told:
    number = tables.override.c.number
    latest = select(tables.override).order_by(number.desc()).limit(_MOST_OVERRIDES)
    with asked.registry.database.reading() as db:
        shown = [showing.override_shown(row) for row in db.execute(latest)]
    return Told(200, wire.OverrideList(overrides=shown))


_V1 = "/api/v1"
_ONE = f"{_V1}/descriptors/{{connectorId}}"
_TAKEN = {201: wire.Verdict, 200: wire.Verdict}
_TRUST_FILE = File(MAX_TRUST, ("application/vnd.ferrule.trust.v1+json", OCTETS))

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getHealth",
        "GET",
        "/healthz",
        "Tell that the server and its database answer.",
        _health,
        {200: wire.Health},
    ),
    Operation(
        "postBundle",
        "POST",
        f"{_V1}/bundles",
        "Verify a bundle and keep it, its new connectors disabled.",
        _post_bundle,
        _TAKEN,
        MANAGE,
        wire.TakeQuery,
        BUNDLE_FILE,
        (409, 422),
    ),
    Operation(
        "listBundles",
        "GET",
        f"{_V1}/bundles",
        "List the bundles that are kept.",
        _list_bundles,
        {200: wire.BundleList},
        VIEW,
        wire.Paged,
    ),
    Operation(
        "getBundle",
        "GET",
        f"{_V1}/bundles/{{digest}}",
        "Show a bundle.",
        _get_bundle,
        {200: wire.BundleShown},
        VIEW,
        refuses=(404,),
    ),
    Operation(
        "getBundleFile",
        "GET",
        f"{_V1}/bundles/{{digest}}/file",
        "Give the bundle's file, byte for byte.",
        _get_file,
        {200: MEDIA_TYPE},
        VIEW,
        refuses=(404,),
    ),
    Operation(
        "listDescriptors",
        "GET",
        f"{_V1}/descriptors",
        "List connectors, those of a provider where one is named.",
        _list_descriptors,
        {200: wire.DescriptorList},
        VIEW,
        wire.DescriptorQuery,
    ),
    Operation(
        "registerDescriptor",
        "POST",
        f"{_V1}/descriptors",
        "Register connectors that are not here yet, by their signed bundle.",
        _register,
        _TAKEN,
        MANAGE,
        wire.TakeQuery,
        BUNDLE_FILE,
        (409, 422),
    ),
    Operation(
        "getDescriptor",
        "GET",
        _ONE,
        "Show a connector with its descriptor and its configuration form.",
        _get_descriptor,
        {200: wire.DescriptorWhole},
        VIEW,
        wire.VersionQuery,
        refuses=(404,),
    ),
    Operation(
        "updateDescriptor",
        "PUT",
        _ONE,
        "Update a connector that is here, by its signed bundle.",
        _update,
        _TAKEN,
        MANAGE,
        wire.TakeQuery,
        BUNDLE_FILE,
        (404, 409, 422),
    ),
    Operation(
        "deleteDescriptor",
        "DELETE",
        _ONE,
        "Remove a connector that no instance uses; its mark stays.",
        _delete_descriptor,
        {204: None},
        MANAGE,
        refuses=(404, 409),
    ),
    Operation(
        "enableDescriptor",
        "PUT",
        f"{_ONE}/enabled",
        "Enable or disable a version of a connector.",
        _enable_descriptor,
        {200: wire.DescriptorShown},
        MANAGE,
        takes=wire.Enabling,
        refuses=(404, 409),
    ),
    Operation(
        "getTrust",
        "GET",
        f"{_V1}/trust",
        "Show whom the server trusts.",
        _get_trust,
        {200: wire.TrustShown},
        VIEW,
        refuses=(404,),
    ),
    Operation(
        "putTrust",
        "PUT",
        f"{_V1}/trust",
        "Take the next trust list, signed by the root of this one.",
        _put_trust,
        {201: wire.TrustShown, 200: wire.TrustShown},
        MANAGE,
        takes=_TRUST_FILE,
        refuses=(409, 422),
    ),
    Operation(
        "listOverrides",
        "GET",
        f"{_V1}/overrides",
        "List the connectors that went back, and why.",
        _list_overrides,
        {200: wire.OverrideList},
        MANAGE,
    ),
)

"""Rows of the tables as what the routes give."""

import json
from typing import Any

from sqlalchemy import Row

from ferrule.bundle import TrustList
from ferrule.clock import rfc3339
from ferrule.descriptor.config import config_fields
from ferrule.exchange import decode
from ferrule.server import wire
from ferrule.server.connectors import document_of
from ferrule.server.taking import Taken


def bundle_shown(row: Row[Any]) -> wire.BundleShown:
    """Return a bundle as it is listed."""
    return wire.BundleShown(
        digest=row.digest,
        id=row.bundle_id,
        version=row.version,
        provider=row.provider,
        title=row.title,
        created_at=row.created_at,
        expires_at=row.expires_at,
        connectors=json.loads(row.connectors),
        permissions=json.loads(row.permissions),
        signers=json.loads(row.signers),
        received_at=row.received_at,
        received_by=row.received_by,
    )


def verdict(taken: Taken, row: Row[Any]) -> wire.Verdict:
    """Return what became of a bundle."""
    return wire.Verdict(
        new=taken.new,
        bundle=bundle_shown(row),
        unchanged=list(taken.unchanged),
        overridden=list(taken.overridden),
        steps=[
            wire.StepShown(step=one.step, name=one.name, detail=one.detail)
            for one in taken.bundle.report
        ],
    )


def descriptor_shown(row: Row[Any]) -> wire.DescriptorShown:
    """Return a version of a connector as it is listed."""
    return wire.DescriptorShown(**_descriptor(row))


def descriptor_whole(row: Row[Any], versions: list[str]) -> wire.DescriptorWhole:
    """Return a version of a connector with its descriptor and its form."""
    return wire.DescriptorWhole(
        **_descriptor(row),
        versions=versions,
        descriptor=decode(bytes(row.descriptor)),
        config_fields=[
            field.model_dump(mode="json", by_alias=True, exclude_none=True)
            for field in config_fields(document_of(row))
        ],
    )


def _descriptor(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "name": row.name,
        "provider": row.provider,
        "category": row.category,
        "enabled": row.enabled,
        "permissions": json.loads(row.permissions),
        "digest": row.digest,
        "bundle": row.bundle,
        "received_at": row.received_at,
    }


def instance_shown(row: Row[Any], *, with_reference: bool) -> wire.InstanceShown:
    """Return an instance, with its reference only where that may be seen."""
    return wire.InstanceShown(
        project=row.project,
        key=row.key,
        connector_id=row.connector,
        version=row.version,
        provider=row.provider,
        enabled=row.enabled,
        held=not row.connector_enabled,
        config=decode(row.config.encode()),
        app_key=row.app_key,
        has_credential=row.credential_ref is not None,
        credential_ref=row.credential_ref if with_reference else None,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def trust_shown(found: TrustList) -> wire.TrustShown:
    """Return the trust list in use."""
    trust = found.trust
    return wire.TrustShown(
        version=trust.version,
        expires_at=rfc3339(trust.expires_at),
        digest=found.digest,
        root=list(found.root_fingerprints),
        keys=[
            wire.KeyShown(
                id=one.key.id,
                label=one.label,
                fingerprint=one.key.fingerprint,
                connectors=list(trust.connectors_of(one.key.id)),
                revoked=one.revoked_at is not None,
            )
            for one in trust.keys
        ],
    )


def override_shown(row: Row[Any]) -> wire.OverrideShown:
    """Return one line of the log of overrides."""
    return wire.OverrideShown(**row._asdict())

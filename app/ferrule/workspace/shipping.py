"""Shipping: choose connectors, check them, sign a bundle; verify and look into files.

What is signed is written whole or not at all, and is verified before it is written.
A file's size is looked at before it is read. Nothing here installs anything.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ferrule import __version__
from ferrule.bundle import (
    MAX_BUNDLE,
    Accepted,
    Bundle,
    Inspection,
    Statement,
    Trust,
    TrustedKey,
    build,
    explain,
    fingerprint,
    inspect,
    open_bundle,
    sign,
)
from ferrule.clock import Clock, SystemClock
from ferrule.errors import (
    BundleRejected,
    FerruleError,
    StoreError,
    UnreadableResponse,
    UsageError,
)
from ferrule.exchange import Json, decode
from ferrule.workspace.bundle_changes import (
    change_findings,
    changed_since,
    first_findings,
    last_bundle,
    unreadable,
)
from ferrule.workspace.home import write_whole
from ferrule.workspace.provider_folders import (
    Replay,
    bundle_id_of,
    check_provider,
    find_folder,
    people_in,
    permissions_of,
    provider_folders,
    read_folder,
    secret_lint,
)
from ferrule.workspace.shipping_facts import (
    BundleFacts,
    Finding,
    KeptKey,
    ProviderFolder,
    ShippedBundle,
    Signer,
    Verification,
    VerifyStep,
)
from ferrule.workspace.signing_keys import (
    export_key,
    fingerprint_of,
    list_keys,
    new_key,
    read_at_most,
    read_key_file,
    signing_key,
)
from ferrule.workspace.trusting import (
    signers,
    trust_in,
    trust_key,
    trusted,
    untrust,
)
from ferrule.workspace.workspace import Workspace

__all__ = [
    "BundleFacts",
    "Finding",
    "KeptKey",
    "ProviderFolder",
    "Replay",
    "ShippedBundle",
    "Signer",
    "Trust",
    "TrustedKey",
    "Verification",
    "VerifyStep",
    "check_bundle",
    "check_provider",
    "export_key",
    "find_folder",
    "fingerprint_of",
    "inspect_file",
    "list_keys",
    "new_key",
    "provider_folders",
    "read_accepted",
    "read_folder",
    "read_key_file",
    "sign_bundle",
    "signers",
    "signing_key",
    "trust_in",
    "trust_key",
    "trusted",
    "untrust",
    "verify_file",
]

MOST_DAYS: Final = 3650
_LARGEST_LIST: Final = 1024 * 1024


def sign_bundle(
    workspace: Workspace,
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    key_names: Sequence[str],
    out: Path,
    *,
    valid_days: int = 365,
    with_fixtures: bool = False,
    clock: Clock | None = None,
) -> ShippedBundle:
    """Sign these connectors of a folder with 1 to 16 keys and write the bundle.

    A copy of it is kept, to compare the next one with. The time is SOURCE_DATE_EPOCH
    where that is set, so that the same folder and keys give the same bytes.

    Raises:
        BundleRejected: for files a verifier would refuse, or that hold a secret.
        NotFound: when there is no such key.
        UsageError: for a connector the folder lacks, or a time that is none.
    """
    if not 1 <= valid_days <= MOST_DAYS:
        raise UsageError(f"A bundle is valid for 1 to {MOST_DAYS} days.")
    created = _created_at(clock or SystemClock())
    draft = build(
        folder,
        created_at=created,
        expires_at=created + timedelta(days=valid_days),
        tool_version=__version__,
        connectors=connector_ids,
        with_fixtures=with_fixtures,
        secret_lint=secret_lint,
    )
    keys = [signing_key(workspace, name) for name in key_names]
    raw = sign(draft, keys)
    ids = [one.id for one in draft.statement.connectors]
    for key, name in zip(keys, key_names, strict=True):
        open_bundle(raw, Trust().with_key(key.public, ids, name), now=created)
    write_whole(out, raw, 0o644)
    write_whole(last_bundle(workspace, draft.statement.bundle_id), raw)
    signers = ", ".join(key.public.fingerprint for key in keys)
    return _shipped(out, draft.statement, signers, raw, draft.left_out)


def check_bundle(
    workspace: Workspace,
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    *,
    against: Path | None = None,
    with_fixtures: bool = False,
) -> list[Finding]:
    """Return what stands between these connectors and a signature, in sections.

    They are compared with the bundle before: `against`, else the last that was
    exported here. With fixtures, people in them are looked for.
    """
    found = check_provider(folder, connector_ids)
    if with_fixtures:
        found += people_in(folder, connector_ids)
    if any(one.section == "schema" and one.ok is False for one in found):
        return found
    return found + _compared(workspace, folder, connector_ids, against)


def _compared(
    workspace: Workspace,
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    against: Path | None,
) -> list[Finding]:
    asked = permissions_of(folder, connector_ids)
    before = against or last_bundle(workspace, bundle_id_of(folder))
    if against is None and not before.exists():
        return first_findings(asked)
    try:
        return change_findings(changed_since(folder, connector_ids, asked, before))
    except FerruleError as error:
        return [unreadable(before, error)]


def verify_file(
    path: Path,
    trust: Trust,
    accepted: Mapping[str, Accepted] | None = None,
    clock: Clock | None = None,
) -> Verification:
    """Take all thirteen steps over a file; what it claims is read only to be shown.

    Raises:
        StoreError: when there is no such file.
    """
    raw = _read_bundle(path)
    now = (clock or SystemClock()).now()
    taken = explain(raw, trust, now=now, accepted=accepted or {})
    steps = tuple(VerifyStep(s.step, s.name, s.ok, s.detail) for s in taken)
    if all(step.ok for step in steps):
        bundle = open_bundle(raw, trust, now=now, accepted=accepted or {})
        return Verification(path, steps, _facts(bundle))
    try:
        claims = _claims(inspect(raw))
    except BundleRejected:
        claims = None
    return Verification(path, steps, None, claims)


def inspect_file(path: Path) -> BundleFacts:
    """Return what a bundle claims; nothing of it is verified.

    Raises:
        BundleRejected: when it cannot be read safely.
        StoreError: when there is no such file.
    """
    return _claims(inspect(_read_bundle(path)))


def read_accepted(path: Path) -> dict[str, Accepted]:
    """Return what was accepted last, by connector id.

    The file is `{"ID": {"version": "1.0.0", "digest": "sha256:…"}}`.

    Raises:
        StoreError: when it is not of that form.
    """
    raw = read_at_most(path, _LARGEST_LIST)
    try:
        return _accepted_in(decode(raw))
    except (TypeError, KeyError, UsageError, UnreadableResponse):
        raise StoreError(
            f"{path} does not say which versions were accepted.",
            advice='Write {"ID": {"version": "1.0.0", "digest": "sha256:…"}}.',
        ) from None


def _accepted_in(found: Json) -> dict[str, Accepted]:
    accepted = {}
    for name, value in _object(found).items():
        told = _object(value)
        accepted[name] = Accepted(str(told["version"]), str(told["digest"]))
    return accepted


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _read_bundle(path: Path) -> bytes:
    """Return a file's bytes, at most one more than any bundle has.

    The first step then refuses it by its size, and the rest was never read.
    """
    try:
        if not path.is_file():
            raise StoreError(f"{path} is not a file.", advice="Choose a .ferrule file.")
        with path.open("rb") as opened:
            return opened.read(MAX_BUNDLE + 1)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from None


def _created_at(clock: Clock) -> datetime:
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return clock.now().replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            "SOURCE_DATE_EPOCH is not a number of seconds since 1970."
        ) from None


def _shipped(
    path: Path, statement: Statement, signer: str, raw: bytes, left_out: Sequence[str]
) -> ShippedBundle:
    return ShippedBundle(
        path=path,
        payload_digest=inspect(raw).payload_digest,
        signer=signer,
        bundle_id=statement.bundle_id,
        version=statement.version,
        connectors=tuple(map(str, statement.connectors)),
        files=len(statement.sizes),
        size=len(raw),
        created_at=statement.created_at,
        expires_at=statement.expires_at,
        left_out=tuple(left_out),
    )


def _facts(bundle: Bundle) -> BundleFacts:
    signers = tuple(
        f"{one.label} ({one.key.fingerprint})" if one.label else one.key.fingerprint
        for one in bundle.signers
    )
    return _told(bundle.statement, signers, bundle.payload_digest, verified=True)


def _claims(found: Inspection) -> BundleFacts:
    signers = tuple(fingerprint(one) for one in found.claimed_signers if one)
    return _told(found.statement, signers, found.payload_digest, verified=False)


def _told(
    statement: Statement, signers: tuple[str, ...], digest: str, *, verified: bool
) -> BundleFacts:
    permissions = statement.permissions
    return BundleFacts(
        verified=verified,
        bundle_id=statement.bundle_id,
        version=statement.version,
        connectors=tuple(map(str, statement.connectors)),
        signers=signers,
        created_at=statement.created_at,
        expires_at=statement.expires_at,
        payload_digest=digest,
        files=statement.sizes,
        hosts=permissions.hosts,
        scopes=permissions.scopes,
        writes=permissions.writes,
    )

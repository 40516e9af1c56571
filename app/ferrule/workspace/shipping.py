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
    fingerprint_words,
    inspect,
    open_bundle,
    sign,
    strict,
)
from ferrule.bundle.contents import MANIFEST, MAX_DOCUMENT
from ferrule.bundle.jcs import canonical_json
from ferrule.clock import Clock, SystemClock
from ferrule.errors import (
    BundleRejected,
    StoreError,
    UnreadableResponse,
    UsageError,
)
from ferrule.exchange import Json, decode
from ferrule.workspace.bundle_changes import last_bundle
from ferrule.workspace.home import write_whole
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.provider_folders import (
    Replay,
    check_provider,
    find_folder,
    provider_folders,
    read_folder,
    secret_lint,
)
from ferrule.workspace.shipping_checks import (
    CheckedBundle,
    check_bundle,
    checked_bundle,
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
    words_of,
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
    "CheckedBundle",
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
    "checked_bundle",
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
    "words_of",
]

MOST_DAYS: Final = 3650
_LARGEST_LIST: Final = 1024 * 1024


@recorded("sign", "{out} was signed.", entity="{out}", audit="bundle.sign")
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

    A copy of it is kept, to compare the next one with. Its `bundle.json` lists the
    migrations that go with it, whatever the folder's says. The time is
    SOURCE_DATE_EPOCH where that is set, so that the same folder and keys give the same
    bytes.

    Raises:
        BundleRejected: for files a verifier would refuse, or that hold a secret.
        NotFound: when there is no such key.
        UsageError: for a connector the folder lacks, or a time that is none.
    """
    if not 1 <= valid_days <= MOST_DAYS:
        raise UsageError(f"A bundle is valid for 1 to {MOST_DAYS} days.")
    created = _created_at(clock or SystemClock())
    draft = build(
        _listing_migrations(folder),
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


def _listing_migrations(folder: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the folder with a `bundle.json` that lists its migrations, sorted."""
    raw = folder.get(MANIFEST)
    if raw is None:
        return folder
    document = strict.read(raw, limit=MAX_DOCUMENT, what=MANIFEST, step=0)
    names: list[Json] = [*sorted(n for n in folder if n.startswith("migrations/"))]
    if not isinstance(document, dict) or names == document.get("migrations", []):
        return folder
    listed = canonical_json({**document, "migrations": names}, what=MANIFEST)
    return {**folder, MANIFEST: listed}


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
    now = (clock or SystemClock()).now()
    return verified(path, read_bundle(path), trust, accepted or {}, now)


def verified(
    path: Path,
    raw: bytes,
    trust: Trust,
    accepted: Mapping[str, Accepted],
    now: datetime,
) -> Verification:
    """Take all thirteen steps over the bytes of a file that were read before."""
    taken = explain(raw, trust, now=now, accepted=accepted)
    steps = tuple(VerifyStep(s.step, s.name, s.ok, s.detail) for s in taken)
    if all(step.ok for step in steps):
        bundle = open_bundle(raw, trust, now=now, accepted=accepted)
        return Verification(path, steps, facts_of(bundle))
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
    return _claims(inspect(read_bundle(path)))


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


def read_bundle(path: Path) -> bytes:
    """Return a file's bytes, at most one more than any bundle has.

    The first step then refuses it by its size, and the rest was never read.

    Raises:
        StoreError: when there is no such file.
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


def facts_of(bundle: Bundle) -> BundleFacts:
    """Return what is told of a verified bundle."""
    signers = signers_of(bundle)
    ids = [one.key.id for one in bundle.signers]
    return _told(bundle.statement, signers, ids, bundle.payload_digest, verified=True)


def signers_of(bundle: Bundle) -> tuple[str, ...]:
    """Return who signed a verified bundle: labels with fingerprints."""
    return tuple(
        f"{one.label} ({one.key.fingerprint})" if one.label else one.key.fingerprint
        for one in bundle.signers
    )


def _claims(found: Inspection) -> BundleFacts:
    ids = [one for one in found.claimed_signers if one]
    signers = tuple(map(fingerprint, ids))
    return _told(found.statement, signers, ids, found.payload_digest, verified=False)


def _told(
    statement: Statement,
    signers: tuple[str, ...],
    ids: Sequence[str],
    digest: str,
    *,
    verified: bool,
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
        words=tuple(map(fingerprint_words, ids)),
    )

"""The steps of verifying a bundle, one function each; `verify` gives their order.

Each takes what earlier steps made sure of, and returns what it read together with one
line for the report; or it raises a BundleRejected. None reads a clock, a disk or a
network.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ferrule import __version__
from ferrule.bundle import dsse, names
from ferrule.bundle.archive import MAX_BUNDLE, Archive, read_archive
from ferrule.bundle.contents import Contents, read_contents
from ferrule.bundle.keys import fingerprint
from ferrule.bundle.permissions import Permissions
from ferrule.bundle.statement import (
    PAYLOAD_TYPE,
    ConnectorVersion,
    Statement,
    newer,
    read_statement,
    written,
)
from ferrule.bundle.strict import Part, read, shown
from ferrule.bundle.trust import Delegation, Trust, TrustedKey
from ferrule.bundle.trust_list import check_fresh
from ferrule.errors import (
    BadDigest,
    BadSignature,
    BundleRejected,
    Expired,
    MalformedBundle,
    Rollback,
    UnknownSigner,
    UsageError,
)
from ferrule.exchange import Json

CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The version of a connector that was taken last, and its content's digest.

    Raises:
        UsageError: when the version is not MAJOR.MINOR.PATCH.
    """

    version: str
    digest: str

    def __post_init__(self) -> None:
        if not names.is_version(self.version):
            raise UsageError(f"{shown(self.version)} is not MAJOR.MINOR.PATCH.")


def read_document(raw: bytes) -> tuple[Json, str]:
    """Step 1: at most 8 MiB, and strict JSON."""
    value = read(raw, limit=MAX_BUNDLE, what="The bundle", step=1)
    return value, f"{len(raw)} bytes"


def read_shape(value: Json) -> tuple[Archive, str]:
    """Step 2: exactly the known members, and a known media type."""
    archive = read_archive(value, step=2)
    return archive, f"{len(archive.files)} files"


def check_payload_type(archive: Archive) -> tuple[None, str]:
    """Step 3: the payload type is exactly the expected one."""
    archive.envelope.expect_type(PAYLOAD_TYPE, step=3)
    return None, PAYLOAD_TYPE


def decode(archive: Archive) -> tuple[dsse.Envelope, str]:
    """Step 4: strict base64 of the payload and of every signature."""
    envelope = archive.envelope.decoded(step=4)
    return envelope, f"{len(envelope.payload)} bytes of statement"


def encode_message(envelope: dsse.Envelope) -> tuple[dsse.Envelope, str]:
    """Step 5: the pre-authentication encoding of type and payload."""
    return envelope, f"{len(envelope.message)} bytes that signatures are over"


def check_signatures(
    envelope: dsse.Envelope, trust: Trust
) -> tuple[tuple[TrustedKey, ...], str]:
    """Step 6: 1 to 16 signatures, at least one of a trusted key holds.

    A claimed key id decides nothing; it only makes the refusal say whose it may be.
    """
    try:
        held = dsse.verify(envelope, (one.key for one in trust.keys), step=6)
    except BadSignature:
        raise _not_signed(envelope, trust) from None
    signers = trust.signers(held)
    return signers, "signed by " + ", ".join(map(str, signers))


def _not_signed(envelope: dsse.Envelope, trust: Trust) -> BundleRejected:
    claimed = [one.claimed for one in envelope.signatures if one.claimed]
    if any(trust.find(key_id) for key_id in claimed):
        return BadSignature(
            "The signature does not hold: this is not what the signer signed.",
            advice="Do not use it; ask its sender for the file again.",
        )
    named = ", ".join(shown(fingerprint(key_id)) for key_id in claimed)
    return UnknownSigner(
        "No key that you trust signed this bundle."
        + (f" It claims the key {named}." if named else ""),
        advice="Ask the signer for their key file, compare its fingerprint with them "
        "by another way, and add it for their connectors.",
    )


def read_payload(payload: bytes, runtime: str = __version__) -> tuple[Statement, str]:
    """Step 7: the same bytes are a statement of this kind, for this runtime."""
    statement = read_statement(payload, step=7)
    needed = statement.min_runtime
    if needed and names.version_numbers(needed) > names.version_numbers(runtime):
        raise newer(f"The bundle needs Ferrule {needed}; this is {runtime}.", 7)
    return statement, f"{statement.bundle_id}@v{statement.version}"


def check_trust(
    statement: Statement, signers: Iterable[TrustedKey], trust: Trust, now: datetime
) -> tuple[None, str]:
    """Step 8: the first delegation for each connector has enough keys that signed.

    Unique keys are counted, and of them those that count `now`: not revoked, within
    their dates.
    """
    held = tuple(signers)
    useless = {one.key.id: why for one in held if (why := one.refusal(now))}
    for one in statement.connectors:
        delegation = trust.delegation_for(one.id)
        usable = [s.key.id for s in held if s.key.id not in useless]
        if delegation is None or not delegation.role.met(usable):
            raise _not_delegated(one.id, held, useless, delegation)
    return None, ", ".join(map(str, statement.connectors))


def _not_delegated(
    connector_id: str,
    held: Sequence[TrustedKey],
    useless: Mapping[str, str],
    delegation: Delegation | None,
) -> UnknownSigner:
    """Return why those who signed are not enough for a connector."""
    named = ", ".join(map(str, held))
    mine = [s for s in held if delegation and s.key.id in delegation.role.keyids]
    refused = [f"{one} {useless[one.key.id]}" for one in mine if one.key.id in useless]
    if refused:
        return UnknownSigner(
            f"The key of {refused[0]}, so it cannot sign {connector_id}.",
            advice="Ask for a bundle that is signed with a key that counts.",
        )
    if delegation is None or not mine:
        return UnknownSigner(
            f"{named} may not sign {connector_id}.",
            advice="If they should, delegate the connector to that trusted key.",
        )
    needed = delegation.role.threshold
    return UnknownSigner(
        f"{connector_id} needs {needed} signatures of different keys, and has "
        f"{len(mine)}: {', '.join(map(str, mine))}.",
        advice="Ask for a bundle that the others signed too.",
    )


def check_dates(statement: Statement, trust: Trust, now: datetime) -> tuple[None, str]:
    """Step 9: made at most 5 minutes ahead of `now`, and nothing expired."""
    check_fresh(trust, now)
    created, expires = written(statement.created_at), written(statement.expires_at)
    if statement.created_at > now + CLOCK_SKEW:
        raise Expired(
            f"The bundle says it was made at {created}, which is yet to come.",
            advice="Check this machine's clock.",
        )
    if not statement.created_at < statement.expires_at:
        raise Expired("The bundle ends before it is made.", advice=_NEW_ONE)
    if not now < statement.expires_at:
        raise Expired(f"The bundle expired at {expires}.", advice=_NEW_ONE)
    return None, f"{created} to {expires}"


_NEW_ONE = "Ask its signer for a new one."


def check_names(statement: Statement) -> tuple[None, str]:
    """Step 10: names are of the allowed forms, unique in any case, listed alike."""
    for listed in (statement.digests, statement.sizes):
        problem = names.names_problem(name for name, _ in listed)
        if problem:
            raise MalformedBundle(f"The statement is refused: {problem}.")
        if len(dict[str, object](listed)) < len(listed):
            raise MalformedBundle("The statement lists a file twice.")
    if dict(statement.digests).keys() != dict(statement.sizes).keys():
        raise MalformedBundle("Subjects and files of the statement are not the same.")
    return None, f"{len(statement.digests)} names"


def check_files(archive: Archive, statement: Statement) -> tuple[dict[str, bytes], str]:
    """Step 11: the files are the subjects, each with its size and SHA-256."""
    found = [name for name, _ in archive.files]
    if len(set(found)) < len(found):
        raise BadDigest("A file stands in the bundle twice.", advice=_CHANGED)
    digests, sizes = dict(statement.digests), dict(statement.sizes)
    odd = sorted(digests.keys() ^ set(found))
    if odd:
        kind = "missing" if odd[0] in digests else "not signed"
        raise BadDigest(f"The file {shown(odd[0])} is {kind}.", advice=_CHANGED)
    files: dict[str, bytes] = {}
    for name, content in archive.files:
        files[name] = Part(content.value, f"The file {name}", 11).octets()
        if not is_signed(files[name], sizes[name], digests[name]):
            raise BadDigest(f"The file {name} was changed.", advice=_CHANGED)
    return files, f"{sum(map(len, files.values()))} bytes in {len(files)} files"


_CHANGED = "Do not use the bundle; ask its sender for the file again."


def is_signed(content: bytes, size: int, sha256: str) -> bool:
    """Tell whether a file has the size and the SHA-256 (hex) that were signed."""
    found = hashlib.sha256(content).hexdigest()
    return len(content) == size and hmac.compare_digest(found, sha256)


def check_contents(
    files: Mapping[str, bytes], statement: Statement
) -> tuple[Contents, str]:
    """Step 12: documents are strict and valid, and say what the statement says."""
    contents = read_contents(files, step=12)
    said = (statement.bundle_id, statement.version, set(statement.connectors))
    if (contents.bundle_id, contents.version, set(contents.connectors)) != said:
        raise MalformedBundle(
            "Ids or versions in bundle.json are not those of the statement.",
            advice=_NEW_ONE,
        )
    hidden = contents.permissions.beyond(statement.permissions)
    if hidden:
        raise MalformedBundle(
            f"The connectors ask for more than the statement says: {hidden}.",
            advice="Do not use it; tell its signer.",
        )
    return contents, _permitted(statement.permissions)


def _permitted(permissions: Permissions) -> str:
    return f"may use {permissions}" if permissions else "asks for nothing"


def check_rollback(
    statement: Statement, accepted: Mapping[str, Accepted]
) -> tuple[frozenset[str], str]:
    """Step 13: no lower version, and no other content under a known version.

    Returns the ids of the connectors that were accepted before just as they are here.
    """
    unchanged = frozenset(
        one.id
        for one in statement.connectors
        if one.id in accepted and _is_known(one, statement, accepted[one.id])
    )
    if len(unchanged) == len(statement.connectors):
        return unchanged, "accepted before, nothing changes"
    known = any(one.id in accepted for one in statement.connectors)
    return unchanged, "newer than what was accepted" if known else "not seen before"


def _is_known(one: ConnectorVersion, statement: Statement, last: Accepted) -> bool:
    if names.version_numbers(one.version) < names.version_numbers(last.version):
        raise Rollback(
            f"{one} is older than {last.version}, which was accepted before.",
            advice="Keep what you have, or ask for the current bundle.",
        )
    if one.version != last.version:
        return False
    if statement.digest_of(one.id) != last.digest:
        raise Rollback(
            f"{one} was accepted before with other content.",
            advice="Its signer must raise the version of what changed.",
        )
    return True

"""The trust list as a file: a DSSE envelope, signed by the root that it names.

Its payload is strict JSON of at most 1 MiB:

    {"trustFormat": 1, "version": 3, "expiresAt": "2027-01-31T09:00:00Z",
     "root": {"keyids": ["sha256:…"], "threshold": 1},
     "keys": [{"id", "alg": "ed25519", "public", "label",
               "notBefore"?, "notAfter"?, "revokedAt"?}],
     "delegations": [{"connectors": ["acme.*"], "keyids": ["sha256:…"],
                      "threshold": 1}]}

That a list is signed by its own root says only that it is whole: whose root it is, a
person compares once. From then on each list is the one before's successor: one version
on, and signed by the root of both.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ferrule.bundle import dsse
from ferrule.bundle.jcs import canonical_json
from ferrule.bundle.keys import PublicKey, SigningKey
from ferrule.bundle.statement import payload_digest, written
from ferrule.bundle.strict import Part, read
from ferrule.bundle.trust import Delegation, Role, Trust, TrustedKey
from ferrule.errors import (
    BadSignature,
    BundleRejected,
    Expired,
    MalformedBundle,
    Rollback,
    StoreError,
    UsageError,
)
from ferrule.exchange import Json

ALGORITHM: Final = "ed25519"
PAYLOAD_TYPE: Final = "application/vnd.ferrule.trust.v1+json"
TRUST_FORMAT: Final = 1
MAX_TRUST: Final = 1024 * 1024
_STEP: Final = 0
_WHAT: Final = "The trust list"
_MEND: Final = "Ask who keeps it for the list again, or put it aside and begin anew."


@dataclass(frozen=True, slots=True)
class TrustList:
    """A trust list that was read: signed by enough of its own root's keys.

    `digest` is that of its payload; `signed_by` are the ids of the keys of the list
    that signed it.
    """

    trust: Trust
    digest: str
    signed_by: frozenset[str]
    envelope: dsse.Envelope

    @property
    def root_fingerprints(self) -> tuple[str, ...]:
        """The fingerprints of its root's keys, to compare with who keeps it."""
        root = self.trust.root
        found = self.trust.signers(root.keyids if root else ())
        return tuple(one.key.fingerprint for one in found)


def encode_trust(trust: Trust) -> bytes:
    """Return the payload of a trust list, as canonical JSON (RFC 8785).

    Raises:
        UsageError: for one without a root.
    """
    if trust.root is None or trust.version < 1:
        raise UsageError("A trust list needs a root and a version from 1.")
    return canonical_json(trust_wire(trust), what=_WHAT)


def trust_wire(trust: Trust) -> dict[str, Json]:
    """Return a trust list's payload as JSON."""
    return {
        "trustFormat": TRUST_FORMAT,
        "version": trust.version,
        "expiresAt": written(trust.expires_at),
        "root": _role_wire(trust.root) if trust.root else None,
        "keys": [_key_wire(one) for one in trust.keys],
        "delegations": [
            {"connectors": list(one.connectors), **_role_wire(one.role)}
            for one in trust.delegations
        ],
    }


def seal_trust(trust: Trust, keys: Sequence[SigningKey]) -> bytes:
    """Return the file of a trust list, signed with these keys: the same bytes again."""
    return _file(dsse.sign(PAYLOAD_TYPE, encode_trust(trust), keys))


def cosign_trust(raw: bytes, keys: Sequence[SigningKey]) -> bytes:
    """Return a trust list signed with further keys; what it says stays as it is.

    Raises:
        StoreError: when it is no trust list.
    """
    envelope, _ = _decoded(raw)
    added = dsse.sign(PAYLOAD_TYPE, envelope.payload, keys)
    kept: dict[str, Json] = {
        one.claimed or "": base64.b64encode(one.signature).decode()
        for one in envelope.signatures
    }
    new = added["signatures"]
    for one in new if isinstance(new, list) else ():
        if isinstance(one, dict):
            kept[str(one["keyid"])] = one["sig"]
    signatures: list[Json] = [{"keyid": k, "sig": kept[k]} for k in sorted(kept)]
    return _file({**added, "signatures": signatures})


def read_trust(raw: bytes, *, whole: bool = True) -> TrustList:
    """Return the trust list in a file; whose root signed it is for the caller.

    With `whole` false, one that still lacks signatures of its root is read too.

    Raises:
        StoreError: when it is no trust list, holds a key that must not be trusted, or
            lacks signatures of its own root.
    """
    envelope, trust = _decoded(raw)
    held = _signers(envelope, trust)
    if whole and (trust.root is None or not trust.root.met(held)):
        raise StoreError(
            "The trust list is not signed by enough keys of its own root.", advice=_MEND
        )
    return TrustList(trust, payload_digest(envelope.payload), held, envelope)


def check_successor(old: TrustList, new: TrustList) -> None:
    """Refuse a trust list that does not follow another.

    That is one version on, signed by enough keys of the old root and of its own. The
    same list again follows itself. An expired list may be followed.

    Raises:
        Rollback: when it is older, or another list of the same version.
        BadSignature: when the old root did not sign it.
    """
    if new.digest == old.digest:
        return
    if new.trust.version != old.trust.version + 1:
        raise Rollback(
            f"The trust list has version {new.trust.version}; {old.trust.version + 1} "
            "comes next.",
            advice="Take the lists in their order.",
        )
    root = old.trust.root
    held = _signers(new.envelope, old.trust)
    if root is None or not root.met(held):
        raise BadSignature(
            "The root that was confirmed did not sign this trust list.",
            advice="Do not use it; ask who keeps the list.",
        )


def check_fresh(trust: Trust, now: datetime) -> None:
    """Refuse a trust list whose time is over.

    Raises:
        Expired: when it is.
    """
    if trust.expires_at <= now:
        raise Expired(
            f"The trust list expired at {written(trust.expires_at)}.",
            advice="Ask who keeps it for a later one, or renew it: ferrule trust renew",
        )


def _signers(envelope: dsse.Envelope, trust: Trust) -> frozenset[str]:
    """Return the keys of a list that signed an envelope and were not revoked by it."""
    usable = [one.key for one in trust.keys if one.revoked_at is None]
    try:
        return dsse.verify(envelope, usable, threshold=0, step=_STEP)
    except BundleRejected as error:
        raise StoreError(error.message, advice=_MEND) from None


def _file(envelope: dict[str, Json]) -> bytes:
    return canonical_json(envelope, what=_WHAT) + b"\n"


def _decoded(raw: bytes) -> tuple[dsse.Envelope, Trust]:
    try:
        whole = Part(read(raw, limit=MAX_TRUST, what=_WHAT, step=_STEP), _WHAT, _STEP)
        sealed = dsse.read_envelope(whole)
        sealed.expect_type(PAYLOAD_TYPE, step=_STEP, what="a trust list")
        envelope = sealed.decoded(step=_STEP)
        found = read(envelope.payload, limit=MAX_TRUST, what=_WHAT, step=_STEP)
        return envelope, _read_payload(Part(found, _WHAT, _STEP))
    except (MalformedBundle, UsageError) as error:
        raise StoreError(error.message, advice=_MEND) from None


def _read_payload(part: Part) -> Trust:
    found = part.open_members(("trustFormat",))["trustFormat"].size()
    if found != TRUST_FORMAT:
        part.refuse(f"has the format {found}, which this Ferrule does not know")
    members = part.members(
        ("trustFormat", "version", "expiresAt", "root", "keys", "delegations")
    )
    version = members["version"].size()
    if not 1 <= version < 2**53:
        members["version"].refuse("is not 1 or more")
    return Trust(
        keys=tuple(map(_read_key, members["keys"].elements())),
        delegations=tuple(map(_read_delegation, members["delegations"].elements())),
        root=_read_role(members["root"].members(("keyids", "threshold"))),
        version=version,
        expires_at=members["expiresAt"].moment(),
    )


def _read_key(part: Part) -> TrustedKey:
    dates = ("notBefore", "notAfter", "revokedAt")
    members = part.members(("id", "alg", "public", "label"), dates)
    if members["alg"].text() != ALGORITHM:
        members["alg"].refuse("is not ed25519, the only algorithm")
    key = PublicKey.from_der(members["public"].octets())
    if members["id"].text() != key.id:
        members["id"].refuse("is not the id of its key")
    found = [members[n].moment() if n in members else None for n in dates]
    return TrustedKey(key, members["label"].label(), *found)


def _read_delegation(part: Part) -> Delegation:
    members = part.members(("connectors", "keyids", "threshold"))
    patterns = tuple(one.text() for one in members["connectors"].elements())
    return Delegation(patterns, _read_role(members))


def _read_role(members: dict[str, Part]) -> Role:
    keyids = tuple(one.text() for one in members["keyids"].elements())
    return Role(keyids, members["threshold"].size())


def _role_wire(role: Role) -> dict[str, Json]:
    return {"keyids": list(role.keyids), "threshold": role.threshold}


def _key_wire(one: TrustedKey) -> dict[str, Json]:
    dates = {
        "notBefore": one.not_before,
        "notAfter": one.not_after,
        "revokedAt": one.revoked_at,
    }
    return {
        "id": one.key.id,
        "alg": ALGORITHM,
        "public": base64.b64encode(one.key.der).decode(),
        "label": one.label,
        **{name: written(when) for name, when in dates.items() if when is not None},
    }

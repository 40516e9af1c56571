"""The trust list: its own file, what it says, which one follows which."""

import re
from dataclasses import dataclass
from datetime import datetime

from envelope import Envelope, read_envelope
from forms import (
    MANY,
    identifier,
    members,
    moment,
    once,
    several,
    sha256,
    text,
    whole,
)
from keys import Key
from strict_json import need, read, unbase64

MIB = 1 << 20
PAYLOAD_TYPE = "application/vnd.ferrule.trust.v1+json"
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f-\u1160\u1680\u17b4-\u17b5\u180b-\u180f"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)


@dataclass(frozen=True)
class Role:
    """Keys of which `threshold` must sign."""

    keyids: frozenset[str]
    threshold: int

    def filled(self, signers: set[str]) -> bool:
        return len(self.keyids & signers) >= self.threshold


@dataclass(frozen=True)
class Trusted:
    """A key and the time in which it counts."""

    key: Key
    not_before: datetime | None
    not_after: datetime | None
    revoked: datetime | None

    def counts(self, now: datetime) -> bool:
        begun = self.not_before is None or now >= self.not_before
        ends = [one for one in (self.not_after, self.revoked) if one is not None]
        return begun and all(now < one for one in ends)


@dataclass(frozen=True)
class Trust:
    """What a trust list says."""

    version: int
    expires: datetime
    root: Role
    keys: dict[str, Trusted]
    delegations: list[tuple[list[str], Role]]

    def role_for(self, connector: str) -> Role | None:
        for patterns, role in self.delegations:
            if any(_stands_for(one, connector) for one in patterns):
                return role
        return None

    def unrevoked(self) -> list[Key]:
        return [one.key for one in self.keys.values() if one.revoked is None]


def _stands_for(pattern: str, connector: str) -> bool:
    if pattern.endswith("*"):
        return connector.startswith(pattern[:-1])
    return connector == pattern


def read_trust(value: object) -> Trust:
    needed = "trustFormat version expiresAt root keys delegations"
    value = members(value, needed)
    need(whole(value["trustFormat"], 1) == 1, "another format")
    need(whole(value["version"], 1) < 2**53, "too late a version")
    keys = [_trusted(one) for one in several(value["keys"])]
    need(len(keys) <= MANY, "too many keys")
    once([one.key.id for one in keys], "a key twice")
    known = {one.key.id: one for one in keys}
    return Trust(
        version=value["version"],
        expires=moment(value["expiresAt"]),
        root=_role(members(value["root"], "keyids threshold"), known),
        keys=known,
        delegations=[_delegation(one, known) for one in several(value["delegations"])],
    )


def _trusted(value: object) -> Trusted:
    value = members(value, "id alg public label", "notBefore notAfter revokedAt")
    need(value["alg"] == "ed25519", "another algorithm")
    key = Key(unbase64(text(value["public"])))
    need(value["id"] == key.id, "the id of another key")
    _label(text(value["label"]))
    times = (
        moment(value[name]) if name in value else None
        for name in ("notBefore", "notAfter", "revokedAt")
    )
    return Trusted(key, *times)


def _label(label: str) -> None:
    need(len(label) <= 200, "too long a label")
    need(not HIDDEN.search(label), "a label that cannot be shown")


def _role(value: dict[str, object], known: dict[str, Trusted]) -> Role:
    named = [sha256(one, "sha256:") for one in several(value["keyids"])]
    once(named, "a key twice in a role")
    need(set(named) <= set(known), "a key that the list does not have")
    need(whole(value["threshold"], 1) <= len(named), "a threshold out of reach")
    return Role(frozenset(named), value["threshold"])


def _delegation(value: object, known: dict[str, Trusted]) -> tuple[list[str], Role]:
    value = members(value, "connectors keyids threshold")
    patterns = several(value["connectors"])
    need(patterns, "a delegation of nothing")
    for pattern in patterns:
        open_end = text(pattern).endswith((".*", "-*", "_*"))
        identifier(pattern[:-2] if open_end else pattern)
    return patterns, _role(value, known)


def _opened(raw: bytes) -> tuple[Envelope, Trust]:
    envelope = read_envelope(read(raw, MIB))
    need(envelope.payload_type == PAYLOAD_TYPE, "another payload type")
    envelope.decode()
    trust = read_trust(read(envelope.payload, MIB))
    signers = envelope.signers(trust.unrevoked())
    need(trust.root.filled(signers), "not signed by its own root")
    return envelope, trust


def follow(raw: bytes, before: bytes | None) -> Trust:
    """The list in `raw`, which takes the place of the one that is remembered."""
    envelope, trust = _opened(raw)
    if before is None:
        return trust
    remembered, known = _opened(before)
    if remembered.payload == envelope.payload:
        return trust
    need(trust.version == known.version + 1, "not the next version")
    signers = envelope.signers(known.unrevoked())
    need(known.root.filled(signers), "not signed by the root before")
    return trust

"""The sealed file: its records, and what proves that nobody changed them.

Each secret is one record under AES-256-GCM, with a nonce of its own and with format,
vault, owner, field, record version and key as associated data: a record put in
another's place does not open. A MAC over all of it, the sorted records and a
generation counter among them, shows a record that is missing or put back. The data key
is behind the file's locks; while records are sealed anew with another data key, the
older one is in the file too, sealed by the present one.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from ferrule.credentials.locks import Lock, LockKey, closed
from ferrule.credentials.sealing import (
    FORMAT,
    Keys,
    Place,
    Sealed,
    derive,
    sealed,
    sealed_key,
    text,
    unsealed,
    unsealed_key,
)
from ferrule.credentials.stretching import KEY_BYTES
from ferrule.credentials.unpicklable import Unpicklable
from ferrule.credentials.vault import Ref
from ferrule.errors import VaultDamaged
from ferrule.exchange import canonical

ASIDE: Final = (
    "Nothing was changed. Put the copy before it back with: ferrule vault restore. Or "
    "move the file aside and connect again."
)


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sealed secret: `key` is the id of its data key, `at` when its value came."""

    project: str
    owner: str
    field: str
    version: int
    key: str
    at: str
    nonce: str
    sealed: str

    @property
    def ref(self) -> Ref:
        """Return whose it is."""
        return Ref(self.project, self.owner)

    @property
    def place(self) -> Place:
        """Return what its seal is bound to."""
        return Place(self.ref, self.field, self.version)

    @property
    def kept(self) -> Sealed:
        """Return the sealed value."""
        return Sealed(self.nonce, self.sealed)


class OlderKey(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A data key that some records are still sealed with, sealed by the present one."""

    key_id: str
    nonce: str
    sealed: str


class Contents(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The whole file as it stands on disk."""

    format: str
    vault_id: str
    generation: int
    key_id: str
    check: str
    locks: list[Lock]
    older: list[OlderKey]
    records: list[Record]
    mac: str = ""

    @property
    def named(self) -> tuple[str, str]:
        """Return the vault's id and its data key's, as locks are bound to them."""
        return self.vault_id, self.key_id


@dataclass(frozen=True, slots=True)
class Ring(Unpicklable):
    """The present data key of a file, and the keys derived from it and older ones."""

    data_key: bytes | bytearray = field(repr=False)
    current: Keys
    older: Mapping[str, Keys] = field(default_factory=dict)

    def of(self, key_id: str) -> Keys | None:
        """Return the keys of that id."""
        if key_id == self.current.key_id:
            return self.current
        return self.older.get(key_id)

    def wipe(self) -> None:
        """Overwrite the data key: what was derived from it is enough to read on."""
        if isinstance(self.data_key, bytearray):
            self.data_key[:] = bytes(len(self.data_key))


def begun(by: Sequence[LockKey], vault_id: str = "") -> tuple[Contents, Ring]:
    """Return a vault without records under a new data key, closed by these locks."""
    data_key = bytearray(secrets.token_bytes(KEY_BYTES))
    keys = derive(data_key, vault_id or secrets.token_hex(16))
    named = (keys.vault_id, keys.key_id)
    contents = Contents(
        format=FORMAT,
        vault_id=keys.vault_id,
        generation=0,
        key_id=keys.key_id,
        check=keys.check,
        locks=[closed(one, data_key, named) for one in by],
        older=[],
        records=[],
    )
    return contents, Ring(data_key, keys)


def ring_of(contents: Contents, data_key: bytes | bytearray) -> Ring | None:
    """Return the ring of a file; None when this is not the key it was sealed with."""
    keys = derive(data_key, contents.vault_id)
    if not hmac.compare_digest(contents.check, keys.check):
        return None
    older = {}
    for one in contents.older:
        found = unsealed_key(keys, one.key_id, Sealed(one.nonce, one.sealed))
        if found is not None:
            older[one.key_id] = derive(found, contents.vault_id)
    return Ring(data_key, keys, older)


def verify(contents: Contents, ring: Ring, path: Path) -> None:
    """Check the records and the generation against the MAC.

    Raises:
        VaultDamaged: naming the records that were changed, where it can be told.
    """
    if hmac.compare_digest(contents.mac, mac_of(contents, ring.current)):
        return
    changed = [
        f"{one.field!r} of {one.owner!r} in {one.project!r}"
        for one in contents.records
        if value_of(ring, one) is None
    ]
    what = ", ".join(changed) or "its head, its list of records or its generation"
    raise VaultDamaged(f"{path} was changed from outside: {what}.", advice=ASIDE)


def values(contents: Contents, ring: Ring, ref: Ref) -> dict[str, str]:
    """Return an owner's secrets by field; empty when it has none.

    Raises:
        VaultDamaged: naming a record that does not open.
    """
    found = {}
    for record in contents.records:
        if record.ref == ref:
            value = value_of(ring, record)
            if value is None:
                raise VaultDamaged(
                    f"The record {record.field!r} of {record.owner!r} does not open.",
                    advice=ASIDE,
                )
            found[record.field] = value
    return found


def value_of(ring: Ring, record: Record) -> str | None:
    """Return a record's value; None when it does not open."""
    keys = ring.of(record.key)
    return None if keys is None else unsealed(keys, record.place, record.kept)


def with_secrets(
    contents: Contents, ring: Ring, ref: Ref, plain: Mapping[str, str], at: str
) -> Contents:
    """Return the next generation, in which the owner has just these secrets.

    A record whose value stays the same stays as it is, with the time it came.
    """
    own = {record.field: record for record in contents.records if record.ref == ref}
    others = [record for record in contents.records if record.ref != ref]
    new = [
        _following(ring, own.get(name), Place(ref, name, 0), (value, at))
        for name, value in plain.items()
    ]
    return signed(
        msgspec.structs.replace(contents, records=sorted([*others, *new], key=_order)),
        ring,
    )


def copied(contents: Contents, ring: Ring, ref: Ref, to: Ref) -> Contents:
    """Return the next generation, in which `to` has just what another owner has.

    Each value keeps the time it came.

    Raises:
        VaultDamaged: naming a record that does not open.
    """
    plain = values(contents, ring, ref)
    before = {one.field: one.version for one in contents.records if one.ref == to}
    others = [record for record in contents.records if record.ref != to]
    new = [
        _record(
            ring,
            Place(to, one.field, before.get(one.field, 0) + 1),
            plain[one.field],
            one.at,
        )
        for one in contents.records
        if one.ref == ref
    ]
    return signed(
        msgspec.structs.replace(contents, records=sorted([*others, *new], key=_order)),
        ring,
    )


def resealed(ring: Ring, record: Record) -> Record:
    """Return a record sealed with the present data key.

    Raises:
        VaultDamaged: when it does not open.
    """
    value = value_of(ring, record)
    if value is None:
        raise VaultDamaged(
            f"The record {record.field!r} of {record.owner!r} does not open.",
            advice=ASIDE,
        )
    return _record(ring, record.place, value, record.at)


def signed(contents: Contents, ring: Ring) -> Contents:
    """Return the next generation of a file with its MAC."""
    following = msgspec.structs.replace(
        contents, generation=contents.generation + 1, mac=""
    )
    return msgspec.structs.replace(following, mac=mac_of(following, ring.current))


def mac_of(contents: msgspec.Struct, keys: Keys) -> str:
    """Return the MAC over everything else in the file."""
    plain = msgspec.to_builtins(contents) | {"mac": ""}
    return text(hmac.digest(keys.mac, canonical(plain), sha256))


def older_key(ring: Ring, key_id: str, data_key: bytes | bytearray) -> OlderKey:
    """Return an older data key as the file holds it."""
    return OlderKey(key_id, *sealed_key(ring.current, key_id, data_key))


def _following(
    ring: Ring, old: Record | None, place: Place, new: tuple[str, str]
) -> Record:
    if old is None:
        return _record(ring, place._replace(version=1), *new)
    if old.key == ring.current.key_id and value_of(ring, old) == new[0]:
        return old
    return _record(ring, place._replace(version=old.version + 1), *new)


def _record(ring: Ring, place: Place, value: str, at: str) -> Record:
    kept = sealed(ring.current, place, value)
    return Record(
        *place.ref, place.field, place.version, ring.current.key_id, at, *kept
    )


def _order(record: Record) -> tuple[str, str, str]:
    return record.project, record.owner, record.field

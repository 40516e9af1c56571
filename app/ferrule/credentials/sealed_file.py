"""The sealed file: its records, and what proves that nobody changed them.

Each secret is one record under AES-256-GCM, with a nonce of its own and with format,
vault, owner, field, record version and key as associated data: a record put in
another's place does not open. A MAC over the sorted records and a generation counter
shows a record that is missing or put back. GCM does not commit to its key, hence a
check value made from the key. Writing is: lock, temporary file, fsync, keep the old
one as .bak, rename, fsync of the folder.
"""

import base64
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ferrule.credentials.vault import Ref
from ferrule.errors import StoreError, VaultLocked
from ferrule.exchange import Json, canonical

FORMAT: Final = "ferrule-vault/1"
_NONCE: Final = 12
_ASIDE: Final = (
    "Nothing was changed. Restore the file from its .bak copy or a backup, or move it "
    "aside and connect again."
)


class Record(msgspec.Struct, frozen=True):
    """One sealed secret; `nonce` and `sealed` are base64."""

    project: str
    owner: str
    field: str
    version: int
    nonce: str
    sealed: str

    @property
    def ref(self) -> Ref:
        """Return whose it is."""
        return Ref(self.project, self.owner)


class Contents(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The whole file as it stands on disk."""

    format: str
    vault_id: str
    key_id: str
    salt: str
    check: str
    generation: int
    records: list[Record]
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """What is derived from the data key for one vault; never shown."""

    key_id: str
    check: str
    seal: AESGCM = field(repr=False)
    mac: bytes = field(repr=False)


def derive(data_key: bytes, vault_id: str) -> Keys:
    """Return the keys of a vault (HKDF-SHA256, one purpose each; RFC 5869)."""

    def purpose(name: str) -> bytes:
        told = f"{FORMAT} {name}".encode()
        return HKDF(SHA256(), 32, salt=vault_id.encode(), info=told).derive(data_key)

    return Keys(
        key_id=purpose("key id").hex()[:16],
        check=_text(purpose("check")),
        seal=AESGCM(purpose("seal")),
        mac=purpose("mac"),
    )


def empty() -> Contents:
    """Return a new vault without key and records."""
    return Contents(
        format=FORMAT,
        vault_id=secrets.token_hex(16),
        key_id="",
        salt=_text(secrets.token_bytes(16)),
        check="",
        generation=0,
        records=[],
    )


def opens(contents: Contents, keys: Keys) -> bool:
    """Tell whether these are the keys that the file was sealed with."""
    return hmac.compare_digest(contents.check, keys.check)


def verify(contents: Contents, keys: Keys, path: Path) -> None:
    """Check the records and the generation against the MAC.

    Raises:
        VaultLocked: naming the records that were changed, where it can be told.
    """
    if hmac.compare_digest(contents.mac, _mac(contents, keys)):
        return
    changed = [
        f"{one.field!r} of {one.owner!r} in {one.project!r}"
        for one in contents.records
        if _opened(contents, keys, one) is None
    ]
    what = ", ".join(changed) or "its list of records or its generation"
    raise VaultLocked(f"{path} was changed from outside: {what}.", advice=_ASIDE)


def unseal(contents: Contents, keys: Keys, ref: Ref) -> dict[str, str]:
    """Return an owner's secrets by field; empty when it has none.

    Raises:
        VaultLocked: naming a record that does not open.
    """
    found = {}
    for record in contents.records:
        if record.ref == ref:
            value = _opened(contents, keys, record)
            if value is None:
                raise VaultLocked(
                    f"The record {record.field!r} of {record.owner!r} does not open.",
                    advice=_ASIDE,
                )
            found[record.field] = value
    return found


def with_secrets(
    contents: Contents, keys: Keys, ref: Ref, secrets_: Mapping[str, str]
) -> Contents:
    """Return the next generation, in which the owner has just these secrets."""
    versions = {r.field: r.version for r in contents.records if r.ref == ref}
    others = [record for record in contents.records if record.ref != ref]
    own = [
        _sealed(contents, keys, (ref, name, versions.get(name, 0) + 1), value)
        for name, value in secrets_.items()
    ]
    following = msgspec.structs.replace(
        contents,
        key_id=keys.key_id,
        check=keys.check,
        generation=contents.generation + 1,
        records=sorted([*others, *own], key=_place),
    )
    return msgspec.structs.replace(following, mac=_mac(following, keys))


def read(path: Path) -> Contents | None:
    """Return what the file holds, unverified; None when there is no file.

    Raises:
        StoreError: when it is unreadable, empty, damaged or of a newer format.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        contents = msgspec.json.decode(raw, type=Contents)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise StoreError(f"{path} is damaged.", advice=_ASIDE) from None
    if contents.format != FORMAT:
        raise StoreError(
            f"{path} has the format {contents.format!r}; this Ferrule knows {FORMAT}.",
            advice="Use a newer Ferrule, or another data directory (FERRULE_HOME).",
        )
    return contents


def write(path: Path, contents: Contents, *, keep_old: bool = True) -> None:
    """Replace the file as a whole; the caller holds the lock.

    Without `keep_old` no .bak stays, so that what was deleted is gone.

    Raises:
        StoreError: when the disk refuses; the old file stands then.
    """
    made = path.with_name(f"{path.name}.tmp")
    try:
        _write_durably(made, msgspec.json.format(msgspec.json.encode(contents)))
        _keep_old(path)
        made.replace(path)
        if not keep_old:
            _old(path).unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {error.strerror}.",
            advice="The secrets kept so far are untouched. Check the room on the disk.",
        ) from error


def _write_durably(path: Path, raw: bytes) -> None:
    path.unlink(missing_ok=True)  # what a killed writer left
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _keep_old(path: Path) -> None:
    if path.exists():
        spare = path.with_name(f"{path.name}.bak.tmp")
        _write_durably(spare, path.read_bytes())
        spare.replace(_old(path))


def _old(path: Path) -> Path:
    return path.with_name(f"{path.name}.bak")


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sealed(
    contents: Contents, keys: Keys, place: tuple[Ref, str, int], value: str
) -> Record:
    ref, name, version = place
    nonce = secrets.token_bytes(_NONCE)
    bound = _bound(contents, keys, place)
    sealed = keys.seal.encrypt(nonce, value.encode("utf-8", "surrogatepass"), bound)
    return Record(*ref, name, version, _text(nonce), _text(sealed))


def _opened(contents: Contents, keys: Keys, record: Record) -> str | None:
    bound = _bound(contents, keys, (record.ref, record.field, record.version))
    try:
        nonce, sealed = _raw(record.nonce), _raw(record.sealed)
        plain = keys.seal.decrypt(nonce, sealed, bound)
    except (InvalidTag, ValueError):
        return None
    return plain.decode("utf-8", "surrogatepass")


def _bound(contents: Contents, keys: Keys, place: tuple[Ref, str, int]) -> bytes:
    ref, name, version = place
    vault: list[Json] = [contents.format, contents.vault_id]
    parts: list[Json] = [*vault, *ref, name, version, keys.key_id]
    return canonical(parts)


def _mac(contents: Contents, keys: Keys) -> str:
    plain = msgspec.to_builtins(msgspec.structs.replace(contents, mac=""))
    return _text(hmac.digest(keys.mac, canonical(plain), sha256))


def _place(record: Record) -> tuple[str, str, str]:
    return record.project, record.owner, record.field


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)

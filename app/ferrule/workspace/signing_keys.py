"""Signing keys in the vault, and whom the project trusts to sign.

A private key never leaves the vault: it is read to sign and to show its fingerprint.
The project's `trust.json` holds public keys only, so it may be shared and reviewed.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ferrule.bundle import (
    SigningKey,
    Trust,
    TrustedKey,
    export_public,
    read_public,
    read_trust,
)
from ferrule.credentials import Ref
from ferrule.errors import MissingSecret, NotFound, StoreError, UsageError
from ferrule.workspace.home import write_whole
from ferrule.workspace.project import make_folder
from ferrule.workspace.shipping_facts import KeptKey, Signer
from ferrule.workspace.workspace import Workspace

# No project can have this key, so that no connection's secrets stand beside it.
OWNER: Final = "@keys"
_FIELD: Final = "private"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\Z")
_LARGEST_TRUST: Final = 1024 * 1024
_LARGEST_KEY: Final = 10_000


def new_key(workspace: Workspace, name: str) -> KeptKey:
    """Make a signing key and keep it.

    Raises:
        KeychainUnavailable: when there is no place that keeps it.
        UsageError: for a name that is taken, or is none.
    """
    if not _NAME.match(name):
        raise UsageError(
            f"“{name}” cannot name a key.",
            advice="Use letters, digits and . _ - + @, at most 64 of them.",
        )
    if name in _names(workspace):
        raise UsageError(
            f"There is a key “{name}” already.", advice="Choose another name."
        )
    key = SigningKey.generate()
    kept = {_FIELD: key.to_vault()}
    workspace.vault.put(Ref(OWNER, name), kept, must_store=True)
    return _shown(name, key)


def list_keys(workspace: Workspace) -> list[KeptKey]:
    """Return the kept keys by name."""
    return [_shown(name, signing_key(workspace, name)) for name in _names(workspace)]


def export_key(workspace: Workspace, name: str) -> bytes:
    """Return the public key file (PEM) that others add to whom they trust."""
    return export_public(signing_key(workspace, name))


def signing_key(workspace: Workspace, name: str) -> SigningKey:
    """Return a kept key, to sign with.

    Raises:
        NotFound: when there is none of that name.
    """
    try:
        kept = workspace.vault.get(Ref(OWNER, name))
    except MissingSecret:
        known = ", ".join(_names(workspace)) or "none yet"
        raise NotFound(
            f"There is no signing key “{name}”.",
            advice=f"Kept: {known}. Make one with: ferrule keys new {name}",
        ) from None
    return SigningKey.from_vault(kept[_FIELD])


def trusted(workspace: Workspace) -> Trust:
    """Return whom the project trusts; nobody, while there is no list.

    Raises:
        StoreError: when the list cannot be read.
    """
    return trust_in(workspace.project.trust, missing_is_empty=True)


def signers(workspace: Workspace) -> list[Signer]:
    """Return whom the project trusts, as it is shown."""
    return [
        Signer(one.key.id, one.key.fingerprint, one.label, one.connectors)
        for one in trusted(workspace).keys
    ]


def trust_in(path: Path, *, missing_is_empty: bool = False) -> Trust:
    """Return the trust in a file."""
    if missing_is_empty and not path.exists():
        return Trust()
    return read_trust(read_at_most(path, _LARGEST_TRUST))


def trust_key(
    workspace: Workspace, pem: bytes, patterns: Sequence[str], label: str = ""
) -> TrustedKey:
    """Let the key in `pem` sign the connectors that `patterns` stand for.

    Raises:
        StoreError: when it is no public key, or one that must not be trusted.
        UsageError: for no pattern, or one that is none.
    """
    key = read_public(pem)
    trust = trusted(workspace).with_key(key, patterns, label)
    make_folder(workspace.project)
    write_whole(workspace.project.trust, trust.encoded(), 0o644)
    return trust.signers([key.id])[0]


def untrust(workspace: Workspace, key_id: str) -> None:
    """Trust a key no more.

    Raises:
        NotFound: when it was not trusted.
    """
    trust = trusted(workspace)
    if trust.find(key_id) is None:
        raise NotFound("The project does not trust that key.")
    write_whole(workspace.project.trust, trust.without(key_id).encoded(), 0o644)


def fingerprint_of(pem: bytes) -> tuple[str, str]:
    """Return the id and the fingerprint of a public key file."""
    key = read_public(pem)
    return key.id, key.fingerprint


def read_key_file(path: Path) -> bytes:
    """Return a public key file's bytes; its size is looked at first."""
    return read_at_most(path, _LARGEST_KEY)


def read_at_most(path: Path, limit: int) -> bytes:
    """Return a regular file's bytes.

    Raises:
        StoreError: when it is none, cannot be read, or is longer than `limit`.
    """
    try:
        if not path.is_file():
            raise StoreError(f"{path} is not a file.", advice="Check the name.")
        with path.open("rb") as opened:
            raw = opened.read(limit + 1)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from None
    if len(raw) > limit:
        raise StoreError(f"{path} is larger than {limit:,} bytes.")
    return raw


def _names(workspace: Workspace) -> list[str]:
    return [ref.owner for ref in workspace.vault.refs() if ref.project == OWNER]


def _shown(name: str, key: SigningKey) -> KeptKey:
    return KeptKey(name, key.public.id, key.public.fingerprint)

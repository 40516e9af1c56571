"""Signing keys in the vault: they are read to sign and to show their fingerprint.

Those whose name begins with `root@` sign trust lists and nothing else.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from ferrule.bundle import (
    SigningKey,
    export_public,
    fingerprint_words,
    read_public,
)
from ferrule.credentials import Ref
from ferrule.credentials.vault import KEYS
from ferrule.errors import MissingSecret, NotFound, StoreError, UsageError
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.shipping_facts import KeptKey
from ferrule.workspace.workspace import Workspace

# No project can have this key, so that no connection's secrets stand beside it.
OWNER: Final = KEYS
ROOT: Final = "root@"
_FIELD: Final = "private"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\Z")
_LARGEST_KEY: Final = 10_000


@recorded("sign", "The signing key {name} was made.", entity="{name}", audit="key.new")
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
    return _shown(workspace, name, key)


def list_keys(workspace: Workspace) -> list[KeptKey]:
    """Return the keys that sign bundles, by name."""
    names = (name for name in _names(workspace) if not name.startswith(ROOT))
    return [_shown(workspace, name, signing_key(workspace, name)) for name in names]


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


def kept_signing_keys(workspace: Workspace) -> list[SigningKey]:
    """Return every kept key, those of trust lists too, to sign with."""
    return list(named_keys(workspace).values())


def named_keys(workspace: Workspace) -> dict[str, SigningKey]:
    """Return every kept key by its name, those of trust lists too."""
    return {name: signing_key(workspace, name) for name in _names(workspace)}


def fingerprint_of(pem: bytes) -> tuple[str, str]:
    """Return the id and the fingerprint of a public key file."""
    key = read_public(pem)
    return key.id, key.fingerprint


def words_of(key_id: str) -> tuple[str, ...]:
    """Return the fingerprint of a key id in words, none for what is no id."""
    return fingerprint_words(key_id)


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


def _shown(workspace: Workspace, name: str, key: SigningKey) -> KeptKey:
    public = key.public
    words = fingerprint_words(public.id)
    made = _made_at(workspace, name)
    return KeptKey(name, public.id, public.fingerprint, words, made)


def _made_at(workspace: Workspace, name: str) -> datetime | None:
    """Return since when the vault has the key: it is made there and never changes.

    Files of the vault's first format did not tell.
    """
    text = workspace.vault.kept_at(Ref(OWNER, name)).get(_FIELD, "")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None

"""Whom a project trusts to sign: a signed list, and the root that was confirmed here.

The project's `trust.json` may be shared and reviewed. Which root it has is confirmed by
a person once on each computer and remembered in the data directory as the list itself;
from then on only its successors are taken. A change is signed by the root's keys in the
vault. Where these are too few it waits in `trust.next.json` for further signatures.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ferrule.bundle import (
    Role,
    Trust,
    TrustedKey,
    TrustList,
    check_successor,
    cosign_trust,
    fingerprint_words,
    read_public,
    read_trust,
    seal_trust,
)
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.file_lock import locked
from ferrule.errors import BundleRejected, NotFound, StoreError, UsageError
from ferrule.workspace.home import write_whole
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.project import make_folder
from ferrule.workspace.shipping_facts import Signer
from ferrule.workspace.signing_keys import read_at_most, signing_key
from ferrule.workspace.trust_keys import named_key, own_root_key, root_keys
from ferrule.workspace.workspace import Workspace

DAYS: Final = 365
_LARGEST: Final = 1024 * 1024
_NEXT: Final = "trust.next.json"


@dataclass(frozen=True, slots=True)
class Changed:
    """A trust list after a change; `missing` signatures of a root before it counts."""

    trust: Trust
    path: Path
    missing: int = 0


def trusted(workspace: Workspace) -> Trust:
    """Return whom the project trusts; nobody, while there is no list.

    Raises:
        StoreError: when the list cannot be read, or nobody confirmed its root here.
    """
    found = trust_list(workspace)
    return found.trust if found else Trust()


def trust_list(workspace: Workspace) -> TrustList | None:
    """Return the project's trust list, a successor of what was confirmed here.

    Raises:
        StoreError: when the list cannot be read, or nobody confirmed its root here.
    """
    path = workspace.project.trust
    if not path.exists():
        return None
    raw = read_at_most(path, _LARGEST)
    found = read_trust(raw)
    confirmed = _confirmed(workspace)
    if confirmed is None:
        raise StoreError(
            "Nobody confirmed this project's trust list on this computer. Its root: "
            f"{', '.join(found.root_fingerprints)}.",
            advice="Compare that with who keeps the list, by another way. Then: "
            "ferrule trust accept",
        )
    try:
        check_successor(confirmed, found)
    except BundleRejected as error:
        raise StoreError(
            f"{path} does not follow the list that was confirmed here: {error.message}",
            advice="Ask who keeps the list. If its root truly is another one now: "
            "ferrule trust accept --anew",
        ) from None
    if found.digest != confirmed.digest:
        _confirm(workspace, raw)
    return found


def trust_in(path: Path) -> Trust:
    """Return the trust in a file that a person named, signed by its own root.

    Raises:
        StoreError: when it is no trust list.
    """
    return read_trust(read_at_most(path, _LARGEST)).trust


def signers(workspace: Workspace) -> list[Signer]:
    """Return whom the project trusts with connectors, as it is shown."""
    trust = trusted(workspace)
    return [
        Signer(k.id, k.fingerprint, one.label, patterns, fingerprint_words(k.id))
        for k, one in ((one.key, one) for one in trust.keys)
        if one.revoked_at is None and (patterns := trust.connectors_of(k.id))
    ]


@recorded("trust", "The trust list was begun.", audit="trust.begin")
def init_trust(
    workspace: Workspace,
    keys: Sequence[str] = (),
    threshold: int = 1,
    *,
    days: int = DAYS,
    clock: Clock | None = None,
) -> Changed:
    """Begin the project's trust list, with these of the kept keys as its root.

    Without a name a key is made for it, `root@PROJECT`.

    Raises:
        UsageError: when there is a list already.
        KeychainUnavailable: when nothing keeps a key.
    """
    if workspace.project.trust.exists():
        raise UsageError("The project has a trust list already.")
    names = keys or [own_root_key(workspace)]
    roots = [signing_key(workspace, name) for name in names]
    held = tuple(
        TrustedKey(key.public, name) for key, name in zip(roots, names, strict=True)
    )
    trust = Trust(
        held,
        root=Role(tuple(key.public.id for key in roots), threshold),
        version=1,
        expires_at=_expiry(days, clock),
    )
    make_folder(workspace.project)
    raw = seal_trust(trust, roots)
    with _held(workspace):
        _confirm(workspace, raw)
        write_whole(workspace.project.trust, raw, 0o644)
    return Changed(trust, workspace.project.trust)


@recorded("trust", "A key may sign: {patterns}.", audit="trust.key")
def trust_key(
    workspace: Workspace,
    pem: bytes,
    patterns: Sequence[str],
    label: str = "",
    *,
    clock: Clock | None = None,
) -> Changed:
    """Let the key in `pem` sign the connectors that `patterns` stand for, alone.

    The list is begun where there is none. Without a pattern the key is only known.

    Raises:
        StoreError: when it is no public key, or one that must not be trusted.
        UsageError: for a pattern that is none.
    """
    key = read_public(pem)
    Trust().with_key(key, patterns, label)
    return change(workspace, lambda t: t.with_key(key, patterns, label), clock=clock)


@recorded("trust", "{signed_by} may sign: {patterns}.", audit="trust.delegate")
def delegate(
    workspace: Workspace,
    patterns: Sequence[str],
    signed_by: Sequence[str],
    threshold: int = 1,
    *,
    clock: Clock | None = None,
) -> Changed:
    """Let some of the known keys sign these connectors, so many together.

    Keys are named by their id, the beginning of it, or their label.

    Raises:
        NotFound: for a key that the list does not have.
        UsageError: for a pattern that is none, or a threshold out of reach.
    """
    trust = trusted(workspace)
    role = Role(tuple(named_key(trust, name).key.id for name in signed_by), threshold)
    return change(workspace, lambda t: t.delegated(patterns, role), clock=clock)


@recorded("trust", "{name} was revoked.", entity="{name}", audit="trust.revoke")
def revoke(workspace: Workspace, name: str, *, clock: Clock | None = None) -> Changed:
    """Let a key's signatures count no more, whenever they were made.

    Raises:
        NotFound: for a key that the list does not have.
    """
    key_id = named_key(trusted(workspace), name).key.id
    now = (clock or SystemClock()).now().replace(microsecond=0)
    return change(workspace, lambda t: t.revoked(key_id, now), clock=clock)


@recorded("trust", "{name} may sign nothing.", audit="trust.untrust")
def untrust(workspace: Workspace, name: str, *, clock: Clock | None = None) -> Changed:
    """Delegate nothing to a key any more.

    Raises:
        NotFound: when it was not trusted.
    """
    trust = trusted(workspace)
    key_id = named_key(trust, name).key.id
    if not trust.connectors_of(key_id):
        raise NotFound("The project does not trust that key.")
    return change(workspace, lambda t: t.undelegated(key_id), clock=clock)


@recorded("trust", "The list holds for {days} days.", audit="trust.renew")
def renew(
    workspace: Workspace, days: int = DAYS, *, clock: Clock | None = None
) -> Changed:
    """Let the list hold for so many more days from now."""
    return change(workspace, lambda t: t, days=days, clock=clock)


def change(
    workspace: Workspace,
    how: Callable[[Trust], Trust],
    *,
    days: int | None = None,
    clock: Clock | None = None,
) -> Changed:
    """Make the list's next version and sign it with the root's keys that are here.

    Its time begins anew, unless it ends later.

    Raises:
        NotFound: when none of the root's keys is in the vault.
        UsageError: for a change that leaves no list.
    """
    if not workspace.project.trust.exists():
        init_trust(workspace, clock=clock)
    with _held(workspace):
        old = trust_list(workspace)
        if old is None or old.trust.root is None:
            raise StoreError("The trust list went away. Try again.")
        later = max(old.trust.expires_at, _expiry(DAYS, clock))
        new = replace(
            how(old.trust),
            version=old.trust.version + 1,
            expires_at=later if days is None else _expiry(days, clock),
        )
        raw = seal_trust(new, root_keys(workspace, old.trust, new))
        return _publish(workspace, old, raw)


@recorded("trust", "A list was signed with {key_name}.", audit="trust.cosign")
def cosign(workspace: Workspace, path: Path, key_name: str) -> Changed:
    """Sign a list that waits for signatures with one more key, and take it if whole.

    Raises:
        StoreError: when it is no trust list, or does not follow the one there is.
    """
    raw = cosign_trust(read_at_most(path, _LARGEST), [signing_key(workspace, key_name)])
    with _held(workspace):
        old = trust_list(workspace)
        if old is None:
            write_whole(path, raw, 0o644)
            return Changed(read_trust(raw, whole=False).trust, path, 1)
        return _publish(workspace, old, raw, path)


@recorded("trust", "A trust list was accepted.", audit="trust.accept")
def accept(
    workspace: Workspace, path: Path | None = None, *, anew: bool = False
) -> TrustList:
    """Take a list in that a person vouches for: its root's fingerprint was compared.

    Without a path it is the project's own. With `anew` it need not follow the one
    before: its root was lost, say.

    Raises:
        StoreError: when it is no whole list, or does not follow the one before.
    """
    raw = read_at_most(path or workspace.project.trust, _LARGEST)
    found = read_trust(raw)
    with _held(workspace):
        before = _confirmed(workspace)
        if before is not None and not anew:
            check_successor(before, found)
        make_folder(workspace.project)
        if path is not None:
            write_whole(workspace.project.trust, raw, 0o644)
        _confirm(workspace, raw)
    return found


def look(workspace: Workspace, path: Path | None = None) -> TrustList | None:
    """Return a trust list as it is, confirmed here or not."""
    named = path or workspace.project.trust
    if path is None and not named.exists():
        return None
    return read_trust(read_at_most(named, _LARGEST), whole=False)


def _publish(
    workspace: Workspace, old: TrustList, raw: bytes, waiting: Path | None = None
) -> Changed:
    """Write a list that enough of both roots signed; else let it wait for the rest."""
    new = read_trust(raw, whole=False)
    own = workspace.project.trust
    missing = max(_missing(one.root, new) for one in (old.trust, new.trust))
    if missing:
        path = waiting or own.with_name(_NEXT)
        write_whole(path, raw, 0o644)
        return Changed(new.trust, path, missing)
    check_successor(old, read_trust(raw))
    write_whole(own, raw, 0o644)  # a kill after this leaves a list that follows
    _confirm(workspace, raw)
    if waiting is not None:
        waiting.unlink(missing_ok=True)
    return Changed(new.trust, own)


def _missing(root: Role | None, found: TrustList) -> int:
    if root is None:
        return 1
    return max(0, root.threshold - len(set(root.keyids) & found.signed_by))


def _expiry(days: int, clock: Clock | None) -> datetime:
    if not 1 <= days <= 10 * DAYS:
        raise UsageError(f"A trust list holds for 1 to {10 * DAYS} days.")
    now = (clock or SystemClock()).now().replace(microsecond=0)
    return now + timedelta(days=days)


def _pin(workspace: Workspace) -> Path:
    return workspace.home.path / "trust" / f"{workspace.project.key}.json"


def _confirmed(workspace: Workspace) -> TrustList | None:
    path = _pin(workspace)
    return read_trust(read_at_most(path, _LARGEST)) if path.exists() else None


def _confirm(workspace: Workspace, raw: bytes) -> None:
    workspace.home.made()
    write_whole(_pin(workspace), raw)


@contextmanager
def _held(workspace: Workspace) -> Iterator[None]:
    with locked(workspace.home.made().path / "trust.lock"):
        yield

"""The project's trust list as it is shown, confirmed on this computer or not."""

from dataclasses import replace
from pathlib import Path

from ferrule.bundle import Trust, TrustedKey, TrustList, fingerprint_words
from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError, StoreError
from ferrule.workspace.signing_keys import kept_signing_keys
from ferrule.workspace.trust_facts import (
    DelegationFacts,
    KeyFacts,
    ListState,
    TrustFacts,
    WaitingFacts,
)
from ferrule.workspace.trust_waiting import waiting_facts
from ferrule.workspace.trusting import look, trust_list
from ferrule.workspace.workspace import Workspace

_NEXT = "trust.next.json"


def trust_facts(workspace: Workspace, *, clock: Clock | None = None) -> TrustFacts:
    """Return what there is to know about the project's trust list; never an error."""
    path = workspace.project.trust
    try:
        found = look(workspace)
    except (FerruleError, OSError) as error:
        return _broken(path, error)
    if found is None:
        return TrustFacts("none", path)
    shown = _facts(workspace, found, clock or SystemClock())
    try:
        trust_list(workspace)
    except StoreError as error:
        confirmed = workspace.home.path / "trust" / f"{workspace.project.key}.json"
        state: ListState = "broken" if confirmed.exists() else "unconfirmed"
        return replace(shown, state=state, trouble=error.message, advice=error.advice)
    return shown


def file_facts(
    workspace: Workspace, path: Path, *, clock: Clock | None = None
) -> TrustFacts:
    """Return what stands in a trust list from elsewhere, which nobody confirmed.

    One that lacks signatures, its own root's or that of the list in use, waits.

    Raises:
        StoreError: when it is no trust list.
    """
    found = look(workspace, path)
    if found is None:
        raise StoreError(f"{path} is not a file.", advice="Choose a trust list.")
    shown = _facts(workspace, found, clock or SystemClock())
    waits = waiting_facts(workspace, path, _own_trust(workspace), found)
    return replace(shown, state="unconfirmed", path=path, waits=waits)


def _broken(path: Path, error: Exception) -> TrustFacts:
    told = error.message if isinstance(error, FerruleError) else type(error).__name__
    advice = error.advice if isinstance(error, FerruleError) else ""
    return TrustFacts("broken", path, trouble=told, advice=advice)


def _facts(workspace: Workspace, found: TrustList, clock: Clock) -> TrustFacts:
    trust = found.trust
    return TrustFacts(
        state="kept",
        path=workspace.project.trust,
        version=trust.version,
        expires_at=trust.expires_at,
        expired=trust.expires_at <= clock.now(),
        threshold=trust.root.threshold if trust.root else 0,
        keys=_keys(workspace, trust),
        delegations=_delegations(trust),
        waits=_waiting(workspace, trust),
    )


def _keys(workspace: Workspace, trust: Trust) -> tuple[KeyFacts, ...]:
    here = _ids_here(workspace)
    roots = trust.root.keyids if trust.root else ()
    return tuple(_key(trust, one, roots, here) for one in trust.keys)


def _key(
    trust: Trust, one: TrustedKey, roots: tuple[str, ...], here: frozenset[str]
) -> KeyFacts:
    key = one.key
    return KeyFacts(
        id=key.id,
        label=one.label,
        fingerprint=key.fingerprint,
        words=fingerprint_words(key.id),
        may=trust.connectors_of(key.id),
        root=key.id in roots,
        here=key.id in here,
        revoked_at=one.revoked_at,
    )


def _delegations(trust: Trust) -> tuple[DelegationFacts, ...]:
    return tuple(
        DelegationFacts(
            one.connectors,
            one.role.threshold,
            tuple(str(trust.find(key_id) or key_id) for key_id in one.role.keyids),
        )
        for one in trust.delegations
    )


def _ids_here(workspace: Workspace) -> frozenset[str]:
    """Return the ids of the keys in the vault; none where it cannot be opened."""
    try:
        return frozenset(one.public.id for one in kept_signing_keys(workspace))
    except FerruleError:
        return frozenset()


def _waiting(workspace: Workspace, trust: Trust) -> WaitingFacts | None:
    """Return how the next list stands, where one waits for signatures."""
    path = workspace.project.trust.with_name(_NEXT)
    try:
        found = look(workspace, path) if path.exists() else None
    except FerruleError:
        return None
    if found is None or found.trust.version != trust.version + 1:
        return None
    return waiting_facts(workspace, path, trust, found)


def _own_trust(workspace: Workspace) -> Trust | None:
    """Return the list in use; none where there is none, or it cannot be used."""
    try:
        found = trust_list(workspace)
    except FerruleError:
        return None
    return found.trust if found is not None else None

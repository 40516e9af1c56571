"""A trust list that waits for signatures: what it changes, and who can still sign it.

Nobody signs what they have not read: what the list changes is told in words, against
the one that is in use.
"""

from collections.abc import Iterator
from pathlib import Path

from ferrule.bundle import Trust, TrustedKey, TrustList, fingerprint_words
from ferrule.clock import day_words
from ferrule.errors import FerruleError
from ferrule.workspace.signing_keys import named_keys
from ferrule.workspace.trust_facts import WaitingFacts
from ferrule.workspace.workspace import Workspace


def waiting_facts(
    workspace: Workspace, path: Path, old: Trust | None, found: TrustList
) -> WaitingFacts | None:
    """Return how a list stands that lacks signatures; None where it lacks none.

    `old` is the list in use, whose root must sign as well.
    """
    new = found.trust
    roots = [one.root for one in (old, new) if one is not None and one.root is not None]
    lacking = {
        role: role.threshold - len(set(role.keyids) & found.signed_by) for role in roots
    }
    role = max(lacking, key=lambda one: lacking[one], default=None)
    if role is None or lacking[role] <= 0:
        return None
    wanted = {k for one, less in lacking.items() if less > 0 for k in one.keyids}
    return WaitingFacts(
        path=path,
        version=new.version,
        have=role.threshold - lacking[role],
        needed=role.threshold,
        signers=tuple(map(str, new.signers(found.signed_by))),
        keys=_keys_here(workspace, wanted - found.signed_by),
        changes=tuple(changes(old or Trust(), new)),
    )


def changes(old: Trust, new: Trust) -> Iterator[str]:
    """Yield what a list changes, a sentence each; until when it holds comes last."""
    yield from _keys(old, new)
    yield from _delegations(old, new)
    if new.root is not None and new.root != old.root:
        names = _names(new, new.root.keyids)
        yield f"Its root is {new.root.threshold} of {names} from then on"
    yield f"It holds until {day_words(new.expires_at)}"


def _keys(old: Trust, new: Trust) -> Iterator[str]:
    for one in new.keys:
        before = old.find(one.key.id)
        if before is None:
            words = " ".join(fingerprint_words(one.key.id))
            yield f"Adds the key {one}: {words}"
        elif one.revoked_at is not None and before.revoked_at is None:
            yield f"Revokes the key {one}"
        elif _bare(one) != _bare(before):
            yield f"Changes what is said of the key {one}"
    for gone in old.keys:
        if new.find(gone.key.id) is None:
            yield f"Takes out the key {gone}"


def _bare(one: TrustedKey) -> tuple[object, ...]:
    return one.label, one.not_before, one.not_after, one.revoked_at


def _delegations(old: Trust, new: Trust) -> Iterator[str]:
    for one in new.delegations:
        if one in old.delegations:
            continue
        names, many = _names(new, one.role.keyids), len(one.role.keyids)
        who = names if many == 1 else f"{one.role.threshold} of {names}"
        yield f"Lets {who} sign {', '.join(one.connectors)}"
    kept = {one.connectors for one in new.delegations}
    for gone in old.delegations:
        if gone.connectors not in kept:
            names = _names(old, gone.role.keyids)
            yield f"Lets {names} sign {', '.join(gone.connectors)} no more"


def _names(trust: Trust, key_ids: tuple[str, ...]) -> str:
    return ", ".join(str(trust.find(one) or one) for one in key_ids)


def _keys_here(workspace: Workspace, wanted: set[str]) -> tuple[str, ...]:
    """Return the names of these keys in the vault; none where it cannot be opened."""
    try:
        held = named_keys(workspace)
    except FerruleError:
        return ()
    return tuple(name for name, key in held.items() if key.public.id in wanted)

"""Who is trusted for which connectors: keys, and what is delegated to how many of them.

A pattern is a connector's id, or an id followed by one of `.` `-` `_` and `*`, which
stands for all ids that begin with what is before the star and go on. There is no
pattern for everything. The first delegation with a pattern for a connector decides
alone. After TUF (https://theupdateframework.github.io/specification/): roles with a
threshold of unique keys, terminating delegations, a root that names its successor.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from ferrule.bundle import names
from ferrule.bundle.keys import PublicKey
from ferrule.bundle.strict import LONGEST_LABEL, is_visible, shown
from ferrule.errors import UsageError

MOST_KEYS: Final = 256
_SEPARATORS = ".-_"
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def is_pattern(text: str) -> bool:
    """Tell whether `text` is a pattern of connector ids."""
    if not text.endswith("*"):
        return names.is_id(text)
    return names.is_id(text[:-2]) and text[-2] in _SEPARATORS


def matches(pattern: str, connector_id: str) -> bool:
    """Tell whether a pattern stands for a connector; `acme.*` does not for `acme`."""
    if not pattern.endswith("*"):
        return pattern == connector_id
    prefix = pattern[:-1]
    return connector_id.startswith(prefix) and len(connector_id) > len(prefix)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, what its owner is called, and when it counts.

    Raises:
        UsageError: when the label cannot be shown, or is longer than a list may hold.
    """

    key: PublicKey
    label: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.label) > LONGEST_LABEL or not is_visible(self.label):
            raise UsageError(
                f"{shown(self.label)} cannot be the label of a key.",
                advice=f"Write a name or an address: at most {LONGEST_LABEL} "
                "characters, none of them invisible.",
            )

    def refusal(self, now: datetime) -> str:
        """Return why its signatures do not count at `now`; nothing when they do.

        A revoked key's signatures are refused whenever they say they were made: its
        thief can write any date.
        """
        if self.revoked_at is not None and self.revoked_at <= now:
            return f"was revoked on {self.revoked_at:%Y-%m-%d}"
        if self.not_before is not None and now < self.not_before:
            return f"does not count before {self.not_before:%Y-%m-%d}"
        if self.not_after is not None and self.not_after <= now:
            return f"does not count since {self.not_after:%Y-%m-%d}"
        return ""

    def __str__(self) -> str:
        return self.label or self.key.fingerprint


@dataclass(frozen=True, slots=True)
class Role:
    """Some keys, and how many different ones must sign.

    Raises:
        UsageError: when the threshold can never be reached, or is none.
    """

    keyids: tuple[str, ...]
    threshold: int = 1

    def __post_init__(self) -> None:
        if len(set(self.keyids)) < len(self.keyids):
            raise UsageError("A key is named twice for one purpose.")
        if not 1 <= self.threshold <= len(self.keyids):
            raise UsageError(
                f"{len(self.keyids)} keys cannot give {self.threshold} signatures.",
                advice="The threshold is 1 to the number of keys.",
            )

    def met(self, key_ids: Iterable[str]) -> bool:
        """Tell whether enough different ones of its keys are among these."""
        return len(set(self.keyids) & set(key_ids)) >= self.threshold


@dataclass(frozen=True, slots=True)
class Delegation:
    """The connectors that a role may sign.

    Raises:
        UsageError: for no pattern, or one that is none.
    """

    connectors: tuple[str, ...]
    role: Role

    def __post_init__(self) -> None:
        if not self.connectors:
            raise UsageError(
                "A trusted key needs at least one connector.",
                advice="Name connector ids, or patterns like acme.*",
            )
        for pattern in self.connectors:
            if not is_pattern(pattern):
                raise UsageError(
                    f"{shown(pattern)} is not a pattern of connector ids.",
                    advice="Write an id, or the beginning of one: acme.* or acme-*",
                )

    def covers(self, connector_id: str) -> bool:
        """Tell whether one of its patterns stands for the connector."""
        return any(matches(pattern, connector_id) for pattern in self.connectors)

    def within(self, other: "Delegation") -> bool:
        """Tell whether some of what it stands for is delegated by `other` already."""
        samples = [p[:-1] + "x" if p.endswith("*") else p for p in self.connectors]
        return any(map(other.covers, samples))


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys, delegations in their order, and the root that may change them.

    `version` counts up by one; 0 is a list that nobody signed. `root` is None only
    there.

    Raises:
        UsageError: when a key stands there twice, or one is named that does not.
    """

    keys: tuple[TrustedKey, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    root: Role | None = None
    version: int = 0
    expires_at: datetime = _NEVER

    def __post_init__(self) -> None:
        known = [one.key.id for one in self.keys]
        if len(set(known)) < len(known) or len(known) > MOST_KEYS:
            raise UsageError(f"The trust list names a key twice, or over {MOST_KEYS}.")
        roles = [one.role for one in self.delegations]
        for role in (*roles, self.root) if self.root else roles:
            if not set(role.keyids) <= set(known):
                raise UsageError("The trust list names a key that it does not hold.")

    def find(self, key_id: str) -> TrustedKey | None:
        """Return the trusted key of that id."""
        return next((one for one in self.keys if one.key.id == key_id), None)

    def signers(self, key_ids: Iterable[str]) -> tuple[TrustedKey, ...]:
        """Return the trusted keys among these, in the order of the list."""
        wanted = set(key_ids)
        return tuple(one for one in self.keys if one.key.id in wanted)

    def delegation_for(self, connector_id: str) -> Delegation | None:
        """Return the first delegation that stands for a connector."""
        return next((d for d in self.delegations if d.covers(connector_id)), None)

    def connectors_of(self, key_id: str) -> tuple[str, ...]:
        """Return the patterns that a key may sign, alone or with others."""
        delegated = (d for d in self.delegations if key_id in d.role.keyids)
        return tuple(dict.fromkeys(p for d in delegated for p in d.connectors))

    def with_key(
        self, key: PublicKey, connectors: Sequence[str] = (), label: str = ""
    ) -> "Trust":
        """Return a trust that has `key`, which may sign exactly `connectors` alone.

        Raises:
            UsageError: when a pattern is not one.
        """
        bare = self.undelegated(key.id)
        kept = tuple(one for one in bare.keys if one.key.id != key.id)
        added = replace(bare, keys=(*kept, TrustedKey(key, label)))
        if not connectors:
            return added
        return added.delegated(connectors, Role((key.id,)))

    def delegated(self, connectors: Sequence[str], role: Role) -> "Trust":
        """Return a trust in which a role signs these connectors.

        It comes before the first delegation that stands for some of the same, so that
        what is more special wins; the same patterns are replaced.
        """
        new = Delegation(tuple(connectors), role)
        rest = [d for d in self.delegations if set(d.connectors) != set(new.connectors)]
        wider = (at for at, other in enumerate(rest) if new.within(other))
        at = next(wider, len(rest))
        return replace(self, delegations=(*rest[:at], new, *rest[at:]))

    def undelegated(self, key_id: str) -> "Trust":
        """Return a trust in which a key signs nothing any more, alone or with others.

        A delegation that could not be met without it goes whole.
        """
        left = (_without(one, key_id) for one in self.delegations)
        return replace(self, delegations=tuple(filter(None, left)))

    def revoked(self, key_id: str, at: datetime) -> "Trust":
        """Return a trust in which a key's signatures count no more.

        Raises:
            UsageError: when there is no such key.
        """
        if self.find(key_id) is None:
            raise UsageError(f"The trust list has no key {shown(key_id)}.")
        keys = tuple(
            replace(one, revoked_at=at) if one.key.id == key_id else one
            for one in self.keys
        )
        return replace(self, keys=keys)


def _without(delegation: Delegation, key_id: str) -> Delegation | None:
    role = delegation.role
    if key_id not in role.keyids:
        return delegation
    keyids = tuple(one for one in role.keyids if one != key_id)
    if len(keyids) < role.threshold:
        return None
    return replace(delegation, role=Role(keyids, role.threshold))

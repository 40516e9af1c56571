"""What is shown of a trust list: plain values that cost nothing to import."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

ListState = Literal["none", "kept", "unconfirmed", "broken"]


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A key of the list; `may` are the patterns that it signs, alone or with others.

    `root` is whether it may change the list, `here` whether it is in this vault.
    """

    id: str
    label: str
    fingerprint: str
    words: tuple[str, ...]
    may: tuple[str, ...]
    root: bool
    here: bool
    revoked_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return its label, or its fingerprint."""
        return self.label or self.fingerprint


@dataclass(frozen=True, slots=True)
class DelegationFacts:
    """The connectors that so many of these keys, named as they are shown, may sign."""

    patterns: tuple[str, ...]
    threshold: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """A list that waits: it has `have` of the `needed` signatures of a root.

    `signers` are who signed it, `keys` the names of those in this vault that still can,
    `changes` what it changes, a sentence each.
    """

    path: Path
    version: int
    have: int
    needed: int
    signers: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrustFacts:
    """The project's trust list as it stands.

    `state` is "unconfirmed" while nobody compared its root on this computer, and
    "broken" where `trouble` tells why it is not taken. `waits` is a list that lacks
    signatures of the root: the project's next one, or this one itself.
    """

    state: ListState
    path: Path
    version: int = 0
    expires_at: datetime | None = None
    expired: bool = False
    threshold: int = 0
    keys: tuple[KeyFacts, ...] = ()
    delegations: tuple[DelegationFacts, ...] = ()
    trouble: str = ""
    advice: str = ""
    waits: WaitingFacts | None = None

    @property
    def missing(self) -> int:
        """Return how many signatures the list that waits still lacks."""
        return self.waits.needed - self.waits.have if self.waits else 0

    @property
    def roots(self) -> tuple[KeyFacts, ...]:
        """Return the keys that may change the list."""
        return tuple(one for one in self.keys if one.root)

    @property
    def can_change(self) -> bool:
        """Return whether a key of its root is here to sign a change."""
        return self.state == "kept" and any(one.here for one in self.roots)


@dataclass(frozen=True, slots=True)
class TrustChange:
    """What became of a change: taken, or waiting in a file for `missing` signatures."""

    path: Path
    missing: int = 0

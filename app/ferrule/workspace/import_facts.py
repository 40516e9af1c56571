"""What importing tells: plain values that cost nothing to import."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ferrule.exchange import Json
from ferrule.workspace.catalogue import Place
from ferrule.workspace.shipping_facts import BundleFacts, TrustState, Verification

State = Literal["new", "updated", "unchanged", "older"]


@dataclass(frozen=True, slots=True)
class Asks:
    """Hosts that are called, scopes that are asked for, names of tools that write."""

    hosts: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hosts or self.scopes or self.writes)

    def lines(self) -> tuple[str, ...]:
        """Return a line for each: its kind and its name."""
        kinds = (("host", self.hosts), ("scope", self.scopes), ("writes", self.writes))
        return tuple(f"{kind} {one}" for kind, all_ in kinds for one in all_)

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "hosts": list(self.hosts),
            "scopes": list(self.scopes),
            "writes": list(self.writes),
        }


def joined(many: Iterable[Asks]) -> Asks:
    """Return what stands in any of them, sorted."""
    found = tuple(many)
    return Asks(
        tuple(sorted({one for asks in found for one in asks.hosts})),
        tuple(sorted({one for asks in found for one in asks.scopes})),
        tuple(sorted({one for asks in found for one in asks.writes})),
    )


@dataclass(frozen=True, slots=True)
class Affected:
    """A connection that will not go on by itself.

    It is held for `hosts`; or `trouble` tells why it does not fit the connector.
    """

    key: str
    hosts: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class OfferedConnector:
    """A connector of a bundle against what is installed here.

    `before` is the installed version, `accepted` the highest that was ever accepted;
    `level`, `breaking` and `changes` tell how the descriptor differs from what is
    installed. `more` and `fewer` compare what it asks for with what is in use: the
    installed one, else the shipped one of that id. `hides` and `hidden_by` tell what
    wins in the catalogue once it is enabled. `enabled` is what it will be unless
    somebody chooses. `instead_of` is another bundle that it was installed from.
    `shares` is the provider whose shared credential a new connection would use.
    """

    id: str
    name: str
    version: str
    state: State
    asks: Asks
    more: Asks
    fewer: Asks
    before: str = ""
    accepted: str = ""
    level: str = "none"
    breaking: tuple[str, ...] = ()
    changes: int = 0
    hides: Place | None = None
    hidden_by: Place | None = None
    enabled: bool = False
    instead_of: str = ""
    provider: str = ""
    shares: str = ""
    affected: tuple[Affected, ...] = ()

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "id": self.id,
            "name": self.name,
            "version": self.version,
            "state": self.state,
            "before": self.before or None,
            "accepted": self.accepted or None,
            "level": self.level,
            "breaking": list(self.breaking),
            "changes": self.changes,
            "permissions": self.asks.wire(),
            "more": self.more.wire(),
            "fewer": self.fewer.wire(),
            "hides": self.hides,
            "hiddenBy": self.hidden_by,
            "enabled": self.enabled,
            "insteadOf": self.instead_of or None,
            "provider": self.provider,
            "sharedCredential": self.shares or None,
            "connections": [
                {"key": c.key, "heldFor": list(c.hosts), "trouble": c.trouble or None}
                for c in self.affected
            ],
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that was looked at: who signed it, and what taking it in would change.

    Without `facts` nobody vouches for it: it can only be looked at, by the claims of
    its verification. `gone` are connectors of an earlier version of the bundle that it
    has no more: they stay as they are.
    """

    verification: Verification
    facts: BundleFacts | None = None
    connectors: tuple[OfferedConnector, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def trust(self) -> TrustState:
        """Return whether the signer is trusted, not known, or something is wrong."""
        return "trusted" if self.facts is not None else self.verification.trust

    @property
    def older(self) -> tuple[str, ...]:
        """Return the connectors that are older than what was accepted before."""
        return tuple(one.id for one in self.connectors if one.state == "older")

    @property
    def can_be_taken(self) -> bool:
        """Return whether it may be taken in without saying why an older one is."""
        return self.facts is not None and not self.older

    @property
    def more(self) -> Asks:
        """Return all that it newly asks for."""
        return joined(one.more for one in self.connectors)

    def wire(self) -> dict[str, Json]:
        """Return the offer as a JSON object."""
        failed = self.verification.failed
        told: dict[str, Json] = {
            "ok": self.can_be_taken,
            "trust": self.trust,
            "refusal": failed.detail if failed else None,
            "step": failed.step if failed else None,
        }
        if self.facts is not None:
            told["bundle"] = self.facts.wire()
            told["connectors"] = [one.wire() for one in self.connectors]
            told["gone"] = list(self.gone)
        elif self.verification.claims is not None:
            told["claims"] = self.verification.claims.wire()
        return told


@dataclass(frozen=True, slots=True)
class Override:
    """Why an older version is taken all the same, and by which command: it is kept."""

    reason: str
    command: str


@dataclass(frozen=True, slots=True)
class ImportedConnector:
    """An installed connector; `hidden_by` is what wins over it in the catalogue.

    `problem` is why it cannot be used though it is enabled.
    """

    id: str
    version: str
    enabled: bool
    hidden_by: Place | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ImportedBundle:
    """An installed bundle as it was taken in last, with its connectors."""

    bundle_id: str
    title: str
    provider: str
    version: str
    signers: tuple[str, ...]
    taken_at: str
    payload_digest: str
    connectors: tuple[ImportedConnector, ...]

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "bundle": self.bundle_id,
            "title": self.title,
            "provider": self.provider,
            "version": self.version,
            "signers": list(self.signers),
            "takenAt": self.taken_at,
            "payloadDigest": self.payload_digest,
            "connectors": [
                {
                    "id": one.id,
                    "version": one.version,
                    "enabled": one.enabled,
                    "hiddenBy": one.hidden_by,
                    "problem": one.problem or None,
                }
                for one in self.connectors
            ],
        }

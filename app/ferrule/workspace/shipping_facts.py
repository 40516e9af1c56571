"""What shipping tells: plain values that cost nothing to import.

The window and the command line name these types without loading any cryptography.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from ferrule.exchange import Json
from ferrule.workspace.catalogue import Card, Place

Section = Literal[
    "schema", "lint", "fixtures", "secrets", "people", "changes", "permissions"
]
TrustState = Literal["trusted", "unknown", "refused"]
SECTIONS: Final[tuple[Section, ...]] = (
    *("schema", "lint", "fixtures", "secrets", "people", "changes", "permissions"),
)
_SIGNATURE_STEP: Final = 6
_CONNECTORS_STEP: Final = 8


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A signing key as it is shown: its name, its id, and the short forms of that.

    `words` are the eight that two people read to each other; `made_at` is None where
    the vault does not know.
    """

    name: str
    id: str
    fingerprint: str
    words: tuple[str, ...] = ()
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProviderFolder:
    """One provider's folder: who it is, where it stands, and its connectors."""

    provider: str
    title: str
    version: str
    origin: Place
    path: Path
    connectors: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check; `ok` is None for something to know that stops nothing.

    `pointer` is a file of the folder, with the place in it behind a `#`.
    """

    section: Section
    ok: bool | None
    message: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class ShippedBundle:
    """A bundle that was signed and written."""

    path: Path
    payload_digest: str
    signer: str
    bundle_id: str
    version: str
    connectors: tuple[str, ...]
    files: int
    size: int
    created_at: datetime
    expires_at: datetime
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What a bundle says; `verified` tells whether somebody trusted vouches for it.

    `signers` are labels of trusted keys, or claimed fingerprints where not verified;
    `words` are the fingerprints of the same in words.
    """

    verified: bool
    bundle_id: str
    version: str
    connectors: tuple[str, ...]
    signers: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    payload_digest: str
    files: tuple[tuple[str, int], ...]
    hosts: tuple[str, ...]
    scopes: tuple[str, ...]
    writes: tuple[str, ...]
    words: tuple[tuple[str, ...], ...] = ()

    def wire(self) -> dict[str, Json]:
        """Return the facts as a JSON object."""
        return {
            "verified": self.verified,
            "id": self.bundle_id,
            "version": self.version,
            "connectors": list(self.connectors),
            "signers": list(self.signers),
            "words": [" ".join(one) for one in self.words],
            "createdAt": self.created_at.isoformat(),
            "expiresAt": self.expires_at.isoformat(),
            "payloadDigest": self.payload_digest,
            "files": [{"name": name, "size": size} for name, size in self.files],
            "permissions": {
                "hosts": list(self.hosts),
                "scopes": list(self.scopes),
                "writes": list(self.writes),
            },
        }


@dataclass(frozen=True, slots=True)
class VerifyStep:
    """What became of one step; `ok` is None for one that was not run."""

    step: int
    name: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The thirteen steps over one file, and what may be said about it after them.

    `facts` are there when it verified; `claims` are what a readable file says of
    itself when it did not: nobody vouches for them.
    """

    path: Path
    steps: tuple[VerifyStep, ...]
    facts: BundleFacts | None
    claims: BundleFacts | None = None

    @property
    def ok(self) -> bool:
        """Return whether every step passed."""
        return self.facts is not None

    @property
    def failed(self) -> VerifyStep | None:
        """Return the step that refused it."""
        return next((step for step in self.steps if step.ok is False), None)

    @property
    def trust(self) -> TrustState:
        """Return whether the signer is trusted, not known, or something is wrong."""
        if self.ok:
            return "trusted"
        step = self.failed
        unknown = step is not None and step.step in {_SIGNATURE_STEP, _CONNECTORS_STEP}
        return "unknown" if unknown and self.claims is not None else "refused"


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody the project trusts: the key, and the connectors it may sign."""

    key_id: str
    fingerprint: str
    label: str
    connectors: tuple[str, ...]
    words: tuple[str, ...] = ()

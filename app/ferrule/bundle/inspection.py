"""Look into a bundle without trusting it.

Everything here is what the file claims. It is read with the same limits and the same
strictness, so that looking is safe, but no signature is checked and nobody vouches.
"""

from dataclasses import dataclass
from typing import Final

from ferrule.bundle import steps
from ferrule.bundle.keys import fingerprint
from ferrule.bundle.statement import Statement, payload_digest

NOTICE: Final = "Not verified: anybody could have written this."


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A file in the bundle, its size in bytes, and whether the statement has it so."""

    name: str
    size: int
    as_stated: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a bundle claims; `claimed_signers` are key ids that anybody can write."""

    statement: Statement
    payload_digest: str
    claimed_signers: tuple[str | None, ...]
    files: tuple[InspectedFile, ...]
    missing: tuple[str, ...]
    notice: str = NOTICE

    @property
    def claimed_fingerprints(self) -> tuple[str, ...]:
        """The short forms of the claimed key ids."""
        return tuple(fingerprint(one) for one in self.claimed_signers if one)


def inspect(raw: bytes) -> Inspection:
    """Return what the bundle in `raw` says about itself; nothing of it is verified.

    Raises:
        BundleRejected: when it is not a bundle that can be read safely (the steps 1 to
            4, 7 and 10 of the verification, which need no trust).
    """
    document, _ = steps.read_document(raw)
    archive, _ = steps.read_shape(document)
    steps.check_payload_type(archive)
    envelope, _ = steps.decode(archive)
    statement, _ = steps.read_payload(envelope.payload)
    steps.check_names(statement)
    digests, sizes = dict(statement.digests), dict(statement.sizes)
    found = []
    for name, content in archive.files:
        octets = content.octets()
        stated = name in digests and steps.is_signed(octets, sizes[name], digests[name])
        found.append(InspectedFile(name, len(octets), stated))
    missing = digests.keys() - {one.name for one in found}
    return Inspection(
        statement=statement,
        payload_digest=payload_digest(envelope.payload),
        claimed_signers=tuple(one.claimed for one in envelope.signatures),
        files=tuple(found),
        missing=tuple(sorted(missing)),
    )

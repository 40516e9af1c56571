"""The result of mapping: one item of a service as a `NormalisedSignal`."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Literal

import msgspec

Priority = Literal["critical", "high", "medium", "low"]


class NormalisedSignal(
    msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False
):
    """One mapped item, the same for every connector (seed 001, section 6.3).

    Times are RFC 3339 in UTC. `raw` is what `rawFields` names, or the whole item.
    `content_hash` is SHA-256 over the canonical JSON of everything mapped.
    """

    id: str
    external_id: str
    source: str
    project_id: str
    connection: str
    collection_key: str
    stream: str
    type: str
    timestamp: str
    summary: str
    participants: list[str]
    tags: list[str]
    related_items: list[str]
    created_at: str | None = None
    archived_at: str | None = None
    deleted: bool = False
    priority: Priority | None = None
    fields: dict[str, Any] | None = None
    raw: Any = None
    content_hash: str = ""
    warnings: list[str] | None = None


_USUAL = 128
_LENGTHS = tuple(length.to_bytes(4, "big") for length in range(_USUAL))


def signal_ids(
    project: str, connection: str, collection_key: str
) -> Callable[[str], str]:
    """Return a function from an external id to the id of its signal.

    That is the first 32 hex digits of SHA-256 over the four parts, each as UTF-8 with
    its length in four bytes before it.
    """
    begun = b"".join(map(_prefixed, (project, connection, collection_key)))

    def identify(external_id: str) -> str:
        if external_id.isascii() and len(external_id) < _USUAL:
            encoded = _LENGTHS[len(external_id)] + external_id.encode()
        else:
            encoded = _prefixed(external_id)
        return sha256(begun + encoded).hexdigest()[:32]

    return identify


def _prefixed(part: str) -> bytes:
    encoded = part.encode("utf-8", "surrogatepass")
    return len(encoded).to_bytes(4, "big") + encoded


def signal_id(
    project: str, connection: str, collection_key: str, external_id: str
) -> str:
    """Return the id of the signal of one item (see `signal_ids`)."""
    return signal_ids(project, connection, collection_key)(external_id)

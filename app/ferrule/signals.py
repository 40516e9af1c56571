"""The result of mapping: one item of a service as a `NormalisedSignal`."""

from hashlib import sha256
from typing import Any, Literal

import msgspec

Priority = Literal["critical", "high", "medium", "low"]


class NormalisedSignal(
    msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True
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
    created_at: str | None = None
    archived_at: str | None = None
    deleted: bool = False
    summary: str
    priority: Priority | None = None
    participants: list[str]
    tags: list[str]
    related_items: list[str]
    fields: dict[str, Any] | None = None
    raw: Any = None
    content_hash: str = ""
    warnings: list[str] | None = None


def signal_id(
    project: str, connection: str, collection_key: str, external_id: str
) -> str:
    """Return the first 32 hex digits of SHA-256 over the length-prefixed parts."""
    digest = sha256()
    for part in (project, connection, collection_key, external_id):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.hexdigest()[:32]

"""Digests of tools and of their calls: what an approval or a waiver holds for."""

import hashlib
from collections.abc import Mapping

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import wire
from ferrule.descriptor.tools import Tool
from ferrule.exchange import Json, Request, canonical


def tool_digest(connector: Connector, tool: Tool) -> str:
    """Return the digest of a tool: of what it says, and of where its requests go."""
    parts: dict[str, Json] = {
        "connector": connector.id,
        "baseUrl": connector.base_url,
        "tool": wire(tool),
    }
    return hashlib.sha256(canonical(parts)).hexdigest()


def call_digest(standing: str, arguments: Mapping[str, Json], request: Request) -> str:
    """Return the digest of a call: what it rests on, and what would be sent."""
    kind, body = request.content()
    parts: dict[str, Json] = {
        "standing": standing,
        "arguments": dict(arguments),
        "method": request.method,
        "url": request.full_url,
        "headers": [[name, value] for name, value in request.headers],
        "bodyType": kind,
        "body": hashlib.sha256(body).hexdigest(),
    }
    return hashlib.sha256(canonical(parts)).hexdigest()

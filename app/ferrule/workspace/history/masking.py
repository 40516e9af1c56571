"""What leaves an exchange before it is written down: every secret.

Values that are in use are known to redaction and go in every encoding. What a member's
name calls a secret goes too, but only by names that can mean nothing else: `key` and
`token` also name issues and pages, and masking those would spoil the sample.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ferrule.exchange import Json, Pairs
from ferrule.redaction import MASK, Redactor, live
from ferrule.workspace.history.facts import Exchange, Where

_LONGEST_ASKED: Final = 256_000
_STRONG: Final = (
    "access token",
    "api secret",
    "client secret",
    "id token",
    "oauth token secret",
    "passphrase",
    "password",
    "private key",
    "refresh token",
    "secret access key",
    "secret key",
    "session token",
    "signing key",
    "webhook secret",
)


@dataclass(frozen=True, slots=True)
class Masked:
    """An exchange without its secrets."""

    method: str
    url: str
    request_headers: Pairs
    request_body: str
    status: int
    headers: Pairs
    body: bytes
    elapsed_ms: float


def masked(exchange: Exchange, redactor: Redactor = live) -> Masked:
    """Return an exchange as it may be written down."""
    answer = exchange.response
    return Masked(
        method=redactor.text(exchange.method),
        url=redactor.url(exchange.url),
        request_headers=redactor.pairs(exchange.request_headers),
        request_body=redactor.loose(exchange.request_body[:_LONGEST_ASKED]),
        status=answer.status,
        headers=redactor.pairs(answer.headers),
        body=_named(redactor.raw(answer.body)),
        elapsed_ms=answer.elapsed_ms,
    )


def masked_where(where: Where, redactor: Redactor = live) -> Where:
    """Return whose exchange it is, its configuration without secrets."""
    config = redactor.json(dict(where.config))
    known: Mapping[str, Json] = config if isinstance(config, dict) else {}
    return replace(where, config=known)


def _spellings(words: str) -> set[str]:
    parts = words.split()
    capital = [part.capitalize() for part in parts]
    camel = parts[0] + "".join(capital[1:])
    joined = {glue.join(parts) for glue in ("_", "-", "")}
    loud = {glue.join(parts).upper() for glue in ("_", "-", "")}
    return {camel, "".join(capital), *joined, *loud}


_NAMES: Final = tuple(
    sorted(f'"{name}"'.encode() for words in _STRONG for name in _spellings(words))
)
_LOW: Final = tuple({name.lower() for name in _NAMES})
_ENDS: Final = tuple({f'{words.rpartition(" ")[2]}"'.encode() for words in _STRONG})
_MEMBER: Final = re.compile(
    b"(" + b"|".join(map(re.escape, _NAMES)) + rb')(\s*:\s*)"(?:[^"\\]|\\.)+"'
)
_STAND_IN: Final = rb'\1\2"' + MASK.encode() + b'"'


def _named(body: bytes) -> bytes:
    """Return a body without the members whose name says that they are secret."""
    low = body.lower()
    if not any(end in low for end in _ENDS):
        return body
    if not any(name in low for name in _LOW):
        return body
    return _MEMBER.sub(_STAND_IN, body)

"""What leaves an exchange before it is written down: every secret.

Values that are in use are known to redaction and go in every encoding. What a member's
name calls a secret goes too, but only by names that can mean nothing else: `key` and
`token` also name issues and pages, and masking those would spoil the sample.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
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
    """Return whose exchange it is, configuration and checkpoint without secrets."""
    config = redactor.json(dict(where.config))
    known: Mapping[str, Json] = config if isinstance(config, dict) else {}
    return replace(where, config=known, checkpoint=redactor.json(where.checkpoint))


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
_ENDS: Final = tuple({f'{words.rpartition(" ")[2]}"'.encode() for words in _STRONG})
_NAME: Final = re.compile(b"|".join(map(re.escape, _NAMES)))
_VALUE: Final = re.compile(rb'\s*:\s*("(?:[^"\\]|\\.)+")', re.DOTALL)
_STAND_IN: Final = f'"{MASK}"'.encode()
_WINDOW: Final = 256_000
_OVERLAP: Final = 64  # longer than any name


def _named(body: bytes) -> bytes:
    """Return a body without the members whose name says that they are secret.

    It is gone through in windows: a call over all of 100 MB would hold up the window.
    """
    found = BytesIO()
    done = 0
    for at in _names_in(body):
        value = _VALUE.match(body, at) if at >= done else None
        if value is not None:
            found.write(memoryview(body)[done : value.start(1)])
            found.write(_STAND_IN)
            done = value.end(1)
    if not done:
        return body
    found.write(memoryview(body)[done:])
    return found.getvalue()


def _names_in(body: bytes) -> Iterator[int]:
    """Yield where a name of a secret ends, in order."""
    for start in range(0, len(body), _WINDOW):
        window = body[start : start + _WINDOW + _OVERLAP]
        low = window.lower()
        if any(end in low for end in _ENDS):
            for match in _NAME.finditer(window):
                if match.start() < _WINDOW:
                    yield start + match.end()

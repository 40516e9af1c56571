"""The digest of a body: the signature covers it, and it covers the body.

As hex or base64, bare, or as the headers `Digest` (RFC 3230: `SHA-256=…`) and
`Content-Digest` (RFC 9530: `sha-256=:…:`) have it.
"""

import base64
import binascii
import hashlib
import hmac
import re
from typing import Final

import msgspec

from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature.header import only_value
from ferrule.webhook.signature.places import put_at, values_at
from ferrule.webhook.signature.text import is_form
from ferrule.webhook.signature.verdict import Refused

_NAMED: Final = re.compile(r"(?i)sha-256=:?([A-Za-z0-9+/=]+):?")
_LENGTH: Final = 32


class BodyDigest(msgspec.Struct, frozen=True):
    """Where the SHA-256 of the body stands; `covers_forms` where fields are signed."""

    source: str
    covers_forms: bool

    def check(self, incoming: Incoming) -> None:
        """Refuse a body that is not the one whose digest was signed.

        Raises:
            Refused: when it is another one, or there is no digest of it.
        """
        found = self._found(incoming)
        if not found:
            if self.covers_forms and is_form(incoming):
                return
            told = f"There is no digest of the body at {self.source}."
            raise Refused("malformed", "missing_part", told)
        digest = hashlib.sha256(incoming.body).digest()
        fits = [hmac.compare_digest(_octets(one), digest) for one in found]
        if not all(fits):
            told = "The body is not the one whose digest was signed."
            raise Refused("invalid", "wrong_signature", told)

    def _found(self, incoming: Incoming) -> list[str]:
        kind, _, name = self.source.partition(":")
        if kind != "header":
            return values_at(self.source, incoming)
        value = only_value(incoming.values, name.strip())
        return [] if value is None else [value]

    def written(self, incoming: Incoming) -> Incoming:
        """Return a call of our own with the digest where the service has it."""
        kind, _, name = self.source.partition(":")
        digest = hashlib.sha256(incoming.body).digest()
        if kind != "header":
            unneeded = self.covers_forms and is_form(incoming)
            return incoming if unneeded else put_at(self.source, incoming, digest.hex())
        value = f"SHA-256={base64.b64encode(digest).decode()}"
        gone = name.strip().lower()
        kept = tuple(pair for pair in incoming.headers if pair[0].lower() != gone)
        headers = (*kept, (name.strip(), value))
        return msgspec.structs.replace(incoming, headers=headers)


def _octets(text: str) -> bytes:
    """Return the octets of a digest; none for a text that is no digest."""
    named = _NAMED.fullmatch(text)
    bare = named[1] if named else text
    for read in (binascii.unhexlify, _from_base64):
        try:
            octets = read(bare)
        except ValueError:
            continue
        if len(octets) == _LENGTH:
            return octets
    return b""


def _from_base64(text: str) -> bytes:
    return binascii.a2b_base64(text, strict_mode=True)

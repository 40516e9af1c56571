"""What a certificate says that was not accepted, so that a person can judge by it.

It is read without trusting it: a handshake of its own that sends nothing. Its words are
only shown.
"""

import ssl
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

_MOST_NAMES: Final = 5
_LONGEST: Final = 120


class Presented(msgspec.Struct, frozen=True):
    """When a certificate is valid (aware, UTC), for which names, and who signed it."""

    begins: datetime
    ends: datetime
    names: tuple[str, ...] = ()
    issuer: str = ""

    def lines(self) -> Sequence[str]:
        """Return it in lines for a person."""
        begins, ends = self.begins, self.ends
        return (
            f"certificate for {', '.join(self.names) or 'nobody by name'}",
            f"signed by {self.issuer or 'nobody by name'}",
            f"valid from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} UTC",
        )


def anything_goes() -> ssl.SSLContext:
    """Return a context that trusts everybody: only to look, never to send."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def read_certificate(raw: bytes) -> Presented | None:
    """Return what a certificate (DER) says; None where it cannot be read."""
    try:
        found = x509.load_der_x509_certificate(raw)
        return Presented(
            found.not_valid_before_utc,
            found.not_valid_after_utc,
            _names(found),
            _issuer(found),
        )
    except ValueError:  # also of a member that is malformed
        return None


def _names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        kind = x509.SubjectAlternativeName
        others = found.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return ()
    names = [*others.get_values_for_type(x509.DNSName)]
    names += [str(one) for one in others.get_values_for_type(x509.IPAddress)]
    return tuple(_plain(name) for name in names[:_MOST_NAMES])


def _issuer(found: x509.Certificate) -> str:
    oids = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    parts = [one for oid in oids for one in found.issuer.get_attributes_for_oid(oid)]
    return _plain(", ".join(str(part.value) for part in parts))


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:_LONGEST]

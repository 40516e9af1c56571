"""Which certificate authorities are trusted: certifi's and the system's together.

Certifi's list is there on every machine; the system's holds what a company added
(and what `SSL_CERT_FILE` and `SSL_CERT_DIR` name). Reading them costs tens of
milliseconds, so it happens before the first https exchange and not earlier.
"""

import ssl
from functools import cache

import certifi


@cache
def default_trust() -> ssl.SSLContext:
    """Return the context that verifies names and chains, TLS 1.2 or later."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def no_trust() -> ssl.SSLContext:
    """Return a context that trusts nobody, for pools that speak plain http only."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

"""What keeps a request from its answer: a word for a machine, and what to try next.

The words are part of what `ferrule check --json` prints, so they stay as they are. Each
names one cause that a person can tell from the others and do something about.
"""

import socket
import ssl
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Trouble: TypeAlias = Literal[
    "dns_unknown",
    "dns_no_answer",
    "refused",
    "unreachable",
    "connect_timeout",
    "timeout",
    "broken",
    "not_http",
    "tls_expired",
    "tls_not_yet_valid",
    "tls_self_signed",
    "tls_unknown_issuer",
    "tls_wrong_name",
    "tls_untrusted",
    "tls_too_old",
    "tls_not_spoken",
    "tls_needed",
    "tls_client_certificate",
    "tls_failed",
    "proxy_unreachable",
    "proxy_sign_in",
    "proxy_refused",
    "proxy_kind",
    "proxy_answer",
    "off_host",
]

_NETWORK: Final = "Is this computer online, and is a VPN needed for that address?"
_WHO_SIGNS: Final = (
    "A company's own authority must be known to this machine"
    " (SSL_CERT_FILE); a proxy or the sign-in page of a public network looks like this"
    " too."
)
_CLOCK_FIRST: Final = (
    "Look at this computer's clock and date first; if they are right, the service's own"
    " operator must renew the certificate."
)
ADVICE: Final[Mapping[Trouble, str]] = {
    "dns_unknown": "Look for a typing error in the address. A name that only a"
    " company's network knows needs its VPN.",
    "dns_no_answer": "Is this computer online? A name server (DNS) or a VPN that is"
    " down looks like this too: try again when it is back.",
    "refused": "The machine is there, but nothing listens on that port: check the port,"
    " and whether the service runs.",
    "unreachable": _NETWORK,
    "connect_timeout": f"A firewall may swallow what is sent there. {_NETWORK}",
    "timeout": "The service may be slow just now; else allow the request more time.",
    "broken": "Usually this passes; the service or something on the way ended it.",
    "not_http": "Check the address and its port.",
    "tls_expired": _CLOCK_FIRST,
    "tls_not_yet_valid": _CLOCK_FIRST,
    "tls_self_signed": _WHO_SIGNS,
    "tls_unknown_issuer": _WHO_SIGNS,
    "tls_wrong_name": "Check the host name in the address: the one that the certificate"
    " names may be the right one.",
    "tls_untrusted": f"Check the address. {_WHO_SIGNS}",
    "tls_too_old": "The service must offer TLS 1.2 or later: its operator can switch"
    " that on.",
    "tls_not_spoken": "Check the port; a service without encryption is addressed by"
    " http://, which is only for this computer or a trusted network.",
    "tls_needed": "Write https:// in place of http://.",
    "tls_client_certificate": "Certificates of the caller are not supported: ask the"
    " operator for another way in.",
    "tls_failed": "Check the address and its port; a firewall or a proxy may end what"
    " it cannot look into.",
    "proxy_unreachable": "Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY (on Windows and"
    " macOS also the system's settings); NO_PROXY leaves a host out.",
    "proxy_sign_in": "Put name and password into the proxy's address:"
    " HTTPS_PROXY=http://name:password@proxy:port, or name the host in NO_PROXY.",
    "proxy_refused": "Ask who runs the proxy to allow this host, or check HTTPS_PROXY"
    " and NO_PROXY.",
    "proxy_kind": "Set HTTPS_PROXY to an http:// proxy, or NO_PROXY for this host.",
    "proxy_answer": "Look at the page below: the proxy wants something, or blocks this"
    " host. NO_PROXY leaves a host out.",
    "off_host": "",
}

_EXPIRED, _NOT_YET = 10, 9
_VERIFY: Final[Mapping[int, tuple[Trouble, str]]] = {  # X509_V_ERR_*, OpenSSL
    _NOT_YET: ("tls_not_yet_valid", "its certificate is not valid yet"),
    _EXPIRED: ("tls_expired", "its certificate has expired"),
    18: ("tls_self_signed", "its certificate is not trusted: it signed itself"),
    62: ("tls_wrong_name", "its certificate is not valid for {host}"),
    64: ("tls_wrong_name", "its certificate is not valid for {host}"),
}
_UNKNOWN_ISSUER: Final = frozenset({2, 19, 20, 21, 24})
_NOT_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}
)
_TOO_OLD: Final = frozenset(
    {
        "UNSUPPORTED_PROTOCOL",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "NO_PROTOCOLS_AVAILABLE",
        "VERSION_TOO_LOW",
    }
)
_WANTS_CERTIFICATE: Final = frozenset(
    {"TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_BAD_CERTIFICATE"}
)


def of_name(error: OSError | None) -> tuple[Trouble, str]:
    """Return what a name that was not resolved means, as a word and in words."""
    unsure = {socket.EAI_AGAIN, socket.EAI_FAIL}
    if isinstance(error, socket.gaierror) and error.errno in unsure:
        return "dns_no_answer", "the name service does not answer"
    return "dns_unknown", "no such host name is known"


def of_tls(error: OSError, host: str) -> tuple[Trouble, str]:
    """Return what a handshake that failed means, as a word and in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error, host)
    told = error.reason if isinstance(error, ssl.SSLError) else ""
    alert = of_alert(error)
    if alert is not None:
        return alert
    if told in _NOT_TLS:
        return "tls_not_spoken", "it does not speak TLS on this port"
    if told in _TOO_OLD:
        return "tls_too_old", "it speaks only versions of TLS that are too old"
    return "tls_failed", "it ended the TLS handshake"


def of_alert(error: OSError) -> tuple[Trouble, str] | None:
    """Return what an alert means that may come after the handshake; else None.

    With TLS 1.3 a server says only then that it wants the caller's certificate.
    """
    if isinstance(error, ssl.SSLError) and error.reason in _WANTS_CERTIFICATE:
        return "tls_client_certificate", "it asks for a certificate of the caller"
    return None


def _of_certificate(
    error: ssl.SSLCertVerificationError, host: str
) -> tuple[Trouble, str]:
    if error.verify_code in _UNKNOWN_ISSUER:
        return (
            "tls_unknown_issuer",
            "its certificate is not trusted: no authority that is known here signed it",
        )
    found = _VERIFY.get(error.verify_code)
    if found is None:
        return "tls_untrusted", f"its certificate is not trusted ({_said(error)})"
    return found[0], found[1].format(host=host)


def _said(error: ssl.SSLCertVerificationError) -> str:
    return error.verify_message or "it was refused"

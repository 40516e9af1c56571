"""Signing one request as OAuth 1.0a has it (RFC 5849, section 3).

Pure: what is signed, with which keys and when are arguments. What is signed is what is
sent: the address as it stands on the wire, and the parameters of the query and of a
form alike. Signing a signed request again gives it a new nonce and signature.
"""

import secrets
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import SecretStr

from ferrule.clock import SystemClock
from ferrule.errors import ExchangeError
from ferrule.exchange import Pairs, Request
from ferrule.expression.target import compile_target

Signature: TypeAlias = Literal["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"]
_FORM = "application/x-www-form-urlencoded"
_WRITTEN = "%/:@!$&'()*+,;=~-._[]"  # what stands in an address as it is
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_NONE = SecretStr("")
_CLOCK = SystemClock()


class Stamp(NamedTuple):
    """What makes one signature differ from every other: seconds since 1970, a nonce."""

    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs: the application's key, and the token of whom it signs for.

    RSA-SHA1 signs with `private_key`, PEM, and with no secret. Without a `token` the
    application speaks for itself.
    """

    consumer: str
    consumer_secret: SecretStr = _NONE
    token: str = ""
    token_secret: SecretStr = _NONE
    private_key: SecretStr = _NONE


def fresh_stamp() -> Stamp:
    """Return the time of this machine and 128 random bits."""
    return Stamp(str(int(_CLOCK.now().timestamp())), secrets.token_hex(16))


def sign(
    request: Request,
    signature: Signature,
    keys: Keys,
    *,
    extra: Pairs = (),
    realm: str = "",
    stamp: Stamp | None = None,
    version: str = "1.0",
) -> Request:
    """Return `request` with its signature in the Authorization header (3.5.1).

    `extra` are further protocol parameters, such as `oauth_callback` and
    `oauth_verifier`. Without a `version` that parameter is left out, as it may be.

    Raises:
        ExchangeError: for PLAINTEXT over plain http: it is the secrets themselves.
        CredentialError: when the private key of RSA-SHA1 cannot be read.
    """
    if signature == "PLAINTEXT" and urlsplit(request.url).scheme.lower() != "https":
        raise ExchangeError(
            "A PLAINTEXT signature is the secret itself and goes over https only.",
            advice="Use an https address, or HMAC-SHA1 (RFC 5849, section 3.4.4).",
        )
    protocol = _protocol(signature, keys, stamp or fresh_stamp(), version) + extra
    proof = _proof(base_string(request, protocol), signature, keys)
    signed = (*protocol, ("oauth_signature", proof))
    members = [f'{encoded(name)}="{encoded(value)}"' for name, value in signed]
    if realm:
        members.insert(0, f'realm="{_quoted(realm)}"')
    header = "OAuth " + ", ".join(members)
    return compile_target("header:Authorization").put(request, header)


def base_string(request: Request, protocol: Pairs) -> str:
    """Return the text that is signed: method, address and parameters (3.4.1.1)."""
    parameters = [*_sent(request), *protocol]
    pairs = sorted((encoded(name), encoded(value)) for name, value in parameters)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    parts = request.method.upper(), base_address(request.url), joined
    return "&".join(map(encoded, parts))


def base_address(url: str) -> str:
    """Return an address without query, as it is signed (3.4.1.2)."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = parts.netloc.rsplit("@", 1)[-1].lower()
    host = host.removesuffix(_DEFAULT_PORTS.get(scheme, ":"))
    return f"{scheme}://{host}{quote(parts.path, safe=_WRITTEN) or '/'}"


def encoded(text: str) -> str:
    """Return `text` percent-encoded but for letters, digits and -._~ (3.6)."""
    return quote(text, safe="~")


def _protocol(signature: Signature, keys: Keys, stamp: Stamp, version: str) -> Pairs:
    token = (("oauth_token", keys.token),) if keys.token else ()
    return (
        ("oauth_consumer_key", keys.consumer),
        *token,
        ("oauth_signature_method", signature),
        ("oauth_timestamp", stamp.timestamp),
        ("oauth_nonce", stamp.nonce),
        *((("oauth_version", version),) if version else ()),
    )


def _sent(request: Request) -> list[tuple[str, str]]:
    """Return the parameters of the query and of a form body (3.4.1.3.1)."""
    kind, content = request.content()
    kind = request.header("Content-Type") or kind or ""
    form = content.decode() if kind.split(";")[0].strip().lower() == _FORM else ""
    inline = urlsplit(request.url).query
    return [*_pairs(inline), *request.query, *_pairs(form)]


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True)


def _proof(base: str, signature: Signature, keys: Keys) -> str:
    """Return the signature of a base string; Authlib is imported only here."""
    from ferrule.auth.oauth1_digests import DIGESTS  # noqa: PLC0415 - Authlib's 60 ms

    return DIGESTS[signature](base, keys)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

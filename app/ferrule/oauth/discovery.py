"""What an authorization server publishes about itself (RFC 8414, OpenID Discovery).

It guards the flow and never leads it: addresses to authorise and to get tokens are the
descriptor's alone. A document whose issuer is not the one it was asked of is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from ferrule.errors import ExchangeError, FerruleError, SignInFailed
from ferrule.exchange import Json, Request
from ferrule.oauth.exchange import Send
from ferrule.oauth.secure import check_secure

_NAMES: Final = ("oauth-authorization-server", "openid-configuration")
_ENDPOINTS: Final = (
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "device_authorization_endpoint",
)
_PATIENCE_MS: Final = 5_000
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was published; `names_itself` is the promise of `iss` (RFC 9207).

    `challenges` are the PKCE methods, None where the document says nothing.
    """

    issuer: str
    challenges: tuple[str, ...] | None = None
    names_itself: bool = False
    revocation: str = ""


def discover(
    send: Send, issuer: str, *, declared: bool, of: str = ""
) -> Metadata | None:
    """Return the metadata of an issuer; None where nothing usable is published.

    `issuer` is `declared` by the descriptor, or else guessed from the authorise
    address; where every document names another issuer, that ends the sign-in in the
    first case and counts as none in the second. So does one that was guessed and is
    not `of` that authorise or token address.

    Raises:
        SignInFailed: when a declared issuer publishes what cannot be trusted.
    """
    refused: SignInFailed | None = None
    for address in well_known(issuer):
        body = _fetched(send, address)
        if body is None or not (declared or not of or is_of(body, of)):
            continue
        try:
            return read_metadata(body, issuer)
        except SignInFailed as error:
            refused = refused or error
    if declared and refused is not None:
        raise refused
    return None


def well_known(issuer: str) -> Iterator[str]:
    """Yield where an issuer may publish, each address once.

    Between host and path (RFC 8414, section 3.1), then behind the path, as OpenID has
    it (OpenID Connect Discovery 1.0, section 4) and as Okta does with both names.
    """
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    oauth, openid = (f"/.well-known/{name}" for name in _NAMES)
    places = (oauth + path, path + openid, openid + path, path + oauth)
    for place in dict.fromkeys(places):
        yield urlunsplit((parts.scheme, parts.netloc, place, "", ""))


def is_of(found: Mapping[str, Json], address: str) -> bool:
    """Tell whether metadata that were guessed are those of an endpoint.

    A host may have several servers below it, each with a path of its own (Okta,
    Keycloak): what its root publishes is of another one then.
    """
    named = [found[name] for name in _ENDPOINTS[:2] if name in found]
    return not named or address.partition("?")[0] in named


def guessed_issuer(authorise_address: str) -> str:
    """Return the issuer that an authorise address suggests: its origin."""
    parts = urlsplit(authorise_address)
    return f"{parts.scheme}://{parts.netloc}"


def read_metadata(body: Json, issuer: str) -> Metadata:
    """Return the metadata in a document that was asked of `issuer`.

    Raises:
        SignInFailed: when it names another issuer (RFC 8414, section 3.3), or an
            address that is not secure.
    """
    named = body.get("issuer") if isinstance(body, dict) else None
    if not isinstance(body, dict) or named != issuer:
        raise SignInFailed(
            f"What is published at {issuer} is of another issuer.",
            advice="Check issuer in the descriptor, to the letter.",
        )
    for name in _ENDPOINTS:
        if name in body:
            _check_endpoint(body[name], name)
    methods = body.get("code_challenge_methods_supported")
    listed = tuple(map(str, methods)) if isinstance(methods, list) else ()
    return Metadata(
        issuer=issuer,
        challenges=listed or None,
        names_itself=body.get("authorization_response_iss_parameter_supported") is True,
        revocation=str(body.get("revocation_endpoint") or ""),
    )


def _check_endpoint(value: Json, name: str) -> None:
    try:
        check_secure(value if isinstance(value, str) else "", name.replace("_", " "))
    except FerruleError:
        raise SignInFailed(
            f"The service publishes a {name} that is not https."
        ) from None


def _fetched(send: Send, address: str) -> dict[str, Json] | None:
    """Return a published document; None for anything that is none."""
    try:
        check_secure(address, "metadata")
        response = send(Request("GET", address, timeout_ms=_PATIENCE_MS))
        body = response.json if response.status == _OK else None
    except ExchangeError:
        return None
    return body if isinstance(body, dict) else None

"""The OAuth 1.0a provider (RFC 5849): three legs, two, and a ready-made token.

Authlib checks signatures, here with HMAC-SHA256 besides HMAC-SHA1; nonces and
timestamps are checked against the sandbox's clock. Authlib refuses plain http whatever
the host, so a request is made with https and gets its real address before its signature
is checked.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from authlib.oauth1.rfc5849 import errors, models
from authlib.oauth1.rfc5849.authorization_server import AuthorizationServer
from authlib.oauth1.rfc5849.signature import (
    generate_signature_base_string,
    verify_hmac_sha1,
)
from authlib.oauth1.rfc5849.util import escape
from authlib.oauth1.rfc5849.wrapper import OAuth1Request

from ferrule.clock import Clock
from ferrule.sandbox.answer import Answer, Asked
from ferrule.sandbox.authority.parties import PERSON, Client
from ferrule.sandbox.authority.seal import Claims, Seal

READY_TOKEN: Final = "demo-token"  # noqa: S105  # published sample, not a secret
READY_SECRET: Final = "demo-token-secret"  # noqa: S105  # as above
OUT_OF_BAND: Final = "oob"
WINDOW: Final = 300
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(slots=True, eq=False)
class Credential(models.TemporaryCredentialMixin):
    """A token and its secret: temporary while `callback` is there."""

    client_id: str
    token: str
    secret: str
    callback: str = ""
    verifier: str = ""
    login: str = PERSON

    def get_client_id(self) -> str:
        """Return who asked for it."""
        return self.client_id

    def get_redirect_uri(self) -> str:
        """Return where the person is led back to."""
        return self.callback

    def check_verifier(self, verifier: str) -> bool:
        """Tell whether this is what approving gave."""
        own = self.verifier.encode()
        return bool(own) and secrets.compare_digest(verifier.encode(), own)

    def get_oauth_token(self) -> str:
        """Return the token."""
        return self.token

    def get_oauth_token_secret(self) -> str:
        """Return its secret."""
        return self.secret


class Consumer(models.ClientMixin):
    """A client in the words of OAuth 1."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get_default_redirect_uri(self) -> str:
        """Return nothing: a request names its address."""
        return self._client.get_default_redirect_uri()

    def get_client_secret(self) -> str:
        """Return the consumer secret."""
        return self._client.secret


def verify_hmac_sha256(request: OAuth1Request) -> bool:
    """Tell whether a signature made with HMAC-SHA256 is right.

    As HMAC-SHA1 in RFC 5849 (section 3.4.2) with another hash: what NetSuite asks for.
    """
    secret = request.client_secret
    if not secret:
        return False
    key = f"{escape(secret)}&{escape(request.token_secret or '')}".encode()
    text = generate_signature_base_string(request).encode()
    own = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest())
    return hmac.compare_digest(own, (request.signature or "").encode())


@dataclass(eq=False)
class Provider(AuthorizationServer):
    """The three endpoints, and the check of a signed request."""

    clients: dict[str, Client]
    clock: Clock
    granted: dict[str, Credential] = field(default_factory=dict)
    waiting: dict[str, Credential] = field(default_factory=dict)
    replays: int = 0
    _revoked: bool = False
    _nonces: set[tuple[str, str, str, str]] = field(default_factory=set)

    SIGNATURE_METHODS = {  # noqa: RUF012  # Authlib's own shape
        "HMAC-SHA1": verify_hmac_sha1,
        "HMAC-SHA256": verify_hmac_sha256,
    }
    SUPPORTED_SIGNATURE_METHODS = ["HMAC-SHA1", "HMAC-SHA256"]  # noqa: RUF012  # as above

    def __post_init__(self) -> None:
        ready = Credential(next(iter(self.clients)), READY_TOKEN, READY_SECRET)
        self.granted[ready.token] = ready

    def request_token(self, asked: Asked) -> Answer:
        """Answer a request for temporary credentials (section 2.1)."""
        authlib: Any = self  # the stubs leave it untyped
        return cast("Answer", authlib.create_temporary_credentials_response(asked))

    def access_token(self, asked: Asked) -> Answer:
        """Answer a request for token credentials (section 2.3)."""
        authlib: Any = self  # as above
        return cast("Answer", authlib.create_token_response(asked))

    def check(self, asked: Asked) -> str:
        """Return who a signed request speaks for.

        Without a token it is the client itself (two legs).

        Raises:
            OAuth1Error: when the request is not signed as it should be.
        """
        request = self.create_oauth1_request(asked)
        client = self.get_client_by_id(request.client_id)
        if client is None:
            raise errors.InvalidClientError
        request.client = client
        if request.token:
            request.credential = self._granted(request.token, asked.origin)
        self.validate_oauth_signature(request)
        self.validate_timestamp_and_nonce(request)
        return (
            request.credential.login if request.credential else str(request.client_id)
        )

    def _granted(self, token: str, origin: str) -> Credential:
        """Return the credential of a token, also of one of an earlier start."""
        if token not in self.granted:
            seal = Seal(origin)
            claims = seal.read("o1", token)
            if claims is None or self._revoked:
                raise errors.InvalidTokenError
            secret = seal.secret_of(token)
            self.granted[token] = Credential(claims.client, token, secret)
        return self.granted[token]

    def revoke(self) -> None:
        """Take every approval back, those of an earlier start too."""
        self._revoked = True
        self.granted = {READY_TOKEN: self.granted[READY_TOKEN]}

    def approve(self, temporary: Credential) -> None:
        """Note that the person said yes."""
        temporary.verifier = secrets.token_urlsafe(24)

    def create_oauth1_request(self, request: Asked) -> OAuth1Request:
        """Return a request in Authlib's words.

        Raises:
            OAuth1Error: when its credentials are malformed.
        """
        path = quote(request.path, safe="/%~!$&'()*+,;=:@")
        rest = f"{path}?{request.query}" if request.query else path
        headers = {"Authorization": request.headers.get("authorization", "")}
        form = request.headers.get("content-type", "").startswith(_FORM)
        body = request.body.decode("latin-1") if form else None
        try:
            made = OAuth1Request(
                request.method, f"https://loopback{rest}", body, headers
            )
        except ValueError:
            raise errors.InvalidRequestError("malformed credentials") from None
        made.uri = request.origin + rest
        return made

    def validate_timestamp_and_nonce(self, request: OAuth1Request) -> None:
        """Refuse a request that is old, of the future, or was seen (section 3.3).

        Raises:
            OAuth1Error: saying which.
        """
        stamp = str(request.timestamp or "")
        nonce = str(request.oauth_params.get("oauth_nonce") or "")
        if not (stamp.isascii() and stamp.isdigit()):
            raise errors.InvalidRequestError('Invalid "oauth_timestamp" value')
        if abs(self.clock.now().timestamp() - int(stamp)) > WINDOW:
            raise errors.InvalidRequestError("The timestamp is too far from now")
        if not nonce:
            raise errors.MissingRequiredParameterError("oauth_nonce")
        if self.exists_nonce(nonce, request):
            raise errors.InvalidNonceError("This nonce was used before")

    def exists_nonce(self, nonce: str, request: OAuth1Request) -> bool:
        """Tell whether a nonce was seen, and remember it."""
        seen = (str(request.client_id), request.token or "", request.timestamp, nonce)
        known = seen in self._nonces
        self.replays += known
        self._nonces.add(seen)
        return known

    def get_client_by_id(self, client_id: str) -> Consumer | None:
        """Return a client that has a secret."""
        client = self.clients.get(client_id or "")
        return Consumer(client) if client and client.secret else None

    def validate_temporary_credentials_request(
        self, request: OAuth1Request
    ) -> OAuth1Request:
        """Check a request for temporary credentials, its callback too.

        Raises:
            OAuth1Error: when the callback is not registered, or as Authlib says.
        """
        callback = request.redirect_uri or OUT_OF_BAND
        client = self.clients.get(request.client_id or "")
        known = callback == OUT_OF_BAND or (
            client and client.check_redirect_uri(callback)
        )
        if client and not known:
            raise errors.InvalidRequestError("The callback is not registered")
        authlib: Any = super()  # the stubs leave it untyped
        authlib.validate_temporary_credentials_request(request)
        return request

    def create_temporary_credential(self, request: OAuth1Request) -> Credential:
        """Enter temporary credentials."""
        token, secret = f"rq-{secrets.token_urlsafe(18)}", secrets.token_urlsafe(24)
        made = Credential(str(request.client_id), token, secret, request.redirect_uri)
        self.waiting[made.token] = made
        return made

    def get_temporary_credential(self, request: OAuth1Request) -> Credential | None:
        """Return temporary credentials that were asked for by the same client."""
        found = self.waiting.get(request.token)
        mine = found is not None and found.client_id == request.client_id
        request.credential = found if mine else None
        return found if mine else None

    def delete_temporary_credential(self, request: OAuth1Request) -> None:
        """Forget temporary credentials: they work once."""
        self.waiting.pop(request.token, None)

    def create_token_credential(self, request: OAuth1Request) -> Credential:
        """Enter the token that opens the door."""
        seal = Seal(origin_of(request.uri))
        token = seal.made("o1", Claims(str(request.client_id), PERSON, ""))
        made = Credential(str(request.client_id), token, seal.secret_of(token))
        self.granted[made.token] = made
        return made

    def handle_response(
        self,
        status_code: int,
        payload: Sequence[tuple[str, str | bool]],
        headers: Sequence[tuple[str, str]],
    ) -> Answer:
        """Return Authlib's answer as the sandbox's, a form."""
        pairs = [(name, "true" if value is True else value) for name, value in payload]
        kept = tuple((name.lower(), value) for name, value in headers)
        return Answer(status_code, urlencode(pairs).encode(), kept)


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def without_signature(asked: Asked) -> dict[str, str]:
    """Return the parameters of a request without what signed it."""
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    return {name: value for name, value in pairs if not name.startswith("oauth_")}

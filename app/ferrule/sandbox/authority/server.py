"""Authlib's authorization server, fed with the sandbox's requests and answers.

Authlib refuses plain http whatever the host; a request says https here, since this
server is on loopback, where RFC 8252 (section 8.3) needs no TLS. The variable that
turns the check off for the whole process is never set.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal, cast
from urllib.parse import parse_qsl

import msgspec
from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    BaseGrant,
    ClientMixin,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Payload,
    UnsupportedResponseTypeError,
)

from ferrule.sandbox.answer import JSON, Answer, Asked, told
from ferrule.sandbox.authority.ledger import Device, Family, Ledger
from ferrule.sandbox.authority.parties import ALL_SCOPES, SCOPES, Client
from ferrule.sandbox.authority.seal import Claims, Seal

Pairs = Sequence[tuple[str, str]]
NO_STORE: Final = (("cache-control", "no-store"), ("pragma", "no-cache"))
_OBJECT = msgspec.json.Decoder(dict[str, str | int | None])


class Heard(OAuth2Request):
    """One request in Authlib's words; `pairs` are its query or its form."""

    def __init__(self, asked: Asked, pairs: Pairs) -> None:
        headers = {"Authorization": asked.headers.get("authorization", "")}
        super().__init__(asked.method, f"https://loopback{asked.path}", headers=headers)
        self.said = Said(pairs)
        self.payload = self.said

    @property
    def args(self) -> dict[str, str | None]:
        """The parameters; a request here has them in one place only."""
        return dict(self.form)

    @property
    def form(self) -> dict[str, str]:
        """The parameters, as above."""
        return self.said.data


class Said(OAuth2Payload):
    """Parameters with all their values."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    @property
    def data(self) -> dict[str, str]:
        """The parameters; of one given twice, the last."""
        return dict(self._pairs)

    @property
    def datalist(self) -> dict[str, list[str]]:
        """The parameters, each with all that was given."""
        found: dict[str, list[str]] = {}
        for name, value in self._pairs:
            found.setdefault(name, []).append(value)
        return found


def in_query(asked: Asked) -> Heard:
    """Return a request whose parameters stand in its address."""
    return Heard(asked, parse_qsl(asked.query, keep_blank_values=True))


def in_body(asked: Asked) -> Heard:
    """Return a request whose parameters stand in its body: a form, or a JSON object.

    Raises:
        OAuth2Error: when it is neither.
    """
    try:
        return Heard(asked, _body(asked))
    except (msgspec.MsgspecError, ValueError):
        raise InvalidRequestError("The body is no form and no JSON object.") from None


def _body(asked: Asked) -> Pairs:
    if "json" in asked.headers.get("content-type", ""):
        given = _OBJECT.decode(asked.body)
        return [(name, str(v)) for name, v in given.items() if v is not None]
    return parse_qsl(asked.body.decode(), keep_blank_values=True)


class Server(AuthorizationServer):
    """Authlib's server on the sandbox's ledger; `seal` makes its tokens."""

    def __init__(
        self, ledger: Ledger, clients: Mapping[str, Client], seal: Seal
    ) -> None:
        super().__init__(scopes_supported=list(SCOPES))
        self.seal = seal
        self.ledger, self.clients = ledger, clients
        self._authlib: Any = self  # the stubs leave what is called below untyped
        self.register_token_generator("default", cast("Any", self._drawn))

    def consent(self, heard: Heard) -> BaseGrant:
        """Return the grant of a request that a person may be asked about.

        Raises:
            OAuth2Error: when the request is not one.
        """
        try:
            return cast("BaseGrant", self._authlib.get_consent_grant(heard))
        except UnsupportedResponseTypeError as error:
            error.response_type = heard.said.response_type  # Authlib puts a sentence
            raise
        except ValueError:  # Authlib's, at an address that its own error may not hold
            raise InvalidRequestError("The request holds strange characters.") from None

    def decide(self, heard: Heard, approval: object, grant: BaseGrant) -> Answer:
        """Return the redirect to the client; `approval` is None for no."""
        said = self._authlib.create_authorization_response(heard, approval, grant)
        return cast("Answer", said)

    def issue(self, heard: Heard) -> Answer:
        """Return the answer of the token endpoint."""
        return cast("Answer", self._authlib.create_token_response(heard))

    def revoke(self, heard: Heard) -> Answer:
        """Return the answer of the revocation endpoint."""
        said = self._authlib.create_endpoint_response("revocation", heard)
        return cast("Answer", said)

    def refused(self, error: OAuth2Error, heard: Heard) -> Answer:
        """Return an error as the token endpoint tells it (RFC 6749, section 5.2)."""
        return cast("Answer", self.handle_error_response(heard, error))

    def authenticate_client(
        self, request: OAuth2Request, methods: Collection[str], endpoint: str = "token"
    ) -> ClientMixin:
        """Return the client that a request comes from.

        Raises:
            OAuth2Error: when it does not sign in, or not readably.
        """
        try:
            return super().authenticate_client(request, methods, endpoint)
        except ValueError:  # Authlib's, at a malformed Authorization header
            malformed = "The Authorization header cannot be read."
            raise InvalidClientError(malformed, status_code=401) from None

    def query_client(self, client_id: str) -> Client | None:  # type: ignore[override]  # Authlib takes None for unknown
        """Return a registered client."""
        return self.clients.get(client_id)

    def create_oauth2_request(self, request: Heard) -> Heard:
        """Return the request: it is in Authlib's words already."""
        return request

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Tell nobody."""

    def save_token(
        self, token: Mapping[str, str | int], request: OAuth2Request
    ) -> None:
        """Enter what was drawn, under the approval that it came of."""
        came_of = request.refresh_token or request.authorization_code
        came_of = came_of or request.credential
        client = request.client
        family = came_of.family if came_of else None
        if family is None and client is not None:
            family = Family(client.get_client_id(), client.get_client_id())
        if family is not None:
            values = [str(token.get(k, "")) for k in ("access_token", "refresh_token")]
            self.ledger.open(family, str(token["scope"]), *values)
        if isinstance(request.credential, Device):
            self.ledger.end_device(request.credential)

    def handle_response(
        self, status: int, body: object, headers: Mapping[str, str] | Pairs
    ) -> Answer:
        """Return Authlib's answer as the sandbox's."""
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        kept = [(k.lower(), v) for k, v in pairs if k.lower() != "content-type"]
        if isinstance(body, str):
            return Answer(status, body.encode(), tuple(kept))
        return Answer(status, told(body).body, (JSON, *kept))

    def known(self, kind: Literal["at", "rt"], text: str) -> None:
        """Take up a token of an earlier start, if that is what `text` is."""
        if kind in self.ledger.closed or self.ledger.find(text) is not None:
            return
        claims = self.seal.read(kind, text)
        if claims is not None:
            place = "access" if kind == "at" else "refresh"
            self.ledger.adopt(claims, **{place: text})

    def _drawn(
        self,
        *,
        client: Client,
        user: str | None,
        scope: str | None,
        include_refresh_token: bool,
        **rest: object,
    ) -> dict[str, str | int]:
        """Return a new token; the parameters are Authlib's."""
        del rest
        lifetime, allowed = self.ledger.lifetime, scope or ALL_SCOPES
        until = int(self.ledger.clock.now().timestamp()) + lifetime
        login = user or client.client_id
        claims = Claims(client.client_id, login, allowed, until)
        token: dict[str, str | int] = {
            "access_token": self.seal.made("at", claims),
            "token_type": "Bearer",
            "expires_in": lifetime,
            "scope": allowed,
        }
        if include_refresh_token:
            token["refresh_token"] = self.seal.made("rt", claims)
        return token

"""The grants, each Authlib's with the ledger behind it.

Code with PKCE (S256 alone; a public client has to use it), refresh with rotation,
client credentials, device; revocation; and clients that sign an assertion (RFC 7523).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, cast

from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import (
    ClientMixin,
    InvalidRequestError,
    TokenMixin,
)
from authlib.oauth2.rfc6749.grants import (
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    RefreshTokenGrant,
)
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant

from ferrule.sandbox.authority.ledger import (
    CODE_LIFETIME,
    DEVICE_INTERVAL,
    DEVICE_LIFETIME,
    Code,
    Device,
    Family,
    Ledger,
    Token,
)
from ferrule.sandbox.authority.parties import (
    ALL_SCOPES,
    PERSON,
    SIGNED_ASSERTION,
    Client,
)
from ferrule.sandbox.authority.seal import Seal
from ferrule.sandbox.authority.server import Heard, Server

VERIFY: Final = "/oauth/device/verify"
TOKEN: Final = "/oauth/token"  # noqa: S105  # a path
_WITH_SECRET: Final = [SIGNED_ASSERTION, "client_secret_basic", "client_secret_post"]
_ANY: Final = [*_WITH_SECRET, "none"]


@dataclass(frozen=True, slots=True)
class Approval:
    """What a person said yes to."""

    login: str
    scope: str


class CodeGrant(AuthorizationCodeGrant):
    """The code grant (RFC 6749, section 4.1)."""

    TOKEN_ENDPOINT_AUTH_METHODS = _ANY
    server: Server

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Enter a code with the challenge that its verifier has to answer."""
        ledger, said = self.server.ledger, cast("Heard", request).said
        approval = cast("Approval", request.user)
        ledger.enter_code(
            Code(
                code,
                said.redirect_uri,
                approval.scope,
                said.data.get("code_challenge"),
                Family(said.client_id, approval.login),
                ledger.clock.monotonic() + CODE_LIFETIME,
            )
        )

    def query_authorization_code(self, code: str, client: ClientMixin) -> Code | None:
        """Return a code that is good."""
        return self.server.ledger.use_code(code, client.get_client_id())

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Note that a code was used."""
        authorization_code.spent = True

    def authenticate_user(self, authorization_code: Code) -> str:
        """Return who approved."""
        return authorization_code.family.login


class Challenge(CodeChallenge):
    """PKCE (RFC 7636) with S256 alone; without it only a client with a secret."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012  # Authlib's own shape

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Refuse any method but S256, and a public client without a challenge.

        Raises:
            OAuth2Error: saying which.
        """
        heard = cast("Heard", grant.request)
        client, challenge = heard.client, heard.form.get("code_challenge")
        if not challenge and not (isinstance(client, Client) and client.secret):
            raise InvalidRequestError("A client without a secret needs PKCE (S256).")
        if challenge and heard.form.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Only code_challenge_method=S256 is taken.")
        super().validate_code_challenge(grant, redirect_uri)


class RefreshGrant(RefreshTokenGrant):
    """Refreshing, with a new refresh token each time (RFC 6749, section 6)."""

    TOKEN_ENDPOINT_AUTH_METHODS = _ANY
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: Server

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:  # type: ignore[override]  # None is how Authlib is told no
        """Return the token to renew."""
        self.server.known("rt", refresh_token)
        return self.server.ledger.use_refresh(refresh_token)

    def authenticate_user(self, refresh_token: Token) -> str:
        """Return who approved."""
        return refresh_token.family.login

    def revoke_old_credential(self, refresh_token: TokenMixin) -> None:
        """Note that a refresh token was used."""
        cast("Token", refresh_token).spent = True


class OwnGrant(ClientCredentialsGrant):
    """A client's own token (RFC 6749, section 4.4)."""

    TOKEN_ENDPOINT_AUTH_METHODS = _WITH_SECRET


class DeviceGrant(DeviceCodeGrant):
    """Polling for the token of a device (RFC 8628, section 3.4)."""

    TOKEN_ENDPOINT_AUTH_METHODS = _ANY
    server: Server

    def query_device_credential(self, device_code: str) -> Device | None:
        """Return a device by what it polls with."""
        return self.server.ledger.device(device_code)

    def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
        """Return who decided and how, None while nobody has."""
        device = self.server.ledger.shown(user_code)
        if device is None or device.approved is None:
            return None
        return device.family.login, device.approved

    def should_slow_down(self, credential: Device) -> bool:
        """Tell whether this poll came too soon."""
        return credential.too_soon()


class DeviceDesk(DeviceAuthorizationEndpoint):
    """Where a device asks for its codes (RFC 8628, section 3.1)."""

    CLIENT_AUTH_METHODS = _ANY
    EXPIRES_IN = DEVICE_LIFETIME
    INTERVAL = DEVICE_INTERVAL
    server: Server

    def __init__(self, server: Server, origin: str) -> None:
        super().__init__(server)
        self.origin = origin

    def get_verification_uri(self) -> str:
        """Return where the person goes."""
        return self.origin + VERIFY

    def save_device_credential(
        self, client_id: str, scope: str | None, data: dict[str, Any]
    ) -> None:
        """Enter a device that waits."""
        clock = self.server.ledger.clock
        self.server.ledger.enter_device(
            Device(
                data["device_code"],
                data["user_code"],
                scope or ALL_SCOPES,
                Family(client_id, PERSON),
                clock,
                clock.monotonic() + data["expires_in"],
            )
        )


class Revocation(RevocationEndpoint):
    """Giving tokens back (RFC 7009): a refresh token takes its family along."""

    CLIENT_AUTH_METHODS = _ANY
    server: Server

    def query_token(
        self, token_string: str, token_type_hint: str | None
    ) -> Token | None:
        """Return a token by either of its texts; the hint is not needed."""
        del token_type_hint
        self.server.known("at", token_string)
        self.server.known("rt", token_string)
        return self.server.ledger.find(token_string)

    def revoke_token(self, token: Token, request: Heard) -> None:
        """End the access token, or all of the approval."""
        if request.form["token"] == token.refresh:
            token.family.revoked = True
        token.withdrawn = True


class ByKey:
    """A client that signs in with an assertion; what checks one is loaded on first use.

    It brings cryptography along, which would be half of the sandbox's start.
    """

    def __init__(self, origin: str) -> None:
        self._audiences = [origin, origin + TOKEN]
        self._check: Callable[..., Client | None] | None = None

    def __call__(
        self, query_client: Callable[[str], Client | None], request: Heard
    ) -> Client | None:
        """Return the client that signed, None where nobody did.

        Raises:
            OAuth2Error: when the assertion is not good.
        """
        if "client_assertion" not in request.form:
            return None
        if self._check is None:
            module = import_module("ferrule.sandbox.authority.assertion")
            self._check = module.Assertion(self._audiences)
        return self._check(query_client, request)


def serving(ledger: Ledger, clients: Mapping[str, Client], origin: str) -> Server:
    """Return a server that answers at `origin`, with everything it knows."""
    server = Server(ledger, clients, Seal(origin))
    server.register_client_auth_method(SIGNED_ASSERTION, ByKey(origin))
    server.register_grant(CodeGrant, [Challenge(required=True)])
    for grant in (RefreshGrant, OwnGrant, DeviceGrant):
        server.register_grant(grant)
    server.register_endpoint(Revocation)
    return server

"""The authorization server as one function from a request to an answer.

OAuth 2 stands under `/oauth/` with its metadata (RFC 8414), OAuth 1.0a under
`/oauth1/`. `admit` is the door of what they protect.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec
from authlib.oauth1.rfc5849.errors import OAuth1Error
from authlib.oauth2 import OAuth2Error

from ferrule.clock import Clock
from ferrule.sandbox.answer import Answer, Asked, Refused, refusal, told
from ferrule.sandbox.authority import misbehaviour, people
from ferrule.sandbox.authority.front import Duties
from ferrule.sandbox.authority.grants import (
    TOKEN,
    VERIFY,
    DeviceDesk,
    serving,
)
from ferrule.sandbox.authority.ledger import LIFETIME, Ledger
from ferrule.sandbox.authority.parties import (
    CLIENT_ID,
    CLIENT_SECRET,
    DEVICE_GRANT,
    PUBLIC_ID,
    SCOPES,
    SIGNED_ASSERTION,
    sample_clients,
)
from ferrule.sandbox.authority.server import NO_STORE, Heard, Server, in_body
from ferrule.sandbox.authority.signed import (
    READY_SECRET,
    READY_TOKEN,
    Provider,
    without_signature,
)

METADATA: Final = "/.well-known/oauth-authorization-server"
AUTHORISE: Final = "/oauth/authorize"
DEVICE: Final = "/oauth/device"
REVOKE: Final = "/oauth/revoke"
REQUEST_TOKEN: Final = "/oauth1/request_token"  # noqa: S105  # a path
AUTHORISE_SIGNED: Final = "/oauth1/authorize"
ACCESS_TOKEN: Final = "/oauth1/access_token"  # noqa: S105  # a path
_NEEDED: Final = {
    "issues": "issues:read",
    "comments": "comments:read",
    "user": "profile",
}
_METHODS: Final = [
    "client_secret_basic",
    "client_secret_post",
    SIGNED_ASSERTION,
    "none",
]
_GRANTS: Final = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    DEVICE_GRANT,
]


class Authority:
    """The whole server; one instance holds its state."""

    def __init__(self, clock: Clock, *, slow_ms: int = misbehaviour.SLOW_MS) -> None:
        self.clients = sample_clients()
        self.ledger = Ledger(clock)
        self.provider = Provider(self.clients, clock)
        self.slow_ms = slow_ms
        self._servers: dict[str, Server] = {}
        self.behave()

    def behave(self) -> None:
        """Let nothing go wrong, and count from 0; tokens stay good."""
        self.misbehave: list[str] = []
        self.ledger.lifetime = LIFETIME
        self.ledger.seen.clear()

    def obey(self, duties: Duties) -> None:
        """Do what the control endpoint says.

        Raises:
            Refused: 404 for a misbehaviour that there is not.
        """
        if duties.misbehave is not msgspec.UNSET:
            self.misbehave = misbehaviour.checked(duties.misbehave)
        if duties.lifetime is not msgspec.UNSET:
            self.ledger.lifetime = duties.lifetime
        if duties.expire:
            self.ledger.expire()
        if duties.revoke:
            self.ledger.revoke_all()
            self.provider.revoke()
        client = self.clients[CLIENT_ID]
        if duties.key is not msgspec.UNSET:
            client.key = duties.key
        client.redirects.extend(duties.redirects)

    def standing(self) -> dict[str, object]:
        """Return the counts, and what goes wrong everywhere."""
        return {
            "misbehave": self.misbehave,
            "valid": sum(1 for _ in self.ledger.valid()),
            "seen": dict(self.ledger.seen),
            "replays": self.provider.replays,
        }

    @staticmethod
    def index(origin: str) -> dict[str, object]:
        """Return what the index of the service says about this server."""
        return {
            "metadata": origin + METADATA,
            "client": f"{CLIENT_ID}, secret {CLIENT_SECRET}",
            "without_secret": PUBLIC_ID,
            "scopes": SCOPES,
            "oauth1": [
                origin + p for p in (REQUEST_TOKEN, AUTHORISE_SIGNED, ACCESS_TOKEN)
            ],
            "oauth1_token": f"{READY_TOKEN}, secret {READY_SECRET}",
            f"?{misbehaviour.PARAMETER}=": misbehaviour.KNOWN,
        }

    def answer(self, asked: Asked) -> Answer | None:
        """Return what is said at an address of this server, None at any other."""
        places: dict[str, Callable[[Asked, list[str]], Answer]] = {
            METADATA: self._metadata,
            AUTHORISE: self._authorise,
            TOKEN: self._token,
            DEVICE: self._device,
            VERIFY: self._verify,
            REVOKE: self._revoke,
            misbehaviour.ELSEWHERE: self._elsewhere,
            REQUEST_TOKEN: self._request_token,
            AUTHORISE_SIGNED: self._authorise_signed,
            ACCESS_TOKEN: self._access_token,
        }
        place = places.get(asked.path)
        if place is None:
            return None
        wrong = [*misbehaviour.named(asked), *self.misbehave]
        answer = place(asked, wrong)
        if misbehaviour.SLOW in wrong:
            answer = replace(answer, delay_ms=answer.delay_ms + self.slow_ms)
        return answer

    def admit(self, asked: Asked, path: str) -> tuple[Asked, str]:
        """Return the request without its credential, and whose it is.

        `path` is what stands behind the prefix: it says which scope is needed.

        Raises:
            Refused: 401 without a valid token or signature; 403 without the scope.
        """
        scheme = asked.headers.get("authorization", "").partition(" ")[0].lower()
        if scheme == "oauth" or "oauth_signature" in asked.params:
            return self._admit_signed(asked)
        return asked, self._admit_bearer(asked, path)

    def _server(self, asked: Asked) -> Server:
        """Return the OAuth 2 server as it is called: its origin is its name."""
        origin = asked.origin
        if origin not in self._servers:
            self._servers[origin] = serving(self.ledger, self.clients, origin)
        return self._servers[origin]

    def _admit_signed(self, asked: Asked) -> tuple[Asked, str]:
        try:
            login = self.provider.check(asked)
        except OAuth1Error as error:
            text = f"{error.error}: {error.get_error_description()}"
            challenge = ("www-authenticate", 'OAuth realm="sandbox"')
            raise refusal(401, text, challenge) from None
        return replace(asked, params=without_signature(asked)), login

    def _admit_bearer(self, asked: Asked, path: str) -> str:
        scheme, _, access = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not access.strip():
            raise _challenged(401, "needs a token of /oauth/token, or OAuth 1", "")
        self._server(asked).known("at", access.strip())
        token = self.ledger.by_access(access.strip())
        if token is None:
            raise _challenged(401, "the token expired or was revoked", "invalid_token")
        needed = _NEEDED.get(path.rstrip("/").rpartition("/")[2])
        if needed and needed not in token.scope.split():
            text = f"the token lacks the scope {needed}"
            raise _challenged(403, text, "insufficient_scope")
        return token.family.login

    def _metadata(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "GET")
        origin = asked.origin
        metadata = {
            "issuer": origin,
            "authorization_endpoint": origin + AUTHORISE,
            "token_endpoint": origin + TOKEN,
            "device_authorization_endpoint": origin + DEVICE,
            "revocation_endpoint": origin + REVOKE,
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": _GRANTS,
            "token_endpoint_auth_methods_supported": _METHODS,
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return told(misbehaviour.described(wrong, metadata))

    def _authorise(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "GET", "POST")
        self.ledger.seen["authorise"] += asked.method == "GET"
        return people.consent(self._server(asked), asked, wrong)

    def _token(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "POST")
        self.ledger.seen["token"] += 1
        said = misbehaviour.instead(wrong, asked)
        if said is not None:
            return said
        return misbehaviour.answered(wrong, self._issued(asked, wrong))

    def _issued(self, asked: Asked, wrong: list[str]) -> Answer:
        """Return the good answer, or the refusal that a misbehaviour asks for."""
        server = self._server(asked)
        try:
            heard = in_body(asked)
        except OAuth2Error as error:
            return server.refused(error, Heard(asked, ()))
        grant = heard.form.get("grant_type", "").rpartition(":")[2]
        self.ledger.seen[grant or "none"] += 1
        if misbehaviour.INVALID_GRANT in wrong and grant == "refresh_token":
            return told({"error": "invalid_grant"}, 400, *NO_STORE)
        kept = self.ledger.lifetime
        self.ledger.lifetime = misbehaviour.lifetime(wrong, kept)
        answer = server.issue(heard)
        self.ledger.lifetime = kept
        return answer

    def _device(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "POST")
        self.ledger.seen["device"] += 1
        said = misbehaviour.instead(wrong, asked)
        if said is not None:
            return said
        server = self._server(asked)
        try:
            told_codes = DeviceDesk(server, asked.origin)(in_body(asked))
        except OAuth2Error as error:
            return server.refused(error, Heard(asked, ()))
        return server.handle_response(*told_codes)

    def _verify(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "GET", "POST")
        return people.device(self._server(asked), asked, wrong)

    def _revoke(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "POST")
        self.ledger.seen["revoke"] += 1
        said = misbehaviour.instead(wrong, asked)
        if said is not None:
            return said
        server = self._server(asked)
        try:
            return server.revoke(in_body(asked))
        except OAuth2Error as error:
            return server.refused(error, Heard(asked, ()))

    def _elsewhere(self, asked: Asked, wrong: list[str]) -> Answer:
        """Count who follows the redirect of a token request: nobody should."""
        del asked, wrong
        self.ledger.seen["elsewhere"] += 1
        return told({"access_token": "stolen", "token_type": "Bearer"})

    def _request_token(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "POST")
        self.ledger.seen["request_token"] += 1
        said = misbehaviour.instead(wrong, asked) or self.provider.request_token(asked)
        return misbehaviour.confirmed(wrong, said)

    def _access_token(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "POST")
        self.ledger.seen["access_token"] += 1
        return misbehaviour.instead(wrong, asked) or self.provider.access_token(asked)

    def _authorise_signed(self, asked: Asked, wrong: list[str]) -> Answer:
        _allow(asked, "GET", "POST")
        self.ledger.seen["authorise"] += asked.method == "GET"
        return people.signed(self.provider, asked, wrong)


def _challenged(status: int, text: str, error: str) -> Refused:
    """Return a refusal with its challenge (RFC 6750, section 3)."""
    code = f', error="{error}", error_description="{text}"' if error else ""
    challenge = ("www-authenticate", f'Bearer realm="sandbox"{code}')
    return refusal(status, text, challenge)


def _allow(asked: Asked, *methods: str) -> None:
    if asked.method not in methods:
        allow = ", ".join(methods)
        raise refusal(405, f"{asked.method} is not among {allow}", ("allow", allow))

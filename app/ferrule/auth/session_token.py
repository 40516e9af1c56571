"""A token that a login request hands out, and that lives for a session.

The login is sent when there is no token, when it was refused before its time, and when
it expired. One that is only due is asked to be prolonged, where a descriptor says how.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Final, Literal

from pydantic import Field, SecretStr

from ferrule.auth.expiring import moment_told
from ferrule.auth.kind import AuthKind, CredentialConfig, Deliver, Secrets, scope_of
from ferrule.auth.token import TokenSet, tokens_of
from ferrule.auth.token_delivery import with_token
from ferrule.errors import ReauthRequired, UnexpectedStatus, UnreadableResponse
from ferrule.exchange import MISSING, Json, Request, Response, scalar_text
from ferrule.expression import Duration, Source
from ferrule.expression.dates import parse_duration
from ferrule.expression.source import Place, compile_source
from ferrule.request import RequestTemplate

_REFUSED: Final = frozenset({400, 401, 403, 422})  # what logins answer to bad passwords
_GOOD: Final = range(200, 300)
_ACCEPT: Final = ("Accept", "application/json")


class SessionTokenConfig(CredentialConfig):
    """The login request and where its token is."""

    login: RequestTemplate = Field(title="Login request")
    token_path: Source = Field(
        title="Token at",
        description="header:Set-Cookie is all cookies as they are sent back",
    )
    expires_path: Source | None = Field(
        None, title="Lifetime at", description="Seconds, or the time when it expires"
    )
    lifetime: Duration | None = Field(None, title="Lifetime")
    refresh: RequestTemplate | None = Field(
        None,
        title="Refresh request",
        description="Asked before it expires; {{token}} is the one to be prolonged",
    )
    deliver: Deliver = Field(title="Token goes to")


class SessionTokenAuth(AuthKind):
    """Sign in by a login request."""

    title: ClassVar[str] = "Session token"
    uses_tokens: ClassVar[bool] = True

    method: Literal["session_token"] = Field("session_token", title="Method")
    config: SessionTokenConfig = Field(title="Session token")

    def authorise(self, request: Request, secrets: Secrets) -> Request:
        """Return `request` with the token of the session."""
        return with_token(request, secrets, self.config.deliver, self._given)

    def renewal(
        self, secrets: Secrets, names: Mapping[str, Json], now: datetime
    ) -> Request:
        """Return the refresh request of a token that is due but holds, else the login.

        A token that is renewed before it is due was refused: it cannot prolong itself.
        """
        config, tokens = self.config, tokens_of(secrets)
        known = dict(names)
        template = config.login
        if config.refresh is not None and tokens is not None and _holds(tokens, now):
            template = config.refresh
            known["token"] = tokens.access.get_secret_value()
        base = names.get("baseUrl")
        scope = scope_of(secrets, known)
        request = template.request(scope, str(base) if base else None)
        if request.header("Accept") is not None:
            return request
        return replace(request, headers=(*request.headers, _ACCEPT))

    def received(self, response: Response, secrets: Secrets, now: datetime) -> TokenSet:
        """Return the token in the answer to a login or a refresh.

        Raises:
            ReauthRequired: when the service does not accept the credential.
            ExchangeError: when the answer holds no token, for whatever reason.
        """
        _check_status(response)
        headers = {**response.lower_headers, **_cookies(response)}
        place = Place(_body(response), headers, response.status)
        return TokenSet(
            access=SecretStr(self._token(place) or self._prolonged(secrets, now)),
            obtained_at=now,
            expires_at=self._expires_at(place, now),
        )

    def _token(self, place: Place) -> str:
        found = compile_source(self.config.token_path).first(place)
        if found is MISSING or isinstance(found, bool | dict | list | None):
            return ""
        return scalar_text(found)

    def _prolonged(self, secrets: Secrets, now: datetime) -> str:
        """Return the token that a refresh without a new one leaves as it is."""
        tokens = tokens_of(secrets)
        if self.config.refresh and tokens and _holds(tokens, now):
            return tokens.access.get_secret_value()
        raise UnreadableResponse(
            f"The answer to the login holds no token at {self.config.token_path}.",
            advice="Check the credential, and tokenPath in the descriptor.",
        )

    def _expires_at(self, place: Place, now: datetime) -> datetime | None:
        path = self.config.expires_path
        told = compile_source(path).first(place) if path else MISSING
        if told is not MISSING and told is not None:
            return moment_told(told, now)
        if self.config.lifetime is None:
            return None
        return now + parse_duration(self.config.lifetime)


def _holds(tokens: TokenSet, now: datetime) -> bool:
    """Tell whether a token is due and has not expired yet."""
    return tokens.due(now) and (tokens.expires_at is None or now < tokens.expires_at)


def _check_status(response: Response) -> None:
    status = response.status
    if status in _REFUSED:
        raise ReauthRequired(
            f"The service answers {status} to the login: it does not accept the "
            "credential.",
            status=status,
            advice="Check that user name and password are right and not expired.",
        )
    if status not in _GOOD:
        raise UnexpectedStatus(
            f"The service answers {status} to the login.",
            status=status,
            advice="Check the address of the login, or the service's status page.",
        )


def _cookies(response: Response) -> dict[str, str]:
    """Return the header that sets cookies as the one that sends them back."""
    told = [v for k, v in response.headers if k.lower() == "set-cookie"]
    pairs = [one.partition(";")[0].strip() for one in told]
    return {"set-cookie": "; ".join(pairs)} if pairs else {}


def _body(response: Response) -> Json:
    """Return the body where it is JSON; a token may stand in a header as well."""
    try:
        return response.json
    except UnreadableResponse:
        return None

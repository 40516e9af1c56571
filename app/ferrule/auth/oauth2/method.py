"""The sign-in itself: the token into a request, and how a fresh one is got."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from ferrule.auth.kind import AuthKind, Secrets
from ferrule.auth.oauth2.answer import AnswerReader
from ferrule.auth.oauth2.asking import Asker
from ferrule.auth.oauth2.client import plain_name
from ferrule.auth.oauth2.sections import AuthorizationCode, OtherGrant
from ferrule.auth.token import TokenSet, tokens_of
from ferrule.auth.token_delivery import BEARER, with_token
from ferrule.errors import MissingSecret
from ferrule.exchange import Json, Request, Response
from ferrule.section import Section


def _grant(config: Json | Section) -> str:
    given = (
        config.get("grant")
        if isinstance(config, dict)
        else getattr(config, "grant", None)
    )
    return "(code)" if given is None or given == "authorization_code" else "(other)"


class OAuth2Auth(AuthKind):
    """Sign in with OAuth 2."""

    title: ClassVar[str] = "OAuth 2"
    uses_tokens: ClassVar[bool] = True

    method: Literal["oauth2"] = Field("oauth2", title="Method")
    config: Annotated[
        Annotated[AuthorizationCode, Tag("(code)")]
        | Annotated[OtherGrant, Tag("(other)")],
        Discriminator(_grant),
    ] = Field(title="OAuth 2")

    @property
    def interactive(self) -> Literal["", "browser"]:
        """Return that a browser is needed for the code and the device grant."""
        person = {"authorization_code", "device_code"}
        return "browser" if self.config.grant in person else ""

    def authorise(self, request: Request, secrets: Secrets) -> Request:
        """Return `request` with the access token where `deliver` says."""
        if self.interactive and tokens_of(secrets) is None:
            raise MissingSecret(
                "Not signed in yet: no token was given for this connection.",
                advice="Sign in, in the window or with ferrule reconnect.",
            )
        how = self.config.deliver or BEARER
        return with_token(request, secrets, how, self._given)

    def asker(self, secrets: Secrets, names: Mapping[str, Json]) -> Asker:
        """Return what makes the requests of this sign-in."""
        return Asker(self.config, secrets, names)

    def renewal(
        self, secrets: Secrets, names: Mapping[str, Json], now: datetime
    ) -> Request | TokenSet | None:
        """Return the request that brings a fresh token; None: only a person can."""
        asker = self.asker(secrets, names)
        if self.config.grant == "client_credentials":
            return asker.credentials_request(now)
        if self.config.grant == "jwt_bearer":
            return asker.assertion_request(now)
        refresh = self._refresh_token(secrets)
        return asker.refresh_request(refresh, now) if refresh else None

    def received(
        self,
        response: Response,
        secrets: Secrets,
        now: datetime,
        *,
        query: Mapping[str, str] | None = None,
    ) -> TokenSet:
        """Return the token set in an answer; `query` are the redirect's parameters."""
        return AnswerReader(self.config, query or {}).read(response, secrets, now)

    def _refresh_token(self, secrets: Secrets) -> str:
        tokens = tokens_of(secrets)
        if tokens is not None and tokens.refresh is not None:
            return tokens.refresh.get_secret_value()
        if self.config.grant != "refresh_token":
            return ""
        given = (k for k in secrets if plain_name(k) == "refreshtoken")
        key = next(given, None)
        return secrets[key].get_secret_value() if key else ""

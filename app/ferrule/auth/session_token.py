"""A token that a login request hands out."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import AuthKind, CredentialConfig, Deliver
from ferrule.expression import Duration, Source
from ferrule.request import RequestTemplate


class SessionTokenConfig(CredentialConfig):
    """The login request and where its token is."""

    login: RequestTemplate = Field(title="Login request")
    token_path: Source = Field(title="Token at")
    expires_path: Source | None = Field(None, title="Lifetime at")
    lifetime: Duration | None = Field(None, title="Lifetime")
    refresh: RequestTemplate | None = Field(None, title="Refresh request")
    deliver: Deliver = Field(title="Token goes to")


class SessionTokenAuth(AuthKind):
    """Sign in by a login request."""

    title: ClassVar[str] = "Session token"
    needs: ClassVar[str] = "session_token"

    method: Literal["session_token"] = Field("session_token", title="Method")
    config: SessionTokenConfig = Field(title="Session token")

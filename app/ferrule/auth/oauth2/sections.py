"""The section of a descriptor that says how OAuth 2 goes with a service."""

from typing import Literal

from pydantic import Field

from ferrule.auth.kind import CredentialConfig, Deliver
from ferrule.auth.redirect import Redirect
from ferrule.expression import Duration, Source, TemplateText
from ferrule.section import Flag


class OAuth2Common(CredentialConfig):
    """What all grants share."""

    token_url: TemplateText = Field(title="Token address")
    scopes: tuple[str, ...] = Field(title="Scopes")
    scope_separator: str | None = Field(None, title="Scope separator")
    client_auth: Literal["body", "basic", "private_key_jwt"] | None = Field(
        None, title="Client signs in by"
    )
    token_params: dict[str, TemplateText] | None = Field(None, title="Token parameters")
    token_headers: dict[str, TemplateText] | None = Field(None, title="Token headers")
    token_body: Literal["form", "json"] | None = Field(None, title="Token body format")
    refresh_url: TemplateText | None = Field(None, title="Refresh address")
    refresh_params: dict[str, TemplateText] | None = Field(
        None, title="Refresh parameters"
    )
    rotates_refresh_token: Flag | None = Field(None, title="Rotates refresh tokens")
    token_path: Source | None = Field(None, title="Access token at")
    expires_path: Source | None = Field(None, title="Lifetime at")
    refresh_token_path: Source | None = Field(None, title="Refresh token at")
    lifetime: Duration | None = Field(None, title="Lifetime")
    capture: dict[str, Source] | None = Field(
        None, title="Capture", description="Config keys taken from the answers"
    )
    deliver: Deliver | None = Field(None, title="Token goes to")
    issuer: TemplateText | None = Field(
        None, title="Issuer", description="Where its published metadata is"
    )
    revoke_url: TemplateText | None = Field(None, title="Revocation address")


class AuthorizationCode(OAuth2Common):
    """The code grant with PKCE in the system's browser."""

    grant: Literal["authorization_code"] = Field("authorization_code", title="Grant")
    authorise_url: TemplateText = Field(title="Authorise address")
    authorise_params: dict[str, TemplateText] | None = Field(
        None, title="Authorise parameters"
    )
    pkce: Literal["required", "omit_and_warn"] | None = Field(None, title="PKCE")
    redirect: Redirect | None = Field(None, title="Redirect")
    device_url: TemplateText | None = Field(None, title="Device address")


class OtherGrant(OAuth2Common):
    """A grant that needs no browser."""

    grant: Literal[
        "client_credentials", "jwt_bearer", "refresh_token", "device_code"
    ] = Field(title="Grant")
    authorise_url: TemplateText | None = Field(None, title="Authorise address")
    device_url: TemplateText | None = Field(None, title="Device address")

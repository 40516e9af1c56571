"""A JSON Web Token that the client signs itself (RFC 7519)."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import AuthKind, CredentialConfig, Deliver
from ferrule.expression import Duration, TemplateText


class JwtConfig(CredentialConfig):
    """Algorithm, key and claims."""

    algorithm: Literal["HS256", "HS512", "RS256", "ES256"] = Field(title="Algorithm")
    key_field: str = Field(title="Key field")
    key_encoding: Literal["utf8", "base64", "hex"] | None = Field(
        None, title="Key encoding"
    )
    header: dict[str, TemplateText] | None = Field(None, title="Header members")
    claims: dict[str, TemplateText] = Field(title="Claims")
    lifetime: Duration = Field(title="Lifetime")
    deliver: Deliver | None = Field(None, title="Token goes to")


class JwtAuth(AuthKind):
    """Sign in with a self-signed token."""

    title: ClassVar[str] = "JWT"
    needs: ClassVar[str] = "jwt"

    method: Literal["jwt"] = Field("jwt", title="Method")
    config: JwtConfig = Field(title="JWT")

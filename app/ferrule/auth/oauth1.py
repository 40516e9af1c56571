"""OAuth 1.0a signatures (RFC 5849)."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import AuthKind, CredentialConfig
from ferrule.expression import TemplateText


class OAuth1Config(CredentialConfig):
    """The three addresses and the signature."""

    request_url: TemplateText | None = Field(None, title="Request token address")
    authorise_url: TemplateText | None = Field(None, title="Authorise address")
    token_url: TemplateText | None = Field(None, title="Token address")
    signature: Literal["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"] = Field(
        title="Signature"
    )
    realm: TemplateText | None = Field(None, title="Realm")


class OAuth1Auth(AuthKind):
    """Sign in with OAuth 1.0a."""

    title: ClassVar[str] = "OAuth 1"
    needs: ClassVar[str] = "oauth1"

    method: Literal["oauth1"] = Field("oauth1", title="Method")
    config: OAuth1Config = Field(title="OAuth 1")

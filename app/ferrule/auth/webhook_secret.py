"""The secret by which a service signs its webhook calls (seed 001, section 4.1)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ferrule.auth.kind import AuthKind, CredentialConfig
from ferrule.expression import Source
from ferrule.section import Section, Whole


class PlainHeader(Section):
    """The header is the signature."""

    format: Literal["plain"] = Field(title="Form")


class PrefixedHeader(Section):
    """The signature follows a prefix such as `sha256=`."""

    format: Literal["prefixed"] = Field(title="Form")
    prefix: str = Field(title="Prefix")


class KeyedHeader(Section):
    """The header is a list of `key=value` members."""

    format: Literal["keyed"] = Field(title="Form")
    separator: str = Field(title="Separator")
    assign: str = Field(title="Assignment")
    signature_key: str = Field(title="Signature key")


class SignedTime(Section):
    """The time that the signature covers, and how far it may be off."""

    from_: Source = Field(alias="from", title="Where")
    format: Literal["unix", "unix_ms", "iso8601"] = Field(title="Format")
    tolerance_seconds: Whole = Field(ge=0, title="Tolerance (s)")


class WebhookSecretConfig(CredentialConfig):
    """How a signature is made and where it stands: enough for 21 vendors' schemes."""

    signature_header: str | None = Field(None, title="Signature header")
    signature_headers: tuple[str, ...] | None = Field(None, title="Signature headers")
    algorithm: str = Field(
        title="Algorithm",
        description="hmac-sha256, hmac-sha1, hmac-sha512, ed25519, "
        "ecdsa-p256-sha256 or token",
    )
    header: (
        Annotated[
            PlainHeader | PrefixedHeader | KeyedHeader, Field(discriminator="format")
        ]
        | None
    ) = Field(None, title="Header format")
    encoding: Literal["hex", "base64"] | None = Field(None, title="Encoding")
    signed_payload: str | None = Field(
        None,
        title="Signed text",
        description="Default {body}; also {timestamp} {header:Name} {url} {method} "
        "{form_sorted}",
    )
    secret_encoding: Literal["utf8", "base64", "hex"] | None = Field(
        None, title="Secret encoding"
    )
    secret_prefix: str | None = Field(None, title="Secret prefix")
    timestamp: SignedTime | None = Field(None, title="Signed time")
    dedupe_key: Source | None = Field(None, title="Delivery id")

    @model_validator(mode="after")
    def _one_header_form(self) -> "WebhookSecretConfig":
        if (self.signature_header is None) == (self.signature_headers is None):
            raise ValueError("give either signatureHeader or signatureHeaders")
        return self


class WebhookSecretAuth(AuthKind):
    """Trust calls that carry a signature."""

    title: ClassVar[str] = "Webhook secret"
    needs: ClassVar[str] = "webhook"

    method: Literal["webhook_secret"] = Field("webhook_secret", title="Method")
    config: WebhookSecretConfig = Field(title="Webhook secret")

"""A personal access token in a header or as a bearer token."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import (
    AuthKind,
    CredentialConfig,
    Secrets,
    deliver,
    main_field,
    render_secret,
    secret_value,
)
from ferrule.exchange import Request
from ferrule.expression import TemplateText


class PatConfig(CredentialConfig):
    """Where the token goes (seed 001, section 4.1)."""

    delivery: Literal["header", "bearer"] = Field(title="Sent as")
    param_name: str = Field(title="Header name")
    value_template: TemplateText | None = Field(
        None, title="Value", description="Default: the token as it is"
    )


class PatAuth(AuthKind):
    """Sign in with a personal access token."""

    title: ClassVar[str] = "Access token"

    method: Literal["pat"] = Field("pat", title="Method")
    config: PatConfig = Field(title="Access token")

    def authorise(self, request: Request, secrets: Secrets) -> Request:
        """Return `request` with the token in its header."""
        value = self._value(secrets)
        if self.config.delivery == "bearer":
            return deliver(request, "header:Authorization", f"Bearer {value}")
        return deliver(request, f"header:{self.config.param_name}", value)

    def _value(self, secrets: Secrets) -> str:
        fields = self.config.credential_fields
        if self.config.value_template:
            return render_secret(self.config.value_template, secrets, self._given)
        return secret_value(fields, secrets, main_field(fields))

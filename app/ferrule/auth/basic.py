"""User name and password in the Authorization header (RFC 7617)."""

from base64 import b64encode
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import (
    AuthKind,
    CredentialConfig,
    Secrets,
    deliver,
    render_secret,
    secret_value,
)
from ferrule.errors import MissingSecret
from ferrule.exchange import Request
from ferrule.expression import TemplateText


class BasicAuthConfig(CredentialConfig):
    """Which fields are the user name and the password.

    Without templates they are the fields `username` and `password`, else the first
    and the second field.
    """

    username_template: TemplateText | None = Field(None, title="User name")
    password_template: TemplateText | None = Field(
        None, title="Password", description="May be empty: some services want only one"
    )


class BasicAuth(AuthKind):
    """Sign in with a user name and a password."""

    title: ClassVar[str] = "Basic"

    method: Literal["basic"] = Field("basic", title="Method")
    config: BasicAuthConfig = Field(title="Basic")

    def authorise(self, request: Request, secrets: Secrets) -> Request:
        """Return `request` with the pair in base64, as UTF-8."""
        config = self.config
        user = self._part(config.username_template, "username", 0, secrets)
        password = self._part(config.password_template, "password", 1, secrets)
        if ":" in user:
            raise MissingSecret("A user name cannot hold a colon (RFC 7617).")
        token = b64encode(f"{user}:{password}".encode()).decode()
        return deliver(request, "header:Authorization", f"Basic {token}")

    def _part(
        self, template: str | None, name: str, position: int, secrets: Secrets
    ) -> str:
        if template is not None:
            return render_secret(template, secrets, self._given) if template else ""
        fields = self.config.credential_fields
        keys = [field.key for field in fields]
        if name not in keys and position >= len(keys):
            return ""
        key = name if name in keys else keys[position]
        return secret_value(fields, secrets, key)

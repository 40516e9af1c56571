"""A static key in a header, the query, a bearer token, a cookie or the body."""

from typing import ClassVar, Final, Literal

from pydantic import Field

from ferrule.auth.kind import (
    AuthKind,
    CredentialConfig,
    Deliver,
    Secrets,
    deliver,
    main_field,
    render_secret,
    secret_value,
)
from ferrule.exchange import Request
from ferrule.expression import TemplateText

_COOKIE: Final = "header:cookie"


class ApiKeyConfig(CredentialConfig):
    """Where the key goes and under which name (seed 001, section 4.1)."""

    delivery: Literal["header", "query", "bearer", "body", "cookie"] = Field(
        title="Sent as"
    )
    param_name: str = Field(title="Name", description="Header or parameter name")
    value_template: TemplateText | None = Field(
        None, title="Value", description="Default: the key as it is"
    )
    also: tuple[Deliver, ...] = Field(
        (), title="Also send", description="Further values, such as a second key"
    )


class ApiKeyAuth(AuthKind):
    """Sign in with an API key."""

    title: ClassVar[str] = "API key"

    method: Literal["api_key"] = Field("api_key", title="Method")
    config: ApiKeyConfig = Field(title="API key")

    def authorise(self, request: Request, secrets: Secrets) -> Request:
        """Return `request` with the key and what else is sent."""
        signed = self._delivered(request, self._value(secrets))
        for extra in self.config.also:
            value = render_secret(extra.template, secrets, self._given)
            if extra.to.lower() == _COOKIE:
                signed = _with_cookie(signed, value)
            else:
                signed = deliver(signed, extra.to, value)
        return signed

    def _delivered(self, request: Request, value: str) -> Request:
        config = self.config
        if config.delivery == "bearer":
            return deliver(request, "header:Authorization", f"Bearer {value}")
        if config.delivery == "cookie":
            return _with_cookie(request, f"{config.param_name}={value}")
        return deliver(request, f"{config.delivery}:{config.param_name}", value)

    def _value(self, secrets: Secrets) -> str:
        fields = self.config.credential_fields
        if self.config.value_template:
            return render_secret(self.config.value_template, secrets, self._given)
        return secret_value(fields, secrets, main_field(fields))


def _with_cookie(request: Request, cookie: str) -> Request:
    """Return `request` with a cookie beside those it has, in place of its namesake."""
    name = cookie.partition("=")[0]
    present = (request.header("Cookie") or "").split(";")
    others = (one.strip() for one in present)
    kept = [one for one in others if one and one.partition("=")[0] != name]
    return deliver(request, "header:Cookie", "; ".join((*kept, cookie)))

"""A JSON Web Token that the client signs itself (RFC 7519).

Service accounts and applications prove with a key of their own who they are. A token is
made anew when it is due; no service is asked for it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field, SecretStr

from ferrule.auth.kind import (
    AuthKind,
    CredentialConfig,
    Deliver,
    Secrets,
    scope_of,
    secret_value,
)
from ferrule.auth.token import TokenSet
from ferrule.auth.token_delivery import BEARER, with_token
from ferrule.clock import rfc3339
from ferrule.exchange import MISSING, Json, Request
from ferrule.expression import Duration, TemplateText
from ferrule.expression.dates import parse_duration
from ferrule.expression.template import Scope, compile_template


class JwtConfig(CredentialConfig):
    """What is signed, with which key, and for how long.

    A claim or header member that names what is not there is left out.
    """

    algorithm: Literal["HS256", "HS512", "RS256", "ES256"] = Field(title="Algorithm")
    key_field: str = Field(title="Key field")
    key_encoding: Literal["utf8", "base64", "hex"] | None = Field(
        None, title="Key encoding", description="Of HS256 and HS512"
    )
    header: dict[str, TemplateText] | None = Field(None, title="Header members")
    claims: dict[str, TemplateText] = Field(
        title="Claims", description="iat and exp are added where they are not named"
    )
    lifetime: Duration = Field(title="Lifetime")
    deliver: Deliver | None = Field(None, title="Token goes to")


class JwtAuth(AuthKind):
    """Sign in with a self-signed JSON Web Token."""

    title: ClassVar[str] = "JWT"
    uses_tokens: ClassVar[bool] = True

    method: Literal["jwt"] = Field("jwt", title="Method")
    config: JwtConfig = Field(title="JWT")

    def authorise(self, request: Request, secrets: Secrets) -> Request:
        """Return `request` with the token that `renewal` made."""
        how = self.config.deliver or BEARER
        return with_token(request, secrets, how, self._given)

    def renewal(
        self, secrets: Secrets, names: Mapping[str, Json], now: datetime
    ) -> TokenSet:
        """Return a token signed now, `iat` and `exp` in whole seconds.

        In its templates `{{now}}` is a whole second, so that `{{now|unix}}` is a
        whole number.

        Raises:
            MissingSecret: when the key has no value.
            CredentialError: when it cannot be read, with what to do.
        """
        from ferrule.auth.jws import signed_jwt  # noqa: PLC0415 - only who signs pays

        config = self.config
        began = now.replace(microsecond=0)
        ends = began + parse_duration(config.lifetime)
        scope = scope_of(secrets, {**names, "now": rfc3339(began)})
        times: dict[str, Json] = {
            "iat": int(began.timestamp()),
            "exp": int(ends.timestamp()),
        }
        key = secret_value(config.credential_fields, secrets, config.key_field)
        token = signed_jwt(
            config.algorithm,
            SecretStr(key),
            times | _filled(config.claims, scope),
            header=_filled(config.header or {}, scope),
            key_encoding=config.key_encoding or "utf8",
        )
        return TokenSet(access=SecretStr(token), obtained_at=now, expires_at=ends)


def _filled(templates: Mapping[str, str], scope: Scope) -> dict[str, Json]:
    found = {name: compile_template(t).render(scope) for name, t in templates.items()}
    return {name: value for name, value in found.items() if value is not MISSING}

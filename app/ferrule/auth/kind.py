"""What every auth method is: fields that hold secrets, and a pure `authorise`.

A method that `uses_tokens` also says how a fresh one is asked for and reads the answer;
asking, keeping and telling the time are done elsewhere.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal, Self, TypeAlias

from pydantic import Field, PrivateAttr, SecretStr

from ferrule.auth.token import TOKENS, TokenSet
from ferrule.errors import MissingSecret, NotSupportedYet
from ferrule.exchange import MISSING, Json, Request, Response, scalar_text
from ferrule.expression import Period, Target, TemplateText
from ferrule.expression.target import compile_target
from ferrule.expression.template import Scope, compile_template
from ferrule.fields import InputField
from ferrule.section import Section

Secrets: TypeAlias = Mapping[str, SecretStr]


class CredentialConfig(Section):
    """The fields of a credential, and how long it should live."""

    credential_fields: tuple[InputField, ...] = Field(
        title="Credential fields", description="What the person is asked for"
    )
    rotate_after: Period | None = Field(
        None, title="Rotate after", description="P30D, P6M, P1Y: days, months, years"
    )


class Deliver(Section):
    """A value made from the credentials, and where it goes."""

    to: Target = Field(title="Goes to")
    template: TemplateText = Field(title="Value")


class AuthKind(Section):
    """One way to sign requests in."""

    title: ClassVar[str] = ""
    uses_tokens: ClassVar[bool] = False
    signs_each: ClassVar[bool] = False
    """Whether a signed request may be sent but once: each attempt is signed anew."""

    label: str | None = Field(None, title="Label", description="Where several are")
    _given: Mapping[str, Json] = PrivateAttr(default_factory=dict)

    @property
    def interactive(self) -> Literal["", "browser"]:
        """Return what a person is needed for to get the first token; "" for nothing."""
        return ""

    @property
    def credential_fields(self) -> tuple[InputField, ...]:
        """Return the fields whose values are this method's secrets."""
        config = getattr(self, "config", None)
        return config.credential_fields if config is not None else ()

    def settled(self, config: Mapping[str, Json]) -> Self:
        """Return the method as one connection uses it.

        Its templates know `config`: as `config.x`, and as a bare name where no
        credential field has it.
        """
        known = self.model_copy()
        known._given = dict(config)  # noqa: SLF001 - its own copy
        return known

    def authorise(
        self,
        request: Request,  # noqa: ARG002 - kinds without behaviour only say so
        secrets: Secrets,  # noqa: ARG002 - as above
    ) -> Request:
        """Return `request` with the credential in it.

        Raises:
            MissingSecret: when a field that is needed has no value.
        """
        raise NotSupportedYet([self.needs])

    def renewal(
        self,
        secrets: Secrets,  # noqa: ARG002 - a method without tokens asks for none
        names: Mapping[str, Json],  # noqa: ARG002 - as above
        now: datetime,  # noqa: ARG002 - as above
    ) -> Request | TokenSet | None:
        """Return the request that brings a fresh token, or one that is made at once.

        `names` are those of a request's templates, such as `config`. None: only a
        person can get one, by signing in.

        Raises:
            MissingSecret: when a field that is needed has no value.
        """
        return None

    def received(
        self,
        response: Response,  # noqa: ARG002 - a method without tokens asks for none
        secrets: Secrets,  # noqa: ARG002 - as above
        now: datetime,  # noqa: ARG002 - as above
    ) -> TokenSet:
        """Return the token set in the answer to `renewal`, obtained at `now`.

        Where no new refresh token came, it holds the old one.

        Raises:
            ReauthRequired: when the service wants a person to sign in again.
            ExchangeError: when the answer is no good for another reason.
        """
        raise NotSupportedYet([self.needs or "tokens"])


def scope_of(secrets: Secrets, names: Mapping[str, Json] | None = None) -> Scope:
    """Return the template scope in which credential fields have their values.

    `names` are further ones. A bare name is a credential field, else a configuration
    value where `names` has them.
    """
    plain: dict[str, Json] = {
        k: v.get_secret_value() for k, v in secrets.items() if k != TOKENS
    }
    known = dict(names or {})
    config = known.get("config")
    bare = config | plain if isinstance(config, dict) else plain
    return Scope(known | {"credentials": plain}, bare)


def names_of(config: Mapping[str, Json] | None) -> dict[str, Json]:
    """Return a configuration as the name that templates know it by."""
    return {"config": dict(config or {})}


def secret_value(fields: tuple[InputField, ...], secrets: Secrets, key: str) -> str:
    """Return the secret under `key`; of an optional field without one, nothing.

    Raises:
        MissingSecret: naming the required field that has none.
    """
    value = secrets.get(key)
    field = next((f for f in fields if f.key == key), None)
    if value is None or not value.get_secret_value():
        if field is not None and not field.required:
            return ""
        label = field.label if field else key
        raise MissingSecret(
            f"No value for “{label}” ({key}).",
            advice=f"Give it with --secret {key}=@env:NAME or in the connect form.",
        )
    return value.get_secret_value()


def main_field(fields: tuple[InputField, ...]) -> str:
    """Return the key of the field that holds the secret itself.

    Raises:
        MissingSecret: when the sign-in has no field at all.
    """
    if not fields:
        raise MissingSecret(
            "The sign-in asks for no credential.",
            advice="Add one to credentialFields in the descriptor.",
        )
    return next((f.key for f in fields if f.secret), fields[0].key)


def render_secret(
    template: str, secrets: Secrets, config: Mapping[str, Json] | None = None
) -> str:
    """Return `template` filled with the credentials and the configuration.

    Raises:
        MissingSecret: when a value that it names is not there.
    """
    value = compile_template(template).render(scope_of(secrets, names_of(config)))
    if value is MISSING:
        raise MissingSecret(
            f"The credential template {template!r} lacks a value.",
            advice="Fill in every field that it names.",
        )
    return "" if value is None else scalar_text(value)


def deliver(request: Request, target: str, value: str) -> Request:
    """Return `request` with `value` put at `target`."""
    return compile_target(target).put(request, value)

"""Ways to sign in as Airbyte's authenticators.

Values are references to the configuration: a credential never stands in a manifest.
"""

from dataclasses import dataclass

from ferrule.auth.api_key import ApiKeyAuth
from ferrule.auth.basic import BasicAuth
from ferrule.auth.jwt import JwtAuth
from ferrule.auth.kind import AuthKind, Deliver, main_field
from ferrule.auth.none import NoAuth
from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.auth.pat import PatAuth
from ferrule.auth.session_token import SessionTokenAuth
from ferrule.fields import InputField
from ferrule.interchange.airbyte.component import Component, option
from ferrule.interchange.airbyte.jinja import shown
from ferrule.interchange.airbyte.oauth import REFRESH, oauth
from ferrule.interchange.airbyte.session import jwt, session
from ferrule.interchange.airbyte.sign_in import SignIn, key_like, made, words_of
from ferrule.interchange.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class Signing:
    """How a manifest signs in.

    `extra` is what each request holds besides, `fields` are the credential fields that
    are asked for, and `choices` the names of the ways where a person chooses.
    """

    authenticator: Component | None = None
    extra: tuple[Deliver, ...] = ()
    fields: tuple[InputField, ...] = ()
    choices: tuple[str, ...] = ()


def signing(out: Outgoing) -> Signing:
    """Return how the connector signs in; several ways are a choice of the person."""
    found = [(one, _one(one)) for one in _every(out)]
    usable = [(one, way) for one, way in found if way is not None]
    if len(usable) < 2:  # noqa: PLR2004 - one of one is no choice
        return usable[0][1] if usable else Signing()
    names = [_label(out, one) for one, _ in usable]
    for one, way in usable:
        if way.extra:
            reason = "Where several are to choose from only one value is sent."
            one.drop("also", reason)
        out.ledger.tell(f"{one.place}/label")
    ways = {
        n: w.authenticator or {"type": "NoAuth"}
        for n, (_, w) in zip(names, usable, strict=True)
    }
    return Signing(
        {
            "type": "SelectiveAuthenticator",
            "authenticator_selection_path": ["auth_method"],
            "authenticators": {**ways},
        },
        fields=tuple(field for _, way in usable for field in way.fields),
        choices=tuple(names),
    )


def _every(out: Outgoing) -> list[SignIn]:
    connector = out.connector
    placed = [("/auth", connector.auth)]
    options = connector.auth_options or ()
    placed += [(f"/authOptions/{index}", one) for index, one in enumerate(options)]
    return [SignIn(out, auth, place, words_of(out, auth)) for place, auth in placed]


def _label(out: Outgoing, sign_in: SignIn) -> str:
    named = out.connector.sign_ins
    return next((n for n, a in named.items() if a is sign_in.auth), sign_in.place)


def _one(sign_in: SignIn) -> Signing | None:
    auth = sign_in.auth
    if isinstance(auth, NoAuth):
        sign_in.ledger.keep(f"{sign_in.place}/method", "Nobody signs in.")
        return Signing()
    extra = auth.config.also if isinstance(auth, ApiKeyAuth) else ()
    found = _authenticator(sign_in, auth)
    if found is None:
        return None
    return Signing(found, extra, _asked(sign_in, auth))


def _asked(sign_in: SignIn, auth: AuthKind) -> tuple[InputField, ...]:
    """Return the fields of a credential; what a browser brought is one more."""
    fields = auth.credential_fields
    by_person = (
        isinstance(auth, OAuth2Auth) and auth.config.grant != "client_credentials"
    )
    if not by_person or key_like(sign_in, "refreshtoken"):
        return fields
    further = InputField(
        key=REFRESH, label="Refresh token", type="password", required=True
    )
    return (*fields, further)


def _authenticator(sign_in: SignIn, auth: AuthKind) -> Component | None:
    if isinstance(auth, ApiKeyAuth | PatAuth):
        return _key(sign_in, auth)
    if isinstance(auth, BasicAuth):
        return _basic(sign_in, auth)
    if isinstance(auth, OAuth2Auth):
        return oauth(sign_in, auth)
    if isinstance(auth, SessionTokenAuth):
        return session(sign_in, auth)
    if isinstance(auth, JwtAuth):
        return jwt(sign_in, auth)
    sign_in.refuse(f"Airbyte has no sign-in of the kind “{auth.title or 'unknown'}”.")
    return None


def _key(sign_in: SignIn, auth: ApiKeyAuth | PatAuth) -> Component | None:
    config = auth.config
    template = config.value_template
    value = sign_in.words.text(template) if template else None
    if template and value is None:
        sign_in.refuse("Airbyte cannot make the value from its template.")
        return None
    value = value or sign_in.reference(main_field(sign_in.fields))
    members = ("delivery", "paramName", "valueTemplate", "also", "credentialFields")
    if config.delivery == "bearer":
        sign_in.keep("BearerAuthenticator.", members)
        return {"type": "BearerAuthenticator", "api_token": value}
    sign_in.keep("ApiKeyAuthenticator.", members)
    target = f"{config.delivery}:{config.param_name}"
    if config.delivery == "cookie":
        target, value = "header:Cookie", f"{shown(config.param_name)}={value}"
    return made(
        {"type": "ApiKeyAuthenticator", "api_token": value}, inject_into=option(target)
    )


def _basic(sign_in: SignIn, auth: BasicAuth) -> Component | None:
    config = auth.config
    user = _pair(sign_in, config.username_template, "username", 0)
    password = _pair(sign_in, config.password_template, "password", 1)
    members = ("usernameTemplate", "passwordTemplate", "credentialFields")
    sign_in.keep("BasicHttpAuthenticator.", members)
    return {"type": "BasicHttpAuthenticator", "username": user, "password": password}


def _pair(sign_in: SignIn, template: str | None, name: str, position: int) -> str:
    if template is not None:
        return sign_in.text(template)
    keys = [field.key for field in sign_in.fields]
    if name in keys:
        return sign_in.reference(name)
    return sign_in.reference(keys[position]) if position < len(keys) else ""

"""A session token, and a token that the client signs, as Airbyte's authenticators."""

import re
from typing import Final

from ferrule.auth.jwt import JwtAuth
from ferrule.auth.kind import Deliver
from ferrule.auth.session_token import SessionTokenAuth
from ferrule.exchange import Json
from ferrule.interchange.airbyte.component import Component, option
from ferrule.interchange.airbyte.jinja import literal
from ferrule.interchange.airbyte.requesting import requester
from ferrule.interchange.airbyte.sign_in import SignIn, made
from ferrule.interchange.outgoing import seconds
from ferrule.interchange.steps import names_of

_BEARER: Final = "Bearer {{token}}"
_PREFIXED: Final = re.compile(r"(?P<prefix>\S*)\s*\{\{\s*token\s*\}\}")
_NAMED: Final = {"iss": "iss", "sub": "sub", "aud": "aud"}
_HEADED: Final = {"kid": "kid", "typ": "typ", "cty": "cty"}
_TIMES: Final = frozenset({"iat", "exp", "nbf"})


def session(sign_in: SignIn, auth: SessionTokenAuth) -> Component | None:
    """Return the authenticator that logs in first; None where it cannot."""
    config = auth.config
    names = names_of(config.token_path)
    login = requester(sign_in.out, config.login, sign_in.words)
    delivered = _delivered(config.deliver)
    if names is None or login is None or delivered is None:
        sign_in.refuse("Airbyte cannot log in as this sign-in says it.")
        return None
    sign_in.keep(
        "SessionTokenAuthenticator.",
        ("login", "tokenPath", "deliver", "credentialFields", "lifetime"),
    )
    lifetime = {"expiration_duration": config.lifetime} if config.lifetime else {}
    return {
        "type": "SessionTokenAuthenticator",
        "login_requester": login,
        "session_token_path": list(map(literal, names)),
        "request_authentication": delivered,
        **lifetime,
    }


def _delivered(deliver: Deliver) -> Component | None:
    if deliver.to.lower() == "header:authorization" and deliver.template == _BEARER:
        return {"type": "Bearer"}
    place = option(deliver.to)
    template = deliver.template.replace("{{token}}", "{{ session_token }}")
    plain = not any(mark in template for mark in ("{%", "{#"))
    if (
        not plain
        or place is None
        or template.count("{{") != 1
        or "{{ session_token }}" not in template
    ):
        return None
    return {
        "type": "ApiKey",
        "inject_into": place,
        "api_token": template,
    }


def jwt(sign_in: SignIn, auth: JwtAuth) -> Component | None:
    """Return the authenticator that signs; None for keys that are not plain text."""
    config = auth.config
    deliver = config.deliver or Deliver(to="header:Authorization", template=_BEARER)
    prefixed = _PREFIXED.fullmatch(deliver.template)
    place = option(deliver.to)
    if config.key_encoding not in {None, "utf8"} or prefixed is None or place is None:
        sign_in.refuse("Airbyte cannot sign or send the token as this sign-in says it.")
        return None
    members = ("algorithm", "keyField", "keyEncoding", "header", "claims", "lifetime")
    sign_in.keep("JwtAuthenticator.", (*members, "deliver", "credentialFields"))
    headers = {name: sign_in.text(text) for name, text in (config.header or {}).items()}
    claims = {name: sign_in.text(text) for name, text in config.claims.items()}
    for name in sorted(_TIMES & set(claims)):
        sign_in.drop(f"claims/{name}", "Airbyte writes this claim itself.")
    return made(
        {
            "type": "JwtAuthenticator",
            "secret_key": sign_in.reference(config.key_field),
            "algorithm": config.algorithm,
            "token_duration": int(seconds(config.lifetime)),
        },
        header_prefix=literal(prefixed["prefix"]),
        jwt_headers=_some(headers, set(_HEADED)),
        additional_jwt_headers=_some(headers, set(headers) - set(_HEADED)),
        jwt_payload=_some(claims, set(_NAMED)),
        additional_jwt_payload=_some(claims, set(claims) - set(_NAMED) - _TIMES),
        request_option=None if config.deliver is None else place,
    )


def _some(texts: dict[str, str], names: set[str]) -> dict[str, Json]:
    return {literal(name): text for name, text in texts.items() if name in names}

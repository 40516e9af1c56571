"""Ways to sign in as dlt's auth sections; credentials are arguments of the source."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ferrule.auth.api_key import ApiKeyAuth
from ferrule.auth.basic import BasicAuth
from ferrule.auth.kind import AuthKind, main_field
from ferrule.auth.none import NoAuth
from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.auth.pat import PatAuth
from ferrule.fields import InputField
from ferrule.interchange.dlt.pythonic import Code, Words, Written
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Outgoing

TOKEN = InputField(
    key="access_token", label="Access token", type="password", required=True
)
_RENEWED = "dlt renews no such token: an access token is given, and given again."
_MEMBERS = (
    *("delivery", "paramName", "valueTemplate", "also", "credentialFields"),
    *("usernameTemplate", "passwordTemplate"),
)


@dataclass(frozen=True, slots=True)
class Signing:
    """An auth section, and the headers and parameters that each request holds too."""

    auth: Written = None
    headers: Mapping[str, Written] = field(default_factory=dict)
    params: Mapping[str, Written] = field(default_factory=dict)


def credentials(out: Outgoing) -> tuple[InputField, ...]:
    """Return the fields that the source asks for to sign in."""
    auth = out.connector.auth
    if isinstance(auth, OAuth2Auth) and auth.config.grant != "client_credentials":
        return (TOKEN,)
    return auth.credential_fields if _known(auth) else ()


def _known(auth: AuthKind) -> bool:
    return isinstance(auth, ApiKeyAuth | PatAuth | BasicAuth | OAuth2Auth)


def signing(out: Outgoing, words: Words) -> Signing:
    """Return how the source signs in, by the usual way."""
    auth, ledger = out.connector.auth, out.ledger
    for index, _ in enumerate(out.connector.auth_options or ()):
        reason = "dlt signs in by one way: the first one."
        ledger.drop(f"/authOptions/{index}", reason)
    if isinstance(auth, NoAuth):
        ledger.keep("/auth/method", "Nobody signs in.")
        return Signing()
    if isinstance(auth, ApiKeyAuth | PatAuth):
        return _key(ledger, auth, words)
    if isinstance(auth, BasicAuth):
        return _basic(ledger, auth, words)
    if isinstance(auth, OAuth2Auth):
        return _oauth(ledger, auth, words)
    ledger.drop("/auth", f"dlt has no sign-in of the kind “{auth.title}”.")
    return Signing()


def _told(ledger: Ledger, reason: str) -> None:
    members = ("method", *(f"config/{name}" for name in _MEMBERS))
    ledger.keep_members("/auth", reason, members)


def _key(ledger: Ledger, auth: ApiKeyAuth | PatAuth, words: Words) -> Signing:
    config = auth.config
    fields = auth.credential_fields
    value: Code | str | None = _variable(words, main_field(fields))
    if config.value_template:
        value = words.text(config.value_template, "_said")
    extra = _extra(ledger, auth, words) if isinstance(auth, ApiKeyAuth) else Signing()
    _told(ledger, "An auth section." if config.delivery != "cookie" else "A header.")
    if value is None or config.delivery == "body":
        ledger.drop("/auth/config/delivery", "dlt has no such sign-in.")
        return extra
    if config.delivery == "bearer":
        return Signing({"type": "bearer", "token": value}, extra.headers, extra.params)
    if config.delivery == "cookie":
        prefix = f"{config.param_name}="
        text = value.text if isinstance(value, Code) else repr(value)
        cookie = Code(f"_said({prefix!r}, {text})")
        return Signing(None, {**extra.headers, "Cookie": cookie}, extra.params)
    section: dict[str, Written] = {
        "type": "api_key",
        "name": config.param_name,
        "api_key": value,
        "location": config.delivery,
    }
    return Signing(section, extra.headers, extra.params)


def _extra(ledger: Ledger, auth: ApiKeyAuth, words: Words) -> Signing:
    headers: dict[str, Written] = {}
    params: dict[str, Written] = {}
    for index, one in enumerate(auth.config.also):
        kind, _, name = one.to.rpartition(":")
        if kind not in {"", "query", "header"}:
            ledger.drop(
                f"/auth/config/also/{index}", "dlt sends headers and parameters."
            )
        elif kind == "header":
            headers[name] = words.text(one.template, "_said")
        else:
            params[name] = words.text(one.template)
    return Signing(None, headers, params)


def _basic(ledger: Ledger, auth: BasicAuth, words: Words) -> Signing:
    config = auth.config
    _told(ledger, "http_basic.")
    parts = []
    for position, (template, name) in enumerate(
        ((config.username_template, "username"), (config.password_template, "password"))
    ):
        keys = [one.key for one in auth.credential_fields]
        if template is not None:
            parts.append(words.text(template, "_said") if template else "")
            continue
        at = name if name in keys else (keys[position] if position < len(keys) else "")
        parts.append(_variable(words, at) if at else "")
    return Signing({"type": "http_basic", "username": parts[0], "password": parts[1]})


def _oauth(ledger: Ledger, auth: OAuth2Auth, words: Words) -> Signing:
    config = auth.config
    if config.grant != "client_credentials":
        ledger.change("/auth/method", _RENEWED)
        ledger.drop("/auth/config", "An access token is all that is asked for.")
        return Signing({"type": "bearer", "token": Code(words.variables[TOKEN.key])})
    named = {f.key.replace("_", "").lower(): f.key for f in auth.credential_fields}
    client, secret = (named.get(name, "") for name in ("clientid", "clientsecret"))
    if not client or not secret or config.client_auth == "private_key_jwt":
        ledger.drop("/auth", "dlt signs in with a client's id and secret only.")
        return Signing()
    _told(ledger, "oauth2_client_credentials.")
    for name in ("grant", "tokenUrl", "scopes", "tokenParams", "scopeSeparator"):
        ledger.tell(f"/auth/config/{name}")
    if config.client_auth == "basic":
        ledger.change("/auth/config/clientAuth", "dlt sends both in the form.")
    ledger.tell("/auth/config/clientAuth")
    data: dict[str, Written] = {
        name: words.text(text, "_said")
        for name, text in (config.token_params or {}).items()
    }
    if config.scopes:
        data["scope"] = (config.scope_separator or " ").join(config.scopes)
    section: dict[str, Written] = {
        "type": "oauth2_client_credentials",
        "access_token_url": words.text(config.token_url, "_said"),
        "client_id": _variable(words, client),
        "client_secret": _variable(words, secret),
    }
    return Signing(section | ({"access_token_request_data": data} if data else {}))


def _variable(words: Words, key: str) -> Code:
    return Code(words.variables[key])

"""OAuth 2 as Airbyte's OAuthAuthenticator: the grants that need no person."""

from typing import Final

from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.auth.oauth2.sections import OAuth2Common
from ferrule.exchange import Json
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.airbyte.jinja import literal, quoted
from ferrule.interchange.airbyte.sign_in import SignIn, key_like, made
from ferrule.interchange.steps import names_of

REFRESH: Final = "refresh_token"
_PERSON: Final = (
    "The browser sign-in stays outside: a refresh token that was got once is given."
)
_IGNORED: Final = ("revokeUrl", "issuer", "redirect", "pkce", "authoriseParams")


def oauth(sign_in: SignIn, auth: OAuth2Auth) -> Component | None:
    """Return the authenticator; None where no grant of Airbyte's fits."""
    config = auth.config
    if config.grant == "jwt_bearer":
        sign_in.refuse("Airbyte signs no assertion as this sign-in says it.")
        return None
    if config.client_auth == "private_key_jwt":
        sign_in.refuse("Airbyte's client never signs in with a key of its own.")
        return None
    by_person = config.grant != "client_credentials"
    sign_in.keep(
        "OAuthAuthenticator.", ("grant", "tokenUrl", "scopes", "credentialFields")
    )
    found: Component = {
        "type": "OAuthAuthenticator",
        "token_refresh_endpoint": sign_in.text(_address(config)),
        "grant_type": "refresh_token" if by_person else "client_credentials",
        "client_id": sign_in.reference(_client(sign_in, "clientid") or "client_id"),
        "client_secret": sign_in.reference(
            _client(sign_in, "clientsecret") or "client_secret"
        ),
    }
    if by_person:
        found |= _refreshing(sign_in, config)
    elif config.scopes:
        found["scopes"] = [literal(scope) for scope in config.scopes]
    return made(
        found,
        refresh_request_headers=_headers(sign_in, config),
        refresh_request_body=_body(sign_in, config, by_person=by_person),
        access_token_name=_name(sign_in, "tokenPath", config.token_path),
        expires_in_name=_name(sign_in, "expiresPath", config.expires_path),
    )


def _address(config: OAuth2Common) -> str:
    return config.refresh_url or config.token_url


def _client(sign_in: SignIn, name: str) -> str:
    return key_like(sign_in, name, name.removeprefix("client"))


def _refreshing(sign_in: SignIn, config: OAuth2Common) -> Component:
    """Return how the refresh token is given, and kept where it is used up."""
    key = key_like(sign_in, "refreshtoken") or REFRESH
    for name in ("authoriseUrl", "deviceUrl", *_IGNORED):
        _drop_if_said(sign_in, name, _PERSON)
    sign_in.told("refreshUrl", "rotatesRefreshToken")
    found: Component = {"refresh_token": sign_in.reference(key)}
    if config.rotates_refresh_token:
        found["refresh_token_updater"] = {
            "refresh_token_name": "refresh_token",
            "refresh_token_config_path": [key],
            "access_token_config_path": ["oauth_access_token"],
            "token_expiry_date_config_path": ["oauth_token_expiry_date"],
        }
        reason = "Airbyte writes each new refresh token into its configuration."
        sign_in.change("rotatesRefreshToken", reason)
    return found


def _drop_if_said(sign_in: SignIn, name: str, reason: str) -> None:
    section = sign_in.out.document
    here: Json = section
    for step in (*sign_in.place.strip("/").split("/"), "config"):
        if isinstance(here, list):
            here = here[int(step)]
        elif isinstance(here, dict):
            here = here.get(step)
    if isinstance(here, dict) and name in here:
        sign_in.drop(name, reason)


def _headers(sign_in: SignIn, config: OAuth2Common) -> Component:
    sign_in.told("clientAuth", "tokenHeaders")
    found: Component = {
        literal(name): sign_in.text(text)
        for name, text in (config.token_headers or {}).items()
    }
    if config.client_auth == "basic":
        first = f"config[{quoted(_client(sign_in, 'clientid') or 'client_id')}]"
        second = (
            f"config[{quoted(_client(sign_in, 'clientsecret') or 'client_secret')}]"
        )
        pair = f'({first} ~ ":" ~ {second}) | base64encode'
        found["Authorization"] = f"Basic {{{{ {pair} }}}}"
        sign_in.change("clientAuth", "Basic, and Airbyte sends both in the body too.")
    return found


def _body(sign_in: SignIn, config: OAuth2Common, *, by_person: bool) -> Component:
    sign_in.told("tokenParams", "refreshParams")
    given = config.refresh_params if by_person else config.token_params
    if by_person and config.token_params:
        sign_in.drop("tokenParams", "They are of the first token, which is given.")
    if _sends_json(config):
        sign_in.drop("tokenBody", "Airbyte asks for tokens with a form.")
    sign_in.told("tokenBody")
    found: Component = {
        literal(name): sign_in.text(text) for name, text in (given or {}).items()
    }
    if config.scope_separator not in {None, " "} and not by_person:
        sign_in.drop("scopeSeparator", "Airbyte writes a blank between scopes.")
    sign_in.told("scopeSeparator")
    return found


def _sends_json(config: OAuth2Common) -> bool:
    return config.token_body not in {None, "form"}


def _name(sign_in: SignIn, member: str, source: str | None) -> str:
    names = names_of(source)
    if source is not None and (names is None or len(names) > 1):
        sign_in.drop(member, "Airbyte looks for it by one name in the answer.")
    sign_in.told(member)
    return names[0] if names is not None and len(names) == 1 else ""

"""The setup guide of a vendor's OAuth client: addresses, scopes and fields."""

from collections.abc import Iterator

from ferrule.auth.oauth1 import OAuth1Auth
from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.descriptor.model import Connector
from ferrule.errors import UsageError
from ferrule.scaffold.facts import redirects_of, scopes_of, sign_ins_of

_ADDRESSES = (
    ("authorise_url", "Authorise address"),
    ("token_url", "Token address"),
    ("request_url", "Request token address"),
    ("access_url", "Access token address"),
    ("device_url", "Device address"),
    ("revoke_url", "Revocation address"),
)


def oauth_guide(connector: Connector) -> str:
    """Return the guide as Markdown.

    Raises:
        UsageError: when the connector has no way to sign in with OAuth.
    """
    ways = [
        one
        for one in sign_ins_of(connector)
        if isinstance(one, OAuth2Auth | OAuth1Auth)
    ]
    if not ways:
        raise UsageError(
            f"{connector.id} does not sign in with OAuth.",
            advice="Its README in docs/ says how its credentials are made.",
        )
    parts = [_head(connector), *(line for one in ways for line in _way(one))]
    return "\n\n".join(parts) + "\n"


def _head(connector: Connector) -> str:
    link = (
        f" Vendor's documentation: <{connector.docs_url}>."
        if connector.docs_url
        else ""
    )
    return (
        f"# {connector.name}: setting up OAuth\n\n"
        f"For `{connector.id}@v{connector.version}`.{link}"
    )


def _way(auth: OAuth2Auth | OAuth1Auth) -> Iterator[str]:
    grant = getattr(auth.config, "grant", "")
    title = auth.label or ("OAuth 1.0a" if isinstance(auth, OAuth1Auth) else "OAuth 2")
    yield f"## {title}" + (f" ({grant.replace('_', ' ')})" if grant else "")
    yield "\n".join(f"{i}. {step}" for i, step in enumerate(_steps(auth), start=1))
    yield "\n".join(_table(auth))


def _steps(auth: OAuth2Auth | OAuth1Auth) -> Iterator[str]:
    yield "Create an application (client) in the vendor's developer settings."
    for address in redirects_of(auth):
        yield f"Register the redirect URI `{address}`."
        if "<any port>" in address:
            yield (
                "Where the vendor compares the whole address, fix a port:"
                " `redirect.port` in the descriptor."
            )
    scopes = scopes_of(auth)
    if scopes:
        told = ", ".join(f"`{scope}`" for scope in scopes)
        yield f"Allow these scopes and no others: {told}."
    elif isinstance(auth, OAuth2Auth):
        yield "No scopes are asked for."
    if getattr(auth.config, "pkce", None) == "omit_and_warn":
        yield "This vendor refuses PKCE; the sign-in says so."
    elif getattr(auth.config, "grant", "") == "authorization_code":
        yield "PKCE (S256) is sent; allow it where there is a switch."
    names = ", ".join(f"`{one.label}`" for one in auth.config.credential_fields)
    yield f"Copy into the connection: {names}."


def _table(auth: OAuth2Auth | OAuth1Auth) -> Iterator[str]:
    yield "| what | value |"
    yield "|---|---|"
    for member, title in _ADDRESSES:
        value = getattr(auth.config, member, None)
        if value:
            yield f"| {title} | `{value}` |"
    for field in auth.config.credential_fields:
        told = field.help_text or ("secret" if field.type == "password" else "text")
        yield f"| {field.label} (`{field.key}`) | {told.replace('|', '/')} |"

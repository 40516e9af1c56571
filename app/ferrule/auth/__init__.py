"""Auth methods: one module each, joined here into the union of the descriptor."""

from typing import Annotated, TypeAlias

from pydantic import Field

from ferrule.auth.api_key import ApiKeyAuth
from ferrule.auth.basic import BasicAuth
from ferrule.auth.jwt import JwtAuth
from ferrule.auth.kind import AuthKind, CredentialConfig, Secrets
from ferrule.auth.none import NoAuth
from ferrule.auth.oauth1 import OAuth1Auth
from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.auth.pat import PatAuth
from ferrule.auth.session_token import SessionTokenAuth
from ferrule.auth.ssh_key import SshKeyAuth
from ferrule.auth.webhook_secret import WebhookSecretAuth, WebhookSecretConfig

Auth: TypeAlias = Annotated[
    NoAuth
    | ApiKeyAuth
    | PatAuth
    | BasicAuth
    | OAuth2Auth
    | OAuth1Auth
    | SessionTokenAuth
    | JwtAuth
    | SshKeyAuth
    | WebhookSecretAuth,
    Field(discriminator="method"),
]

__all__ = ["Auth", "AuthKind", "CredentialConfig", "Secrets", "WebhookSecretConfig"]

"""Who takes part: two sample clients, one sample person, and the scopes.

Nothing here is secret: the README of the sandbox prints it.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from authlib.oauth2.rfc6749 import ClientMixin

CLIENT_ID: Final = "ferrule-demo"
CLIENT_SECRET: Final = "demo-secret"  # noqa: S105  # published sample, not a secret
PUBLIC_ID: Final = "ferrule-public"
PERSON: Final = "sample"
SCOPES: Final = {
    "issues:read": "Read the issues of your repositories",
    "comments:read": "Read the comments on them",
    "profile": "See who you are",
}
ALL_SCOPES: Final = " ".join(SCOPES)
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
SIGNED_ASSERTION: Final = "private_key_jwt"
PASTED_BACK: Final = "https://ferrule.example/oauth/callback"
_CALLBACK: Final = "/oauth/callback"
_LOOPBACK: Final = ("127.0.0.1", "[::1]", "localhost")
_PORT = re.compile(
    r"(http://(?:127\.0\.0\.1|\[::1\]|localhost)):[0-9]{1,5}(/.*)", re.ASCII
)
_SIGNED_IN: Final = ("client_secret_basic", "client_secret_post")


def _redirects() -> list[str]:
    return [f"http://{host}{_CALLBACK}" for host in _LOOPBACK] + [PASTED_BACK]


@dataclass(slots=True)
class Client(ClientMixin):
    """A registered application; without a secret it is a public one."""

    client_id: str
    name: str
    secret: str = ""
    key: str = ""
    redirects: list[str] = field(default_factory=_redirects)

    def get_client_id(self) -> str:
        """Return the id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """Return nothing: a request has to name its address."""
        return ""

    def get_allowed_scope(self, scope: Collection[str] | str) -> str:
        """Return what may be asked; who asks for nothing asks for everything."""
        text = scope if isinstance(scope, str) else " ".join(scope or ())
        return text or ALL_SCOPES

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether an address is registered, byte for byte.

        Only the port of a loopback address is free (RFC 8252, section 7.3).
        """
        found = _PORT.fullmatch(redirect_uri)
        bare = found[1] + found[2] if found else redirect_uri
        return bare in self.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether this is the secret."""
        given, own = client_secret.encode(), self.secret.encode()
        return bool(own) and secrets.compare_digest(given, own)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002  the same at each
        """Tell how the client may sign in: one that has a secret has to use it.

        That holds for a device code too (RFC 8628, section 3.1).
        """
        if method == "none":
            return not self.secret
        return method in _SIGNED_IN or (method == SIGNED_ASSERTION and bool(self.key))

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether this answer may be asked for: a code, nothing else."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether a grant may be used; a public client has no token of its own."""
        return bool(self.secret) or grant_type != "client_credentials"


def sample_clients() -> dict[str, Client]:
    """Return the two sample clients, by id."""
    clients = (
        Client(CLIENT_ID, "Ferrule demo", CLIENT_SECRET),
        Client(PUBLIC_ID, "Ferrule demo without a secret"),
    )
    return {client.client_id: client for client in clients}

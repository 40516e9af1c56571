"""What a descriptor says that guides, policies and prompts repeat."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from ferrule.auth import Auth, WebhookSecretConfig
from ferrule.auth.oauth1 import OAuth1Auth
from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.auth.redirect import Redirect
from ferrule.auth.webhook_secret import WebhookSecretAuth
from ferrule.descriptor.hosts import allowed_hosts
from ferrule.descriptor.ingestion import PollingAndWebhook, Webhook
from ferrule.descriptor.model import Connector

_HOST: Final = "127.0.0.1"
_PATH: Final = "/oauth/callback"


class Facts(NamedTuple):
    """The facts of one connector, each as a reader would write it down."""

    vendor: str
    connector: str
    sign_ins: tuple[str, ...]
    scopes: tuple[str, ...]
    redirects: tuple[str, ...]
    hosts: tuple[str, ...]
    streams: tuple[str, ...]
    header: str
    algorithm: str
    event_types: tuple[str, ...]


def facts_of(connector: Connector) -> Facts:
    """Return the facts of a connector."""
    ways = sign_ins_of(connector)
    signing = signing_of(connector)
    return Facts(
        vendor=connector.name,
        connector=f"{connector.id}@v{connector.version}",
        sign_ins=tuple(dict.fromkeys(one.method for one in ways)),
        scopes=tuple(dict.fromkeys(s for one in ways for s in scopes_of(one))),
        redirects=tuple(dict.fromkeys(r for one in ways for r in redirects_of(one))),
        hosts=tuple(sorted(allowed_hosts(connector))),
        streams=tuple(one.key for one in connector.resolved_streams),
        header=signed_header(connector),
        algorithm=signing.algorithm if signing else "",
        event_types=tuple(event_types_of(connector)),
    )


def sign_ins_of(connector: Connector) -> list[Auth]:
    """Return every way to sign in, the usual one first."""
    return [connector.auth, *(connector.auth_options or ())]


def scopes_of(auth: Auth) -> tuple[str, ...]:
    """Return the scopes that a way to sign in asks for."""
    return tuple(auth.config.scopes) if isinstance(auth, OAuth2Auth) else ()


def redirects_of(auth: Auth) -> Iterator[str]:
    """Yield the redirect address to register, where a way to sign in has one."""
    if not isinstance(auth, OAuth2Auth | OAuth1Auth):
        return
    if auth.interactive:
        yield redirect_uri(getattr(auth.config, "redirect", None))


def redirect_uri(redirect: Redirect | None) -> str:
    """Return the address that the browser comes back to.

    A port that the vendor does not fix is any free one (RFC 8252, section 7.3).
    """
    if redirect is None:
        return f"http://{_HOST}:<any port>{_PATH}"
    if redirect.https_uri:
        return redirect.https_uri
    port = redirect.port or "<any port>"
    return f"http://{redirect.host or _HOST}:{port}{redirect.path or _PATH}"


def signing_of(connector: Connector) -> WebhookSecretConfig | None:
    """Return how the connector's webhook is signed, None where none is."""
    ingestion = connector.ingestion
    webhook = (
        ingestion.webhook if isinstance(ingestion, PollingAndWebhook) else ingestion
    )
    own = getattr(webhook, "signing", None)
    if isinstance(own, WebhookSecretConfig):
        return own
    ways = sign_ins_of(connector)
    return next((w.config for w in ways if isinstance(w, WebhookSecretAuth)), None)


def signed_header(connector: Connector) -> str:
    """Return the header that holds the signature of calls, empty where none does."""
    signing = signing_of(connector)
    if signing is None:
        return ""
    return signing.signature_header or next(iter(signing.signature_headers or ()), "")


def event_types_of(connector: Connector) -> tuple[str, ...]:
    """Return the events that a connector is called with."""
    ingestion = connector.ingestion
    if isinstance(ingestion, PollingAndWebhook):
        return ingestion.webhook.event_types
    return ingestion.event_types if isinstance(ingestion, Webhook) else ()

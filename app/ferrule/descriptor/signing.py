"""How the calls of a connector are verified, and which secret that takes.

The webhook part says it itself, or leaves it to a sign-in by webhook secret (seed 001,
section 4.3). A token without more is seed 002's `Authorization: Bearer`.
"""

from functools import lru_cache
from typing import Final

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.none import NoAuth
from ferrule.auth.webhook_secret import WebhookSecretAuth
from ferrule.descriptor.ingestion import PollingAndWebhook, Webhook, WebhookPart
from ferrule.descriptor.model import Connector
from ferrule.fields import InputField

TOKEN_FIELD: Final = "webhook_secret"  # noqa: S105  a name
"""The credential field of a token that a connector does not describe."""


def webhook_of(connector: Connector) -> WebhookPart | None:
    """Return the webhook part, or None for a connector that is never called."""
    ingestion = connector.ingestion
    if isinstance(ingestion, PollingAndWebhook):
        return ingestion.webhook
    return ingestion if isinstance(ingestion, Webhook) else None


def signing_of(connector: Connector) -> WebhookSecretConfig | None:
    """Return how calls are signed; None where they are not, or nobody says how."""
    webhook = webhook_of(connector)
    if webhook is None or webhook.verification == "none":
        return None
    if webhook.signing is not None:
        return webhook.signing
    for auth in (connector.auth, *connector.left_out, *(connector.auth_options or ())):
        if isinstance(auth, WebhookSecretAuth):
            return auth.config
    return _bearer() if webhook.verification == "token" else None


def asks_nobody(connector: Connector) -> bool:
    """Tell whether there is nothing to check: it is only called, and signs in nowhere.

    Its health check stands for nothing then: there is no service to be asked.
    """
    signs_in = not isinstance(connector.auth, NoAuth | WebhookSecretAuth)
    return connector.polling is None and not signs_in


def signing_fields(connector: Connector) -> tuple[InputField, ...]:
    """Return the credential fields of calls that its sign-in does not ask for."""
    signing = signing_of(connector)
    if signing is None:
        return ()
    known = {field.key for field in connector.auth.credential_fields}
    return tuple(one for one in signing.credential_fields if one.key not in known)


def asked_fields(connector: Connector) -> tuple[InputField, ...]:
    """Return the credential fields that a person is asked for: sign-in, then calls.

    Where the connector also polls, nobody needs to give what is for calls alone; nor
    where the service can be subscribed to, which is when its secret comes.
    """
    own = connector.auth.credential_fields
    more = signing_fields(connector)
    webhook = webhook_of(connector)
    is_ordered = webhook is not None and webhook.subscription is not None
    if connector.polling is not None or is_ordered:
        more = tuple(one.model_copy(update={"required": False}) for one in more)
    return (*own, *more)


@lru_cache(maxsize=1)
def _bearer() -> WebhookSecretConfig:
    """Return what seed 002 has under “Webhook Ingress”."""
    return WebhookSecretConfig.model_validate(
        {
            "signatureHeader": "Authorization",
            "algorithm": "token",
            "header": {"format": "prefixed", "prefix": "Bearer "},
            "credentialFields": [
                {
                    "key": TOKEN_FIELD,
                    "label": "Webhook secret",
                    "type": "password",
                    "required": True,
                    "helpText": "What the service sends as Authorization: Bearer …",
                }
            ],
        }
    )

"""Lint for webhooks: a signature that leaves the body of a call open to anybody."""

from collections.abc import Iterator

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.signed_text import WHOLE_BODY, parse_signed_text
from ferrule.auth.webhook_secret import WebhookSecretAuth
from ferrule.descriptor.ingestion import Webhook
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import webhook_of
from ferrule.errors import Problem
from ferrule.exchange import Json

_OF_THE_BODY = frozenset({"body", "form_sorted"})


def open_bodies(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    """Yield FD030 for each signature that stays right when the body is another one.

    A token signs nothing by its nature, and is not told.
    """
    del document
    for pointer, config in _schemes(connector):
        if config.known_algorithm != "token" and not _covers_body(config):
            yield Problem(
                "FD030",
                "warning",
                f"{pointer}/signedPayload",
                "The signature does not cover the body: whoever saw one call can send "
                "another body with it.",
                "Add {body}, or {form_sorted} where the service signs the fields of "
                "a form.",
            )


def _covers_body(config: WebhookSecretConfig) -> bool:
    """Tell whether some of the body is signed, be it the time that stands there."""
    kinds = {
        part.kind for part in parse_signed_text(config.signed_payload or WHOLE_BODY)
    }
    time = config.timestamp
    in_body = time is not None and time.from_.startswith("$")
    return bool(kinds & _OF_THE_BODY) or (in_body and "timestamp" in kinds)


def _schemes(connector: Connector) -> Iterator[tuple[str, WebhookSecretConfig]]:
    """Yield how calls may be signed, each with its place."""
    webhook = webhook_of(connector)
    if webhook is None or webhook.verification == "none":
        return
    if webhook.signing is not None:
        alone = isinstance(connector.ingestion, Webhook)
        yield (
            "/ingestion/signing" if alone else "/ingestion/webhook/signing",
            (webhook.signing),
        )
        return
    options = enumerate(connector.auth_options or ())
    for pointer, auth in (
        ("/auth", connector.auth),
        *((f"/authOptions/{index}", option) for index, option in options),
    ):
        if isinstance(auth, WebhookSecretAuth):
            yield f"{pointer}/config", auth.config

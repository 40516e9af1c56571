"""Lint for webhooks: what stays open to anybody, and secrets that nobody tells."""

from collections.abc import Iterator

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.signed_text import WHOLE_BODY, parse_signed_text
from ferrule.auth.webhook_secret import WebhookSecretAuth
from ferrule.descriptor.ingestion import Webhook
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import webhook_of
from ferrule.errors import Problem
from ferrule.exchange import Json, canonical

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


def unknown_secrets(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD031 where calls are ordered, and their secret is told by nobody."""
    del document
    webhook = webhook_of(connector)
    part = webhook.subscription if webhook is not None else None
    if webhook is None or part is None or webhook.verification == "none":
        return
    told = canonical(part.create.model_dump(mode="json", by_alias=True))
    if part.secret_path is None and b"params.secret" not in told:
        alone = isinstance(connector.ingestion, Webhook)
        where = "/ingestion" if alone else "/ingestion/webhook"
        yield Problem(
            "FD031",
            "warning",
            f"{where}/subscription",
            "The calls that it orders are signed by a secret that nobody tells.",
            "Send {{params.secret}} with create, or say at secretPath where the "
            "answer tells it.",
        )


def _covers_body(config: WebhookSecretConfig) -> bool:
    """Tell whether some of the body is signed, be it the time that stands there."""
    kinds = {
        part.kind for part in parse_signed_text(config.signed_payload or WHOLE_BODY)
    }
    time = config.timestamp
    in_body = time is not None and time.from_.startswith("$")
    if config.body_digest is not None or kinds & _OF_THE_BODY:
        return True
    return in_body and "timestamp" in kinds


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

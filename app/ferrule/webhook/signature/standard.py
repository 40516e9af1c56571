"""Standard Webhooks, version 1: the scheme that events of our own are signed by.

https://www.standardwebhooks.com: `webhook-id`, `webhook-timestamp` and
`webhook-signature`, HMAC-SHA256 in base64, a secret that begins with `whsec_`.
"""

import functools
from datetime import datetime
from typing import Final

from ferrule.auth import WebhookSecretConfig
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature.keys import Secret
from ferrule.webhook.signature.scheme import Scheme, compile_scheme

ID_HEADER: Final = "webhook-id"


@functools.cache
def standard_webhooks() -> Scheme:
    """Return the scheme; a call must have its `webhook-id` before it is signed."""
    return compile_scheme(
        WebhookSecretConfig.model_validate(
            {
                "credentialFields": [],
                "signatureHeader": "webhook-signature",
                "algorithm": "hmac-sha256",
                "header": {
                    "format": "keyed",
                    "separator": " ",
                    "assign": ",",
                    "signatureKey": "v1",
                },
                "encoding": "base64",
                "signedPayload": "{header:webhook-id}.{timestamp}.{body}",
                "secretEncoding": "base64",
                "secretPrefix": "whsec_",
                "timestamp": {
                    "from": "header:webhook-timestamp",
                    "format": "unix",
                    "toleranceSeconds": 300,
                },
            }
        )
    )


def standard_headers(
    body: bytes, message_id: str, secret: Secret, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return the three headers of a message of our own.

    Raises:
        MissingSecret: when `secret` is empty.
        CredentialError: when it is not base64 behind its prefix.
    """
    bare = Incoming("POST", "", ((ID_HEADER, message_id),), body, now)
    return standard_webhooks().sign(bare, secret, now).headers

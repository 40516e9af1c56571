"""Schemes of services that nobody listed: the description is enough for them too.

Signatures are made here with the standard library and `cryptography`, as the services'
documentation says.
"""

import base64
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.webhook.signature.calls import EPOCH, NOW, SECRET, call, scheme

BODY = b'{"id": "\xc3\xa9"}'
URL = "https://hooks.example.com/in?a=1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
TIME = str(EPOCH)
ISO = "2026-02-03T04:05:06.123456789Z"


def mac(text, digest="sha256", key=b"It's a secret"):
    return hmac.new(key, text, digest).digest()


def b64(octets):
    return base64.b64encode(octets).decode()


def keyed(separator, assign, key):
    return {
        "format": "keyed",
        "separator": separator,
        "assign": assign,
        "signatureKey": key,
    }


def time(where, form="unix"):
    return {"from": where, "format": form, "toleranceSeconds": 300}


BASE64 = {"encoding": "base64"}
SERVICES = {
    "Discord": (
        {
            "algorithm": "ed25519",
            "signatureHeader": "X-Signature-Ed25519",
            "signedPayload": "{timestamp}{body}",
            "timestamp": time("header:X-Signature-Timestamp"),
        },
        {
            "X-Signature-Ed25519": KEY.sign(TIME.encode() + BODY).hex(),
            "X-Signature-Timestamp": TIME,
        },
        PUBLIC.hex(),
    ),
    "Telnyx": (
        {
            "algorithm": "ed25519",
            "signatureHeader": "telnyx-signature-ed25519",
            "signedPayload": "{timestamp}|{body}",
            "timestamp": time("header:telnyx-timestamp"),
        }
        | BASE64,
        {
            "telnyx-signature-ed25519": b64(KEY.sign(TIME.encode() + b"|" + BODY)),
            "telnyx-timestamp": TIME,
        },
        b64(PUBLIC),
    ),
    "Twitch": (
        {
            "signatureHeader": "Twitch-Eventsub-Message-Signature",
            "header": {"format": "prefixed", "prefix": "sha256="},
            "signedPayload": "{header:Twitch-Eventsub-Message-Id}{timestamp}{body}",
            "timestamp": time("header:Twitch-Eventsub-Message-Timestamp", "iso8601"),
        },
        {
            "Twitch-Eventsub-Message-Id": "e76c6bd4",
            "Twitch-Eventsub-Message-Timestamp": ISO,
            "Twitch-Eventsub-Message-Signature": "sha256="
            + mac(b"e76c6bd4" + ISO.encode() + BODY).hex(),
        },
        None,
    ),
    "Square": (
        {"signatureHeader": "x-square-hmacsha256-signature"}
        | BASE64
        | {"signedPayload": "{url}{body}"},
        {"x-square-hmacsha256-signature": b64(mac(URL.encode() + BODY))},
        None,
    ),
    "Trello": (
        {"signatureHeader": "X-Trello-Webhook", "algorithm": "hmac-sha1"}
        | BASE64
        | {"signedPayload": "{body}{url}"},
        {"X-Trello-Webhook": b64(mac(BODY + URL.encode(), "sha1"))},
        None,
    ),
    "Zendesk": (
        {
            "signatureHeader": "X-Zendesk-Webhook-Signature",
            "signedPayload": "{timestamp}{body}",
            "timestamp": time(
                "header:X-Zendesk-Webhook-Signature-Timestamp", "iso8601"
            ),
        }
        | BASE64,
        {
            "X-Zendesk-Webhook-Signature": b64(mac(b"2026-02-03T04:05:06Z" + BODY)),
            "X-Zendesk-Webhook-Signature-Timestamp": "2026-02-03T04:05:06Z",
        },
        None,
    ),
    "WorkOS": (
        {
            "signatureHeader": "WorkOS-Signature",
            "header": keyed(",", "=", "v1"),
            "signedPayload": "{timestamp}.{body}",
            "timestamp": time("param:t", "unix_ms"),
        },
        {
            "WorkOS-Signature": f"t={TIME}000, v1="
            + mac(f"{TIME}000.".encode() + BODY).hex()
        },
        None,
    ),
    "Increase": (
        {
            "signatureHeader": "Increase-Webhook-Signature",
            "header": keyed(",", "=", "v1"),
            "signedPayload": "{timestamp}.{body}",
            "timestamp": time("param:t", "iso8601"),
        },
        {
            "Increase-Webhook-Signature": "t=2026-02-03T05:05:06+01:00,v1="
            + mac(b"2026-02-03T05:05:06+01:00." + BODY).hex()
        },
        None,
    ),
    "Cloudflare Stream": (
        {
            "signatureHeader": "Webhook-Signature",
            "header": keyed(",", "=", "sig1"),
            "signedPayload": "{timestamp}.{body}",
            "timestamp": time("param:time"),
        },
        {
            "Webhook-Signature": f"time={TIME},sig1="
            + mac(TIME.encode() + b"." + BODY).hex()
        },
        None,
    ),
    "DocuSign": (
        {"signatureHeaders": [f"X-DocuSign-Signature-{n}" for n in range(1, 5)]}
        | BASE64,
        {
            "X-DocuSign-Signature-1": b64(mac(BODY, key=b"another")),
            "X-DocuSign-Signature-3": b64(mac(BODY)),
        },
        None,
    ),
    "Airtable": (
        {
            "signatureHeader": "X-Airtable-Content-MAC",
            "header": {"format": "prefixed", "prefix": "hmac-sha256="},
            "secretEncoding": "base64",
        },
        {
            "X-Airtable-Content-MAC": "hmac-sha256="
            + mac(BODY, key=b"\0\xff" * 16).hex()
        },
        b64(b"\0\xff" * 16),
    ),
    "X": (
        {
            "signatureHeader": "x-twitter-webhooks-signature",
            "header": {"format": "prefixed", "prefix": "sha256="},
        }
        | BASE64,
        {"x-twitter-webhooks-signature": "sha256=" + b64(mac(BODY))},
        None,
    ),
    "SHA-512 in capitals": (
        {"algorithm": "HMAC-SHA512", "secretEncoding": "hex"},
        {"X-Sig": mac(BODY, "sha512", b"\x01\x02").hex().upper()},
        "0102",
    ),
    "GitLab": (
        {"algorithm": "token", "signatureHeader": "X-Gitlab-Token"},
        {"X-Gitlab-Token": SECRET.get_secret_value()},
        None,
    ),
    "A time in the address": (
        {"signedPayload": "{timestamp}:{body}", "timestamp": time("query:a")},
        {"X-Sig": mac(b"1:" + BODY).hex()},
        None,
    ),
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_scheme_that_is_only_described_works(name):
    config, headers, secret = SERVICES[name]
    described = scheme(**config)
    secrets = [type(SECRET)(secret) if secret else SECRET]
    now = NOW.fromtimestamp(1, NOW.tzinfo) if "address" in name else NOW
    good = described.verify(call(headers, BODY, URL), secrets, now)
    assert (good.state, good.reason) == ("valid", "valid")
    bad = described.verify(call(headers, BODY + b" ", URL), secrets, now)
    assert bad.reason == ("valid" if config.get("algorithm") == "token" else BAD)


BAD = "wrong_signature"

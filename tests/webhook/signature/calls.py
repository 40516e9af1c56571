"""Calls and schemes for the tests: from samples, or by hand."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from ferrule.auth import WebhookSecretConfig
from ferrule.exchange import decode
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature import compile_scheme

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = sorted((SAMPLES / "webhooks").glob("*.json"))
NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
SECRET = SecretStr("It's a secret")
VENDORS = {path.stem: decode(path.read_bytes()) for path in FILES}


def scheme(**config):
    """Return the scheme of a configuration, GitHub's where nothing is said."""
    given = {"signatureHeader": "X-Sig", "algorithm": "hmac-sha256"} | config
    if "signatureHeaders" in config:
        del given["signatureHeader"]
    return scheme_of(given)


def scheme_of(config):
    """Return the scheme of a configuration as a document has it."""
    whole = {"credentialFields": []} | config
    return compile_scheme(WebhookSecretConfig.model_validate(whole, by_name=False))


def call(headers=(), body=b"{}", url="https://hooks.example.com/in", method="POST"):
    """Return a call with headers as pairs or a mapping."""
    pairs = headers.items() if isinstance(headers, dict) else headers
    return Incoming(method, url, tuple(map(tuple, pairs)), body, NOW)


def moment(seconds):
    """Return a time since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def call_of(case):
    """Return the call of a sample's case."""
    return call(
        case["headers"],
        case["body"].encode(),
        case.get("url", "https://hooks.example.com/in"),
        case.get("method", "POST"),
    )


def verdict_of(config, case):
    """Return what becomes of a sample's case."""
    secrets = [SecretStr(text) for text in case["secrets"]]
    return scheme_of(config).verify(call_of(case), secrets, moment(case["now"]))

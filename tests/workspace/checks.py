"""Checks of a service on loopback: what the tests of their causes share."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from pydantic import SecretStr
from tests.auth.kinds import field
from tests.support.fault_server import FaultServer, answer
from tests.support.signed_service import connector

from ferrule.descriptor.document import validate
from ferrule.transport.proxies import proxy_for
from ferrule.transport.trust import default_trust
from ferrule.workspace.checking import Check, CheckStep

SECRET = 'cnry-check/4Q+x"\\&%z=='
BEARER = {
    "method": "pat",
    "config": {
        "delivery": "bearer",
        "paramName": "Authorization",
        "credentialFields": [field("token")],
    },
}
BASE = {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
ITEMS = b'[{"id":1,"updated_at":"2026-01-01T00:00:00Z","title":"one"}]'


def described(auth: object = BEARER, **more: object) -> dict[str, object]:
    """Return a connector whose address is given, of one attempt a request."""
    usual = {"configFields": [BASE], "resilience": {"maxAttempts": 1}}
    return connector(auth, **{**usual, **more})


def check_of(base: str, document: object = None, **more: object) -> Check:
    """Return a check of a connector at an address."""
    made = validate(document or described())
    config = more.pop("config", {})
    secrets = more.pop("secrets", {"token": SecretStr(SECRET)})
    return Check(made, {"baseUrl": base, **config}, secrets, **more)


def ended(check: Check) -> tuple[list[CheckStep], CheckStep]:
    """Return the steps of a check, and the last of them."""
    steps = list(check.steps())
    return steps, steps[-1]


def answering(
    server: FaultServer,
    path: str,
    status: int,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"{}",
) -> None:
    """Have the server answer a path like this."""
    told = {"content_type": "application/json", **(headers or {})}
    behaviour = answer(body, f"{status} Told", **told)
    server.serve(path, lambda _received: behaviour)


def at(moment: datetime) -> str:
    """Return a `Date` header."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def trusting(monkeypatch, authority: Path) -> None:
    """Trust an authority of the tests beside those that are known everywhere."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    default_trust.cache_clear()


def through(monkeypatch, proxy: str) -> None:
    """Have the environment name a proxy."""
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    proxy_for.cache_clear()

"""Connectors that sign in at the sandbox's authorization server, and who does it."""

import http.client
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import SecretStr
from tests.support.authority import AuthorityServer

from ferrule.descriptor.document import validate
from ferrule.descriptor.model import Connector
from ferrule.sandbox.authority.parties import CLIENT_ID, CLIENT_SECRET
from ferrule.workspace.signing_in import SignIn, SignInStep, begin

SCOPES = ["issues:read", "comments:read", "profile"]
CREDENTIALS = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET}
FIELDS = [
    {"key": "clientId", "label": "Client id", "type": "text", "required": True},
    {"key": "clientSecret", "label": "Secret", "type": "password", "required": False},
]
Act = Callable[[SignInStep], object]


def oauth2(**config: Any) -> dict[str, Any]:
    """Return the section of OAuth 2 with the code grant, changed by `config`."""
    usual = {
        "authoriseUrl": "{{baseUrl}}/oauth/authorize",
        "tokenUrl": "{{baseUrl}}/oauth/token",
        "scopes": SCOPES,
        "credentialFields": FIELDS,
    }
    whole = {k: v for k, v in (usual | config).items() if v is not None}
    return {"method": "oauth2", "config": whole}


def document(auth: Mapping[str, Any], connector_id: str = "signed") -> dict[str, Any]:
    """Return a connector of the sandbox's protected issues."""
    return {
        "schemaVersion": 2,
        "id": connector_id,
        "name": connector_id.title(),
        "description": "Issues behind a sign-in",
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "provider": connector_id,
        "auth": auth,
        "configFields": [
            {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True},
            {"key": "other", "label": "Another", "type": "url", "required": False},
        ],
        "permissions": {
            "hosts": ["127.0.0.1", "login.example.com"],
            "scopes": SCOPES,
            "writes": [],
        },
        "rateLimits": [{"limit": 1000, "per": "PT1S", "burst": 1000}],
        "ingestion": {
            "mode": "polling",
            "endpoint": "{{baseUrl}}/secure/link/issues",
            "method": "GET",
            "rateLimitRpm": 60000,
            "delta": {"type": "none"},
            "pagination": {"type": "link_header"},
        },
        "fieldMapping": {
            "itemsPath": "$",
            "idPath": "$.id",
            "timestampPath": "$.updated_at",
            "summaryTemplate": "{{title}}",
            "signalTypeRules": [],
        },
        "healthCheck": {
            "endpoint": "{{baseUrl}}/secure/user",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 5000,
        },
    }


def connector(auth: Mapping[str, Any], connector_id: str = "signed") -> Connector:
    """Return it as a connector."""
    return validate(document(auth, connector_id))


def sign_in(
    url: str,
    auth: Mapping[str, Any] | None = None,
    credentials: Mapping[str, str] | None = None,
    config: Mapping[str, str] | None = None,
    **how: Any,
) -> SignIn:
    """Return a sign-in at the server at `url`."""
    given = CREDENTIALS if credentials is None else credentials
    secrets = {key: SecretStr(value) for key, value in given.items()}
    made = connector(oauth2() if auth is None else auth)
    return begin(
        made, {"baseUrl": url, **(config or {})}, secrets, **{"timeout_s": 20, **how}
    )


def follow(sign_in: SignIn, **acts: Act) -> list[SignInStep]:
    """Go through all steps; `acts` are done when the step of that name is told."""
    seen = []
    for step in sign_in.steps():
        seen.append(step)
        act = acts.get(step.name)
        if act is not None:
            act(step)
    return seen


def names(steps: list[SignInStep]) -> list[str]:
    """Return the names of the steps."""
    return [step.name for step in steps]


def parameters(url: str) -> dict[str, str]:
    """Return the query of an address."""
    return dict(parse_qsl(urlsplit(url).query))


def callback(authorise_url: str, **changes: str | None) -> str:
    """Return the redirect for an authorise address as an attacker may forge it."""
    asked = parameters(authorise_url)
    pairs = {"code": "forged", "state": asked["state"], **changes}
    query = urlencode({k: v for k, v in pairs.items() if v is not None})
    return f"{asked['redirect_uri']}?{query}"


def call(
    url: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Call the listener; return status (0 for none), headers and page."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    try:
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
    except OSError:
        return 0, {}, ""
    finally:
        connection.close()


def still_signs_in(service: AuthorityServer, attack: Act, **how: Any) -> Any:
    """Try an attack while the person is away; then they agree, and it is well.

    What the attack returned is returned.
    """
    seen = {}

    def opened(step):
        seen["result"] = attack(step)
        assert service.token_requests == 0
        service.approve(step.url)

    steps = follow(sign_in(service.url, **how), opened=opened)
    assert names(steps)[-1] == "signed_in"
    assert service.token_requests == 1
    return seen["result"]

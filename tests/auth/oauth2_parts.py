"""Sections, secrets and answers of OAuth 2 for tests."""

from datetime import UTC, datetime, timedelta

from pydantic import SecretStr, TypeAdapter

from ferrule.auth import Auth
from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.auth.token import TOKENS, TokenSet
from ferrule.exchange import Response, encode

ADAPTER: TypeAdapter[OAuth2Auth] = TypeAdapter(Auth)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = "https://login.example.com/token"
FIELDS = [
    {"key": "clientId", "label": "Id", "type": "text", "required": True},
    {"key": "clientSecret", "label": "Secret", "type": "password", "required": True},
]
CREDENTIALS = {"clientId": "app", "clientSecret": "s3cret"}
GOOD = {"access_token": "new", "token_type": "bearer", "expires_in": 3600}
OLD = TokenSet(
    SecretStr("old"),
    NOW - timedelta(hours=1),
    refresh=SecretStr("r1"),
    scopes=("read",),
    captured={"realm": "r"},
)


def auth(**config):
    usual = {
        "tokenUrl": TOKEN,
        "authoriseUrl": "https://login.example.com/authorise",
        "scopes": ["read", "write"],
        "credentialFields": FIELDS,
    }
    whole = {k: v for k, v in (usual | config).items() if v is not None}
    return ADAPTER.validate_python({"method": "oauth2", "config": whole})


def other(grant, **config):
    return auth(grant=grant, authoriseUrl=None, **config)


def secrets(tokens=None, **more):
    plain = {k: SecretStr(v) for k, v in (CREDENTIALS | more).items()}
    return plain if tokens is None else plain | {TOKENS: tokens.dump()}


def answer(body, status=200, **headers):
    raw = body if isinstance(body, bytes) else encode(body)
    return Response(status, tuple(headers.items()), raw)

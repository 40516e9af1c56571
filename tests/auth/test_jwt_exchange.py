"""What is signed and then given for a token: a service account, a GitHub App."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwk, jwt
from tests.auth.kinds import auth, field, secrets_of
from tests.descriptor import seeds

from ferrule.descriptor.document import validate
from ferrule.descriptor.hosts import allowed_hosts
from ferrule.descriptor.problems import lint
from ferrule.errors import UnexpectedStatus
from ferrule.exchange import Response

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()
APP = {
    "grant": "jwt_bearer",
    "tokenUrl": "https://api.github.com/app/installations/{{installation}}/access_tokens",
    "scopes": [],
    "tokenBody": "json",
    "tokenHeaders": {
        "Authorization": "Bearer {{assertion}}",
        "X-GitHub-Api-Version": "2022-11-28",
    },
    "tokenPath": "$.token",
    "expiresPath": "$.expires_at",
}
FIELDS = [field("clientId", "text"), field("privateKey", "file")]
INSTALLATION = {"key": "installation", "label": "I", "type": "text", "required": True}


def claims_of(token):
    return jwt.decode(token, jwk.import_key(PEM, "RSA"), algorithms=["RS256"]).claims


def answer(status, **body):
    return Response(status, (), json.dumps(body).encode())


def test_a_github_app_gets_a_token_for_its_installation():
    kind = auth("oauth2", *FIELDS, **APP)
    given = secrets_of(clientId="Iv1.abc", privateKey=PEM)
    request = kind.renewal(given, {"config": {"installation": "42"}}, NOW)
    assert request.url == "https://api.github.com/app/installations/42/access_tokens"
    bearer, _, token = request.header("Authorization").partition(" ")
    claims = claims_of(token)
    assert (bearer, claims["iss"]) == ("Bearer", "Iv1.abc")
    assert claims["exp"] - claims["iat"] <= 600
    assert (request.body, request.body_type) == ({}, "json")
    made = answer(201, token="ghs_16", expires_at="2026-11-21T10:30:00Z")
    tokens = kind.received(made, given, NOW)
    assert tokens.access.get_secret_value() == "ghs_16"
    assert tokens.expires_at == NOW + timedelta(hours=1)
    assert kind.interactive == ""


def test_such_a_descriptor_is_without_problems():
    document = seeds.seed(
        auth={"method": "oauth2", "config": {**APP, "credentialFields": FIELDS}},
        configFields=[
            {**INSTALLATION, "key": key} for key in ("installation", "projectKey")
        ]
        + [{"key": "baseUrl", "label": "B", "type": "url", "required": True}],
    )
    connector = validate(document)
    assert "api.github.com" in allowed_hosts(connector)
    told = {problem.rule for problem in lint(document)}
    assert "FD011" not in told


def test_created_is_good_only_where_the_form_is_the_vendors_own():
    usual = {**APP, "tokenPath": None, "expiresPath": None}
    kind = auth("oauth2", *FIELDS, **usual)
    made = answer(201, access_token="t", token_type="bearer")
    with pytest.raises(UnexpectedStatus, match="201"):
        kind.received(made, {}, NOW)


def test_a_google_service_account_gives_its_file():
    kind = auth(
        "oauth2",
        field("account", "file"),
        grant="jwt_bearer",
        tokenUrl="https://oauth2.googleapis.com/token",
        scopes=["https://www.googleapis.com/auth/drive.readonly"],
    )
    file = {
        "type": "service_account",
        "client_email": "bot@project.iam.gserviceaccount.com",
        "private_key_id": "k1",
        "private_key": PEM,
    }
    given = secrets_of(account=json.dumps(file))
    request = kind.renewal(given, {"config": {}}, NOW)
    assert request.body_type == "form"
    assert request.body["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = claims_of(request.body["assertion"])
    assert claims["iss"] == file["client_email"]
    assert claims["aud"] == "https://oauth2.googleapis.com/token"
    assert claims["scope"] == "https://www.googleapis.com/auth/drive.readonly"
    got = answer(200, access_token="ya29", token_type="Bearer", expires_in=3599)
    assert kind.received(got, given, NOW).access.get_secret_value() == "ya29"

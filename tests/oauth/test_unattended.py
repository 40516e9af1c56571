"""Tokens without a person: the client's own, for a signed statement, for a refresh."""

from urllib.parse import parse_qsl

import pytest
import respx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwk, jwt
from tests.oauth.parties import CREDENTIALS, FIELDS, follow, names, oauth2, sign_in
from tests.support.clock import FakeClock

from ferrule.exchange import encode

KEY = {"key": "privateKey", "label": "Key", "type": "file", "required": True}
SUBJECT = {"key": "subject", "label": "Whom for", "type": "text", "required": False}
TOKEN = "https://login.example.com/token"


def pem(private):
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public(private):
    return (
        private.public_key()
        .public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        .decode()
    )


P_384 = pem(ec.generate_private_key(ec.SECP384R1()))


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


def asked(auth, credentials, config=None):
    """Sign in at a service that agrees; return the fields that it was sent."""
    signing = sign_in(
        "http://127.0.0.1:9", auth, credentials, config, clock=FakeClock()
    )
    with respx.mock as network:
        route = network.post(TOKEN).respond(
            json={"access_token": "acc", "token_type": "Bearer", "expires_in": 60}
        )
        steps = follow(signing)
    assert names(steps) == ["exchanging", "signed_in"], steps[-1]
    return dict(parse_qsl(route.calls.last.request.content.decode()))


def claims_of(assertion, key, kind, algorithm):
    token = jwt.decode(assertion, jwk.import_key(key, kind), algorithms=[algorithm])
    return token.header, token.claims


def test_a_client_gets_a_token_of_its_own(service):
    auth = oauth2(grant="client_credentials", authoriseUrl=None)
    signing = sign_in(service.url, auth)
    steps = follow(signing)
    assert names(steps) == ["exchanging", "signed_in"]
    assert service.accepts(signing.tokens.access.get_secret_value())
    assert service.seen("client_credentials") == 1


def test_a_client_signs_in_by_a_statement_instead_of_a_secret(service, rsa_key):
    """RFC 7523, section 2.2, checked by the authorization server."""
    service.tell(key=public(rsa_key))
    auth = oauth2(
        grant="client_credentials",
        authoriseUrl=None,
        clientAuth="private_key_jwt",
        credentialFields=[FIELDS[0], KEY],
    )
    credentials = {"clientId": CREDENTIALS["clientId"], "privateKey": pem(rsa_key)}
    signing = sign_in(service.url, auth, credentials)
    steps = follow(signing)
    assert names(steps)[-1] == "signed_in", steps[-1]


@pytest.mark.parametrize(
    ("make", "kind", "algorithm"),
    [
        (lambda: rsa.generate_private_key(65537, 2048), "RSA", "RS256"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "EC", "ES256"),
    ],
)
def test_a_signed_statement_is_given_for_a_token(make, kind, algorithm):
    """RFC 7523, section 2.1."""
    private = make()
    auth = oauth2(
        grant="jwt_bearer",
        authoriseUrl=None,
        tokenUrl=TOKEN,
        credentialFields=[FIELDS[0], KEY, SUBJECT],
    )
    credentials = {"clientId": "app", "subject": "ann@a.example"}
    sent = asked(auth, credentials | {"privateKey": pem(private)})
    assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert "client_id" not in sent
    header, claims = claims_of(sent["assertion"], public(private), kind, algorithm)
    assert header["alg"] == algorithm
    assert (claims["iss"], claims["sub"]) == ("app", "ann@a.example")
    assert claims["aud"] == TOKEN
    assert claims["scope"] == "issues:read comments:read profile"
    assert claims["exp"] - claims["iat"] == 300
    assert len(claims["jti"]) > 16


def test_a_service_accounts_file_speaks_for_itself(rsa_key):
    auth = oauth2(
        grant="jwt_bearer", authoriseUrl=None, tokenUrl=TOKEN, credentialFields=[KEY]
    )
    account = {
        "type": "service_account",
        "client_email": "robot@project.example",
        "private_key": pem(rsa_key),
        "private_key_id": "k1",
    }
    sent = asked(auth, {"privateKey": encode(account).decode()})
    header, claims = claims_of(sent["assertion"], public(rsa_key), "RSA", "RS256")
    assert header["kid"] == "k1"
    assert claims["iss"] == "robot@project.example"
    assert "sub" not in claims


@pytest.mark.parametrize(
    "key", ["nothing", "-----BEGIN PRIVATE KEY-----\nbad", '{"private_key": 1}', P_384]
)
def test_a_key_that_cannot_be_read_ends_it(key):
    auth = oauth2(
        grant="jwt_bearer",
        authoriseUrl=None,
        tokenUrl=TOKEN,
        credentialFields=[FIELDS[0], KEY],
    )
    signing = sign_in(
        "http://127.0.0.1:9", auth, {"clientId": "app", "privateKey": key}
    )
    steps = follow(signing)
    assert names(steps)[-1] == "failed"
    assert "key" in steps[-1].detail
    assert key[28:] == "" or key[28:] not in steps[-1].detail


def test_a_pasted_refresh_token_is_renewed():
    refresh = {**FIELDS[1], "key": "refreshToken", "required": True}
    auth = oauth2(
        grant="refresh_token",
        authoriseUrl=None,
        tokenUrl="https://login.example.com/other",
        refreshUrl=TOKEN,
        refreshParams={"tenant": "{{config.baseUrl}}"},
        credentialFields=[*FIELDS, refresh],
    )
    sent = asked(auth, CREDENTIALS | {"refreshToken": "r3fresh"})
    assert sent == {
        "client_id": CREDENTIALS["clientId"],
        "client_secret": CREDENTIALS["clientSecret"],
        "grant_type": "refresh_token",
        "refresh_token": "r3fresh",
        "tenant": "http://127.0.0.1:9",
    }


def test_without_a_refresh_token_it_says_what_is_missing():
    auth = oauth2(grant="refresh_token", authoriseUrl=None)
    steps = follow(sign_in("http://127.0.0.1:9", auth))
    assert names(steps)[-1] == "failed"
    assert "nothing to get a token with" in steps[-1].detail


def test_a_vendors_own_grant_replaces_the_usual_one():
    """Zoom's server-to-server apps ask with grant_type=account_credentials."""
    params = {"grant_type": "account_credentials", "account_id": "{{config.baseUrl}}"}
    auth = oauth2(
        grant="client_credentials",
        authoriseUrl=None,
        tokenUrl=TOKEN,
        tokenParams=params,
        scopes=[],
    )
    sent = asked(auth, CREDENTIALS)
    assert sent["grant_type"] == "account_credentials"
    assert "scope" not in sent

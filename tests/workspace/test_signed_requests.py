"""Every way of signing a request, over real HTTP: what arrives is what was meant."""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from urllib.parse import parse_qsl

import pytest
from authlib.oauth1.rfc5849.signature import generate_signature_base_string
from authlib.oauth1.rfc5849.wrapper import OAuth1Request
from joserfc import jwk, jwt
from tests.auth.kinds import field, secrets_of
from tests.support.signed_service import PASSWORD, SignedService, connector

from ferrule.descriptor.document import validate
from ferrule.workspace.checking import Check
from ferrule.workspace.running import RunOrder, run_once

KEY = "k-0123456789abcdef"
OTHER = "o-fedcba9876543210"


@pytest.fixture
def service():
    with SignedService() as running:
        yield running


def method(kind, *keys, **config):
    fields = [field(key) if isinstance(key, str) else key for key in keys]
    return {"method": kind, "config": {"credentialFields": fields, **config}}


def key_in(delivery, name, **more):
    return method("api_key", "key", "other", delivery=delivery, paramName=name, **more)


TWO = secrets_of(key=KEY, other=OTHER)


def checked(service, document, secrets, **config):
    """Return the steps of a check that are not well."""
    check = Check(validate(document), {"baseUrl": service.origin, **config}, secrets)
    return [step for step in check.steps() if step.ok is False]


PLACES = [
    (key_in("header", "X-Key"), "header", "x-key", KEY),
    (
        key_in("header", "Authorization", valueTemplate="Token token={{key}}"),
        "header",
        "authorization",
        f"Token token={KEY}",
    ),
    (key_in("bearer", ""), "header", "authorization", f"Bearer {KEY}"),
    (key_in("query", "api key"), "query", "api key", KEY),
    (key_in("cookie", "sid"), "header", "cookie", f"a=1; sid={KEY}"),
    (
        method("pat", "key", delivery="header", paramName="PRIVATE-TOKEN"),
        "header",
        "private-token",
        KEY,
    ),
    (
        method("basic", "key", "other"),
        "header",
        "authorization",
        "Basic " + b64encode(f"{KEY}:{OTHER}".encode()).decode(),
    ),
]


@pytest.mark.parametrize(("auth", "place", "name", "value"), PLACES)
def test_a_key_arrives_where_it_was_put(service, auth, place, name, value):
    document = connector(auth)
    document["ingestion"]["headers"] = {"Cookie": "a=1"}
    assert checked(service, document, TWO) == []
    for asked in service.guarded():
        found = dict(asked.query) if place == "query" else asked.headers
        assert found[name] == value
    assert {asked.path for asked in service.guarded()} == {"/items", "/health"}


def test_several_headers_a_parameter_and_cookies_go_at_once(service):
    also = [
        {"to": "header:DD-API-KEY", "template": "{{key}}"},
        {"to": "header:DD-APPLICATION-KEY", "template": "{{other}}"},
        {"to": "query:site", "template": "eu-{{other}}"},
        {"to": "header:Cookie", "template": "x={{credentials.other}}"},
    ]
    document = connector(key_in("cookie", "sid", also=also))
    document["ingestion"]["headers"] = {"Cookie": "a=1; x=old"}
    assert checked(service, document, TWO) == []
    asked = service.guarded()[-1]
    assert asked.headers["dd-api-key"] == KEY
    assert asked.headers["dd-application-key"] == OTHER
    assert asked.headers["cookie"] == f"a=1; sid={KEY}; x={OTHER}"
    assert asked.query == [("site", f"eu-{OTHER}")]


def test_a_key_goes_into_the_body_beside_what_is_there(service):
    auth = key_in("body", "auth.key", also=[{"to": "body:o", "template": "{{other}}"}])
    document = connector(auth)
    document["ingestion"] |= {
        "method": "POST",
        "body": {"q": 1, "auth": {"v": 2}},
        "bodyType": "json",
    }
    document["healthCheck"] |= {"method": "POST", "body": {}}
    assert checked(service, document, TWO) == []
    assert service.guarded()[-1].json == {
        "q": 1,
        "auth": {"v": 2, "key": KEY},
        "o": OTHER,
    }


def test_a_key_goes_into_a_form(service):
    also = [{"to": "form:user", "template": "a&b"}]
    auth = key_in(
        "header", "X-Key", also=[*also, {"to": "form:k", "template": "{{key}}"}]
    )
    document = connector(auth)
    document["ingestion"] |= {"method": "POST", "body": {"q": "1"}, "bodyType": "form"}
    checked(service, document, TWO)
    asked = service.guarded()[-1]
    fields = parse_qsl(asked.body.decode(), keep_blank_values=True)
    assert dict(fields)["k"] == KEY
    assert dict(fields)["user"] == "a&b"


OAUTH1 = secrets_of(
    consumerKey="ck", consumerSecret="c s", tokenId="tk", tokenSecret="t&s"
)


class Verifier:
    """What a service does that takes HMAC-SHA256: no nonce twice, the signature whole.

    The base string is Authlib's, not ours.
    """

    def __init__(self, origin):
        self.origin = origin
        self.nonces = set()
        self.realms = set()

    def __call__(self, asked):
        headers = {"Authorization": asked.headers.get("authorization", "")}
        is_form = "form" in asked.headers.get("content-type", "")
        body = asked.body.decode() if is_form else None
        url = self.origin + asked.target
        found = OAuth1Request(asked.method, url, body=body, headers=headers)
        if not found.oauth_params or found.oauth_params["oauth_nonce"] in self.nonces:
            return False
        self.nonces.add(found.oauth_params["oauth_nonce"])
        self.realms.add(found.realm)
        base = generate_signature_base_string(found)
        digest = hmac.digest(b"c%20s&t%26s", base.encode(), hashlib.sha256)
        return found.signature == b64encode(digest).decode()


@pytest.fixture
def verifier(service, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the verifier's, not ours
    service.gate = Verifier(service.origin)
    return service.gate


NETSUITE = method(
    "oauth1",
    "consumerKey",
    "consumerSecret",
    "tokenId",
    "tokenSecret",
    signature="HMAC-SHA256",
    realm="{{account}}",
)
ACCOUNT = [{"key": "account", "label": "Account", "type": "text", "required": True}]


def netsuite():
    return connector(NETSUITE, configFields=ACCOUNT)


def test_an_oauth_1_signature_is_accepted_by_another_implementation(service, verifier):
    document = netsuite()
    document["ingestion"] |= {
        "endpoint": "/items?deploy=1&q=a%20b",
        "query": {"x": "ü+/~*", "list": ["2", "1"]},
        "method": "POST",
        "body": {"form": "a b&c", "z": "%"},
        "bodyType": "form",
    }
    assert checked(service, document, OAUTH1, account="123_SB1") == []
    assert verifier.realms == {"123_SB1"}
    assert len(verifier.nonces) == 2


def test_a_request_that_is_repeated_is_signed_anew(service, verifier):
    service.first = [503, 503]
    order = RunOrder(
        descriptor=json.dumps(netsuite()).encode(),
        config={"baseUrl": service.origin, "account": "a"},
        secrets=OAUTH1,
    )
    lines = []
    run_once(order, lines.append)
    heads = [asked.headers["authorization"] for asked in service.guarded()]
    nonces = {re.search(r'oauth_nonce="(\w+)"', head)[1] for head in heads}
    assert (len(heads), len(nonces)) == (3, 3)


def test_a_signature_that_is_refused_is_tried_once_more_and_then_told(service):
    service.gate = lambda _asked: False
    document = netsuite()
    wrong = {**OAUTH1, **secrets_of(tokenSecret="wrong-token-secret")}
    (step,) = checked(service, document, wrong, account="a")
    assert (step.name, step.cause) == ("auth", "auth")


SESSION = method(
    "session_token",
    field("user", "text"),
    "password",
    login={
        "endpoint": "/login",
        "method": "POST",
        "body": {"user": "{{user}}", "password": "{{password}}"},
        "bodyType": "json",
    },
    refresh={
        "endpoint": "/session",
        "method": "POST",
        "headers": {"X-Session": "{{token}}"},
    },
    tokenPath="$.token",
    expiresPath="$.seconds",
    deliver={"to": "header:X-Session", "template": "s={{token}}"},
)
ANNA = secrets_of(user="anna", password=PASSWORD)


def test_a_login_is_sent_before_the_first_request_and_its_token_with_all(service):
    service.gate = lambda asked: asked.headers.get("x-session") == "s=session-1"
    assert checked(service, connector(SESSION), ANNA) == []
    paths = [asked.path for asked in service.asked]
    assert paths == ["/login", "/health", "/items"]
    assert service.asked[0].json == {"user": "anna", "password": PASSWORD}


def test_a_session_that_the_service_forgot_is_begun_anew_once(service):
    service.gate = lambda asked: asked.headers.get("x-session") == "s=session-2"
    order = RunOrder(
        descriptor=json.dumps(connector(SESSION)).encode(),
        config={"baseUrl": service.origin},
        secrets=ANNA,
    )
    run_once(order, lambda _line: None)
    assert [asked.path for asked in service.asked] == [
        "/login",
        "/items",
        "/login",
        "/items",
    ]


def test_a_password_that_is_refused_asks_for_a_person(service):
    wrong = {**ANNA, **secrets_of(password="s3cret-wrong")}
    (step,) = checked(service, connector(SESSION), wrong)
    assert step.cause == "auth"
    assert "does not accept" in step.detail
    assert [asked.path for asked in service.asked] == ["/login"]
    assert "s3cret" not in str(step)


def test_a_self_signed_token_goes_with_every_request(service):
    auth = method(
        "jwt",
        "key",
        algorithm="HS256",
        keyField="key",
        claims={"iss": "me", "aud": "{{config.audience}}"},
        lifetime="PT5M",
    )
    audience = [{"key": "audience", "label": "A", "type": "text", "required": True}]
    document = connector(auth, configFields=audience)
    key = jwk.OctKey.import_key(b"0123456789abcdef0123456789abcdef")

    def gate(asked):
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        claims = jwt.decode(token, key).claims
        return (kind, claims["iss"], claims["aud"]) == ("Bearer", "me", "x")

    service.gate = gate
    given = secrets_of(key="0123456789abcdef0123456789abcdef")
    assert checked(service, document, given, audience="x") == []
    assert len(service.asked) == 2

"""The ways to sign in that shipped connectors offer, against what vendors document.

Answers have the form of the vendors' pages that `evidence.json` names.
"""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from ferrule import shipped
from ferrule.auth.token import TOKENS
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.hosts import allowed_hosts, covers
from ferrule.exchange import Request, Response
from ferrule.workspace.signing_in import redirect_of, ways_of

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
LOOPBACK = "http://localhost:14717/oauth/callback"
CLIENT = {"clientId": SecretStr("app"), "clientSecret": SecretStr("s3cret")}


def polled(name):
    """Return the connector of a provider that polls; others of it are called."""
    paths = (shipped.descriptors() / name / "connectors").glob("*.json")
    found = [read_descriptor(path.read_bytes()) for path in paths]
    (one,) = [each for each in found if each.polling is not None]
    return one


def connector(name, way):
    return polled(name).signing_in(way)


def answer(status=200, **body):
    return Response(status, (), json.dumps(body).encode())


def asked(request):
    return dict(request.body)


BROWSER = {
    "github": (
        "OAuth app",
        "http://127.0.0.1/oauth/callback",
        "https://github.com/login/oauth/authorize",
        {"scope": "repo", "code_challenge_method": "S256"},
        "https://github.com/login/oauth/access_token",
        {"client_secret": "s3cret", "code_verifier": "verifier"},
        {"access_token": "gho_1", "scope": "repo", "token_type": "bearer"},
        None,
    ),
    "slack": (
        "User token (OAuth)",
        LOOPBACK,
        "https://slack.com/oauth/v2/authorize",
        {
            "scope": None,
            "user_scope": "channels:read,channels:history,groups:read,groups:history,"
            "search:read,chat:write,channels:write.topic,groups:write.topic,"
            "reactions:write",
            "code_challenge_method": "S256",
        },
        "https://slack.com/api/oauth.v2.access",
        {"client_secret": None, "code_verifier": "verifier"},
        {
            "ok": True,
            "authed_user": {
                "id": "U1",
                "access_token": "xoxe.xoxp-1",
                "refresh_token": "xoxe-1",
                "expires_in": 43200,
                "scope": "channels:read",
                "token_type": "user",
            },
        },
        43200,
    ),
    "linear": (
        "OAuth app",
        LOOPBACK,
        "https://linear.app/oauth/authorize",
        {"scope": "read", "code_challenge_method": "S256"},
        "https://api.linear.app/oauth/token",
        {"client_id": "app", "code_verifier": "verifier"},
        {
            "access_token": "a",
            "token_type": "Bearer",
            "expires_in": 86399,
            "scope": "read",
            "refresh_token": "r",
        },
        86399,
    ),
    "notion": (
        "Public integration (OAuth)",
        LOOPBACK,
        "https://api.notion.com/v1/oauth/authorize",
        {"owner": "user", "scope": None, "code_challenge": None},
        "https://api.notion.com/v1/oauth/token",
        {"client_id": None, "client_secret": None, "code_verifier": None},
        {"access_token": "ntn_1", "bot_id": "b", "owner": {"workspace": True}},
        None,
    ),
    "asana": (
        "OAuth app",
        LOOPBACK,
        "https://app.asana.com/-/oauth_authorize",
        {
            "scope": "projects:read tasks:read users:read",
            "code_challenge_method": "S256",
        },
        "https://app.asana.com/-/oauth_token",
        {"client_secret": "s3cret", "code_verifier": "verifier"},
        {
            "access_token": "a",
            "token_type": "bearer",
            "expires_in": 3600,
            "refresh_token": "r",
        },
        3600,
    ),
    "jira": (
        "OAuth 2.0 app (3LO)",
        LOOPBACK,
        "https://auth.atlassian.com/authorize",
        {
            "audience": "api.atlassian.com",
            "prompt": "consent",
            "scope": "read:jira-work read:jira-user offline_access",
            "code_challenge": None,
        },
        "https://auth.atlassian.com/oauth/token",
        {"client_secret": "s3cret", "code_verifier": None},
        {
            "access_token": "a",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "read:jira-work read:jira-user offline_access",
            "refresh_token": "r",
        },
        3600,
    ),
}


def given(kind):
    keys = {field.key for field in kind.credential_fields}
    return {key: secret for key, secret in CLIENT.items() if key in keys}


def wanted_in(found, wanted):
    return {name: found.get(name) for name in wanted}


@pytest.mark.parametrize("name", BROWSER)
def test_a_browser_is_sent_where_the_vendor_says(name):
    way, redirect, authorise, wanted, *_ = BROWSER[name]
    one = connector(name, way)
    assert ways_of(one)[0] == "browser"
    assert redirect_of(one) == redirect
    kind = one.sign_in
    challenge = None if kind.config.pkce == "omit_and_warn" else "challenge"
    asker = kind.asker(given(kind), {"config": {}})
    url = asker.authorise_address(redirect, "state", challenge)
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == authorise
    query = dict(parse_qsl(parts.query))
    assert wanted_in(query, wanted) == wanted
    assert (query["client_id"], query["redirect_uri"]) == ("app", redirect)


@pytest.mark.parametrize("name", BROWSER)
def test_a_code_is_changed_into_the_token_that_the_vendor_answers(name):
    way, redirect, _, _, token_url, wanted, told, lifetime = BROWSER[name]
    kind = connector(name, way).sign_in
    verifier = None if kind.config.pkce == "omit_and_warn" else "verifier"
    asker = kind.asker(given(kind), {"config": {}})
    request = asker.code_request("code", verifier, redirect, NOW)
    assert request.url == token_url
    assert wanted_in(asked(request), wanted) == wanted
    tokens = kind.received(answer(**told), given(kind), NOW)
    own = told.get("authed_user", told)
    assert tokens.access.get_secret_value() == own["access_token"]
    ends = None if lifetime is None else NOW + timedelta(seconds=lifetime)
    assert tokens.expires_at == ends
    signed = kind.authorise(
        Request("GET", "https://a.example"), {TOKENS: tokens.dump()}
    )
    assert signed.header("Authorization") == f"Bearer {own['access_token']}"


@pytest.mark.parametrize("name", ["slack", "linear", "asana", "jira"])
def test_a_token_is_renewed_and_the_new_one_read(name):
    way, *_, token_url, _, told, _ = BROWSER[name]
    kind = connector(name, way).sign_in
    tokens = kind.received(answer(**told), given(kind), NOW)
    held = {**given(kind), TOKENS: tokens.dump()}
    request = kind.renewal(held, {"config": {}}, NOW)
    assert request.url == token_url
    own = told.get("authed_user", told)
    assert asked(request)["refresh_token"] == own["refresh_token"]
    again = {**own, "access_token": "new", "refresh_token": "newer"}
    fresh = kind.received(answer(**again), held, NOW)
    assert fresh.access.get_secret_value() == "new"
    assert fresh.refresh.get_secret_value() == "newer"


def test_notion_takes_the_client_by_basic_and_a_body_of_json():
    kind = connector("notion", "Public integration (OAuth)").sign_in
    request = kind.asker(CLIENT, {}).code_request("code", None, LOOPBACK, NOW)
    assert request.header("Authorization") == "Basic YXBwOnMzY3JldA=="
    assert request.header("Notion-Version")
    assert request.body_type == "json"
    assert set(asked(request)) == {"grant_type", "code", "redirect_uri"}


def test_github_signs_in_by_a_device_code_without_a_secret():
    one = connector("github", "OAuth app")
    assert ways_of(one) == ("browser", "device")
    asker = one.sign_in.asker({"clientId": SecretStr("app")}, {"config": {}})
    request = asker.device_request(NOW)
    assert request.url == "https://github.com/login/device/code"
    assert asked(request) == {"client_id": "app", "scope": "repo"}
    asking = asker.device_token_request("device", NOW)
    assert asking.url == "https://github.com/login/oauth/access_token"
    assert "client_secret" not in asked(asking)


def pem():
    return (
        rsa.generate_private_key(65537, 2048)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def test_a_github_app_asks_for_a_token_of_its_installation():
    one = connector("github", "GitHub App")
    assert ways_of(one) == ("unattended",)
    kind = one.sign_in
    held = {
        "appId": SecretStr("Iv23li"),
        "installation": SecretStr("42"),
        "privateKey": SecretStr(pem()),
    }
    request = kind.renewal(held, {"config": {}}, NOW)
    assert request.url == "https://api.github.com/app/installations/42/access_tokens"
    assert request.header("Authorization").startswith("Bearer eyJ")
    assert asked(request) == {}
    made = answer(201, token="ghs_1", expires_at="2026-11-21T14:00:00Z")
    tokens = kind.received(made, held, NOW)
    assert tokens.access.get_secret_value() == "ghs_1"
    assert tokens.expires_at == NOW + timedelta(hours=1)


def test_trello_is_signed_with_its_key_and_the_token_that_came():
    one = connector("trello", "OAuth 1.0")
    assert ways_of(one) == ("browser",)
    assert redirect_of(one) == LOOPBACK
    held = {"apiKey": SecretStr("key"), "apiSecret": SecretStr("s3cret")}
    signed = one.sign_in.sign(Request("POST", one.sign_in.config.request_url), held)
    header = signed.header("Authorization")
    assert 'oauth_consumer_key="key"' in header
    assert 'oauth_signature_method="HMAC-SHA1"' in header


@pytest.mark.parametrize("name", [*BROWSER, "trello", "datadog", "confluence"])
def test_the_way_that_was_there_first_stays_the_first(name):
    whole = polled(name)
    first = next(iter(whole.sign_ins))
    assert whole.signing_in(None).sign_in is whole.sign_ins[first]
    assert not whole.sign_ins[first].uses_tokens


@pytest.mark.parametrize("name", [*BROWSER, "trello"])
def test_every_address_of_a_way_is_of_a_host_that_is_named(name):
    whole = polled(name)
    for auth in whole.auth_options:
        places = [v for k, v in auth.config if k.endswith("_url") and v]
        for place in places:
            host = urlsplit(place).hostname
            assert any(covers(one, host) for one in allowed_hosts(whole)), place

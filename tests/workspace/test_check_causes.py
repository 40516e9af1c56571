"""A check that is answered, but not as hoped, says why: each cause by its own words."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from tests.auth.kinds import field as credential
from tests.support.clock import FakeClock
from tests.support.fault_server import FaultServer
from tests.workspace.checks import (
    BEARER,
    ITEMS,
    SECRET,
    answering,
    at,
    check_of,
    described,
    ended,
)

from ferrule.descriptor.document import validate
from ferrule.exchange import Request, Response
from ferrule.fields import InputField
from ferrule.redaction import MASK
from ferrule.workspace.diagnosis import Scene, clock_words, diagnose
from ferrule.workspace.diagnosis.addresses import Given, guess

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Sign in &middot; Acme</title></head></html>"
)
HTML = {"content_type": "text/html; charset=utf-8"}
USER = described(
    healthCheck={
        "endpoint": "/health",
        "method": "GET",
        "expectStatus": 200,
        "timeoutMs": 5000,
        "identity": "{{login}}",
    }
)


@pytest.fixture(scope="module")
def server():
    with FaultServer() as running:
        yield running


@pytest.fixture(autouse=True)
def well(server):
    """Have everything answered well, until a test says otherwise."""
    answering(server, "/health", 200, None, b'{"login":"anna"}')
    answering(server, "/items", 200, None, ITEMS)
    server.received.clear()


@dataclass(frozen=True)
class Row:
    """An answer to the health check, and what it is to be taken for."""

    name: str
    status: int
    cause: str
    step: str
    says: str
    next: str
    health: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


ROWS = [
    Row("401", 401, "unauthorised", "auth", "(401: Bad credentials)", "anew", "auth",
        body=b'{"message":"Bad credentials"}'),
    Row("401 that tells why", 401, "unauthorised", "auth",
        "(401: The access token expired)", "make a new one", "auth",
        {"www_authenticate": 'Bearer realm="x", error="invalid_token", '
         'error_description="The access token expired"'}),
    Row("401 of a token that was taken back", 401, "unauthorised", "auth", "revoked",
        "taken back", "auth", body=b'{"error":{"message":"token revoked"}}'),
    Row("401 that wants another scheme", 401, "unauthorised", "auth", "(401)",
        "It asks for Basic, the connector sends Bearer", "auth",
        {"www_authenticate": 'Basic realm="api"'}),
    Row("403", 403, "missing_right", "auth", "may not do this (403: Not allowed)",
        "scopes", "auth", body=b'{"errors":[{"message":"Not allowed"}]}'),
    Row("403 for a scope by GitHub's headers", 403, "missing_scope", "auth",
        "lacks a scope: admin:org, read:org", "It has: repo, user.", "auth",
        {"x_oauth_scopes": "repo, user", "x_accepted_oauth_scopes":
         "admin:org, read:org"}),
    Row("403 with one of the scopes that would do", 403, "missing_right", "auth",
        "may not do this", "scopes", "auth",
        {"x_oauth_scopes": "repo, user", "x_accepted_oauth_scopes": "repo, public"}),
    Row("403 for a fine-grained right", 403, "missing_scope", "auth",
        "lacks a scope: issues=read", "Add the scope", "auth",
        {"x_accepted_github_permissions": "issues=read"}),
    Row("403 for a scope by RFC 6750", 403, "missing_scope", "auth",
        "lacks a scope: read:jira-work", "Add the scope", "auth",
        {"www_authenticate": 'Bearer error="insufficient_scope", '
         'scope="read:jira-work"'}),
    Row("403 for single sign-on", 403, "missing_right", "auth", "may not do this",
        "single sign-on", "auth", {"x_github_sso": "required; url=https://x.example"}),
    Row("403 about rate", 403, "rate_limited", "health", "Too many requests (403)",
        "not the reason", "passing", {"x_ratelimit_remaining": "0"}),
    Row("429", 429, "rate_limited", "health", "it asks to wait 7 s", "Wait",
        "passing", {"retry_after": "7"}),
    Row("403 of a firewall", 403, "blocked", "health", "“Attention Required!”",
        "was not judged", "lasting", HTML,
        b"<html><title>Attention Required!</title></html>"),
    Row("404", 404, "wrong_address", "health", "(404: Not Found)",
        "Check “Base URL”", "lasting", body=b'{"message":"Not Found"}'),
    Row("404 as a page", 404, "wrong_address", "health", "“Sign in · Acme”",
        "not that of the web pages", "lasting", HTML, LOGIN_PAGE),
    Row("a page that answers well", 200, "wrong_address", "health",
        "A web page answers, not the API (200, “Sign in · Acme”)",
        "address of the API", "lasting", HTML, LOGIN_PAGE),
    Row("a redirect to sign in", 302, "wrong_address", "health",
        "sends to a page to sign in (https://acme.example/login)", "Base URL",
        "lasting", {"location": "https://acme.example/login?next=%2F&token=abc"}),
    Row("a redirect elsewhere", 301, "wrong_address", "health",
        "redirects to https://api.acme.example/v2/health",
        "Perhaps https://api.acme.example/v2 is meant", "lasting",
        {"location": "https://api.acme.example/v2/health"}),
    Row("500", 500, "service_down", "health", "500 Internal Server Error: oops",
        "status page", "passing", body=b'{"message":"oops"}'),
    Row("503 as a page", 503, "service_down", "health", "503 Service Unavailable",
        "Try again later", "passing", HTML, LOGIN_PAGE),
    Row("the network wants a sign-in", 511, "captive_portal", "health",
        "This network wants a sign-in", "browser", "passing", HTML, LOGIN_PAGE),
    Row("something else", 418, "unexpected", "health", "418, expected 200", "Check",
        "lasting"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_each_cause_has_its_words(server, row):
    answering(server, "/health", row.status, row.headers, row.body)
    steps, last = ended(check_of(server.origin, USER))
    assert (last.name, last.ok, last.trouble) == (row.step, False, row.cause)
    assert row.says in last.detail
    assert row.next in last.advice
    assert last.cause == row.health
    assert last.status == row.status
    line = last.wire()
    assert line["cause"] == row.cause
    assert line["exchange"]["response"]["status"] == row.status
    told = json.dumps([step.wire() for step in steps]) + last.shown
    assert SECRET not in told
    assert f"Bearer {MASK}" in last.shown
    assert last.exchange.curl.startswith("curl http://127.0.0.1")
    assert 'Bearer \'"$TOKEN"' in last.exchange.curl
    if row.step == "health":
        assert [s.detail[:8] for s in steps if s.name == "auth"] == ["not told"]


def test_who_is_signed_in_is_told():
    with FaultServer() as server:
        answering(server, "/health", 200, None, b'{"login":"anna"}')
        answering(server, "/items", 200, None, ITEMS)
        check = check_of(server.origin, USER)
        steps, last = ended(check)
    assert [step.ok for step in steps] == [True, True, None, True, True, True]
    assert (steps[3].detail, steps[3].identity) == ("signed in as anna", "anna")
    assert check.identity == "anna"
    assert steps[3].wire()["identity"] == "anna"
    assert all(step.ms is not None for step in steps if step.ok)
    assert "200 OK" in last.shown
    assert "cause" not in last.wire()


def test_a_path_with_given_names_says_to_check_those(server):
    owner = {"key": "owner", "label": "Owner", "type": "text", "required": True}
    base = {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
    made = described(
        configFields=[base, owner],
        healthCheck={**USER["healthCheck"], "endpoint": "/repos/{{owner}}"},
    )
    answering(server, "/repos/acme", 404, None, b'{"message":"Not Found"}')
    _, last = ended(check_of(server.origin, made, config={"owner": "acme"}))
    assert (last.trouble, last.name) == ("not_found", "health")
    assert "Check “Owner” (acme)" in last.advice


def diagnosed(document, url, status, config=None):
    """Return what an answer of that status from `url` is taken for."""
    scene = Scene(validate(document), config or {}, NOW)
    answer = Response(status, (("content-type", "application/json"),), b"{}", url)
    return diagnose(Request("GET", url), answer, scene)


def test_an_address_of_the_connector_itself_is_not_for_the_person():
    made = described(baseUrl="https://api.example.com", configFields=[])
    found = diagnosed(made, "https://api.example.com/health", 404)
    assert found.trouble == "wrong_address"
    assert "stands in the connector" in found.advice


def test_a_site_that_was_chosen_is_named_where_the_key_is_refused():
    option = {"value": "https://eu.example.com", "label": "Europe"}
    site = {"key": "site", "label": "Site", "type": "select", "options": [option]}
    made = described(baseUrl="{{site}}", configFields=[{**site, "required": True}])
    config = {"site": option["value"]}
    found = diagnosed(made, "https://eu.example.com/health", 401, config)
    assert "Check “Site”: a key of another one is refused too." in found.advice


def test_a_tenant_that_is_not_there_is_told_from_a_wrong_address():
    site = {"key": "site", "label": "Site", "type": "text", "required": True}
    made = described(baseUrl="https://{{site}}.example.com", configFields=[site])
    url = "https://acme.example.com/health"
    answer = Response(404, (("content-type", "text/html"),), LOGIN_PAGE, url)
    scene = Scene(validate(made), {"site": "acme"}, NOW)
    found = diagnose(Request("GET", url), answer, scene)
    assert found.trouble == "wrong_tenant"
    assert "Check “Site” (acme)" in found.advice


def test_a_good_health_and_a_page_that_is_refused(server):
    answering(server, "/items", 403, {"x_accepted_oauth_scopes": "read"})
    steps, last = ended(check_of(server.origin, USER))
    assert [s.ok for s in steps][3:] == [True, True, False]
    assert (last.name, last.trouble, last.cause) == (
        "first page",
        "missing_scope",
        "auth",
    )
    assert "read" in last.detail
    assert "403 Forbidden" in last.shown


def test_the_history_is_told_of_what_was_refused_too(server):
    answering(server, "/items", 403)
    check, kept = check_of(server.origin, USER), []
    check.on_exchange = kept.append
    ended(check)
    assert [sent.response.status for sent in kept] == [200, 403]


def test_a_first_page_that_is_no_json_is_a_web_page(server):
    answering(server, "/health", 200, HTML, LOGIN_PAGE)
    answering(server, "/items", 200, HTML, LOGIN_PAGE)
    steps, last = ended(check_of(server.origin))
    assert [s.ok for s in steps][3:] == [None, True, False]
    assert (last.name, last.trouble) == ("first page", "wrong_address")


def test_a_first_page_that_is_not_there_is_the_connectors_path(server):
    answering(server, "/items", 404)
    _, last = ended(check_of(server.origin, USER))
    assert (last.name, last.trouble) == ("first page", "not_found")
    assert "path in the connector" in last.advice


def test_a_rule_of_the_connector_speaks_first(server):
    rules = [{"status": [403], "action": "fail", "message": "Your plan is too small."}]
    made = {**USER, "resilience": {"maxAttempts": 1, "rules": rules}}
    answering(server, "/health", 403)
    _, last = ended(check_of(server.origin, made))
    assert last.detail.startswith("Your plan is too small (The credential is accepted")


def test_a_service_that_wants_a_sign_in_where_there_is_none_says_so(server):
    answering(server, "/health", 401)
    _, last = ended(check_of(server.origin, described({"method": "none"})))
    assert (last.name, last.trouble) == ("auth", "unauthorised")
    assert "the connector has none" in last.detail


NAMES = ("consumerKey", "consumerSecret", "token", "tokenSecret")
SIGNED = described(
    {
        "method": "oauth1",
        "config": {
            "signature": "HMAC-SHA256",
            "credentialFields": [credential(name) for name in NAMES],
        },
    }
)
OFF = [
    (-7 * 60, "7 min behind"),
    (3 * 3600, "3 h ahead of"),
    (90, "90 s ahead of"),
    (-3 * 86400, "3 days behind"),
]


class TestClocks:
    """The service's `Date` beside our clock; what is signed goes by ours."""

    @pytest.mark.parametrize(("seconds", "words"), OFF)
    def test_a_clock_that_is_off_is_the_cause_where_time_is_signed(
        self, server, seconds, words
    ):
        there = NOW - timedelta(seconds=seconds)
        answering(server, "/health", 401, {"date": at(there)})
        secrets = dict.fromkeys(NAMES, SecretStr(SECRET))
        check = check_of(server.origin, SIGNED, clock=FakeClock(NOW), secrets=secrets)
        _, last = ended(check)
        assert (last.name, last.trouble, last.cause) == ("auth", "clock_skew", "auth")
        assert last.detail == f"This computer's clock is {words} the service's."
        assert "does not accept the credential (401)" in last.advice

    def test_a_clock_that_is_off_is_only_mentioned_for_a_plain_key(self, server):
        answering(server, "/health", 401, {"date": at(NOW + timedelta(minutes=7))})
        _, last = ended(check_of(server.origin, clock=FakeClock(NOW)))
        assert last.trouble == "unauthorised"
        assert "7 min behind" in last.advice

    @pytest.mark.parametrize("headers", [
        {"date": at(NOW + timedelta(seconds=59))},
        {"date": "once upon a time"},
        {},
        {"date": at(NOW - timedelta(hours=2)), "age": "7200"},
    ])  # fmt: skip
    def test_a_clock_that_is_near_enough_or_unknown_is_not_mentioned(
        self, server, headers
    ):
        answering(server, "/health", 401, headers)
        _, last = ended(check_of(server.origin, clock=FakeClock(NOW)))
        assert "clock" not in last.advice

    def test_the_words_have_a_unit_that_fits(self):
        assert (
            clock_words(61) == "This computer's clock is 61 s ahead of the service's."
        )
        assert clock_words(-60) == clock_words(None) == ""


SAMPLE = "https://api.example.com/v1"


class TestGuesses:
    """What is perhaps meant by an address, from itself and from the answer."""

    @pytest.mark.parametrize(
        ("base", "rest", "headers", "meant"),
        [
            ("https://h.example/api/v3", "/api/v3/user", {}, "https://h.example"),
            ("https://h.example/rest/api/3/search", "/rest/api/3/myself", {},
             "https://h.example"),
            ("https://h.example//api", "/user", {}, "https://h.example/api"),
            ("https://h.example/browse", "/user", {}, "https://h.example"),
            ("https://h.example", "/user", {"x-github-request-id": "1"},
             "https://h.example/api/v3"),
            ("https://h.example", "/user", {"x-gitlab-meta": "1"},
             "https://h.example/api/v4"),
            ("http://h.example/x", "/user", {"location": "https://h.example/x/user"},
             "https://h.example/x"),
            ("https://h.example", "/user", {"location": "https://new.example/user"},
             "https://new.example"),
            ("https://h.example", "/user", {"location": "https://h.example/login"}, ""),
            ("https://h.example/ok", "/user", {}, ""),
        ],
    )  # fmt: skip
    def test_an_address_and_an_answer_suggest_another(self, base, rest, headers, meant):
        given = Given(_url_field(), base, rest)
        assert guess(given, _answer(base + rest, headers)) == meant

    @pytest.mark.parametrize(
        ("base", "meant"),
        [
            ("https://own.example", "https://own.example/v1"),
            ("https://example.com/v1", SAMPLE),
            ("https://www.example.com/v1", SAMPLE),
            (SAMPLE, ""),
        ],
    )
    def test_the_example_of_the_field_tells_what_is_missing(self, base, meant):
        given = Given(_url_field(placeholder=SAMPLE), base, "/user")
        assert guess(given, _answer(f"{base}/user", {})) == meant


def _url_field(**more) -> InputField:
    told = {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
    return InputField.model_validate({**told, **more})


def _answer(url, headers) -> Response:
    status = 302 if "location" in headers else 404
    return Response(status, tuple(headers.items()), b"{}", url)


class TestSecrets:
    """Whatever a service repeats, no secret is in a line or an exchange."""

    @pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 500])
    def test_nothing_secret_is_told(self, server, status):
        echo = json.dumps({"message": f"no {SECRET}", "access_token": "fresh-one"})
        headers = {
            "set_cookie": "session=very-secret-cookie",
            "location": "https://a.example/x?access_token=of-the-redirect",
            "x_echo": SECRET,
            "www_authenticate": 'Bearer error_description="bad access_token=in-words"',
        }
        answering(server, "/health", status, headers, echo.encode())
        answering(server, "/items", status, headers, echo.encode())
        steps, _ = ended(check_of(server.origin, described(BEARER)))
        told = "\n".join(
            f"{json.dumps(step.wire(), ensure_ascii=False)}\n{step.shown}\n{step!r}"
            for step in steps
        )
        for secret in (SECRET, json.dumps(SECRET)[1:-1], "fresh-one", "very-secret",
                       "of-the-redirect", "in-words"):  # fmt: skip
            assert secret not in told

"""What the pages of the authorization server may and may not do."""

import re
from html import escape

import pytest
from tests.sandbox.flows import PUBLIC, Flow

from ferrule.sandbox.authority import pages
from ferrule.sandbox.authority.pages import Question

MARKUP = '"><script>alert(1)</script>'
PAGES = {
    "consent": pages.consent(Question("A client", ("issues:read",), "http://[::1]:1/")),
    "device": pages.consent(Question("A client", (), device="ABCD-EFGH")),
    "code": pages.ask_code(),
    "wrong code": pages.ask_code("No such code"),
    "message": pages.message("Done", "All is well", pin="123"),
}


@pytest.mark.parametrize("answer", PAGES.values(), ids=PAGES)
def test_a_page_loads_nothing_and_runs_nothing(answer):
    html = answer.body.decode()
    for forbidden in ("<script", "<img", "<link", "<iframe", "src=", "url(", "@import"):
        assert forbidden not in html
    assert not re.search(r"https?://", html)
    policy = dict(answer.headers)["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert dict(answer.headers)["cache-control"] == "no-store"


@pytest.mark.parametrize("answer", PAGES.values(), ids=PAGES)
def test_a_page_follows_the_light_and_is_one_document(answer):
    html = answer.body.decode()
    assert "prefers-color-scheme: dark" in html
    assert html.count("<html") == html.count("</html>") == 1
    assert '<meta name="viewport"' in html
    assert re.search(r"<title>[^<]+</title>", html)


@pytest.mark.parametrize(
    "answer",
    [
        pages.consent(Question(MARKUP, (MARKUP,), f"http://a/{MARKUP}", [MARKUP])),
        pages.consent(Question("a", (), device=MARKUP)),
        pages.ask_code(MARKUP),
        pages.message(MARKUP, MARKUP, pin=MARKUP),
    ],
)
def test_every_value_is_escaped(answer):
    assert b"<script" not in answer.body
    assert escape(MARKUP).encode() in answer.body


def test_a_form_may_lead_to_itself_and_to_the_client_alone(caller):
    policy = dict(caller.get(Flow(caller).address()).headers)["content-security-policy"]
    assert policy.endswith("form-action 'self' http://127.0.0.1:45678")
    code = dict(pages.ask_code().headers)["content-security-policy"]
    assert code.endswith("form-action 'self'")


def test_an_ipv6_address_cannot_stand_in_a_policy():
    policy = dict(PAGES["consent"].headers)["content-security-policy"]
    assert "form-action" not in policy


def test_the_consent_page_names_client_person_scopes_and_where_it_leads(caller):
    page = caller.get(Flow(caller).address()).body.decode()
    for text in ("Ferrule demo", "sample", "issues:read", "profile", "127.0.0.1:45678"):
        assert text in page
    assert "comments:read" not in page
    assert page.count('type="checkbox"') == 2
    assert 'value="approve"' in page
    assert 'value="deny"' in page


def test_a_client_without_a_secret_is_told_apart(caller):
    page = caller.get(Flow(caller, dict(PUBLIC)).address()).body
    assert b"without a secret" in page


def test_a_device_page_shows_the_code_to_compare():
    assert b"ABCD-EFGH" in PAGES["device"].body

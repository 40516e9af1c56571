"""The authorization server: consent, codes, tokens, and who they let in."""

import pytest
from tests.sandbox.conftest import ORIGIN
from tests.sandbox.flows import (
    PUBLIC,
    VERIFIER,
    Flow,
    led,
)


@pytest.fixture
def flow(caller) -> Flow:
    return Flow(caller)


def seen(flow: Flow, what: str) -> int:
    return flow.caller.api.authority.ledger.seen[what]


# The code grant.


def test_a_code_comes_back_with_state_and_issuer_and_brings_a_token(flow):
    back = flow.approved()
    assert (back["state"], back["iss"]) == ("s-1", ORIGIN)
    status, token = flow.exchanged(back["code"])
    assert status == 200
    assert token["token_type"] == "Bearer"
    assert (token["expires_in"], token["scope"]) == (3600, "issues:read profile")
    assert flow.opens(token["access_token"]) == 200


def test_a_public_client_needs_no_secret(caller):
    flow = Flow(caller, dict(PUBLIC))
    assert flow.opens(flow.signed_in()["access_token"]) == 200


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"code_challenge_method": "plain"}, "S256"),
        ({"code_challenge_method": None}, "S256"),
        ({"code_challenge": "short"}, "code_challenge"),
        ({"scope": "issues:read everything"}, "scope"),
        ({"response_type": "token"}, "token"),
    ],
)
def test_a_wrong_request_is_told_to_the_client(flow, changes, why):
    back = led(flow.caller.get(flow.address(**changes)))
    assert "code" not in back
    assert why in back["error_description"] + back["error"]
    assert (back["state"], back["iss"]) == ("s-1", ORIGIN)


def test_a_public_client_without_a_challenge_is_refused(caller):
    flow = Flow(caller, dict(PUBLIC))
    none = {"code_challenge": None, "code_challenge_method": None}
    assert "PKCE" in led(caller.get(flow.address(**none)))["error_description"]
    assert "error" not in led(Flow(caller).decide(Flow(caller).address(**none)))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/oauth/callback",
        "http://127.0.0.1:1/oauth/callback",
        "http://127.0.0.1:65535/oauth/callback",
        "http://localhost:8080/oauth/callback",
        "http://[::1]:8080/oauth/callback",
        "https://ferrule.example/oauth/callback",
    ],
)
def test_a_registered_address_with_any_loopback_port_is_taken(flow, address):
    assert flow.caller.get(flow.address(redirect_uri=address)).status == 200


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:4567/other",
        "http://127.0.0.1:4567/oauth/callback/",
        "http://127.0.0.1:4567/oauth/callback?x=1",
        "http://127.0.0.1:4567/oauth/callback#x",
        "http://127.0.0.1:4567@evil.example/oauth/callback",
        "http://127.0.0.1.evil.example:4567/oauth/callback",
        "http://127.0.0.2:4567/oauth/callback",
        "https://127.0.0.1:4567/oauth/callback",
        "HTTP://127.0.0.1:4567/oauth/callback",
        "https://ferrule.example:8443/oauth/callback",
        "http://127.0.0.1:/oauth/callback",
        "http://127.0.0.1:\u0661/oauth/callback",
        'http://evil.example/"quoted"',
        None,
    ],
)
def test_any_other_address_is_told_to_the_person_alone(flow, address):
    answer = flow.caller.get(flow.address(redirect_uri=address))
    assert answer.status == 400
    assert answer.body.startswith(b"<!DOCTYPE html>")
    assert "location" not in dict(answer.headers)


def test_an_unknown_client_is_told_to_the_person_alone(flow):
    assert flow.caller.get(flow.address(client_id="nobody")).status == 400


def test_a_parameter_that_comes_twice_is_refused(flow):
    address = flow.address() + "&state=another"
    assert flow.caller.get(address).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:45679/oauth/callback"},
        {"code_verifier": VERIFIER[::-1]},
        {"code_verifier": ""},
        {"client_id": "ferrule-public", "client_secret": ""},
        {"client_secret": "wrong"},
        {"code": "another"},
    ],
)
def test_a_code_is_good_only_for_whom_and_what_it_was_made(flow, changes):
    code = flow.approved()["code"]
    status, told = flow.exchanged(**{"code": code, **changes})
    assert status in {400, 401}
    assert told["error"] in {"invalid_grant", "invalid_request", "invalid_client"}
    assert flow.exchanged(code)[0] == 200


def test_a_verifier_without_a_challenge_is_refused(flow):
    none = {"code_challenge": None, "code_challenge_method": None}
    code = flow.approved(**none)["code"]
    assert flow.exchanged(code)[1]["error"] == "invalid_request"


def test_a_code_that_comes_again_ends_what_came_of_it(flow):
    code = flow.approved()["code"]
    _, token = flow.exchanged(code)
    assert flow.exchanged(code)[1]["error"] == "invalid_grant"
    assert flow.opens(token["access_token"]) == 401
    assert seen(flow, "reuse") == 1


def test_a_code_is_over_after_a_minute(flow):
    code = flow.approved()["code"]
    flow.caller.clock.seconds += 61
    assert flow.exchanged(code)[1]["error"] == "invalid_grant"


# Consent.


def test_a_person_may_leave_scopes_out(flow):
    back = led(flow.decide(flow.address(), scope="profile"))
    _, token = flow.exchanged(back["code"])
    assert token["scope"] == "profile"
    assert flow.opens(token["access_token"]) == 200
    assert flow.opens(token["access_token"], "/link/issues") == 403


def test_a_scope_that_was_not_asked_for_cannot_be_ticked(flow):
    back = led(flow.decide(flow.address(), scope=["profile", "comments:read"]))
    assert flow.exchanged(back["code"])[1]["scope"] == "profile"


@pytest.mark.parametrize(
    "form", [{"decision": "deny"}, {"scope": []}, {"scope": "comments:read"}]
)
def test_denying_is_told_to_the_client(flow, form):
    back = led(flow.decide(flow.address(), **form))
    assert (back["error"], back["state"]) == ("access_denied", "s-1")
    assert back["iss"] == ORIGIN


def test_who_asks_for_no_scope_is_offered_all(flow):
    page = flow.caller.get(flow.address(scope=None)).body.decode()
    for scope in ("issues:read", "comments:read", "profile"):
        assert f'value="{scope}" checked' in page


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_a_form_on_another_page_cannot_approve(flow, headers):
    answer = flow.post(flow.address(), {"decision": "approve"}, **headers)
    assert answer.status == 403

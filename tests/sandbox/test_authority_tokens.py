"""Tokens of the authorization server: renewed, given back, and whom they let in."""

import json

import pytest
from tests.sandbox.conftest import ORIGIN
from tests.sandbox.flows import (
    DEMO,
    FORM,
    PUBLIC,
    Flow,
    basic,
)

from ferrule.sandbox.answer import Asked


@pytest.fixture
def flow(caller) -> Flow:
    return Flow(caller)


def seen(flow: Flow, what: str) -> int:
    return flow.caller.api.authority.ledger.seen[what]


# Tokens.


def test_refreshing_brings_both_tokens_anew_and_keeps_the_scope(flow):
    token = flow.signed_in()
    status, fresh = flow.refreshed(token["refresh_token"])
    assert status == 200
    assert fresh["scope"] == token["scope"]
    assert fresh["access_token"] != token["access_token"]
    assert fresh["refresh_token"] != token["refresh_token"]
    assert flow.opens(fresh["access_token"]) == 200


def test_a_refresh_token_that_comes_again_ends_the_whole_family(flow):
    token = flow.signed_in()
    _, fresh = flow.refreshed(token["refresh_token"])
    assert flow.refreshed(token["refresh_token"]) == (400, {"error": "invalid_grant"})
    assert seen(flow, "reuse") == 1
    assert flow.opens(fresh["access_token"]) == 401
    assert flow.refreshed(fresh["refresh_token"])[0] == 400
    assert seen(flow, "reuse") == 1
    other = flow.signed_in()
    assert flow.opens(other["access_token"]) == 200


def test_a_refresh_may_narrow_the_scope_and_not_widen_it(flow):
    token = flow.signed_in()
    refresh = token["refresh_token"]
    assert flow.refreshed(refresh, scope="comments:read")[0] == 400
    assert flow.refreshed(refresh, scope="profile")[1]["scope"] == "profile"


def test_another_client_cannot_refresh(flow):
    token = flow.signed_in()
    other = Flow(flow.caller, dict(PUBLIC))
    assert other.refreshed(token["refresh_token"])[1]["error"] == "invalid_grant"
    assert flow.refreshed(token["refresh_token"])[0] == 200


def test_an_access_token_is_over_after_its_lifetime(flow):
    flow.caller.control(authority={"lifetime": 30})
    token = flow.signed_in()
    assert token["expires_in"] == 30
    flow.caller.clock.seconds += 29
    assert flow.opens(token["access_token"]) == 200
    flow.caller.clock.seconds += 1
    assert flow.opens(token["access_token"]) == 401
    assert flow.refreshed(token["refresh_token"])[0] == 200


def test_a_client_has_a_token_of_its_own(flow):
    status, token = flow.token(grant_type="client_credentials", scope="profile")
    assert status == 200
    assert "refresh_token" not in token
    headers = {"authorization": f"bearer {token['access_token']}"}
    answer = flow.caller.get("/secure/user", **headers)
    assert json.loads(answer.body)["login"] == "ferrule-demo"


def test_a_public_client_has_no_token_of_its_own(caller):
    status, told = Flow(caller, dict(PUBLIC)).token(grant_type="client_credentials")
    assert (status, told["error"]) == (401, "invalid_client")


def test_a_client_may_sign_in_by_basic(flow):
    form = {"grant_type": "client_credentials"}
    good = basic("ferrule-demo", "demo-secret")
    assert flow.post("/oauth/token", form, authorization=good).status == 200
    bad = flow.post("/oauth/token", form, authorization=basic("ferrule-demo", "x"))
    assert bad.status == 401
    assert "Basic" in dict(bad.headers)["www-authenticate"]


@pytest.mark.parametrize(
    "header", ["Basic", "Basic ", "Basic /w==", "Basic x", "Nobody "]
)
def test_a_malformed_header_is_no_sign_in(flow, header):
    form = {"grant_type": "client_credentials"}
    answer = flow.post("/oauth/token", form, authorization=header)
    assert answer.status == 401
    assert json.loads(answer.body)["error"] == "invalid_client"


def test_the_token_endpoint_takes_json_too(flow):
    ask = {"grant_type": "client_credentials", **DEMO}
    kind = {"content-type": "application/json"}
    assert flow.caller.ask("POST", "/oauth/token", ask, kind).status == 200
    assert flow.caller.ask("POST", "/oauth/token", ["no"], kind).status == 400


@pytest.mark.parametrize("grant", ["", "password", "implicit"])
def test_another_grant_is_refused(flow, grant):
    status, told = flow.token(grant_type=grant)
    assert (status, told["error"]) == (400, "unsupported_grant_type")


def test_tokens_are_not_to_be_stored_by_anybody_between(flow):
    answer = flow.post("/oauth/token", {**DEMO, "grant_type": "client_credentials"})
    assert dict(answer.headers)["cache-control"] == "no-store"


# Revocation.


def revoke(flow: Flow, token: str, **client: str) -> int:
    form = {**(client or flow.client), "token": token}
    return flow.post("/oauth/revoke", form).status


def test_an_access_token_is_given_back_alone(flow):
    token = flow.signed_in()
    assert revoke(flow, token["access_token"]) == 200
    assert flow.opens(token["access_token"]) == 401
    assert flow.refreshed(token["refresh_token"])[0] == 200


def test_a_refresh_token_takes_the_access_token_along(flow):
    token = flow.signed_in()
    assert revoke(flow, token["refresh_token"]) == 200
    assert flow.opens(token["access_token"]) == 401
    assert flow.refreshed(token["refresh_token"])[0] == 400


def test_an_unknown_token_is_given_back_without_a_word(flow):
    assert revoke(flow, "nobody's") == 200


def test_only_its_client_gives_a_token_back(flow):
    token = flow.signed_in()
    assert revoke(flow, token["refresh_token"], **PUBLIC) == 400
    assert revoke(flow, token["refresh_token"], client_id="ferrule-demo") == 401
    assert flow.opens(token["access_token"]) == 200


# The door.


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer nobody", "Basic YTpi", "bearer sample-token"],
)
def test_without_a_token_nobody_comes_in(flow, header):
    answer = flow.caller.get("/secure/link/issues", authorization=header)
    assert answer.status == 401
    assert "Bearer" in dict(answer.headers)["www-authenticate"]


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/link/issues", "issues:read"),
        ("/repos/sample/workshop/issues/comments", "comments:read"),
        ("/user", "profile"),
    ],
)
def test_each_place_needs_its_scope(flow, path, scope):
    every = ["issues:read", "comments:read", "profile"]
    mine = flow.signed_in(scope=scope)["access_token"]
    other = " ".join(one for one in every if one != scope)
    others = flow.signed_in(scope=other)["access_token"]
    assert (flow.opens(mine, path), flow.opens(others, path)) == (200, 403)
    assert flow.opens(mine, "/repos/sample/workshop") == 200


def test_pages_of_the_protected_list_lead_to_the_protected_list(flow):
    access = flow.signed_in()["access_token"]
    headers = {"authorization": f"Bearer {access}"}
    answer = flow.caller.get("/secure/link/issues?per_page=10", **headers)
    link = dict(answer.headers)["link"]
    assert f"<{ORIGIN}/secure/link/issues?" in link
    assert access not in link


def test_the_protected_prefix_combines_with_the_others(flow):
    access = flow.signed_in()["access_token"]
    assert flow.opens(access, "/faults/missing/link/issues") == 404
    assert flow.opens(access, "/limited/cursor/issues") == 200


# Metadata, the index and the control endpoint.


def test_the_metadata_name_every_endpoint(flow):
    found = flow.caller.json("/.well-known/oauth-authorization-server")
    assert found["issuer"] == ORIGIN
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    for name in ("authorization", "token", "device_authorization", "revocation"):
        assert found[f"{name}_endpoint"].startswith(f"{ORIGIN}/oauth/")


def test_the_index_tells_how_to_sign_in(flow):
    told = flow.caller.get("/").body.decode()
    for text in ("ferrule-demo", "demo-secret", "/oauth1/request_token", "wrong_iss"):
        assert text in told


def test_the_control_endpoint_expires_and_revokes(flow):
    token = flow.signed_in()
    flow.caller.control(authority={"expire": True})
    assert flow.opens(token["access_token"]) == 401
    _, fresh = flow.refreshed(token["refresh_token"])
    told = flow.caller.control(authority={"revoke": True})
    assert flow.opens(fresh["access_token"]) == 401
    assert flow.refreshed(fresh["refresh_token"])[0] == 400
    assert told["authority"]["valid"] == 0
    assert told["authority"]["seen"]["token"] == 2


def test_the_control_endpoint_registers_addresses(flow):
    other = "http://127.0.0.1:99/elsewhere"
    assert flow.caller.get(flow.address(redirect_uri=other)).status == 400
    flow.caller.control(authority={"redirects": ["http://127.0.0.1/elsewhere"]})
    assert flow.caller.get(flow.address(redirect_uri=other)).status == 200


def test_a_reset_ends_misbehaviour_and_keeps_tokens(flow):
    token = flow.signed_in()
    flow.caller.control(authority={"misbehave": ["html"], "lifetime": 5})
    told = flow.caller.control(reset=True)
    assert told["authority"]["misbehave"] == []
    assert flow.opens(token["access_token"]) == 200
    assert flow.signed_in()["expires_in"] == 3600


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/oauth/token", "GET"),
        ("/oauth/revoke", "GET"),
        ("/oauth/device", "GET"),
        ("/oauth/authorize", "PUT"),
        ("/.well-known/oauth-authorization-server", "POST"),
        ("/oauth1/request_token", "GET"),
    ],
)
def test_another_method_is_told_the_right_ones(caller, path, method):
    answer = caller.ask(method, path)
    assert answer.status == 405
    assert dict(answer.headers)["allow"]


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/device", "/oauth/revoke"])
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a=%ff"])
def test_bytes_that_are_no_form_are_refused(caller, path, body):
    answer = caller.api.answer(Asked("POST", path, {}, FORM, body, ORIGIN))
    assert answer.status in {400, 401}
    assert "error" in json.loads(answer.body)

"""Tokens outlive the sandbox: one that is started anew on its port knows them again."""

import pytest
from tests.sandbox.conftest import Caller, StillClock
from tests.sandbox.flows import Flow
from tests.sandbox.test_authority_signed import READY, Signer

from ferrule.sandbox.api import Api
from ferrule.sandbox.authority.seal import Claims, Seal
from ferrule.sandbox.tracker import Tracker

CLAIMS = Claims("ferrule-demo", "sample", "profile", 1_000)


def started() -> Caller:
    clock = StillClock()
    return Caller(Api(Tracker(10), clock=clock), clock)


def test_both_tokens_work_after_a_start():
    token = Flow(started()).signed_in(scope="profile")
    flow = Flow(started())
    assert flow.opens(token["access_token"]) == 200
    assert flow.opens(token["access_token"], "/link/issues") == 403
    status, fresh = flow.refreshed(token["refresh_token"])
    assert (status, fresh["scope"]) == (200, "profile")
    assert flow.refreshed(token["refresh_token"])[0] == 400
    assert flow.opens(fresh["access_token"]) == 401


def test_a_refresh_token_is_of_the_client_that_got_it():
    token = Flow(started()).signed_in()
    other = Flow(started(), {"client_id": "ferrule-public"})
    assert other.refreshed(token["refresh_token"])[0] == 400


def test_an_access_token_is_over_when_it_said():
    token = Flow(started()).signed_in()
    flow = Flow(started())
    flow.caller.clock.seconds = 3_601
    assert flow.opens(token["access_token"]) == 401
    assert flow.refreshed(token["refresh_token"])[0] == 200


def test_a_token_of_an_earlier_start_can_be_given_back():
    token = Flow(started()).signed_in()
    flow = Flow(started())
    for text in (token["access_token"], token["refresh_token"]):
        assert flow.post("/oauth/revoke", {**flow.client, "token": text}).status == 200
    assert flow.opens(token["access_token"]) == 401
    assert flow.refreshed(token["refresh_token"])[0] == 400


@pytest.mark.parametrize(
    ("order", "opens", "refreshes"), [("expire", 401, 200), ("revoke", 401, 400)]
)
def test_an_order_counts_for_tokens_of_an_earlier_start(order, opens, refreshes):
    token = Flow(started()).signed_in()
    flow = Flow(started())
    flow.caller.control(authority={order: True})
    assert flow.opens(token["access_token"]) == opens
    assert flow.refreshed(token["refresh_token"])[0] == refreshes


def test_a_signed_token_works_after_a_start():
    token = Signer(started()).signed_in()
    signer = Signer(started())
    assert signer.ask("GET", "/secure/user", token).status == 200
    wrong = (token[0], token[1] + "x")
    assert signer.ask("GET", "/secure/user", wrong).status == 401
    signer.caller.control(authority={"revoke": True})
    assert signer.ask("GET", "/secure/user", token).status == 401
    assert signer.ask("GET", "/secure/user", READY).status == 200


def test_a_token_is_known_where_it_was_made_and_for_what():
    here, there = Seal("http://127.0.0.1:1"), Seal("http://127.0.0.1:2")
    token = here.made("at", CLAIMS)
    assert here.read("at", token) == CLAIMS
    assert here.read("rt", token) is None
    assert there.read("at", token) is None
    assert here.made("at", CLAIMS) != token
    assert here.secret_of(token) != there.secret_of(token)


@pytest.mark.parametrize(
    "text", ["", ".", "at-", "at-.", "at-x.y", "é.é", "at-e30.", "rt-" * 50]
)
def test_another_text_is_no_token(text):
    seal = Seal("http://127.0.0.1:1")
    assert seal.read("at", text) is None
    body, _, mac = seal.made("at", CLAIMS).rpartition(".")
    assert seal.read("at", f"{body}x.{mac}") is None
    assert seal.read("at", f"{body}.{mac}x") is None

"""The device flow (RFC 8628): codes, polling, and the page where a person says yes."""

import json

import pytest
from tests.sandbox.conftest import ORIGIN
from tests.sandbox.flows import DEVICE, PUBLIC, Flow


@pytest.fixture
def flow(caller) -> Flow:
    return Flow(caller)


def begun(flow: Flow, **form: str):
    answer = flow.post("/oauth/device", {**flow.client, **form})
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def polled(flow: Flow, codes) -> tuple[int, str]:
    form = {"grant_type": DEVICE, "device_code": codes["device_code"]}
    status, told = flow.token(**form)
    return status, told.get("error", "")


def verify(codes) -> str:
    return codes["verification_uri_complete"].removeprefix(ORIGIN)


@pytest.mark.parametrize("client", [{}, PUBLIC])
def test_a_device_gets_codes_and_where_to_type_them(caller, client):
    codes = begun(Flow(caller, {**(client or Flow(caller).client)}))
    assert codes["verification_uri"] == f"{ORIGIN}/oauth/device/verify"
    assert codes["user_code"] in codes["verification_uri_complete"]
    assert (codes["interval"], codes["expires_in"]) == (5, 600)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": "nobody", "client_secret": ""}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"scope": "everything"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_gets_none(flow, form, error):
    answer = flow.post("/oauth/device", {**flow.client, **form})
    assert answer.status in {400, 401}
    assert error.encode() in answer.body


def test_polling_waits_for_the_person(flow):
    codes = begun(flow, scope="issues:read profile")
    assert polled(flow, codes) == (400, "authorization_pending")
    answer = flow.decide(verify(codes))
    assert b"Device connected" in answer.body
    form = {"grant_type": DEVICE, "device_code": codes["device_code"]}
    status, token = flow.token(**form)
    assert status == 200
    assert token["scope"] == "issues:read profile"
    assert flow.opens(token["access_token"]) == 200
    assert flow.refreshed(token["refresh_token"])[0] == 200
    assert polled(flow, codes)[0] == 400


def test_polling_too_often_is_told_and_makes_the_interval_longer(flow):
    codes, clock = begun(flow), flow.caller.clock
    assert polled(flow, codes)[1] == "authorization_pending"
    clock.seconds += 4
    assert polled(flow, codes)[1] == "slow_down"
    clock.seconds += 6
    assert polled(flow, codes)[1] == "slow_down"
    clock.seconds += 15
    assert polled(flow, codes)[1] == "authorization_pending"


def test_denying_is_told_to_the_device(flow):
    codes = begun(flow)
    assert b"not connected" in flow.decide(verify(codes), "deny").body
    assert polled(flow, codes) == (400, "access_denied")


def test_a_person_may_leave_scopes_out(flow):
    codes = begun(flow)
    flow.decide(verify(codes), scope="profile")
    form = {"grant_type": DEVICE, "device_code": codes["device_code"]}
    assert flow.token(**form)[1]["scope"] == "profile"


def test_the_codes_are_over_after_ten_minutes(flow):
    codes = begun(flow)
    flow.caller.clock.seconds += 600
    assert polled(flow, codes) == (400, "expired_token")
    assert flow.caller.get(verify(codes)).status == 400


def test_another_client_cannot_poll(flow):
    codes = begun(flow)
    other = Flow(flow.caller, dict(PUBLIC))
    assert polled(other, codes) == (400, "unauthorized_client")


def test_the_page_asks_for_the_code_and_takes_it_in_any_writing(flow):
    codes = begun(flow)
    page = flow.caller.get("/oauth/device/verify")
    assert page.status == 200
    assert b'name="user_code"' in page.body
    typed = codes["user_code"].replace("-", "").lower()
    shown = flow.caller.get(f"/oauth/device/verify?user_code={typed}")
    assert codes["user_code"].encode() in shown.body


@pytest.mark.parametrize("code", ["AAAA-AAAA", "-", "%3Cscript%3E"])
def test_a_wrong_code_is_told_on_the_page(flow, code):
    answer = flow.caller.get(f"/oauth/device/verify?user_code={code}")
    assert answer.status == 400
    assert b"No device waits" in answer.body
    assert b"<script>" not in answer.body


def test_a_code_is_decided_once(flow):
    codes = begun(flow)
    flow.decide(verify(codes), "deny")
    assert flow.caller.get(verify(codes)).status == 400
    assert flow.post(verify(codes), {"decision": "approve"}).status == 400

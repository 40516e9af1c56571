"""The authorization server over HTTP, as its clients and their tests meet it."""

import json
import threading
from urllib.parse import urlencode

import pytest
from tests.sandbox.flows import PKCE, VERIFIER
from tests.support.authority import (
    CLIENT_ID,
    AuthorityServer,
    authority,
    parameters,
    visit,
)
from tests.support.clock import FakeClock

BACK = "http://127.0.0.1:9/oauth/callback"


@pytest.fixture(scope="module")
def service() -> AuthorityServer:
    with authority() as running:
        yield running


def address(service: AuthorityServer, *misbehave: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "state": "s",
        **PKCE,
    }
    base = service.address("/oauth/authorize", *misbehave)
    return f"{base}{'&' if misbehave else '?'}{urlencode(asked)}"


def signed_in(service: AuthorityServer):
    code = parameters(service.approve(address(service)))["code"]
    form = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    status, token = service.token(grant_type="authorization_code", **form)
    assert status == 200
    return token


def test_a_whole_sign_in_is_counted(service):
    before = service.token_requests, service.refreshes
    token = signed_in(service)
    assert service.accepts(token["access_token"])
    assert {token["access_token"], token["refresh_token"]} <= set(service.issued)
    refresh = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    assert service.token(**refresh)[0] == 200
    assert service.token(**refresh)[0] == 400
    assert service.token_requests - before[0] == 3
    assert service.refreshes - before[1] == 2
    assert service.reuse_errors == 1
    assert service.tokens[-1].family.revoked


def test_denying_and_narrowing_go_over_http(service):
    assert parameters(service.deny(address(service)))["error"] == "access_denied"
    code = parameters(service.approve(address(service), "profile"))["code"]
    form = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    token = service.token(grant_type="authorization_code", **form)[1]
    assert token["scope"] == "profile"


def test_a_misbehaving_address_and_a_misbehaving_service(service):
    assert "iss" not in parameters(service.approve(address(service, "no_iss")))
    service.misbehave("wrong_iss")
    assert parameters(service.approve(address(service)))["iss"] != service.url
    service.misbehave()
    assert parameters(service.approve(address(service)))["iss"] == service.url


def test_the_issuer_is_where_it_listens(service):
    path = "/.well-known/oauth-authorization-server"
    assert json.loads(service.ask("GET", path)[2])["issuer"] == service.url


def test_tokens_expire_when_the_given_clock_moves():
    clock = FakeClock()
    with authority(clock=clock, lifetime=60) as service:
        access = signed_in(service)["access_token"]
        assert service.accepts(access)
        clock.advance(61)
        assert not service.accepts(access)


def test_a_thread_that_refreshes_twice_at_once_is_found_out():
    with authority() as service:
        refresh = signed_in(service)["refresh_token"]
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.append(service.token(**form)[0]))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert sorted(found) == [200, 400, 400, 400]
        assert service.reuse_errors == 1


def test_a_device_is_approved_by_its_code(service):
    _, codes = service.token("/oauth/device")
    service.approve_device(codes["user_code"])
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    form = {"grant_type": grant, "device_code": codes["device_code"]}
    assert service.token(**form)[0] == 200
    _, codes = service.token("/oauth/device")
    service.deny_device(codes["user_code"])
    form["device_code"] = codes["device_code"]
    assert service.token(**form)[1]["error"] == "access_denied"


def test_nobody_listens_there_and_that_is_no_error():
    assert visit(f"{BACK}?code=x") == 0


def test_the_sandbox_knows_nothing_of_authlib_until_it_is_asked(caller):
    assert "authority" not in caller.control(reset=True)
    caller.get("/health")
    assert "authority" not in caller.control()
    caller.get("/oauth/token")
    assert caller.control()["authority"]["misbehave"] == []

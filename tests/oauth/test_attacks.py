"""Attacks on a sign-in in the browser, each tried: what guards an attempt.

State, PKCE and issuer (RFC 6749 section 10, RFC 7636, RFC 9207, RFC 9700).
"""

import pytest
from tests.oauth.parties import (
    call,
    callback,
    connector,
    follow,
    names,
    oauth2,
    parameters,
    sign_in,
    still_signs_in,
)
from tests.support.authority import authority
from tests.support.clock import FakeClock

from ferrule.auth.oauth2 import asking
from ferrule.errors import DescriptorError, DescriptorInvalid
from ferrule.oauth.attempt import Attempt, Expected, Foreign, Granted
from ferrule.oauth.callback import Callback

# --- state


def test_attack_a_wrong_state_is_turned_away(service):
    answer = still_signs_in(service, lambda s: call(callback(s.url, state="guessed")))
    assert answer[0] == 400


def test_attack_answers_that_are_ignored_are_counted(service):
    def opened(step):
        for _ in range(3):
            call(callback(step.url, state="guessed"))
        service.approve(step.url)

    steps = follow(sign_in(service.url), opened=opened)
    assert [step.count for step in steps if step.name == "ignored"] == [3]
    assert names(steps)[-1] == "signed_in"


def test_attack_an_absent_state_is_turned_away(service):
    answer = still_signs_in(service, lambda s: call(callback(s.url, state=None)))
    assert answer[0] == 400


def test_attack_an_empty_state_is_turned_away(service):
    answer = still_signs_in(service, lambda s: call(callback(s.url, state="")))
    assert answer[0] == 400


def test_attack_a_state_is_taken_once():
    attempt = Attempt("one", Expected(), "http://127.0.0.1:1/oauth/callback")
    found = Callback({"code": "first", "state": attempt.state})
    assert isinstance(attempt.judge(found), Granted)
    again = Callback({"code": "second", "state": attempt.state})
    assert isinstance(attempt.judge(again), Foreign)


def test_attack_a_reused_state_brings_no_second_exchange(service):
    kept = {}

    def opened(step):
        kept["url"] = callback(step.url)
        service.approve(step.url)

    signing = sign_in(service.url)
    steps = follow(signing, opened=opened, received=lambda _s: call(kept["url"]))
    assert names(steps)[-1] == "signed_in"
    assert service.token_requests == 1
    assert call(kept["url"])[0] == 0


def test_attack_the_state_of_another_connectors_attempt_is_turned_away(service):
    other = sign_in(service.url)
    steps = other.steps()
    foreign = parameters(next(s for s in steps if s.name == "opened").url)["state"]
    answer = still_signs_in(service, lambda s: call(callback(s.url, state=foreign)))
    steps.close()
    assert answer[0] == 400


def test_attack_a_state_has_256_bits_and_fits_one_attempt():
    address = "http://127.0.0.1:1/oauth/callback"
    states = {Attempt("one", Expected(), address).state for _ in range(9)}
    assert len(states) == 9
    assert {len(state) for state in states} == {43}


# --- code injection


def test_attack_a_code_of_another_session_fails_at_the_service_by_pkce(service):
    attacker = sign_in(service.url).steps()
    opened = next(step for step in attacker if step.name == "opened")
    stolen = parameters(service.approve(opened.url, follow=False))["code"]
    attacker.close()
    signing = sign_in(service.url)
    forged = {"code": stolen, "iss": service.url}
    steps = follow(signing, opened=lambda s: call(callback(s.url, **forged)))
    assert names(steps)[-1] == "failed"
    assert signing.tokens is None
    assert service.tokens == []


def test_attack_a_code_twice_is_taken_neither_way(service):
    service.misbehave("code_twice")
    clock = FakeClock()
    signing = sign_in(service.url, clock=clock)

    def opened(step):
        service.approve(step.url)

    steps = follow(signing, opened=opened, waiting=lambda _s: clock.advance(301))
    assert names(steps)[-1] == "failed"
    assert service.token_requests == 0


# --- mix-up


def test_attack_the_issuer_of_another_server_ends_the_sign_in(service):
    service.misbehave("wrong_iss")
    steps = follow(sign_in(service.url), opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert "another issuer" in steps[-1].detail
    assert service.token_requests == 0


def test_attack_server_b_answers_on_the_path_of_server_a(service):
    with authority() as other:
        forged = {"iss": other.url}
        signing = sign_in(service.url)
        steps = follow(signing, opened=lambda s: call(callback(s.url, **forged)))
        assert names(steps)[-1] == "failed"
        assert service.token_requests == other.token_requests == 0


def test_attack_an_issuer_that_is_promised_and_absent_ends_the_sign_in(service):
    service.misbehave("no_iss")
    steps = follow(sign_in(service.url), opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert "does not say who it is" in steps[-1].detail
    assert service.token_requests == 0


def test_attack_without_metadata_an_issuer_elsewhere_ends_the_sign_in(service):
    service.misbehave("no_metadata", "wrong_iss")
    steps = follow(sign_in(service.url), opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert service.token_requests == 0


def test_attack_metadata_of_another_issuer_end_a_sign_in_that_declares_one(service):
    service.misbehave("wrong_issuer")
    signing = sign_in(service.url, oauth2(issuer="{{baseUrl}}"))
    steps = follow(signing)
    assert names(steps) == ["listening", "failed"]
    assert "another issuer" in steps[-1].detail


def test_attack_metadata_of_another_issuer_are_none_where_it_was_guessed(service):
    service.misbehave("wrong_issuer")
    steps = follow(sign_in(service.url), opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "signed_in"


# --- PKCE


@pytest.mark.parametrize("metadata", ["plain_only", "no_pkce"])
def test_attack_metadata_that_offer_less_than_s256_get_s256(service, metadata):
    service.misbehave(metadata)
    steps = follow(sign_in(service.url), opened=lambda s: service.approve(s.url))
    assert names(steps)[1] == "warned"
    asked = parameters(steps[2].url)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert names(steps)[-1] == "signed_in"


@pytest.mark.parametrize(
    "address",
    [
        "{{baseUrl}}/oauth/authorize?code_challenge_method=plain",
        "{{baseUrl}}/oauth/authorize?code_challenge=x",
        "{{baseUrl}}/oauth/authorize?state=fixed",
        "{{baseUrl}}/oauth/authorize?response_type=token",
    ],
)
def test_attack_an_address_that_weakens_the_flow_is_not_opened(service, address):
    steps = follow(sign_in(service.url, oauth2(authoriseUrl=address)))
    assert names(steps) == ["listening", "failed"]


@pytest.mark.parametrize(
    "name", ["state", "code_challenge", "code_challenge_method", "response_type"]
)
def test_attack_a_url_without_a_guard_is_refused(name):
    guards = {"state": "s", "code_challenge": "c", "response_type": "code"}
    guards["code_challenge_method"] = "S256"
    kept = "&".join(f"{k}={v}" for k, v in guards.items() if k != name)
    with pytest.raises(DescriptorError, match=name):
        asking.check_guards(f"https://a.example/authorize?{kept}", guards)


def test_attack_a_descriptor_cannot_change_what_guards_the_flow(service):
    params = {"state": "fixed", "code_challenge_method": "plain", "prompt": "consent"}
    steps = follow(
        sign_in(service.url, oauth2(authoriseParams=params)),
        opened=lambda s: service.approve(s.url),
    )
    asked = parameters(next(s for s in steps if s.name == "opened").url)
    assert asked["state"] != "fixed"
    assert asked["code_challenge_method"] == "S256"
    assert asked["prompt"] == "consent"
    assert names(steps)[-1] == "signed_in"


def test_attack_pkce_is_left_out_only_where_the_person_is_told(service):
    signing = sign_in(service.url, oauth2(pkce="omit_and_warn"))
    steps = follow(signing, opened=lambda _s: signing.cancel())
    warned = next(step for step in steps if step.name == "warned")
    assert "without PKCE" in warned.detail
    opened = next(step for step in steps if step.name == "opened")
    assert "code_challenge" not in parameters(opened.url)


# --- grants


@pytest.mark.parametrize("grant", ["password", "implicit", "token"])
def test_attack_a_grant_that_hands_tokens_or_passwords_over_is_none(grant):
    with pytest.raises(DescriptorInvalid):
        connector(oauth2(grant=grant))

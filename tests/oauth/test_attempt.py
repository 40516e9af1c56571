"""What guards one attempt: the published vector, the binding, the judging."""

import pytest

from ferrule.oauth.attempt import (
    Attempt,
    Ended,
    Expected,
    Foreign,
    Granted,
    fresh_text,
    s256,
)
from ferrule.oauth.callback import Callback
from ferrule.redaction import live

URI = "http://127.0.0.1:1/oauth/callback"


def test_the_challenge_is_that_of_rfc_7636_appendix_b():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert s256(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_verifier_is_fresh_and_has_32_bytes():
    """RFC 7636, section 4.1: 43 characters of the unreserved ones."""
    first, second = fresh_text(), fresh_text()
    assert first != second
    assert len(first) == 43
    assert set(first) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_the_verifier_is_known_to_redaction_at_once():
    attempt = Attempt("one", Expected(), URI)
    assert attempt.verifier not in live.text(f"a {attempt.verifier} b")


def test_without_pkce_there_is_neither_verifier_nor_challenge():
    attempt = Attempt("one", Expected(), URI, pkce=False)
    assert attempt.verifier is None
    assert attempt.challenge is None


def judged(expected=None, **changes):
    attempt = Attempt("one", expected or Expected(), URI)
    query = {"state": attempt.state, "code": "c0de", **changes}
    return attempt.judge(Callback({k: v for k, v in query.items() if v is not None}))


def test_a_code_with_the_right_state_is_granted():
    verdict = judged()
    assert isinstance(verdict, Granted)
    assert verdict.code == "c0de"
    assert "c0de" not in repr(verdict)


@pytest.mark.parametrize("state", [None, "", "x", "é", "x" * 43])
def test_any_other_state_is_foreign(state):
    assert isinstance(judged(state=state), Foreign)


@pytest.mark.parametrize("code", [None, ""])
def test_neither_code_nor_error_ends_it(code):
    assert isinstance(judged(code=code), Ended)


def test_an_error_wins_over_a_code():
    verdict = judged(error="access_denied")
    assert isinstance(verdict, Ended)
    assert "Leave was not given" in str(verdict.error)


ISSUER = "https://login.example.com"
PLACES = (f"{ISSUER}/authorise", "https://token.example.com/token")


@pytest.mark.parametrize(
    ("expected", "named", "good"),
    [
        (Expected(ISSUER), ISSUER, True),
        (Expected(ISSUER), None, True),
        (Expected(ISSUER, must_name=True), None, False),
        (Expected(ISSUER, must_name=True), ISSUER, True),
        (Expected(ISSUER), f"{ISSUER}/", False),  # simple comparison, RFC 9207, 2.4
        (Expected(ISSUER), "https://LOGIN.example.com", False),
        (Expected(ISSUER), "https://evil.example.com", False),
        (Expected(places=PLACES), None, True),
        (Expected(places=PLACES), f"{ISSUER}/tenant", True),
        (Expected(places=PLACES), "https://token.example.com", True),
        (Expected(places=PLACES), "https://evil.example.com", False),
        (Expected(places=PLACES), "http://login.example.com", False),
        (Expected(places=PLACES), "http://[", False),
    ],
)
def test_who_answers_is_who_was_asked(expected, named, good):
    verdict = judged(expected, iss=named)
    assert isinstance(verdict, Granted if good else Ended)


def test_an_error_of_another_issuer_is_a_mix_up_too():
    verdict = judged(Expected(ISSUER), iss="https://evil.example.com", error="x")
    assert isinstance(verdict, Ended)
    assert "another issuer" in str(verdict.error)

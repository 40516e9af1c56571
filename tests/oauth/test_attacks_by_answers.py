"""Attacks by what comes back, each tried: errors, tokens, pasted addresses.

RFC 6749 sections 4.1.2.1 and 5, RFC 9700 section 2.1.2.
"""

import os
import subprocess
import sys

import pytest
from tests.oauth.dripping import Dripping
from tests.oauth.parties import (
    CREDENTIALS,
    call,
    callback,
    follow,
    names,
    oauth2,
    sign_in,
    still_signs_in,
)

from ferrule.auth.oauth2 import asking
from ferrule.errors import SignInFailed
from ferrule.oauth.callback import read_pasted, read_query

# --- errors that come back


def test_attack_an_error_with_the_right_state_ends_it(service):
    steps = follow(sign_in(service.url), opened=lambda s: service.deny(s.url))
    assert names(steps)[-1] == "failed"
    assert "Leave was not given (access_denied" in steps[-1].detail
    assert service.token_requests == 0


def test_attack_an_error_with_a_wrong_state_is_ignored(service):
    forged = {"error": "access_denied", "code": None, "state": "guessed"}
    assert still_signs_in(service, lambda s: call(callback(s.url, **forged)))[0] == 400


def test_attack_an_error_beside_a_code_is_an_error(service):
    service.misbehave("error_and_code")
    steps = follow(sign_in(service.url), opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert service.token_requests == 0


def test_attack_markup_in_an_error_is_shown_as_one_short_line(service):
    service.misbehave("html_error")
    steps = follow(sign_in(service.url), opened=lambda s: service.approve(s.url))
    assert "<script>alert(1)</script>" in steps[-1].detail  # shown as plain text
    long = {"error": "x" * 500, "error_description": "y\n\x1b[31m\u202e" * 100}
    forged = {"code": None, "iss": service.url, **long}
    service.misbehave()
    steps = follow(
        sign_in(service.url), opened=lambda s: call(callback(s.url, **forged))
    )
    assert len(steps[-1].detail) < 400
    assert not any(ord(c) < 32 or c == "\u202e" for c in steps[-1].detail)


# --- the token endpoint


@pytest.mark.parametrize(
    "wrong",
    [
        "redirect",
        "redirect_302",
        "server_error",
        "html",
        "array",
        "json_401",
        "error_200",
        "form_encoded",
        "no_access_token",
        "empty_access_token",
        "token_type_mac",
        "expires_in_text",
        "answer_lost",
    ],
)
def test_attack_a_token_endpoint_that_answers_wrongly_gives_no_token(service, wrong):
    service.misbehave(wrong)
    signing = sign_in(service.url)
    steps = follow(signing, opened=lambda s: service.approve(s.url))
    assert names(steps)[-2:] == ["exchanging", "failed"]
    assert steps[-1].advice or steps[-1].detail
    assert signing.tokens is None
    assert service.token_requests == 1
    assert service.seen("elsewhere") == 0


@pytest.mark.parametrize("beat_s", [None, 0.05])
def test_attack_a_token_endpoint_that_stalls_or_drips_is_given_up(
    service, monkeypatch, beat_s
):
    monkeypatch.setattr(asking, "PATIENCE_MS", 300)
    with Dripping(beat_s) as slow:
        auth = oauth2(tokenUrl="{{other}}/token")
        signing = sign_in(service.url, auth, config={"other": slow.url})
        steps = follow(signing, opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert "within 0.3 s" in steps[-1].detail


@pytest.mark.parametrize(
    ("wrong", "lives"),
    [
        ("expires_in_0", None),
        ("expires_in_30", 30),
        ("expires_in_negative", None),
        ("no_expires_in", None),
        ("expires_in_huge", None),
    ],
)
def test_attack_lifetimes_of_every_size_are_taken_or_read_as_none(
    service, wrong, lives
):
    service.misbehave(wrong)
    signing = sign_in(service.url)
    follow(signing, opened=lambda s: service.approve(s.url))
    tokens = signing.tokens
    ends = tokens.expires_at
    told = None if ends is None else (ends - tokens.obtained_at).total_seconds()
    assert told == lives


def test_attack_fewer_scopes_than_asked_are_told(service):
    signing = sign_in(service.url)
    steps = follow(signing, opened=lambda s: service.approve(s.url, "profile"))
    assert steps[-1].granted == ("profile",)
    assert steps[-1].missing == ("issues:read", "comments:read")
    assert "not granted: issues:read" in steps[-1].detail


@pytest.mark.parametrize("member", ["tokenUrl", "authoriseUrl"])
def test_attack_plain_http_elsewhere_is_never_used(service, member):
    address = {member: "http://login.example.com/x"}
    signing = sign_in(service.url, oauth2(**address), allow_http=["login.example.com"])
    steps = follow(signing, opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert service.token_requests == 0


def test_attack_an_authorise_address_off_the_listed_hosts_is_not_opened(service):
    auth = oauth2(authoriseUrl="https://evil.example.com/authorize")
    steps = follow(sign_in(service.url, auth))
    assert names(steps) == ["listening", "failed"]
    assert "not among the hosts" in steps[-1].detail


# --- pasted by hand


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("?", "#access_token=x&"),
        lambda url: url.replace("?", "#"),
        lambda url: url + "&access_token=x",
        lambda url: url + "&code=other",
        lambda url: url.replace("/oauth/callback", "/other"),
        lambda url: url.replace("127.0.0.1", "evil.example"),
        lambda url: url.replace("http://", "https://"),
        lambda url: url.replace("state=", "state=x"),
        lambda _url: "",
        lambda _url: "http://[",
        lambda _url: "javascript:alert(1)",
    ],
)
def test_attack_a_pasted_address_that_is_not_ours_is_refused(service, change):
    signing = sign_in(service.url)
    told = []

    def opened(step):
        good = service.approve(step.url, follow=False)
        with pytest.raises(SignInFailed) as refused:
            signing.paste(change(good))
        told.append(str(refused.value))
        assert service.token_requests == 0
        signing.paste(f"  {good}\n")

    steps = follow(signing, opened=opened)
    assert names(steps)[-1] == "signed_in"
    assert "state=" not in told[0]
    assert CREDENTIALS["clientSecret"] not in told[0]


def test_attack_a_pasted_address_is_taken_once(service):
    signing = sign_in(service.url)

    def opened(step):
        good = service.approve(step.url, follow=False)
        signing.paste(good)
        with pytest.raises(SignInFailed, match="used already"):
            signing.paste(good)

    assert names(follow(signing, opened=opened))[-1] == "signed_in"
    assert service.token_requests == 1


def test_attack_a_token_in_the_fragment_is_refused():
    uri = "https://app.example/cb"
    with pytest.raises(SignInFailed, match="carries a token"):
        read_pasted(f"{uri}#access_token=abc&token_type=bearer", uri)
    with pytest.raises(SignInFailed, match="carries a token"):
        read_query("id_token=abc&state=1")


def test_attack_facebooks_empty_fragment_is_no_reason_to_refuse():
    uri = "https://app.example/cb"
    assert read_pasted(f"{uri}?code=a&state=b#_=_", uri).get("code") == "a"


# --- libraries


def test_attack_authlib_means_httpx_and_is_not_told_to_allow_plain_http():
    assert "AUTHLIB_INSECURE_TRANSPORT" not in os.environ
    told = (
        "import os, sys, ferrule.workspace.signing_in;"
        "import ferrule.oauth.attempt as a;"
        "assert 'authlib' not in sys.modules and 'joserfc' not in sys.modules;"
        "a.s256('x' * 43); import authlib.oauth2.rfc7636;"
        "print('httpx' in sys.modules, 'httpx2' in sys.modules,"
        " 'AUTHLIB_INSECURE_TRANSPORT' in os.environ)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["True", "False", "False"]


def test_attack_a_variable_that_allows_plain_http_is_gone_at_the_start():
    told = (
        "from ferrule.cli.guards import guard_process; import os; guard_process();"
        "print('AUTHLIB_INSECURE_TRANSPORT' in os.environ)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", told],
        env=os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"

"""OAuth 2 without a network: what is read of the answers of a token address."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.auth.oauth2_parts import (
    GOOD,
    NOW,
    OLD,
    answer,
    auth,
    secrets,
)

from ferrule.auth.oauth2.answer import missing_scopes, safe
from ferrule.auth.token import TokenSet
from ferrule.errors import (
    ExchangeError,
    ReauthRequired,
    UnexpectedStatus,
    UnreadableResponse,
)
from ferrule.exchange import encode


def received(body, status=200, *, kind=None, before=None, query=None):
    reader = kind or auth()
    return reader.received(answer(body, status), secrets(before), NOW, query=query)


def test_a_good_answer_is_a_token_set():
    tokens = received(GOOD | {"refresh_token": "r2", "scope": "read"})
    assert tokens.access.get_secret_value() == "new"
    assert tokens.refresh.get_secret_value() == "r2"
    assert tokens.expires_at == NOW + timedelta(hours=1)
    assert tokens.scopes == ("read",)
    assert not tokens.refused


def test_what_an_answer_leaves_out_stays_as_it_was():
    tokens = received(GOOD, before=OLD)
    assert tokens.refresh.get_secret_value() == "r1"
    assert tokens.scopes == ("read",)
    assert tokens.captured == {"realm": "r"}


def test_without_a_word_what_was_asked_was_granted():
    assert received(GOOD).scopes == ("read", "write")


@pytest.mark.parametrize(
    ("told", "scopes"),
    [
        ("a b", ("a", "b")),
        ("a,b", ("a", "b")),
        ("a, b", ("a", "b")),
        ("", ()),
        (["a", "b", 3], ("a", "b")),
    ],
)
def test_scopes_come_in_several_spellings(told, scopes):
    assert received(GOOD | {"scope": told}).scopes == scopes


def test_the_vendors_own_form_is_read_where_the_descriptor_names_it():
    kind = auth(
        tokenPath="$.data.token",
        expiresPath="$.data.until",
        refreshTokenPath="$.data.again",
        capture={"site": "$.data.site", "who": "header:X-Who", "realm": "query:r"},
    )
    data = {"token": "t", "until": "2026-03-01T00:10:00Z", "again": "r", "site": 7}
    tokens = kind.received(
        answer({"data": data}, **{"X-Who": "ann"}), secrets(), NOW, query={"r": "q"}
    )
    assert tokens.access.get_secret_value() == "t"
    assert tokens.expires_at == NOW + timedelta(minutes=10)
    assert tokens.captured == {"site": "7", "who": "ann", "realm": "q"}


def test_a_lifetime_of_the_descriptor_holds_where_the_answer_tells_none():
    bare = {"access_token": "new", "token_type": "bearer"}
    assert received(bare, kind=auth(lifetime="PT2H")).expires_at == NOW + timedelta(
        hours=2
    )
    assert received(GOOD, kind=auth(lifetime="PT2H")).expires_at == NOW + timedelta(
        hours=1
    )
    assert received(bare).expires_at is None


@pytest.mark.parametrize(
    ("told", "lives"),
    [
        (30, 30),
        ("30", 30),
        (30.5, 30.5),
        (0, None),
        (-5, None),
        (None, None),
        (10**12, None),
    ],
)
def test_a_lifetime_of_any_size_is_a_time_or_none(told, lives):
    ends = received(GOOD | {"expires_in": told}).expires_at
    assert (ends and (ends - NOW).total_seconds()) == lives


BAD = [
    (b"", 200),
    (b"[]", 200),
    (b"<html>", 200),
    (b"access_token=a&token_type=bearer", 200),
    (encode({"token_type": "bearer"}), 200),
    (encode(GOOD | {"access_token": ""}), 200),
    (encode(GOOD | {"access_token": 5}), 200),
    (encode(GOOD | {"access_token": "a\nb"}), 200),
    (encode(GOOD | {"token_type": "mac"}), 200),
    (encode({"access_token": "a"}), 200),
    (encode(GOOD | {"expires_in": "soon"}), 200),
    (encode(GOOD | {"expires_in": True}), 200),
    (encode(GOOD | {"refresh_token": ["r"]}), 200),
]


@pytest.mark.parametrize(("raw", "status"), BAD)
def test_an_answer_that_is_no_good_is_refused_without_being_repeated(raw, status):
    with pytest.raises(UnreadableResponse) as refused:
        received(raw, status)
    assert raw[:40].decode() not in str(refused.value) or not raw


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_told_and_not_followed(status):
    with pytest.raises(UnexpectedStatus, match="redirects"):
        received(GOOD, status)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"error": "invalid_grant"}, 400, ReauthRequired),
        ({"error": "invalid_client"}, 401, ReauthRequired),
        ({"error": "unauthorized_client"}, 400, ReauthRequired),
        ({"error": "bad_refresh_token"}, 200, ReauthRequired),  # GitHub
        ({"ok": False, "error": "invalid_refresh_token"}, 200, ReauthRequired),  # Slack
        ({"error": {"status": "UNAUTHENTICATED", "message": "x"}}, 401, ReauthRequired),
        ({"error": "anything_else"}, 400, ReauthRequired),
        ({}, 401, ReauthRequired),
        ({"message": "no"}, 403, ReauthRequired),
        ({"error": "invalid_request"}, 400, UnexpectedStatus),
        ({"error": "unsupported_grant_type"}, 400, UnexpectedStatus),
        ({"error": "temporarily_unavailable"}, 400, UnexpectedStatus),
        ({"error": "server_error"}, 400, UnexpectedStatus),
        ({"error": "invalid_grant"}, 503, UnexpectedStatus),
        (GOOD, 201, UnexpectedStatus),
        (GOOD, 202, UnexpectedStatus),
        ({}, 400, UnexpectedStatus),
        ({}, 500, UnexpectedStatus),
    ],
)
def test_a_refusal_tells_whether_a_person_is_needed(body, status, error):
    with pytest.raises(ExchangeError) as refused:
        received(body, status)
    assert type(refused.value) is error
    assert refused.value.advice


def test_the_words_of_a_refusal_are_one_short_line():
    with pytest.raises(ReauthRequired) as refused:
        received({"error": "x\n", "error_description": "a\n\x1b[1m\u202e" * 99}, 400)
    assert len(str(refused.value)) < 500
    assert "\n" not in refused.value.message
    assert "\u202e" not in refused.value.message


@pytest.mark.parametrize("value", ["", {"a": 1}, ["a"], "a\nb", "x" * 3000])
def test_what_cannot_be_a_configuration_value_is_not_captured(value):
    with pytest.raises(UnreadableResponse):
        received(GOOD | {"site": value}, kind=auth(capture={"site": "$.site"}))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
MEMBERS = st.sampled_from(
    [
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "scope",
        "error",
        "error_description",
        "message",
        "site",
    ]
)
OWN = auth(
    expiresPath="$.expires_in", capture={"site": "$.site"}, tokenPath="$.message"
)


@settings(deadline=None)
@given(
    st.dictionaries(MEMBERS, VALUES).map(lambda more: GOOD | more) | VALUES,
    st.sampled_from([200, 200, 200, 400, 401, 500]),
    st.sampled_from([auth(), OWN]),
)
def test_no_answer_is_more_than_refused(body, status, kind):
    with suppress(ExchangeError):
        tokens = kind.received(answer(body, status), secrets(OLD), NOW)
        assert tokens.access.get_secret_value()
        assert TokenSet.load(tokens.dump()) == tokens


def test_a_lifetime_beyond_all_dates_is_none():
    bare = {"access_token": "new", "token_type": "bearer"}
    assert received(bare, kind=auth(lifetime="P9000000D")).expires_at is None


def test_scopes_that_are_missing_keep_their_order():
    assert missing_scopes(["c", "a", "b"], ["a"]) == ("c", "b")


def test_a_strangers_text_is_cut():
    assert safe("a" * 300) == "a" * 200 + "…"
    assert safe("  a\r\n\tb ") == "a b"

"""What a browser brings back, read strictly by a parser of our own."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.errors import SignInFailed
from ferrule.oauth.callback import MOST_QUERY, Callback, read_pasted, read_query

URI = "http://127.0.0.1:8765/oauth/callback"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("code=a&state=b", {"code": "a", "state": "b"}),
        ("code=a%26b%3D&state=%C3%A9", {"code": "a&b=", "state": "é"}),
        ("code=a+b", {"code": "a b"}),
        ("state=", {"state": ""}),
        ("", {}),
        ("code", {"code": ""}),
    ],
)
def test_parameters_are_decoded(query, found):
    assert read_query(query).query == found


@pytest.mark.parametrize(
    "query",
    [
        "code=a&code=b",
        "code=a&state=x&state=x",
        "scope=a&scope=b",
        "access_token=a",
        "id_token=a&state=b",
        "token=a",
        "code=%FF",
        "a=1&" * 65,
        "code=" + "x" * MOST_QUERY,
    ],
)
def test_what_is_not_one_answer_is_refused_and_not_repeated(query):
    with pytest.raises(SignInFailed) as refused:
        read_query(query)
    assert query[5:] not in str(refused.value)


def test_a_callback_does_not_show_what_it_holds():
    callback = Callback({"code": "s3cret"})
    assert "s3cret" not in repr(callback)
    assert callback.get("code") == "s3cret"
    assert callback.get("state") == ""


@pytest.mark.parametrize(
    ("uri", "text"),
    [
        (URI, f"{URI}?code=a&state=b"),
        (URI, f"  {URI}?code=a&state=b\r\n"),
        (URI, "HTTP://127.0.0.1:8765/oauth/callback?code=a&state=b#"),
        ("https://app.example", "https://APP.example/?code=a&state=b"),
        ("https://app.example/cb?to=1", "https://app.example/cb?to=1&code=a&state=b"),
    ],
)
def test_the_whole_address_is_pasted(uri, text):
    callback = read_pasted(text, uri)
    assert (callback.get("code"), callback.get("state")) == ("a", "b")


def test_a_parameter_of_the_redirect_address_must_come_back():
    with pytest.raises(SignInFailed, match="not complete"):
        read_pasted("https://app.example/cb?code=a", "https://app.example/cb?to=1")


@settings(deadline=None)
@given(st.text())
def test_no_text_is_more_than_refused(text):
    for read in (read_query, lambda t: read_pasted(t, URI)):
        with suppress(SignInFailed):
            read(text)


@settings(deadline=None)
@given(st.text())
def test_no_query_is_more_than_refused(text):
    with suppress(SignInFailed):
        read_pasted(f"{URI}?{text}", URI)

"""Patterns told in words, where they are simple."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.fields.pattern_words import literal_start, pattern_words, simple

CASES = [
    ("[0-9]{1,24}", "12a", "“a” cannot stand in it, only digits."),
    ("[0-9]{1,24}", "1 2", "A space or line break cannot stand in it, only digits."),
    ("[0-9]{3}", "12", "It has 3 characters."),
    ("[A-Za-z0-9]{8,32}", "abc", "It has 8 to 32 characters."),
    ("[a-f]+", "", "It has at least 1 characters."),
    ("lin_api_[A-Za-z0-9]{40}", "abc", "It begins with lin_api_."),
    ("lin_api_[A-Za-z0-9]{40}", "lin_api_x", "It has 40 characters after lin_api_."),
    (r"v\.[0-9]+", "v1", "It begins with v.."),
    ("[0-9A-Fa-f-]{32,36}", "xyz",
     "“x” cannot stand in it, only digits, A to F, a to f and any of -."),
    ("[a-z]+", "\x07", ("A character that cannot be seen cannot stand in it, "
                       "only small letters.")),
    ("(a|b)c", "x", ""),
    ("[^/]+", "a/b", ""),
    ("a.*", "b", ""),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "value", "words"), CASES)
def test_a_pattern_says_what_is_missing(pattern, value, words):
    assert pattern_words(pattern, value) == words


def test_no_character_of_a_secret_is_told():
    assert pattern_words("[a-z]+", "abcX", secret=True) == (
        "It holds only small letters."
    )


@pytest.mark.parametrize(
    ("pattern", "start"),
    [
        ("xoxb-[0-9]+", "xoxb-"),
        ("^ghp_.*", "ghp_"),
        ("abc?", "ab"),
        ("ab|cd", ""),
        ("[a-z]+", ""),
        ("", ""),
    ],
)
def test_how_everything_begins_that_a_pattern_accepts(pattern, start):
    assert literal_start(pattern) == start


@given(st.text("ab[]{}()-^$|\\.0129,*+?_", max_size=20), st.text(max_size=12))
def test_any_pattern_and_text_give_words_or_none(pattern, value):
    told = pattern_words(pattern, value)
    assert bool(told) <= (simple(pattern) is not None)

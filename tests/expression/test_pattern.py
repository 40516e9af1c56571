"""Patterns: RE2 only, bounded, and I-Regexp's dot."""

import time

import pytest
from tests.support.promptness import in_time

from ferrule.errors import ExpressionError
from ferrule.expression.pattern import compile_iregexp, compile_pattern


def test_a_pattern_searches_and_matches_whole_texts():
    pattern = compile_pattern(r"b+\d")
    assert pattern.search("abb1c")
    assert not pattern.fullmatch("abb1c")
    assert pattern.fullmatch("bb1")
    assert not pattern.search("")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("(", 0),
        ("a(?=b)", 1),
        (r"(a)\1", 3),
        ("x[a", 1),
        ("a{1001}", 1),
        ("x" * 513, 512),
        ("a**", 1),
        ("((a{100}){100}){100}", 3),
        ("\ud800", 0),
    ],
)
def test_what_is_not_re2_is_refused(text, column, capfd):
    with pytest.raises(ExpressionError) as caught:
        compile_pattern(text)
    assert caught.value.column == column
    assert caught.value.advice
    assert capfd.readouterr().err == ""


def test_a_pattern_sees_the_first_64_kb():
    pattern = compile_pattern("b")
    assert pattern.search("a" * 65_535 + "b")
    assert not pattern.search("a" * 65_536 + "b")


def test_a_wicked_pattern_stays_linear():
    start = time.perf_counter()
    assert not compile_pattern(r"^(a+)+$").fullmatch("a" * 60_000 + "!")
    in_time(time.perf_counter() - start, 0.5)


def test_a_lone_surrogate_is_no_obstacle():
    assert compile_pattern("^a.b$").search("a\ud800b")


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a.c", "abc", True),
        ("a.c", "a\nc", False),
        ("a.c", "a\rc", False),
        ("a.c", "a\u2028c", True),
        ("a.c", "a😀c", True),
        (r"a\.c", "a.c", True),
        (r"a\.c", "abc", False),
        (r"a\\.c", "a\\xc", True),
        ("a[.]c", "abc", False),
        ("a[.]c", "a.c", True),
        (r"a[\]].", "a]\n", False),
        ("(", "(", None),
        ("x" * 600, "x", None),
    ],
)
def test_the_dot_of_a_path_pattern_is_narrow(pattern, text, matches):
    compiled = compile_iregexp(pattern)
    assert (compiled.fullmatch(text) if compiled else None) is matches


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("([0-9]+) s", "in 8 s", "8"),
        ("[0-9]+", "in 8 s", "8"),
        ("(a)|(b)", "b", None),
        ("([0-9]+)", "soon", None),
        ("(é+)", "xéé", "éé"),
    ],
)
def test_the_first_group_is_what_it_holds_where_the_pattern_occurs_first(
    pattern: str, text: str, wanted: str | None
) -> None:
    assert compile_pattern(pattern).first_group(text) == wanted

"""Paths: the cases of RFC 9535, errors with columns, laziness, limits."""

import json
import time
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from tests.support.promptness import in_time

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, decode
from ferrule.expression import run
from ferrule.expression.equality import same
from ferrule.expression.jsonpath import compile_path

SAMPLES = Path(__file__).parents[1] / "samples" / "jsonpath"
RFC = decode((SAMPLES / "rfc9535.json").read_bytes())


@pytest.mark.parametrize("case", RFC["cases"], ids=lambda c: c["selector"])
def test_a_path_finds_what_the_rfc_says(case):
    document = RFC["documents"][case["document"]]
    path = compile_path(case["selector"])
    found = list(path.find(document))
    assert same(path.values(document), case["result"])
    assert same([match.value for match in found], case["result"])
    assert path.first(document) is (found[0].value if found else MISSING)
    if "result_paths" in case:
        assert [match.path for match in found] == case["result_paths"]


@pytest.mark.parametrize("case", RFC["invalid"], ids=lambda c: repr(c["selector"]))
def test_what_the_rfc_refuses_is_an_error_within_the_text(case):
    with pytest.raises(ExpressionError) as caught:
        compile_path(case["selector"])
    assert 0 <= caught.value.column <= len(case["selector"])
    assert "TOKEN" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("a.b", 0, "Write $.a.b"),
        ("$.items[", 8, "ends too early"),
        ("$.a[?@.b=~'x']", 8, "search("),
        ("$.a[01]", 4, "leading zeros"),
        ("$.a[/x/]", 4, "slashes"),
        ("$.a | $.b", 4, "combined"),
        ("$.ä[?@.ö = 1]", 9, "Write =="),
        ("$.😀.", 4, "needs a name"),
        ("$['a\\x']", 4, "backslash"),
        ("$[?length(@.a)]", 2, "must be compared"),
        ("$[?foo(@.a)]", 3, "no such function"),
        ("$.a-b", 3, "['a-b']"),
    ],
)
def test_an_error_says_where_and_what_to_do(text, column, words):
    with pytest.raises(ExpressionError) as caught:
        compile_path(text)
    assert caught.value.column == column
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "singular"),
    [
        ("$", True),
        ("$.a['b'][0]", True),
        ("$.a[-1]", True),
        ("$.a[*]", False),
        ("$..a", False),
        ("$['a','b']", False),
        ("$[0:1]", False),
        ("$[?@.a]", False),
    ],
)
def test_a_singular_path_has_names_and_indexes_only(text, singular):
    assert compile_path(text).singular is singular


def test_a_path_is_compiled_once():
    assert compile_path("$.a.b") is compile_path("$.a.b")


def test_numbers_in_filters_are_exact():
    document = decode(b'[{"p": 1.1}, {"p": 12345678901234567890}, {"p": 2}]')
    assert compile_path("$[?@.p == 1.1].p").values(document) == [Decimal("1.1")]
    assert compile_path("$[?@.p == 1.1].p").values([{"p": 1.1}]) == [1.1]
    big = compile_path("$[?@.p >= 12345678901234567890].p")
    assert big.values(document) == [12345678901234567890]
    assert compile_path("$[?@.p > 12345678901234567890].p").values(document) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("$[?@]", [False, None, 0, "", [], {}]),
        ("$[?!@]", []),
        ("$[?count(@) == 1]", [False, None, 0, "", [], {}]),
        ("$[?value(@) == 0]", [0]),
        ("$[?length(@) == 0]", ["", [], {}]),
        ("$[0,:2]", [False, False, None]),
        ("$[-1,::2]", [{}, False, 0, []]),
    ],
)
def test_what_other_readers_get_wrong_is_as_the_rfc_has_it(text, kept):
    document = [False, None, 0, "", [], {}]
    assert same(compile_path(text).values(document), kept)
    assert same([match.value for match in compile_path(text).find(document)], kept)


def test_a_huge_exponent_is_a_number_like_any_other():
    assert compile_path("$[?@ < 1e9999]").values([1, 2]) == [1, 2]


ISSUE = {
    "price": Decimal("2.5"),
    "count": 4,
    "tags": ["b", "a"],
    "user": {"login": "octo-cat", "id": 1},
    "list": [{"n": {"x": 1}}, {"n": None}],
}


@pytest.mark.parametrize(
    ("text", "values", "paths"),
    [
        ("$.price * 2", [Decimal("5.0")], [""]),
        ("$.price * 1.5", [Decimal("3.75")], [""]),
        ("$.count + $.user.id", [5], [""]),
        ("$.tags.`len`", [2], [""]),
        ("$.tags.`sorted`", [["a", "b"]], None),
        ("$.user.login.`split(-, 0, -1)`", ["octo"], [""]),
        ("$.user.login.`sub(/-/, _)`", ["octo_cat"], [""]),
        ("$.user.login.`parent`", [ISSUE["user"]], ["$['user']"]),
        ("$.user.`this`.id", [1], None),
        ("$.list[*].n where x", [{"x": 1}], ["$['list'][0]['n']"]),
        ("$.absent * 2", [], []),
    ],
)
def test_an_extended_form_works_and_is_not_portable(text, values, paths):
    path = compile_path(text)
    assert not path.portable
    assert "column" in path.reason
    assert path.values(ISSUE) == values
    assert path.first(ISSUE) == (values[0] if values else MISSING)
    if paths is not None:
        assert [match.path for match in path.find(ISSUE)] == paths


def test_an_extended_path_finds_nothing_where_it_cannot_work():
    assert compile_path("$.user * 2").values(ISSUE) == []
    assert compile_path("$.count.`sub(/a/, b)`").values(ISSUE) == []


@pytest.mark.parametrize(
    "text",
    [
        "a.b.`bogus`",
        "$.a.`sub(/(?=x)/, y)`",
        "$.a[?(@.b =~ 'x')].`parent`",
        "$.a.`str()`",
        "$.a - ",
        "$.a[\\b]",
        "$.a where",
        "$.a | $.b + 1",
        "$.a[?(@.b =~ '(a+)+$')].b.`parent`",
    ],
)
def test_other_dialects_are_refused_with_the_standard_error(text):
    with pytest.raises(ExpressionError):
        compile_path(text)


def test_a_portable_path_does_not_load_the_other_library():
    assert compile_path("$.a").portable
    assert compile_path("$.a").reason == ""


def test_a_pattern_runs_in_linear_time():
    document = [{"a": "a" * 50_000}]
    start = time.perf_counter()
    assert compile_path("$[?match(@.a, '(a+)+$')]").values(document) == document
    assert compile_path("$[?match(@.a, '(a+)+b')]").values(document) == []
    assert compile_path("$[?search(@.a, '(?=a)')]").values(document) == []
    in_time(time.perf_counter() - start, 1)


def _deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("text", ["$..a", "$..*", "$..[?@.a]", "$..a.`this`"])
def test_descendants_are_found_to_a_depth_and_refused_below_it(text):
    path = compile_path(text)
    document = _deep(run.MOST_LEVELS + 1)
    found = len(path.values(document))
    assert found >= run.MOST_LEVELS
    assert sum(1 for _ in path.find(document)) == found
    for too_deep in (_deep(run.MOST_LEVELS + 2), _deep(20_000)):
        with pytest.raises(ExpressionError, match="too deeply"):
            path.values(too_deep)
        with pytest.raises(ExpressionError, match="too deeply"):
            list(path.find(too_deep))


def test_names_and_the_first_match_go_to_any_depth():
    document = _deep(2000)
    assert compile_path("$" + ".a" * 2000).values(document) == [1]
    assert compile_path("$..a").first(document) is document["a"]


def test_comparing_too_deep_structures_is_an_error_of_ours():
    document = [{"x": _deep(20_000), "y": _deep(20_000)}]
    path = compile_path("$[?@.x == @.y]")
    with pytest.raises(ExpressionError, match="too deeply"):
        path.values(document)
    with pytest.raises(ExpressionError, match="too deeply"):
        list(path.find(document))


@pytest.mark.parametrize(
    "text",
    [
        "$" + ".a" * 2000,
        "$..x" + ".a" * 2000,
        "$[?" + "(" * 900 + "@.a" + ")" * 900 + "]",
        "$[?" + "!" * 900 + "@.a]",
        "$" + "[*]" * 1300,
        "$" + "[?@" * 600 + "]" * 600,
        "$" + ".a" * 3000,
    ],
)
def test_a_monstrous_path_works_or_is_an_error_of_ours(text):
    document = _deep(2000)
    try:
        path = compile_path(text)
        path.values(document)
        list(path.find(document))
    except ExpressionError as error:
        assert error.advice  # noqa: PT017 - either outcome is right, no other is


def test_too_many_results_are_an_error_of_ours(monkeypatch):
    monkeypatch.setattr(run, "MOST_NODES", 100_000)
    document = [[[[1] * 10] * 10] * 10] * 10
    path = compile_path("$" + "[*,*,*,*,*,*,*,*,*,*]" * 2 + "..*" * 3)
    with pytest.raises(ExpressionError, match="too much"):
        path.values(document)
    with pytest.raises(ExpressionError, match="too much"):
        list(path.find(document))


def test_nested_queries_share_one_budget(monkeypatch):
    monkeypatch.setattr(run, "MOST_NODES", 50_000)
    document = [{"a": 1}] * 1000
    with pytest.raises(ExpressionError, match="too much"):
        compile_path("$[?count($..*) > 1]").values(document)


def test_the_first_matches_of_a_large_document_come_at_once():
    page = json.dumps({"items": [{"user": {"login": f"u{i}"}} for i in range(60_000)]})
    document = decode(page.encode())
    start = time.perf_counter()
    first = list(islice(compile_path("$..login").find(document), 200))
    in_time(time.perf_counter() - start, 0.5)
    assert first[199].path == "$['items'][199]['user']['login']"


def test_values_are_a_list_of_ones_own():
    document = {"a": [1, 2]}
    compile_path("$.a[*]").values(document).append(3)
    assert document == {"a": [1, 2]}


def test_importing_paths_does_not_import_the_extended_grammar(run_python):
    code = (
        "import sys, ferrule.expression.jsonpath as j;"
        "j.compile_path('$.a[*]');"
        "print('jsonpath_ng' in sys.modules)"
    )
    assert run_python(code) == "False"


def test_a_match_shows_itself():
    (match,) = compile_path("$.a").find({"a": 1})
    assert repr(match) == "Match(\"$['a']\", 1)"

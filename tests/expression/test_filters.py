"""Filters of templates: the published vectors, and that none leaks a builtin error."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, decode
from ferrule.expression.equality import same
from ferrule.expression.filters import FILTERS
from ferrule.expression.template import Scope, compile_template

ROOT = Path(__file__).parents[2]
VECTORS = decode((ROOT / "tests/samples/template/filters.json").read_bytes())
CASES = [(name, case) for name, cases in VECTORS.items() for case in cases]


def test_every_filter_has_three_vectors_and_a_row_in_the_reference():
    reference = (ROOT / "docs" / "template.md").read_text(encoding="utf-8")
    assert VECTORS.keys() == FILTERS.keys()
    for name, cases in VECTORS.items():
        assert len(cases) >= 3
        assert f"| `{name}" in reference


@pytest.mark.parametrize(
    ("name", "case"), CASES, ids=[str(c["template"]) for _, c in CASES]
)
def test_a_filter_gives_what_its_vector_says(name, case):
    assert f"|{name}" in case["template"]
    template = compile_template(case["template"])
    scope = Scope({"v": case["input"]})
    if "error" in case:
        with pytest.raises(ExpressionError) as caught:
            template.render(scope)
        assert case["error"] in caught.value.message
        assert caught.value.column == case["template"].index("|") + 1
    elif "undefined" in case:
        assert template.render(scope) is MISSING
    else:
        result = template.render(scope)
        assert type(result) is type(case["result"]) or not isinstance(result, str)
        assert same(result, case["result"])


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["2026-02-03", "9999-12-31T23:59:59Z", "P1D", "1e99999", "-5"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(FILTERS)), json_values, st.lists(json_values, max_size=3))
def test_whatever_a_filter_is_given_it_answers_or_refuses(name, value, arguments):
    known = FILTERS[name]
    given_ = (arguments + [value] * 3)[
        : max(known.least, min(len(arguments), known.most))
    ]
    names = [f"a{i}" for i in range(len(given_))]
    scope = Scope({"v": value, **dict(zip(names, given_, strict=True))})
    text = "{{v|" + name + (f"({', '.join(names)})" if names else "") + "}}"
    try:
        compile_template(text).render(scope)
    except ExpressionError as error:
        assert error.message.startswith(name)  # noqa: PT017 - an answer is right too


def test_null_goes_past_every_filter_but_those_that_want_it():
    for name, known in FILTERS.items():
        if not known.takes_null and known.least == 0:
            assert (
                compile_template("{{v|" + name + "}}").render(Scope({"v": None}))
                is None
            )


def test_text_that_is_no_unicode_is_refused_in_words():
    with pytest.raises(ExpressionError, match="UTF-8"):
        compile_template("{{v|sha256}}").render(Scope({"v": "\ud800"}))

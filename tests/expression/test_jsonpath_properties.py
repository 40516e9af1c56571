"""Paths against python-jsonpath on drawn documents, and against themselves."""

import copy
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonpath import JSONPathEnvironment, NodeList

from ferrule.errors import ExpressionError
from ferrule.expression.equality import less, same
from ferrule.expression.jsonpath import compile_path


class _Library(JSONPathEnvironment):
    """The library where it keeps RFC 9535.

    Not its slices of texts (2.3.4.2.2: arrays only), nor its order between a boolean
    and a number (2.3.5.2.2: numbers and strings only).
    """

    def getitem(self, obj, key):
        return [] if isinstance(obj, str) else super().getitem(obj, key)

    def compare(self, left, operator, right):
        boolean = isinstance(_alone(left), bool) or isinstance(_alone(right), bool)
        if boolean and operator in {"<", ">"}:
            return False
        if boolean and operator in {"<=", ">="}:
            operator = "=="
        return super().compare(left, operator, right)


def _alone(operand):
    if isinstance(operand, NodeList) and len(operand) == 1:
        return getattr(operand[0], "obj", operand[0])
    return operand


LIBRARY = _Library(strict=True)
NAMES = ["a", "b", "c", "a b", "ä", "o'k", "\u0001"]

# 0 and 1 are left out: inside lists the library takes them for false and true.
scalars = (
    st.none()
    | st.booleans()
    | st.integers(2, 5)
    | st.sampled_from([1.5, -2.25])
    | st.sampled_from(["a", "b", "ab", ""])
)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=25,
)

names = st.sampled_from(["['a']", "['b']", "['a b']", "['ä']", '["o\'k"]'])
indexes = st.sampled_from(["[0]", "[1]", "[-1]", "[7]"])
slices = st.sampled_from(["[1:]", "[:2]", "[::-1]", "[-2:]", "[::2]", "[0:1:0]"])
singular = st.lists(st.sampled_from([".a", ".b", "[0]", "[-1]"]), max_size=2).map(
    "".join
)
operands = st.one_of(
    singular.map("@{}".format),
    singular.map("${}".format),
    st.sampled_from(["2", "1.5", "'a'", "true", "null", "length(@)", "length(@.a)"]),
    st.sampled_from(["count(@.*)", "count(@..a)", "value(@..b)"]),
)
comparisons = st.builds(
    "{} {} {}".format,
    operands,
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    operands,
)
existences = st.sampled_from(
    ["@.a", "@.*", "@..b", "@[0]", "$.a", "@[?@.a]", "@['a','b']"]
)
tests = st.recursive(
    comparisons | existences,
    lambda inner: st.one_of(
        inner.map("!({})".format),
        st.builds("({}) && ({})".format, inner, inner),
        st.builds("({}) || ({})".format, inner, inner),
    ),
    max_leaves=4,
)
filters = tests.map("[?{}]".format)
unions = st.sampled_from(["['a',0]", "[*,'b']", "[0,0]", "[1:,*]", "[?@.a,'a']"])
segments = st.one_of(
    st.sampled_from([".a", ".b", ".c", ".*", "[*]"]),
    names,
    indexes,
    slices,
    filters,
    unions,
    st.sampled_from(["..a", "..*", "..[0]", "..['a','b']", "..[1:]", "..[?@.a]"]),
)
paths = st.lists(segments, max_size=4).map(lambda parts: "$" + "".join(parts))


@settings(max_examples=400, deadline=None)
@given(paths, documents)
@example("$[?$.b[0] < 2]", {"a": None, "b": [False]})
@example("$[?$.b[0] <= false]", {"a": None, "b": [False]})
def test_values_are_those_of_the_library(text, document):
    container = document if isinstance(document, list | dict) else [document]
    expected = LIBRARY.compile(text).findall(container)
    assert same(compile_path(text).values(container), expected)


@settings(max_examples=400, deadline=None)
@given(paths, documents)
def test_every_match_stands_where_its_path_says(text, document):
    before = copy.deepcopy(document)
    path = compile_path(text)
    matches = list(path.find(document))
    values = path.values(document)
    assert len(matches) == len(values)
    assert all(m.value is v for m, v in zip(matches, values, strict=True))
    for match in matches:
        again = compile_path(match.path)
        assert again.singular
        (value,) = again.values(document)
        assert value is match.value
        assert again.first(document) is match.value
    assert same(document, before)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="$@.[]()'\"*?:,0123-abe=<>!&|~`\\/u D+ \n", max_size=16))
def test_any_text_is_a_path_or_an_error_of_ours(text):
    for candidate in (text, "$" + text, "$[?" + text + "]"):
        try:
            compile_path(candidate).values({"a": [{"b": 1}]})
        except ExpressionError as error:
            assert 0 <= error.column <= len(candidate)  # noqa: PT017 - may also work


@settings(deadline=None)
@given(documents, documents)
def test_equality_is_that_of_the_values_and_order_excludes_it(left, right):
    assert same(left, copy.deepcopy(left))
    assert same(left, right) == same(right, left)
    assert not (less(left, right) and less(right, left))
    assert not (less(left, right) and same(left, right))


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_equals_its_decimal_text(number):
    assert same(number, Decimal(repr(number)))
    assert same(Decimal(repr(number)), number)

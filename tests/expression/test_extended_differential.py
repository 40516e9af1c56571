"""The forms that only jsonpath-ng has, against jsonpath-ng, on drawn documents.

Where the library ends with an error of Python, ours finds nothing there, so only its
answers are compared. Three of its habits are not ours, and left out of the drawing: a
boolean is a number to it, `*` repeats a text or list, and it compares 1 with true.
"""

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonpath_ng import Fields, Root
from jsonpath_ng.ext import parse

from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import write_steps

NAMES = ["a", "b", "c", "d"]
numbers = st.integers(-3, 40) | st.sampled_from([1.5, 0.25])
texts = st.sampled_from(["b-c", "x-y-z", "a", "1", ""])
scalars = st.one_of(numbers, numbers, texts, texts, st.none())


def containers(inner):
    """Return arrays and objects, some with values of one kind."""
    names = st.sampled_from(NAMES)
    return st.one_of(
        st.lists(inner, max_size=4),
        st.lists(numbers, min_size=2, max_size=4),
        st.lists(texts, min_size=2, max_size=4),
        st.dictionaries(names, inner, min_size=2),
        st.dictionaries(names, inner | scalars, min_size=2),
    )


documents = containers(st.recursive(scalars, containers, max_leaves=20))
steps = st.sampled_from(
    [".a", ".b", ".c", ".*", "[*]", "[0]", "[-1]", "[1:]", "[::-1]", "['a','d']", "..a"]
)
comparisons = st.builds(
    "{} {} {}".format,
    st.sampled_from(["@.a", "@.b.c", "@[0]", "@.a.`len`", "@.*", "@"]),
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    st.sampled_from(["2", "1.5", "'a'", "null", "@.b", "$.a"]),
)
filters = st.one_of(
    comparisons,
    st.sampled_from(["@.a", "!@.b", "@.a.`parent`"]),
    st.builds("{} && {}".format, comparisons, comparisons),
    st.builds("({} || {})".format, comparisons, comparisons),
).map("[?{}]".format)
anywhere = [".`this`", ".`parent`"]
on_containers = [".`len`", ".`sorted`", ".`sorted`[0]", ".`len` + 1"]
on_texts = [
    ".`len`",
    ".`sub(/-/, +)`",
    r".`sub(/([a-z])-/, \\1)`",
    ".`split(-, 0, -1)`",
    ".`split(-, 1, 1)`",
    ".`split(-, *, -1)`",
    ".`split(-, *, 2)`[0]",
    ".`split(-, *, 1)`.`len`",
]
on_numbers = [" + 2", " - 1", " * 0.5", " + $.a", " - $..b", " + -1.5"]


@st.composite
def cases(draw):
    """Draw a document and a path, whose form often suits what it is used on."""
    document, text = draw(documents), "$"
    for _ in range(draw(st.integers(1, 3))):
        text += draw(st.one_of(steps, steps, filters, *_leading(text, document)))
    kind = draw(st.sampled_from(["where", "form", "form", "form"]))
    if kind == "where":
        return f"{text} where {draw(st.sampled_from(['a', '*', 'b.c']))}", document
    return text + draw(st.sampled_from(_suiting(text, document))), document


def _leading(text, document):
    here = compile_path(f"{text}.`this`").values(document)
    names = sorted({name for v in here if isinstance(v, dict) for name in v})
    if names:
        yield st.sampled_from(names).map(".{}".format)
    if any(isinstance(v, list) and v for v in here):
        yield st.sampled_from(["[*]", "[0]", "[-1]"])


def _suiting(text, document):
    here = compile_path(f"{text}.`this`").values(document)
    forms = [*anywhere]
    for kind, some in ((str, on_texts), (list, on_containers), (dict, on_containers)):
        if any(isinstance(value, kind) for value in here):
            forms += some
    if any(isinstance(value, int | float) for value in here):
        forms += on_numbers
    return forms if here else [*on_texts, *on_containers, *on_numbers]


def answer(text, document):
    """Return the library's values and places, None when it ends with an error."""
    try:
        found = parse(text).find(document)
        return [(datum.value, place(datum, document)) for datum in found]
    except Exception:  # noqa: BLE001 - the library raises whatever Python does
        return None


def place(datum, document):
    """Return the keys that lead to a datum; None for what was computed."""
    keys = []
    while datum.context is not None:
        part = datum.path
        (key,) = part.fields if isinstance(part, Fields) else part.indices
        datum = datum.context
        keys.append(key % len(datum.value) if isinstance(key, int) else key)
    whole = datum.value is document and isinstance(document, list | dict)
    rooted = isinstance(datum.path, Root) or whole
    return write_steps(reversed(keys)) if rooted else None


def alike(ours, theirs):
    """Say whether two values are the same; floats may differ in their last digit."""
    if isinstance(ours, int | float | Decimal):
        return math.isclose(ours, theirs, rel_tol=1e-12)
    return ours == theirs


def compare(text, document):
    """Assert that a path finds what the library finds, where it answers at all."""
    path = compile_path(text)
    assert not path.portable
    ours = list(path.find(document))
    assert path.values(document) == [match.value for match in ours]
    expected = answer(text, document)
    if expected is None:
        return
    assert len(ours) == len(expected)
    for match, (value, where) in zip(ours, expected, strict=True):
        assert alike(match.value, value)
        standing = compile_path(where).find(document) if where else ()
        assert match.path == next((one.path for one in standing), "")


KINDS = {"a": ["b-c", "x-y-z"], "b": [[3, 1], {"b": 1, "a": 2}], "c": [4, 1.5]}


@pytest.mark.parametrize("form", [*anywhere, *on_texts, *on_containers, *on_numbers])
def test_every_form_does_what_the_library_does(form):
    for where in ("$.a", "$.b", "$.c", "$.*[*]", "$.a[*]", "$.b[*]", "$.c[*]", "$..c"):
        compare(where + form, KINDS)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_values_and_places_are_those_of_the_library(case):
    compare(*case)

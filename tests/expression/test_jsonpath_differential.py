"""Paths of the whole standard against jsonpath-rfc9535, on drawn documents."""

import jsonpath_rfc9535
from hypothesis import given, settings
from jsonpath_rfc9535.exceptions import JSONPathSyntaxError
from tests.expression.drawn_paths import cases

from ferrule.exchange import MISSING
from ferrule.expression.equality import same
from ferrule.expression.jsonpath import compile_path


def answer(text, document):
    """Return the reference's matches; None for what it cannot read.

    That is a filter beside another selector, inside the argument of a function.
    """
    try:
        return jsonpath_rfc9535.find(text, document)
    except JSONPathSyntaxError:
        assert "(" in text
        assert "," in text
        return None


@settings(max_examples=400, deadline=None)
@given(cases())
def test_values_and_places_are_those_of_the_reference(case):
    text, document = case
    path = compile_path(text)
    assert path.portable
    values = path.values(document)
    matches = list(path.find(document))
    assert all(m.value is v for m, v in zip(matches, values, strict=True))
    assert path.first(document) is (values[0] if values else MISSING)
    expected = answer(text, document)
    if expected is not None:
        assert same(values, expected.values())
        assert [match.path for match in matches] == expected.paths()

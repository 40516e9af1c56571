"""Every case of the JSONPath Compliance Test Suite, through the API."""

import pytest
from tests.support.compliance import CASES, is_place, is_result

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING
from ferrule.expression.jsonpath import compile_path

INVALID = {name: case for name, case in CASES.items() if case.get("invalid_selector")}
VALID = {name: case for name, case in CASES.items() if name not in INVALID}
LEAST = 687


def test_the_suite_is_whole():
    assert len(CASES) >= LEAST
    assert len(INVALID) + len(VALID) == len(CASES)


@pytest.mark.parametrize("name", VALID)
def test_a_path_finds_what_the_suite_says(name):
    case = VALID[name]
    path = compile_path(case["selector"])
    assert path.portable
    matches = list(path.find(case["document"]))
    values = path.values(case["document"])
    assert is_result(case, values)
    assert all(m.value is v for m, v in zip(matches, values, strict=True))
    assert is_place(case, [match.path for match in matches])
    first = path.first(case["document"])
    assert first is (values[0] if values else MISSING)


@pytest.mark.parametrize("name", INVALID)
def test_a_path_that_the_suite_refuses_is_not_standard(name):
    text = INVALID[name]["selector"]
    try:
        path = compile_path(text)
    except ExpressionError as error:
        assert 0 <= error.column <= len(text)  # noqa: PT017 - or it is an extended form
    else:
        assert not path.portable
        assert path.reason

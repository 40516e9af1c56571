"""Paths made of names, indexes and wildcards alone: read and written."""

import pytest

from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import read_steps, write_steps

CASES = [
    ("$", ()),
    ("$.items[*].user.login", ("items", None, "user", "login")),
    ("$['items'][0]['a b']", ("items", 0, "a b")),
    ("$[-1]", (-1,)),
]


@pytest.mark.parametrize(("text", "steps"), CASES)
def test_a_simple_path_is_its_steps(text, steps):
    assert read_steps(text) == steps
    assert read_steps(write_steps(steps)) == steps


@pytest.mark.parametrize("text", ["$..a", "$[?@.a]", "$[1:2]", "$.a['b','c']", "a.b"])
def test_other_paths_have_no_steps(text):
    assert read_steps(text) is None


@pytest.mark.parametrize("name", ["a\nb", "it's", "\\", "naïve", "1st", "", "\u0007"])
def test_any_name_is_written_so_that_it_is_read_again(name):
    document = {name: 5}
    assert compile_path(write_steps([name])).values(document) == [5]

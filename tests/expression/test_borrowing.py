"""The library of paths is imported in parts, and whole for who asks for it."""

import subprocess
import sys

PARTS = """
import ferrule.expression, jsonpath, jsonpath.filter
assert "DEFAULT_ENV" not in vars(jsonpath)
assert jsonpath.filter.UNDEFINED is not None
"""
WHOLE = """
import ferrule.expression
from jsonpath import JSONPathEnvironment, findall
assert findall("$.a", {"a": 1}) == [1]
assert ferrule.expression.condition.Path
"""
BEFORE = """
import jsonpath
import ferrule.expression
assert "DEFAULT_ENV" in vars(jsonpath)
"""


def ends_well(program: str) -> bool:
    return subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_its_own_environments_are_not_made():
    assert ends_well(PARTS)


def test_who_asks_for_a_name_gets_the_whole_of_it():
    assert ends_well(WHOLE)


def test_one_that_is_there_already_stays():
    assert ends_well(BEFORE)

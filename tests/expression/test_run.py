"""What one evaluation of a path may cost: nodes, levels, time."""

from itertools import islice

import pytest

from ferrule.errors import ExpressionError
from ferrule.expression import run
from ferrule.expression.jsonpath import compile_path

WIDE = [[[1] * 60] * 40] * 30


class Ticking:
    """A clock that a reading moves on."""

    def __init__(self, step=0.0):
        self.step = step
        self.time = 0.0

    def monotonic(self):
        self.time += self.step
        return self.time


@pytest.fixture
def clock(monkeypatch):
    ticking = Ticking()
    monkeypatch.setattr(run, "CLOCK", ticking)
    return ticking


@pytest.mark.parametrize(
    "text",
    ["$..*..*", "$..[?@..x]", "$[*,*,*][*,*,*][*,*,*].x", "$.*.`this`..*..x"],
)
def test_a_path_that_takes_too_long_is_an_error_that_says_so(text, clock):
    path = compile_path(text)
    path.values(WIDE)
    clock.step = 4
    with pytest.raises(ExpressionError, match="longer than 10 seconds"):
        path.values(WIDE)


def test_a_search_that_finds_nothing_for_too_long_is_ended(clock):
    clock.step = 4
    path = compile_path("$..*..x")
    for ask in (path.first, lambda root: next(path.find(root))):
        with pytest.raises(ExpressionError, match="longer than"):
            ask(WIDE)


def test_the_time_between_matches_is_the_callers_own(clock):
    matches = compile_path("$..*..*").find(WIDE)
    for _match in islice(matches, 40_000):
        clock.time += 60


def test_comparing_structures_asks_the_clock_each_time(clock):
    document = [{"a": [1], "b": [1]}] * 10
    path = compile_path("$[?@.a == @.b]")
    assert len(path.values(document)) == 10
    clock.step = 4
    with pytest.raises(ExpressionError, match="longer than"):
        path.values(document)


def test_a_plain_path_costs_no_more_than_its_document_and_needs_no_clock(clock):
    clock.step = 1000
    document = {"items": [{"id": i, "tags": ["x"]} for i in range(1000)]}
    for text in ("$.items[*].id", "$..id", "$.items[?@.id > 3 && @.tags].id"):
        assert compile_path(text).values(document)
        assert compile_path(text).first(document) is not None


def test_nodes_are_counted_wherever_they_are_looked_at(monkeypatch):
    monkeypatch.setattr(run, "MOST_NODES", 10_000)
    texts = [
        "$" + "[0,0]" * 14,
        "$..*..x",
        "$[?count($..*) > 1]",
        "$[*].`this`..*",
        "$..x + $..y",
    ]
    for text in texts:
        with pytest.raises(ExpressionError, match="matches too much"):
            compile_path(text).values(WIDE if "0" not in text else _nest(20))


def _nest(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value

"""Compiled paths against jsonpath-ng's own find(), in the same run."""

import random
import statistics
import timeit

import jsonpath_ng.ext
import pytest

from ferrule.exchange import decode, encode
from ferrule.expression.jsonpath import compile_path
from ferrule.sandbox.shelf import Wanted
from ferrule.sandbox.tracker import Tracker

pytestmark = pytest.mark.bench

GIVEN = [
    "$.id",
    "$.title",
    "$.user.login",
    "$.created_at",
    "$.labels[*].name",
    "$.assignees[*].login",
    "$.milestone.title",
    "$.labels[0].name",
    "$.pull_request.html_url",
    "$.reactions.total_count",
]
LEAST = 5.0


def records():
    return [decode(raw) for raw in Tracker(200).issues.select(Wanted())][:50]


def drawn(item, count, seed=7):
    """Draw paths that a person could pick in an item: names, indexes, wildcards."""
    dice = random.Random(seed)  # noqa: S311 - a drawing that can be repeated
    paths = []
    while len(paths) < count:
        here, text = item, "$"
        for _ in range(dice.randint(1, 4)):
            if isinstance(here, dict) and here:
                key = dice.choice(sorted(here))
                if not key.isidentifier():
                    break
                here, text = here[key], f"{text}.{key}"
            elif isinstance(here, list) and here:
                star = dice.random() < 0.7
                here, text = here[0], text + ("[*]" if star else "[0]")
        if text != "$":
            paths.append(text)
    return paths


def seconds(find, items):
    def run():
        for item in items:
            find(item)

    return min(timeit.repeat(run, number=5, repeat=5))


def ratio(path, items):
    ours = compile_path(path).values
    theirs = jsonpath_ng.ext.parse(path)
    for item in items:
        assert ours(item) == [match.value for match in theirs.find(item)]
    return seconds(theirs.find, items) / seconds(ours, items)


def test_paths_are_many_times_faster_than_jsonpath_ng(figures):
    items = records()
    rich = max(items, key=lambda item: len(encode(item)))
    given = [ratio(path, items) for path in GIVEN]
    fifty = [ratio(path, items) for path in drawn(rich, 50)]
    both = statistics.geometric_mean([*given, *fifty])
    name = "paths of a mapping against jsonpath-ng"
    figures.add(f"{name}, ten given", statistics.geometric_mean(given))
    figures.add(f"{name}, fifty drawn", statistics.geometric_mean(fifty))
    figures.add(f"{name}, both", both, bar=LEAST, least=min(given + fifty))
    assert both >= LEAST

import pytest

from ferrule.exchange import Json
from ferrule.suggestion.candidate import confidence
from ferrule.suggestion.profile import leaves_of
from ferrule.suggestion.ranks import find_ranks


def levels(values: list[Json], name: str = "priority") -> dict[Json, str]:
    found = find_ranks(leaves_of([{name: value} for value in values]))
    rules = found[0].members["priorityMapping"] if found else []
    told: dict[Json, str] = {}
    for rule in rules if isinstance(rules, list) else []:
        assert isinstance(rule, dict)
        value = rule["value"]
        for one in value if isinstance(value, list) else [value]:
            told[one] = str(rule["then"])  # type: ignore[index]
    return told


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["urgent", "high", "normal", "low"], ["critical", "high", "medium", "low"]),
        (["BLOCKER", "MAJOR", "MINOR"], ["critical", "high", "low"]),
        (["P1", "P2", "P3", "P4"], ["critical", "high", "medium", "low"]),
        (["P0", "P1", "P3"], ["critical", "high", "low"]),
        (["Sev1", "sev 3"], ["critical", "medium"]),
        (["1 - Critical", "3 - Moderate"], ["critical", "medium"]),
        ([1, 2, 3, 4, 5], ["critical", "high", "medium", "low", "low"]),
        (["1", "2"], ["critical", "high"]),
    ],
)
def test_values_are_put_in_order(values: list[Json], told: list[str]):
    assert levels(values) == dict(zip(values, told, strict=True))


def test_a_plain_zero_means_that_none_is_set():
    assert levels([0, 1, 2]) == {1: "critical", 2: "high"}


def test_numbers_are_less_certain_than_words():
    numbers, words = (
        find_ranks(leaves_of([{"priority": v} for v in values]))[0]
        for values in ([1, 2], ["high", "low"])
    )
    assert confidence(numbers.score) == "likely"
    assert confidence(words.score) == "sure"


def test_labels_can_hold_a_priority():
    items: list[Json] = [
        {"labels": [{"name": "priority: high"}, {"name": "bug"}]},
        {"labels": [{"name": "priority::low"}]},
    ]
    (found,) = find_ranks(leaves_of(items))
    assert found.members["priorityMapping"] == [
        {
            "when": "$.labels[*].name",
            "operator": "equals",
            "value": "priority: high",
            "then": "high",
        },
        {
            "when": "$.labels[*].name",
            "operator": "equals",
            "value": "priority::low",
            "then": "low",
        },
    ]


@pytest.mark.parametrize("values", [["red", "blue"], [True, False], [17, 1200]])
def test_unknown_values_say_nothing(values: list[Json]):
    assert find_ranks(leaves_of([{"priority": v} for v in values])) == []

"""Lint of error rules and waits: what can never come into play, and what can."""

import pytest
from tests.descriptor import seeds

from ferrule.descriptor.problems import lint

BUSY = {"when": "$.error", "operator": "exists"}
LAST = {"when": "item:$.id", "operator": "exists"}
FAIL = {"action": "fail"}
ASKED = {"type": "from", "source": "header:X-Wait", "as": "seconds"}
CONSTANT = {"type": "constant", "delayMs": 5}
GROWING = {"type": "exponential", "baseMs": 5}
AT = "/ingestion/resilience"


def found(document):
    return [(p.rule, p.pointer) for p in lint(document) if p.rule in {"FD010", "FD025"}]


# two rules, whether the second can never decide
PAIRS = [
    ({"status": [404]}, {"status": [404]}, True),
    ({"status": ["4xx"]}, {"status": [404, 410]}, True),
    ({"status": ["4xx"]}, {"status": [404, 500]}, False),
    ({"status": [404]}, {"status": ["4xx"]}, False),
    ({}, {"status": [404]}, True),
    ({}, {"status": [200]}, False),
    ({}, {"when": BUSY}, False),
    ({}, {"messageContains": "x"}, True),
    ({"messageContains": "limit"}, {"messageContains": "rate limit"}, True),
    ({"messageContains": "rate limit"}, {"messageContains": "limit"}, False),
    ({"messageContains": "limit"}, {}, False),
    ({"when": BUSY}, {"when": BUSY, "status": [500]}, True),
    ({"when": BUSY, "status": [500]}, {"when": BUSY}, False),
    ({"when": BUSY}, {"status": [500]}, False),
]


@pytest.mark.parametrize(("first", "second", "hidden"), PAIRS)
def test_a_rule_behind_one_that_fits_all_its_answers_is_told(first, second, *, hidden):
    rules = [{**first, **FAIL}, {**second, "action": "ignore"}]
    wanted = [("FD010", f"{AT}/rules/1")] if hidden else []
    assert found(seeds.polling(resilience={"rules": rules})) == wanted


@pytest.mark.parametrize(
    ("rule", "idle"),
    [
        ({"status": []}, True),
        ({"when": LAST}, True),
        ({"when": {"all": [BUSY, LAST]}}, True),
        ({"when": {"any": [BUSY, LAST]}}, False),
        ({"when": {"not": LAST}}, False),
        ({"when": {**LAST, "operator": "missing"}}, False),
    ],
)
def test_a_rule_that_no_answer_fits_is_told(rule, *, idle):
    wanted = [("FD010", f"{AT}/rules/0")] if idle else []
    assert found(seeds.polling(resilience={"rules": [{**rule, **FAIL}]})) == wanted


# resilience, what never applies
WAITS = [
    ({"backoff": [ASKED, CONSTANT]}, []),
    ({"backoff": [CONSTANT, ASKED]}, ["backoff/1"]),
    ({"backoff": [GROWING, CONSTANT, ASKED]}, ["backoff/1", "backoff/2"]),
    ({"backoff": [ASKED], "maxAttempts": 1}, []),
    ({"backoff": [CONSTANT], "maxAttempts": 1}, ["backoff/0"]),
    ({"backoff": [{**ASKED, "source": "item:$.a"}]}, ["backoff/0/source"]),
    ({"backoff": [{**ASKED, "source": "status"}]}, ["backoff/0/source"]),
    (
        {"backoff": [{**ASKED, "minMs": 9, "giveUpAfterMs": 8}]},
        ["backoff/0/giveUpAfterMs"],
    ),
    ({"backoff": [{**ASKED, "minMs": 8, "giveUpAfterMs": 8}]}, []),
]


@pytest.mark.parametrize(("resilience", "pointers"), WAITS)
def test_a_wait_that_never_applies_is_told(resilience, pointers):
    wanted = [("FD010", f"{AT}/{pointer}") for pointer in pointers]
    assert found(seeds.polling(resilience=resilience)) == wanted


def test_the_rules_of_the_connector_hide_those_of_the_polling_and_of_streams():
    own = {"rules": [{"status": ["4xx"], **FAIL}]}
    more = {"rules": [{"status": [404], "action": "ignore"}]}
    polled = seeds.polling(resilience=more)
    assert found({**polled, "resilience": own}) == [("FD010", f"{AT}/rules/0")]
    streams = [{"key": "a"}, {"key": "b", "polling": {"resilience": more}}]
    assert found(seeds.seed(resilience=own, streams=streams)) == [
        ("FD010", "/streams/1/polling/resilience/rules/0")
    ]


WINDOW = {"type": "window", "format": "unix", "startParam": "from"}


@pytest.mark.parametrize(
    ("resilience", "polling", "impossible"),
    [
        ({"rules": [{"action": "split_window"}]}, {}, True),
        ({"rules": [{"action": "split_window"}]}, {"delta": WINDOW}, False),
        ({"rules": [{"action": "shrink_page"}]}, {}, True),
        ({"rules": [{"action": "retry"}], "maxAttempts": 1}, {}, True),
        ({"rules": [{"action": "retry"}], "maxAttempts": 2}, {}, False),
    ],
)
def test_an_action_that_cannot_be_carried_out_is_told(
    resilience, polling, *, impossible
):
    wanted = [("FD025", f"{AT}/rules/0/action")] if impossible else []
    assert found(seeds.polling(resilience=resilience, **polling)) == wanted


def test_one_stream_that_can_is_enough_for_a_rule_of_the_connector():
    streams = [{"key": "a"}, {"key": "b", "polling": {"delta": WINDOW}}]
    rules = {"rules": [{"status": [400], "action": "split_window"}]}
    assert found(seeds.seed(resilience=rules, streams=streams)) == []
    assert found(seeds.seed(resilience=rules, streams=streams[:1])) == [
        ("FD025", "/resilience/rules/0/action")
    ]

"""Which rule of a descriptor is about an answer."""

import pytest
from pydantic import ValidationError
from tests.resilience.answers import answer

from ferrule.exchange import Json, Response
from ferrule.resilience import ErrorRule, Resilience, policy_of

ERROR: Json = {"when": "$.error.code", "operator": "equals", "value": "busy"}
HEADER: Json = {"when": "header:X-Error", "operator": "exists"}
STATUS: Json = {"when": "status", "operator": "gte", "value": 500}
BUSY = {"error": {"code": "busy"}}


def first(rules: list[dict[str, Json]], response: Response) -> int | None:
    """Return the index of the rule that fits, by its message."""
    numbered = [
        {"action": "fail", "message": str(n), **rule} for n, rule in enumerate(rules)
    ]
    policy = policy_of(Resilience.model_validate({"rules": numbered}))
    found = policy.rule(response)
    return None if found is None else int(found.message or "-1")


# rule, answer, whether it fits
CASES = [
    ({"status": [404]}, answer(404), True),
    ({"status": [404]}, answer(403), False),
    ({"status": ["4xx"]}, answer(499), True),
    ({"status": ["4xx"]}, answer(500), False),
    ({"status": [404, "5xx"]}, answer(599), True),
    ({"status": [200]}, answer(200), True),
    ({"when": ERROR}, answer(200, BUSY), True),
    ({"when": ERROR}, answer(503, BUSY), True),
    ({"when": ERROR}, answer(200, {"error": None}), False),
    ({"when": ERROR}, Response(200, (), b"<html>"), False),
    ({"when": ERROR, "status": [503]}, answer(200, BUSY), False),
    ({"when": HEADER}, answer(200, x_error="yes"), True),
    ({"when": HEADER}, answer(200), False),
    ({"when": STATUS}, answer(502), True),
    ({"when": {"not": STATUS}}, answer(200), True),
    ({"messageContains": "slow down"}, answer(400, "please slow down"), True),
    ({"messageContains": "slow down"}, answer(400, "Slow Down"), False),
    ({"messageContains": "café"}, Response(400, (), "café".encode()), True),
    ({"messageContains": "slow down"}, answer(200, "please slow down"), False),
    (
        {"messageContains": "slow down", "status": [200]},
        answer(200, "please slow down"),
        True,
    ),
    ({"messageContains": "busy", "when": ERROR}, answer(200, BUSY), True),
    ({}, answer(404), True),
    ({}, answer(302), True),
    ({}, answer(200), False),
    ({}, answer(304), False),
]


@pytest.mark.parametrize(("rule", "response", "fits"), CASES)
def test_a_rule_fits_when_everything_that_it_names_does(
    rule: dict[str, Json], response: Response, *, fits: bool
) -> None:
    assert (first([rule], response) == 0) is fits


def test_the_first_rule_that_fits_decides() -> None:
    rules: list[dict[str, Json]] = [{"status": [503]}, {"status": ["5xx"]}, {}]
    assert [first(rules, answer(s)) for s in (503, 500, 404, 200)] == [0, 1, 2, None]


def test_the_rules_of_the_connector_come_before_those_of_the_stream() -> None:
    connector = Resilience.model_validate(
        {"rules": [{"status": [404], "action": "fail"}], "maxAttempts": 2}
    )
    stream = Resilience.model_validate(
        {
            "rules": [
                {"status": [404], "action": "ignore"},
                {"status": [410], "action": "ignore"},
            ],
            "backoff": [{"type": "constant", "delayMs": 5}],
        }
    )
    policy = policy_of(connector, stream)
    actions = [getattr(policy.rule(answer(s)), "action", None) for s in (404, 410, 500)]
    assert actions == ["fail", "ignore", None]
    assert (policy.max_attempts, len(policy.backoff)) == (2, 1)
    assert policy_of(None, stream).max_attempts == 5
    assert policy_of(None, None) == policy_of(None)


def test_a_stream_may_have_a_breaker_and_attempts_of_its_own() -> None:
    def with_breaker(failures: int) -> Resilience:
        breaker = {
            "failureThreshold": failures,
            "resetTimeoutMs": 1,
            "halfOpenMax": 1,
        }
        return Resilience.model_validate(
            {"circuitBreaker": breaker, "maxAttempts": failures}
        )

    policy = policy_of(with_breaker(3), with_breaker(7))
    assert policy.breaker is not None
    assert (policy.breaker.failure_threshold, policy.max_attempts) == (7, 7)


def test_a_good_answer_is_not_decoded_for_rules_that_are_not_about_it() -> None:
    broken = Response(200, (), b"{")
    rule: dict[str, Json] = {"status": [500], "when": ERROR}
    assert first([rule], broken) is None
    assert "json" not in vars(broken)


@pytest.mark.parametrize("status", ["3xx", "404", 99, 600, 404.0, True])
def test_a_status_is_a_code_or_a_class_of_errors(status: Json) -> None:
    with pytest.raises(ValidationError):
        ErrorRule.model_validate({"status": [status], "action": "fail"})

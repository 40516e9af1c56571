"""What a GraphQL service refuses with status 200 is met like any other failure."""

from datetime import UTC, datetime

import pytest

from ferrule.exchange import Response, encode
from ferrule.resilience import Resilience, policy_of
from ferrule.resilience.retry import Accept, Outcome, Refresh, Stop, Throttled, decide

NOW = datetime(2026, 2, 3, tzinfo=UTC)
RULE = {
    "when": {"when": "$.errors[*].message", "operator": "contains", "value": "Archived"}
}


def met(body, status=200, resilience=None, headers=(), *, graphql=True):
    policy = policy_of(resilience, graphql=graphql)
    response = Response(status, headers, encode(body))
    outcome = Outcome(response, policy.rule(response))
    return decide(outcome, 1, NOW, policy, jitter=lambda: 0.0), outcome


def refused(message="No such field", code=""):
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def test_errors_and_no_data_stop_the_request_and_tell_the_message():
    step, outcome = met(refused())
    assert step == Stop()
    assert outcome.rule is not None
    assert outcome.rule.message == "No such field"


def test_only_where_the_stream_asks_in_graphql():
    step, outcome = met(refused(), graphql=False)
    assert step == Accept()
    assert outcome.rule is None


def test_data_beside_errors_is_taken():
    body = {**refused(), "data": {"issues": {"nodes": []}}}
    assert met(body)[0] == Accept()


@pytest.mark.parametrize("status", [200, 400])
def test_codes_say_what_follows(status):
    wait = (("Retry-After", "30"),)
    step, _ = met(refused(code="RATELIMITED"), status, headers=wait)
    assert isinstance(step, Throttled)
    assert step.seconds == 30
    assert met(refused(code="AUTHENTICATION_ERROR"), status)[0] == Refresh()


def test_a_rule_of_the_descriptor_comes_first():
    mine = Resilience.model_validate({"rules": [{**RULE, "action": "ignore"}]})
    assert met(refused("Archived"), resilience=mine)[0] == Accept(ignored=True)
    assert met(refused("Other"), resilience=mine)[0] == Stop()

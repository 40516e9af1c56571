"""What follows from an attempt, as a table of what came back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.resilience.answers import answer

from ferrule.exchange import Json, Response
from ferrule.resilience import ErrorRule, Policy, Resilience, policy_of
from ferrule.resilience.retry import (
    Accept,
    Decision,
    Less,
    Outcome,
    Refresh,
    Retry,
    Stop,
    Throttled,
    decide,
)
from ferrule.resilience.rules import Action

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
USUAL = Policy()


def steady() -> float:
    return 0.0


def after(
    outcome: Outcome, attempt: int = 1, policy: Policy = USUAL, waited_s: float = 0.0
) -> Decision:
    return decide(outcome, attempt, NOW, policy, waited_s=waited_s, jitter=steady)


def said(
    status: int, body: Json = None, *, repeatable: bool = True, **headers: str
) -> Outcome:
    return Outcome(answer(status, body, **headers), repeatable=repeatable)


def throttled(seconds: float, *, paused: bool = False) -> Throttled:
    return Throttled(NOW + timedelta(seconds=seconds), seconds, paused)


def test_waits_double() -> None:
    waits = [after(said(500), n) for n in range(1, 6)]
    assert waits == [Retry(1), Retry(2), Retry(4), Retry(8), Stop()]


# outcome, decision after the first attempt
CASES = [
    (said(200), Accept()),
    (said(204), Accept()),
    (said(304), Accept()),
    (said(302), Stop()),
    (said(400), Stop()),
    (said(401), Refresh()),
    (said(401, repeatable=False), Refresh()),
    (said(403), Stop()),
    (said(404), Stop()),
    (said(410), Stop()),
    (said(408), Retry(1)),
    (said(425), Retry(1)),
    (said(429), Retry(1)),
    (said(500), Retry(1)),
    (said(502), Retry(1)),
    (said(503), Retry(1)),
    (said(504), Retry(1)),
    (said(599), Retry(1)),
    (Outcome(), Retry(1)),
    (Outcome(hopeless=True), Stop()),
    (Outcome(repeatable=False), Stop()),
    (said(408, repeatable=False), Stop()),
    (said(500, repeatable=False), Stop()),
    (said(425, repeatable=False), Retry(1)),
    (said(429, repeatable=False), Retry(1)),
    (said(429, retry_after="30"), throttled(30)),
    (said(503, retry_after="30"), throttled(30)),
    (said(503, retry_after="30", repeatable=False), Stop()),
    (said(404, retry_after="30"), Stop()),
    (said(429, retry_after="soon"), Retry(1)),
    (said(429, retry_after="900"), throttled(900)),
    (said(429, retry_after="901"), throttled(901, paused=True)),
    (said(429, retry_after="86400"), throttled(86400, paused=True)),
    (said(429, retry_after="999999"), Stop(999_999)),
    (
        said(403, x_ratelimit_remaining="0", x_ratelimit_reset="1772366430"),
        throttled(30),
    ),
    (said(429, ratelimit='"default";r=0;t=45'), throttled(45)),
    (said(403, x_ratelimit_remaining="0"), Retry(1)),
    (said(403, x_ratelimit_remaining="12"), Stop()),
    (said(403, retry_after="60"), throttled(60)),
    (said(200, x_ratelimit_remaining="0"), Accept()),
]


@pytest.mark.parametrize(("outcome", "wanted"), CASES)
def test_what_follows_from_an_outcome(outcome: Outcome, wanted: Decision) -> None:
    assert after(outcome) == wanted


def ruled(action: str, response: Response, *, repeatable: bool = True) -> Outcome:
    return Outcome(
        response, ErrorRule.model_validate({"action": action}), repeatable=repeatable
    )


# action, answer, decision
RULED = [
    ("success", answer(404), Accept()),
    ("ignore", answer(404), Accept(ignored=True)),
    ("ignore", answer(200), Accept(ignored=True)),
    ("fail", answer(200), Stop()),
    ("fail", answer(503, retry_after="3"), Stop()),
    ("retry", answer(404), Retry(1)),
    ("retry", answer(404, retry_after="3"), throttled(3)),
    ("rate_limited", answer(200), Retry(1)),
    ("rate_limited", answer(400, retry_after="3"), throttled(3)),
    ("refresh_auth", answer(200), Refresh()),
    ("split_window", answer(500), Less("split_window")),
    ("shrink_page", answer(413), Less("shrink_page")),
]


@pytest.mark.parametrize(("action", "response", "wanted"), RULED)
def test_a_rule_decides_before_the_status(
    action: str, response: Response, wanted: Decision
) -> None:
    assert after(ruled(action, response)) == wanted


def test_a_rule_sends_nothing_twice_that_may_have_had_an_effect() -> None:
    assert after(ruled("retry", answer(500), repeatable=False)) == Stop()
    throttle = ruled("rate_limited", answer(500), repeatable=False)
    assert after(throttle) == Retry(1)


def test_after_the_last_attempt_the_asked_wait_is_told() -> None:
    outcome = said(429, retry_after="7")
    assert after(outcome, 5) == Stop(7)
    assert after(outcome, 1, Policy(max_attempts=1)) == Stop(7)


def test_a_pause_uses_no_attempt() -> None:
    outcome = said(429, retry_after="3600")
    assert after(outcome, 5) == throttled(3600, paused=True)


def test_many_short_waits_become_a_pause_and_many_pauses_an_error() -> None:
    outcome = said(429, retry_after="600")
    assert after(outcome, 2, waited_s=600) == throttled(600, paused=True)
    assert after(outcome, 2, waited_s=90_000) == Stop(600)


CONSTANT: Json = {"type": "constant", "delayMs": 2500}
ASKED: Json = {"type": "from", "source": "header:X-Wait", "as": "seconds"}
GIVES_UP: Json = {**ASKED, "giveUpAfterMs": 5000}

# the back-offs, the answer, the decision after the second attempt
WAITS = [
    ([], answer(500), Retry(2)),
    ([CONSTANT], answer(500), Retry(2.5)),
    ([CONSTANT], answer(429, retry_after="7"), throttled(7)),
    ([ASKED], answer(500), Retry(2)),
    ([ASKED], answer(500, x_wait="4"), throttled(4)),
    ([ASKED], answer(429, x_wait="4", retry_after="7"), throttled(4)),
    ([ASKED], answer(429, retry_after="7"), throttled(7)),
    ([ASKED, CONSTANT], answer(500), Retry(2.5)),
    ([ASKED, CONSTANT], answer(500, x_wait="4"), throttled(4)),
    ([CONSTANT, ASKED], answer(500, x_wait="4"), Retry(2.5)),
    ([GIVES_UP], answer(500, x_wait="5"), throttled(5)),
    ([GIVES_UP], answer(500, x_wait="6"), Stop(6)),
    ([{"type": "exponential", "baseMs": 100}], answer(500), Retry(0.2)),
]


@pytest.mark.parametrize(("waits", "response", "wanted"), WAITS)
def test_the_first_back_off_that_applies_gives_the_wait(
    waits: list[Json], response: Response, wanted: Decision
) -> None:
    policy = policy_of(Resilience.model_validate({"backoff": waits}))
    assert after(Outcome(response), 2, policy) == wanted


GOOD = [
    (said(200), True),
    (said(404), True),
    (said(401), True),
    (said(500), False),
    (said(408), False),
    (said(429), None),
    (Outcome(), False),
    (Outcome(hopeless=True), None),
    (ruled("ignore", answer(500)), True),
    (ruled("retry", answer(404)), False),
    (ruled("fail", answer(503)), False),
    (ruled("fail", answer(400)), True),
    (ruled("rate_limited", answer(500)), None),
    (Outcome(answer(200), ErrorRule(action="fail", cause="system")), False),
    (Outcome(answer(503), ErrorRule(action="fail", cause="config")), True),
]


@pytest.mark.parametrize(("outcome", "wanted"), GOOD)
def test_what_an_outcome_tells_a_breaker(outcome: Outcome, *, wanted: object) -> None:
    assert outcome.good is wanted


ACTIONS = st.sampled_from(get_args(Action))
OUTCOMES = st.builds(
    Outcome,
    st.none()
    | st.builds(
        lambda status, wait: answer(status, retry_after=wait),
        st.integers(100, 599),
        st.text(max_size=12) | st.integers(-5, 10**6).map(str),
    ),
    st.none() | st.builds(lambda action: ErrorRule(action=action), ACTIONS),
    repeatable=st.booleans(),
    hopeless=st.booleans(),
)


@given(OUTCOMES, st.integers(1, 6), st.floats(0, 1e6))
def test_every_outcome_has_a_decision_and_no_wait_is_endless(
    outcome: Outcome, attempt: int, waited_s: float
) -> None:
    step = after(outcome, attempt, waited_s=waited_s)
    if isinstance(step, Retry):
        assert 0 <= step.after_s <= 60
        assert attempt < 5
    if isinstance(step, Throttled):
        assert 0 <= waited_s + step.seconds <= 25 * 3600
        assert step.paused or attempt < 5


@given(st.floats(0, 1))
def test_waits_grow_whatever_the_jitter(jitter: float) -> None:
    steps = [decide(said(500), n, NOW, jitter=lambda: jitter) for n in range(1, 5)]
    waits = [step.after_s for step in steps if isinstance(step, Retry)]
    assert len(waits) == 4
    assert all(shorter < longer for shorter, longer in pairwise(waits))


def test_a_rule_is_loaded_as_it_is_written() -> None:
    document = {"status": [404, "5xx"], "action": "ignore", "cause": "config"}
    rule = TypeAdapter(ErrorRule).validate_python(document)
    assert rule.model_dump(by_alias=True, exclude_unset=True, mode="json") == document

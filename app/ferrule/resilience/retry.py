"""Whether, when and why a request is sent again: a pure decision.

Semantics 10: the rules of the descriptor first; else exponential 1, 2, 4, 8 s with
jitter, at most 5 attempts, on 408, 425, 429, 5xx and broken connections. What the
answer asks for in a place that the descriptor names, or in `Retry-After`, wins. Waits
of one request beyond 15 minutes are a pause: the run waits until that time and
continues, and no attempt is used up. A service that asks for more than a day is an
error.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal, TypeAlias

import msgspec

from ferrule.exchange import Response
from ferrule.resilience import backoff
from ferrule.resilience.backoff import Failed, Wait
from ferrule.resilience.budget import asked_wait, remaining
from ferrule.resilience.policy import USUAL, Policy
from ferrule.resilience.rules import Action, ErrorRule, is_good

LONGEST_WAIT_S = 15 * 60.0
LONGEST_PAUSE_S = 25 * 3600.0
_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_SERVER_ERRORS = range(500, 600)


class Outcome(msgspec.Struct, frozen=True):
    """What became of one attempt.

    `answer` is None where none came; `rule` is the descriptor's that fits it.
    `repeatable` is true when a second sending does no harm: the request is idempotent
    or nothing of it was sent. `hopeless` marks a failure that another attempt cannot
    change.
    """

    answer: Response | None = None
    rule: ErrorRule | None = None
    repeatable: bool = True
    hopeless: bool = False

    @property
    def action(self) -> Action:
        """What follows: by the rule, else by the status as semantics 10 says."""
        if self.rule is not None:
            return self.rule.action
        if self.answer is None:
            return "fail" if self.hopeless else "retry"
        return _usual_action(self.answer)

    @property
    def good(self) -> bool | None:
        """Whether the service works, to a circuit breaker; None when it does not tell.

        Throttling is neither.
        """
        action = self.action
        if action == "rate_limited" or (self.answer is None and self.hopeless):
            return None
        if self.rule is not None and self.rule.cause is not None and action == "fail":
            return self.rule.cause == "config"
        if self.answer is None or action == "retry":
            return False
        return action != "fail" or self.answer.status not in _SERVER_ERRORS


class Accept(msgspec.Struct, frozen=True):
    """Take the answer; `ignored` as if nothing had been asked."""

    ignored: bool = False


class Retry(msgspec.Struct, frozen=True):
    """Send again in `after_s` seconds; the attempt counts."""

    after_s: float


class Throttled(msgspec.Struct, frozen=True):
    """The service asks to wait until a time.

    `paused`: beyond 15 minutes, so the run pauses and no attempt is used up.
    """

    until: datetime
    seconds: float
    paused: bool = False


class Refresh(msgspec.Struct, frozen=True):
    """Send again with a fresh credential, where there can be one."""


class Less(msgspec.Struct, frozen=True):
    """Ask again for less."""

    how: Literal["shrink_page", "split_window"]


class Stop(msgspec.Struct, frozen=True):
    """Do not send again; `asked_s` is the pause that the service wants, if any."""

    asked_s: float | None = None


Decision: TypeAlias = Accept | Retry | Throttled | Refresh | Less | Stop


def decide(
    outcome: Outcome,
    attempt: int,
    now: datetime,
    policy: Policy = USUAL,
    *,
    waited_s: float = 0.0,
    jitter: Callable[[], float] = random.random,
) -> Decision:
    """Return what to do after attempt number `attempt` (from 1) of one request.

    `waited_s` is how long this request has waited for the service already; `jitter`
    gives numbers from 0 up to 1.
    """
    action = outcome.action
    if action in {"success", "ignore"}:
        return Accept(ignored=action == "ignore")
    if action == "refresh_auth":
        return Refresh()
    if action in {"shrink_page", "split_window"}:
        return Less(action)
    if action == "fail" or not (outcome.repeatable or _not_done(outcome)):
        return Stop()
    failed = Failed(attempt, outcome.answer, now)
    return _again(wait_for(failed, policy, jitter), failed, policy, waited_s)


def wait_for(failed: Failed, policy: Policy, jitter: Callable[[], float]) -> Wait:
    """Return the wait after a failed attempt: the first back-off that applies.

    What the answer asks for in its usual headers goes before a wait that the answer
    has no say in.
    """
    kinds = (*policy.backoff, backoff.USUAL)
    waits = (kind.wait(failed, jitter) for kind in kinds)
    found = next(wait for wait in waits if wait is not None)
    if found.asked or failed.answer is None:
        return found
    asked = asked_wait(failed.answer.lower_headers, failed.now)
    return found if asked is None else Wait(asked, asked=True)


def _again(wait: Wait, failed: Failed, policy: Policy, waited_s: float) -> Decision:
    last = failed.attempt >= policy.max_attempts
    if not wait.asked:
        return Stop() if last else Retry(wait.seconds)
    total = waited_s + wait.seconds
    paused = total > LONGEST_WAIT_S
    if wait.too_long or total > LONGEST_PAUSE_S or (last and not paused):
        return Stop(wait.seconds)
    until = failed.now + timedelta(seconds=wait.seconds)
    return Throttled(until, wait.seconds, paused)


def _not_done(outcome: Outcome) -> bool:
    """Tell whether the service says that it did nothing with the request."""
    early = outcome.answer is not None and outcome.answer.status == HTTPStatus.TOO_EARLY
    return early or outcome.action == "rate_limited"


def _usual_action(answer: Response) -> Action:
    status = answer.status
    if is_good(status):
        return "success"
    if _is_about_rate(answer):
        return "rate_limited"
    if status == HTTPStatus.UNAUTHORIZED:
        return "refresh_auth"
    again = status in _AGAIN or status in _SERVER_ERRORS
    return "retry" if again else "fail"


def _is_about_rate(answer: Response) -> bool:
    """Tell whether the answer is about rate: 429, or a 403 whose headers say so.

    GitHub answers 403 with `x-ratelimit-remaining: 0`, or with `retry-after`
    (docs.github.com, "Rate limits for the REST API").
    """
    if answer.status != HTTPStatus.FORBIDDEN:
        return answer.status == HTTPStatus.TOO_MANY_REQUESTS
    return "retry-after" in answer.lower_headers or remaining(answer.lower_headers) == 0

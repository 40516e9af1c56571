"""Whether, when and why a request is sent again: a pure decision.

Semantics 10: exponential 1, 2, 4, 8 s with jitter, at most 5 attempts, on 408, 425,
429, 5xx and broken connections. `Retry-After` in seconds or as an HTTP-date (RFC 9110
10.2.3) wins; what cannot be read is ignored. Waits of one request beyond 15 minutes
are a pause: the run waits until that time and continues, and no attempt is used up.
A service that asks for more than a day is an error.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeAlias

FIRST_WAIT_S = 1.0
LONGEST_BACKOFF_S = 60.0
LONGEST_WAIT_S = 15 * 60.0
LONGEST_PAUSE_S = 25 * 3600.0
_AGAIN = frozenset({408, 425, 429})
_NOT_PROCESSED = frozenset({425, 429})
_FORBIDDEN = 403
_TOO_MANY = 429
_SERVER_ERRORS = range(500, 600)
_RATE_PREFIXES = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_EPOCH_FROM = 1_000_000_000.0
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt.

    `status` and `headers` (lower-case names) are those of the answer; without an
    answer `status` is None. `repeatable` is true when a second sending does no harm:
    the request is idempotent or nothing of it was sent. `hopeless` marks a failure
    that another attempt cannot change.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True
    hopeless: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """Send again in `after_s` seconds; the attempt counts."""

    after_s: float


@dataclass(frozen=True, slots=True)
class Throttled:
    """The service asks to wait until a time.

    `paused`: beyond 15 minutes, so the run pauses and no attempt is used up.
    """

    until: datetime
    seconds: float
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Do not send again; `asked_s` is the pause that the service wants, if any."""

    asked_s: float | None = None


Decision: TypeAlias = Retry | Throttled | Stop


@dataclass(frozen=True, slots=True)
class Policy:
    """How often to try, and where the jitter (0 up to 1) comes from."""

    max_attempts: int = 5
    jitter: Callable[[], float] = random.random


def decide(
    outcome: Outcome,
    attempt: int,
    now: datetime,
    policy: Policy | None = None,
    *,
    waited_s: float = 0.0,
) -> Decision:
    """Return what to do after attempt number `attempt` (from 1) of one request.

    `waited_s` is how long this request has waited for the service already.
    """
    rules = policy or Policy()
    if not (is_throttled(outcome) or _is_transient(outcome)):
        return Stop()
    asked = asked_wait(outcome.headers, now)
    if asked is not None:
        return _obey(asked, attempt, now, rules, waited_s)
    if attempt >= rules.max_attempts:
        return Stop()
    return Retry(backoff(attempt, rules.jitter))


def _obey(
    asked: float, attempt: int, now: datetime, policy: Policy, waited_s: float
) -> Decision:
    total = waited_s + asked
    if total > LONGEST_PAUSE_S:
        return Stop(asked)
    paused = total > LONGEST_WAIT_S
    if not paused and attempt >= policy.max_attempts:
        return Stop(asked)
    return Throttled(now + timedelta(seconds=asked), asked, paused)


def backoff(attempt: int, jitter: Callable[[], float]) -> float:
    """Return 1, 2, 4, 8 … s for attempts 1, 2, 3, 4 …, each up to a quarter longer."""
    base = min(FIRST_WAIT_S * 2.0 ** (attempt - 1), LONGEST_BACKOFF_S)
    return base * (1 + jitter() / 4)


def is_throttled(outcome: Outcome) -> bool:
    """Tell whether the answer is about rate: 429, or a 403 whose headers say so.

    GitHub answers 403 with `x-ratelimit-remaining: 0`, or with `retry-after`
    (docs.github.com, "Rate limits for the REST API").
    """
    if outcome.status != _FORBIDDEN:
        return outcome.status == _TOO_MANY
    return "retry-after" in outcome.headers or _spent(outcome.headers) is not None


def _is_transient(outcome: Outcome) -> bool:
    if outcome.hopeless:
        return False
    if outcome.status is None:
        return outcome.repeatable
    if outcome.status in _NOT_PROCESSED:
        return True
    again = outcome.status in _AGAIN or outcome.status in _SERVER_ERRORS
    return again and outcome.repeatable


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` or the rate-limit headers ask for.

    None when they say nothing, or nothing that can be read.
    """
    text = headers.get("retry-after", "").strip()
    seconds = _seconds(text)
    if seconds is None and text:
        seconds = _until_date(text, now)
    prefix = _spent(headers)
    if seconds is None and prefix is not None:
        seconds = _until_reset(headers.get(f"{prefix}reset", ""), now)
    return seconds


def _spent(headers: Mapping[str, str]) -> str | None:
    """Return the prefix of the rate-limit headers that say nothing is left."""
    for prefix in _RATE_PREFIXES:
        if headers.get(f"{prefix}remaining", "").strip() == "0":
            return prefix
    return None


def _seconds(text: str) -> float | None:
    """Return a number of seconds; RFC 9110 wants digits, some services send 1.5."""
    if not _NUMBER.fullmatch(text):
        return None
    return float(text)


def _until_date(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _until_reset(text: str, now: datetime) -> float | None:
    """Return the seconds to a reset told in epoch seconds, or in seconds from now."""
    number = _seconds(text.strip())
    if number is None:
        return None
    return max(0.0, number - now.timestamp()) if number > _EPOCH_FROM else number

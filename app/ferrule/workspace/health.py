"""How a connection is: the states, and what moves it from one to the next.

Seed 001 has healthy, degraded and error with consecutive failures and the last error;
seed 003 notices that a sign-in must be renewed; seed 004 (section 8) is alarmed when
95 in 100 answers take more than 2 s. Checks and the ends of runs are judged alike:

| found | state |
|---|---|
| it answers as expected | healthy, or degraded where answers are slow |
| the credential is refused | reauth_required |
| something that may pass, once or twice in a row | degraded |
| the same for the third time in a row | error |
| something that will not pass by itself | error |

A refused credential stays refused until it is accepted: a failure that may pass does
not hide it, nor does it make an error less than one.
"""

from collections.abc import Sequence
from math import ceil
from typing import Final, Literal

import msgspec

from ferrule.errors import (
    AuthRefused,
    CircuitOpen,
    ExchangeError,
    FerruleError,
    RateLimitError,
    ServiceUnreachable,
    TimedOut,
)
from ferrule.store import HealthState

Cause = Literal["auth", "passing", "lasting"]
ERROR_AFTER: Final = 3  # failures in a row that may each pass
SLOW_MS: Final = 2000.0
ENOUGH: Final = 5  # answers from which slowness is told
RECENT: Final = 20
SERVER_FAULT: Final = 500
_WAITING: Final = frozenset({408, 425, 429})


class Finding(msgspec.Struct, frozen=True):
    """What a check or a run found: well without a `cause`, else why not."""

    cause: Cause | None
    message: str = ""
    latency_ms: float | None = None


class Health(msgspec.Struct, frozen=True):
    """How a connection is, after so many failures in a row."""

    state: HealthState
    failures: int = 0
    error: str | None = None


def next_health(
    before: Health, found: Finding, latencies: Sequence[float] = ()
) -> Health:
    """Return how a connection is after a finding; `latencies` are the latest, in ms."""
    if found.cause is None:
        slow = p95(latencies[:RECENT])
        if slow is not None and len(latencies) >= ENOUGH and slow > SLOW_MS:
            return Health("degraded", 0, f"Answers are slow: p95 {slow:,.0f} ms.")
        return Health("healthy")
    failures = before.failures + 1
    state: HealthState = "error"
    if found.cause == "auth":
        state = "reauth_required"
    elif found.cause == "passing":
        failed = before.failures > 0 and before.state in {"error", "reauth_required"}
        if failed:
            state = before.state
        elif failures < ERROR_AFTER:
            state = "degraded"
    return Health(state, failures, found.message)


def p95(latencies: Sequence[float]) -> float | None:
    """Return the least time within which 95 in 100 answers came, None for none."""
    if not latencies:
        return None
    return sorted(latencies)[ceil(len(latencies) * 0.95) - 1]


def cause_of(error: FerruleError) -> Cause:
    """Return what kind of failure an error is."""
    if isinstance(error, AuthRefused):
        return "auth"
    if isinstance(error, ExchangeError) and error.status is not None:
        return cause_of_status(error.status)
    passing = (CircuitOpen, RateLimitError, ServiceUnreachable, TimedOut)
    return "passing" if isinstance(error, passing) else "lasting"


def cause_of_status(status: int) -> Cause:
    """Return what kind of failure a status is that was not expected."""
    return "passing" if status >= SERVER_FAULT or status in _WAITING else "lasting"

"""What a client tells while it waits, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Throttled:
    """Nothing is sent for `seconds`: our own rate limit, or the service, says so.

    `paused` is true for a wait beyond 15 minutes: the run stands still until `until`
    and then continues by itself.
    """

    seconds: float
    until: datetime
    asked_by: Literal["limit", "service"]
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Retrying:
    """Attempt number `attempt` of `attempts` failed; the next comes in `seconds`."""

    attempt: int
    attempts: int
    seconds: float
    reason: str


Notice: TypeAlias = Throttled | Retrying

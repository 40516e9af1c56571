"""What a client tells while it waits, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

AskedBy: TypeAlias = Literal["limit", "service", "breaker"]


@dataclass(frozen=True, slots=True)
class Throttled:
    """Nothing is sent for `seconds`: a limit, the service or the breaker says so.

    `paused` is true for a wait beyond 15 minutes: the run stands still until `until`
    and then continues by itself.
    """

    seconds: float
    until: datetime
    asked_by: AskedBy
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Retrying:
    """Attempt number `attempt` of `attempts` failed; the next comes in `seconds`."""

    attempt: int
    attempts: int
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Budget:
    """What the service says is left: `remaining` requests until `resets_at`.

    `limit` and `resets_at` are None where it does not say.
    """

    limit: int | None
    remaining: int
    resets_at: datetime | None


Notice: TypeAlias = Throttled | Retrying | Budget

"""What a client tells while it waits, as plain values."""

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

AskedBy: TypeAlias = Literal["limit", "service", "breaker"]


class Throttled(msgspec.Struct, frozen=True):
    """Nothing is sent for `seconds`: a limit, the service or the breaker says so.

    `paused` is true for a wait beyond 15 minutes: the run stands still until `until`
    and then continues by itself.
    """

    seconds: float
    until: datetime
    asked_by: AskedBy
    paused: bool = False


class Retrying(msgspec.Struct, frozen=True):
    """Attempt number `attempt` of `attempts` failed; the next comes in `seconds`."""

    attempt: int
    attempts: int
    seconds: float
    reason: str


class Budget(msgspec.Struct, frozen=True):
    """What the service says is left: `remaining` requests until `resets_at`.

    `limit` and `resets_at` are None where it does not say.
    """

    limit: int | None
    remaining: int
    resets_at: datetime | None


Notice: TypeAlias = Throttled | Retrying | Budget

"""Token buckets and quotas: how long to wait before the next request may go.

Both are driven by the monotonic seconds they are given and ask no clock. A grant is a
reservation: the token is taken at once and the caller waits, so that several threads
get their turns one after another. A bucket spreads requests evenly after its burst; a
quota, the form of an hour's or a day's limit, lets them go as they come until it is
spent, and then none until its time is over. What an hour or a day has been spent can
be kept from one process to the next.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias

DEFAULT_PER_SECOND = 2.0
DEFAULT_BURST = 10.0
QUOTA_FROM_S = 3600.0
_MINUTE = 60.0
_NUMBERS = 2

Only: TypeAlias = Callable[[str, str], bool]
Spent: TypeAlias = tuple[float, float]


class Limit(Protocol):
    """What has to grant before a request may go.

    `only` tells by method and path whether it is about a request (None: every one);
    `key` is the name that its state is kept under ("": it is not worth keeping).
    """

    only: Only | None
    key: str

    def reserve(self, now: float) -> float:
        """Take one request and return the seconds to wait until it may go."""

    def spent(self, now: float, epoch: float) -> Spent:
        """Return two numbers that `resume` understands; `epoch` is wall-clock time."""

    def resume(self, spent: Spent, now: float, epoch: float) -> None:
        """Go on from what an earlier process has spent, besides what was taken here."""


class Bucket:
    """`burst` tokens, refilled at `rate` a second; may be in debt by reservations."""

    def __init__(
        self, rate: float, burst: float, *, only: Only | None = None, key: str = ""
    ) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("a bucket needs a rate above 0 and a burst of 1 or more")
        self.rate = rate
        self.burst = burst
        self.only = only
        self.key = key
        self._tokens = burst
        self._at: float | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Bucket(rate={self.rate:g}, burst={self.burst:g})"

    def reserve(self, now: float) -> float:
        """Take one token and return the seconds to wait until it is there."""
        with self._lock:
            self._refill(now)
            self._tokens -= 1
            return max(0.0, -self._tokens / self.rate)

    def spent(self, now: float, epoch: float) -> Spent:
        """Return the tokens left and when."""
        with self._lock:
            self._refill(now)
            return self._tokens, epoch

    def resume(self, spent: Spent, now: float, epoch: float) -> None:
        """Begin with the tokens left, and those that came since then."""
        tokens, then = spent
        with self._lock:
            self._refill(now)
            taken = self.burst - self._tokens
            since = max(0.0, epoch - then)
            left = min(self.burst, min(tokens, self.burst) + since * self.rate)
            self._tokens = left - taken

    def _refill(self, now: float) -> None:
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._tokens = min(self.burst, self._tokens + passed * self.rate)
        self._at = now if self._at is None else max(now, self._at)


class Quota:
    """`limit` requests in `per` seconds, a time that begins with the first of them."""

    def __init__(
        self, limit: int, per: float, *, only: Only | None = None, key: str = ""
    ) -> None:
        if limit < 1 or per <= 0:
            raise ValueError("a quota needs a limit of 1 or more and a time above 0")
        self.limit = limit
        self.per = per
        self.only = only
        self.key = key
        self._used = 0
        self._since = 0.0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Quota(limit={self.limit}, per={self.per:g})"

    def reserve(self, now: float) -> float:
        """Take one request and return the seconds until its time begins."""
        with self._lock:
            self._renew(now)
            times_ahead = self._used // self.limit
            self._used += 1
            return max(0.0, self._since + times_ahead * self.per - now)

    def spent(self, now: float, epoch: float) -> Spent:
        """Return what was used, and when that began."""
        with self._lock:
            self._renew(now)
            return float(self._used), epoch - (now - self._since)

    def resume(self, spent: Spent, now: float, epoch: float) -> None:
        """Begin with what was used, unless its time is over."""
        used, began = spent
        with self._lock:
            self._renew(now)
            taken, self._used = self._used, max(0, int(used))
            self._since = now - max(0.0, epoch - began)
            self._renew(now)
            self._used += taken

    def _renew(self, now: float) -> None:
        """Forget the times that are over; what was reserved ahead stays."""
        over = int((now - self._since) // self.per)
        if over > 0:
            self._used = max(0, self._used - over * self.limit)
            self._since += over * self.per
        if self._used == 0:
            self._since = now


def reserve(
    limits: Iterable[Limit], now: float, method: str = "", path: str = ""
) -> float:
    """Take one request of every limit that is about it; return the longest wait."""
    about = (one for one in limits if one.only is None or one.only(method, path))
    return max((one.reserve(now) for one in about), default=0.0)


def spent(limits: Iterable[Limit], now: float, epoch: float) -> dict[str, Spent]:
    """Return what the limits worth keeping have spent, by their keys."""
    return {one.key: one.spent(now, epoch) for one in limits if one.key}


def resume(
    limits: Iterable[Limit], kept: Mapping[str, object], now: float, epoch: float
) -> None:
    """Have the limits go on from what `spent` said; what is no such thing is left."""
    for one in limits:
        found = kept.get(one.key) if one.key else None
        if isinstance(found, list | tuple) and len(found) == _NUMBERS:
            first, second = found
            if isinstance(first, int | float) and isinstance(second, int | float):
                one.resume((float(first), float(second)), now, epoch)


def default_buckets() -> tuple[Bucket, ...]:
    """Return what holds where nobody says anything: 2 a second, burst 10."""
    return (Bucket(DEFAULT_PER_SECOND, DEFAULT_BURST),)


def rpm_bucket(rpm: float) -> Bucket:
    """Return the bucket of `rateLimitRpm`: rpm/60 a second with burst 10."""
    return Bucket(rpm / _MINUTE, DEFAULT_BURST)


def limit_of(
    number: float,
    per: float,
    burst: float | None = None,
    *,
    only: Only | None = None,
    key: str = "",
) -> Limit:
    """Return one `rateLimits` entry: `number` requests in `per` seconds.

    From an hour on it is a quota, unless `burst` says how many may go at once. Below,
    at most 10 go at once, and never more than `number`.
    """
    kept = key if per >= QUOTA_FROM_S else ""
    if burst is None and per >= QUOTA_FROM_S and number >= 1:
        return Quota(int(number), per, only=only, key=kept)
    usual = min(DEFAULT_BURST, number)
    most = max(1.0, usual if burst is None else burst)
    return Bucket(number / per, most, only=only, key=kept)

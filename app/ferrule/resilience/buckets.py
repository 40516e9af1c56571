"""Token buckets: how long to wait before the next request may go.

A bucket is driven by the monotonic seconds it is given and asks no clock. A grant is a
reservation: the token is taken at once and the caller waits, so that several threads
get their turns one after another.
"""

import threading
from collections.abc import Iterable

DEFAULT_PER_SECOND = 2.0
DEFAULT_BURST = 10.0
_MINUTE = 60.0


class Bucket:
    """`burst` tokens, refilled at `rate` a second; may be in debt by reservations."""

    def __init__(self, rate: float, burst: float) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("a bucket needs a rate above 0 and a burst of 1 or more")
        self.rate = rate
        self.burst = burst
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

    def _refill(self, now: float) -> None:
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._tokens = min(self.burst, self._tokens + passed * self.rate)
        self._at = now if self._at is None else max(now, self._at)


def reserve(buckets: Iterable[Bucket], now: float) -> float:
    """Take one token of every bucket; return the seconds until all have granted."""
    return max((bucket.reserve(now) for bucket in buckets), default=0.0)


def default_buckets() -> tuple[Bucket, ...]:
    """Return what holds where nobody says anything: 2 a second, burst 10."""
    return (Bucket(DEFAULT_PER_SECOND, DEFAULT_BURST),)


def rpm_bucket(rpm: float) -> Bucket:
    """Return the bucket of `rateLimitRpm`: rpm/60 a second with burst 10."""
    return Bucket(rpm / _MINUTE, DEFAULT_BURST)


def limit_bucket(
    limit: float, per_seconds: float, burst: float | None = None
) -> Bucket:
    """Return the bucket of one `rateLimits` entry: `limit` requests in a time.

    Without `burst` at most 10 may go at once, and never more than `limit`: a day's
    budget must not be spent in its first second.
    """
    usual = min(DEFAULT_BURST, limit)
    return Bucket(limit / per_seconds, max(1.0, usual if burst is None else burst))

"""Counts of this process's requests, a minute at a time, until they are written."""

import threading
from collections.abc import Callable
from typing import Final

from ferrule.clock import Clock
from ferrule.store.traffic import BOUNDS_MS, Tally, Traffic, bucket_of, minute_of

_NONE: Final = Traffic().buckets
_ONE: Final = tuple(
    tuple(int(here == bucket) for here in range(len(BOUNDS_MS) + 1))
    for bucket in range(len(BOUNDS_MS) + 1)
)


class Counting:
    """Counts requests and waits by connection; safe to use from several threads.

    `soon` is told that there is something to be written.
    """

    def __init__(self, clock: Clock, soon: Callable[[], None]) -> None:
        self._clock = clock
        self._soon = soon
        self._lock = threading.Lock()
        self._sums: dict[tuple[str, int], Traffic] = {}

    def request(self, connection: str, *, ms: float | None, good: bool) -> None:
        """Count one request that was answered within `ms`, None for no answer."""
        buckets = _NONE if ms is None else _ONE[bucket_of(ms)]
        self._add(connection, Traffic(1, int(not good), 0, round(ms or 0), buckets))

    def meter(self, connection: str) -> Callable[[float | None, bool], None]:
        """Return what a client tells its attempts to."""

        def count(ms: float | None, good: bool) -> None:  # noqa: FBT001  as a Meter is called
            self.request(connection, ms=ms, good=good)

        return count

    def wait(self, connection: str, seconds: float) -> None:
        """Count seconds that a service made one wait."""
        self._add(connection, Traffic(backoff_ms=round(seconds * 1000)))

    def taken(self) -> list[Tally]:
        """Return what was counted and begin anew."""
        with self._lock:
            sums, self._sums = self._sums, {}
        return [Tally(*place, traffic) for place, traffic in sums.items()]

    def give_back(self, tallies: list[Tally]) -> None:
        """Count again what could not be written."""
        with self._lock:
            for one in tallies:
                self._sum((one.connection, one.minute), one.traffic)

    def _add(self, connection: str, more: Traffic) -> None:
        place = connection, minute_of(self._clock.now())
        with self._lock:
            self._sum(place, more)
        self._soon()

    def _sum(self, place: tuple[str, int], more: Traffic) -> None:
        known = self._sums.get(place)
        self._sums[place] = more if known is None else known + more

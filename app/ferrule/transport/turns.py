"""When the next request may go: rates, the service's own pause, how many at once."""

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from urllib.parse import urlsplit

from ferrule.exchange import Response
from ferrule.resilience import buckets
from ferrule.resilience.buckets import Limit, Spent
from ferrule.resilience.budget import Left, read_budget, remaining
from ferrule.resilience.retry import LONGEST_PAUSE_S
from ferrule.resilience.rules import is_good
from ferrule.transport.notices import AskedBy, Budget
from ferrule.transport.patience import Patience
from ferrule.transport.trip import NAP_S, Trip

_BUDGET_EVERY_S = 1.0


class Turns:
    """Grants requests their turns, one after another; shared by threads.

    A pause that a service asks for holds the requests that share a limit with the one
    it answered: all of them, unless a limit of its own says which ones those are.
    """

    def __init__(self, limits: Sequence[Limit], patience: Patience) -> None:
        self._limits = tuple(limits)
        self._by_path = tuple(limit for limit in limits if limit.only is not None)
        self._patience = patience
        self._clock = patience.clock
        self._resume_at: dict[Limit | None, float] = {}
        self._told_at = float("-inf")

    def take(self, trip: Trip) -> None:
        """Wait until every limit grants and the service's pause is over."""
        now = self._clock.monotonic()
        path = _path(trip) if self._by_path else ""
        ours = buckets.reserve(self._limits, now, trip.request.method, path)
        theirs = self._held_until(trip) - now
        asked_by: AskedBy = "limit" if ours >= theirs else "service"
        self._patience.wait(max(ours, theirs), trip, asked_by)

    def hold(self, seconds: float, trip: Trip) -> None:
        """Let no request like the trip's go for so long, in whatever thread."""
        until = self._clock.monotonic() + seconds
        for limit in self._about(trip) or (None,):
            self._resume_at[limit] = max(self._resume_at.get(limit, 0.0), until)

    def _held_until(self, trip: Trip) -> float:
        if not self._resume_at:
            return 0.0
        held = (None, *self._about(trip))
        return max(self._resume_at.get(limit, 0.0) for limit in held)

    def _about(self, trip: Trip) -> tuple[Limit, ...]:
        """Return the limits of some requests only that are about the trip's."""
        if not self._by_path:
            return ()
        method, path = trip.request.method, _path(trip)
        found = self._by_path
        return tuple(one for one in found if one.only and one.only(method, path))

    def note(self, response: Response, trip: Trip) -> None:
        """Hold where the service says that nothing is left, and tell the budget.

        It is told at most once a second, and always when nothing is left.
        """
        many = remaining(response.lower_headers)
        if many is None:
            return
        moment = self._clock.monotonic()
        if many == 0 or moment - self._told_at >= _BUDGET_EVERY_S:
            self._told_at = moment
            self._tell(response, many, trip)

    def _tell(self, response: Response, many: int, trip: Trip) -> None:
        now = self._clock.now()
        left = read_budget(response.lower_headers, now) or Left(many)
        at = None
        if left.resets_in is not None:
            at = now + timedelta(seconds=left.resets_in)
            if many == 0 and is_good(response.status):
                self.hold(min(left.resets_in, LONGEST_PAUSE_S), trip)
        self._patience.tell(Budget(left.limit, many, at))

    def spent(self) -> dict[str, Spent]:
        """Return what the limits of an hour and more have spent, to be kept."""
        now, epoch = self._clock.monotonic(), self._clock.now().timestamp()
        return buckets.spent(self._limits, now, epoch)

    def resume(self, kept: Mapping[str, object]) -> None:
        """Go on from what `spent` said in an earlier process."""
        now, epoch = self._clock.monotonic(), self._clock.now().timestamp()
        buckets.resume(self._limits, kept, now, epoch)


def _path(trip: Trip) -> str:
    return urlsplit(trip.request.url).path


class Seats:
    """How many requests may be under way at once; None for any number."""

    def __init__(self, many: int | None) -> None:
        self._free = None if many is None else threading.Semaphore(many)

    def seat(self, trip: Trip) -> "_Seat":
        """Return what holds a seat for the trip while it is entered."""
        return _Seat(self._free, trip)


class _Seat:
    """One of the seats."""

    def __init__(self, free: threading.Semaphore | None, trip: Trip) -> None:
        self._free = free
        self._trip = trip

    def __enter__(self) -> None:
        """Wait for a free seat.

        Raises:
            Cancelled: when the trip was.
        """
        if self._free is not None:
            while not self._free.acquire(timeout=NAP_S):
                self._trip.go_on()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._free is not None:
            self._free.release()

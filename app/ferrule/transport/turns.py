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
    """Grants requests their turns, one after another; shared by threads."""

    def __init__(self, limits: Sequence[Limit], patience: Patience) -> None:
        self._limits = tuple(limits)
        self._by_path = any(limit.only is not None for limit in limits)
        self._patience = patience
        self._clock = patience.clock
        self._resume_at = 0.0
        self._told_at = float("-inf")

    def take(self, trip: Trip) -> None:
        """Wait until every limit grants and the service's pause is over."""
        now = self._clock.monotonic()
        path = urlsplit(trip.request.url).path if self._by_path else ""
        ours = buckets.reserve(self._limits, now, trip.request.method, path)
        theirs = self._resume_at - now
        asked_by: AskedBy = "limit" if ours >= theirs else "service"
        self._patience.wait(max(ours, theirs), trip, asked_by)

    def hold(self, seconds: float) -> None:
        """Let no request go for so long, in whatever thread."""
        until = self._clock.monotonic() + seconds
        self._resume_at = max(self._resume_at, until)

    def note(self, response: Response) -> None:
        """Hold where the service says that nothing is left, and tell the budget.

        It is told at most once a second, and always when nothing is left.
        """
        many = remaining(response.lower_headers)
        if many is None:
            return
        moment = self._clock.monotonic()
        if many == 0 or moment - self._told_at >= _BUDGET_EVERY_S:
            self._told_at = moment
            self._tell(response, many)

    def _tell(self, response: Response, many: int) -> None:
        now = self._clock.now()
        left = read_budget(response.lower_headers, now) or Left(many)
        at = None
        if left.resets_in is not None:
            at = now + timedelta(seconds=left.resets_in)
            if many == 0 and is_good(response.status):
                self.hold(min(left.resets_in, LONGEST_PAUSE_S))
        self._patience.tell(Budget(left.limit, many, at))

    def spent(self) -> dict[str, Spent]:
        """Return what the limits of an hour and more have spent, to be kept."""
        now, epoch = self._clock.monotonic(), self._clock.now().timestamp()
        return buckets.spent(self._limits, now, epoch)

    def resume(self, kept: Mapping[str, object]) -> None:
        """Go on from what `spent` said in an earlier process."""
        now, epoch = self._clock.monotonic(), self._clock.now().timestamp()
        buckets.resume(self._limits, kept, now, epoch)


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

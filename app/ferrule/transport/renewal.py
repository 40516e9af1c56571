"""A fresh credential: before the old one ends, or where it is refused.

It is asked for once and used by all threads. A request is signed before it comes here;
once there is a fresher credential, each attempt goes with that one instead.
"""

import threading
from typing import Protocol

from ferrule.exchange import Request
from ferrule.transport.trip import Hook, Trip


class Refresh(Protocol):
    """What gets fresh credentials; called by one thread at a time, but for `cancel`."""

    def due(self) -> Hook | None:
        """Return what puts a fresh credential into a request, if one is due; else None.

        Asked before every attempt, so it is quick where none is.
        """

    def fresh(self) -> Hook | None:
        """Return what puts a fresh credential in: the one at hand was refused.

        None where there is no other: then the refusal counts.
        """

    def cancel(self) -> None:
        """End what is under way, from any thread."""


class Renewal:
    """The credential that a client goes with once there is a fresher one."""

    def __init__(self, refresh: Refresh | None) -> None:
        self._refresh = refresh
        self._hook: Hook | None = None
        self._lock = threading.Lock()

    def signed(self, trip: Trip) -> Request:
        """Return the trip's request with the freshest credential there is.

        Raises:
            FerruleError: when one is due and cannot be had.
        """
        if self._refresh is not None:
            with self._lock:
                self._hook = self._refresh.due() or self._hook
        trip.hook = self._hook
        return trip.request if trip.hook is None else trip.hook(trip.request)

    def renew(self, trip: Trip) -> bool:
        """Get a fresh credential, once a trip; False where there is none to be had.

        Of several threads that were refused with the same one, only the first asks.

        Raises:
            FerruleError: when it cannot be had.
        """
        if self._refresh is None or trip.renewed:
            return False
        trip.renewed = True
        with self._lock:
            if self._hook is trip.hook:
                fresh = self._refresh.fresh()
                self._hook = fresh or self._hook
                return fresh is not None
        return True

    def cancel(self) -> None:
        """End the asking that is under way."""
        if self._refresh is not None:
            self._refresh.cancel()

"""A fresh credential where the old one is refused: asked for once, used by all."""

import threading
from collections.abc import Callable

from ferrule.exchange import Request
from ferrule.transport.trip import Hook, Trip

Refresh = Callable[[], Hook]
"""Gets a fresh credential and returns what puts it into a request."""


class Renewal:
    """The credential that a client goes with once the first one was refused."""

    def __init__(self, refresh: Refresh | None) -> None:
        self._refresh = refresh
        self._hook: Hook | None = None
        self._lock = threading.Lock()

    def signed(self, trip: Trip) -> Request:
        """Return the trip's request with the freshest credential there is."""
        trip.hook = self._hook
        return trip.request if trip.hook is None else trip.hook(trip.request)

    def renew(self, trip: Trip) -> bool:
        """Get a fresh credential, once a trip; False where there is none to be had.

        Of several threads that were refused with the same one, only the first asks.
        """
        if self._refresh is None or trip.renewed:
            return False
        trip.renewed = True
        with self._lock:
            if self._hook is trip.hook:
                self._hook = self._refresh()
        return True

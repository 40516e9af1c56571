"""The circuit breakers of a connection at work: who may pass, and how it went."""

import threading
from dataclasses import dataclass

from ferrule.resilience.breaker import BreakerState, CircuitBreaker
from ferrule.transport.patience import Patience
from ferrule.transport.trip import NAP_S, Trip


class Gate:
    """One breaker and how it stands; shared by threads."""

    def __init__(self, breaker: CircuitBreaker) -> None:
        self._breaker = breaker
        self._state = BreakerState()
        self._lock = threading.Lock()

    def admit(self, now: float) -> int | None:
        """Let a request through and return the era it belongs to, or None."""
        with self._lock:
            state = self._breaker.admit(self._state, now)
            if state is None:
                return None
            self._state = state
            return state.era

    def after(self, era: int, now: float, *, good: bool | None) -> None:
        """Note how a request went that was let through."""
        with self._lock:
            self._state = self._breaker.after(self._state, era, now, good=good)

    def passable_in(self, now: float) -> float:
        """Return the seconds until it is worth asking again."""
        until = self._state.open_until
        return NAP_S if until is None else max(until - now, NAP_S)


@dataclass(slots=True)
class Passage:
    """A request that was let through; `leave` tells how it went, once."""

    gate: Gate
    era: int
    patience: Patience

    def leave(self, *, good: bool | None) -> None:
        """Note how it went; None when it tells nothing about the service."""
        self.gate.after(self.era, self.patience.clock.monotonic(), good=good)


class Gates:
    """The gates of a client, one for each breaker that its streams name."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._gates: dict[CircuitBreaker, Gate] = {}
        self._lock = threading.Lock()

    def enter(self, trip: Trip) -> Passage | None:
        """Wait until the trip's breaker lets it through; None where it has none.

        Raises:
            CircuitOpen: when it is open for longer than anybody waits.
            Cancelled: when the trip was.
        """
        if trip.policy.breaker is None:
            return None
        gate = self._gate(trip.policy.breaker)
        clock = self._patience.clock
        while (era := gate.admit(now := clock.monotonic())) is None:
            self._patience.wait(gate.passable_in(now), trip, "breaker")
        return Passage(gate, era, self._patience)

    def _gate(self, breaker: CircuitBreaker) -> Gate:
        with self._lock:
            return self._gates.setdefault(breaker, Gate(breaker))

"""When to stop asking a service that keeps failing: a pure decision.

Closed, every request goes. After `failureThreshold` failures in a row it is open and
nothing goes for `resetTimeoutMs`. Then exactly `halfOpenMax` requests may probe: when
all of them are answered it closes, when one fails it opens again. What was sent in an
earlier state says nothing about the present one.
"""

import msgspec
from msgspec.structs import replace
from pydantic import Field

from ferrule.section import Section, Whole


class BreakerState(msgspec.Struct, frozen=True):
    """How a breaker stands; the moments are monotonic seconds.

    `era` counts its openings and closings; `failures` are those in a row;
    `open_until` is None while it is closed; `probes` were let through since then, of
    which `answered` came back well.
    """

    era: int = 0
    failures: int = 0
    open_until: float | None = None
    probes: int = 0
    answered: int = 0


class CircuitBreaker(Section):
    """Send nothing for a while after too many failures in a row."""

    failure_threshold: Whole = Field(
        title="Failures", description="Failures in a row that open the breaker", gt=0
    )
    reset_timeout_ms: Whole = Field(
        title="Open for (ms)", description="How long nothing is sent", gt=0
    )
    half_open_max: Whole = Field(
        title="Probes", description="Requests that may try afterwards", gt=0
    )

    def admit(self, state: BreakerState, now: float) -> BreakerState | None:
        """Return the state after one more request is let through; None to refuse it."""
        if state.open_until is None:
            return state
        if now < state.open_until or state.probes >= self.half_open_max:
            return None
        return replace(state, probes=state.probes + 1)

    def after(
        self, state: BreakerState, era: int, now: float, *, good: bool | None
    ) -> BreakerState:
        """Return the state after a request of `era` came back.

        `good` is None for one that tells nothing: it was cancelled, or never sent.
        """
        if era != state.era:
            return state
        if state.open_until is not None:
            return self._probed(state, now, good=good)
        if good is None:
            return state
        if good:
            return replace(state, failures=0) if state.failures else state
        failures = state.failures + 1
        if failures < self.failure_threshold:
            return replace(state, failures=failures)
        return self._opened(state, now)

    def _probed(
        self, state: BreakerState, now: float, *, good: bool | None
    ) -> BreakerState:
        if good is None:
            return replace(state, probes=max(0, state.probes - 1))
        if not good:
            return self._opened(state, now)
        answered = state.answered + 1
        if answered < self.half_open_max:
            return replace(state, answered=answered)
        return BreakerState(era=state.era + 1)

    def _opened(self, state: BreakerState, now: float) -> BreakerState:
        until = now + self.reset_timeout_ms / 1000
        return BreakerState(era=state.era + 1, open_until=until)

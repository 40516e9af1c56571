"""One request through all its attempts: what it waits for, and how it is shown."""

from collections.abc import Callable
from functools import cached_property

from ferrule.clock import Clock
from ferrule.errors import Cancelled
from ferrule.exchange import Request
from ferrule.redaction import Redactor
from ferrule.resilience.policy import Policy
from ferrule.transport.faults import Shown
from ferrule.transport.hosts import origin
from ferrule.transport.underway import Exchange

NAP_S = 0.125
_NO_WAIT_S = 0.0005

Hook = Callable[[Request], Request]
"""Puts a fresh credential into a request."""


class Trip:
    """One request through all its attempts.

    `attempt` counts those begun; `waited_s` is what the service asked for so far;
    `sent` tells whether one of them may have had an effect; `hook` is the fresh
    credential that the last attempt went with, `renewed` whether one was asked for on
    this trip.
    """

    def __init__(
        self,
        request: Request,
        redactor: Redactor,
        policy: Policy,
        *,
        idempotent: bool = True,
        timed: bool = False,
    ) -> None:
        self.request = request
        self._redactor = redactor
        self.policy = policy
        self.idempotent = idempotent
        self.exchange = Exchange(timed=timed)
        self.attempt = 0
        self.waited_s = 0.0
        self.hook: Hook | None = None
        self.renewed = False
        self.sent = False

    @cached_property
    def shown(self) -> Shown:
        """The request as it may be shown; made only when somebody looks."""
        request, redactor = self.request, self._redactor
        return Shown(
            request.method,
            redactor.url(request.full_url),
            redactor.text(origin(request.url).host),
            request.timeout_ms / 1000,
        )

    def sleep(self, seconds: float, clock: Clock) -> None:
        """Sleep in naps, so that a cancel ends it within an eighth of a second.

        Raises:
            Cancelled: when it was.
        """
        left = seconds
        while left > _NO_WAIT_S and not self.exchange.cancelled:
            clock.sleep(min(left, NAP_S))
            left -= NAP_S
        self.go_on()

    def go_on(self) -> None:
        """Do nothing, unless the trip was cancelled.

        Raises:
            Cancelled: then.
        """
        if self.exchange.cancelled:
            raise Cancelled(
                f"The request to {self.shown.host} was cancelled.",
                method=self.shown.method,
                url=self.shown.url,
            )

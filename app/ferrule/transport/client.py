"""The client: throttle, send, retry, and say in our own words what went wrong.

Every request passes the host policy, waits for its turn, has a total deadline an
attempt, and is repeated only where that does no harm. Nothing that leaves here as an
error holds a secret. A client may be shared by threads; `cancel` ends all that is
under way in any of them.
"""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx

from ferrule.clock import Clock, SystemClock
from ferrule.errors import Cancelled, ExchangeError
from ferrule.exchange import Request, Response
from ferrule.redaction import Redactor, live
from ferrule.resilience import retry
from ferrule.resilience.buckets import Bucket, reserve
from ferrule.transport.faults import Fault, Shown, fault
from ferrule.transport.hosts import HostPolicy, origin
from ferrule.transport.notices import Notice, Retrying, Throttled
from ferrule.transport.trust import default_trust
from ferrule.transport.underway import Exchange
from ferrule.transport.verdict import is_good, judge, snippet
from ferrule.transport.wire import Trust, Wire

_MAX_BODY = 64_000_000
_NAP_S = 0.125
_NO_WAIT_S = 0.0005
_WORTH_TELLING_S = 1.0
_CLOCK = SystemClock()


def _quiet(_notice: Notice) -> None:
    """Tell nobody."""


class Client:
    """Sends requests to the hosts it was given, one connection pool for all.

    `buckets` are the rate limits, all of which must grant; none means no limit.
    `max_body` counts bytes after unpacking. `trust` makes the TLS context when the
    first https request is sent.
    """

    def __init__(
        self,
        hosts: HostPolicy,
        *,
        buckets: Sequence[Bucket] = (),
        redactor: Redactor = live,
        clock: Clock = _CLOCK,
        max_body: int = _MAX_BODY,
        max_attempts: int = 5,
        on_notice: Callable[[Notice], None] = _quiet,
        jitter: Callable[[], float] = random.random,
        trust: Trust = default_trust,
    ) -> None:
        self._hosts = hosts
        self._buckets = tuple(buckets)
        self._redactor = redactor
        self._clock = clock
        self._tell = on_notice
        self._policy = retry.Policy(max_attempts, jitter)
        self._wire = Wire(hosts, trust, max_body)
        self._lock = threading.Lock()
        self._flying: set[Exchange] = set()
        self._resume_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, request: Request, *, idempotent: bool = True) -> Response:
        """Return the good answer (2xx or 304) to `request`.

        Without `idempotent` it is sent again only where it cannot have had an effect.

        Raises:
            ExchangeError: whatever else became of it, after the attempts.
        """
        trip = _Trip(self._shown(request), idempotent=idempotent)
        with _Flight(self, trip.exchange):
            while True:
                result = self._attempt(request, trip)
                if isinstance(result, Response) and is_good(result):
                    return result
                self._next_step(trip, result)

    def exchange(self, request: Request) -> Response:
        """Send `request` once and return the answer, whatever its status.

        Raises:
            ExchangeError: when no whole answer came.
        """
        trip = _Trip(self._shown(request))
        with _Flight(self, trip.exchange):
            result = self._attempt(request, trip)
        if isinstance(result, Fault):
            raise result.error
        return result

    def snippet(self, body: bytes) -> str:
        """Return the redacted beginning of a body, to show beside an error."""
        return snippet(body, self._redactor)

    def cancel(self) -> None:
        """End every exchange and every wait under way, at once; later ones work."""
        with self._lock:
            flying = list(self._flying)
        for exchange in flying:
            exchange.cancel()

    def close(self) -> None:
        """Cancel what is under way and close every connection."""
        self.cancel()
        self._wire.close()

    def _shown(self, request: Request) -> Shown:
        url = self._redactor.url(request.full_url)
        try:
            self._hosts.check(request.url)
            host = self._redactor.text(origin(request.url).host)
        except ExchangeError as error:
            raise self._clean(error, request.method, url) from None
        return Shown(request.method, url, host, request.timeout_ms / 1000)

    def _clean(self, error: ExchangeError, method: str, url: str) -> ExchangeError:
        error.message = self._redactor.text(error.message)
        error.args = (error.message,)
        error.method, error.url = method, url
        return error

    def _attempt(self, request: Request, trip: "_Trip") -> Response | Fault:
        self._take_turn(trip)
        trip.attempt += 1
        try:
            return self._wire.once(request, trip.exchange)
        except (httpx.TransportError, ExchangeError) as error:
            found = fault(error, trip.exchange, trip.shown, self._redactor)
            self._clean(found.error, trip.shown.method, trip.shown.url)
            return found

    def _next_step(self, trip: "_Trip", result: Response | Fault) -> None:
        """Wait for the next attempt, or raise what became of the request."""
        outcome = _outcome(result, trip)
        step = retry.decide(
            outcome,
            trip.attempt,
            self._clock.now(),
            self._policy,
            waited_s=trip.waited_s,
        )
        if isinstance(step, retry.Stop):
            raise self._error(trip, result, outcome, step) from None
        if isinstance(step, retry.Throttled):
            self._pause(trip, step)
        else:
            self._tell(self._retrying(trip, result, step.after_s))
            self._wait(step.after_s, trip)

    def _pause(self, trip: "_Trip", step: retry.Throttled) -> None:
        trip.waited_s += step.seconds
        trip.attempt -= step.paused
        self._resume_at = max(
            self._resume_at, self._clock.monotonic() + step.seconds
        )  # other threads stop too
        self._tell(Throttled(step.seconds, step.until, "service", step.paused))
        self._wait(step.seconds, trip)

    def _take_turn(self, trip: "_Trip") -> None:
        now = self._clock.monotonic()
        ours, theirs = reserve(self._buckets, now), self._resume_at - now
        seconds = max(ours, theirs)
        if seconds >= _WORTH_TELLING_S:
            until = self._clock.now() + timedelta(seconds=seconds)
            self._tell(
                Throttled(seconds, until, "limit" if ours >= theirs else "service")
            )
        self._wait(seconds, trip)

    def _wait(self, seconds: float, trip: "_Trip") -> None:
        """Sleep in naps, so that a cancel ends it within an eighth of a second."""
        left = seconds
        while left > _NO_WAIT_S and not trip.exchange.cancelled:
            self._clock.sleep(min(left, _NAP_S))
            left -= _NAP_S
        if trip.exchange.cancelled:
            raise Cancelled(
                f"The request to {trip.shown.host} was cancelled.",
                method=trip.shown.method,
                url=trip.shown.url,
            )

    def _retrying(
        self, trip: "_Trip", result: Response | Fault, seconds: float
    ) -> Retrying:
        if isinstance(result, Fault):
            reason = result.error.message
        else:
            reason = f"{trip.shown.host} answered {result.status}."
        return Retrying(trip.attempt, self._policy.max_attempts, seconds, reason)

    def _error(
        self,
        trip: "_Trip",
        result: Response | Fault,
        outcome: retry.Outcome,
        step: retry.Stop,
    ) -> ExchangeError:
        if isinstance(result, Fault):
            return _counted(result.error, trip.attempt)
        wait = None
        if retry.is_throttled(outcome):
            usual = retry.backoff(trip.attempt, self._policy.jitter)
            wait = usual if step.asked_s is None else step.asked_s
        return judge(
            result,
            trip.shown,
            self._redactor,
            attempts=trip.attempt,
            throttled_for=wait,
        )


class _Trip:
    """One request through all its attempts."""

    def __init__(self, shown: Shown, *, idempotent: bool = True) -> None:
        self.shown = shown
        self.idempotent = idempotent
        self.exchange = Exchange()
        self.attempt = 0
        self.waited_s = 0.0


class _Flight:
    """Keeps an exchange among those that `cancel` ends."""

    def __init__(self, client: Client, exchange: Exchange) -> None:
        self._flying = client._flying  # noqa: SLF001  # one class in two parts
        self._lock = client._lock  # noqa: SLF001  # the same
        self._exchange = exchange

    def __enter__(self) -> None:
        with self._lock:
            self._flying.add(self._exchange)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._flying.discard(self._exchange)


def _outcome(result: Response | Fault, trip: _Trip) -> retry.Outcome:
    if isinstance(result, Response):
        return retry.Outcome(
            result.status, result.lower_headers, repeatable=trip.idempotent
        )
    return retry.Outcome(
        repeatable=trip.idempotent or result.unsent, hopeless=result.hopeless
    )


def _counted(error: ExchangeError, attempts: int) -> ExchangeError:
    if attempts > 1:
        error.message = f"{error.message} ({attempts} attempts)"
        error.args = (error.message,)
    return error

"""The client: throttle, send, retry, and say in our own words what went wrong.

Every request passes the host policy, waits for its turn, has a total deadline an
attempt, and is repeated only where that does no harm. Nothing that leaves here as an
error holds a secret. A client may be shared by threads; `cancel` ends all that is
under way in any of them.
"""

import math
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeAlias

from ferrule.clock import Clock, SystemClock
from ferrule.errors import ExchangeError
from ferrule.exchange import Request, Response
from ferrule.redaction import Redactor, live
from ferrule.resilience import policy as policies
from ferrule.resilience import retry
from ferrule.resilience.backoff import Failed
from ferrule.resilience.buckets import Limit, Spent
from ferrule.resilience.policy import Policy
from ferrule.transport.faults import WIRE_ERRORS, Fault, fault
from ferrule.transport.gates import Gates
from ferrule.transport.hosts import HostPolicy
from ferrule.transport.notices import Notice, Retrying, Throttled
from ferrule.transport.patience import Patience
from ferrule.transport.renewal import Refresh, Renewal
from ferrule.transport.trip import Trip
from ferrule.transport.trust import default_trust
from ferrule.transport.turns import Seats, Turns
from ferrule.transport.underway import Exchange
from ferrule.transport.verdict import judge, snippet
from ferrule.transport.wire import Trust, Wire

MOST_BODY = 64_000_000
"""How large a body may be, unpacked, where nothing else is said."""
_CLOCK = SystemClock()
_FAILED = frozenset({"fail", "retry"})  # to be asked to wait is no failure
_NOT_DONE = frozenset({"rate_limited", "refresh_auth"})  # the service says so


Meter: TypeAlias = Callable[[float | None, bool], None]
"""Told of every attempt: in how many ms it was answered (None: never), whether well."""


def _uncounted(_ms: float | None, _good: bool) -> None:  # noqa: FBT001  as Meter says
    """Count nothing."""


def _quiet(_notice: Notice) -> None:
    """Tell nobody."""


def _unseen(_request: Request, _answer: Response) -> None:
    """Show nobody."""


class Client:
    """Sends requests to the hosts it was given, one connection pool for all.

    `limits` are the rates, all of which must grant; none means no limit. `at_once` is
    how many requests may be under way, `patience_s` the longest wait that is waited: a
    longer one is an error. `policy` is how failures are met where `send` is not told.
    `refresh` gets a fresh credential where one is due or refused. `max_body` counts
    bytes after unpacking. `trust` makes the TLS context when the first https request is
    sent. `timed`: answers tell when the steps of their exchange were over. `on_answer`
    is shown every answer of any status, with the request as it went out: with secrets.
    `meter` counts attempts.
    """

    def __init__(
        self,
        hosts: HostPolicy,
        *,
        limits: Sequence[Limit] = (),
        at_once: int | None = None,
        policy: Policy = policies.USUAL,
        refresh: Refresh | None = None,
        redactor: Redactor = live,
        clock: Clock = _CLOCK,
        max_body: int = MOST_BODY,
        patience_s: float = math.inf,
        on_notice: Callable[[Notice], None] = _quiet,
        jitter: Callable[[], float] = random.random,
        trust: Trust = default_trust,
        timed: bool = False,
        on_answer: Callable[[Request, Response], None] = _unseen,
        meter: Meter = _uncounted,
    ) -> None:
        self._hosts = hosts
        self._meter = meter
        self._on_answer = on_answer
        self._redactor = redactor
        self._clock = clock
        self._policy = policy
        self._jitter = jitter
        self._timed = timed
        self._patience = Patience(clock, on_notice, patience_s)
        self._turns = Turns(limits, self._patience)
        self._seats = Seats(at_once)
        self._gates = Gates(self._patience)
        self._renewal = Renewal(refresh)
        self._wire = Wire(hosts, trust, max_body)
        self._lock = threading.Lock()
        self._flying: set[Exchange] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(
        self,
        request: Request,
        policy: Policy | None = None,
        *,
        idempotent: bool = True,
        under_way: Callable[[Exchange], None] = lambda _exchange: None,
    ) -> Response:
        """Return the good answer to `request`: 2xx, 304, or what a rule takes for it.

        `policy` is how the failures of its stream are met. Without `idempotent` it is
        sent again only where it cannot have had an effect. `under_way` is given what
        ends this request alone, before anything is waited for.

        Raises:
            AskForLess: when a rule says that less may be answered.
            CircuitOpen: when the breaker is open for longer than anybody waits.
            ExchangeError: whatever else became of it, after the attempts.
        """
        trip = self._trip(request, policy, idempotent=idempotent)
        with _Flight(self, trip.exchange):
            under_way(trip.exchange)
            try:
                return self._answered(trip)
            except ExchangeError as error:
                error.sent = error.sent or trip.sent  # if not by now, then before
                raise

    def _answered(self, trip: Trip) -> Response:
        while True:
            result, outcome = self._attempt(trip)
            step = retry.decide(
                outcome,
                trip.attempt,
                self._clock.now(),
                trip.policy,
                waited_s=trip.waited_s,
                jitter=self._jitter,
            )
            if isinstance(result, Response) and isinstance(step, retry.Accept):
                return replace(result, ignored=True) if step.ignored else result
            self._next_step(trip, result, outcome, step)

    def exchange(self, request: Request) -> Response:
        """Send `request` once and return the answer, whatever its status.

        Where the credential is refused and a fresh one can be had, once more with that.

        Raises:
            ExchangeError: when no whole answer came.
        """
        trip = self._trip(request, None)
        with _Flight(self, trip.exchange):
            result, outcome = self._attempt(trip)
            if outcome.action == "refresh_auth" and self._renewal.renew(trip):
                result, _ = self._attempt(trip)
        if isinstance(result, Fault):
            raise result.error
        return result

    def spent(self) -> dict[str, Spent]:
        """Return what the limits of an hour and more have spent, to be kept."""
        return self._turns.spent()

    def resume(self, spent: Mapping[str, object]) -> None:
        """Count what an earlier client of the connection had `spent` as well; once."""
        self._turns.resume(spent)

    def received(self) -> tuple[int, int | None]:
        """Return the bytes that came so far of what is under way, and of how many.

        The second is None where that is not known; both count what is on the wire.
        """
        with self._lock:
            flying = list(self._flying)
        expected = [one.expected for one in flying]
        whole = sum(filter(None, expected)) if flying and None not in expected else None
        return sum(one.received for one in flying), whole

    def snippet(self, body: bytes) -> str:
        """Return the redacted beginning of a body, to show beside an error."""
        return snippet(body, self._redactor)

    def cancel(self) -> None:
        """End every exchange and every wait under way, at once; later ones work."""
        with self._lock:
            flying = list(self._flying)
        for exchange in flying:
            exchange.cancel()
        self._renewal.cancel()

    def close(self) -> None:
        """Cancel what is under way and close every connection."""
        self.cancel()
        self._wire.close()

    def _trip(
        self, request: Request, policy: Policy | None, *, idempotent: bool = True
    ) -> Trip:
        try:
            self._hosts.check(request.url)
        except ExchangeError as error:
            url = self._redactor.url(request.full_url)
            raise self._clean(error, request.method, url) from None
        return Trip(
            request,
            self._redactor,
            policy or self._policy,
            idempotent=idempotent,
            timed=self._timed,
        )

    def _clean(self, error: ExchangeError, method: str, url: str) -> ExchangeError:
        error.message = self._redactor.text(error.message)
        error.args = (error.message,)
        error.method, error.url = method, url
        return error

    def _attempt(self, trip: Trip) -> tuple[Response | Fault, retry.Outcome]:
        """Send once, when all grant it, and return what came of it."""
        self._turns.take(trip)
        with self._seats.seat(trip):
            passage = self._gates.enter(trip)
            good: bool | None = None
            try:
                result = self._once(trip)
                outcome = _outcome(result, trip)
                good = outcome.good
            finally:
                if passage is not None:
                    passage.leave(good=good)
        trip.sent |= trip.exchange.sent and outcome.action not in _NOT_DONE
        good_enough = outcome.action not in _FAILED
        if isinstance(result, Response):
            self._turns.note(result, trip)
            self._meter(result.elapsed_ms, good_enough)
        else:
            self._meter(None, good_enough)
        return result, outcome

    def _once(self, trip: Trip) -> Response | Fault:
        trip.attempt += 1
        request = self._renewal.signed(trip)  # its errors are not about this request
        try:
            answer = self._wire.once(request, trip.exchange)
        except (*WIRE_ERRORS, ExchangeError) as error:
            found = fault(error, trip.exchange, trip.shown, self._redactor)
            self._clean(found.error, trip.shown.method, trip.shown.url)
            return found
        self._on_answer(request, answer)
        return answer

    def _next_step(
        self,
        trip: Trip,
        result: Response | Fault,
        outcome: retry.Outcome,
        step: retry.Decision,
    ) -> None:
        """Wait for the next attempt, or raise what became of the request."""
        if (
            isinstance(step, retry.Throttled)
            and step.seconds <= self._patience.longest_s
        ):
            self._pause(trip, step)
        elif isinstance(step, retry.Retry):
            self._patience.tell(_retrying(trip, result, step.after_s))
            trip.sleep(step.after_s, self._clock)
        elif isinstance(step, retry.Refresh) and self._renewal.renew(trip):
            trip.attempt -= 1
        else:
            raise self._error(trip, result, outcome, step) from None

    def _pause(self, trip: Trip, step: retry.Throttled) -> None:
        trip.waited_s += step.seconds
        trip.attempt -= step.paused
        self._turns.hold(step.seconds, trip)  # other threads stop too
        self._patience.tell(Throttled(step.seconds, step.until, "service", step.paused))
        trip.sleep(step.seconds, self._clock)

    def _error(
        self,
        trip: Trip,
        result: Response | Fault,
        outcome: retry.Outcome,
        step: retry.Decision,
    ) -> ExchangeError:
        if isinstance(result, Fault):
            return _counted(result.error, trip.attempt)
        return judge(
            result,
            trip.shown,
            self._redactor,
            attempts=trip.attempt,
            outcome=outcome,
            wait=self._told_wait(trip, outcome, step),
        )

    def _told_wait(
        self, trip: Trip, outcome: retry.Outcome, step: retry.Decision
    ) -> float:
        """Return the seconds to wait that an error about rate tells."""
        if isinstance(step, retry.Throttled):
            return step.seconds
        if isinstance(step, retry.Stop) and step.asked_s is not None:
            return step.asked_s
        failed = Failed(trip.attempt, outcome.answer, self._clock.now())
        return retry.wait_for(failed, trip.policy, self._jitter).seconds


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


def _outcome(result: Response | Fault, trip: Trip) -> retry.Outcome:
    if isinstance(result, Response):
        rule = trip.policy.rule(result)
        return retry.Outcome(result, rule, repeatable=trip.idempotent)
    return retry.Outcome(
        repeatable=trip.idempotent or result.unsent, hopeless=result.hopeless
    )


def _retrying(trip: Trip, result: Response | Fault, seconds: float) -> Retrying:
    if isinstance(result, Fault):
        reason = result.error.message
    else:
        reason = f"{trip.shown.host} answered {result.status}."
    return Retrying(trip.attempt, trip.policy.max_attempts, seconds, reason)


def _counted(error: ExchangeError, attempts: int) -> ExchangeError:
    if attempts > 1:
        error.message = f"{error.message} ({attempts} attempts)"
        error.args = (error.message,)
    return error

"""Sending events to their sinks: a thread for each, each event at most five times.

What is slow or fails at one sink holds up no other. An event is claimed before it is
sent, so that two processes do not send it at once; what a process had claimed that died
is sent again, under the same id.
"""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol

from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError, StoreError
from ferrule.redaction import live
from ferrule.store.outbound import MOST_ATTEMPTS, Outbound, OutboundEvent

LOOK_S: Final = 2.0
"""Seconds after which somebody else's events are looked for."""
END_S: Final = 3.0
"""Seconds for which the end waits for sinks that have an event in hand."""
_SOON: Final = 0.01
_BUG: Final = "It could not be sent for a reason that nobody foresaw; the log has it."
_CUT_SHORT: Final = "Whatever sent it ended, each time, before the sink had answered."
log = logging.getLogger(__name__)


class Told(Protocol):
    """Hears of each attempt, in the thread of its sink."""

    def __call__(self, event: OutboundEvent, error: str | None, *, dead: bool) -> None:
        """Hear why an event was not taken, None where it was; whether it is dead."""


def _unheard(event: OutboundEvent, error: str | None, *, dead: bool) -> None:
    del event, error, dead


class Sink(Protocol):
    """Where events go."""

    def send(self, event: OutboundEvent) -> None:
        """Hand one event over.

        Raises:
            FerruleError: when it was not taken.
        """

    def close(self) -> None:
        """Give back what was opened."""


class Sender:
    """Sends what is due, for as long as a process runs.

    `told` hears of each attempt; `also` is done every two seconds, in a thread that
    sends nothing.
    """

    def __init__(
        self,
        outbound: Outbound,
        project: str,
        sinks: Mapping[str, Sink],
        *,
        clock: Clock | None = None,
        told: Told = _unheard,
        also: Callable[[], object] = lambda: None,
    ) -> None:
        self._clock = clock or SystemClock()
        queue = _Queue(outbound, project, self._clock)
        self._lanes = [
            _Lane(queue.of(name), sink, told=told) for name, sink in sinks.items()
        ]
        self._rest = _Lane(queue.without(sinks), None, told=told, also=also)

    def start(self) -> None:
        """Begin with what is due already."""
        for one in (*self._lanes, self._rest):
            one.start()

    def wake(self) -> None:
        """Say that something may be due; from any thread."""
        for one in self._lanes:
            one.wake()

    def finish(self) -> None:
        """End after the events in hand; what waits is sent at the next start.

        A sink that hangs is not waited for: its event is sent again after a minute.
        """
        lanes = (*self._lanes, self._rest)
        for one in lanes:
            one.end()
        until = self._clock.monotonic() + END_S
        for one in lanes:
            one.close(max(until - self._clock.monotonic(), 0.0))

    def work_off(self) -> int:
        """Send what is due now and return how many were taken by their sinks."""
        return sum(one.work_off() for one in (*self._lanes, self._rest))


class _Queue:
    """The events of one sink of a project; or of no sink that is there."""

    def __init__(
        self,
        outbound: Outbound,
        project: str,
        clock: Clock,
        *,
        sink: str | None = None,
        others: Collection[str] = (),
    ) -> None:
        self.outbound = outbound
        self.clock = clock
        self._project = project
        self._sink = sink
        self._others = others

    def of(self, sink: str) -> "_Queue":
        return _Queue(self.outbound, self._project, self.clock, sink=sink)

    def without(self, sinks: Collection[str]) -> "_Queue":
        return _Queue(self.outbound, self._project, self.clock, others=sinks)

    def claim(self) -> OutboundEvent | None:
        return self.outbound.claim(self._project, self._sink, self._others)

    def due_in(self) -> float:
        """Return in how many seconds the next is due, at most the time of a look."""
        due = self.outbound.next_due(self._project, self._sink, self._others)
        return LOOK_S if due is None else due - self.clock.now().timestamp()


class _Lane:
    """The way to one sink. One without a sink fails what has none any more."""

    def __init__(
        self,
        queue: _Queue,
        sink: Sink | None,
        *,
        told: Told,
        also: Callable[[], object] = lambda: None,
    ) -> None:
        self._queue = queue
        self._sink = sink
        self._told = told
        self._also = also
        self._rests_until = 0.0
        self._wanted = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbound", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wanted.set()

    def end(self) -> None:
        self._ending.set()
        self._wanted.set()

    def close(self, seconds: float) -> None:
        """Wait so long for the end, then give back what the sink had opened."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        if self._sink is not None and not self._thread.is_alive():
            self._sink.close()

    def work_off(self) -> int:
        """Send what is due, until there is no more or the sink fails."""
        sent = 0
        while not (self._ending.is_set() or self._rest() > 0):
            event = self._queue.claim()
            if event is None:
                break
            sent += self._is_sent(event)
        return sent

    def _rest(self) -> float:
        """Return for how many seconds a sink rests that failed a moment ago."""
        return self._rests_until - self._queue.clock.monotonic()

    def _is_sent(self, event: OutboundEvent) -> bool:
        try:
            self._send(event)
        except FerruleError as error:
            self._failed(event, str(error))
        except Exception:
            log.exception("Event %s could not be sent.", event.event_id)
            self._failed(event, _BUG)
        else:
            self._queue.outbound.sent(event.id)
            self._told(event, None, dead=False)
            return True
        return False

    def _send(self, event: OutboundEvent) -> None:
        if event.attempts > MOST_ATTEMPTS:
            raise StoreError(_CUT_SHORT)
        if self._sink is None:
            raise StoreError(f"There is no sink “{event.sink}” any more.")
        self._sink.send(event)

    def _failed(self, event: OutboundEvent, why: str) -> None:
        if self._sink is not None:
            self._rests_until = self._queue.clock.monotonic() + event.pause
        is_dead = self._queue.outbound.failed(event, why) == "dead"
        if is_dead:
            named = (event.type, event.event_id, event.sink, live.text(why))
            log.warning("%s %s for “%s” is a dead letter: %s", *named)
        self._told(event, why, dead=is_dead)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._wanted.clear()
            wait = LOOK_S
            try:
                self._also()
                wait = self._looked()
            except StoreError as error:
                log.warning("%s", live.text(str(error)))
            except Exception:
                log.exception("Events could not be sent.")
            if not self._ending.is_set():  # it may have been forgotten above
                self._wanted.wait(wait)

    def _looked(self) -> float:
        """Send what is due and return in how many seconds to look again."""
        if self._queue.due_in() <= 0:
            self.work_off()
        wait = max(self._queue.due_in(), self._rest(), _SOON)
        return min(wait, LOOK_S)

"""The lines of deliveries: called, refused, mapped, dead, replayed, sent on.

Each stands under the correlation id that the caller was answered with, so that all that
was done about a delivery is found by it. Calls that came to nobody have no such id: of
those only how many there were is told, once a minute and for each reason.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from ferrule.clock import Clock, SystemClock
from ferrule.exchange import Json
from ferrule.redaction import live
from ferrule.store.delivery_records import Delivery
from ferrule.store.operations import Level
from ferrule.store.outbound import OutboundEvent
from ferrule.webhook.gateway.answers import Notice
from ferrule.workspace.operations.log import OperationLog
from ferrule.workspace.workspace import Workspace

QUIET_S: Final = 60.0
"""Seconds between two lines of calls that came to nobody, for each reason."""
_NAMED: Final = 100  # characters of an event's type: whoever calls chooses it
_AT_ONCE: Final = 500
_REFUSED: Final = 400  # RFC 9110, section 15.5
_ACCEPTED: Final = "accepted"
_OUTCOMES: Final = {
    _ACCEPTED: "received",
    "ignored": "ignored",
    "duplicate": "duplicate",
    "conflict": "duplicate",
    "challenge": "done",
}
_SAID: Final = {
    _ACCEPTED: "was received",
    "ignored": "was received and is ignored: no rule of the connector is for it",
    "duplicate": "came again and is a duplicate",
    "conflict": "came again with another body",
    "challenge": "asked whether we are there, and was answered",
}
_LEVELS: Final[dict[str, Level]] = {"conflict": "warning", "challenge": "debug"}


class DeliveryLines:
    """Notes what a gateway does about calls; safe to use from several threads."""

    def __init__(self, log: OperationLog, clock: Clock | None = None) -> None:
        self._log = log
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._unnamed: dict[str, tuple[float, int]] = {}

    def answered(self, notice: Notice) -> None:
        """Note a call that was answered."""
        if notice.call is None and notice.status >= _REFUSED:
            self._turned_away(notice)
        elif notice.status >= _REFUSED:
            self._refused(notice)
        else:
            self._came(notice)

    def settled(self, delivery: Delivery) -> None:
        """Note what mapping made of a delivery."""
        is_dead = delivery.status == "dead"
        name = f"Delivery {delivery.id}"
        if is_dead:
            told = f"{name} is a dead letter: {delivery.error}"
        elif delivery.error:
            told = f"{name} is {delivery.status}: {delivery.error}"
        else:
            told = f"{name} was {delivery.status}: {_counted(delivery)}."
        self._about(
            delivery,
            told,
            operation="deadletter" if is_dead else "webhook",
            level="error" if is_dead else "info",
            details={**delivery.outcome, "attempts": delivery.attempts},
        )

    def put_off(self, delivery: Delivery, error: str, seconds: float) -> None:
        """Note an attempt to map a delivery that failed and is made again."""
        why = f"could not be mapped and is tried again in {seconds:g} s: {error}"
        self._about(
            delivery,
            f"Delivery {delivery.id} {why}",
            operation="webhook",
            level="warning",
            outcome="failed",
            details={"attempts": delivery.attempts},
        )

    def replayed(self, first: Delivery, again: Delivery) -> None:
        """Note that a delivery came once more: a line of each of the two."""
        told = f"Delivery {first.id} was replayed as delivery {again.id}."
        link: dict[str, Json] = {
            "replayedAs": again.id,
            "correlation": again.correlation_id,
        }
        self._about(first, told, operation="replay", outcome="done", details=link)
        edited = ", edited" if again.reason == "edited" else ""
        told = f"Delivery {again.id} repeats delivery {first.id}{edited}."
        link = {"replayOf": first.id, "correlation": first.correlation_id}
        self._about(again, told, operation="replay", outcome="received", details=link)

    def done(
        self, deliveries: Iterable[Delivery], operation: str, outcome: str, said: str
    ) -> None:
        """Note that a person did something with deliveries, a line each."""
        for one in deliveries:
            told = f"Delivery {one.id} {said}"
            self._about(one, told, operation=operation, outcome=outcome)

    def event(self, event: OutboundEvent, error: str | None, *, dead: bool) -> None:
        """Note an attempt to send an event on; `error` says why it was not taken.

        What a run made is sent by the thousand: of that only failures are told.
        """
        if error is None and event.correlation.startswith("run:"):
            return
        told = f"“{event.type}” was sent to {event.sink}."
        if error is not None:
            end = "is a dead letter" if dead else "is tried again"
            told = f"“{event.type}” was not taken by {event.sink} and {end}: {error}"
        self._log.note(
            "outbound",
            told,
            level="info" if error is None else "error" if dead else "warning",
            connection=event.connection,
            correlation=event.correlation,
            entity=event.sink,
            outcome="sent" if error is None else "dead" if dead else "failed",
            details={"event": event.event_id, "attempts": event.attempts},
        )

    def _came(self, notice: Notice) -> None:
        call, kept = notice.call, notice.kept
        details: dict[str, Json] = {"status": notice.status}
        if notice.judged is not None:
            details["verdict"] = notice.judged.state
        if call is not None:
            details["size"] = len(call.body)
        if kept is not None:
            details["delivery"] = kept.id
            if kept.duplicate_of is not None:
                details["duplicateOf"] = kept.duplicate_of
        said = _SAID.get(notice.what, notice.what)
        self._call(
            notice,
            f"{_name(notice)} {said}.",
            _LEVELS.get(notice.what, "info"),
            _OUTCOMES.get(notice.what, notice.what),
            details,
        )

    def _refused(self, notice: Notice) -> None:
        details: dict[str, Json] = {"status": notice.status, "reason": notice.what}
        if notice.call is not None:
            details["size"] = len(notice.call.body)
        told = f"{_name(notice)} was refused: {notice.what}."
        self._call(notice, told, "warning", "refused", details)

    def _call(
        self,
        notice: Notice,
        message: str,
        level: Level,
        outcome: str,
        details: dict[str, Json],
    ) -> None:
        call = notice.call
        self._log.note(
            "webhook",
            message,
            level=level,
            connector=notice.connector_id,
            connection=notice.connection,
            correlation=call.correlation_id if call is not None else "",
            entity=_event(call.event_type if call is not None else None),
            outcome=outcome,
            duration_ms=notice.seconds * 1000,
            details=details,
            at=datetime.fromisoformat(call.received_at) if call is not None else None,
        )

    def _turned_away(self, notice: Notice) -> None:
        """Count a call that came to nobody; tell of them now and then."""
        now, what = self._clock.monotonic(), notice.what
        with self._lock:
            until, many = self._unnamed.get(what, (now, 0))
            if now < until:
                self._unnamed[what] = until, many + 1
                return
            self._unnamed[what] = now + QUIET_S, 0
        more = f"; {many} more since the line before" if many else ""
        self._log.note(
            "webhook",
            f"A call was refused: {what}{more}.",
            level="warning",
            outcome="refused",
            details={"status": notice.status, "reason": what, "more": many},
        )

    def _about(
        self,
        delivery: Delivery,
        message: str,
        *,
        operation: str,
        level: Level = "info",
        outcome: str = "",
        details: dict[str, Json] | None = None,
    ) -> None:
        self._log.note(
            operation,
            message,
            level=level,
            connector=delivery.connector_id,
            connection=delivery.connection,
            correlation=delivery.correlation_id,
            entity=_event(delivery.event_type),
            outcome=outcome or delivery.status,
            details={"delivery": delivery.id, **(details or {})},
        )


def delivery_lines(workspace: Workspace) -> DeliveryLines:
    """Return what notes lines of a workspace's deliveries."""
    return DeliveryLines(workspace.operations)


def numbered(workspace: Workspace, numbers: Sequence[int]) -> Iterator[Delivery]:
    """Yield the deliveries of the project that have these numbers."""
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        yield from workspace.deliveries.named(workspace.project.key, part)


def _name(notice: Notice) -> str:
    event = _event(notice.call.event_type if notice.call is not None else None)
    return f"“{event}”" if event else "A call"


def _event(event_type: str | None) -> str:
    return live.text(event_type or "")[:_NAMED]


def _counted(delivery: Delivery) -> str:
    counts = [f"{n} {name}" for name, n in delivery.outcome.items() if type(n) is int]
    return ", ".join(counts) or "nothing was to be done"

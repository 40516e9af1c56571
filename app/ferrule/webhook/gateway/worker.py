"""Maps what was written down: one thread that takes what waits, oldest first.

What a program before this one left is taken at the start. Reading and computing happen
outside of the transaction, and what is found is written in one transaction for all that
were taken. One that cannot be written now is tried again, later each time; one that
never can is dead, and a person sees why.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from ferrule.errors import FerruleError, StoreError
from ferrule.redaction import live
from ferrule.store.delivery_records import (
    Delivery,
    MapDelivery,
    Settled,
    Taken,
    WriteSettled,
)
from ferrule.store.delivery_work import Taker

AT_ONCE: Final = 32
LOOK_S: Final = 2.0
"""Seconds after which somebody else's pending deliveries are looked for."""
MOST_ATTEMPTS: Final = 5
WAITS: Final = (1.0, 5.0, 30.0, 300.0)
"""Seconds before the second attempt, the third, …"""

log = logging.getLogger(__name__)
Told = Callable[[Delivery], None]
PutOff = Callable[[Delivery, str, float], None]
"""Hears of a delivery that is tried again: why, and in how many seconds."""


class Pending(Protocol):
    """What the worker needs of the store."""

    def has_pending(self) -> bool:
        """Tell whether a delivery waits that may be taken now."""

    def take(self, taker: Taker, limit: int = ...) -> Sequence[Taken]:
        """Take the oldest pending deliveries that nobody has."""

    def settle(
        self, taker: Taker, found: Sequence[tuple[int, WriteSettled]]
    ) -> Sequence[Delivery | Exception | None]:
        """Settle deliveries that were taken, with what belongs to them."""

    def postpone(self, taker: Taker, number: int, seconds: float, error: str) -> None:
        """Give a delivery back for so many seconds."""

    def release(self, taker: Taker) -> None:
        """Give back all that a taker has."""


class Mapper:
    """A worker that maps deliveries in a thread of its own.

    `map_delivery` is what it maps by; without it everything goes on waiting.
    """

    def __init__(
        self,
        deliveries: Pending,
        map_delivery: MapDelivery | None,
        *,
        name: str = "gateway",
        told: Told = lambda _: None,
        put_off: PutOff = lambda *_: None,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._deliveries = deliveries
        self._map = map_delivery
        self._taker = Taker.named(name)
        self._told = told
        self._put_off = put_off
        self._tidy = tidy
        self._wanted = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mapping")

    def start(self) -> None:
        """Begin with what waits already."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something waits; from any thread."""
        self._wanted.set()

    def finish(self) -> None:
        """End after what is in hand; what still waits is taken at the next start."""
        self._ending.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()

    def work_off(self) -> int:
        """Map what may be taken now and return how many were settled."""
        settled = 0
        while self._map is not None and not self._ending.is_set():
            taken = self._deliveries.take(self._taker, AT_ONCE)
            if not taken:
                break
            settled += self._settle(taken, self._map)
        return settled

    def _run(self) -> None:
        at_start = True  # what a process left that is gone is not free otherwise
        while not self._ending.is_set():
            self._wanted.clear()
            try:
                if at_start or self._deliveries.has_pending():
                    self.work_off()
                at_start = False
                self._tidy()
            except StoreError as error:
                log.warning("%s", live.text(str(error)))
            except Exception:
                log.exception("Deliveries could not be mapped.")
            self._wanted.wait(LOOK_S)

    def _settle(self, taken: Sequence[Taken], map_delivery: MapDelivery) -> int:
        found = [(one.delivery.id, _computed(map_delivery, one)) for one in taken]
        try:
            results = self._deliveries.settle(self._taker, found)
        except StoreError as error:
            self._deliveries.release(self._taker)
            raise error from None
        return sum(map(self._ended, taken, results))

    def _ended(self, one: Taken, result: Delivery | Exception | None) -> bool:
        """Tell of one that is settled; try one again that failed."""
        if isinstance(result, Delivery):
            self._told(result)
            return True
        if isinstance(result, Exception):
            self._failed(one, result)
        return False

    def _failed(self, one: Taken, error: Exception) -> None:
        number, attempts = one.delivery.id, one.delivery.attempts
        if not isinstance(error, FerruleError):
            log.error("Delivery %d could not be mapped.", number, exc_info=error)
        message = str(error) if isinstance(error, FerruleError) else _BUG
        if attempts < MOST_ATTEMPTS:
            wait = WAITS[min(attempts, len(WAITS)) - 1]
            self._deliveries.postpone(self._taker, number, wait, message)
            self._put_off(one.delivery, message, wait)
            return
        dead = Settled("dead", error=message)
        for settled in self._deliveries.settle(self._taker, [(number, lambda _: dead)]):
            if isinstance(settled, Delivery):
                self._told(settled)


_BUG: Final = "Mapping it failed for a reason that nobody foresaw; the log has it."


def _computed(map_delivery: MapDelivery, one: Taken) -> WriteSettled:
    """Return what is to be written; what mapping raises is raised there."""
    try:
        return map_delivery(one)
    except Exception as error:  # noqa: BLE001  one must not stop the others
        return _raising(error)


def _raising(error: Exception) -> WriteSettled:
    def write(_: object) -> Settled:
        raise error

    return write

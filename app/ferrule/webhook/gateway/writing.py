"""Calls written down together: one transaction for all that wait (group commit).

A commit that waits for the disk costs a millisecond or more whether it holds one call
or fifty. So one thread writes, and while it does the next calls gather. Each is
answered after its own commit, and one whose caller gave up before is not written.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ferrule.errors import FerruleError, StoreError
from ferrule.store.delivery_records import Kept, NewDelivery

MOST_AT_ONCE: Final = 256
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_WAITING: Final = 1024

log = logging.getLogger(__name__)
Keep = Callable[[Sequence[NewDelivery]], Sequence[Kept | None]]
Draft = Callable[[], NewDelivery]
"""Puts down what is to be written of a call; called by the thread that writes."""


class Written(NamedTuple):
    """A call that was written down, and what became of it."""

    call: NewDelivery
    kept: Kept


Found = Written | FerruleError | None


class _Ticket:
    """A call that waits for its commit; nobody waits for one without a future."""

    __slots__ = ("draft", "future", "size")

    def __init__(
        self, draft: Draft, size: int, future: "asyncio.Future[Written | None] | None"
    ) -> None:
        self.draft = draft
        self.size = size
        self.future = future

    @property
    def is_given_up(self) -> bool:
        return self.future is not None and self.future.cancelled()


class Writer:
    """Writes calls down in a thread of its own, for one event loop."""

    def __init__(
        self, keep: Keep, *, most_at_once: int = MOST_AT_ONCE, wrote: Callable[[], None]
    ) -> None:
        self._keep = keep
        self._most = most_at_once
        self._wrote = wrote
        self._waiting: queue.SimpleQueue[_Ticket | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="deliveries")

    def start(self) -> None:
        """Begin, for the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def finish(self) -> None:
        """Write what waits, and end; it blocks until that is done."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    async def keep(self, draft: Draft, size: int) -> Written | None:
        """Return what became of a call of so many bytes, once it is on the disk.

        None stands for a connection that is gone. Who stops waiting gives the call up.

        Raises:
            StoreError: when it could not be written, or too many wait.
        """
        if self._loop is None or self._waiting.qsize() >= MOST_WAITING:
            raise StoreError("Too many calls wait to be written down.")
        future: asyncio.Future[Written | None] = self._loop.create_future()
        self._waiting.put(_Ticket(draft, size, future))
        return await future

    def note(self, call: NewDelivery) -> None:
        """Let a call be written down for which nobody waits; too many are left out."""
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(_Ticket(lambda: call, len(call.body), None))

    def _run(self) -> None:
        going_on = True
        while going_on:
            tickets, going_on = self._gathered()
            wanted = [one for one in tickets if not one.is_given_up]
            if wanted:
                self._tell(wanted, self._written(wanted))

    def _gathered(self) -> tuple[list[_Ticket], bool]:
        """Return all that waits, one at least, and whether to go on after it."""
        tickets: list[_Ticket] = []
        size = 0
        while len(tickets) < self._most and size < MOST_BYTES:
            try:
                ticket = self._waiting.get(block=not tickets)
            except queue.Empty:
                break
            if ticket is None:
                return tickets, False
            tickets.append(ticket)
            size += ticket.size
        return tickets, True

    def _written(self, tickets: Sequence[_Ticket]) -> Sequence[Found]:
        """Return what became of each; a bug must not let callers wait for ever."""
        drafts = [_drafted(one.draft) for one in tickets]
        calls = [one for one in drafts if isinstance(one, NewDelivery)]
        try:
            kept = iter(self._keep(calls))
        except FerruleError as error:
            return [error] * len(tickets)
        except Exception:
            log.exception("Calls could not be written down.")
            return [StoreError("The call could not be kept.")] * len(tickets)
        self._wrote()
        return [
            _paired(one, next(kept)) if isinstance(one, NewDelivery) else one
            for one in drafts
        ]

    def _tell(self, tickets: Sequence[_Ticket], results: Sequence[Found]) -> None:
        """Wake all who wait, in one go."""
        waited = [
            (one.future, result)
            for one, result in zip(tickets, results, strict=True)
            if one.future is not None
        ]
        if waited and self._loop is not None:
            self._loop.call_soon_threadsafe(_wake, waited)


def _drafted(draft: Draft) -> NewDelivery | StoreError:
    try:
        return draft()
    except Exception:
        log.exception("A call could not be put down.")
        return StoreError("The call could not be kept.")


def _paired(call: NewDelivery, kept: Kept | None) -> Written | None:
    return None if kept is None else Written(call, kept)


def _wake(
    waited: Sequence[tuple["asyncio.Future[Written | None]", Found]],
) -> None:
    for future, result in waited:
        if future.done():
            continue
        if isinstance(result, FerruleError):
            future.set_exception(result)
        else:
            future.set_result(result)

"""Look-ahead: a few requests under way before it is their turn, answered in order.

Requests are the same values whoever sends them, so an answer that was fetched ahead is
used when its very request is asked for, and forgotten when it is no longer expected.
At most `threads` are under way; what is kept is bounded by what is expected. A service
that answers at once is asked one page at a time: there is nothing to wait for, and
threads would only cost (measured on loopback: 2.5 of 40 µs a record).
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from ferrule.exchange import Request, Response
from ferrule.resilience import Policy
from ferrule.sync.cutting import Cut
from ferrule.sync.plan import StreamPlan
from ferrule.sync.position import Position
from ferrule.sync.reading import Reading, Send
from ferrule.sync.request import page_request

USUAL_THREADS = 4
QUICK_MS = 2.0
_LATEST = 8  # answers that tell how quick a service is


def _nothing_under_way() -> None:
    """Leave requests alone: nobody can end them."""


class Ahead:
    """Fetches through `send` in threads; `cancel` ends what is under way.

    An error shows when its request is asked for, and never if it is not.
    """

    def __init__(
        self,
        send: Send,
        threads: int = USUAL_THREADS,
        cancel: Callable[[], None] = _nothing_under_way,
    ) -> None:
        self._send = send
        self._cancel = cancel
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ahead")
        self._flying: list[tuple[Request, Future[Response]]] = []
        self._dropped: list[Future[Response]] = []
        self._spare = threads - 1
        self._took: deque[float] = deque(maxlen=_LATEST)

    @property
    def room(self) -> int:
        """How many requests may be sent before it is their turn.

        A quarter of the latest answers tells that a service is quick: threads that
        wait for each other make even its answers seem slow.
        """
        took = sorted(self._took)
        quick = bool(took) and took[len(took) // 4] < QUICK_MS
        return 0 if quick else self._spare

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def fetch(
        self, request: Request, policy: Policy, *, expected: Sequence[Request]
    ) -> Response:
        """Return the answer to `request`; fetch the expected ones meanwhile.

        Raises:
            ExchangeError: when it does not come.
        """
        answer = self._fetched(request, policy, expected)
        if answer.elapsed_ms:  # else nobody has looked at the clock
            self._took.append(answer.elapsed_ms)
        return answer

    def _fetched(
        self, request: Request, policy: Policy, expected: Sequence[Request]
    ) -> Response:
        known = self._taken(request)
        if self.room:  # else those under way are the next ones, the last of them
            self._forget([one for one in expected if one != request])
        if known is None and not expected:
            return self._send(request, policy)
        mine = known or self._pool.submit(self._send, request, policy)
        for one in expected:
            if all(one != flying for flying, _ in self._flying):
                self._flying.append((one, self._pool.submit(self._send, one, policy)))
        return mine.result()

    def close(self) -> None:
        """End what is under way and wait for the threads."""
        self._forget([])
        self._pool.shutdown(wait=False, cancel_futures=True)
        if any(not future.done() for future in self._dropped):
            self._cancel()
        self._pool.shutdown(wait=True)

    def _taken(self, request: Request) -> Future[Response] | None:
        for place, (flying, future) in enumerate(self._flying):
            if flying == request:
                del self._flying[place]
                return future
        return None

    def _forget(self, expected: Sequence[Request]) -> None:
        """Keep what is expected; what is under way beyond that ends unheard."""
        kept = [(r, f) for r, f in self._flying if r in expected]
        gone = [f for r, f in self._flying if r not in expected]
        self._dropped = [
            f for f in (*self._dropped, *gone) if not (f.done() or f.cancel())
        ]
        self._flying = kept


class Guess:
    """Tells the pages of one cut before they are named, where pages are counted.

    It begins after the cut's first page, and ends for good with a guess that is wrong.
    """

    def __init__(self, plan: StreamPlan) -> None:
        self._plan = plan
        self._right: bool | None = None
        self._total: int | None = None

    def following(self, cut: Cut, here: Position, many: int) -> list[Request]:
        """Return at most so many requests that are likely to follow `here`."""
        if not self._right:
            return []
        paging = self._plan.pagination.with_size(here.size)
        tokens = paging.guesses(here.token, self._total, many)
        return [page_request(self._plan, cut, token, paging) for token in tokens]

    def opening(self, cut: Cut) -> Request:
        """Return the request with which a later cut begins."""
        return page_request(self._plan, cut, cut.begin.token)

    def learn(self, here: Position, read: Reading) -> None:
        """Note what really followed `here`."""
        paging = self._plan.pagination.with_size(here.size)
        right = [read.following] == paging.guesses(here.token, None, 1)
        self._right = right and self._right is not False
        self._total = read.total

"""Work that a page starts and that ends with it: named, replaced, never lost.

The window paints before there is an event loop: what is started until then is held,
and begins with the loop.
"""

import asyncio
import queue
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent import futures
from functools import cache, partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from PySide6 import QtCore

T = TypeVar("T")
# A thread that computes gives the interpreter's lock back after this. Qt's bindings let
# go of it at every call, so at Python's own 5 ms one painting took two seconds.
_TURN_S: Final = 0.0005
_MOST_THREADS: Final = 4
Work = Coroutine[object, object, object]


class _Threads:
    """A few threads that work off what they are given, in order.

    None of them keeps the program from ending, as those of `concurrent.futures` would.
    """

    def __init__(self, most: int) -> None:
        self._most, self._made = most, 0
        self._idle = threading.Semaphore(0)
        self._waiting: queue.SimpleQueue[
            tuple[futures.Future[Any], Callable[[], Any]]
        ] = queue.SimpleQueue()
        self._open: set[futures.Future[Any]] = set()

    def submit(self, call: Callable[[], T]) -> "futures.Future[T]":
        """Return what will hold what `call` returns; only from the window's thread."""
        answer: futures.Future[T] = futures.Future()
        self._open.add(answer)
        answer.add_done_callback(self._open.discard)
        self._waiting.put((answer, call))
        if not self._idle.acquire(blocking=False) and self._made < self._most:
            self._made += 1
            _start(self._work, f"ferrule-{self._made}")
        return answer

    def finish(self, limit_s: float) -> bool:
        """Wait for what has begun, drop the rest, and tell whether all is over."""
        for answer in tuple(self._open):
            answer.cancel()
        return not futures.wait(tuple(self._open), limit_s).not_done

    def _work(self) -> None:
        while True:
            _settle(*self._waiting.get())
            self._idle.release()


@cache
def _threads() -> _Threads:
    """Return our own: closing would wait for the threads of the loop's default."""
    sys.setswitchinterval(_TURN_S)
    return _Threads(_MOST_THREADS)


def _start(work: Callable[[], None], name: str) -> None:
    threading.Thread(target=work, name=name, daemon=True).start()


def _settle(answer: "futures.Future[T]", call: Callable[[], T]) -> None:
    """Call, unless nobody waits any more, and pass on what comes of it."""
    if not answer.set_running_or_notify_cancel():
        return
    try:
        given = call()
    except BaseException as error:  # noqa: BLE001  it is raised where it is awaited
        answer.set_exception(error)
    else:
        answer.set_result(given)


async def in_thread(call: Callable[[], T]) -> T:
    """Return what `call` returns, run off the window's thread.

    Cancelling the waiting does not end `call`: give it a way of its own to stop. The
    program's end waits a few seconds for it.
    """
    return await asyncio.wrap_future(_threads().submit(call))


async def apart(call: Callable[[], T], name: str) -> T:
    """Return what `call` returns, run in a thread of its own.

    What waits for a service or for a person must hold up neither the threads that all
    other work shares nor the end of the program.
    """
    answer: futures.Future[T] = futures.Future()
    _start(partial(_settle, answer, call), f"ferrule-{name}")
    return await asyncio.wrap_future(answer)


def finish_threads(limit_s: float) -> bool:
    """Wait for calls of `in_thread` that go on; tell whether all of them are over."""
    return _threads().finish(limit_s)


class Held:
    """While it lasts, what is not for the first paint waits for `release`."""

    def __init__(self) -> None:
        self._works: list[tuple[Tasks, str, Work]] = []
        self._calls: list[Callable[[], object]] = []

    def __enter__(self) -> Self:
        _held.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self in _held:
            _held.remove(self)
        for _, _, work in self._works:
            work.close()

    def add(self, tasks: "Tasks", name: str, work: Work) -> None:
        """Keep work until there is a loop."""
        self._works.append((tasks, name, work))

    def add_call(self, do: Callable[[], object]) -> None:
        """Keep a call until the first paint is over."""
        self._calls.append(do)

    def release(self) -> None:
        """Call and begin what was held, in order, inside the running loop."""
        _held.remove(self)
        for do in self._calls:
            do()
        works, self._works = self._works, []
        for tasks, name, work in works:
            tasks.start(name, work)


_held: Final[list[Held]] = []


def when_painted(do: Callable[[], object]) -> None:
    """Call `do` once the window was painted for the first time, else at once."""
    if _held:
        _held[-1].add_call(do)
    else:
        do()


class Tasks(QtCore.QObject):
    """The running work of one owner, by name.

    Two of one name never run at once: a newer cancels the older and begins when that
    has ended. An error of the work is announced; a cancellation is not one.

    Signals:
        failed(str, object): the work of that name ended with that exception.
        ended(str): the work of that name is over, however it ended.
    """

    failed = QtCore.Signal(str, object)
    ended = QtCore.Signal(str)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._all: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Work) -> None:
        """Begin `work` under `name`, in place of older work of that name."""
        if _held:
            _held[-1].add(self, name, work)
            return
        older = self._running.get(name)
        if older is not None:
            older.cancel()
        loop = asyncio.get_running_loop()
        task = loop.create_task(_after(older, work), name=name)
        self._running[name] = task
        self._all.add(task)
        task.add_done_callback(partial(self._finish, name, work))

    def running(self, name: str) -> bool:
        """Return whether work of that name is under way.

        Work that came to its end takes no more, also before anybody was told of it.
        """
        task = self._running.get(name)
        return task is not None and not task.done()

    def cancel(self, name: str) -> None:
        """Cancel the work of that name, if there is any."""
        task = self._running.get(name)
        if task is not None:
            task.cancel()

    async def wait(self, name: str) -> None:
        """Wait until no work of that name is under way; its error stays its own."""
        while name in self._running:
            await asyncio.wait({self._running[name]})

    async def settled(self) -> None:
        """Wait until no work is under way; errors stay with the work."""
        await asyncio.gather(*self._all, return_exceptions=True)

    async def cancel_all(self) -> None:
        """Cancel everything and wait until it has ended."""
        tasks = tuple(self._all)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _finish(
        self,
        name: str,
        work: Work,
        task: "asyncio.Task[None]",
    ) -> None:
        work.close()  # work that was replaced before its first step
        self._all.discard(task)
        if self._running.get(name) is task:
            del self._running[name]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.failed.emit(name, error)
        self.ended.emit(name)


async def _after(older: "asyncio.Task[None] | None", work: Work) -> None:
    if older is not None:
        await asyncio.wait({older})
    await work

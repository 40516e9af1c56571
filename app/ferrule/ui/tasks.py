"""Work that a page starts and that ends with it: named, replaced, never lost."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from PySide6 import QtCore

T = TypeVar("T")

# Of our own: the loop's default executor blocks closing until its threads have ended.
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ferrule")


async def in_thread(call: Callable[[], T]) -> T:
    """Return what `call` returns, run off the window's thread.

    Cancelling the waiting does not end `call`: give it a way of its own to stop.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREADS, call)


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

    def start(self, name: str, work: Coroutine[object, object, object]) -> None:
        """Begin `work` under `name`, in place of older work of that name."""
        older = self._running.get(name)
        if older is not None:
            older.cancel()
        loop = asyncio.get_running_loop()
        task = loop.create_task(_after(older, work), name=name)
        self._running[name] = task
        self._all.add(task)
        task.add_done_callback(partial(self._finish, name, work))

    def running(self, name: str) -> bool:
        """Return whether work of that name is under way."""
        return name in self._running

    def cancel(self, name: str) -> None:
        """Cancel the work of that name, if there is any."""
        task = self._running.get(name)
        if task is not None:
            task.cancel()

    async def wait(self, name: str) -> None:
        """Wait until no work of that name is under way; its error stays its own."""
        while name in self._running:
            await asyncio.wait({self._running[name]})

    async def cancel_all(self) -> None:
        """Cancel everything and wait until it has ended."""
        tasks = tuple(self._all)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _finish(
        self,
        name: str,
        work: Coroutine[object, object, object],
        task: asyncio.Task[None],
    ) -> None:
        work.close()  # work that was replaced before its first step
        self._all.discard(task)
        if self._running.get(name) is task:
            del self._running[name]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.failed.emit(name, error)
        self.ended.emit(name)


async def _after(
    older: asyncio.Task[None] | None, work: Coroutine[object, object, object]
) -> None:
    if older is not None:
        await asyncio.wait({older})
    await work

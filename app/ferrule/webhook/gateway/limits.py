"""What the gateway lets in: from whom, how much, how often, for how long.

A page in a browser can call 127.0.0.1 like any program, so what a browser says about
itself is refused. A body is counted while it comes, whatever was announced.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

LARGEST_BODY: Final = 256 * 1024
"""Bytes of a body (seed 001, section 7.2)."""
PER_MINUTE: Final = 100
"""Calls of one connection in any 60 seconds (seed 001, section 7.2)."""
ANSWER_S: Final = 3.5
"""Seconds until a call is answered, whatever happens (seed 000, 7.1: within 4 s)."""
_MOST_DROPPED: Final = 1024 * 1024
_DROPPING_S: Final = 0.5
_MOST_DIGITS: Final = 20
_MINUTE: Final = 60.0

Receive = Callable[[], Awaitable[Mapping[str, Any]]]


class RefusedCall(Exception):  # noqa: N818  it ends the call, it is no error
    """A call that is not taken: the status, and a word that tells no secret."""

    def __init__(
        self, status: int, word: str, headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        super().__init__(word)
        self.status = status
        self.word = word
        self.headers = headers


class Gone(Exception):  # noqa: N818  as above
    """Whoever called has hung up."""


def refuse_browsers(headers: Mapping[str, list[str]]) -> None:
    """Refuse what a page in a browser sends.

    Raises:
        RefusedCall: saying so.
    """
    sites = headers.get("sec-fetch-site", ["none"])
    if "origin" in headers or any(one.lower() != "none" for one in sites):
        raise RefusedCall(403, "not_for_browsers")


def announced(headers: Mapping[str, list[str]]) -> int:
    """Return how long a body is said to be, 0 where that is not said.

    Raises:
        RefusedCall: for a length that is none, or one over the limit.
    """
    lengths = headers.get("content-length", [])
    if not lengths:
        return 0
    if len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].isdecimal()):
        raise RefusedCall(400, "malformed")
    if len(lengths[0]) > _MOST_DIGITS:
        raise RefusedCall(413, "too_large")
    return int(lengths[0])


async def read_body(receive: Receive, length: int, *, waits: bool = False) -> bytes:
    """Return a body, counted while it comes.

    Whoever `waits` to be asked for it (RFC 9110, 10.1.1) is asked by reading.

    Raises:
        RefusedCall: when it is too large.
        Gone: when the caller hung up.
    """
    if length > LARGEST_BODY:
        if length <= _MOST_DROPPED and not waits:
            await _drop(receive, length)
        raise RefusedCall(413, "too_large")
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False) and len(body) <= LARGEST_BODY:
        return body
    kept = bytearray(body)
    while message.get("more_body", False):
        if len(kept) > LARGEST_BODY:
            await _drop(receive, _MOST_DROPPED)
            break
        message = await _next(receive)
        kept += message.get("body", b"")
    if len(kept) > LARGEST_BODY:
        raise RefusedCall(413, "too_large")
    return bytes(kept)


async def _next(receive: Receive) -> Mapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    return message


async def _drop(receive: Receive, most: int) -> None:
    """Let a body go by, for a moment, so that its sender gets to read the answer."""
    size, more = 0, True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DROPPING_S):
            while more and size < most:
                message = await _next(receive)
                size += len(message.get("body", b""))
                more = message.get("more_body", False)


class Patience:
    """Ends the task of a call that takes too long.

    As `asyncio.timeout`, which asks for the running loop three times: each asks the
    system for the process's number.
    """

    __slots__ = ("_task", "_timer", "is_over")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.is_over = False
        self._task = asyncio.current_task(loop)
        self._timer = loop.call_later(seconds, self._end)

    def _end(self) -> None:
        self.is_over = True
        if self._task is not None:
            self._task.cancel()

    def forgive(self) -> bool:
        """Let the task go on after it was ended here; tell whether it was."""
        if self.is_over and self._task is not None:
            self._task.uncancel()
        return self.is_over

    def done(self) -> None:
        """Wait no longer."""
        self._timer.cancel()


class MinuteLog:
    """When the last calls came: no more than so many in any 60 seconds."""

    def __init__(self, most: int) -> None:
        self._times: deque[float] = deque(maxlen=most)

    def admit(self, now: float) -> float:
        """Note a call and return 0, or return in how many seconds one may come."""
        times = self._times
        if len(times) == times.maxlen and now - times[0] < _MINUTE:
            return _MINUTE - (now - times[0])
        times.append(now)
        return 0.0

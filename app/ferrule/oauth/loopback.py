"""The listener on this machine that a browser is redirected to (RFC 8252, 7.3).

It listens before the browser is opened, on the literal address that the redirect names
and on no other interface, in a thread of its own. It answers GET on one path with one
Host; whatever else comes is turned away, and what says nothing is dropped after five
seconds, so that neither idle connections nor slow ones keep the real one out. With the
first answer that ends the sign-in it is gone.
"""

import asyncio
import errno
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, Self, TypeAlias

from ferrule.errors import SignInFailed
from ferrule.oauth.callback import MOST_QUERY
from ferrule.oauth.pages import Page, page

DEFAULT_PATH: Final = "/oauth/callback"
Host: TypeAlias = Literal["127.0.0.1", "localhost"]
Decide: TypeAlias = Callable[[str], Page]
"""Judges the query of a redirect and returns what the browser is shown."""

_FAMILIES: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_MOST_HEAD: Final = 32_768
_MOST_CONNECTIONS: Final = 512
_HEAD_SECONDS: Final = 5.0
_BACKLOG: Final = 256
_TLS_HELLO: Final = b"\x16"
_TRIES: Final = 8
_TURNS: Final = 8


class Listener:
    """One redirect address, open from `open` to `close` or to the end of the sign-in.

    `port` 0 is any free one. A context manager.
    """

    def __init__(
        self,
        decide: Decide,
        *,
        host: Host = "127.0.0.1",
        port: int = 0,
        path: str = DEFAULT_PATH,
    ) -> None:
        self._decide = decide
        self._host = host
        self._port = port
        self._path = path
        self._sockets: list[socket.socket] = []
        self._serving: _Serving | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def redirect_uri(self) -> str:
        """The address to register and to send: what the browser is redirected to."""
        return f"http://{self._host}:{self.port}{self._path}"

    def open(self) -> None:
        """Listen, and answer from now on.

        Raises:
            SignInFailed: when the port is taken.
        """
        self._sockets = _bound(self._host, self._port)
        port = self._port = int(self._sockets[0].getsockname()[1])
        hosts = {f"{self._host}:{port}"} | ({self._host} if port == _HTTP else set())
        self._serving = _Serving(self._decide, frozenset(hosts), self._path)
        self._thread = threading.Thread(
            target=self._serving.run,
            args=(self._sockets,),
            name="redirect listener",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening and drop who is connected; twice is once."""
        if self._serving is not None:
            self._serving.stop()
        if self._thread is not None:
            self._thread.join(_HEAD_SECONDS)
        for one in self._sockets:
            one.close()
        self._sockets, self._serving, self._thread = [], None, None


_HTTP: Final = 80


def _bound(host: Host, port: int) -> list[socket.socket]:
    """Return listening sockets: for `localhost` both families, on one port.

    A browser may try either first, and another process could listen on the one that is
    left free (RFC 8252, section 8.3).
    """
    wanted = _FAMILIES if host == "localhost" else _FAMILIES[:1]
    for _ in range(_TRIES):
        try:
            return _all_bound(wanted, port)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE:
                raise _taken(host, port, error) from None
    raise _taken(host, port, OSError(errno.EADDRINUSE, "no port is free"))


def _all_bound(
    wanted: tuple[tuple[socket.AddressFamily, str], ...], port: int
) -> list[socket.socket]:
    made: list[socket.socket] = []
    try:
        for family, address in wanted:
            one = _listening(family, address, port)
            if one is not None:
                made.append(one)
                port = one.getsockname()[1]
    except OSError:
        for one in made:
            one.close()
        raise
    return made


def _listening(
    family: socket.AddressFamily, address: str, port: int
) -> socket.socket | None:
    """Return a socket that listens; None for IPv6 on a machine without it."""
    try:
        one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError:
        if family == socket.AF_INET6:
            return None
        raise
    try:
        if sys.platform == "win32":  # there REUSEADDR would let another one share it
            one.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a port of a sign-in that has just ended is free again
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((address, port))
        one.listen(_BACKLOG)
    except OSError as error:
        one.close()
        if family == socket.AF_INET6 and error.errno == errno.EADDRNOTAVAIL:
            return None
        raise
    one.setblocking(False)
    return one


def _taken(host: str, port: int, error: OSError) -> SignInFailed:
    denied = error.errno in {errno.EACCES, errno.EPERM}
    return SignInFailed(
        f"The redirect address {host}:{port} cannot be listened on: {error.strerror}.",
        advice="The system keeps that port from you: the connector needs another one "
        "(redirect.port), registered with the service."
        if denied
        else "Another program uses that port: end it, then sign in again.",
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The first lines of a request, as far as they matter here."""

    method: str
    path: str
    query: str
    hosts: tuple[str, ...]


class _Serving:
    """Answers on the sockets in an event loop of its own, until it is stopped."""

    def __init__(self, decide: Decide, hosts: frozenset[str], path: str) -> None:
        self._decide = decide
        self._hosts = hosts
        self._path = path
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._writers: dict[asyncio.StreamWriter, None] = {}
        self._gone = False

    def run(self, sockets: list[socket.socket]) -> None:
        """Serve in this thread until `stop`."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(sockets))

    def stop(self) -> None:
        """End the serving; from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._over.set)
        except RuntimeError:
            return  # it has ended by itself

    async def _serve(self, sockets: list[socket.socket]) -> None:
        async with asyncio.TaskGroup() as group:

            def meet(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter
            ) -> None:
                if self._gone:
                    writer.transport.abort()
                    return
                self._make_room()
                self._writers[writer] = None
                group.create_task(self._meet(reader, writer))

            servers = [await asyncio.start_server(meet, sock=s) for s in sockets]
            await self._over.wait()
            await self._accept_no_more(sockets)
            for server in servers:
                server.close()
            for writer in list(self._writers):
                writer.transport.abort()
        await _settled()

    async def _accept_no_more(self, sockets: list[socket.socket]) -> None:
        """Stop accepting, and wait until who was accepted is known.

        A server that is closed before that loses sight of them (Python 3.11).
        """
        for one in sockets:
            with suppress(NotImplementedError):  # Windows accepts in another way
                self._loop.remove_reader(one)
        await _settled()
        self._gone = True

    async def _meet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        last = False
        try:
            async with asyncio.timeout(_HEAD_SECONDS):
                answer = self._answer(await _head(reader))
                if answer is not None:
                    last = answer.last
                    writer.write(answer.raw())
                    await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            pass  # it was slow, went away, or spoke something else
        finally:
            writer.close()
            await _flushed(writer)
            self._writers.pop(writer, None)
            if last:
                self._over.set()

    def _make_room(self) -> None:
        """Drop the one that has waited longest where there are too many."""
        while len(self._writers) >= _MOST_CONNECTIONS:
            oldest = next(iter(self._writers))
            del self._writers[oldest]
            oldest.transport.abort()

    def _answer(self, head: bytes) -> Page | None:
        asked = _read_head(head)
        if asked is None:
            return None
        if asked.path != self._path or asked.hosts not in {(h,) for h in self._hosts}:
            return page("nothing")
        if asked.method != "GET":
            return page("method")
        if len(asked.query) > MOST_QUERY:
            return page("long")
        return self._decide(asked.query)


async def _settled() -> None:
    """Let the loop turn until who was accepted is known, and who was dropped is gone.

    From `accept` to the first call of ours asyncio takes four turns.
    """
    for _ in range(_TURNS):
        await asyncio.sleep(0)


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Return a request's head; empty for TLS: a browser then falls back to http."""
    first = await reader.readexactly(1)
    if first == _TLS_HELLO:
        return b""
    head = bytearray(first)
    while b"\r\n\r\n" not in head:
        if len(head) > _MOST_HEAD:
            return b""
        more = await reader.read(4096)
        if not more:
            return b""
        head += more
    return bytes(head)


async def _flushed(writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(1):
            await writer.wait_closed()
    except (TimeoutError, OSError):
        writer.transport.abort()  # it does not read: else it would stay open


def _read_head(head: bytes) -> _Asked | None:
    lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):  # noqa: PLR2004 - RFC 9112, section 3
        return None
    path, _, query = parts[1].partition("?")
    fields = (line.partition(":") for line in lines[1:])
    hosts = tuple(v.strip().lower() for k, _, v in fields if k.lower() == "host")
    return _Asked(parts[0], path, query, hosts)

"""A raw HTTP server on loopback that misbehaves on demand.

`FaultServer` runs its own event loop in a thread. Each path names a behaviour
(`/truncated_gzip`); `play` makes a path whose requests meet one behaviour after
another, the last for ever; `serve` one that is answered by whoever reads the request.
What came in is counted and kept.
"""

import asyncio
import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

Writer = asyncio.StreamWriter
Behaviour = Callable[[Writer], Awaitable[None]]

BODY = b'{"items":[{"id":1,"name":"caf\xc3\xa9"}]}'
_DRIP_S = 0.02
_TLS_HELLO = b"\x16"
_FOR_EVER_S = 60


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def answer(
    body: bytes = BODY, status: str = "200 OK", **headers: str
) -> Callable[[Writer], Awaitable[None]]:
    """Return a behaviour that sends this; `retry_after` becomes `retry-after`."""
    lines = {"content-length": str(len(body)), "content-type": "application/json"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    return raw(head(status, lines) + body)


def head(status: str, headers: dict[str, str]) -> bytes:
    """Return a status line and headers as bytes."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode()


def raw(data: bytes, *, close: bool = False) -> Behaviour:
    """Return a behaviour that sends these bytes."""

    async def send(writer: Writer) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            writer.close()

    return send


def packed(body: bytes) -> Behaviour:
    """Return a behaviour that says its body is gzip."""
    return answer(body, content_encoding="gzip")


async def reset(writer: Writer) -> None:
    """Answer with RST."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(writer: Writer) -> None:
    """Close without a word."""
    writer.close()


async def reset_in_body(writer: Writer) -> None:
    """Send a head and half a body, then RST."""
    writer.write(head("200 OK", {"content-length": "1000"}) + b"[1,2")
    await writer.drain()
    await asyncio.sleep(_DRIP_S)
    await reset(writer)


async def stall(writer: Writer) -> None:
    """Say nothing."""
    await asyncio.sleep(_FOR_EVER_S)


async def stall_in_body(writer: Writer) -> None:
    """Send a head and some of the body, then nothing."""
    writer.write(head("200 OK", {"content-length": "1000"}) + b"[1,2")
    await writer.drain()
    await asyncio.sleep(_FOR_EVER_S)


async def drip_head(writer: Writer) -> None:
    """Send one header byte after another, without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    await _drip(writer)


async def drip_body(writer: Writer) -> None:
    """Send one body byte after another, without an end."""
    writer.write(head("200 OK", {"content-length": "1000000"}))
    await _drip(writer)


async def _drip(writer: Writer) -> None:
    for _ in range(int(_FOR_EVER_S / _DRIP_S)):
        writer.write(b"1")
        await writer.drain()
        await asyncio.sleep(_DRIP_S)


def bomb(megabytes: int = 200) -> bytes:
    """Return a small gzip body that unpacks to that many megabytes of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    block = bytes(1_000_000)
    parts = [packer.compress(block) for _ in range(megabytes)]
    return b"".join(parts) + packer.flush()


_HTML = b"<!DOCTYPE html><html><body>Please sign in</body></html>"
_GZIP = gzip.compress(BODY * 200, mtime=0)
_MANY = {f"h{number}": "" for number in range(10_000)}

BEHAVIOURS: dict[str, Behaviour] = {
    "ok": answer(),
    "gzip": packed(_GZIP),
    "two_members": packed(gzip.compress(b"[1,") + gzip.compress(b"2]")),
    "bom": answer(b"\xef\xbb\xbf" + BODY),
    "no_content": raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "empty": answer(b""),
    "not_modified": raw(b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n"),
    "html": answer(_HTML, content_type="text/html"),
    "text": answer(b"The service is being maintained.", content_type="text/plain"),
    "error_object": answer(b'{"error":{"code":17,"message":"try another shard"}}'),
    "invalid_utf8": answer(b'{"name":"caf\xe9"}'),
    "redirect": answer(b"", "302 Found", location="https://evil.example/steal"),
    "relative_redirect": answer(b"", "301 Moved Permanently", location="/ok"),
    "bad_request": answer(b'{"message":"since is no date"}', "400 Bad Request"),
    "unauthorised": answer(b'{"message":"Bad credentials"}', "401 Unauthorized"),
    "forbidden": answer(b'{"message":"missing scope"}', "403 Forbidden"),
    "not_found": answer(b'{"message":"Not Found"}', "404 Not Found"),
    "gone": answer(b"{}", "410 Gone"),
    "request_timeout": answer(b"", "408 Request Timeout"),
    "too_early": answer(b"", "425 Too Early"),
    "server_error": answer(b"oops", "500 Internal Server Error"),
    "unavailable": answer(b"", "503 Service Unavailable"),
    "unavailable_7": answer(b"", "503 Service Unavailable", retry_after="7"),
    "too_many": answer(b"", "429 Too Many Requests"),
    "too_many_3": answer(b"", "429 Too Many Requests", retry_after="3"),
    "too_many_garbage": answer(b"", "429 Too Many Requests", retry_after="soon"),
    "too_many_hour": answer(b"", "429 Too Many Requests", retry_after="3600"),
    "too_many_year": answer(b"", "429 Too Many Requests", retry_after="31536000"),
    "too_many_date": answer(
        b"", "429 Too Many Requests", retry_after="Sun, 01 Mar 2026 12:00:20 GMT"
    ),
    "forbidden_rate": answer(
        b'{"message":"API rate limit exceeded"}',
        "403 Forbidden",
        x_ratelimit_remaining="0",
        x_ratelimit_reset="1772366430",
    ),
    "forbidden_secondary": answer(b"{}", "403 Forbidden", retry_after="5"),
    "truncated_gzip": packed(_GZIP[: len(_GZIP) // 2]),
    "missing_trailer": packed(_GZIP[:-8]),
    "bad_gzip": packed(b"this is no gzip at all"),
    "damaged_gzip": packed(_GZIP[:20] + b"\0\0\0\0" + _GZIP[24:]),
    "gzip_bomb": packed(bomb()),
    "big_body": answer(b" " * 3_000_000),
    "brotli": answer(b"x", content_encoding="br"),
    "packed_twice": answer(gzip.compress(_GZIP), content_encoding="gzip, gzip"),
    "many_headers": raw(head("200 OK", _MANY | {"content-length": "0"})),
    "huge_header": raw(head("200 OK", {"x-big": "1" * 200_000})),
    "no_http": raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", close=True),
    "truncated_length": raw(
        head("200 OK", {"content-length": "1000"}) + b"[1,2", close=True
    ),
    "truncated_chunks": raw(
        head("200 OK", {"transfer-encoding": "chunked"}) + b"4\r\n[1,2\r\n", close=True
    ),
    "443": answer(b"", "502 Bad Gateway"),  # CONNECT host:443
    "reset": reset,
    "hang_up": hang_up,
    "reset_in_body": reset_in_body,
    "stall": stall,
    "stall_in_body": stall_in_body,
    "drip_head": drip_head,
    "drip_body": drip_body,
}


async def _streams(
    connection: socket.socket, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, Writer]:
    """Talk over a connection that was let in."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**20)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_accepted_socket(
        lambda: protocol, connection, ssl=tls
    )
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


@dataclass
class FaultServer:
    """The server; a context manager. `hits` counts requests by path."""

    tls: ssl.SSLContext | None = None
    hits: Counter[str] = field(default_factory=Counter)
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._scripts: dict[str, list[Behaviour]] = {}
        self._responders: dict[str, Callable[[Received], Behaviour]] = {}
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(5)
        assert not self._thread.is_alive()

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def url(self, behaviour: str) -> str:
        """Return the address that always behaves like this."""
        assert behaviour in BEHAVIOURS
        return f"{self.origin}/{behaviour}"

    def serve(self, path: str, responder: Callable[[Received], Behaviour]) -> None:
        """Answer the requests of a path as `responder` says for each."""
        self._responders[path] = responder

    def play(self, *behaviours: str | Behaviour) -> str:
        """Return a new address that behaves like these, one request after another."""
        path = f"/script-{len(self._scripts)}"
        self._scripts[path] = [
            BEHAVIOURS[one] if isinstance(one, str) else one for one in behaviours
        ]
        return self.origin + path

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(started))
        finally:
            self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        # `asyncio.start_server` of Python 3.11 keeps no hold of a connection it has
        # just let in: one that comes as the server closes would stay open.
        serving: list[asyncio.Task[None]] = []
        with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as sockets:
            listener.setblocking(False)
            self.port = listener.getsockname()[1]
            self._loop.add_reader(listener, self._let_in, listener, sockets, serving)
            started.set()
            await self._stopped.wait()
            self._loop.remove_reader(listener)
            await asyncio.sleep(0)  # who was just let in begins
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)
            await asyncio.sleep(0)  # a transport that was cut goes a turn later

    def _let_in(
        self,
        listener: socket.socket,
        sockets: ExitStack,
        serving: list[asyncio.Task[None]],
    ) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # it went away while it waited
        connection.setblocking(False)
        sockets.enter_context(connection)
        serving.append(self._loop.create_task(self._connected(connection)))

    async def _connected(self, connection: socket.socket) -> None:
        self.connections += 1
        try:
            reader, writer = await _streams(connection, self.tls)
        except OSError:
            return  # the client went away before a word was said
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away
        except asyncio.CancelledError:
            writer.transport.abort()  # the server is stopped
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        while not writer.is_closing():
            received = await _read(reader, writer)
            path = urlsplit(received.target).path
            self.hits[path] += 1
            self.received.append(received)
            await self._behaviour(path, received)(writer)

    def _behaviour(self, path: str, received: Received) -> Behaviour:
        responder = self._responders.get(path)
        if responder is not None:
            return responder(received)
        script = self._scripts.get(path)
        if script is None:
            return BEHAVIOURS[path.removeprefix("/")]
        return script[min(self.hits[path], len(script)) - 1]


async def _read(reader: asyncio.StreamReader, writer: Writer) -> Received:
    start = await reader.readexactly(1)
    if start == _TLS_HELLO:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        raise asyncio.IncompleteReadError(start, None)
    text = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = text.strip().split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, target, headers, body)

"""HTTP of one connection, for who is called by strangers.

A head that does not come to its end in time, or is too large, ends its connection:
uvicorn itself waits for ever. Where all connections are taken, the one over which
nothing was said for longest makes room for who comes.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_CONNECTIONS: Final = 256
HEAD_S: Final = 4.0
LARGEST_HEAD: Final = 64 * 1024
_ANSWER: Final = b"HTTP/1.1 "
_INTERIM: Final = b"HTTP/1.1 1"
_END_OF_HEAD: Final = b"\r\n\r\n"


class _Joined:
    """A transport that sends the head of an answer together with its body.

    uvicorn writes them one after another, and each is a call of the system.
    """

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold a head back until what follows it; send anything else at once."""
        is_head = data.startswith(_ANSWER) and not data.startswith(_INTERIM)
        if is_head and not self._head and data.endswith(_END_OF_HEAD):
            self._head = data
            return
        self._transport.write(self._head + data)
        self._head = b""

    def flush(self) -> None:
        """Send what is held back."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Send what is held back, then hang up."""
        self.flush()
        self._transport.close()


class PatientProtocol(HttpToolsProtocol):
    """HTTP of one connection, whose heads come whole, soon and no larger than 64 kB.

    A head that comes whole, as most do, costs no timer.
    """

    connections: "set[PatientProtocol]"  # type: ignore[assignment]  # all of them are
    _joined: _Joined
    _quiet_since = 0.0
    _timer: asyncio.TimerHandle | None = None
    _size = 0
    _tail = b""
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Expect a head."""
        self._make_room()
        self._quiet_since = self.loop.time()
        self._joined = _Joined(transport)
        super().connection_made(self._joined)  # type: ignore[arg-type]  # it stands for one
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, as long as the head is no larger than it may be."""
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]  # None before the first
            self._in_head = True  # blank lines before a message do not begin it
        if self._in_head:
            self._size += len(data)
            if self._size > LARGEST_HEAD and not self._ends_in_time(data):
                self._give_up(431)
                return
        super().data_received(data)
        if not self._in_head:
            return
        self._tail = (self._tail + data)[-3:]
        if self._timer is None:
            self._expect()

    def _ends_in_time(self, data: bytes) -> bool:
        """Tell whether a head ends before it is too large, in what came last."""
        whole = self._tail + data
        room = LARGEST_HEAD - (self._size - len(whole))
        return whole.find(_END_OF_HEAD, 0, max(room, 0)) >= 0

    def on_message_begin(self) -> None:
        """Expect the rest of a head that began."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Let the call be answered."""
        self._came()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Send what is left of an answer, and go on."""
        self._joined.flush()
        self._quiet_since = self.loop.time()
        super().on_response_complete()

    @property
    def _is_quiet(self) -> bool:
        """Whether it neither says nor waits for anything, and was not hung up."""
        answered = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]  # None before the first
        return answered and not self._size and not self.transport.is_closing()

    def _make_room(self) -> None:
        """Hang up where nothing was said for longest, if one more would be too many."""
        if len(self.connections) < MOST_CONNECTIONS - 1:
            return
        quiet = [one for one in self.connections if one._is_quiet]  # noqa: SLF001  its like
        if quiet:
            min(quiet, key=lambda one: one._quiet_since).transport.close()  # noqa: SLF001  its like

    def _expect(self) -> None:
        self._timer = self.loop.call_later(HEAD_S, self._give_up, 408)

    def _came(self) -> None:
        self._in_head, self._size, self._tail = False, 0, b""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self, status: int) -> None:
        said = self._size > 0
        self._came()
        if self.transport.is_closing():
            return
        if said:  # who said nothing is told nothing
            line = (
                f"HTTP/1.1 {status} \r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.write(line.encode())
        self.transport.close()

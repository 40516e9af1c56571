"""An HTTP proxy on loopback that connects, refuses, or answers in place of others.

Whatever host is asked for, it connects to `target`: the tests' hosts have no address.
"""

import socket
import threading
from contextlib import suppress
from typing import Self

_REFUSED = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
_CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy:
    """The proxy; a context manager. `says` is what it answers instead of connecting.

    `heads` are the heads of the requests that came, `wanted` is the sign-in that it
    asks for, as the whole value of the header.
    """

    def __init__(
        self,
        target: int | None = None,
        *,
        says: bytes | None = None,
        wanted: str = "",
    ) -> None:
        self.heads: list[bytes] = []
        self._target = target
        self._says = says
        self._wanted = wanted.encode()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listener]
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    @property
    def url(self) -> str:
        """The address for `HTTPS_PROXY`."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _start(self, work: object, *given: object) -> None:
        threading.Thread(target=work, args=given, daemon=True).start()  # type: ignore[arg-type]  # any of ours

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._open.append(sock)
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                more = sock.recv(65_536)
                if not more:
                    return
                head += more
            self.heads.append(head)
            self._answer(sock, head)

    def _answer(self, sock: socket.socket, head: bytes) -> None:
        missing = self._wanted and self._wanted not in head
        if missing or self._says is not None or self._target is None:
            sock.sendall(self._says or _REFUSED)
            sock.close()
            return
        there = socket.create_connection(("127.0.0.1", self._target))
        self._open.append(there)
        if head.startswith(b"CONNECT "):
            sock.sendall(_CONNECTED)
        else:
            there.sendall(head)
        self._start(_pump, there, sock)
        _pump(sock, there)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            sink.sendall(part)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)

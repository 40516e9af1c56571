"""A service that never comes to the end of its answer."""

import socket
import threading
from contextlib import suppress
from typing import Self


class Dripping:
    """It says nothing at all, or with `beat_s` one byte at each beat."""

    def __init__(self, beat_s: float | None) -> None:
        self._beat_s = beat_s
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        with suppress(OSError):
            one, _ = self._socket.accept()
            with one:
                head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
                one.recv(65_536)
                if self._beat_s is not None:
                    one.sendall(head)
                while not self._over.wait(self._beat_s or 0.05):
                    if self._beat_s is not None:
                        one.sendall(b" ")

"""Sockets that obey one deadline, end when told to, and reach checked addresses only.

httpx has no total deadline, and closing a client does not wake a blocked read. So
every socket is opened, read and written here: each call may take at most what is left
of the deadline of its thread's exchange, and `Exchange.cancel` shuts down whatever
that exchange is blocked in. A name is resolved once, every address is checked, and the
connection goes to one of those (no second look-up: DNS rebinding).
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final, TypeAlias

import httpcore

from ferrule.transport.dialling import connect, is_readable, resolve
from ferrule.transport.trouble import of_alert, of_tls
from ferrule.transport.underway import THREAD

# httpcore asks for 64 kB; a page in one piece costs a third less than in three.
_AT_ONCE: Final = 262_144
AddressCheck: TypeAlias = Callable[[str, str], None]
Option: TypeAlias = (
    tuple[int, int, int]
    | tuple[int, int, bytes | bytearray]
    | tuple[int, int, None, int]
)


class Stream(httpcore.NetworkStream):
    """An open socket whose calls obey the exchange of the calling thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    @property
    def peer(self) -> str:
        """The address at the other end."""
        return str(self._sock.getpeername()[0])

    def interrupt(self) -> None:
        """Wake whatever thread is blocked in this socket; it is of no use after."""
        _shut(self._sock)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at least one byte, or none at the end."""
        del timeout  # the exchange's deadline is the only one
        exchange = THREAD.exchange
        exchange.stage = "answer"
        self._sock.settimeout(exchange.enter(self.interrupt))
        try:
            received = self._sock.recv(max(max_bytes, _AT_ONCE))
        except TimeoutError:
            raise exchange.late() from None
        except OSError as error:
            exchange.trouble, exchange.reason = of_alert(error) or (None, "")
            raise httpcore.ReadError(str(error)) from error
        exchange.note_read()
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`; a slow reader at the other end cannot stretch it."""
        del timeout
        exchange = THREAD.exchange
        rest = memoryview(buffer)
        exchange.note_begun()
        try:
            while rest:
                self._sock.settimeout(exchange.enter(self.interrupt))
                exchange.sent = True
                rest = rest[self._sock.send(rest) :]
        except TimeoutError:
            raise exchange.late() from None
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error
        exchange.note_sent()

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "Stream":
        """Return a stream that speaks TLS over this socket, its peer verified.

        The socket is taken over before the handshake, so that this can be interrupted.
        """
        del timeout
        exchange = THREAD.exchange
        exchange.stage = "tls"
        secured = Stream(self._sock)
        try:
            wrapped = ssl_context.wrap_socket(
                self._sock,
                server_hostname=server_hostname,
                do_handshake_on_connect=False,
            )
            secured = Stream(wrapped)
            wrapped.settimeout(exchange.enter(secured.interrupt))
            wrapped.do_handshake()
        except (httpcore.NetworkError, httpcore.TimeoutException):
            secured.close()
            raise
        except TimeoutError:
            secured.close()
            raise exchange.late() from None
        except OSError as error:
            secured.close()
            host = server_hostname or "this host"
            exchange.trouble, exchange.reason = of_tls(error, host)
            exchange.untrusted = isinstance(error, ssl.SSLCertVerificationError)
            raise httpcore.ConnectError(str(error)) from error
        exchange.stage = "send"
        exchange.note("tls")
        return secured

    def get_extra_info(self, info: str) -> object:
        """Answer what httpcore asks about a stream (its own names)."""
        if info == "is_readable":
            return is_readable(self._sock)
        if info == "ssl_object" and isinstance(self._sock, ssl.SSLSocket):
            return self._sock
        if info == "server_addr":
            return self._sock.getpeername()
        return self._sock if info == "socket" else None


class Backend(httpcore.NetworkBackend):
    """Opens streams for httpcore, to addresses that `check(host, address)` lets pass.

    `check` raises OffHost; without one (the way to a proxy) every address passes.
    `proxy` says that what is reached is one, by its host.
    """

    def __init__(self, check: AddressCheck | None = None, proxy: str = "") -> None:
        self._check = check
        self._proxy = proxy

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Option] | None = None,
    ) -> Stream:
        """Return a stream to `host`, resolved once and checked."""
        del timeout, local_address, socket_options
        exchange = THREAD.exchange
        exchange.note_begun()
        exchange.proxy = self._proxy
        addresses = resolve(exchange, host, port)
        exchange.note("name")
        if self._check is not None:
            for _, address in addresses:
                self._check(host, address)
        stream = Stream(connect(exchange, addresses, port))
        exchange.note("connect")
        return stream


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        # Not SSLSocket.shutdown: it would make the next read a plain one.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)

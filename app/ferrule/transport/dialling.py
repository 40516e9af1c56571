"""Find the addresses of a name and connect to one, within an exchange's deadline."""

import errno
import ipaddress
import math
import os
import queue
import selectors
import socket
import threading
import time
from contextlib import suppress
from typing import TypeAlias

import httpcore

from ferrule.transport.trouble import Trouble, of_name
from ferrule.transport.underway import Exchange

Address: TypeAlias = tuple[socket.AddressFamily, str]

_LOOKUPS = threading.BoundedSemaphore(16)
_ONE_ADDRESS_S = 5.0
_IPV4 = 4
_LOOK_EVERY_S = 0.05
_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})
# poll needs no file of its own, and knows sockets beyond number 1,023.
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
_REASONS: dict[int, tuple[Trouble, str]] = {
    errno.ECONNREFUSED: ("refused", "the connection was refused"),
    errno.ENETUNREACH: ("unreachable", "there is no network route to it"),
    errno.EHOSTUNREACH: ("unreachable", "there is no network route to it"),
    errno.ECONNRESET: ("broken", "the connection was reset"),
    errno.ETIMEDOUT: ("connect_timeout", "it does not answer"),
}


def resolve(exchange: Exchange, host: str, port: int) -> list[Address]:
    """Return the addresses of `host`, in the system's order of preference.

    `getaddrinfo` has no timeout, so it runs in a daemon thread that is left behind
    when the deadline passes; at most 16 of those exist at once.
    """
    exchange.stage = "name"
    with suppress(ValueError):
        version = ipaddress.ip_address(host).version
        return [(socket.AF_INET if version == _IPV4 else socket.AF_INET6, host)]
    answers: queue.SimpleQueue[list[Address] | OSError | None] = queue.SimpleQueue()
    left = exchange.enter(lambda: answers.put(None))
    if not _LOOKUPS.acquire(timeout=left):
        raise exchange.late()
    threading.Thread(
        target=_look_up, args=(host, port, answers), daemon=True, name="look-up"
    ).start()
    try:
        answer = answers.get(timeout=exchange.left())
    except queue.Empty:
        raise exchange.late() from None
    if isinstance(answer, list):
        return answer
    exchange.trouble, exchange.reason = of_name(answer)
    raise httpcore.ConnectError("the name was not resolved")


def _look_up(
    host: str,
    port: int,
    answers: "queue.SimpleQueue[list[Address] | OSError | None]",
) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answers.put([(row[0], str(row[4][0])) for row in found])
    except OSError as error:
        answers.put(error)
    except UnicodeError as error:  # a label that IDNA refuses
        answers.put(OSError(str(error)))
    finally:
        _LOOKUPS.release()


def connect(exchange: Exchange, addresses: list[Address], port: int) -> socket.socket:
    """Return a socket to the first address that answers.

    An address that is not the last has at most 5 s, so that a dead IPv6 route does
    not use up the deadline.
    """
    exchange.stage = "connect"
    last = len(addresses) - 1
    for index, (family, address) in enumerate(addresses):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            longest = math.inf if index == last else _ONE_ADDRESS_S
            _connect_one(exchange, sock, (address, port), longest)
        except OSError as error:
            sock.close()
            exchange.trouble, exchange.reason = _connect_reason(error)
        except (httpcore.NetworkError, httpcore.TimeoutException):
            sock.close()
            raise
        else:
            exchange.trouble, exchange.reason = None, ""
            exchange.stage = "send"
            return sock
    exchange.left()
    raise httpcore.ConnectError(exchange.reason)


def _connect_one(
    exchange: Exchange, sock: socket.socket, place: tuple[str, int], longest: float
) -> None:
    """Connect, looking every 50 ms whether all was cancelled.

    Shutting a socket down does not end a connect that is only about to begin.
    """
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    code = sock.connect_ex(place)
    until = time.monotonic() + longest
    while code in _UNDER_WAY:
        left = min(exchange.enter(_nothing), until - time.monotonic(), _LOOK_EVERY_S)
        if left <= 0:
            raise TimeoutError
        if _writable(sock, left):
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def _nothing() -> None:
    """Interrupt nothing: the caller looks at the exchange often enough."""


def is_readable(sock: socket.socket) -> bool:
    """Tell whether a read would return at once: bytes, the end, or an error."""
    if sock.fileno() < 0:
        return True
    with _Selector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def _writable(sock: socket.socket, seconds: float) -> bool:
    with _Selector() as selector:
        selector.register(sock, selectors.EVENT_WRITE)
        return bool(selector.select(seconds))


def _connect_reason(error: OSError) -> tuple[Trouble, str]:
    if isinstance(error, TimeoutError):
        return "connect_timeout", "it does not answer"
    fallback = error.strerror or type(error).__name__
    return _REASONS.get(error.errno or 0, ("unreachable", fallback))

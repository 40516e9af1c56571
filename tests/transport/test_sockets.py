"""Deadlines and cancelling wherever a thread can be blocked; one checked look-up."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpcore
import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import BEHAVIOURS, BODY, FaultServer, Writer
from tests.support.promptness import in_time

from ferrule import errors
from ferrule.clock import SystemClock
from ferrule.exchange import Request, Response
from ferrule.resilience import Policy
from ferrule.transport import Client, HostPolicy
from ferrule.transport.sockets import Backend
from ferrule.transport.underway import Exchange

ONCE = Policy(max_attempts=1)

AT_ONCE_S = 0.3


@contextmanager
def _sending(client: Client, request: Request) -> Iterator[Future[Response]]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(client.send, request)


def _cancelled_at_once(client: Client, future: Future[Response]) -> None:
    started = time.perf_counter()
    client.cancel()
    with pytest.raises(errors.Cancelled, match="cancelled"):
        future.result(5)
    in_time(time.perf_counter() - started, AT_ONCE_S)


@pytest.mark.parametrize(
    "behaviour", ["stall", "stall_in_body", "drip_head", "drip_body"]
)
def test_cancel_ends_a_blocked_read_at_once_and_the_client_lives_on(
    client: Client, server: FaultServer, behaviour: str
) -> None:
    arrived = threading.Event()

    async def told(writer: Writer) -> None:
        arrived.set()
        await BEHAVIOURS[behaviour](writer)

    with _sending(client, Request("GET", server.play(told))) as future:
        assert arrived.wait(5)
        _cancelled_at_once(client, future)
    assert client.send(Request("GET", server.url("ok"))).body == BODY


def test_cancel_ends_every_thread(client: Client, server: FaultServer) -> None:
    arrived = threading.Semaphore(0)

    async def told(writer: Writer) -> None:
        arrived.release()
        await BEHAVIOURS["stall"](writer)

    url = server.play(told)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(client.send, Request("GET", url)) for _ in range(4)]
        assert all(arrived.acquire(timeout=5) for _ in futures)
        client.cancel()
        for future in futures:
            with pytest.raises(errors.Cancelled):
                future.result(5)


def test_close_ends_what_is_under_way(client: Client, server: FaultServer) -> None:
    arrived = threading.Event()

    async def told(writer: Writer) -> None:
        arrived.set()
        await BEHAVIOURS["stall"](writer)

    with _sending(client, Request("GET", server.play(told))) as future:
        assert arrived.wait(5)
        client.close()
        with pytest.raises(errors.Cancelled):
            future.result(5)


def test_cancel_ends_a_wait(
    open_client: Callable[..., Client], server: FaultServer, clock: FakeClock
) -> None:
    client = open_client()
    clock.on_sleep = lambda _: client.cancel()
    with pytest.raises(errors.Cancelled):
        client.send(Request("GET", server.url("too_many_hour")))
    assert clock.naps[0] < AT_ONCE_S


def test_cancel_ends_a_wait_on_the_machines_clock(
    open_client: Callable[..., Client], server: FaultServer
) -> None:
    waiting = threading.Event()
    client = open_client(clock=SystemClock(), on_notice=lambda _: waiting.set())
    request = Request("GET", server.url("too_many_hour"))
    with _sending(client, request) as future:
        assert waiting.wait(5)
        _cancelled_at_once(client, future)


@contextmanager
def _full_listener() -> Iterator[int]:
    """Yield a port on loopback where no connection ever comes about."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # socket's own bare bool
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def _policy() -> HostPolicy:
    return HostPolicy(confirmed=frozenset({"127.0.0.1", "slow.example"}))


def test_a_connection_that_does_not_come_about_is_late(
    open_client: Callable[..., Client],
) -> None:
    client = open_client(hosts=_policy(), policy=ONCE)
    with _full_listener() as port, pytest.raises(errors.TimedOut, match="connecting"):
        client.send(Request("GET", f"http://127.0.0.1:{port}/", timeout_ms=200))


def test_cancel_ends_a_connection_that_does_not_come_about(
    open_client: Callable[..., Client],
) -> None:
    client = open_client(hosts=_policy())
    trying = threading.Event()

    class Telling(socket.socket):
        def connect_ex(self, address: object) -> int:
            trying.set()
            return super().connect_ex(address)

    with _full_listener() as port, pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", Telling)
        request = Request("GET", f"http://127.0.0.1:{port}/")
        with _sending(client, request) as future:
            assert trying.wait(5)
            _cancelled_at_once(client, future)


@pytest.fixture
def stalled_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Make every look-up hang; the event is set when one began."""
    began, done = threading.Event(), threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        began.set()
        done.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield began
    done.set()


def test_a_name_service_that_stalls_is_late(
    open_client: Callable[..., Client], stalled_names: threading.Event
) -> None:
    client = open_client(hosts=_policy(), policy=ONCE)
    with pytest.raises(errors.TimedOut, match="its name was looked up"):
        client.send(Request("GET", "https://slow.example/", timeout_ms=150))


def test_cancel_ends_a_look_up(
    open_client: Callable[..., Client], stalled_names: threading.Event
) -> None:
    client = open_client(hosts=_policy())
    with _sending(client, Request("GET", "https://slow.example/")) as future:
        assert stalled_names.wait(5)
        _cancelled_at_once(client, future)


def test_a_peer_that_does_not_read_cannot_stretch_the_deadline(
    open_client: Callable[..., Client],
) -> None:
    client = open_client(hosts=_policy(), policy=ONCE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        body = "x" * 20_000_000
        request = Request("POST", url, body=body, body_type="text", timeout_ms=200)
        with pytest.raises(errors.TimedOut, match="request was sent"):
            client.send(request)


def _names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Make every name lead to these addresses; return the list of look-ups."""
    asked: list[str] = []

    def answer(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        rows = []
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            rows.append((family, socket.SOCK_STREAM, 6, "", (address, port)))
        return rows

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("::ffff:10.0.0.1",)]
)
def test_a_name_that_leads_inside_is_refused_before_any_connection(
    open_client: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    addresses: tuple[str, ...],
) -> None:
    _names(monkeypatch, *addresses)
    monkeypatch.setattr(socket.socket, "connect_ex", pytest.fail)
    client = open_client(hosts=HostPolicy(frozenset({"api.example.com"})))
    with pytest.raises(errors.OffHost, match="private network") as caught:
        client.send(Request("GET", "https://api.example.com/x"))
    assert caught.value.url == "https://api.example.com/x"


def test_the_checked_address_is_the_one_that_is_called(
    open_client: Callable[..., Client],
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = _names(monkeypatch, "127.0.0.1")
    origin = f"http://rebound.localhost:{server.port}"
    client = open_client(hosts=HostPolicy(confirmed=frozenset({origin})))
    assert client.send(Request("GET", f"{origin}/ok")).body == BODY
    assert asked == ["rebound.localhost"]


def test_the_next_address_is_tried_when_one_refuses(
    open_client: Callable[..., Client],
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _names(monkeypatch, "127.0.0.9", "127.0.0.1")
    origin = f"http://two.localhost:{server.port}"
    client = open_client(hosts=HostPolicy(confirmed=frozenset({origin})))
    assert client.send(Request("GET", f"{origin}/ok")).body == BODY


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "no such host name"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "name service does not answer"),
    ],
)
def test_a_name_that_is_not_known_is_told_from_a_refusal(
    open_client: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    words: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    client = open_client(hosts=_policy())
    with pytest.raises(errors.ServiceUnreachable, match=words):
        client.send(Request("GET", "https://slow.example/"))


def test_the_pools_of_httpx_take_our_backend(
    client: Client, server: FaultServer
) -> None:
    client.send(Request("GET", server.url("ok")))
    (pool,) = client._wire._pools.values()
    assert isinstance(pool._network_backend, Backend)
    assert isinstance(pool, httpcore.ConnectionPool)


def test_a_cancel_after_the_end_harms_nobody() -> None:
    exchange = Exchange()
    exchange.begin(1)
    hit: list[int] = []
    exchange.enter(lambda: hit.append(1))
    exchange.finish()
    exchange.cancel()
    assert hit == []

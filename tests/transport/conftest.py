"""A misbehaving server, a clock that does not wait, and clients that may call it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import FaultServer

from ferrule.redaction import Redactor
from ferrule.transport import Client, HostPolicy


@pytest.fixture(scope="session")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture(autouse=True)
def no_thread_stays_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon]
    assert not left


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def open_client(
    server: FaultServer, clock: FakeClock
) -> Iterator[Callable[..., Client]]:
    """Return a maker of clients that may call the server, without jitter."""
    opened: list[Client] = []

    def open_one(**settings: object) -> Client:
        policy = HostPolicy(confirmed=frozenset({server.origin}))
        defaults = {"clock": clock, "jitter": lambda: 0.0, "redactor": Redactor()}
        hosts = settings.pop("hosts", policy)
        client = Client(hosts, **(defaults | settings))
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.close()


@pytest.fixture
def client(open_client: Callable[..., Client]) -> Client:
    return open_client()

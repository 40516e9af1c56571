"""TLS on loopback: verified, bounded, cancellable; and how far a service is reached."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.certificates import self_made
from tests.support.fault_server import BEHAVIOURS, BODY, FaultServer, Writer

from ferrule import errors
from ferrule.exchange import Request
from ferrule.resilience import Policy
from ferrule.transport import Client, HostPolicy
from ferrule.transport.reach import reach
from ferrule.transport.trust import default_trust, no_trust

ONCE = Policy(max_attempts=1)

POLICY = HostPolicy(confirmed=frozenset({"127.0.0.1", "localhost"}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=self_made(folder)[1])


@pytest.fixture(scope="module")
def safe_server(folder: Path, trusting: ssl.SSLContext) -> Iterator[FaultServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "127.0.0.1.pem", folder / "127.0.0.1.key")
    with FaultServer(tls=context) as running:
        yield running


@pytest.fixture
def safe_client(
    open_client: Callable[..., Client], trusting: ssl.SSLContext
) -> Callable[..., Client]:
    return lambda **more: open_client(hosts=POLICY, trust=lambda: trusting, **more)


@pytest.mark.parametrize("behaviour", ["ok", "gzip"])
def test_an_answer_comes_over_tls(
    safe_client: Callable[..., Client], safe_server: FaultServer, behaviour: str
) -> None:
    response = safe_client().send(Request("GET", safe_server.url(behaviour)))
    assert response.body.startswith(BODY)


@pytest.mark.parametrize("behaviour", ["stall", "drip_head", "drip_body"])
def test_the_deadline_holds_over_tls(
    safe_client: Callable[..., Client], safe_server: FaultServer, behaviour: str
) -> None:
    client = safe_client(policy=ONCE)
    with pytest.raises(errors.TimedOut):
        client.send(Request("GET", safe_server.url(behaviour), timeout_ms=200))


@pytest.mark.parametrize("behaviour", ["stall", "drip_body"])
def test_cancel_works_over_tls(
    safe_client: Callable[..., Client], safe_server: FaultServer, behaviour: str
) -> None:
    arrived = threading.Event()

    async def told(writer: Writer) -> None:
        arrived.set()
        await BEHAVIOURS[behaviour](writer)

    client = safe_client()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(client.send, Request("GET", safe_server.play(told)))
        assert arrived.wait(5)
        client.cancel()
        with pytest.raises(errors.Cancelled):
            future.result(5)


def test_an_unknown_authority_is_refused_once(
    open_client: Callable[..., Client], safe_server: FaultServer
) -> None:
    hits = safe_server.hits.total()
    client = open_client(hosts=POLICY)
    with pytest.raises(errors.ServiceUnreachable, match="not trusted") as caught:
        client.send(Request("GET", safe_server.url("ok")))
    assert "attempts" not in caught.value.message
    assert safe_server.hits.total() == hits


def test_a_certificate_for_another_name_is_refused(
    safe_client: Callable[..., Client], safe_server: FaultServer
) -> None:
    url = f"https://localhost:{safe_server.port}/ok"
    with pytest.raises(errors.ServiceUnreachable, match="not valid for"):
        safe_client().send(Request("GET", url))


def test_a_port_without_tls_is_told(
    safe_client: Callable[..., Client], server: FaultServer
) -> None:
    url = f"https://127.0.0.1:{server.port}/ok"
    with pytest.raises(errors.ServiceUnreachable, match="TLS"):
        safe_client(policy=ONCE).send(Request("GET", url))


def test_a_handshake_that_stalls_is_late(safe_client: Callable[..., Client]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(errors.TimedOut, match="handshake"):
            safe_client(policy=ONCE).send(Request("GET", url, timeout_ms=150))


def test_by_default_names_and_chains_are_verified() -> None:
    for context in (default_trust(), no_trust()):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
    assert default_trust().cert_store_stats()["x509_ca"] > 50
    assert no_trust().cert_store_stats()["x509_ca"] == 0


def test_reach_measures_each_step(
    safe_server: FaultServer, trusting: ssl.SSLContext
) -> None:
    found = reach(safe_server.url("ok"), POLICY, 5, trust=lambda: trusting)
    assert found.address == "127.0.0.1"
    assert found.dns_ms >= 0
    assert found.connect_ms > 0
    assert found.tls_ms is not None
    assert found.tls_ms > 0


def test_reach_tries_no_tls_on_plain_http(server: FaultServer) -> None:
    assert reach(server.url("ok"), POLICY).tls_ms is None


def test_reach_tells_what_fails(safe_server: FaultServer) -> None:
    with pytest.raises(errors.ServiceUnreachable, match="not trusted"):
        reach(safe_server.url("ok"), POLICY)
    with pytest.raises(errors.ServiceUnreachable, match="refused"):
        reach("http://127.0.0.1:1/", POLICY)
    with pytest.raises(errors.OffHost):
        reach("https://evil.example/", POLICY)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(errors.TimedOut, match="handshake"),
    ):
        reach(f"https://127.0.0.1:{listener.getsockname()[1]}/", POLICY, 0.15)

"""Proxies of the environment are honoured, for what is not on this machine."""

from collections.abc import Callable, Iterator

import pytest
from tests.support.fault_server import BODY, FaultServer

from ferrule import errors
from ferrule.exchange import Request
from ferrule.redaction import live
from ferrule.resilience import Policy
from ferrule.transport import Client, HostPolicy
from ferrule.transport.proxies import proxy_for
from ferrule.transport.reach import reach

ONCE = Policy(max_attempts=1)

POLICY = HostPolicy(
    frozenset({"api.example.com"}), allow_http=frozenset({"api.example.com"})
)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    proxy_for.cache_clear()
    yield
    proxy_for.cache_clear()


@pytest.fixture
def through(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.origin)
    monkeypatch.setenv("https_proxy", server.origin)


def test_a_request_goes_through_the_proxy_which_looks_up_the_name(
    open_client: Callable[..., Client], server: FaultServer, through: None
) -> None:
    response = open_client(hosts=POLICY).send(
        Request("GET", "http://api.example.com/ok")
    )
    assert response.body == BODY
    assert server.received[-1].target == "http://api.example.com/ok"


def test_a_proxy_that_does_not_connect_is_told(
    open_client: Callable[..., Client], server: FaultServer, through: None
) -> None:
    client = open_client(hosts=POLICY, policy=ONCE)
    with pytest.raises(errors.ServiceUnreachable, match="proxy did not connect"):
        client.send(Request("GET", "https://api.example.com/ok"))
    assert server.received[-1].target == "api.example.com:443"


def test_reach_measures_the_way_to_the_proxy(through: None) -> None:
    found = reach("http://api.example.com/", POLICY)
    assert (found.proxy, found.address, found.tls_ms) == (
        "127.0.0.1",
        "127.0.0.1",
        None,
    )


def test_this_machine_is_never_reached_through_a_proxy(through: None) -> None:
    assert proxy_for("http://127.0.0.1:8080") is None
    assert proxy_for("http://localhost:8080") is None
    assert proxy_for("http://[::1]:8080") is None


def test_no_proxy_is_obeyed(through: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "example.com")
    assert proxy_for("https://api.example.com") is None


@pytest.mark.parametrize("kind", ["https", "socks5"])
def test_other_kinds_of_proxy_are_refused(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("https_proxy", f"{kind}://proxy.example:8080")
    with pytest.raises(errors.ServiceUnreachable, match=f"a {kind} proxy"):
        proxy_for("https://api.example.com")


def test_the_password_of_a_proxy_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:pr%40xy-pass@proxy.example:8080")
    assert proxy_for("https://api.example.com")
    assert "pass" not in live.text("me:pr@xy-pass or pr%40xy-pass")


def test_netrc_is_not_read(
    open_client: Callable[..., Client],
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password stolen\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(netrc.parent))
    open_client().send(Request("GET", server.url("ok")))
    assert "authorization" not in server.received[-1].headers

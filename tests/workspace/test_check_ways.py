"""A check that does not come to an answer says why: names, ports, TLS, proxies."""

import asyncio
import errno
import socket
import ssl
import threading
import time
import warnings
from contextlib import closing

import pytest
from pydantic import SecretStr
from tests.support.certificates import self_made
from tests.support.fault_server import FaultServer
from tests.support.promptness import in_time
from tests.support.proxy import Proxy
from tests.support.tls_authority import FUTURE, PAST, TlsAuthority, TlsPort
from tests.workspace.checks import (
    ITEMS,
    SECRET,
    answering,
    check_of,
    described,
    ended,
    through,
    trusting,
)

from ferrule.descriptor.document import validate
from ferrule.store import Connection
from ferrule.transport.hosts import HostPolicy
from ferrule.transport.proxies import proxy_for
from ferrule.transport.reach import speaks_tls
from ferrule.transport.trust import default_trust
from ferrule.workspace.health_checks import Probe

FAR = "https://api.example.com"
AWAY = described(baseUrl=FAR, configFields=[])
HTML = b"<!DOCTYPE html><html><title>Blocked &amp; logged</title></html>"


@pytest.fixture(autouse=True)
def unchanged(monkeypatch):
    """Have no proxy and the usual trust, before and after."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    proxy_for.cache_clear()
    yield
    monkeypatch.undo()
    proxy_for.cache_clear()
    default_trust.cache_clear()


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> TlsAuthority:
    return TlsAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority, monkeypatch) -> TlsAuthority:
    trusting(monkeypatch, authority.path)
    return authority


def unused_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize(
    ("code", "cause", "words", "advice"),
    [
        (socket.EAI_NONAME, "dns_unknown", "no such host name", "typing error"),
        (socket.EAI_AGAIN, "dns_no_answer", "name service does not", "online"),
        (socket.EAI_FAIL, "dns_no_answer", "name service does not", "online"),
    ],
)
def test_a_name_that_is_not_there_is_told_from_a_resolver_that_is_silent(
    monkeypatch, code, cause, words, advice
):
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "as the system puts it")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    steps, last = ended(check_of("", AWAY))
    assert [step.name for step in steps] == ["configuration", "reachable"]
    assert (last.ok, last.trouble, last.cause) == (False, cause, "passing")
    assert words in last.detail
    assert advice in last.advice
    assert last.wire()["cause"] == cause


def test_a_part_of_the_name_that_was_given_is_named(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "x")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    site = {"key": "site", "label": "Site", "type": "text", "required": True}
    made = described(baseUrl="https://{{site}}.example.com", configFields=[site])
    _, last = ended(check_of("", made, config={"site": "acme"}))
    assert last.trouble == "dns_unknown"
    assert "“Site” (acme)" in last.advice


def test_a_port_where_nobody_listens_is_told():
    _, last = ended(check_of(f"http://127.0.0.1:{unused_port()}"))
    assert (last.name, last.trouble) == ("reachable", "refused")
    assert "refused" in last.detail
    assert "port" in last.advice
    assert "address" in last.shown or "name" in last.shown


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OSError(errno.ENETUNREACH, "unreachable"), "unreachable"),
        (OSError(errno.EHOSTUNREACH, "unreachable"), "unreachable"),
        (OSError(errno.ETIMEDOUT, "timed out"), "connect_timeout"),
        (TimeoutError(), "connect_timeout"),
    ],
)
def test_a_host_without_a_route_is_told_from_one_that_is_silent(
    monkeypatch, error, cause
):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("ferrule.transport.dialling._connect_one", fail)
    _, last = ended(check_of("http://127.0.0.1:9"))
    assert (last.name, last.trouble) == ("reachable", cause)
    assert "VPN" in last.advice


class TestTls:
    """Certificates of an authority that is trusted, unless it says otherwise."""

    @pytest.mark.parametrize(
        ("how", "cause", "words", "advice"),
        [
            ({"ends": PAST}, "tls_expired", "has expired", "clock"),
            ({"begins": FUTURE}, "tls_not_yet_valid", "not valid yet", "clock"),
        ],
    )
    def test_a_certificate_out_of_its_time_asks_for_a_look_at_the_clock(
        self, trusted, how, cause, words, advice
    ):
        with TlsPort(trusted.server("127.0.0.1", **how)) as server:
            steps, last = ended(check_of(server.origin))
        assert [(s.name, s.ok) for s in steps][1:] == [
            ("reachable", True),
            ("tls", False),
        ]
        assert last.trouble == cause
        assert words in last.detail
        assert "this computer's clock says" in last.detail
        assert ("2021-02-03" if "ends" in how else "2070-05-06") in last.detail
        assert advice in last.advice
        assert "signed by Authority of the tests" in last.shown

    def test_a_certificate_for_another_name_tells_its_own(self, trusted):
        with TlsPort(trusted.server("other.example")) as server:
            _, last = ended(check_of(server.origin))
        assert (last.name, last.trouble) == ("tls", "tls_wrong_name")
        assert "It is for other.example." in last.detail

    def test_a_certificate_that_signed_itself_is_told(self, tmp_path):
        context, _ = self_made(tmp_path)
        with TlsPort(context) as server:
            _, last = ended(check_of(server.origin))
        assert (last.name, last.trouble) == ("tls", "tls_self_signed")
        assert "SSL_CERT_FILE" in last.advice

    def test_a_signer_that_nobody_knows_is_named(self, authority):
        with TlsPort(authority.server("127.0.0.1")) as server:
            _, last = ended(check_of(server.origin))
        assert (last.name, last.trouble) == ("tls", "tls_unknown_issuer")
        assert "signed by “Authority of the tests”" in last.detail

    def test_versions_that_are_too_old_are_told(self, trusted):
        context = trusted.server("127.0.0.1")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that they are old is the point
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        with TlsPort(context) as server:
            _, last = ended(check_of(server.origin))
        assert (last.name, last.trouble) == ("tls", "tls_too_old")

    def test_a_service_that_wants_the_callers_certificate_is_told(self, trusted):
        context = trusted.server("127.0.0.1")
        context.verify_mode = ssl.CERT_REQUIRED
        with TlsPort(context) as server:
            _, last = ended(check_of(server.origin))
        assert last.trouble == "tls_client_certificate"

    def test_https_on_a_port_of_plain_http_is_told(self, trusted):
        with FaultServer() as server:
            _, last = ended(check_of(f"https://127.0.0.1:{server.port}"))
        assert (last.name, last.trouble) == ("tls", "tls_not_spoken")

    def test_plain_http_on_a_port_of_tls_says_https(self, trusted):
        with TlsPort(trusted.server("127.0.0.1"), hasty=True) as server:
            _, last = ended(check_of(f"http://127.0.0.1:{server.port}"))
            policy = HostPolicy(confirmed=frozenset({"127.0.0.1"}))
            assert speaks_tls(f"http://127.0.0.1:{server.port}/", policy)
            assert not speaks_tls(f"https://127.0.0.1:{server.port}/", policy)
        assert (last.name, last.trouble) == ("health", "tls_needed")
        assert "https://" in last.advice

    def test_the_words_of_a_front_that_wants_https_are_understood(self):
        told = b"<html><center>The plain HTTP request was sent to HTTPS port</center>"
        with FaultServer() as server:
            answering(server, "/health", 400, {"content_type": "text/html"}, told)
            _, last = ended(check_of(server.origin))
        assert last.trouble == "tls_needed"

    def test_a_good_certificate_tells_its_version(self, trusted):
        with FaultServer(tls=trusted.server("127.0.0.1")) as server:
            answering(server, "/health", 200)
            answering(server, "/items", 200, None, ITEMS)
            steps, _ = ended(check_of(server.origin))
        assert all(step.ok is not False for step in steps)
        assert steps[2].detail == "certificate accepted, TLS 1.3"
        assert "TLS 1.3 agreed on" in steps[1].shown


ASKED = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"
DENIED = b"HTTP/1.1 403 Forbidden by policy\r\ncontent-length: 0\r\n\r\n"
ODD = b"SSH-2.0-OpenSSH_9.2\r\n\r\n"
PAGE = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/html\r\nvia: 1.1 squid\r\n"
    b"content-length: %d\r\n\r\n%s" % (len(HTML), HTML)
)


class TestProxies:
    """Proxies of the environment; none is asked for this machine itself."""

    @pytest.mark.parametrize(
        ("says", "cause", "words"),
        [
            (ASKED, "proxy_sign_in", "wants a sign-in of its own"),
            (DENIED, "proxy_refused", "403 Forbidden by policy"),
            (ODD, "proxy_refused", "does not speak HTTP"),
            (b"", "proxy_refused", "502 Bad Gateway"),
        ],
    )
    def test_a_proxy_that_does_not_connect_is_told(
        self, monkeypatch, says, cause, words
    ):
        with Proxy(says=says or None) as proxy:
            through(monkeypatch, proxy.url)
            steps, last = ended(check_of("", AWAY))
        assert (last.name, last.trouble) == ("reachable", cause)
        assert words in last.detail
        assert "PROXY" in last.advice
        assert last.cause == "passing"
        assert [step.name for step in steps] == ["configuration", "reachable"]
        assert proxy.heads[0].startswith(b"CONNECT api.example.com:443 HTTP/1.1")

    def test_a_proxy_that_is_not_there_is_told_from_the_service(self, monkeypatch):
        through(monkeypatch, f"http://127.0.0.1:{unused_port()}")
        _, last = ended(check_of("", AWAY))
        assert (last.name, last.trouble) == ("reachable", "proxy_unreachable")
        assert "the proxy 127.0.0.1" in last.detail

    def test_a_kind_of_proxy_that_cannot_be_used_is_told(self, monkeypatch):
        through(monkeypatch, "socks5://127.0.0.1:1080")
        _, last = ended(check_of("", AWAY))
        assert (last.name, last.trouble) == ("reachable", "proxy_kind")

    def test_a_page_of_the_proxy_is_not_taken_for_the_service(self, monkeypatch):
        plain = "http://api.example.com"
        made = described(baseUrl=plain, configFields=[])
        with Proxy(says=PAGE) as proxy:
            through(monkeypatch, proxy.url)
            check = check_of("", made, allow_http=["api.example.com"])
            _, last = ended(check)
        assert (last.name, last.trouble) == ("health", "proxy_answer")
        assert "“Blocked & logged”" in last.detail
        assert last.cause == "lasting"

    def test_a_regular_check_tells_the_proxy_from_the_service(self, monkeypatch):
        plain = "http://api.example.com"
        made = validate(described(baseUrl=plain, configFields=[]))
        link = Connection("far", "work", made.id, made.version)
        secrets = {"token": SecretStr(SECRET)}
        with Proxy(says=PAGE.replace(b"503 Service Unavailable", b"401 No")) as proxy:
            through(monkeypatch, proxy.url)
            probe = Probe(made, link, secrets, allow_http=["api.example.com"])
            found = probe.find()
        assert found.cause == "lasting"
        assert "The proxy 127.0.0.1 answers in place of the service" in found.message
        assert len(proxy.heads) == 1, "nothing was asked a second time"

    def test_a_proxy_that_wants_a_sign_in_for_plain_http_is_told(self, monkeypatch):
        made = described(baseUrl="http://api.example.com", configFields=[])
        with Proxy(says=ASKED) as proxy:
            through(monkeypatch, proxy.url)
            check = check_of("", made, allow_http=["api.example.com"])
            _, last = ended(check)
        assert (last.name, last.trouble) == ("health", "proxy_sign_in")

    def test_tls_goes_through_a_proxy_and_is_judged_there(self, monkeypatch, trusted):
        context = trusted.server("api.example.com")
        with (
            FaultServer(tls=context) as server,
            Proxy(server.port, wanted="Basic bWU6cHJveHktcGFzcw==") as proxy,
        ):
            answering(server, "/health", 200)
            answering(server, "/items", 200, None, ITEMS)
            own = proxy.url.replace("//", "//me:proxy-pass@")
            through(monkeypatch, own)
            steps, last = ended(check_of("", AWAY))
        assert [step.ok for step in steps] == [True] * 6, last
        assert "connects to api.example.com" in steps[1].detail
        assert "proxy-pass" not in "".join(f"{s.wire()}{s.shown}" for s in steps)
        assert SECRET.encode() not in b"".join(proxy.heads)

    def test_a_proxy_that_looks_into_tls_is_an_unknown_signer(
        self, monkeypatch, authority
    ):
        with (
            TlsPort(authority.server("api.example.com")) as server,
            Proxy(server.port) as proxy,
        ):
            through(monkeypatch, proxy.url)
            _, last = ended(check_of("", AWAY))
        assert (last.name, last.trouble) == ("tls", "tls_unknown_issuer")
        assert "proxy" in last.advice
        assert "through the proxy 127.0.0.1" in last.shown


class TestCancelling:
    """Within 200 ms in every step, and no later step begins."""

    @pytest.mark.parametrize("step", ["name", "tls", "health", "first page", "token"])
    def test_a_check_ends_at_once(self, monkeypatch, step):
        began, free = threading.Event(), threading.Event()

        def hang(*_: object, **__: object) -> list[object]:
            began.set()
            free.wait(10)
            return []

        with FaultServer() as server:
            check = _hanging(server, step, began)
            if step == "name":
                monkeypatch.setattr(socket, "getaddrinfo", hang)
            steps: list[object] = []
            worker = threading.Thread(target=lambda: steps.extend(check.steps()))
            worker.start()
            assert began.wait(5)
            before = time.perf_counter()
            check.cancel()
            worker.join(5)
            took = time.perf_counter() - before
            free.set()
        in_time(took, 0.2)
        assert steps[-1].ok is False
        assert steps[-1].trouble == "cancelled"

    def test_a_check_that_was_given_up_before_a_step_does_not_begin_it(self):
        with FaultServer() as server:
            check = check_of(server.origin)
            found = []
            for step in check.steps():
                found.append(step)
                if step.name == "tls":
                    check.cancel()
        assert found[-1].trouble == "cancelled"
        assert server.received == []


def _hanging(server, step, began):
    """Return a check that hangs in a step once `began` is set."""

    async def stall(_writer) -> None:
        began.set()
        await _for_ever()

    if step == "name":
        return check_of("", AWAY)
    if step == "tls":
        listener = socket.create_server(("127.0.0.1", 0))

        def take() -> None:
            sock, _ = listener.accept()
            began.set()
            with closing(sock), closing(listener):
                sock.recv(1 << 16)
                sock.recv(1 << 16)

        threading.Thread(target=take, daemon=True).start()
        return check_of(f"https://127.0.0.1:{listener.getsockname()[1]}")
    path = {"health": "/health", "first page": "/items", "token": "/login"}[step]
    answering(server, "/health", 200)
    server.serve(path, lambda _received: stall)
    if step != "token":
        return check_of(server.origin)
    return check_of(server.origin, described(LOGIN))


async def _for_ever() -> None:
    await asyncio.sleep(60)


LOGIN = {
    "method": "session_token",
    "config": {
        "login": {
            "endpoint": "{{baseUrl}}/login",
            "method": "POST",
            "body": {"password": "{{token}}"},
            "bodyType": "json",
        },
        "tokenPath": "$.token",
        "deliver": {"to": "header:X-Session", "template": "{{token}}"},
        "credentialFields": [
            {"key": "token", "label": "Password", "type": "password", "required": True}
        ],
    },
}

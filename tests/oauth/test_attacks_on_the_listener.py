"""Attacks on the listener, each tried; the real sign-in still comes through.

Ports, odd requests, hosts, slow and idle ones (RFC 8252 sections 7.3 and 8).
"""

import contextlib
import errno
import inspect
import socket
import sys
import threading
from urllib.parse import urlsplit

import pytest
from tests.oauth.parties import (
    call,
    callback,
    follow,
    names,
    oauth2,
    parameters,
    sign_in,
    still_signs_in,
)
from tests.support.clock import FakeClock

from ferrule.oauth import loopback
from ferrule.workspace.signing_in import begin
from ferrule.workspace.signing_in.flows import TOTAL_S

# --- the port


def _listen(thief, address, port):
    thief.bind((address, port))
    thief.listen()


@pytest.mark.skipif(sys.platform != "linux", reason="as measured on Linux")
@pytest.mark.parametrize("option", [None, socket.SO_REUSEADDR, socket.SO_REUSEPORT])
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_attack_nobody_else_can_listen_on_our_port(service, option, address):
    def squat(step):
        port = urlsplit(parameters(step.url)["redirect_uri"]).port
        with socket.socket() as thief:
            if option is not None:
                thief.setsockopt(socket.SOL_SOCKET, option, 1)
            with pytest.raises(OSError, match="in use"):
                _listen(thief, address, port)

    still_signs_in(service, squat)


@pytest.mark.skipif(sys.platform != "linux", reason="as measured on Linux")
def test_attack_of_localhost_both_families_are_ours(service):
    def squat(step):
        address = urlsplit(parameters(step.url)["redirect_uri"])
        assert address.hostname == "localhost"
        with socket.socket(socket.AF_INET6) as thief, pytest.raises(OSError):
            _listen(thief, "::1", address.port)

    still_signs_in(service, squat, auth=oauth2(redirect={"host": "localhost"}))


def test_attack_a_port_that_is_taken_ends_the_sign_in_before_the_browser(service):
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", 0))
        thief.listen()
        fixed = {"port": thief.getsockname()[1]}
        steps = follow(sign_in(service.url, oauth2(redirect=fixed)))
    assert names(steps) == ["failed"]
    assert "cannot be listened on" in steps[0].detail
    assert "end it, then sign in again" in steps[0].advice


def test_attack_a_port_that_the_system_keeps_ends_it_saying_so(service, monkeypatch):
    def denied(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(loopback, "_listening", denied)
    steps = follow(sign_in(service.url, oauth2(redirect={"port": 81})))
    assert names(steps) == ["failed"]
    assert "127.0.0.1:81 cannot be listened on: Permission denied" in steps[0].detail
    assert "The system keeps that port" in steps[0].advice


@pytest.mark.skipif(sys.platform != "linux", reason="as measured on Linux")
@pytest.mark.parametrize(
    ("family", "address"),
    [(socket.AF_INET, "127.0.0.2"), (socket.AF_INET6, "::1")],
)
def test_attack_who_listens_beside_us_on_the_same_port_gets_nothing(
    service, family, address
):
    """Linux lets them; the redirect names our address and no other."""
    with socket.socket(family) as neighbour:

        def listen(step):
            redirect = urlsplit(parameters(step.url)["redirect_uri"])
            assert redirect.hostname == "127.0.0.1"
            _listen(neighbour, address, redirect.port)

        still_signs_in(service, listen)
        neighbour.setblocking(False)
        with pytest.raises(BlockingIOError):
            neighbour.accept()


# --- what else comes to the listener


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/favicon.ico", 404),
        ("GET", "/", 404),
        ("GET", "/oauth/callback/", 404),
        ("GET", "/oauth/../oauth/callback?code=1", 404),
        ("HEAD", "/oauth/callback", 405),
        ("OPTIONS", "/oauth/callback", 405),
        ("POST", "/oauth/callback?code=1&state=2", 405),
        ("GET", "/oauth/callback", 400),
        ("GET", "/oauth/callback?code=1&code=2&state=3", 400),
        ("GET", "/oauth/callback?access_token=x&state=3", 400),
        ("GET", "/oauth/callback?code=%FF%FE&state=3", 400),
        ("GET", "/oauth/callback?code=" + "x" * 10_000, 414),
    ],
)
def test_attack_other_requests_are_turned_away(service, method, target, status):
    def attack(step):
        where = urlsplit(parameters(step.url)["redirect_uri"])
        return call(f"http://{where.netloc}{target}", method)

    assert still_signs_in(service, attack)[0] == status


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "[::1]"]
)
def test_attack_a_host_that_is_not_ours_is_turned_away(service, host):
    """DNS rebinding: a page of evil.example that resolves to 127.0.0.1."""
    answer = still_signs_in(service, lambda s: call(callback(s.url), Host=host))
    assert answer[0] == 404


def test_attack_two_hosts_are_turned_away(service):
    def attack(step):
        where = urlsplit(parameters(step.url)["redirect_uri"])
        head = f"GET {callback(step.url)[len(f'http://{where.netloc}') :]} HTTP/1.1\r\n"
        head += f"Host: {where.netloc}\r\nHost: evil.example\r\n\r\n"
        with socket.create_connection((where.hostname, where.port), 5) as one:
            one.sendall(head.encode())
            return one.recv(64)

    assert b" 404 " in still_signs_in(service, attack)


def test_attack_slow_and_idle_connections_keep_nobody_out(service):
    """A hundred that say nothing, and one that says a byte now and then."""
    with contextlib.ExitStack() as held:

        def attack(step):
            where = urlsplit(parameters(step.url)["redirect_uri"])
            for _ in range(100):
                idle = socket.create_connection((where.hostname, where.port), 5)
                held.enter_context(idle)
            slow = socket.create_connection((where.hostname, where.port), 5)
            held.enter_context(slow).sendall(b"GET /oauth/callback?co")

        still_signs_in(service, attack)


def test_attack_more_connections_than_there_is_room_for_keep_nobody_out(
    service, monkeypatch
):
    monkeypatch.setattr(loopback, "_MOST_CONNECTIONS", 20)
    with contextlib.ExitStack() as held:

        def attack(step):
            where = urlsplit(parameters(step.url)["redirect_uri"])
            for _ in range(40):
                idle = socket.create_connection((where.hostname, where.port), 5)
                held.enter_context(idle)

        still_signs_in(service, attack)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS: a browser upgrades
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /oauth/callback SPDY/3\r\n\r\n",
        b"GET /oauth/callback HTTP/1.1\r\nX: " + b"y" * 40_000,
    ],
)
def test_attack_what_is_not_http_is_dropped(service, raw):
    def attack(step):
        where = urlsplit(parameters(step.url)["redirect_uri"])
        one = socket.create_connection((where.hostname, where.port), 5)
        with one, contextlib.suppress(OSError):
            one.sendall(raw)
            return one.recv(64)

    assert not still_signs_in(service, attack)


def test_attack_the_page_at_the_end_loads_and_tells_nothing(service):
    pages = []

    def opened(step):
        pages.append(call(callback(step.url, state="<script>")))
        pages.append(call(service.approve(step.url, follow=False)))

    follow(sign_in(service.url), opened=opened)
    assert [status for status, _, _ in pages] == [400, 200]
    for _, headers, text in pages:
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert not any(word in text for word in ("http", "src", "href", "script>"))
        assert "access-control-allow-origin" not in headers


# --- the person goes away


def test_attack_a_closed_browser_ends_the_sign_in_after_five_minutes(service):
    clock = FakeClock()
    left = []

    def waiting(step):
        left.append((step.until - clock.now()).total_seconds())
        clock.advance(301)

    steps = follow(
        sign_in(service.url, clock=clock, timeout_s=TOTAL_S), waiting=waiting
    )
    assert names(steps)[-1] == "failed"
    assert "in time" in steps[-1].detail
    assert left == [300.0]
    assert inspect.signature(begin).parameters["timeout_s"].default == TOTAL_S


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_attack_a_clock_that_steps_does_not_move_the_deadline(service, seconds):
    clock = FakeClock()

    def waiting(_step):
        clock.set_back(seconds)
        service.approve(kept["url"])

    kept = {}
    steps = follow(
        sign_in(service.url, clock=clock),
        opened=lambda s: kept.update(url=s.url),
        waiting=waiting,
    )
    assert names(steps)[-1] == "signed_in"


def test_attack_cancel_ends_it_at_once_and_frees_the_port(service):
    signing = sign_in(service.url)
    where = {}

    def waiting(_step):
        threading.Timer(0.05, signing.cancel).start()

    steps = follow(
        signing, opened=lambda s: where.update(parameters(s.url)), waiting=waiting
    )
    assert names(steps)[-1] == "cancelled"
    assert call(where["redirect_uri"])[0] == 0
    assert service.token_requests == 0


def test_attack_a_program_that_ends_mid_flow_leaves_no_listener(service):
    steps = sign_in(service.url).steps()
    where = parameters(next(s for s in steps if s.name == "opened").url)
    steps.close()
    assert call(where["redirect_uri"])[0] == 0
    assert not [t for t in threading.enumerate() if t.name == "redirect listener"]

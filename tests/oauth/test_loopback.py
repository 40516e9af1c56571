"""The listener by itself: where it listens, what it answers, and that it goes."""

import errno
import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oauth.parties import call

from ferrule.errors import SignInFailed
from ferrule.oauth import loopback
from ferrule.oauth.loopback import Listener, _read_head
from ferrule.oauth.pages import page


def listening(queries=None, ending="foreign", **how):
    """Return a listener that notes each query that it was asked to judge."""

    def decide(query):
        (queries if queries is not None else []).append(query)
        return page(ending)

    return Listener(decide, **how)


def left():
    return [t for t in threading.enumerate() if t.name == "redirect listener"]


def test_it_listens_on_the_literal_address_from_the_beginning():
    queries = []
    with listening(queries) as one:
        assert one.redirect_uri == f"http://127.0.0.1:{one.port}/oauth/callback"
        assert call(f"{one.redirect_uri}?code=1")[0] == 400
    assert queries == ["code=1"]
    assert left() == []


def test_it_goes_by_itself_with_the_last_page():
    with listening(ending="done") as one:
        assert call(f"{one.redirect_uri}?code=1")[0] == 200
        for _ in range(100):
            if call(one.redirect_uri)[0] == 0:
                break
        assert call(one.redirect_uri)[0] == 0


def test_it_is_closed_twice_and_its_port_is_free_again():
    one = listening()
    one.open()
    port = one.port
    one.close()
    one.close()
    again = listening(port=port)
    with again:
        assert again.port == port


def test_it_is_closed_while_somebody_is_connected():
    with listening() as one, socket.create_connection(("127.0.0.1", one.port)) as idle:
        idle.sendall(b"GET ")
    assert left() == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_localhost_is_answered_in_both_families(address):
    with listening(host="localhost") as one:
        host = f"localhost:{one.port}"
        with socket.create_connection((address, one.port), 5) as browser:
            browser.sendall(
                f"GET /oauth/callback?code=1 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
            )
            assert b" 400 " in browser.recv(64)


def test_without_ipv6_localhost_is_one_family(monkeypatch):
    made = socket.socket.bind

    def bind(self, address):
        if self.family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return made(self, address)

    monkeypatch.setattr(socket, "socket", type("S", (socket.socket,), {"bind": bind}))
    with listening(host="localhost") as one:
        assert call(one.redirect_uri)[0] == 400


def test_a_port_whose_other_family_is_taken_is_not_used():
    with socket.socket() as free, socket.socket(socket.AF_INET6) as thief:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        thief.bind(("::1", port))
        thief.listen()
        free.close()
        with pytest.raises(SignInFailed, match="cannot be listened on"):
            listening(host="localhost", port=port).open()
        with listening(port=port):  # nothing of ours was left on the other one
            pass


def test_on_port_80_a_browser_leaves_the_port_out():
    asked = loopback._Serving(
        lambda _query: page("done"), frozenset({"localhost:80", "localhost"}), "/cb"
    )
    asked._loop.close()
    head = b"GET /cb?code=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert asked._answer(head).ending == "done"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_turned_away(raw):
    _read_head(raw)


@settings(deadline=None)
@given(
    st.text(st.characters(max_codepoint=255), max_size=40),
    st.lists(st.text(st.characters(max_codepoint=255), max_size=20), max_size=4),
)
def test_no_head_reaches_the_judge_but_a_get_of_ours(line, headers):
    judged = []
    serving = loopback._Serving(
        lambda query: judged.append(query) or page("foreign"),
        frozenset({"127.0.0.1:1"}),
        "/oauth/callback",
    )
    serving._loop.close()
    head = "\r\n".join([line, *headers, "", ""]).encode("latin-1")
    answer = serving._answer(head)
    assert judged == [] or "Host" in head.decode("latin-1")
    assert answer is None or answer.ending in {"nothing", "method", "long", "foreign"}

"""The service on a real port; one child process serves the whole module."""

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from ferrule.errors import FerruleError
from ferrule.sandbox import server

CHILD = """
import json, sys
from ferrule.sandbox.server import serve
serve(0, 300, announce=lambda event: print(json.dumps(event), flush=True),
      until_stdin_ends=True)
"""


@pytest.fixture(scope="module")
def child() -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-c", CHILD]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.stdin.close()
        assert process.wait(5) == 0
        assert process.stdout.read() == b""


@pytest.fixture(scope="module")
def address(child) -> str:
    event = json.loads(child.stdout.readline())
    assert event["type"] == "ready"
    assert event["url"].startswith("http://127.0.0.1:")
    return event["url"].removeprefix("http://")


@pytest.fixture
def connection(address) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(address, timeout=5)
    yield connection
    connection.close()


def get(connection, path: str, method: str = "GET", body: bytes | None = None):
    connection.request(method, path, body)
    response = connection.getresponse()
    return response, response.read()


def test_a_page_comes_over_the_wire_with_its_links(connection, address):
    response, body = get(connection, "/link/issues?per_page=100")
    assert (response.status, len(json.loads(body))) == (200, 100)
    assert (
        f"<http://{address}/link/issues?per_page=100&page=2>"
        in response.headers["link"]
    )
    assert response.headers["content-length"] == str(len(body))


def test_who_calls_it_by_name_stays_with_the_name(connection, address):
    by_name = address.replace("127.0.0.1", "localhost")
    connection.request("GET", "/link/issues", headers={"Host": by_name})
    response = connection.getresponse()
    response.read()
    assert f"<http://{by_name}/link/issues?" in response.headers["link"]
    connection.request("GET", "/link/issues", headers={"Host": "evil.example"})
    response = connection.getresponse()
    response.read()
    assert f"<http://{address}/link/issues?" in response.headers["link"]


def test_a_connection_is_kept_for_many_requests(connection):
    for _ in range(20):
        assert get(connection, "/health")[0].status == 200


def test_head_brings_no_body(connection):
    response, body = get(connection, "/health", "HEAD")
    assert (response.status, body) == (200, b"")


def test_control_is_reached_by_post(connection):
    _, body = get(connection, "/_control", "POST", b'{"touch": 2}')
    assert len(json.loads(body)["touched"]) == 2


def test_a_body_of_a_megabyte_is_refused(address):
    connection = http.client.HTTPConnection(address, timeout=5)
    response, _ = get(connection, "/_control", "POST", b" " * 70_000)
    assert response.status == 413
    connection.close()


def test_a_busy_port_is_told_with_what_to_do(address):
    port = int(address.partition(":")[2])
    with pytest.raises(FerruleError, match="in use") as told:
        server.serve(port, announce=print)
    assert "another port" in told.value.advice


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(FerruleError, match="no port"):
        server.serve(port, announce=print)


def test_the_listener_sends_small_answers_at_once():
    with server._listening(0) as listener:
        assert listener.proto != 0


def test_it_serves_in_a_thread_too_until_told_to_stop():
    api = server.Api(server.Tracker(5), latency_ms=1)
    listener = server._listening(0)
    running = server._Server(
        server._configured(server.application(api, "http://127.0.0.1"))
    )
    listens = threading.Event()
    running.ready = listens.set
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    assert listens.wait(5)
    connection = http.client.HTTPConnection(*listener.getsockname(), timeout=5)
    assert len(json.loads(get(connection, "/link/issues")[1])) == 5
    connection.close()
    running.should_exit = True
    thread.join(5)
    assert not thread.is_alive()

"""The server's own metrics: what it was asked, told to this machine."""

import asyncio
from types import SimpleNamespace

from tests.store.building import FixedClock, connect

from ferrule.errors import StoreError
from ferrule.metrics.page import metrics_page
from ferrule.server.application import METRICS, application
from ferrule.store import Database


class Broken:
    """A database that cannot be read just now."""

    def reading(self):
        raise StoreError("damaged")


def asked(app, path, client="127.0.0.1"):
    """Return the status and the body of one request."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": (client, 5),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(app(scope, receive, send))
    body = b"".join(m.get("body", b"") for m in sent)
    return sent[0]["status"], body.decode()


def test_answers_are_counted_by_operation_and_status():
    app = application(SimpleNamespace(database=Broken()))
    for _ in range(3):
        status, _ = asked(app, "/api/v1/projects/alpha/instances")
        assert status >= 500
    status, told = asked(app, METRICS)
    assert status == 200
    rows = [
        line for line in told.splitlines() if line.startswith("registry_request_total")
    ]
    assert len(rows) == 1
    assert rows[0].endswith(" 3.0")
    assert "registry_request_seconds_bucket" in told


def test_another_machine_is_told_nothing():
    app = application(SimpleNamespace(database=Broken()))
    assert asked(app, METRICS, client="192.0.2.1")[0] == 403


def test_the_connections_of_this_machine_are_told_too(tmp_path):
    with Database.open(tmp_path / "ferrule.db") as database:
        connect(database)
        page = metrics_page(database, FixedClock())
        app = application(SimpleNamespace(database=Broken()), page)
        told = asked(app, METRICS)[1]
        place = '{connection="work",connector="acme.issues",project="p"}'
        for name in ("connector_request_total", "webhook_validation_fail_total"):
            assert f"{name}{place} 0.0" in told
        asked(app, "/api/v1/projects/alpha/instances")
        assert "registry_request_total" in asked(app, METRICS)[1]


def test_a_database_that_cannot_be_read_hides_nothing_of_the_servers_own():
    def broken():
        raise StoreError("damaged")

    app = application(SimpleNamespace(database=Broken()), broken)
    asked(app, "/api/v1/projects/alpha/instances")
    status, told = asked(app, METRICS)
    assert (status, "registry_request_total" in told) == (200, True)

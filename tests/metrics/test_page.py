"""What a scraper reads: the numbers of the database, to this machine alone."""

import asyncio
import re
from datetime import timedelta

import pytest
from tests.store.building import NOW, FixedClock, batch, connect, signal

from ferrule.errors import StoreError
from ferrule.metrics import families
from ferrule.metrics.page import MetricsApp, metrics_page
from ferrule.store import Connections, Database, Runs, Tally, Traffic, TrafficCounts
from ferrule.store.traffic import minute_of

PLACE = '{connection="work",connector="acme.issues",project="p"}'


@pytest.fixture
def database(tmp_path):
    with Database.open(tmp_path / "ferrule.db") as opened:
        connect(opened)
        yield opened


def told(database: Database) -> dict[str, float]:
    """Return the samples of the page."""
    kind, body = metrics_page(database, FixedClock())()
    assert kind.startswith("text/plain; version=0.0.4")
    rows = [line for line in body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (r.rsplit(" ", 1) for r in rows)}


def note(database: Database, ago: timedelta, **members: object) -> None:
    tally = Tally("work", minute_of(NOW - ago), Traffic(**members))
    TrafficCounts(database, FixedClock()).add("p", [tally])


def test_counters_are_there_from_the_first_scrape_on(database):
    found = told(database)
    for name in (
        "connector_request_total",
        "connector_request_failure_total",
        "connector_backoff_seconds_total",
        "webhook_validation_fail_total",
        "connector_dead_letter",
    ):
        assert found[name + PLACE] == 0
    assert not [name for name in found if "error_ratio" in name or "p95" in name]


def test_lately_is_five_minutes_and_ever_is_all(database):
    fast = (0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    note(database, timedelta(days=3), requests=90, failures=9, latency_ms=300)
    note(
        database,
        timedelta(minutes=1),
        requests=11,
        failures=1,
        backoff_ms=2500,
        latency_ms=400,
        buckets=fast,
    )
    found = told(database)
    assert found["connector_request_total" + PLACE] == 101
    assert found["connector_request_failure_total" + PLACE] == 10
    assert found["connector_error_ratio" + PLACE] == pytest.approx(1 / 11)
    assert found["connector_latency_ms_p95" + PLACE] == pytest.approx(48.75)
    assert found["connector_backoff_seconds_total" + PLACE] == 2.5
    assert found["connector_latency_ms_count" + PLACE] == 10
    assert found["connector_latency_ms_sum" + PLACE] == 700


def test_webhooks_health_and_the_last_sync_are_told(database):
    with database.writing() as db:
        for what, many in (("ever_refused", 3), ("ever_received", 9), ("dead", 2)):
            db.execute(
                "INSERT INTO delivery_count (project, connection, what, many)"
                " VALUES ('p', 'work', ?, ?)",
                (what, many),
            )
        db.execute(
            "INSERT INTO outbound (project, connection, sink, event_id, type, payload,"
            " at, status) VALUES ('p', 'work', 's', 'e', 't', '{}', 'now', 'dead')"
        )
    runs = Runs(database, FixedClock())
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    runs.commit(lease, batch([signal("1")]), NOW)
    runs.finish(lease, NOW, status="done")
    Connections(database).record_health(
        "p", "work", healthy=False, state="reauth_required", at=NOW
    )
    found = told(database)
    inside = PLACE[1:-1]
    assert found["webhook_validation_fail_total" + PLACE] == 3
    assert found["connector_dead_letter" + PLACE] == 3
    head, tail = inside.rsplit(",", 1)
    came = f'{{{head},outcome="received",{tail}}}'
    assert found[f"webhook_delivery_total{came}"] == 9
    assert found[f'connector_health{{{inside},state="reauth_required"}}'] == 1
    assert found["connector_last_sync_timestamp_seconds" + PLACE] == NOW.timestamp()


def test_the_number_of_series_has_a_bound(database, monkeypatch):
    monkeypatch.setattr(families, "MOST", 3)
    counts = TrafficCounts(database, FixedClock())
    for number in range(10):
        connect(database, f"c{number}")
        tally = Tally(f"c{number}", minute_of(NOW), Traffic(requests=number + 1))
        counts.add("p", [tally])
    found = told(database)
    asked = {k: v for k, v in found.items() if k.startswith("connector_request_total")}
    assert len(asked) == 4
    assert sum(asked.values()) == 55
    other = [v for k, v in asked.items() if 'connection="other"' in k]
    assert other == [55 - 10 - 9 - 8]


def asked(page, *, method="GET", client=("127.0.0.1", 5), headers=(), **how):
    """Return the status and the body of one request."""
    sent = []

    async def send(message):
        sent.append(message)

    async def ask():
        scope = {"type": "http", "method": method, "client": client}
        scope["headers"] = [(name.encode(), b"x") for name in headers]
        await MetricsApp(page, **how)(scope, None, send)

    asyncio.run(ask())
    return sent[0]["status"], sent[1]["body"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 200),
        ({"client": ("::1", 5)}, 200),
        ({"method": "HEAD"}, 200),
        ({"method": "POST"}, 405),
        ({"client": ("192.0.2.7", 5)}, 403),
        ({"client": None}, 403),
        ({"client": ("/run/socket", 5)}, 403),
        ({"headers": ["x-forwarded-for"]}, 403),
        ({"headers": ["origin"]}, 403),
        ({"client": ("192.0.2.7", 5), "everybody": True}, 200),
        ({"headers": ["sec-fetch-site"], "everybody": True}, 403),
    ],
)
def test_metrics_are_told_to_this_machine_and_to_no_browser(given, status):
    found, body = asked(lambda: ("text/plain", b"m 1\n"), **given)
    assert found == status
    shown = status == 200 and given.get("method") != "HEAD"
    assert (body == b"m 1\n") is shown


def test_a_database_that_cannot_be_read_is_told_so():
    def page():
        raise StoreError("damaged")

    assert asked(page)[0] == 503


def test_names_and_labels_are_what_prometheus_takes(database):
    body = metrics_page(database, FixedClock())()[1].decode()
    names = re.findall(r"^# TYPE (\S+) \S+$", body, re.MULTILINE)
    assert all(re.fullmatch(r"[a-z_0-9]+", name) for name in names)
    assert len(names) == len(set(names))

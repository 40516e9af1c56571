"""Connections: kept whole, found three ways, removed with all that is theirs."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.store.building import NOW, FixedClock, batch, connect, signal

from ferrule.errors import NotFound, RunInterrupted, StoreError, UsageError
from ferrule.store import (
    Connection,
    Connections,
    Database,
    FailedItem,
    Removed,
    Runs,
    StoredHealthCheck,
    schema,
)
from ferrule.store.connections import MINE

FULL = {
    "provider": "acme",
    "api_version": "2026-01",
    "enabled": False,
    "config": {"baseUrl": "https://a.example", "depth": 3, "rate": Decimal("0.10")},
    "credential_ref": "p/work",
    "app_key": "team-a",
    "sync_from": "2025-01-01T00:00:00Z",
    "streams": ["issues", "comments"],
    "rate_limits": [{"limit": 10, "per": "PT1S"}],
    "mapping_overrides": {"issues": {"summaryTemplate": "{{title}}"}},
    "last_health_check": "2026-01-01T00:00:00Z",
    "last_latency_ms": 12.5,
    "healthy": True,
    "state": "healthy",
    "consecutive_failures": 2,
    "last_error": "once",
}


def test_every_attribute_comes_back_as_it_was_kept(database: Database) -> None:
    made = connect(database, "full", **FULL)
    kept = Connections(database).get("p", "full")
    assert kept == made
    assert kept.config["rate"] == Decimal("0.10")
    assert kept.created_at == kept.updated_at == "2026-01-02T03:04:05Z"
    told = {field.name for field in dataclasses.fields(kept)}
    assert set(FULL) <= told


def test_connections_are_found_by_project_connector_and_provider(
    database: Database,
) -> None:
    connect(database, "b", connector_id="acme.pulls", provider="acme")
    connect(database, "c", connector_id="other.cards", provider="other")
    connect(database, "z", project="q", provider="acme")
    connections = Connections(database)

    def keys(project: str, **wanted: str) -> list[str]:
        return [one.key for one in connections.list(project, **wanted)]

    assert keys("p") == ["b", "c", "work"]
    assert keys("p", connector_id="acme.issues") == ["work"]
    assert keys("p", provider="acme") == ["b"]
    assert keys("q") == ["z"]
    assert keys("nowhere") == []


def test_a_key_is_taken_once_a_project(database: Database) -> None:
    with pytest.raises(StoreError, match="'work' already"):
        connect(database)
    connect(database, project="q")
    with pytest.raises(UsageError, match="needs a key"):
        connect(database, "")


def test_update_changes_what_it_names_and_the_time(database: Database) -> None:
    clock = FixedClock(NOW + timedelta(hours=1))
    before = Connections(database).get("p", "work")
    after = Connections(database, clock).update(
        "p", "work", config={"a": 1}, streams=[]
    )
    assert after == dataclasses.replace(
        before, config={"a": 1}, streams=[], updated_at="2026-01-02T04:04:05Z"
    )
    assert Connections(database).enable("p", "work", enabled=False).enabled is False


@pytest.mark.parametrize("name", ["key", "project", "created_at", "colour"])
def test_update_refuses_what_never_changes_or_is_unknown(
    database: Database, name: str
) -> None:
    with pytest.raises(UsageError, match=name):
        Connections(database).update("p", "work", **{name: "x"})


def test_failures_in_a_row_are_counted_until_one_success(database: Database) -> None:
    connections = Connections(database)
    for expected in (1, 2):
        found = connections.record_health(
            "p", "work", healthy=False, state="error", at=NOW, error="401"
        )
        assert (found.consecutive_failures, found.last_error) == (expected, "401")
    found = connections.record_health(
        "p", "work", healthy=True, state="healthy", at=NOW, latency_ms=81.5
    )
    assert (found.consecutive_failures, found.last_error) == (0, None)
    assert (found.last_latency_ms, found.last_health_check) == (
        81.5,
        "2026-01-02T03:04:05Z",
    )


def test_a_connector_is_in_use_wherever_it_is_connected(database: Database) -> None:
    connect(database, "second", project="q")
    connections = Connections(database)
    assert connections.in_use("acme.issues") == (("p", "work"), ("q", "second"))
    assert connections.in_use("acme") == ()


def test_what_is_not_there_is_not_found(database: Database) -> None:
    connections = Connections(database)
    calls = (
        lambda: connections.get("p", "none"),
        lambda: connections.update("p", "none", config={}),
        lambda: connections.enable("q", "work", enabled=True),
        lambda: connections.delete("p", "none"),
        lambda: connections.holdings("p", "none"),
        lambda: connections.record_health(
            "p", "none", healthy=True, state="healthy", at=NOW
        ),
    )
    for call in calls:
        with pytest.raises(NotFound, match="There is no connection"):
            call()


def test_deleting_takes_all_that_was_stored_and_nothing_else(
    database: Database, runs: Runs
) -> None:
    connect(database, "other")
    for key in ("work", "other"):
        lease = runs.begin("p", key, "full", owner="me", now=NOW)
        errors = [FailedItem("9", "timestamp", "no date", b"{}")]
        runs.commit(lease, batch([signal("1"), signal("2")], 5, errors=errors), NOW)
        runs.finish(lease, NOW, status="done", checkpoints={"issues": "2026"})
    connections = Connections(database)
    expected = Removed(signals=2, runs=1, item_errors=1, checkpoints=1)
    assert connections.holdings("p", "work") == expected
    assert connections.delete("p", "work") == expected
    assert _rows(database) == {
        "signal": 2,
        "seen": 0,
        "item_error": 1,
        "position": 1,
        "checkpoint": 1,
        "lease": 1,
        "run": 1,
        "source": 1,
        "connection": 1,
    }


def test_a_run_of_a_deleted_connection_stores_nothing_more(
    database: Database, runs: Runs
) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    runs.commit(lease, batch([signal("1")]), NOW)
    Connections(database).delete("p", "work")
    connect(database)
    with pytest.raises(RunInterrupted):
        runs.commit(lease, batch([signal("2")]), NOW)
    assert _rows(database)["signal"] == 0


def test_every_table_says_what_of_it_goes_with_a_connection() -> None:
    whole = {
        "credential_scope",  # goes with its credential, which may be shared
        "accepted_version",  # this and the next belong to the project, for good
        "import_record",
        "approval",  # what a person decided stays written down: this and two more
        "approval_event",
        "waiver_event",
        "audit",
        "operation",  # what was done is told after it is gone, too
    }
    assert MINE.keys() | whole == {table.name for table in schema.declared()}
    order = list(MINE)
    for table, mine in MINE.items():
        for owner in ("run", "source"):
            if f"FROM {owner} " in mine:
                assert order.index(table) < order.index(owner)


def test_a_connection_has_the_columns_of_its_table() -> None:
    names = {one.name for one in dataclasses.fields(Connection)}
    assert names == set(schema.connection.c.keys())


def _rows(database: Database) -> dict[str, int]:
    tables = ["signal", "seen", "item_error", "position", "checkpoint", "lease"]
    tables += ["run", "source", "connection"]
    with database.reading() as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  names above
            for table in tables
        }


def test_the_latest_hundred_checks_of_a_connection_are_kept(
    database: Database,
) -> None:
    connections = Connections(database)
    connect(database, "other")
    for number in range(103):
        connections.record_health(
            *("p", "work"),
            healthy=number % 2 == 0,
            state="healthy",
            at=NOW + timedelta(minutes=number),
            error=None if number % 2 == 0 else f"{500 + number}",
            latency_ms=float(number),
            message="200" if number % 2 == 0 else "",
        )
    connections.record_health("p", "other", healthy=True, state="healthy", at=NOW)
    checks = connections.health_checks("p", "work")
    assert [check.latency_ms for check in checks] == [
        float(n) for n in range(102, 2, -1)
    ]
    assert checks[0] == StoredHealthCheck("2026-01-02T04:46:05Z", True, 102.0, "200")
    assert checks[1].message == "601"
    assert len(connections.health_checks("p", "work", limit=3)) == 3
    assert len(connections.health_checks("p", "other")) == 1
    connections.delete("p", "work")
    assert connections.health_checks("p", "work") == ()

"""Health: the rules between states, checks against real services, and their rounds."""

import threading
import time
from datetime import timedelta

import pytest
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.support.fault_server import BEHAVIOURS, FaultServer, answer
from tests.support.promptness import in_time
from tests.support.sandbox import Sandbox

from ferrule.credentials import forget_master_key
from ferrule.errors import (
    AuthRefused,
    Cancelled,
    CircuitOpen,
    EndlessPaging,
    OffHost,
    RateLimitError,
    ServiceUnreachable,
    TimedOut,
    UnexpectedStatus,
    UnreadableResponse,
)
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.health import Finding, Health, cause_of, next_health, p95
from ferrule.workspace.health_checks import (
    HealthWorker,
    Rounds,
    check_health,
    health_line,
    probe_of,
)
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

NAME = "sandbox-issues"
HEALTH = "/repos/sample/workshop"
ISSUES = f"{HEALTH}/issues"
PAGE = answer(
    b"<!DOCTYPE html><html><title>Denied by policy</title></html>",
    "403 Forbidden",
    content_type="text/html",
)
FINE = Finding(None, "200", 12.0)
AUTH = Finding("auth", "refused")
PASSING = Finding("passing", "no answer")
LASTING = Finding("lasting", "404")


@pytest.mark.parametrize(
    ("before", "found", "latencies", "after"),
    [
        (Health("healthy"), FINE, [12.0], Health("healthy")),
        (Health("error", 7, "404"), FINE, [], Health("healthy")),
        (Health("reauth_required", 2, "refused"), FINE, [], Health("healthy")),
        (Health("healthy"), PASSING, [], Health("degraded", 1, "no answer")),
        (Health("degraded", 1, "x"), PASSING, [], Health("degraded", 2, "no answer")),
        (Health("degraded", 2, "x"), PASSING, [], Health("error", 3, "no answer")),
        (Health("error", 3, "x"), PASSING, [], Health("error", 4, "no answer")),
        (Health("error", 1, "404"), PASSING, [], Health("error", 2, "no answer")),
        (Health("healthy"), LASTING, [], Health("error", 1, "404")),
        (Health("degraded", 1, "x"), LASTING, [], Health("error", 2, "404")),
        (Health("healthy"), AUTH, [], Health("reauth_required", 1, "refused")),
        (Health("error", 4, "x"), AUTH, [], Health("reauth_required", 5, "refused")),
        (
            Health("reauth_required", 1, "refused"),
            PASSING,
            [],
            Health("reauth_required", 2, "no answer"),
        ),
        (Health("reauth_required", 1, "x"), LASTING, [], Health("error", 2, "404")),
        (Health("healthy"), FINE, [9000.0] * 4, Health("healthy")),
        (
            Health("healthy"),
            FINE,
            [9000.0] * 5,
            Health("degraded", 0, "Answers are slow: p95 9,000 ms."),
        ),
        (Health("degraded", 0, "slow"), FINE, [9000.0] + [9.0] * 19, Health("healthy")),
        (Health("healthy"), FINE, [9.0] * 20 + [9000.0] * 80, Health("healthy")),
        (Health("healthy"), FINE, [2000.0] * 20, Health("healthy")),
    ],
)
def test_what_moves_a_connection_from_one_state_to_the_next(
    before, found, latencies, after
):
    assert next_health(before, found, latencies) == after


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (AuthRefused("x", status=401), "auth"),
        (ServiceUnreachable("x"), "passing"),
        (TimedOut("x"), "passing"),
        (RateLimitError("x", retry_after=3, status=429), "passing"),
        (CircuitOpen("x", until=FakeClock().now()), "passing"),
        (UnexpectedStatus("x", status=503), "passing"),
        (UnexpectedStatus("x", status=404), "lasting"),
        (UnreadableResponse("x"), "lasting"),
        (OffHost("x"), "lasting"),
        (EndlessPaging("x"), "lasting"),
    ],
)
def test_what_kind_of_failure_an_error_is(error, cause):
    assert cause_of(error) == cause


@pytest.mark.parametrize(
    ("latencies", "found"),
    [([], None), ([5.0], 5.0), (list(range(1, 101)), 95), ([1.0] * 19 + [9.0], 1.0)],
)
def test_p95_is_the_nearest_rank(latencies, found):
    assert p95(latencies) == found


@pytest.fixture
def workspace(tmp_path, sandbox: Sandbox, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    sandbox.control(reset=True)
    home = Home(tmp_path / "home")
    made = Workspace(home, init_project(tmp_path / "work", home).folder)
    connect(made, NAME, {"baseUrl": sandbox.url}, {})
    yield made
    made.close()
    forget_master_key()


def found(workspace, key=NAME):
    return workspace.connections.get(workspace.project.key, key)


def check(workspace, key=NAME, **options):
    return check_health(workspace, key, probe_of(workspace, key, **options))


def test_a_check_is_kept_with_its_latency_and_shown_without_asking(workspace):
    assert health_line(workspace, found(workspace)).wire()["state"] is None
    now = check(workspace)
    assert (now.state, now.healthy, now.consecutive_failures) == ("healthy", True, 0)
    line = health_line(workspace, now)
    assert line.latency_ms == line.latency_p95_ms > 0
    assert (line.wire()["state"], line.wire()["checks"]) == ("healthy", 1)


def test_a_service_that_is_away_is_degraded_twice_and_then_an_error(workspace):
    place = {"baseUrl": "http://127.0.0.1:9"}
    connect(workspace, NAME, place, {}, key="away")
    states = [check(workspace, "away") for _ in range(4)]
    assert [(one.state, one.consecutive_failures) for one in states] == [
        ("degraded", 1),
        ("degraded", 2),
        ("error", 3),
        ("error", 4),
    ]
    assert "127.0.0.1" in states[0].last_error


@pytest.fixture
def faulty(workspace):
    """Return what makes a service whose health answers like this, connected."""
    with FaultServer() as server:

        def make(behaviour):
            told = BEHAVIOURS.get(behaviour, behaviour)
            server.serve(HEALTH, lambda _received: told)
            server.serve(ISSUES, lambda _received: told)
            if "faulty" not in {one.key for one in workspace.connections.list(
                workspace.project.key)}:  # fmt: skip
                connect(workspace, NAME, {"baseUrl": server.origin}, {}, key="faulty")

        yield make


@pytest.mark.parametrize(
    ("behaviour", "state"),
    [
        ("unauthorised", "reauth_required"),
        ("not_found", "error"),
        ("redirect", "error"),
        ("server_error", "degraded"),
        ("too_many_hour", "degraded"),
        ("reset", "degraded"),
    ],
)
def test_what_a_service_answers_decides(workspace, faulty, behaviour, state):
    faulty(behaviour)
    bad = check(workspace, "faulty")
    assert (bad.state, bad.healthy, bad.consecutive_failures) == (state, False, 1)
    assert bad.last_error
    faulty("ok")
    assert check(workspace, "faulty").state == "healthy"


def test_a_page_of_something_in_front_does_not_refuse_the_credential(workspace, faulty):
    faulty(PAGE)
    bad = check(workspace, "faulty")
    assert (bad.state, bad.healthy) == ("error", False)
    assert "in front of the service" in bad.last_error
    assert "“Denied by policy”" in bad.last_error


def test_a_run_that_meets_such_a_page_asks_nobody_to_sign_in(workspace, faulty):
    faulty(PAGE)
    ended = sync_connection(
        *(workspace, "faulty", SyncOrder(full=True)), emit=lambda _event: None
    )
    assert (ended.status, ended.failure) == ("interrupted", "UnexpectedStatus")
    assert "web page" in ended.error
    assert "not judged" in ended.advice
    assert found(workspace, "faulty").state == "degraded"


def test_ten_seconds_are_all_there_is(workspace, faulty):
    faulty("stall")
    began = time.monotonic()
    late = check(workspace, "faulty", deadline_s=0.3)
    in_time(time.monotonic() - began, 1.0)
    assert (late.state, late.last_error) == ("degraded", "No answer within 0.3 s.")


def test_a_check_can_be_ended(workspace, faulty):
    faulty("stall")
    probe = probe_of(workspace, "faulty")
    threading.Timer(0.1, probe.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        probe.find()
    in_time(time.monotonic() - began, 1.0)
    assert found(workspace, "faulty").last_health_check is None


def test_the_end_of_a_run_is_judged_by_the_same_rules(workspace, sandbox):
    sandbox.control(fault="error-always")
    clock = FakeClock()
    order = SyncOrder(full=True)
    for _ in range(3):
        ended = sync_connection(
            workspace, NAME, order, emit=lambda _event: None, clock=clock
        )
        assert ended.status == "interrupted"
    assert (found(workspace).state, found(workspace).consecutive_failures) == (
        "error",
        3,
    )
    sandbox.control(fault=None)
    ended = sync_connection(workspace, NAME, order, emit=lambda _event: None)
    assert ended.latency_p50_ms
    assert (found(workspace).state, found(workspace).consecutive_failures) == (
        "healthy",
        0,
    )
    assert found(workspace).last_latency_ms == ended.latency_p50_ms


class Chance:
    """Gives these numbers, then the last of them for ever."""

    def __init__(self, *numbers):
        self.numbers = list(numbers)

    def __call__(self):
        return self.numbers.pop(0) if len(self.numbers) > 1 else self.numbers[0]


def test_rounds_come_every_fifteen_minutes_a_little_off_the_beat(workspace):
    clock = FakeClock()
    rounds = Rounds(Chance(0.5, 1.0, 0.0))
    worker = HealthWorker(workspace, rounds, clock)
    assert worker.work() == []  # within a minute, not at once
    clock.advance(30)
    assert worker.work() == [NAME]
    assert worker.work() == []
    clock.advance(17 * 60 + 59)
    assert worker.work() == []
    clock.advance(1)
    assert worker.work() == [NAME]  # 15 min and the most that is off
    worker.work()
    clock.advance(12 * 60)
    assert worker.work() == [NAME]  # the least


def test_who_was_not_checked_for_long_is_checked_within_a_minute(workspace):
    clock = FakeClock()
    connection = found(workspace)
    stale = clock.now() - timedelta(days=2)
    workspace.connections.record_health(
        workspace.project.key, NAME, healthy=True, state="healthy", at=stale
    )
    rounds, connection = Rounds(Chance(0.5)), found(workspace)
    assert rounds.due([connection], clock.now()) == []
    clock.advance(30)
    assert rounds.due([connection], clock.now()) == [NAME]


def test_a_clock_that_is_set_back_delays_no_check(workspace):
    clock = FakeClock()
    ahead = clock.now() + timedelta(days=2)
    workspace.connections.record_health(
        workspace.project.key, NAME, healthy=True, state="healthy", at=ahead
    )
    rounds, connection = Rounds(Chance(0.5)), found(workspace)
    rounds.due([connection], clock.now())
    clock.advance(15 * 60)
    assert rounds.due([connection], clock.now()) == [NAME]


def test_disabled_and_running_connections_are_left_alone(workspace):
    clock = FakeClock()
    place = (workspace.project.key, NAME)
    worker = HealthWorker(workspace, Rounds(Chance(0.0)), clock)
    lease = workspace.runs.begin(
        *place, "full", owner="elsewhere:1", now=workspace.runs._clock.now()
    )
    assert worker.work() == []
    workspace.runs.finish(lease, workspace.runs._clock.now(), status="stopped")
    workspace.connections.enable(*place, enabled=False)
    assert worker.work() == []
    workspace.connections.enable(*place, enabled=True)
    assert worker.work() == [NAME]


def test_a_worker_that_is_ended_begins_nothing(workspace):
    worker = HealthWorker(workspace, Rounds(Chance(0.0)), FakeClock())
    worker.cancel()
    assert worker.work() == []


def test_without_a_database_there_is_nothing_to_do(tmp_path):
    made = Workspace(Home(tmp_path / "none"))
    assert HealthWorker(made, Rounds()).work() == []
    assert not made.home.database.exists()
    made.close()

"""Our own events: written with their signals, sent at most five times, told apart."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from msgspec import structs
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.webhook.mapped import item
from tests.webhook.running import until
from tests.workspace.called import came, opened

from ferrule.credentials import forget_master_key
from ferrule.errors import (
    FerruleError,
    MissingSecret,
    OffHost,
    StoreError,
    UsageError,
)
from ferrule.store import Batch, Sweep
from ferrule.store.outbound import NewEvent, Outbound, OutboundEvent, insert
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature.standard import standard_webhooks
from ferrule.workspace.outbound_sending import Sender
from ferrule.workspace.outbound_sinks import Endpoint, JsonLines, sinks_of
from ferrule.workspace.replaying import map_waiting
from ferrule.workspace.routing import read_routing
from ferrule.workspace.workspace import Workspace

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ROUTED = """
[project]
key = "birds"

[[outbound.sinks]]
name = "log"
type = "jsonl"
path = "events/all.jsonl"

[[outbound.sinks]]
name = "gone"
type = "jsonl"
path = "events/gone.jsonl"

[[outbound.routes]]
sink = "log"

[[outbound.routes]]
sink = "log"

[[outbound.routes]]
sink = "gone"
when = { when = "$.type", operator = "equals", value = "hook_deleted" }
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    made = opened(tmp_path)
    yield made
    made.close()
    forget_master_key()


def route(workspace: Workspace, text: str) -> None:
    (workspace.project.folder / "ferrule.toml").write_text(text)


class Book:
    """A sink that writes down what it is given, after refusing so often."""

    def __init__(self, refuses: int = 0) -> None:
        self.refuses = refuses
        self.ids: list[str] = []

    def send(self, event: OutboundEvent) -> None:
        self.ids.append(event.event_id)
        if len(self.ids) <= self.refuses:
            raise StoreError("Not now.")

    def close(self) -> None:
        pass


def test_each_change_is_sent_to_the_sinks_of_its_routes(workspace: Workspace) -> None:
    route(workspace, ROUTED)
    came(workspace, {"item": item(1)})
    came(workspace, {"item": item(1)})  # nothing changed
    came(workspace, {"item": {"id": 1}}, "gone")
    routing = read_routing(workspace.project)
    outbound = Outbound(workspace.database)
    sender = Sender(outbound, "birds", sinks_of(routing.sinks, workspace.project))
    assert sender.work_off() == 3
    folder = workspace.project.folder / "events"
    first, second = map(json.loads, (folder / "all.jsonl").read_text().splitlines())
    assert first["workspace_id"] == "birds"
    assert first["type"] == first["payload"]["type"]
    assert first["payload"]["externalId"] == "1"
    assert second["type"] == "hook_deleted"
    assert second["payload"] == {
        "externalId": "1",
        "collectionKey": "hook",
        "stream": "hook",
        "deleted": True,
    }
    (only,) = map(json.loads, (folder / "gone.jsonl").read_text().splitlines())
    assert only == second  # one event, one id, two sinks
    assert outbound.counts("birds") == {"sent": 3}
    sender.finish()


def test_what_a_sync_changes_and_sweeps_is_told_too(workspace: Workspace) -> None:
    route(workspace, ROUTED)
    workspace.close()
    workspace = Workspace(workspace.home, workspace.project.folder)
    came(workspace, {"item": item(1)})
    runs, now = workspace.runs, datetime(2026, 3, 1, tzinfo=UTC)
    signal = runs.signals("birds", "hook")[0].signal
    fresh = structs.replace(signal, external_id="2")
    lease = runs.begin("birds", "hook", "full", owner="a", now=now)
    runs.commit(lease, Batch("hook", "hook", [fresh], [{"id": 2}]), now)
    runs.finish(lease, now, status="done", sweep=[Sweep("hook")])
    found = Outbound(workspace.database).list("birds")
    told = [
        (one.sink, one.type, json.loads(one.payload)["externalId"]) for one in found
    ]
    assert told[::-1] == [
        ("log", "hook_updated", "1"),
        ("log", "hook_updated", "2"),
        ("log", "hook_deleted", "1"),
        ("gone", "hook_deleted", "1"),
    ]
    workspace.close()


def test_an_event_is_written_with_its_signal_or_not_at_all(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    route(workspace, ROUTED)

    def refuse(*_: object) -> None:
        raise StoreError("No.")

    monkeypatch.setattr("ferrule.workspace.outbound.insert", refuse)
    came(workspace, {"item": item(1)})
    assert workspace.runs.signals("birds", "hook") == []
    assert workspace.deliveries.has_pending() is False  # postponed, not lost
    assert workspace.deliveries.get("birds", 1).status == "pending"


def test_five_attempts_then_it_is_a_dead_letter_with_one_id(
    workspace: Workspace,
) -> None:
    clock, book = FakeClock(), Book(refuses=5)
    outbound = Outbound(workspace.database, clock)
    put(workspace, "a")
    died: list[str] = []
    sender = Sender(
        outbound,
        "birds",
        {"book": book},
        clock=clock,
        told=lambda one, _why, *, dead: died.extend([one.event_id] * dead),
    )
    waits = []
    for _ in range(5):
        assert sender.work_off() == 0
        due = outbound.next_due("birds")
        if due is not None:
            waits.append(due - clock.now().timestamp())
            clock.advance(waits[-1])
    assert waits == [1, 2, 4, 8]
    assert (book.ids, died) == (["a"] * 5, ["a"])
    (dead,) = outbound.list("birds", "dead")
    assert (dead.attempts, dead.error) == (5, "Not now.")
    assert outbound.again("birds", [dead.id]) == 1
    clock.advance(16)  # its sink rested so long
    assert sender.work_off() == 1
    assert outbound.counts("birds") == {"sent": 1}


def test_what_a_dead_process_claimed_is_sent_again(workspace: Workspace) -> None:
    clock = FakeClock()
    outbound = Outbound(workspace.database, clock)
    put(workspace, "a")
    claimed = outbound.claim("birds")
    assert outbound.claim("birds") is None
    clock.advance(61)
    again = outbound.claim("birds")
    assert claimed is not None
    assert again is not None
    assert (again.event_id, again.attempts) == (claimed.event_id, 2)


def test_of_another_project_nothing_is_sent(workspace: Workspace) -> None:
    put(workspace, "a", project="bees")
    assert Outbound(workspace.database).claim("birds") is None


def test_a_sink_that_is_down_holds_up_no_other(workspace: Workspace) -> None:
    clock, down, up = FakeClock(), Book(refuses=9), Book()
    for number in range(3):
        put(workspace, f"d{number}", sink="down")
        put(workspace, f"u{number}", sink="up")
    sender = Sender(
        Outbound(workspace.database, clock),
        "birds",
        {"down": down, "up": up},
        clock=clock,
    )
    assert sender.work_off() == 3
    assert (down.ids, up.ids) == (["d0"], ["u0", "u1", "u2"])
    clock.advance(1)
    sender.work_off()
    assert down.ids == ["d0", "d0"]  # the others have lost no attempt


def test_a_sink_that_is_gone_is_told(workspace: Workspace) -> None:
    put(workspace, "a")
    outbound = Outbound(workspace.database)
    Sender(outbound, "birds", {}).work_off()
    (one,) = outbound.list("birds")
    assert one.error == "There is no sink “book” any more."


def test_a_sink_that_hangs_holds_up_no_other_and_no_end(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, goes_on, up = Event(), Event(), Book()

    class Hangs(Book):
        def send(self, event: OutboundEvent) -> None:
            asked.set()
            assert goes_on.wait(10)
            super().send(event)

    put(workspace, "d", sink="down")
    outbound = Outbound(workspace.database)
    sender = Sender(outbound, "birds", {"down": Hangs(), "up": up})
    sender.start()
    try:
        assert asked.wait(10)
        put(workspace, "u", sink="up")
        sender.wake()
        until(lambda: up.ids == ["u"])
        monkeypatch.setattr("ferrule.workspace.outbound_sending.END_S", 0.1)
        sender.finish()
        assert outbound.counts("birds") == {"pending": 1, "sent": 1}
    finally:
        goes_on.set()
    until(lambda: outbound.counts("birds") == {"sent": 2})


def test_a_bug_in_a_sink_costs_an_attempt_and_no_more(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Book):
        def send(self, event: OutboundEvent) -> None:
            raise ZeroDivisionError(event.event_id)

    put(workspace, "a")
    outbound = Outbound(workspace.database)
    with caplog.at_level(logging.ERROR):
        assert Sender(outbound, "birds", {"book": Broken()}).work_off() == 0
    assert "ZeroDivisionError" in caplog.text
    (one,) = outbound.list("birds")
    assert (one.status, one.attempts) == ("pending", 1)
    assert "nobody foresaw" in str(one.error)


def test_an_event_that_ends_its_process_each_time_is_a_dead_letter(
    workspace: Workspace,
) -> None:
    clock, book = FakeClock(), Book()
    outbound = Outbound(workspace.database, clock)
    put(workspace, "a")
    for _ in range(5):
        assert outbound.claim("birds") is not None
        clock.advance(61)
    Sender(outbound, "birds", {"book": book}, clock=clock).work_off()
    assert (outbound.counts("birds"), book.ids) == ({"dead": 1}, [])


def test_a_line_that_was_cut_short_spoils_no_other(workspace: Workspace) -> None:
    path = workspace.project.folder / "all.jsonl"
    path.write_bytes(b'{"id": "evt_0", "typ')  # the disk was full
    sink = JsonLines(path)
    for _ in range(2):
        sink.send(event(title="é"))
    lines = path.read_bytes().splitlines()
    assert [json.loads(one)["id"] for one in lines[1:]] == ["evt_1", "evt_1"]


def test_the_thread_sends_what_it_is_woken_for(workspace: Workspace) -> None:
    book = Book()
    sender = Sender(Outbound(workspace.database), "birds", {"book": book})
    put(workspace, "a")
    sender.start()
    sender.wake()
    sender.finish()
    assert book.ids in ([], ["a"])  # it ended before, or after


def put(
    workspace: Workspace, event_id: str, project: str = "birds", sink: str = "book"
) -> None:
    event = NewEvent(project, "hook", sink, event_id, "made", b"{}", "2026-03-01")
    with workspace.database.writing() as db:
        insert(db, [event])


class Receiver:
    """An endpoint on loopback that answers as it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers = [200]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                outer.calls.append((dict(self.headers), self.rfile.read(size)))
                status = outer.answers.pop(0) if len(outer.answers) > 1 else 0
                self.send_response(status or outer.answers[0])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events?a=1"
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def event(**payload: Any) -> OutboundEvent:
    return OutboundEvent(
        *(1, "birds", "hook", "x", "evt_1", "made", json.dumps(payload)),
        *("2026-03-01T00:00:00Z", "pending", 1, 0.0, None, None),
    )


def test_an_endpoint_gets_it_signed_by_standard_webhooks(receiver: Receiver) -> None:
    sink = Endpoint(receiver.url, SecretStr(SECRET))
    receiver.answers = [500, 204]
    with pytest.raises(FerruleError, match="500"):
        sink.send(event(title="é"))
    sink.send(event(title="é"))
    sink.close()
    now = datetime.now(UTC)  # noqa: TID251  what was signed now is checked now
    for headers, body in receiver.calls:
        call = Incoming("POST", receiver.url, tuple(headers.items()), body, now)
        verdict = standard_webhooks().verify(call, [SecretStr(SECRET)], now)
        assert verdict.state == "valid", verdict
        assert call.values["webhook-id"] == ["evt_1"]
        assert json.loads(body) == {
            "type": "made",
            "workspace_id": "birds",
            "payload": {"title": "é"},
        }


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest",
        "https://[fd00:ec2::254]/latest",
        "http://198.51.100.7/events",  # not over https
    ],
)
def test_attack_an_endpoint_that_is_never_to_be_called(url: str) -> None:
    sink = Endpoint(url, SecretStr(SECRET))
    with pytest.raises(OffHost):
        sink.send(event())
    sink.close()


def test_nobody_answering_is_an_error_without_the_secret(receiver: Receiver) -> None:
    sink = Endpoint("http://127.0.0.1:9/events", SecretStr(SECRET))
    with pytest.raises(FerruleError) as told:
        sink.send(event())
    sink.close()
    assert SECRET not in str(told.value)


HTTP = '[[outbound.sinks]]\nname = "a"\ntype = "http"\nurl = "https://a.example"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("outbound = 3\n", "not a section"),
        ('[[outbound.routes]]\nsink = "x"\n', "no sink “x”"),
        ('[[outbound.sinks]]\nname = "x"\ntype = "mail"\n', "outbound.sinks.0"),
        (HTTP, "secretEnv"),
        (f'{HTTP}secretEnv = "A"\nsecret = "whsec_x"\n', "outbound.sinks.0"),
        ("[[outbound", "cannot be read"),
    ],
)
def test_a_routing_that_does_not_hold_is_told(
    workspace: Workspace, text: str, why: str
) -> None:
    route(workspace, text)
    with pytest.raises(UsageError, match=why):
        read_routing(workspace.project)


def test_a_secret_that_is_not_set_is_told(workspace: Workspace) -> None:
    route(workspace, f'{HTTP}secretEnv = "NOT_SET_HERE"\n')
    routing = read_routing(workspace.project)
    with pytest.raises(MissingSecret, match="NOT_SET_HERE"):
        sinks_of(routing.sinks, workspace.project)


def test_without_routes_nothing_is_written(workspace: Workspace) -> None:
    came(workspace, {"item": item(1)})
    assert map_waiting(workspace) == 0
    assert Outbound(workspace.database).counts("birds") == {}

"""All that is done about a delivery stands in the log under its correlation id."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
from tests.cli.test_webhook import ROUTED, ferrule, workspace
from tests.support.commands import Ferrule
from tests.webhook.mapped import item
from tests.workspace.called import came, signature, write

from ferrule.errors import FerruleError
from ferrule.workspace.delivering import Delivering
from ferrule.workspace.operations.reading import log_page
from ferrule.workspace.workspace import Workspace

__all__ = ["ferrule", "workspace"]
PATH = "/api/webhooks/hook/birds"
GOOD, BAD = {"item": item(1)}, {"item": {"nr": 1, **item(2)} | {"id": None}}


class Calls:
    """A gateway that runs; `post` gives the status of an answer and what it says."""

    def __init__(self, ferrule: Ferrule) -> None:
        given = ("--port", "0", "--json", "--control", "stdin")
        self.process = ferrule.start("gateway", *given)
        ready = json.loads(self.process.stdout.readline())
        self.host = ready["url"].removeprefix("http://")

    def post(self, body: Any, name: str, path: str = PATH, signed: str = "") -> Any:
        raw = json.dumps(body).encode()
        given = {"X-Signature": signed or signature(raw), "X-Event": "made"}
        with closing(HTTPConnection(self.host, timeout=10)) as connection:
            connection.request("POST", path, raw, {**given, "X-Delivery": name})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(20)
            self.process.stdout.close()
            self.process.stderr.close()


@pytest.fixture
def calls(workspace: Workspace, ferrule: Ferrule) -> Iterator[Calls]:
    (workspace.project.folder / "ferrule.toml").write_text(ROUTED)
    started = Calls(ferrule)
    yield started
    started.end()


def told(ferrule: Ferrule, *query: str) -> list[tuple[str, str, str]]:
    found = ferrule("log", "--json", *query).lines
    return [(one["operation"], one["outcome"], one["level"]) for one in found]


def test_what_was_done_about_a_delivery_is_found_by_what_its_caller_was_told(
    calls: Calls, ferrule: Ferrule, workspace: Workspace
) -> None:
    status, said = calls.post(GOOD, "d-1")
    assert status == 202
    good = said["id"]
    assert calls.post(GOOD, "d-1")[0] == 200
    bad = calls.post(BAD, "d-2")[1]["id"]
    assert calls.post(GOOD, "d-3", signed="00" * 32)[0] == 401
    nobody = "/api/webhooks/none/birds"
    assert [calls.post(GOOD, "d", nobody)[0] for _ in range(3)] == [404] * 3
    calls.end()
    first = [
        ("webhook", "received", "info"),
        ("webhook", "mapped", "info"),
        ("outbound", "sent", "info"),
    ]
    assert told(ferrule, f"correlation:{good}") == first
    dead = [("webhook", "received", "info"), ("deadletter", "dead", "error")]
    assert told(ferrule, f"correlation:{bad}") == dead
    repeated, refused, unnamed = ferrule(
        "log", "--json", "outcome:duplicate,refused"
    ).lines
    assert repeated["details"]["duplicateOf"] == 1
    assert repeated["correlation"] != good
    assert (refused["details"]["reason"], refused["connection"]) == (
        "wrong_signature",
        "hook",
    )
    ids = {one.correlation_id for one in workspace.deliveries.list("birds")}
    assert {refused["correlation"], repeated["correlation"], good, bad} == ids
    assert "correlation" not in unnamed, "three calls to nobody are one line"

    again = ferrule("webhook", "replay", "1", "--json").last
    assert told(ferrule, f"correlation:{good}") == [*first, ("replay", "done", "info")]
    assert told(ferrule, f"correlation:{again['correlationId']}") == [
        ("replay", "received", "info"),
        ("webhook", "mapped", "info"),
    ]
    write(workspace, idPath="$.nr")
    assert ferrule("deadletters", "replay", "--all").code == 0
    assert told(ferrule, f"correlation:{bad}")[2:] == [
        ("replay", "done", "info"),
        ("webhook", "mapped", "info"),
    ]


def test_an_attempt_that_is_made_again_is_told_with_its_reason(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise FerruleError("The database is busy.")

    monkeypatch.setattr(Delivering, "__call__", fails)
    delivery = came(workspace, {"item": {"x": 1}})
    line = log_page(workspace).lines[0]
    assert line.message == (
        f"Delivery {delivery.id} could not be mapped and is tried again in 1 s: "
        "The database is busy."
    )
    assert (line.level, line.outcome) == ("warning", "failed")
    assert line.correlation == delivery.correlation_id


def test_what_a_person_does_with_dead_letters_is_told_of_each(
    workspace: Workspace, ferrule: Ferrule
) -> None:
    number = came(workspace, {"item": {"x": 1}}).id
    workspace.operations.flush()
    assert ferrule("deadletters", "discard", str(number), "--why", "A test.").code == 0
    assert told(ferrule, "correlation:c") == [
        ("deadletter", "dead", "error"),
        ("deadletter", "skipped", "info"),
    ]
    (line,) = ferrule("log", "--json", "outcome:skipped").lines
    assert line["message"] == f"Delivery {number} was put aside: A test."

"""Approvals: append-only, used once, never after they have expired."""

import sqlite3
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.building import NOW

from ferrule.clock import rfc3339
from ferrule.errors import ApprovalMissing, NotFound, StoreError, ToolRefused
from ferrule.store import ApprovalRequest, Approvals, Database
from ferrule.store.audit import Audit, AuditEntry

LATER = NOW + timedelta(minutes=5)
ASKED = ApprovalRequest(
    project="p",
    connection="work",
    connector_id="acme.issues",
    tool="close",
    tool_digest="t",
    digest="d",
    via="mcp",
    asked_by="a client 1.0",
    effect="write",
    word="close",
    preview={"method": "POST", "body": '{"a":1}'},
    asked_at=rfc3339(NOW),
    expires_at=rfc3339(LATER),
)


@pytest.fixture
def approvals(database: Database) -> Approvals:
    return Approvals(database)


def approved(approvals: Approvals) -> int:
    number = approvals.ask(ASKED).id
    approvals.decide("p", number, "approved", via="cli", now=NOW)
    return number


def test_a_request_waits_is_approved_used_and_ended(approvals):
    number = approvals.ask(ASKED).id
    assert approvals.get("p", number).state(NOW) == "waiting"
    assert [one.id for one in approvals.waiting("p", NOW)] == [number]
    approvals.decide("p", number, "approved", via="cli", now=NOW)
    assert approvals.get("p", number).state(NOW) == "approved"
    approvals.use("p", number, "d", via="mcp", now=NOW)
    found = approvals.get("p", number)
    assert (found.state(NOW), found.outcome) == ("used", "unknown")
    approvals.end(number, "done", via="mcp", now=NOW)
    approvals.end(number, "failed", via="mcp", now=NOW)
    found = approvals.get("p", number)
    assert found.outcome == "done"
    assert [one.step for one in found.steps] == ["approved", "used", "done"]
    assert found.request == ASKED


def test_an_approval_holds_once(approvals):
    number = approved(approvals)
    approvals.use("p", number, "d", via="mcp", now=NOW)
    with pytest.raises(ApprovalMissing, match="was used already"):
        approvals.use("p", number, "d", via="mcp", now=NOW)


def test_an_approval_holds_for_nothing_else(approvals):
    number = approved(approvals)
    with pytest.raises(ApprovalMissing, match="something else"):
        approvals.use("p", number, "other", via="mcp", now=NOW)
    assert approvals.get("p", number).state(NOW) == "approved"


def test_an_approval_ends_with_its_time(approvals):
    number = approved(approvals)
    assert approvals.get("p", number).state(LATER) == "expired"
    with pytest.raises(ApprovalMissing, match="has expired"):
        approvals.use("p", number, "d", via="mcp", now=LATER)
    waits = approvals.ask(ASKED).id
    assert approvals.waiting("p", LATER) == ()
    with pytest.raises(ToolRefused, match="has expired"):
        approvals.decide("p", waits, "approved", via="cli", now=LATER)


def test_what_was_approved_may_be_declined_until_it_is_used(approvals):
    number = approved(approvals)
    approvals.decide("p", number, "declined", via="window", now=NOW, note="no")
    with pytest.raises(ApprovalMissing, match="was declined"):
        approvals.use("p", number, "d", via="mcp", now=NOW)
    with pytest.raises(ToolRefused, match="was declined"):
        approvals.decide("p", number, "approved", via="cli", now=NOW)
    used = approved(approvals)
    approvals.use("p", used, "d", via="mcp", now=NOW)
    with pytest.raises(ToolRefused, match="was used"):
        approvals.decide("p", used, "declined", via="cli", now=NOW)


def test_another_project_sees_nothing_of_it(approvals):
    number = approved(approvals)
    assert approvals.list("q") == ()
    with pytest.raises(NotFound):
        approvals.get("q", number)
    with pytest.raises(NotFound):
        approvals.use("q", number, "d", via="mcp", now=NOW)


def test_the_same_request_is_found_again_while_it_holds(approvals):
    number = approvals.ask(ASKED).id
    assert approvals.same("p", "d", "mcp", NOW).id == number
    assert approvals.same("p", "d", "cli", NOW) is None
    assert approvals.same("p", "e", "mcp", NOW) is None
    assert approvals.same("p", "d", "mcp", LATER) is None
    approvals.decide("p", number, "declined", via="cli", now=NOW)
    assert approvals.same("p", "d", "mcp", NOW) is None


def test_of_many_who_use_an_approval_at_once_one_may(approvals, database):
    number = approved(approvals)
    won = []

    def use() -> None:
        try:
            Approvals(database).use("p", number, "d", via="mcp", now=NOW)
        except ApprovalMissing:
            return
        won.append(1)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert won == [1]


@pytest.mark.parametrize("table", ["approval", "approval_event", "waiver_event"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}"])
def test_nothing_that_was_written_is_changed_or_deleted(
    approvals, database, table, deed
):
    approved(approvals)
    approvals.waive("p", "work", "close", "t", waived=True, via="cli", now=NOW)
    if table == "approval_event":
        deed = deed.replace("rowid = rowid", "step = step")
    with (
        pytest.raises((StoreError, sqlite3.Error), match=r"append-only|constraint"),
        database.writing() as db,
    ):
        db.execute(deed.format(table))


def test_a_waiver_stands_until_it_is_taken_back(approvals):
    def told() -> list[tuple[str, str]]:
        return [(one.tool, one.tool_digest) for one in approvals.waivers("p")]

    approvals.waive("p", "work", "close", "t1", waived=True, via="cli", now=NOW)
    approvals.waive("p", "work", "open", "t2", waived=True, via="cli", now=NOW)
    approvals.waive("q", "work", "close", "t3", waived=True, via="cli", now=NOW)
    assert told() == [("close", "t1"), ("open", "t2")]
    approvals.waive("p", "work", "close", "", waived=False, via="cli", now=NOW)
    assert told() == [("open", "t2")]
    approvals.waive("p", "work", "close", "t4", waived=True, via="window", now=NOW)
    assert told() == [("close", "t4"), ("open", "t2")]


def test_a_preview_comes_back_as_it_was(approvals):
    odd = replace(ASKED, preview={"body": "“\u202e”\n", "headers": [["A", "b"]]})
    assert approvals.get("p", approvals.ask(odd).id).request.preview == odd.preview


def test_the_last_deed_is_of_one_subject_of_a_project_or_of_any(database, approvals):
    trail = Audit(database)

    def done(action, subject, project="p"):
        entry = AuditEntry(NOW, project, "ada", "cli", action, subject)
        return trail.append(entry).id

    wanted = ("credential.change", "credential.rotate")
    assert approvals.last_deed("p", "work", wanted) == 0
    first = done("credential.change", "work")
    done("credential.propose", "work")
    other = done("credential.rotate", "play")
    elsewhere = done("credential.rotate", "work", "q")
    assert approvals.last_deed("p", "work", wanted) == first
    assert approvals.last_deed("p", "play", wanted) == other
    assert approvals.last_deed("p", "work", wanted, anywhere=True) == elsewhere
    restored = done("vault.restore", "vault")
    assert approvals.last_deed("p", "work", wanted) == restored

"""A second sync simulated: what changed, and what the strategy does wrong."""

import json
import threading
import time
from email.utils import format_datetime

import pytest
from tests.support.fault_server import FaultServer, answer
from tests.support.listing import Listing, thing
from tests.support.promptness import in_time
from tests.workspace.faulty import described

from ferrule.clock import SystemClock
from ferrule.shipped import descriptors
from ferrule.workspace.walking.again import SecondSync
from ferrule.workspace.walking.parts import Limits
from ferrule.workspace.walking.stir import Stirred, may_be_sandbox
from ferrule.workspace.walking.walk import Subject

MANY = Limits(50, 1000)
SINCE = {"type": "timestamp_filter", "queryParam": "since", "format": "iso8601"}


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


@pytest.fixture
def listing(server):
    return Listing([thing(number) for number in range(1, 8)]).at(server)


def synced(server, between=lambda: None, **members):
    document = json.loads(described(**members))
    work = SecondSync(Subject(document, {"baseUrl": server.origin}), limits=MANY)
    changed = False
    for page in work.steps():
        if work.first.end is not None and not changed:
            changed = True
            between()
        assert page.walk in {1, 2}
    return work


def said(work):
    """Return what is said beside the mark, which `test_the_mark…` looks at."""
    checks = work.compared().checks
    return [(c.level, c.words) for c in checks if not c.words.startswith("Asked from")]


def fates(work):
    changes = work.compared().changes
    return {(c.fate, c.id) for c in changes if c.fate != "unchanged"}


def test_what_is_new_and_what_changed_is_told(server, listing):
    def change():
        listing.things[2] = thing(3, 20, title="Better")
        listing.things.append(thing(8, 21))

    work = synced(server, change)
    assert work.second.checkpoint == "2026-03-01T10:07:00Z"
    assert listing.asked[-1]["since"] == "2026-03-01T10:07:00Z"
    assert fates(work) == {("changed", "3"), ("new", "8")}
    found = work.compared()
    assert found.count("unchanged") == 1
    (changed,) = [c for c in found.changes if c.fate == "changed"]
    assert changed.members == ("timestamp", "summary")


def test_a_quiet_service_is_said_to_be_one(server, listing):
    work = synced(server)
    assert fates(work) == set()
    assert said(work) == [
        ("ok", "Nothing is older than asked for (1 item)."),
        (
            "ok",
            "1 item at the boundary came again: it is overwritten, not doubled.",
        ),
        (
            "info",
            "Nothing changed between the two walks: on a live service that is usual.",
        ),
    ]


def test_the_mark_that_the_second_walk_begins_at_is_told(server, listing):
    words = [check.words for check in synced(server).compared().checks]
    assert words[0] == "Asked from the mark 2026-03-01T10:07:00Z."


def test_a_filter_that_is_ignored_is_found_out(server, listing):
    work = synced(server, delta={**SINCE, "queryParam": "modified"})
    level, words = said(work)[0]
    assert level == "error"
    assert words == (
        "The service ignores the filter: 6 of 7 items are older than what was asked "
        "for."
    )


def test_a_mark_that_goes_nowhere_is_found_out(server, listing):
    work = synced(server, delta={"type": "timestamp_filter", "format": "iso8601"})
    assert said(work)[0] == (
        "error",
        "The second sync asks the same as the first: the mark goes nowhere.",
    )


def test_a_mark_that_is_not_there_is_found_out(server, listing):
    work = synced(server, delta={**SINCE, "itemCursorPath": "$.changed"})
    assert said(work)[0] == (
        "warning",
        "The first walk left no mark: the next sync reads everything again.",
    )


def test_a_boundary_that_is_left_out_is_found_out(server, listing):
    """A filter that means "after" misses what is written in the mark's own second."""

    def later(received):
        behaviour = listing._respond(received)
        if "since" not in listing.asked[-1]:
            return behaviour
        newer = [
            t for t in listing.things if t["updated_at"] > listing.asked[-1]["since"]
        ]
        return answer(json.dumps({"items": newer, "next": None}).encode())

    server.serve("/things", later)
    words = [words for level, words in said(synced(server)) if level == "warning"]
    (found,) = words
    assert found == (
        "1 item of 2026-03-01T10:07:00Z did not come again: the filter leaves out its "
        "own boundary, or they are gone."
    )


def test_items_that_are_missed_behind_the_mark_are_found_out(server, listing):
    listing.things[5]["updated_at"] = listing.things[6]["updated_at"]
    delta = {**SINCE, "lookback": "PT5M"}

    def lose():
        del listing.things[3]

    words = [w for level, w in said(synced(server, lose, delta=delta)) if level != "ok"]
    assert words[0] == "1 item newer than the mark did not come again."


@pytest.mark.parametrize(
    ("date", "level"),
    [
        ("Sun, 01 Mar 2026 10:07:00 GMT", "ok"),
        ("Sun, 01 Mar 2026 10:04:00 GMT", "warning"),
    ],
)
def test_a_service_whose_clock_is_behind_its_items_is_found_out(server, date, level):
    body = json.dumps({"items": [thing(7)], "next": None}).encode()
    server.serve("/things", lambda _: answer(body, date=date))
    found = [
        check for check in synced(server).compared().checks if "Date" in check.words
    ]
    assert [check.level for check in found] == [level]
    if level == "warning":
        assert found[0].words.startswith("The newest item is 3 min ahead")


def test_what_is_gone_is_told_where_the_service_tells_it(server, listing):
    def remove():
        listing.things[0] = thing(1, 30, gone=True)

    gone = {"deletedWhen": {"when": "$.gone", "operator": "equals", "value": True}}
    assert ("gone", "1") in fates(synced(server, remove, mapping=gone))


def test_what_is_gone_shows_where_everything_is_read_again(server, listing):
    work = synced(server, lambda: listing.things.pop(0), delta={"type": "none"})
    assert fates(work) == {("gone", "1")}
    assert said(work)[0] == (
        "info",
        "No incremental strategy: every sync reads everything.",
    )


def test_what_a_limited_first_walk_had_not_seen_is_not_called_new(server, listing):
    document = json.loads(described())
    work = SecondSync(
        Subject(document, {"baseUrl": server.origin}), limits=Limits(2, 100)
    )
    list(work.steps())
    assert work.first.end.kind == "limit"
    assert said(work)[0] == (
        "info",
        "The first walk ended at its limit: the mark is that of what it saw.",
    )
    assert fates(work) == {("unseen", "7")}


def test_the_second_walk_can_be_made_again(server, listing):
    work = synced(server)
    listing.things.append(thing(9, 40))
    again = SecondSync(work.subject, after=work.first)
    pages = list(again.steps())
    assert {page.walk for page in pages} == {2}
    assert fates(again) == {("new", "9")}


def test_each_slice_is_asked_from_its_own_mark(server, listing):
    sites = {"partition": {"name": "s", "values": ["a", "b"], "param": "query:s"}}
    work = synced(server, polling=sites)
    assert set(work.second.checkpoint["slices"]) == set(work.first.slices)
    assert [q.get("since") for q in listing.asked[-2:]] == ["2026-03-01T10:07:00Z"] * 2
    assert {level for level, _ in said(work)} <= {"ok", "info", "warning"}
    assert ("ok", "Nothing is older than asked for (2 items).") in said(work)


def test_comparing_here_is_said(server, listing):
    work = synced(server, delta={"type": "client_side"})
    assert said(work)[0] == (
        "info",
        "Compared here: 6 items of the second left out.",
    )


def test_a_first_walk_that_fails_is_followed_by_none(server, listing):
    listing.faults[2] = "server_error"
    work = synced(server)
    assert work.first.end.kind == "failed"
    assert work.second is None
    assert work.compared() is None


def test_a_second_sync_that_is_given_up_ends_at_once(server, listing):
    listing.faults[4] = "stall"
    document = json.loads(described())
    work = SecondSync(Subject(document, {"baseUrl": server.origin}), limits=MANY)
    stopped = []

    def stop():
        stopped.append(time.monotonic())
        work.cancel()

    listing.before = lambda n: n == 4 and threading.Timer(0.1, stop).start()
    list(work.steps())
    in_time(time.monotonic() - stopped[0], 0.2)
    assert work.second.end.kind == "given up"
    assert work.compared() is None


def sandbox_subject(sandbox, stream="issues"):
    path = descriptors() / "ferrule" / "connectors" / "sandbox-issues.json"
    document = json.loads(path.read_bytes())
    return Subject(document, {"baseUrl": sandbox.url}, stream=stream)


def test_in_the_sandbox_something_changes(sandbox):
    subject = sandbox_subject(sandbox)
    assert may_be_sandbox(subject.document, subject.config)
    work = SecondSync(subject, limits=MANY, stirring=True)
    steps = list(work.steps())
    (stirred,) = [step for step in steps if isinstance(step, Stirred)]
    assert stirred.words == (
        "Changed in the sandbox: 1 added, 2 touched, 1 closed, 1 removed."
    )
    found = work.compared()
    # A tenth are pull requests, which the mapping leaves out.
    assert found.count("changed") in {1, 2, 3}
    assert found.count("new") <= 1
    assert not [check for check in found.checks if check.level == "error"]
    assert any("1 item removed in between" in check.words for check in found.checks)


def test_the_other_stream_of_the_sandbox_is_walked_too(sandbox):
    work = SecondSync(sandbox_subject(sandbox, "comments"), limits=MANY)
    list(work.steps())
    assert work.second.end.kind == "whole"


def test_what_is_not_the_sandbox_is_left_as_it_is(server, listing):
    document = json.loads(described())
    subject = Subject(document, {"baseUrl": server.origin})
    server.serve("/_control", lambda _: answer(b'{"message":"no"}', "404 Not Found"))
    work = SecondSync(subject, limits=MANY, stirring=True)
    steps = list(work.steps())
    (stirred,) = [step for step in steps if isinstance(step, Stirred)]
    assert stirred.failure is not None
    assert stirred.removed == ()
    assert work.second.end.kind == "whole"


def test_an_address_elsewhere_is_never_taken_for_the_sandbox():
    document = json.loads(described())
    assert not may_be_sandbox(document, {"baseUrl": "https://api.example.com"})


def test_the_date_of_now_is_no_skew(server):
    now = SystemClock().now()
    item = thing(7, updated_at=now.isoformat())
    body = json.dumps({"items": [item], "next": None}).encode()
    date = format_datetime(now, usegmt=True)
    server.serve("/things", lambda _: answer(body, date=date))
    found = [
        check for check in synced(server).compared().checks if "Date" in check.words
    ]
    assert [check.level for check in found] == ["ok"]

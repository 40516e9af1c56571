"""Lines of the log: written without secrets, found by what is wanted, pruned."""

from datetime import timedelta

import pytest
from tests.store.building import NOW, FixedClock

from ferrule.redaction import MASK, live
from ferrule.store import Database, Operation, Operations, Wanted
from ferrule.store.operations import MOST_DETAILS, MOST_TEXT

SECRET = "s3cr3t-of-operations-41"


def line(message: str = "done", **members: object) -> Operation:
    plain = {"at": NOW, "operation": "sync", "message": message}
    return Operation(**{**plain, **members})


LINES = (
    line("one", connector="github.issues", connection="work", correlation="run:1"),
    line("two", connector="github-actions", level="warning", outcome="failed"),
    line("three", connector="githubby", level="error", operation="health"),
    line("Größe vier", connector="slack", operation="sign-in", entity="messages"),
    line("five", connector="slack", level="debug", at=NOW - timedelta(days=3)),
)


@pytest.fixture
def rows(database: Database, clock: FixedClock) -> Operations:
    made = Operations(database, clock)
    made.append("p", LINES)
    made.append("q", [line("of another project")])
    return made


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["five", "Größe vier", "three", "two", "one"]),
        (Wanted(connector=("github",)), []),
        (Wanted(connector=("github.issues",)), ["one"]),
        (Wanted(connector=("github*",)), ["three", "two", "one"]),
        (Wanted(connector=("github.*", "slack")), ["five", "Größe vier", "one"]),
        (Wanted(operation=("sign",)), []),
        (Wanted(operation=("sign*",)), ["Größe vier"]),
        (Wanted(levels=frozenset({"warning", "error"})), ["three", "two"]),
        (Wanted(correlation=("run:1",)), ["one"]),
        (Wanted(outcome=("failed",)), ["two"]),
        (Wanted(entity=("messages",)), ["Größe vier"]),
        (Wanted(words=("GRÖSSE",)), ["Größe vier"]),
        (Wanted(words=("slack", "five")), ["five"]),
        (
            Wanted(without=(("level", "debug"), ("connector", "slack"))),
            ["three", "two", "one"],
        ),
        (Wanted(without=(("words", "slack"),)), ["three", "two", "one"]),
        (Wanted(since=NOW - timedelta(hours=1), connector=("slack",)), ["Größe vier"]),
        (Wanted(until=NOW), ["five"]),
        (Wanted(connector=("git[h]ub",)), []),
    ],
)
def test_what_is_wanted_is_found_newest_first(rows, wanted, found):
    assert [one.message for one in rows.page("p", wanted)] == found


def test_a_page_goes_on_before_the_last_and_new_lines_come_after(rows):
    first = rows.page("p", limit=2)
    rest = rows.page("p", limit=10, before=first[-1].id)
    assert [one.message for one in (*first, *rest)] == [
        one.message for one in reversed(LINES)
    ]
    last = rows.latest("p")
    rows.append("p", [line("six"), line("seven", level="error")])
    assert [one.message for one in rows.after("p", after=last)] == ["six", "seven"]
    errors = Wanted(levels=frozenset({"error"}))
    assert [one.message for one in rows.after("p", errors, after=last)] == ["seven"]
    assert [one.message for one in rows.each("q")] == ["of another project"]


def test_levels_are_counted_whatever_level_is_wanted(rows):
    every = {"debug": 1, "info": 2, "warning": 1, "error": 1}
    assert rows.counts("p", Wanted(levels=frozenset({"error"}))) == every
    assert rows.counts("p", Wanted(connector=("slack",)))["info"] == 1


def test_a_line_is_the_same_when_it_is_read(database, clock):
    rows = Operations(database, clock)
    rows.append(
        "p",
        [
            line(
                "all of it",
                level="warning",
                connector="c",
                connection="work",
                correlation="run:7",
                entity="issues",
                outcome="done",
                duration_ms=12.34,
                details={"pages": 3, "streams": ["a", None]},
            )
        ],
    )
    (found,) = rows.page("p")
    assert found.wire() == {
        "id": 1,
        "at": "2026-01-02T03:04:05Z",
        "level": "warning",
        "operation": "sync",
        "connector": "c",
        "connection": "work",
        "project": "p",
        "correlation": "run:7",
        "entity": "issues",
        "outcome": "done",
        "durationMs": 12.3,
        "message": "all of it",
        "details": {"pages": 3, "streams": ["a", None]},
    }


def test_no_secret_is_written(database, clock):
    live.add(SECRET)
    rows = Operations(database, clock)
    rows.append(
        "p",
        [
            line(
                f"it said {SECRET} and token=unknown-one",
                entity=f"/x/{SECRET}",
                details={"deep": [{"told": SECRET}], "password": "unknown-two"},
            ),
            line("odd", details={"told": {SECRET}}),  # type: ignore[dict-item]
        ],
    )
    with database.reading() as db:
        raw = repr(db.execute("SELECT * FROM operation").fetchall())
    assert SECRET not in raw
    assert "unknown-one" not in raw
    assert "unknown-two" not in raw
    assert raw.count(MASK) >= 5


def test_what_is_long_is_cut_and_says_so(database, clock):
    rows = Operations(database, clock)
    rows.append("p", [line("x" * 5_000, details={"all": "y" * 20_000})])
    (found,) = rows.page("p")
    assert len(found.message) == MOST_TEXT
    assert found.message.endswith("…")
    assert found.details["cut"] is True
    assert len(str(found.details)) < MOST_DETAILS


def test_lines_go_after_thirty_days_and_errors_after_ninety(database, clock):
    rows = Operations(database, clock)
    ages = (29, 31, 89, 91)
    for level in ("info", "error"):
        rows.append(
            "p",
            [
                line(f"{level} {age}", level=level, at=NOW - timedelta(days=age))
                for age in ages
            ],
        )
    assert rows.prune() == 4
    left = {one.message for one in rows.page("p")}
    assert left == {"info 29", "error 29", "error 31", "error 89"}
    assert rows.prune(days=1, error_days=1) == 4

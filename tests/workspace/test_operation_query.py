"""The query of the log: read into a plain value, or refused with what was meant."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.store.building import NOW, FixedClock

from ferrule.store import Wanted
from ferrule.workspace.operations.query import QueryError, read_query

ALL = frozenset({"debug", "info", "warning", "error"})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Wanted()),
        ("   ", Wanted()),
        (
            "connector:github level:error since:1h text words",
            Wanted(
                levels=frozenset({"error"}),
                connector=("github",),
                since=NOW - timedelta(hours=1),
                words=("text", "words"),
            ),
        ),
        ("level:error,warning", Wanted(levels=frozenset({"error", "warning"}))),
        ("level:error level:info", Wanted(levels=frozenset({"error", "info"}))),
        ("LEVEL:Warning", Wanted(levels=frozenset({"warning"}))),
        ("level:>=warning", Wanted(levels=frozenset({"error", "warning"}))),
        ("-level:debug", Wanted(levels=ALL - {"debug"})),
        ("id:run:12", Wanted(correlation=("run:12",))),
        ("correlation:run:12", Wanted(correlation=("run:12",))),
        ("run:12", Wanted(correlation=("run:12",))),
        ("op:0a1b2c3d4e5f", Wanted(correlation=("op:0a1b2c3d4e5f",))),
        ('"run:12"', Wanted(words=("run:12",))),
        ("op:sync", Wanted(operation=("sync",))),
        ("connector:GitHub*", Wanted(connector=("github*",))),
        ("level:error,", Wanted(levels=frozenset({"error"}))),
        ("-level:debug level:error", Wanted(levels=frozenset({"error"}))),
        ("level:error -level:debug", Wanted(levels=frozenset({"error"}))),
        ("connection:a,b", Wanted(connection=("a", "b"))),
        (
            "operation:sync outcome:failed",
            Wanted(operation=("sync",), outcome=("failed",)),
        ),
        ("operation:mcp.call", Wanted(operation=("mcp.call",))),
        ("-operation:health", Wanted(without=(("operation", "health"),))),
        ("-noise", Wanted(without=(("words", "noise"),))),
        (
            '"two words" entity:"my file"',
            Wanted(words=("two words",), entity=("my file",)),
        ),
        ("https://x.example/a", Wanted(words=("https://x.example/a",))),
        ("12:30", Wanted(words=("12:30",))),
        ("since:2d", Wanted(since=NOW - timedelta(days=2))),
        ("since:1w", Wanted(since=NOW - timedelta(days=7))),
        ("since:90s", Wanted(since=NOW - timedelta(seconds=90))),
        ("since:today", Wanted(since=NOW.replace(hour=0, minute=0, second=0))),
        (
            "since:2025-12-31 until:2026-01-01T08:00Z",
            Wanted(
                since=datetime(2025, 12, 31, tzinfo=UTC),
                until=datetime(2026, 1, 1, 8, tzinfo=UTC),
            ),
        ),
    ],
)
def test_a_query_is_read(text, wanted):
    assert read_query(text, FixedClock()) == wanted


@pytest.mark.parametrize(
    ("text", "message", "advice", "column"),
    [
        ("level:eror", "no level “eror”", "Did you mean error?", 0),
        ("a conector:x", "no “conector:”", "Did you mean connector?", 2),
        ("zzz:x", "no “zzz:”", "There are: level,", 0),
        ("a b-c:x", "no “b-c:”", "between quotation marks", 2),
        ("level:warn", "no level “warn”", "Did you mean warning?", 0),
        ('-""', "Nothing is between", "", 1),
        ('a connector:""', "needs a value", "", 2),
        ('connector:a,"b c"', "inside a word", 'entity:"two words"', 12),
        ("since:999999w", "is no time", "Write 30m", 0),
        ("a since:1h since:2h", "is there twice", "", 11),
        ("operation:snyc", "no operation “snyc”", "Did you mean operation:sync?", 0),
        ("outcome:fialed", "no outcome “fialed”", "Did you mean outcome:failed?", 0),
        ("since:soon", "“soon” is no time", "Write 30m", 0),
        ("connector:", "needs a value", "", 0),
        ("connector:,", "needs a value", "", 0),
        ('x "open', "not closed", "Close it", 2),
        ("-since:1h", "means nothing", "", 0),
        ("since:1h until:2h", "Nothing is both", "", 9),
        ("level:error -level:error", "No level is left", "", 12),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, message, advice, column):
    with pytest.raises(QueryError) as caught:
        read_query(text, FixedClock())
    assert message in caught.value.message
    assert advice in caught.value.advice
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "local", "since"),
    [
        ("since:2026-01-02T08:00", False, datetime(2026, 1, 2, 8, tzinfo=UTC)),
        ("since:2026-01-02T08:00", True, datetime(2026, 1, 1, 23, tzinfo=UTC)),
        ("since:2026-01-02T08:00Z", True, datetime(2026, 1, 2, 8, tzinfo=UTC)),
        ("since:2026-01-02T08:00+01:00", True, datetime(2026, 1, 2, 7, tzinfo=UTC)),
        ("since:2026-01-02", True, datetime(2026, 1, 1, 15, tzinfo=UTC)),
        ("since:today", True, datetime(2026, 1, 1, 15, tzinfo=UTC)),
        ("since:yesterday", True, datetime(2025, 12, 31, 15, tzinfo=UTC)),
        ("since:yesterday", False, datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_without_an_offset_is_of_the_clock_that_is_shown(
    monkeypatch, text, local, since
):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert read_query(text, FixedClock(), local=local).since == since
    finally:
        monkeypatch.undo()
        time.tzset()

"""Approvals and requests as they are looked at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ferrule.ui.models.tool_rows import (
    ApprovalRow,
    RequestFacts,
    asker,
    countdown,
    history,
    ordered,
    request_of,
    standing,
)

NOW = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
REQUEST = RequestFacts("POST", "https://a.example/x", "a.example", "/x", (), "")
ROW = ApprovalRow(
    id=1, connection="issues", connector_id="c", tool="close", via="mcp",
    asked_by="", effect="write", word="close", request=REQUEST,
    asked_at="2026-02-03T04:04:00Z", expires=NOW + timedelta(minutes=4, seconds=9),
    state="waiting", outcome="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "outcome", "shape", "word"),
    [
        ("waiting", "", "in_progress", "Waits 4:09"),
        ("approved", "", "valid", "Approved"),
        ("declined", "", "cancelled", "Declined"),
        ("expired", "", "untouched", "Expired"),
        ("used", "done", "done", "Done"),
        ("used", "failed", "failed", "Refused there"),
        ("used", "unsent", "cancelled", "Not sent"),
        ("used", "unknown", "warning", "Not known"),
    ],
)
def test_each_standing_has_a_shape_and_a_word(state, outcome, shape, word):
    assert standing(replace(ROW, state=state, outcome=outcome), NOW) == (shape, word)


def test_it_counts_down_and_is_over_without_being_read_again():
    assert countdown(ROW, NOW + timedelta(minutes=4)) == "0:09"
    late = NOW + timedelta(minutes=5)
    assert not ROW.waits(late)
    assert standing(ROW, late) == ("untouched", "Expired")


def test_what_ends_soonest_is_on_top_and_what_is_over_below():
    rows = [replace(ROW, id=3), replace(ROW, id=2, state="declined"), ROW]
    assert [row.id for row in ordered(rows, NOW)] == [1, 3, 2]


def test_who_asked_is_told_with_the_name_that_it_gave_itself():
    assert asker(ROW) == "an agent"
    assert asker(replace(ROW, asked_by="Some client")) == "an agent (“Some client”)"
    assert asker(replace(ROW, via="cli")) == "the command line"


def test_the_history_tells_each_step_with_its_note():
    steps = (("declined", "2026-02-03T04:05:00Z", "cli", "not now"),)
    told = history(replace(ROW, steps=steps), NOW)
    assert [what for _, what, _ in told] == [
        "Asked by an agent",
        "Declined by the command line",
    ]
    assert told[1][2] == "not now"


def test_a_request_that_was_kept_is_shown_as_it_was():
    wire = {
        "method": "POST",
        "url": "https://a.example/x",
        "host": "a.example",
        "path": "/x",
        "headers": [["A", "b"]],
        "body": "{}",
        "bodyLeftOut": 12_000,
    }
    facts = request_of(wire)
    assert facts.whole == "POST https://a.example/x\nA: b\n\n{}\n… 12,000 more"

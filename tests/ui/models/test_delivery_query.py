"""What a person types to find deliveries."""

import pytest

from ferrule.ui.models.delivery_query import read_query
from ferrule.ui.models.delivery_rows import DeliveryRow, status_words
from ferrule.workspace.delivery_facts import Delivery


def row(**changes):
    members = {
        "id": 7,
        "project": "birds",
        "connection": "hook",
        "connector_id": "tracker",
        "received_at": "2026-03-01T12:00:00Z",
        "method": "POST",
        "url": "http://127.0.0.1:1/api/webhooks/hook/birds",
        "size": 2,
        "event_type": "issues.edited",
        "delivery_id": "d-1",
        "verdict": "invalid",
        "reason": "wrong_signature",
        "status": "refused",
        "attempts": 0,
        "error": None,
        "correlation_id": "c",
        "outcome": {},
        "settled_at": None,
        "duplicate_of": None,
        "conflict": False,
        "replay_of": None,
    }
    return DeliveryRow(Delivery(**members | changes), "Issue Tracker")


@pytest.mark.parametrize(
    ("typed", "words", "takes"),
    [
        ("", "", True),
        ("edited", "edited", True),
        ("signature:mismatch", "", True),
        ("sig:mis status:401", "", True),
        ("signature:valid", "", False),
        ("status:202", "", False),
        ("result:refused Event:ISSUES", "", True),
        ("connector:tracker connector:hook", "", True),
        ('delivery:"d-1"', "", True),
        ("error:anything", "", False),
        ("12:00 x:1 :", "12:00 x:1 :", True),
        ("edited status:refused now", "edited now", True),
    ],
)
def test_words_of_a_column_are_asked_of_that_column(typed, words, takes):
    free, accepts = read_query(typed)
    assert (free, accepts(row())) == (words, takes)


@pytest.mark.parametrize(
    ("changes", "accepted", "told"),
    [
        ({"status": "mapped"}, 0, "202 · Mapped"),
        ({"status": "mapped"}, 200, "200 · Mapped"),
        ({"status": "duplicate"}, 0, "200 · Repeat"),
        ({"status": "duplicate"}, 204, "204 · Repeat"),
        ({"status": "dead", "replay_of": 3}, 0, "Dead"),
        ({}, 200, "401 · Refused"),
        ({"verdict": "malformed"}, 0, "400 · Refused"),
        ({"verdict": "valid", "reason": "unreadable_body"}, 0, "400 · Refused"),
    ],
)
def test_the_status_is_what_was_answered_and_what_became_of_it(changes, accepted, told):
    assert status_words(row(**changes).one, accepted) == told


def test_a_replay_has_no_status_of_an_answer():
    _, accepts = read_query("status:202")
    assert accepts(row(status="mapped"))
    assert not accepts(row(status="mapped", replay_of=3))

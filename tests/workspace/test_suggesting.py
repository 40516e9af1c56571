"""Suggestions as a person looks at them: now and then, and what is applied together."""

import json

import pytest

from ferrule.exchange import Request, Response
from ferrule.suggestion import Suggestion
from ferrule.workspace.sending import Sent
from ferrule.workspace.suggesting import (
    Parts,
    Proposal,
    in_short,
    joined,
    proposals,
    request_of,
)

ITEMS = [
    {
        "id": n,
        "title": f"Item {n}",
        "updated_at": f"2026-02-03T04:{n:02d}:00Z",
        "user": {"login": f"u{n % 3}"},
    }
    for n in range(1, 21)
]
FRESH = {
    "itemsPath": "$",
    "idPath": "$.id",
    "timestampPath": "$.updated_at",
    "summaryTemplate": "{{title}}",
    "signalTypeRules": [],
}


def response(body, status=200):
    return Response(
        status, (("content-type", "application/json"),), json.dumps(body).encode()
    )


def found(body, mapping=None, polling=None, items=(), request=None):
    answer = response(body)
    parts = Parts(mapping=mapping or FRESH, polling=polling or {})
    return proposals(answer, body, request, parts, items)


def named(found, topic):
    return next((one for one in found if one.topic == topic), None)


def test_a_list_behind_0_records_is_told_with_what_stands_there():
    body = {"data": ITEMS, "total": 20}
    one = named(found(body, {**FRESH, "itemsPath": "$.items"}), "items")
    assert (one.now, one.then) == ("$.items", "$.data")
    assert "0 records" in one.suggestion.reason
    assert one.joined


def test_what_a_person_chose_and_what_holds_is_not_replaced_together():
    mine = {**FRESH, "summaryTemplate": "{{title}} of {{user.login}}"}
    rules = [{"when": "$.id", "operator": "exists", "then": "mine"}]
    some = found(ITEMS, {**mine, "signalTypeRules": rules}, items=ITEMS)
    assert named(some, "types").holds
    assert not named(some, "types").joined
    summary = named(some, "summary")
    assert summary is None or not summary.joined
    assert {one.topic for one in joined(some)} == {"people"}


def test_a_format_alone_is_told_by_its_name_and_the_usual_one_not_at_all():
    assert named(found(ITEMS, items=ITEMS), "time") is None
    late = [{**item, "updated_at": 1_770_000_000 + item["id"]} for item in ITEMS]
    assert named(found(late, items=late), "time").then == "timestampFormat unix"


def test_the_usual_paths_of_a_new_draft_do_not_lead_away_from_the_items():
    body = {
        "total": 942,
        "data": [{**item, "key": f"K-{item['id']}"} for item in ITEMS],
    }
    some = found(body)
    assert named(some, "items").then == "$.data"
    assert named(some, "id") is None  # what stands there is right
    assert named(some, "types").joined


def test_what_a_person_chose_and_what_finds_nothing_is_replaced():
    some = found(ITEMS, {**FRESH, "idPath": "$.nothing"}, items=ITEMS)
    assert named(some, "id").joined


def test_paging_that_is_set_holds_and_a_guess_is_left_to_the_person():
    body = {"items": ITEMS, "next_cursor": "abc"}
    set_up = found(
        body, {**FRESH, "itemsPath": "$.items"}, {"pagination": {"type": "page"}}
    )
    assert not named(set_up, "paging").joined
    unset = found(
        body, {**FRESH, "itemsPath": "$.items"}, {"pagination": {"type": "none"}}
    )
    assert named(unset, "paging").joined
    assert named(unset, "paging").now == "none"
    guess = named(found(ITEMS, items=ITEMS), "incremental")
    assert guess.suggestion.confidence == "guess"
    assert not guess.joined


def test_an_answer_of_trouble_is_a_notice_and_nothing_to_apply():
    answer = response({"message": "Bad credentials"}, 401)
    (one,) = proposals(answer, {"message": "Bad credentials"}, None, Parts())
    assert one.notice
    assert not one.joined
    assert "Bad credentials" in one.suggestion.reason


def test_a_body_that_is_decoded_already_is_not_decoded_again():
    answer = Response(200, (), b"not read at all")
    parts = Parts(mapping=FRESH)
    assert named(proposals(answer, ITEMS, None, parts, ITEMS), "people").then


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "—"),
        ([], "—"),
        ("$.id", "$.id"),
        ({"type": "cursor", "cursorPath": "$.next"}, "cursor · cursorPath $.next"),
        ([{"when": "$.a", "then": "x"}, {"when": "$.b", "then": "y"}], "2 rules: x, y"),
        ([{"when": "$.a", "action": "fail"}], "1 rule"),
        ({"a": 1}, '{"a":1}'),
    ],
)
def test_a_part_is_said_in_a_few_words(value, told):
    assert in_short(value) == told


def test_a_proposal_says_all_that_it_sets():
    changes = {
        "/fieldMapping/timestampPath": "$.at",
        "/fieldMapping/timestampFormat": "unix",
    }
    made = Proposal(Suggestion("time", changes, 0.9, "why"), "", "")
    assert made.pointer == "/fieldMapping/timestampPath"
    assert made.joined


@pytest.mark.parametrize(
    ("kind", "raw", "body", "sent_as"),
    [
        ("application/json", '{"page": 2}', {"page": 2}, "json"),
        (
            "application/x-www-form-urlencoded",
            "page=2&a=",
            {"page": "2", "a": ""},
            "form",
        ),
        ("text/plain", "page", None, None),
        ("application/json", "{half", None, None),
    ],
)
def test_a_request_that_was_sent_is_taken_apart_again(kind, raw, body, sent_as):
    headers = (("Content-Type", kind),)
    sent = Sent(
        "POST", "https://a.test/x?b=1&b=2", headers, raw, Response(200, (), b"")
    )
    assert request_of(sent) == Request(
        "POST",
        "https://a.test/x",
        query=(("b", "1"), ("b", "2")),
        headers=headers,
        body=body,
        body_type=sent_as,
    )

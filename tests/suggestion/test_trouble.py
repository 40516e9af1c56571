import pytest

from ferrule.exchange import Json, Response, encode
from ferrule.suggestion.candidate import confidence
from ferrule.suggestion.sample import read_sample
from ferrule.suggestion.suggesting import Known, suggest
from ferrule.suggestion.trouble import find_error_rules, message_in, notices


def told(body: Json, status: int = 200, known: str | None = None) -> list[str]:
    return list(
        notices(read_sample(Response(status, (), encode(body)), None, {}), known)
    )


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (
            {"message": "Bad credentials"},
            401,
            "The service answered 401: Bad credentials",
        ),
        ({"errors": [{"message": "No"}]}, 400, "The service answered 400: No"),
        ("oops", 500, "The service answered 500: oops"),
        ([], 404, "The service answered 404."),
        (None, 200, "The body is empty: there is nothing to learn from it."),
        (
            {"ok": False, "error": "not_in_channel"},
            200,
            "The answer says that it failed: not_in_channel",
        ),
        (
            {"data": []},
            200,
            "There are no items at `$.data`: send a request that finds some.",
        ),
        ({"a": 1}, 200, "The body holds no list of objects and no object with an id."),
    ],
)
def test_a_person_is_told_what_is_wrong(body: Json, status: int, text: str):
    assert told(body, status) == [text]


def test_a_good_answer_needs_no_notice():
    assert told({"data": [{"id": 1}]}) == []


@pytest.mark.parametrize(
    ("body", "when", "word"),
    [
        (
            {"ok": True, "items": [{"id": 1}]},
            {"when": "$.ok", "operator": "equals", "value": False},
            "likely",
        ),
        (
            {"success": False, "error": "x"},
            {"when": "$.success", "operator": "equals", "value": False},
            "sure",
        ),
        (
            {"status": "error", "message": "x"},
            {"when": "$.status", "operator": "equals", "value": "error"},
            "sure",
        ),
        (
            {"status": "ok", "data": []},
            {"when": "$.status", "operator": "not_equals", "value": "ok"},
            "likely",
        ),
        ({"error": {"code": 5}}, {"when": "$.error", "operator": "exists"}, "likely"),
    ],
)
def test_a_failure_behind_a_good_status_gets_a_rule(
    body: Json, when: dict[str, Json], word: str
):
    (rule, *_) = find_error_rules(
        read_sample(Response(200, (), encode(body)), None, {})
    )
    assert rule.members == {"resilience": {"rules": [{"when": when, "action": "fail"}]}}
    assert confidence(rule.score) == word


def test_a_plain_list_needs_no_rule():
    sample = read_sample(
        Response(200, (), b'{"items": [{"id": 1}], "error": null}'), None, {}
    )
    assert find_error_rules(sample) == []


def test_new_rules_are_added_to_those_there_are():
    there: dict[str, Json] = {"rules": [{"status": [404], "action": "ignore"}]}
    response = Response(200, (), b'{"ok": true, "items": [{"id": 1}]}')
    (errors,) = [
        s
        for s in suggest(response, None, Known(resilience=there))
        if s.topic == "errors"
    ]
    rules = errors.changes["/resilience/rules"]
    assert isinstance(rules, list)
    assert rules[0] == {"status": [404], "action": "ignore"}
    again = Known(resilience={"rules": rules})
    assert [s for s in suggest(response, None, again) if s.topic == "errors"] == []


def test_a_web_page_is_no_answer():
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    (notice,) = suggest(Response(200, headers, b"<html></html>"))
    assert notice.topic == "notice"
    assert notice.changes == {}
    assert "text/html" in notice.reason


def test_messages_are_found_wherever_they_stand():
    assert message_in({"error": {"errors": [{"detail": " a  b "}]}}) == "a b"
    assert message_in({"code": 3}) == ""
    assert len(message_in("x" * 999)) == 200

"""One issue at a time: what is written is kept, and the lists show it."""

import json

import pytest

from ferrule.sandbox.answer import Asked
from ferrule.sandbox.api import Api
from ferrule.sandbox.tracker import Tracker

ISSUE = "/repos/sample/workshop/issues/3"


@pytest.fixture
def api() -> Api:
    return Api(Tracker(items=10))


def ask(api, method, path=ISSUE, body=None, **headers):
    raw = b"" if body is None else json.dumps(body).encode()
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = api.answer(Asked(method, path, headers=told, body=raw))
    return answer.status, json.loads(answer.body) if answer.body else None


def test_an_issue_is_looked_at(api):
    status, found = ask(api, "GET")
    assert (status, found["number"], found["state"]) == (200, 3, found["state"])


@pytest.mark.parametrize("state", ["closed", "open"])
def test_an_issue_is_closed_and_opened_and_lists_show_it(api, state):
    before = ask(api, "GET")[1]["updated_at"]
    assert ask(api, "PATCH", body={"state": state})[1]["state"] == state
    found = ask(api, "GET")[1]
    assert found["state"] == state
    assert found["updated_at"] > before
    assert (found["closed_at"] is None) == (state == "open")
    listed = ask(api, "GET", "/repos/sample/workshop/issues")[1]
    assert {one["number"]: one["state"] for one in listed}[3] == state


def test_a_comment_is_written_and_listed(api):
    status, made = ask(api, "POST", f"{ISSUE}/comments", {"body": "Größe"})
    assert (status, made["body"]) == (201, "Größe")
    listed = ask(api, "GET", "/repos/sample/workshop/issues/comments")[1]
    assert made["id"] in {one["id"] for one in listed}


def test_an_issue_is_deleted_for_good(api):
    assert ask(api, "DELETE") == (204, None)
    assert ask(api, "GET")[0] == 404
    assert ask(api, "DELETE")[0] == 404


def test_the_same_key_does_a_thing_once(api):
    made = [
        ask(api, "POST", f"{ISSUE}/comments", {"body": "a"}, idempotency_key="k")[1]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    other = ask(api, "POST", f"{ISSUE}/comments", {"body": "a"}, idempotency_key="l")
    assert other[1]["id"] != made[0]["id"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", ISSUE, {"state": "gone"}, 422),
        ("PATCH", ISSUE, {"title": "x"}, 422),
        ("PATCH", ISSUE, None, 422),
        ("POST", f"{ISSUE}/comments", {"body": ""}, 422),
        ("POST", f"{ISSUE}/comments", {"body": "x" * 10_001}, 422),
        ("POST", f"{ISSUE}/comments", [], 422),
        ("PUT", ISSUE, {}, 405),
        ("GET", f"{ISSUE}9", None, 404),
        ("GET", f"{ISSUE}/comments", None, 404),
    ],
)
def test_what_cannot_be_is_refused(api, method, path, body, status):
    assert ask(api, method, path, body)[0] == status


def test_what_was_written_goes_with_a_reset(api):
    ask(api, "DELETE")
    ask(api, "POST", "/_control", {"reset": True})
    assert ask(api, "GET")[0] == 200

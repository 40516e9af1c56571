import json

import pytest


def test_the_index_names_lists_credentials_and_faults(caller):
    index = caller.json("/")
    assert "http://127.0.0.1:9/cursor/issues" in index["lists"]
    assert "sample-token" in index["sign_in"]["/auth/bearer/…"]
    assert index["items"] == 250


def test_every_list_that_the_index_names_is_there(caller):
    assert all(caller.get(url).status == 200 for url in caller.json("/")["lists"])


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/link",
        "/spiral/issues",
        "/link/cats",
        "/repos/sample/other/issues",
        "/repos/nobody/workshop/issues",
        "/repos/sample/workshop/issues/1/comments",
        "/repos/sample/other",
    ],
)
def test_an_unknown_place_is_not_found(caller, path):
    assert caller.get(path).status == 404


def test_health_and_repository_answer(caller):
    assert caller.json("/health") == {"status": "ok", "items": 250}
    assert caller.json("/repos/sample/workshop")["full_name"] == "sample/workshop"


def test_a_prefix_alone_stands_for_the_list(caller):
    assert caller.json("/limited/") == caller.json("/link/issues")
    assert caller.json("/limited/issues") == caller.json("/link/issues")


def test_an_empty_repository_has_an_empty_list(caller):
    assert caller.json("/repos/sample/empty/issues") == []


def test_a_list_can_be_asked_by_post_with_a_json_body(caller):
    body = {"limit": 5, "state": "closed", "cursor": None}
    page = json.loads(caller.ask("POST", "/cursor/issues", body).body)
    assert [item["state"] for item in page["items"]] == ["closed"] * 5
    body["cursor"] = page["next_cursor"]
    following = json.loads(caller.ask("POST", "/cursor/issues", body).body)
    assert following["items"][0]["id"] not in [item["id"] for item in page["items"]]


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/link/issues"), ("POST", "/health"), ("GET", "/_control")],
)
def test_another_method_is_refused_with_those_allowed(caller, method, path):
    answer = caller.ask(method, path)
    assert answer.status == 405
    assert "allow" in dict(answer.headers)


@pytest.mark.parametrize("body", [[1], {"limit": {}}, {"limit": [5]}])
def test_a_body_that_is_no_flat_object_is_refused(caller, body):
    assert caller.ask("POST", "/cursor/issues", body).status == 400


def test_control_changes_what_an_incremental_sync_finds(caller):
    before = caller.control()["now"]
    done = caller.control(touch=4, add=2)
    found = caller.json(f"/offset/issues?since={before}&sort=updated&limit=100")
    new = [item["id"] for item in found["items"] if item["updated_at"] > before]
    assert sorted(new) == sorted(done["touched"] + done["added"])
    assert (done["items"], len(done["touched"])) == (252, 4)


def test_control_removes_by_id_and_resets(caller):
    gone = caller.json("/link/issues")[0]["id"]
    assert caller.control(remove=[gone, 1])["removed"] == [gone]
    assert caller.json("/health")["items"] == 249
    assert caller.control(reset=True)["items"] == 250


def test_control_closes_and_comments(caller):
    done = caller.control(close=2, comment=1)
    assert (len(done["closed"]), len(done["commented"])) == (2, 1)


@pytest.mark.parametrize(
    "order",
    [{"explode": 1}, {"touch": -1}, {"touch": "3"}, {"remove": 5}, [], {"limit": 3}],
)
def test_an_order_that_is_not_understood_changes_nothing(caller, order):
    assert caller.ask("POST", "/_control", order).status == 400
    assert caller.json("/health")["items"] == 250


def test_latency_delays_every_place_but_the_control(caller):
    caller.control(latency_ms=40)
    assert caller.get("/health").delay_ms == 40
    assert caller.get("/faults/slow").delay_ms == 2_040
    assert caller.ask("POST", "/_control", {}).delay_ms == 0

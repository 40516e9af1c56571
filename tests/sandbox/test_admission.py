import pytest

BASIC = "c2FtcGxlOnNhbXBsZS1wYXNzd29yZA=="


@pytest.mark.parametrize(
    ("mode", "query", "headers"),
    [
        ("key-header", "", {"x_api_key": "sample-key"}),
        ("key-query", "?api_key=sample-key", {}),
        ("bearer", "", {"authorization": "Bearer sample-token"}),
        ("bearer", "", {"authorization": "bearer sample-token"}),
        ("basic", "", {"authorization": f"Basic {BASIC}"}),
    ],
)
def test_the_published_credential_opens_every_place(caller, mode, query, headers):
    for place in ("link/issues", "repos/sample/workshop/issues", "health"):
        assert caller.get(f"/auth/{mode}/{place}{query}", **headers).status == 200
    user = caller.get(f"/auth/{mode}/user{query}", **headers)
    assert b'"login":"sample"' in user.body


@pytest.mark.parametrize(
    ("mode", "query", "headers"),
    [
        ("key-header", "", {}),
        ("key-header", "?api_key=sample-key", {}),
        ("key-header", "", {"x_api_key": "other"}),
        ("key-query", "?api_key=", {}),
        ("bearer", "", {"authorization": "sample-token"}),
        ("bearer", "", {"authorization": f"Basic {BASIC}"}),
        ("basic", "", {"authorization": "Bearer sample-token"}),
        ("basic", "", {"authorization": "Basic !!"}),
    ],
)
def test_anything_else_is_refused_with_what_is_needed(caller, mode, query, headers):
    answer = caller.get(f"/auth/{mode}/link/issues{query}", **headers)
    assert answer.status == 401
    assert b'"message":"Unauthorized: needs ' in answer.body
    assert "www-authenticate" in dict(answer.headers)


def test_no_link_repeats_the_credential(caller):
    answer = caller.get("/auth/key-query/link/issues?api_key=sample-key")
    assert "sample-key" not in dict(answer.headers)["link"]


def test_an_unknown_way_to_sign_in_is_not_found(caller):
    assert caller.get("/auth/magic/link/issues").status == 404


def test_the_open_paths_need_no_credential(caller):
    assert b"visitor" in caller.get("/user").body


def test_too_many_requests_are_asked_to_wait(caller):
    caller.control(limit={"requests": 2, "seconds": 2.5})
    got = [caller.get("/limited/issues") for _ in range(3)]
    assert [answer.status for answer in got] == [200, 200, 429]
    assert ("retry-after", "3") in got[2].headers
    caller.clock.sleep(2.4)
    assert ("retry-after", "1") in caller.get("/limited/cursor/issues").headers
    caller.clock.sleep(0.2)
    assert caller.get("/limited/cursor/issues").status == 200


def test_the_other_paths_are_not_limited(caller):
    caller.control(limit={"requests": 0, "seconds": 60})
    assert caller.get("/link/issues").status == 200
    assert caller.get("/limited/health").status == 429

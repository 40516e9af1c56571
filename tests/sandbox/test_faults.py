import json
from itertools import islice

import pytest
from tests.sandbox.walks import WALKS

from ferrule.sandbox.faults import FAULTS


def statuses(caller, name: str, count: int) -> list[int]:
    return [caller.get(f"/faults/{name}/link/issues").status for _ in range(count)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("error-once", [500, 200, 200]),
        ("error-every-third", [200, 200, 500, 200, 200, 500]),
        ("error-always", [500, 500]),
        ("unavailable-once", [503, 200]),
        ("unauthorised", [401, 401]),
        ("forbidden", [403]),
        ("missing", [404]),
        ("moved", [302]),
        ("slow", [200]),
        ("html", [200]),
    ],
)
def test_a_status_fault_comes_as_often_as_its_name_says(caller, name, expected):
    assert statuses(caller, name, len(expected)) == expected


def test_an_error_is_json_that_says_so(caller):
    answer = caller.get("/faults/error-always")
    assert json.loads(answer.body) == {
        "message": "Internal Server Error: something broke",
        "status": 500,
    }


def test_unavailable_says_when_to_come_back(caller):
    assert ("retry-after", "1") in caller.get("/faults/unavailable-once").headers


def test_slow_answers_late(caller):
    assert caller.get("/faults/slow").delay_ms == 2_000


def test_truncated_json_does_not_parse(caller):
    with pytest.raises(json.JSONDecodeError):
        json.loads(caller.get("/faults/truncated/cursor/issues").body)


def test_an_html_page_stands_where_json_should(caller):
    answer = caller.get("/faults/html/page/issues")
    assert answer.body.startswith(b"<!DOCTYPE html>")
    assert dict(answer.headers)["content-type"].startswith("text/html")


@pytest.mark.parametrize("style", ["link", "cursor", "next"])
def test_a_repeated_cursor_leads_to_the_same_page(caller, style):
    walk = WALKS[style](caller, f"/faults/repeated-cursor/{style}/issues")
    first, second, third = islice(walk, 3)
    assert first == second == third


@pytest.mark.parametrize("style", WALKS)
def test_an_empty_page_in_the_middle_hides_no_row(caller, style):
    pages = list(WALKS[style](caller, f"/faults/empty-page/{style}/issues"))
    assert [len(page) for page in pages] == [100, 0, 100, 50]
    assert len({item["id"] for page in pages for item in page}) == 250


@pytest.mark.parametrize("style", ["link", "page", "cursor", "next", "offset"])
def test_an_endless_list_never_ends(caller, style):
    walk = WALKS[style](caller, f"/faults/endless/{style}/issues")
    assert len(list(islice(walk, 12))) == 12


def test_malformed_items_stand_among_good_ones(caller):
    page = caller.json("/faults/malformed-item/offset/issues?limit=100")["items"]
    bad = [item for item in page if not isinstance(item, dict) or "number" not in item]
    assert len(bad) == 10
    assert None in bad


def test_an_off_host_link_names_another_host(caller):
    answer = caller.get("/faults/off-host/link/issues")
    assert (
        "http://elsewhere.example.com/faults/off-host" in dict(answer.headers)["link"]
    )


@pytest.mark.parametrize(
    "query", ["link/issues?page=2", "offset/issues?offset=30", "next/issues?after=30"]
)
def test_a_cursor_expires_after_the_first_page(caller, query):
    assert caller.get("/faults/expired-cursor/cursor/issues").status == 200
    assert caller.get("/faults/expired-cursor/link/issues?page=1").status == 200
    assert caller.get(f"/faults/expired-cursor/{query}").status == 410


def test_a_fault_switched_on_meets_every_list_and_nothing_else(caller):
    caller.control(fault="error-once")
    assert caller.get("/health").status == 200
    assert [caller.get("/cursor/issues").status for _ in range(2)] == [500, 200]
    caller.control(fault="html")
    assert caller.get("/repos/sample/workshop/issues").body.startswith(b"<!DOCTYPE")
    caller.control(fault=None)
    assert caller.get("/cursor/issues").status == 200


def test_a_fault_begins_anew_after_a_reset(caller):
    assert statuses(caller, "error-once", 2) == [500, 200]
    caller.control(reset=True)
    assert statuses(caller, "error-once", 1) == [500]


def test_an_unknown_fault_is_told_with_the_known_ones(caller):
    answer = caller.get("/faults/fire")
    assert answer.status == 404
    assert all(name in answer.body.decode() for name in FAULTS)
    assert caller.ask("POST", "/_control", {"fault": "fire"}).status == 404


def test_faults_combine_with_signing_in(caller):
    url = "/auth/bearer/faults/html/link/issues"
    assert caller.get(url).status == 401
    answer = caller.get(url, authorization="Bearer sample-token")
    assert answer.body.startswith(b"<!DOCTYPE")

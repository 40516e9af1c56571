"""Pages in order, loops noticed, links kept at home, no secret in what is stored."""

from itertools import count

import pytest
from tests.sync.scripted import BASE, SINCE, Service, answer, document, item, plans

from ferrule.errors import CursorRejected, EndlessPaging, OffHost, SyncError
from ferrule.exchange import Response, encode
from ferrule.sync.poll import poll
from ferrule.sync.position import MOST_EMPTY_PAGES, LoopGuard, Position

NEXT = f"{BASE}/things?page="
KEY = "key-4711-very-secret"
QUERY_KEY = {
    "method": "api_key",
    "config": {
        "delivery": "query",
        "paramName": "api_key",
        "credentialFields": [
            {"key": "key", "label": "Key", "type": "password", "required": True}
        ],
    },
}


def pages(made, answers, secrets=None, **options):
    service = Service(answers)
    return list(poll(plans(made, secrets)[0], service.send, **options)), service


def test_pages_are_followed_to_the_end():
    found, service = pages(
        document(), [answer([item(1)], link=NEXT + "2"), answer([item(2)])]
    )
    assert [page.mapped[0].signal.external_id for page in found] == ["1", "2"]
    assert service.urls == [f"{BASE}/things", NEXT + "2"]
    assert found[-1].position == Position(page=2, ended=True, whole=True)


def test_a_token_that_comes_again_stops_the_stream():
    with pytest.raises(EndlessPaging, match="page=2' again"):
        pages(
            document(),
            [answer([item(n)], link=NEXT + "2") for n in range(3)],
        )


def test_a_body_that_comes_again_stops_the_stream():
    links = (f"{NEXT}{number}" for number in count(2))
    with pytest.raises(EndlessPaging, match="Page 2 of"):
        pages(document(), [answer([item(1)], link=next(links)) for _ in range(3)])


def test_empty_pages_are_not_the_end_while_they_name_a_next():
    answers = [answer([], link=f"{NEXT}{n}") for n in (2, 3)]
    found, _ = pages(document(), [*answers, answer([item(1)])])
    assert [page.count for page in found] == [0, 0, 1]


def test_empty_pages_without_end_are_noticed():
    guard = LoopGuard()
    for page in range(MOST_EMPTY_PAGES - 1):
        guard.body("things", page, b"[]", 0)
    with pytest.raises(EndlessPaging, match="1000 pages"):
        guard.body("things", MOST_EMPTY_PAGES, b"[]", 0)


@pytest.mark.parametrize("limit", ["descriptor", "caller"])
def test_max_pages_ends_a_stream_that_is_not_whole(limit):
    answers = [answer([item(n)], link=f"{NEXT}{n}") for n in range(2, 9)]
    cap = {"type": "link_header", "maxPages": 3} if limit == "descriptor" else None
    found, _ = pages(document(cap), answers, max_pages=3 if limit == "caller" else None)
    assert len(found) == 3
    assert (found[-1].position.ended, found[-1].position.whole) == (True, False)


def test_a_stream_goes_on_at_a_position():
    start = Position(token=NEXT + "4", page=3, mark="2026-01-09T00:00:00Z")
    found, service = pages(document(delta=SINCE), [answer([item(1)])], start=start)
    assert service.urls == [NEXT + "4"]
    assert found[0].position.page == 4
    assert found[0].position.mark == "2026-01-09T00:00:00Z"


def test_a_position_survives_storing():
    position = Position("t", 3, "m", ended=True, whole=True, taken=frozenset({"a"}))
    assert Position.read(position.wire()) == position
    assert Position.read(None) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example.com/things?page=2",
        "http://api.example.com/things?page=2",
        "https://api.example.com:8443/things?page=2",
        "//evil.example.com/things",
        "https://api.example.com@evil.example.com/",
        "https://api.example.com\\@evil.example.com/",
    ],
)
def test_a_next_link_to_another_place_is_refused(link):
    with pytest.raises(OffHost):
        pages(document(), [answer([item(1)], link=link), answer([item(2)])])


@pytest.mark.parametrize(
    "echo",
    [
        f"{NEXT}2&api_key={KEY}",
        f"{NEXT}2&api_key={KEY}&other={KEY}",
        f"{NEXT}2&auth=Bearer%20{KEY}",
        f"{NEXT}2&{KEY}=1",
    ],
)
def test_a_next_link_that_repeats_the_key_is_kept_without_it(echo):
    made = document(auth=QUERY_KEY)
    found, service = pages(
        made, [answer([item(1)], link=echo), answer([item(2)])], {"key": KEY}
    )
    assert found[0].position.token == f"{NEXT}2"
    assert KEY not in str(found[0].position.wire())
    assert service.urls[1] == f"{NEXT}2&api_key={KEY}"


def test_a_next_link_with_the_key_in_its_path_is_refused():
    link = f"{BASE}/{KEY}/things"
    with pytest.raises(SyncError, match="holds a secret"):
        pages(document(auth=QUERY_KEY), [answer([item(1)], link=link)], {"key": KEY})


@pytest.mark.parametrize("echo", [KEY, f"Bearer {KEY}", f"?api_key={KEY}&a=1"])
def test_an_item_that_repeats_the_key_is_stored_without_it(echo):
    found, _ = pages(
        document(auth=QUERY_KEY), [answer([item(1, title=echo)])], {"key": KEY}
    )
    page = found[0]
    assert KEY not in str(page.mapped)
    assert KEY.encode() not in page.response.body
    assert "•" in page.mapped[0].signal.summary


def test_a_deep_item_that_repeats_the_key_is_stored_without_it():
    deep = b"[" * 900 + b"]" * 900
    body = encode([item(1, title=KEY)])[:-2] + b',"deep":' + deep + b"}]"
    found, _ = pages(document(auth=QUERY_KEY), [Response(200, (), body)], {"key": KEY})
    assert KEY.encode() not in found[0].response.body
    assert "•" in found[0].mapped[0].signal.summary


def test_items_that_hold_no_secret_are_left_alone():
    made = document(auth=QUERY_KEY)
    body = encode([item(1, title="a\u20acb")])
    found, _ = pages(made, [Response(200, (), body)], {"key": KEY})
    assert found[0].response.body == body


@pytest.mark.parametrize(
    ("given", "ended_whole"),
    [
        (answer(b"", 204), True),
        (answer(b""), True),
        (answer([]), True),
        (answer(None), True),
        (answer(b"", 304), False),
    ],
)
def test_a_page_without_items_ends_the_stream(given, ended_whole):
    found, _ = pages(document(delta=SINCE), [given], checkpoint="2026-01-02T00:00:00Z")
    assert found[0].mapped == []
    assert found[0].position.ended
    assert found[0].position.whole is ended_whole
    assert found[0].position.mark == "2026-01-02T00:00:00Z"


def test_an_answer_without_the_list_says_so():
    made = document(mapping={"itemsPath": "$.items"})
    found, _ = pages(made, [answer({"error": "too late"})])
    assert found[0].listed is False
    found, _ = pages(made, [answer({"items": []})])
    assert found[0].listed is True


def test_the_boundary_of_a_checkpoint_is_inclusive():
    _, service = pages(
        document(delta=SINCE), [answer([])], checkpoint="2026-01-02T00:00:00Z"
    )
    assert service.asked[0].query == (("since", "2026-01-02T00:00:00Z"),)


def test_lookback_asks_from_earlier_and_the_mark_does_not_fall_back():
    made = document(delta={**SINCE, "lookback": "PT1H"})
    found, service = pages(
        made, [answer([item(1, day=1)])], checkpoint="2026-01-05T00:00:00Z"
    )
    assert service.asked[0].query == (("since", "2026-01-04T23:00:00Z"),)
    assert found[0].position.mark == "2026-01-05T00:00:00Z"


def test_start_is_where_the_very_first_run_begins():
    made = document(delta={**SINCE, "start": "2025-12-01T00:00:00Z"})
    found, service = pages(made, [answer([])])
    assert service.asked[0].query == (("since", "2025-12-01T00:00:00Z"),)
    assert found[0].position.mark is None
    _, later = pages(made, [answer([])], checkpoint="2026-01-05T00:00:00Z")
    assert later.asked[0].query == (("since", "2026-01-05T00:00:00Z"),)


def test_the_mark_is_the_newest_time_of_all_pages():
    found, _ = pages(
        document(delta=SINCE),
        [answer([item(1, day=7), item(2, day=3)], link=NEXT + "2"), answer([item(3)])],
    )
    assert found[-1].position.mark == "2026-01-07T00:00:00Z"


def test_a_checkpoint_of_another_kind_is_refused():
    with pytest.raises(CursorRejected, match="the day before"):
        pages(document(delta=SINCE), [answer([])], checkpoint="the day before")


def test_now_is_the_time_at_which_the_run_was_planned():
    made = document(
        delta={**SINCE, "start": '{{now|add("-P1D")}}'},
        polling={"query": {"until": "{{now}}"}},
    )
    _, service = pages(made, [answer([item(1)], link=NEXT + "2"), answer([])])
    assert dict(service.asked[0].query) == {
        "until": "2026-03-01T12:00:00Z",
        "since": "2026-02-28T12:00:00Z",
    }

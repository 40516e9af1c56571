import time

from tests.support.promptness import in_time

from ferrule.exchange import Json, Request, Response, encode
from ferrule.suggestion import Known, Places, suggest
from ferrule.suggestion.suggesting import best

ITEMS: list[Json] = [
    {"id": n, "title": f"Title {n}", "updated_at": f"2024-05-0{9 - n}T08:00:00Z"}
    for n in range(1, 6)
]
RESPONSE = Response(200, (), encode({"data": ITEMS, "next_cursor": "abc"}))
REQUEST = Request("GET", "https://api.example.com/v1/issues", (("limit", "5"),))


def test_every_topic_has_a_reason_for_a_person():
    found = {s.topic: s for s in suggest(RESPONSE, REQUEST)}
    assert found["items"].changes == {"/fieldMapping/itemsPath": "$.data"}
    assert found["id"].reason == "`id` is in all 5 items and never repeats."
    assert found["id"].confidence == "sure"
    assert found["time"].changes == {
        "/fieldMapping/timestampPath": "$.updated_at",
        "/fieldMapping/timestampFormat": "iso8601",
    }
    assert found["summary"].changes == {"/fieldMapping/summaryTemplate": "{{title}}"}
    assert list(found["paging"].changes) == ["/ingestion/pagination"]
    assert all(s.reason.endswith((".", "?")) for s in found.values())


def test_the_best_stands_before_its_alternatives():
    for suggestion in suggest(RESPONSE, REQUEST):
        scores = [suggestion.score, *(a.score for a in suggestion.alternatives)]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) <= 6


def test_what_is_known_already_is_not_suggested_again():
    known = Known(
        mapping={
            "itemsPath": "$.data",
            "idPath": "$.id",
            "timestampPath": "$.updated_at",
        }
    )
    found = {s.topic: s for s in suggest(RESPONSE, REQUEST, known)}
    assert "items" not in found
    assert "id" not in found
    assert found["time"].changes == {"/fieldMapping/timestampFormat": "iso8601"}


def test_records_hidden_behind_a_wrong_path_are_told():
    known = Known(mapping={"itemsPath": "$.items"})
    items = best(suggest(RESPONSE, REQUEST, known), "items")
    assert items is not None
    assert items.reason == (
        "There are 0 records at `$.items`, but the body is not empty:"
        " is the list at `$.data` (5 items)?"
    )
    assert items.changes == {"/fieldMapping/itemsPath": "$.data"}


def test_a_shape_that_does_not_fit_any_more_is_removed():
    known = Known(mapping={"itemsPath": "$.x", "itemsShape": "object"})
    items = best(suggest(RESPONSE, REQUEST, known), "items")
    assert items is not None
    assert items.changes == {
        "/fieldMapping/itemsPath": "$.data",
        "/fieldMapping/itemsShape": None,
    }


def test_suggestions_can_be_for_a_stream():
    places = Places("/streams/1/fieldMapping", "/streams/1/polling")
    pointers = {p for s in suggest(RESPONSE, REQUEST, places=places) for p in s.changes}
    assert "/streams/1/fieldMapping/idPath" in pointers
    assert "/streams/1/polling/pagination" in pointers


def test_the_last_page_tells_that_it_cannot_tell():
    response = Response(200, (), encode({"data": ITEMS, "has_more": False}))
    found = suggest(response, REQUEST)
    assert found[0].topic == "notice"
    assert found[0].reason.startswith("This is the last page")


def test_a_megabyte_is_looked_at_in_a_blink():
    item: Json = {f"member_{n}": f"value {n}" for n in range(50)} | {"id": 1}
    raw = encode({"data": [item] * 1_000})
    assert len(raw) > 1_000_000
    response = Response(200, (), raw)
    _ = response.json
    suggest(response, REQUEST)
    took = []
    for _ in range(3):
        started = time.perf_counter()
        suggest(response, REQUEST)
        took.append(time.perf_counter() - started)
    in_time(min(took), 0.05)

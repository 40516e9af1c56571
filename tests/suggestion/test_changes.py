import pytest

from ferrule.exchange import Json, Pairs, Request, Response, encode
from ferrule.suggestion.candidate import confidence
from ferrule.suggestion.changes import find_changes
from ferrule.suggestion.sample import Sample, read_sample

URL = "https://api.example.com/v1/items"


def times(*days: int) -> list[Json]:
    return [{"id": d, "updated_at": f"2024-05-{d:02d}T08:00:00Z"} for d in days]


def sample(items: list[Json], query: Pairs = (), **extra: Json) -> Sample:
    response = Response(200, (), encode({"items": items, **extra}))
    return read_sample(response, Request("GET", URL, query), {})


def best(found: Sample) -> tuple[Json, str]:
    time = next((t for t in found.times if t.path == "$.updated_at"), None)
    candidates = find_changes(found, time, "$.id")
    return candidates[0].members["delta"], confidence(candidates[0].score)


@pytest.mark.parametrize(
    ("name", "value", "fmt", "word"),
    [
        ("since", "2024-05-01T00:00:00Z", "iso8601", "sure"),
        ("updated_since", "2024-05-01", "date", "sure"),
        ("updatedMin", "2024-05-01T00:00:00Z", "iso8601", "sure"),
        ("updated[gte]", "1714521600", "unix", "sure"),
        ("oldest", "1714521600.000200", "unix", "likely"),
        ("modified_after", "1714521600000", "unix_ms", "sure"),
    ],
)
def test_a_time_in_the_request_asks_for_changes(
    name: str, value: str, fmt: str, word: str
):
    expected = {"type": "timestamp_filter", "queryParam": name, "format": fmt}
    assert best(sample(times(1), ((name, value),))) == (expected, word)


@pytest.mark.parametrize(
    ("name", "value"),
    [("until", "2024-05-01"), ("updated_before", "2024-05-01"), ("offset", "3")],
)
def test_other_parameters_do_not(name: str, value: str):
    delta, word = best(sample(times(1), ((name, value),)))
    assert isinstance(delta, dict)
    assert delta.get("queryParam") != name
    assert word != "sure"


def test_a_token_for_the_next_round_is_found():
    link = f"{URL}/delta?$deltatoken=abc"
    delta, word = best(sample(times(1), (), **{"@odata.deltaLink": link}))
    assert delta == {
        "type": "delta_token",
        "tokenPath": "$['@odata.deltaLink']",
        "tokenParam": "url",
    }
    assert word == "sure"
    delta, _ = best(sample(times(1), (), nextSyncToken="abc"))
    assert delta == {
        "type": "delta_token",
        "tokenPath": "$.nextSyncToken",
        "tokenParam": "syncToken",
    }


def test_the_highest_id_can_be_asked_for():
    delta, word = best(sample(times(1), (("since_id", "12"),)))
    assert delta == {"type": "since_id", "idPath": "$.id", "idParam": "since_id"}
    assert word == "likely"


def test_the_newest_first_can_be_compared_here():
    newest = {"type": "client_side", "order": "newest_first"}
    assert best(sample(times(9, 5, 2))) == (newest, "guess")
    asked = (("sort", "updated"), ("direction", "desc"))
    assert best(sample(times(9, 5, 2), asked)) == (newest, "likely")
    assert best(sample(times(9, 5, 2), (("sort", "-updated_at"),))) == (
        newest,
        "likely",
    )


def test_no_order_is_no_reason_to_stop_early():
    found = find_changes(sample(times(2, 9, 5)), None)
    assert found == []
    time = sample(times(2, 9, 5)).times[0]
    orders = [c.members["delta"] for c in find_changes(sample(times(2, 9, 5)), time)]
    assert {"type": "client_side"} in orders
    assert {"type": "client_side", "order": "newest_first"} not in orders


def test_a_usual_parameter_is_only_a_guess():
    delta, word = best(sample(times(2, 9, 5)))
    assert isinstance(delta, dict)
    assert (delta["queryParam"], word) == ("since", "guess")

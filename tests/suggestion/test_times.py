import pytest

from ferrule.exchange import Json
from ferrule.suggestion.candidate import confidence
from ferrule.suggestion.profile import leaves_of
from ferrule.suggestion.times import changed_at, created_at, find_times, is_time_name

OLD, NEW = "2024-05-01T08:00:00Z", "2024-05-03T08:00:00Z"


def best(items: list[Json]) -> tuple[str, str]:
    members = changed_at(find_times(leaves_of(items)))[0].members
    return str(members["timestampPath"]), str(members["timestampFormat"])


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"created_at": OLD, "updated_at": NEW}, "$.updated_at"),
        ({"created": OLD, "lastModifiedDate": NEW, "due": NEW}, "$.lastModifiedDate"),
        ({"createdAt": OLD, "version": {"createdAt": NEW}}, "$.version.createdAt"),
        ({"updated_at": OLD, "author": {"updated_at": NEW}}, "$.updated_at"),
        ({"date": OLD, "expires": NEW}, "$.date"),
        ({"firstSeen": OLD, "lastSeen": NEW}, "$.lastSeen"),
        ({"created_at": OLD, "closed_at": NEW}, "$.created_at"),
        ({"id": 1714723200, "ts": 1714723200}, "$.ts"),
    ],
)
def test_the_time_of_the_last_change_is_found(item: Json, path: str):
    assert best([item, item])[0] == path


@pytest.mark.parametrize(
    ("value", "fmt"),
    [
        ("2024-05-03T08:00:00Z", "iso8601"),
        ("2024-05-03 08:00:00", "iso8601"),
        ("2024-05-03T08:00:00.000+0200", "iso8601"),
        ("2024-05-03", "date"),
        (1714723200, "unix"),
        ("1512085950.000216", "unix"),
        (1714723200123, "unix_ms"),
        ("1714723200123", "unix_ms"),
        ("Thu, 24 Aug 2023 05:01:45 +0000", "%a, %d %b %Y %H:%M:%S %z"),
        ("Thu, 24 Aug 2023 05:01:45 GMT", "%a, %d %b %Y %H:%M:%S %Z"),
        ("2024-05-03 08:00:00 +0000", "iso8601"),
        ("2024-05-03 08:00:00 UTC", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024/05/03 08:00:00", "%Y/%m/%d %H:%M:%S"),
        ("31.12.2024", "%d.%m.%Y"),
        ("31/12/2024", "%d/%m/%Y"),
        ("12/31/2024", "%m/%d/%Y"),
        ("3 May 2024", "%d %b %Y"),
        ("20240503080000", "%Y%m%d%H%M%S"),
    ],
)
def test_the_format_is_told(value: Json, fmt: str):
    assert best([{"updated": value}])[1] == fmt


def test_day_and_month_that_could_be_exchanged_are_said():
    first, second = changed_at(find_times(leaves_of([{"updated": "03/05/2024"}])))
    assert {first.members["timestampFormat"], second.members["timestampFormat"]} == {
        "%m/%d/%Y",
        "%d/%m/%Y",
    }
    assert "the other way round" in first.reason
    assert confidence(first.score) == "likely"


@pytest.mark.parametrize(
    "value", ["20240503", 1900000007, "1.2.3", "v2", "2024-05-03T99:00:00Z", True, ""]
)
def test_ids_and_versions_are_no_times(value: Json):
    assert find_times(leaves_of([{"id": value}])) == []


def test_one_value_that_is_no_time_spoils_all():
    assert find_times(leaves_of([{"at": NEW}, {"at": "soon"}])) == []


def test_empty_texts_are_times_not_set():
    (time,) = find_times(leaves_of([{"at": NEW}, {"at": ""}]))
    assert list(time.moments) == [0]


def test_the_time_of_making_is_found_beside_the_last_change():
    times = find_times(leaves_of([{"created": OLD, "modified": NEW}]))
    (made,) = created_at(times, "$.modified")
    assert made.members == {"createdPath": "$.created"}


def test_a_plain_date_that_is_never_later_may_be_when_it_was_made():
    times = find_times(leaves_of([{"date": OLD, "modified": NEW}]))
    (made,) = created_at(times, "$.modified")
    assert (made.members, confidence(made.score)) == (
        {"createdPath": "$.date"},
        "guess",
    )


def test_a_time_of_another_format_is_not_taken_for_the_making():
    times = find_times(leaves_of([{"created": 1714723200, "modified": NEW}]))
    assert created_at(times, "$.modified") == []


def test_names_of_times():
    assert all(map(is_time_name, ["updated_at", "createdAt", "lastmodifieddate", "ts"]))
    assert not any(map(is_time_name, ["title", "at", "rating", "format"]))

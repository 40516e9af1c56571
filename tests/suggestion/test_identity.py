import pytest

from ferrule.exchange import Json
from ferrule.suggestion.candidate import confidence
from ferrule.suggestion.identity import find_ids, is_id_name
from ferrule.suggestion.profile import leaves_of


def ids(items: list[Json], resource: str = "") -> list[str]:
    found = find_ids(leaves_of(items), resource)
    return [str(c.members["idPath"]) for c in found]


@pytest.mark.parametrize(
    ("items", "path"),
    [
        ([{"id": 1, "number": 7}, {"id": 2, "number": 8}], "$.id"),
        ([{"user_id": 1, "gid": "a"}, {"user_id": 2, "gid": "b"}], "$.gid"),
        (
            [{"OrderID": 1, "CustomerID": 5}, {"OrderID": 2, "CustomerID": 6}],
            "$.OrderID",
        ),
        ([{"id": 1, "slug": "a"}, {"id": 1, "slug": "b"}], "$.slug"),
        ([{"ts": "1.2", "user": "U1"}, {"ts": "1.3", "user": "U2"}], "$.ts"),
        ([{"_key": "a", "name": "x"}, {"_key": "b", "name": "y"}], "$._key"),
        ([{"a": {"id": 1}, "code": 1}, {"a": {"id": 2}, "code": 2}], "$.a.id"),
    ],
)
def test_the_id_is_found(items: list[Json], path: str):
    assert ids(items, "orders")[0] == path


def test_the_reason_counts():
    leaves = leaves_of([{"id": n} for n in range(100)])
    (best,) = find_ids(leaves)
    assert best.reason == "`id` is in all 100 items and never repeats."
    assert confidence(best.score) == "sure"


def test_what_repeats_or_is_missing_is_no_id():
    (same,) = find_ids(leaves_of([{"id": 1}, {"id": 1}]))
    assert same.reason == "`id` is in every item, but only 1 of 2 values differ."
    (missing, *_) = find_ids(leaves_of([{"id": 1}, {"id": 2}, {"id": 3}, {"x": 4}]))
    assert missing.reason == "`id` is in 3 of 4 items."
    assert confidence(same.score) == confidence(missing.score) == "guess"


def test_two_members_can_tell_items_apart_together():
    items: list[Json] = [
        {"channel_id": c, "message_id": m} for c in (1, 2) for m in (1, 2)
    ]
    best = find_ids(leaves_of(items))[0]
    assert best.members["primaryKey"] == ["$.channel_id", "$.message_id"]


def test_flags_and_lists_are_no_ids():
    assert (
        find_ids(leaves_of([{"id": True, "ids": [1]}, {"id": False, "ids": [2]}])) == []
    )


@pytest.mark.parametrize("name", ["id", "_id", "OrderID", "sys_id", "uuid", "_key"])
def test_names_of_ids(name: str):
    assert is_id_name(name)


@pytest.mark.parametrize("name", ["idea", "grid", "", "paid", "video"])
def test_names_that_only_look_like_it(name: str):
    assert not is_id_name(name)

from ferrule.exchange import Json
from ferrule.suggestion.profile import leaves_of

ITEMS: list[Json] = [
    {"id": 1, "user": {"login": "ada"}, "labels": [{"name": "bug"}, {"name": "ui"}]},
    {"id": 2, "user": None, "labels": [{"name": "bug"}], "closed": True},
]


def test_every_leaf_is_counted():
    leaves = {leaf.path: leaf for leaf in leaves_of(ITEMS)}
    assert list(leaves) == ["$.id", "$.user.login", "$.labels[*].name", "$.closed"]
    assert leaves["$.id"].told == "all 2 items"
    assert leaves["$.user.login"].told == "1 of 2 items"
    assert leaves["$.labels[*].name"].values == ["bug", "ui", "bug"]
    assert leaves["$.labels[*].name"].items == 2
    assert not leaves["$.labels[*].name"].singular
    assert leaves["$.user.login"].owner == "user"
    assert leaves["$.closed"].is_flag


def test_true_and_one_are_two_values():
    (leaf,) = leaves_of([{"a": True}, {"a": 1}])
    assert leaf.distinct == 2


def test_work_is_bounded():
    wide: list[Json] = [{f"m{n}": n for n in range(500)} for _ in range(500)]
    leaves = leaves_of(wide)
    assert len(leaves) == 120
    assert leaves[0].total < 200


def test_items_that_are_values_have_a_leaf_without_a_name():
    (leaf,) = leaves_of([1, 2])
    assert (leaf.path, leaf.name, leaf.names) == ("$", "", ())

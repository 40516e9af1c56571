import pytest

from ferrule.suggestion.words import (
    same_thing,
    singular,
    squashed,
    words,
)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("updated_at", ("updated", "at")),
        ("lastModifiedDate", ("last", "modified", "date")),
        ("OrderID", ("order", "id")),
        ("HTMLUrl", ("html", "url")),
        ("page[size]", ("page", "size")),
        ("@odata.nextLink", ("odata", "next", "link")),
        ("größe", ("gr", "öß", "e")),
        ("$", ()),
        ("", ()),
    ],
)
def test_a_name_is_read_as_words(name: str, told: tuple[str, ...]):
    assert words(name) == told
    assert squashed(name) == "".join(told)


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("issues", "issue"),
        ("categories", "category"),
        ("boxes", "box"),
        ("status", "status"),
        ("address", "address"),
        ("ids", "ids"),
    ],
)
def test_plurals_become_singular(plural: str, one: str):
    assert singular(plural) == one


def test_names_of_one_thing_are_recognised():
    assert same_thing("time_entries", "TimeEntry")
    assert not same_thing("users", "groups")
    assert not same_thing("", "")

"""Permissions can be compared and shown."""

import pytest

from ferrule.bundle.permissions import Permissions, read_permissions
from ferrule.bundle.strict import Part
from ferrule.errors import MalformedBundle

SOME = Permissions.of(["b.example", "a.example", "b.example"], ["read"], ["close"])


def test_each_list_is_sorted_and_without_repetition():
    assert SOME.hosts == ("a.example", "b.example")
    assert read_permissions(Part(SOME.wire(), "permissions", 7)) == SOME


def test_what_is_beyond_others_is_told_by_kind():
    more = SOME.joined(Permissions.of(["c.example"], [], ["delete"]))
    assert more.beyond(SOME) == Permissions.of(["c.example"], [], ["delete"])
    assert not SOME.beyond(more)
    assert str(more.beyond(SOME)) == "host 'c.example', tool 'delete'"


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"hosts": [], "scopes": []},
        {"hosts": [], "scopes": [], "writes": [], "reads": []},
        {"hosts": "a.example", "scopes": [], "writes": []},
        {"hosts": [1], "scopes": [], "writes": []},
        {"hosts": ["a\x1b[2J"], "scopes": [], "writes": []},
    ],
)
def test_other_shapes_are_refused(value):
    with pytest.raises(MalformedBundle):
        read_permissions(Part(value, "permissions", 7))

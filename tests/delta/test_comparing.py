"""Strategies that compare on this side, or hand back what the service handed out."""

import pytest
from tests.delta.test_strategies import REQUEST, seen, since, strategy

from ferrule.errors import CursorRejected
from ferrule.exchange import MISSING

BOUNDARY = "2026-01-03T00:00:00Z"
PLACES = [
    # strategy, times of the items, places of those that are older
    ({}, ["2026-01-04", "2026-01-03", "2026-01-02"], {2}),
    ({}, ["2026-01-02", "2026-01-04", "2026-01-01"], {0, 2}),
    ({}, [None, MISSING, "soon", ""], set()),
    ({"lookback": "P1D"}, ["2026-01-02", "2026-01-01"], {1}),
    ({"cursorFormats": ["%d.%m.%Y"]}, ["02.01.2026", "03.01.2026"], {0}),
    ({"itemCursorPath": "$.other"}, ["2026-01-01"], set()),
    ({}, ["2026-01-03T01:00:00+02:00", "2026-01-03T01:00:00-02:00"], {0}),
]


@pytest.mark.parametrize(("members", "times", "old"), PLACES)
def test_what_is_older_than_the_boundary_is_known_by_its_place(members, times, old):
    kind = strategy("client_side", **members)
    assert set(kind.old(BOUNDARY, seen(*times))) == old
    assert set(kind.old(None, seen(*times))) == set()
    assert kind.sent(BOUNDARY) is MISSING
    assert kind.apply(REQUEST, BOUNDARY) is REQUEST


@pytest.mark.parametrize(
    ("order", "ends"), [(None, False), ("unordered", False), ("newest_first", True)]
)
def test_only_the_newest_first_end_at_an_old_item(order, ends):
    assert strategy("client_side", order=order).ends_at_old is ends


def test_a_boundary_of_another_strategy_is_rejected():
    with pytest.raises(CursorRejected, match="tells no time"):
        strategy("client_side").old("abc", seen("2026-01-01"))


TOKEN = {"tokenPath": "$.sync", "tokenParam": "token"}
TOKENS = [
    ({"sync": "b"}, "b"),
    ({"sync": ""}, "a"),
    ({"sync": None}, "a"),
    ({}, "a"),
    ({"sync": 7}, 7),
]


@pytest.mark.parametrize(("body", "after"), TOKENS)
def test_the_token_is_the_last_one_handed_out(body, after):
    kind = strategy("delta_token", **TOKEN)
    assert kind.mark("a", seen(body=body)) == after
    assert kind.apply(REQUEST, after).query == (("token", str(after)),)
    assert kind.apply(REQUEST, None) is REQUEST
    assert not kind.is_link


def test_a_token_that_is_a_link_is_the_address():
    kind = strategy("delta_token", tokenPath="$.link", tokenParam="url")
    assert kind.is_link
    request = kind.apply(REQUEST, "https://a.example/delta?token=b")
    assert request.full_url == "https://a.example/delta?token=b"


JOINED = [
    # strategy, (mark, heard) of each slice, the one mark
    (since(), [("2026-01-02", None), ("2026-01-05", None)], "2026-01-02"),
    (since(), [("2026-01-02", "2026-01-04"), ("2026-01-05", None)], "2026-01-04"),
    (since(), [(None, "2026-01-04"), ("2026-01-05", None)], "2026-01-04"),
    (since(), [(None, None), ("2026-01-05", None)], "2026-01-05"),
    (since(), [(None, None), (None, "2026-01-04")], None),
    (since(), [("2026-01-02", "2026-01-09")], "2026-01-02"),
    (strategy("since_id", idPath="$.id", idParam="i"), [(9, None), ("10", None)], 9),
    (strategy("since_id", idPath="$.id", idParam="i"), [(None, None)], None),
    (strategy("delta_token", **TOKEN), [("a", None), ("b", None)], None),
    (strategy("none"), [(None, None)], None),
]


@pytest.mark.parametrize(("kind", "marks", "one"), JOINED)
def test_one_mark_is_never_beyond_what_a_slice_was_seen_to(kind, marks, one):
    found = kind.joined(marks)
    assert found == (f"{one}T00:00:00Z" if isinstance(one, str) else one)

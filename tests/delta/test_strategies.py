"""Delta strategies: where a run starts from, and what the next one will."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ferrule.delta import Delta, DeltaKind, Seen
from ferrule.errors import CursorRejected, DescriptorError
from ferrule.exchange import MISSING, Request, Response, decode, encode
from ferrule.expression.dates import parse_date
from ferrule.expression.template import Scope

ADAPTER: TypeAdapter[DeltaKind] = TypeAdapter(Delta)
REQUEST = Request("GET", "https://a.example")


def strategy(kind, **members):
    return ADAPTER.validate_python({"type": kind, **members})


def since(fmt="iso8601", **members):
    return strategy("timestamp_filter", queryParam="since", format=fmt, **members)


def seen(*times, body=None, fmt=None, path="$.at"):
    items = [{"at": time} if time is not MISSING else {} for time in times]
    return Seen(Response(200, (("X-C", "h"),), encode(body)), items, path, fmt)


SENT = [
    (since(), "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
    (since("unix"), "2026-01-02T03:04:05Z", "1767323045"),
    (since("unix"), "2026-01-02T03:04:05.5Z", "1767323045.5"),
    (since("unix_ms"), "2026-01-02T03:04:05.5Z", "1767323045500"),
    (since("date"), "2026-01-02T03:04:05Z", "2026-01-02"),
    (since("%d.%m.%Y %H:%M"), "2026-01-02T03:04:05Z", "02.01.2026 03:04"),
    (since(lookback="PT5M"), "2026-01-02T03:04:05Z", "2026-01-02T02:59:05Z"),
    (since(lookback="P30D"), "0001-01-02T00:00:00Z", "0001-01-01T00:00:00Z"),
    (strategy("cursor", cursorPath="$", cursorParam="since"), "abc", "abc"),
    (strategy("since_id", idPath="$.id", idParam="since"), 42, "42"),
]


@pytest.mark.parametrize(("kind", "checkpoint", "value"), SENT)
def test_a_checkpoint_goes_into_its_parameter(kind, checkpoint, value):
    assert kind.apply(REQUEST, checkpoint).query == (("since", value),)
    assert kind.apply(REQUEST, None) is REQUEST


def test_without_a_parameter_the_template_has_the_checkpoint():
    kind = strategy("timestamp_filter", format="unix")
    assert kind.apply(REQUEST, "2026-01-02T03:04:05Z") is REQUEST
    assert kind.sent("2026-01-02T03:04:05Z") == 1767323045
    assert kind.sent(None) is MISSING


MARKS = [
    # strategy, mark before, page, mark after
    (since(), None, seen("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"), "2026-01-02"),
    (since(), "2026-02-01T00:00:00Z", seen("2026-01-02T00:00:00Z"), "2026-02-01"),
    (since(), None, seen("2026-01-02T01:00:00+01:00"), "2026-01-02"),
    (since(), None, seen(1767312000), "2026-01-02"),
    (since(), None, seen(1767312000000, fmt="unix_ms"), "2026-01-02"),
    (since(), None, seen("02.01.2026", fmt="%d.%m.%Y"), "2026-01-02"),
    (since(cursorFormats=["%d/%m/%Y"]), None, seen("02/01/2026"), "2026-01-02"),
    (since("%d/%m/%Y"), None, seen("02/01/2026"), "2026-01-02"),
    (since(itemCursorPath="$.other"), None, seen("2026-01-02"), None),
    (since(), None, seen(MISSING, None, "", True, [1], {"a": 1}, "no date"), None),
    (since(), "2026-02-01T00:00:00Z", seen(), "2026-02-01"),
]


@pytest.mark.parametrize(("kind", "mark", "page", "after"), MARKS)
def test_the_mark_is_the_newest_time_the_service_sent(kind, mark, page, after):
    found = kind.mark(mark, page)
    assert found == (f"{after}T00:00:00Z" if after else None)


dates = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.timezones(),
).map(lambda moment: moment.isoformat())


@given(st.lists(dates, max_size=6), st.lists(dates, max_size=6))
def test_a_mark_never_goes_back_and_pages_may_come_in_any_order(one, other):
    kind = since()
    forth = kind.mark(kind.mark(None, seen(*one)), seen(*other))
    back = kind.mark(kind.mark(None, seen(*other)), seen(*one))
    assert forth == back
    assert forth == kind.mark(forth, seen(*one))
    assert all(parse_date(time) <= parse_date(forth) for time in [*one, *other])


STARTS = [
    (since(start="{{config.since}}"), {"since": "2026-01-02"}, "2026-01-02T00:00:00Z"),
    (since("unix", start="{{config.since}}"), {"since": 0}, "1970-01-01T00:00:00Z"),
    (since("%d.%m.%Y", start="02.01.2026"), {}, "2026-01-02T00:00:00Z"),
    (since(start="{{config.since}}"), {}, None),
    (since(start="{{config.since}}"), {"since": ""}, None),
    (since(), {}, None),
    (
        strategy("cursor", cursorPath="$", cursorParam="c", start="{{config.c}}"),
        {"c": "x"},
        "x",
    ),
]


@pytest.mark.parametrize(("kind", "config", "origin"), STARTS)
def test_the_first_run_begins_where_it_is_told(kind, config, origin):
    scope = Scope({"config": config}, config)
    assert kind.origin(None, scope) == origin
    assert kind.origin("2020-01-01T00:00:00Z", scope) == "2020-01-01T00:00:00Z"


def test_a_start_that_tells_no_time_is_refused():
    kind = since(start="{{config.since}}")
    with pytest.raises(DescriptorError, match="tells no time"):
        kind.origin(None, Scope({"config": {"since": "soon"}}))


@pytest.mark.parametrize("checkpoint", ["abc", 5, ["x"], {"a": 1}, True])
def test_a_checkpoint_of_another_strategy_is_rejected_with_advice(checkpoint):
    with pytest.raises(CursorRejected) as caught:
        since().sent(checkpoint)
    assert "full sync" in caught.value.advice


CURSORS = [
    ("$.c", {"c": "n"}, "n"),
    ("$.c", {"c": ""}, "m"),
    ("$.c", {"c": None}, "m"),
    ("$.c", {}, "m"),
    ("header:x-c", None, "h"),
    ("item:$.at", None, "last"),
]


@pytest.mark.parametrize(("path", "body", "after"), CURSORS)
def test_a_cursor_is_the_last_one_named(path, body, after):
    kind = strategy("cursor", cursorPath=path, cursorParam="c")
    assert kind.mark("m", seen("first", "last", body=body)) == after


IDS = [
    (None, [9, 10], 10),
    (None, ["9", "10"], "10"),
    ("10", ["9"], "10"),
    (-5, [-7], -5),
    (None, [10**30, 10**30 + 1], 10**30 + 1),
    (None, ["abc", "abd"], "abd"),
    (99, ["abc"], "abc"),
    (None, [True, None, [1], MISSING], None),
    (7, [], 7),
    (None, [decode(b"1.5")], decode(b"1.5")),
    (None, ["²", "1"], "²"),
]


@pytest.mark.parametrize(("mark", "ids", "after"), IDS)
def test_the_highest_id_wins_digits_as_numbers(mark, ids, after):
    kind = strategy("since_id", idPath="$.at", idParam="since")
    assert kind.mark(mark, seen(*ids)) == after


def test_without_a_strategy_nothing_is_kept():
    kind = strategy("none")
    assert kind.mark(None, seen("2026-01-01")) is None
    assert kind.apply(REQUEST, "x") is REQUEST

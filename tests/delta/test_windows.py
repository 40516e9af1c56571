"""Windows of time: where they begin and end, what lies between, how they are halved."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.delta.test_strategies import REQUEST, seen, strategy

from ferrule.delta import Span, Stretch
from ferrule.errors import CursorRejected, DescriptorError
from ferrule.expression.template import Scope

NOW = "2026-03-31T12:00:00Z"


def moment(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def windows(origin, *, now=NOW, after=None, since=None, config=None, **members):
    """Return the windows of a stretch as pairs of ISO texts."""
    kind = strategy("window", **{"format": "iso8601", **members})
    scope = Scope({"now": now, "config": config or {}})
    stretch = Stretch(origin, scope, since and moment(since), after)
    return [(_text(span.start), _text(span.end)) for span in kind.spans(stretch)]


def _text(found):
    return None if found is None else found.isoformat().replace("+00:00", "Z")


def days(*numbers, month="03"):
    return [f"2026-{month}-{number:02}T00:00:00Z" for number in numbers]


def test_a_night_that_loses_an_hour_somewhere_is_a_day_of_24_hours_here():
    """On 29 March 2026 clocks in Europe go forward, on 8 March in America."""
    found = windows("2026-03-07T00:00:00Z", step="P1D", now="2026-03-31T00:00:00Z")
    assert len(found) == 24
    lengths = {moment(end) - moment(start) for start, end in found}
    assert lengths == {timedelta(days=1)}
    assert all(start.endswith("T00:00:00Z") for start, _ in found)


def test_a_night_that_has_an_hour_twice_is_gone_through_once():
    """On 25 October 2026 clocks in Europe go back."""
    found = windows(
        "2026-10-25T00:00:00+02:00", step="PT1H", now="2026-10-25T00:00:00-01:00"
    )
    assert found[0] == ("2026-10-24T22:00:00Z", "2026-10-24T23:00:00Z")
    assert found[-1][1] == "2026-10-25T01:00:00Z"
    assert all(left[1] == right[0] for left, right in pairwise(found))


GAPS = [
    # step, granularity, the ends of the windows from 1 March to 10 March
    ("P3D", None, [(1, 4), (4, 7), (7, 10)]),
    ("P3D", "P1D", [(1, 3), (4, 6), (7, 9), (10, 10)]),
    ("P9D", None, [(1, 10)]),
    ("P9D", "P1D", [(1, 9), (10, 10)]),
    ("P10D", "P1D", [(1, 10)]),
    ("P30D", None, [(1, 10)]),
    ("PT60H", "P1D", [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]),
    ("PT1H", "P3D", [(1, 1), (4, 4), (7, 7), (10, 10)]),
    (None, None, [(1, 10)]),
    (None, "P1D", [(1, 10)]),
]


@pytest.mark.parametrize(("step", "granularity", "ends"), GAPS)
def test_windows_touch_or_leave_one_granularity_between(step, granularity, ends):
    members = {"step": step, "granularity": granularity}
    found = windows(days(1)[0], now=days(10)[0], **members)
    assert found == [tuple(days(start, end)) for start, end in ends]


def test_a_second_of_granularity_leaves_one_second_between():
    found = windows(days(1)[0], now=days(3)[0], step="P1D", granularity="PT1S")
    assert found == [
        ("2026-03-01T00:00:00Z", "2026-03-01T23:59:59Z"),
        ("2026-03-02T00:00:00Z", "2026-03-02T23:59:59Z"),
        ("2026-03-03T00:00:00Z", "2026-03-03T00:00:00Z"),
    ]


ENDS = [
    (None, {}, NOW),
    ("{{now}}", {}, NOW),
    ("{{config.until}}", {"until": "2026-03-20"}, "2026-03-20T00:00:00Z"),
    ("{{config.until}}", {"until": ""}, NOW),
    ("{{config.until}}", {}, NOW),
    ("2026-03-20T10:00:00+02:00", {}, "2026-03-20T08:00:00Z"),
]


@pytest.mark.parametrize(("end", "config", "last"), ENDS)
def test_the_last_window_ends_at_the_end_or_now(end, config, last):
    found = windows(days(1)[0], end=end, config=config)
    assert found == [(days(1)[0], last)]


@pytest.mark.parametrize("end", ["soon", "{{config.until}}"])
def test_an_end_that_tells_no_time_is_refused(end):
    with pytest.raises(DescriptorError, match="tells no time") as caught:
        windows(days(1)[0], end=end, config={"until": ["x"]})
    assert caught.value.pointer == "/delta/end"


def test_the_end_is_known_by_itself():
    kind = strategy("window", format="date", end="2026-03-20")
    assert kind.until(Scope({"now": NOW})) == moment("2026-03-20T00:00:00Z")
    assert strategy("window", format="date").until(Scope({"now": NOW})) == moment(NOW)
    assert strategy("none").until(Scope({"now": NOW})) is None
    assert kind.limits == ("2026-03-20",)
    both = strategy("window", format="date", start="{{config.a}}", end="{{now}}")
    assert both.limits == ("{{config.a}}", "{{now}}")


LOOKBACKS = [
    ("PT0S", "2026-03-10T00:00:00Z"),
    ("PT5M", "2026-03-09T23:55:00Z"),
    ("P10D", "2026-02-28T00:00:00Z"),
]


@pytest.mark.parametrize(("lookback", "begin"), LOOKBACKS)
def test_the_first_window_begins_a_lookback_before_the_checkpoint(lookback, begin):
    found = windows(days(10)[0], lookback=lookback, step="P1D")
    assert found[0][0] == begin


def test_lookback_never_reaches_before_time():
    found = windows("0001-01-01T12:00:00Z", lookback="P1D", now=days(1)[0])
    assert found[0][0] == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize("origin", [days(31)[0], "2026-04-01T00:00:00Z"])
def test_a_checkpoint_at_the_end_is_asked_once_and_one_beyond_never(origin):
    found = windows(origin, now=days(31)[0], step="P1D")
    assert found == ([(origin, origin)] if origin == days(31)[0] else [])


def test_windows_go_on_after_one_that_was_read():
    last = Span(moment(days(4)[0]), moment(days(6)[0]))
    found = windows(
        days(1)[0], after=last, step="P3D", granularity="P1D", now=days(9)[0]
    )
    assert found == [tuple(days(7, 9))]
    done = Span(moment(days(7)[0]), moment(days(9)[0]))
    assert windows(days(1)[0], after=done, step="P3D", now=days(9)[0]) == []


SINCES = [
    (None, days(5)[0], days(5)[0]),
    (days(3)[0], days(5)[0], days(5)[0]),
    (days(7)[0], days(5)[0], days(7)[0]),
]


@pytest.mark.parametrize(("origin", "since", "begin"), SINCES)
def test_nothing_is_asked_from_before_the_creation_time_that_is_wanted(
    origin, since, begin
):
    assert windows(origin, since=since, step="P30D")[0][0] == begin


def test_without_a_beginning_there_is_one_window_unless_there_is_a_step():
    assert windows(None) == [(None, NOW)]
    with pytest.raises(DescriptorError, match="needs a time to begin") as caught:
        windows(None, step="P1D")
    assert caught.value.pointer == "/delta/start"


def test_a_checkpoint_of_another_strategy_is_refused():
    with pytest.raises(CursorRejected, match="tells no time"):
        windows("abc", step="P1D")


def test_a_step_without_length_is_refused_and_one_beyond_all_time_is_one_window():
    with pytest.raises(DescriptorError, match="no length") as caught:
        windows(days(1)[0], step="PT0S")
    assert caught.value.pointer == "/delta/step"
    assert len(windows(days(1)[0], step="P999999999D")) == 1


FORMATS = [
    ("iso8601", "2026-03-29T01:30:00Z"),
    ("date", "2026-03-29"),
    ("unix", 1774747800),
    ("unix_ms", 1774747800000),
    ("%d.%m.%Y %H:%M", "29.03.2026 01:30"),
]


@pytest.mark.parametrize(("fmt", "text"), FORMATS)
def test_both_ends_are_written_in_the_format_of_the_service(fmt, text):
    kind = strategy("window", format=fmt, startParam="from", endParam="body:until")
    span = Span(moment("2026-03-29T01:30:00Z"), moment("2026-03-29T01:30:00Z"))
    request = kind.framed(REQUEST, span)
    assert request.query == (("from", str(text)),)
    assert kind.frame(span) == {"start": text, "end": text}
    assert kind.frame(Span(None, span.end)) == {"end": text}
    assert kind.framed(REQUEST, Span(None, span.end)).query == ()


HALVES = [
    # granularity, seconds of the window, seconds of its halves (None: cannot be)
    (None, 10, (5, 5)),
    (None, 3, (1, 2)),
    (None, 2, (1, 1)),
    (None, 1, None),
    (None, 0, None),
    ("PT1S", 10, (5, 4)),
    ("PT1S", 1, (0, 0)),
    ("PT1S", 0, None),
    ("PT5S", 4, None),
    ("PT5S", 10, (5, 0)),
]


@pytest.mark.parametrize(("granularity", "seconds", "halves"), HALVES)
def test_a_window_is_halved_down_to_its_granularity(granularity, seconds, halves):
    kind = strategy("window", format="unix", granularity=granularity)
    start = moment(days(1)[0])
    found = kind.split(Span(start, start + timedelta(seconds=seconds)))
    if halves is None:
        assert found is None
        return
    assert tuple((s.end - s.start).total_seconds() for s in found) == halves
    gap = timedelta(seconds=int(granularity[2:-1])) if granularity else timedelta()
    assert found[0].end + gap == found[1].start


def test_a_window_without_a_start_is_not_halved():
    assert strategy("window", format="unix").split(Span(None, moment(NOW))) is None


@given(
    st.integers(0, 10_000),
    st.integers(1, 500),
    st.sampled_from([None, "PT1S", "PT7S"]),
)
def test_windows_cover_every_second_that_the_service_knows(length, step, granularity):
    unit = int(granularity[2:-1]) if granularity else 0
    step = max(step, unit)
    start = moment(days(1)[0])
    end = start + timedelta(seconds=length // max(unit, 1) * max(unit, 1))
    found = windows(
        _text(start), now=_text(end), step=f"PT{step}S", granularity=granularity
    )
    assert moment(found[0][0]) == start
    assert moment(found[-1][1]) == end
    gap = timedelta(seconds=unit)
    assert all(moment(a[1]) + gap == moment(b[0]) for a, b in pairwise(found))


SETTLED = [
    # mark before, newest time that was shown, mark after the window of 1 to 10 March
    (None, days(20)[0], days(10)[0]),
    (None, days(5)[0], days(5)[0]),
    (None, None, None),
    (days(8)[0], days(5)[0], days(8)[0]),
    (days(8)[0], None, days(8)[0]),
    (days(12)[0], days(20)[0], days(12)[0]),
]


@pytest.mark.parametrize(("mark", "shown", "after"), SETTLED)
def test_a_mark_is_the_end_of_a_whole_window_as_far_as_time_was_shown(
    mark, shown, after
):
    span = Span(moment(days(1)[0]), moment(days(10)[0]))
    assert strategy("window", format="date").settled(mark, span, shown) == after


def test_the_date_of_the_answer_is_the_least_that_a_window_shows():
    kind = strategy("window", format="date")
    page = seen("2026-03-02T00:00:00Z")
    told = type(page.response)(200, (("Date", "Tue, 10 Mar 2026 00:00:00 GMT"),), b"[]")
    dated = type(page)(told, page.items, page.timestamp_path)
    assert kind.mark(None, dated) == days(10)[0]
    assert kind.mark(None, page) == days(2)[0]
    assert kind.mark(days(20)[0], dated) == days(20)[0]

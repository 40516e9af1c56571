"""Dates, durations and date patterns, whatever the machine's language."""

import locale
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.expression import datepattern
from ferrule.expression.dates import (
    check_format,
    format_date,
    parse_date,
    parse_duration,
    parse_period,
    to_rfc3339,
)


def at(*parts, micro=0):
    return datetime(*parts, microsecond=micro, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "fmt", "moment"),
    [
        ("2026-02-03T04:05:06Z", "iso8601", at(2026, 2, 3, 4, 5, 6)),
        ("2026-02-03t04:05:06z", "iso8601", at(2026, 2, 3, 4, 5, 6)),
        (" 2026-02-03 04:05:06 ", "iso8601", at(2026, 2, 3, 4, 5, 6)),
        ("2026-02-03T04:05:06", "iso8601", at(2026, 2, 3, 4, 5, 6)),
        ("2026-02-03T04:05:06+02:00", "iso8601", at(2026, 2, 3, 2, 5, 6)),
        ("2026-02-03T04:05:06-0530", "iso8601", at(2026, 2, 3, 9, 35, 6)),
        ("2026-02-03T04:05:06.5Z", "iso8601", at(2026, 2, 3, 4, 5, 6, micro=500_000)),
        (
            "2026-02-03T04:05:06.123456789Z",
            "iso8601",
            at(2026, 2, 3, 4, 5, 6, micro=123_456),
        ),
        ("2026-02-03T04:05:06,25Z", "iso8601", at(2026, 2, 3, 4, 5, 6, micro=250_000)),
        ("2026-02-03T04:05Z", "iso8601", at(2026, 2, 3, 4, 5)),
        ("2026-02-03 04:05:06 +0000", "iso8601", at(2026, 2, 3, 4, 5, 6)),
        (
            "2026-02-03T04:05:06.250000 Z",
            "iso8601",
            at(2026, 2, 3, 4, 5, 6, micro=250_000),
        ),
        ("2026-02-03T04:05:06+0530", "iso8601", at(2026, 2, 2, 22, 35, 6)),
        (
            "2026-02-03T04:05:06.250-03:30",
            "iso8601",
            at(2026, 2, 3, 7, 35, 6, micro=250_000),
        ),
        (
            "2026-02-03t04:05:06.250z",
            "iso8601",
            at(2026, 2, 3, 4, 5, 6, micro=250_000),
        ),
        ("2026-W06-2", "iso8601", at(2026, 2, 3)),
        ("2026-02-03", "iso8601", at(2026, 2, 3)),
        ("20260203T040506Z", "iso8601", at(2026, 2, 3, 4, 5, 6)),
        ("2016-12-31T23:59:60Z", "iso8601", at(2017, 1, 1)),
        ("2016-12-31T23:59:60.5Z", "iso8601", at(2017, 1, 1, micro=500_000)),
        ("2026-02-03", "date", at(2026, 2, 3)),
        (0, "unix", at(1970, 1, 1)),
        (1770091506, "unix", at(2026, 2, 3, 4, 5, 6)),
        ("1770091506", "unix", at(2026, 2, 3, 4, 5, 6)),
        ("1770091506.25", "unix", at(2026, 2, 3, 4, 5, 6, micro=250_000)),
        (Decimal("1770091506.000001"), "unix", at(2026, 2, 3, 4, 5, 6, micro=1)),
        (1770091506.5, "unix", at(2026, 2, 3, 4, 5, 6, micro=500_000)),
        (-1, "unix", at(1969, 12, 31, 23, 59, 59)),
        (1770091506250, "unix_ms", at(2026, 2, 3, 4, 5, 6, micro=250_000)),
        ("1770091506250", "unix_ms", at(2026, 2, 3, 4, 5, 6, micro=250_000)),
        ("03/02/2026", "%d/%m/%Y", at(2026, 2, 3)),
        ("3/2/2026 4:05", "%d/%m/%Y %H:%M", at(2026, 2, 3, 4, 5)),
        (
            "Tue, 03 Feb 2026 04:05:06 +0100",
            "%a, %d %b %Y %H:%M:%S %z",
            at(2026, 2, 3, 3, 5, 6),
        ),
        (
            "tuesday 3 february 2026 12:05 am",
            "%A %d %B %Y %I:%M %p",
            at(2026, 2, 3, 0, 5),
        ),
        ("Feb  3 2026 12:05 PM", "%b %d %Y %I:%M %p", at(2026, 2, 3, 12, 5)),
        ("260203", "%y%m%d", at(2026, 2, 3)),
        ("700203", "%y%m%d", at(1970, 2, 3)),
        ("2026-034", "%Y-%j", at(2026, 2, 3)),
        ("2026-02-03 04:05:06 UTC", "%F %T %Z", at(2026, 2, 3, 4, 5, 6)),
        ("2026-02-03T04:05:06.1234567-05:00", "%FT%T.%f%z", None),
        ("100% 2026", "100%% %Y", at(2026, 1, 1)),
        ("1770091506", "%s", at(2026, 2, 3, 4, 5, 6)),
    ],
)
def test_a_date_is_read(value, fmt, moment):
    expected = moment or at(2026, 2, 3, 9, 5, 6, micro=123_456)
    read = parse_date(value, fmt)
    assert read == expected
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "fmt", "words"),
    [
        ("soon", "iso8601", "not an ISO 8601 date"),
        ("", "iso8601", "not an ISO 8601 date"),
        ("2026-13-01", "iso8601", "not an ISO 8601 date"),
        ("2026-02-30T00:00:00Z", "iso8601", "not an ISO 8601 date"),
        (12, "iso8601", "not a text with a date"),
        (None, "iso8601", "not a text"),
        (True, "unix", "not a number of seconds"),
        ([], "unix", "not a number of seconds"),
        ("NaN", "unix", "not a number of seconds"),
        ("Infinity", "unix_ms", "not a number of seconds"),
        ("12:30", "unix", "not a number of seconds"),
        (10**30, "unix", "out of the range"),
        (1770091506250, "unix", "out of the range"),
        ("1e999999999", "unix", "out of the range"),
        (float("inf"), "unix", "not a number of seconds"),
        ("0001-01-01T00:00:00+10:00", "iso8601", "out of the range"),
        ("2026-02-03T00:00:00Z", "date", "not a date such as"),
        ("1770091506", "date", "not a date such as"),
        ("2026W05106", "date", "not a date such as"),
        ("20260203é", "date", "not a date such as"),
        ("2026-02-03T04:05:06xZ", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:06\0Z", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:067Z", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:Z", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:06x+01:00", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:06.Z", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:06.123456 or soZ", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:06.123Z\0", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:06.123+01,00", "iso8601", "not an ISO 8601 date"),
        ("2026-02-03T04:05:06Z\0Z", "iso8601", "not an ISO 8601 date"),
        ("2016-12-31T23:59:60xZ", "iso8601", "not an ISO 8601 date"),
        ("3 Feb", "%d %b", "no year"),
        ("2026", "%d/%m/%Y", "does not follow"),
        ("30/02/2026", "%d/%m/%Y", "day"),
        ("13 PM 2026", "%I %p %Y", "1 to 12"),
        ("2026", "%Y%Q", "%Q is not a part"),
        ("2026 2026", "%Y %Y", "twice"),
        ("2026", "yesterday", "no date format"),
        ("x" * 100_000, "iso8601", "…"),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(value, fmt, words):
    with pytest.raises(ValueError) as caught:
        parse_date(value, fmt)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("moment", "fmt", "written"),
    [
        (at(2026, 2, 3, 4, 5, 6), "iso8601", "2026-02-03T04:05:06Z"),
        (
            at(2026, 2, 3, 4, 5, 6, micro=500_000),
            "iso8601",
            "2026-02-03T04:05:06.500000Z",
        ),
        (at(2026, 2, 3, 4), "date", "2026-02-03"),
        (at(2026, 2, 3, 4, 5, 6), "unix", 1770091506),
        (at(2026, 2, 3, 4, 5, 6, micro=250_000), "unix", "1770091506.25"),
        (at(1969, 12, 31, 23, 59, 59), "unix", -1),
        (at(2026, 2, 3, 4, 5, 6, micro=250_999), "unix_ms", 1770091506250),
        (
            at(2026, 2, 3, 16, 5, 6),
            "%a, %d %b %Y %I:%M %p %z",
            "Tue, 03 Feb 2026 04:05 PM +0000",
        ),
        (at(2026, 2, 3), "%A %B %j %y %e %D %% %s %Z %f", None),
    ],
)
def test_a_date_is_written(moment, fmt, written):
    expected = written or "Tuesday February 034 26 03 02/03/26 % 1770076800 UTC 000000"
    assert format_date(moment, fmt) == expected


def test_a_written_date_is_in_utc():
    local = datetime.fromisoformat("2026-02-03T01:00:00+02:00")
    assert format_date(local, "date") == "2026-02-02"
    assert format_date(local, "%H:%M") == "23:00"


@settings(deadline=None)
@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)).map(  # noqa: DTZ001 - made aware here
        lambda moment: moment.replace(tzinfo=UTC)
    ),
    st.sampled_from(
        [
            "iso8601",
            "unix",
            "%Y-%m-%dT%H:%M:%S.%f%z",
            "%d %B %y %I:%M:%S %p .%f",
            "%Y %j %T %f",
        ]
    ),
)
def test_what_is_written_is_read_back(moment, fmt):
    assert parse_date(format_date(moment, fmt), fmt) == moment


def test_month_names_do_not_follow_the_machine():
    before = locale.setlocale(locale.LC_ALL)
    other = next(filter(_settable, ("de_DE.UTF-8", "fr_FR.UTF-8", "C")))
    try:
        locale.setlocale(locale.LC_ALL, other)
        assert format_date(at(2026, 3, 1), "%B") == "March"
        assert parse_date("1 March 2026", "%d %B %Y") == at(2026, 3, 1)
    finally:
        locale.setlocale(locale.LC_ALL, before)


def _settable(name):
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_ALL, before)
    return True


@pytest.mark.parametrize(
    ("value", "fmt", "text"),
    [
        ("2026-02-03T04:05:06Z", "iso8601", "2026-02-03T04:05:06Z"),
        ("2024-02-29T23:59:59Z", "iso8601", "2024-02-29T23:59:59Z"),
        ("2026-02-03T04:05:06.000Z", "iso8601", "2026-02-03T04:05:06Z"),
        ("2026-02-03T04:05:06+00:00", "iso8601", "2026-02-03T04:05:06Z"),
        ("2026-02-03 04:05:06Z", "iso8601", "2026-02-03T04:05:06Z"),
        ("20260203T040506.12Z", "iso8601", "2026-02-03T04:05:06.120000Z"),
        ("2026-W06-2T04:05:06Z", "iso8601", "2026-02-03T04:05:06Z"),
        (1770091506, "unix", "2026-02-03T04:05:06Z"),
        ("2026-02-03", "date", "2026-02-03T00:00:00Z"),
    ],
)
def test_a_moment_is_written_as_rfc_3339(value, fmt, text):
    assert to_rfc3339(value, fmt) == text


@pytest.mark.parametrize("text", ["2026-02-30T04:05:06Z", "2026-02-03T24:05:06Z"])
def test_a_time_that_is_none_is_not_let_through(text):
    with pytest.raises(ValueError, match="ISO 8601"):
        to_rfc3339(text, "iso8601")


def test_a_plain_time_passes_in_under_two_microseconds():
    text = "2026-02-03T04:05:06Z"
    rounds = 2000
    best = min(_seconds(lambda: to_rfc3339(text, "iso8601"), rounds) for _ in range(5))
    assert best / rounds < 2e-6  # 0.3 µs measured; the rest is for a busy machine


def _seconds(work, rounds):
    start = time.perf_counter()
    for _ in range(rounds):
        work()
    return time.perf_counter() - start


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P30D", timedelta(days=30)),
        ("PT15S", timedelta(seconds=15)),
        ("P1W", timedelta(weeks=1)),
        ("P1DT2H", timedelta(days=1, hours=2)),
        ("PT1H30M", timedelta(minutes=90)),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("PT0,5S", timedelta(milliseconds=500)),
        ("P0D", timedelta()),
    ],
)
def test_a_duration_is_read(text, span):
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P1M", "no fixed length"),
        ("P1Y2D", "no fixed length"),
        ("", "not an ISO 8601 duration"),
        ("P", "not an ISO 8601 duration"),
        ("PT", "not an ISO 8601 duration"),
        ("P1DT", "not an ISO 8601 duration"),
        ("15s", "not an ISO 8601 duration"),
        ("-P1D", "not an ISO 8601 duration"),
        ("PT1S2M", "not an ISO 8601 duration"),
        ("P999999999999W", "too long"),
        ("P٣D", "not an ISO 8601 duration"),
    ],
)
def test_another_duration_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        parse_duration(text)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "given", "later"),
    [
        ("P6M", "2026-03-15T12:00", "2026-09-15T12:00"),
        ("P1M", "2026-01-31T12:00", "2026-02-28T12:00"),
        ("P1M", "2028-01-31T12:00", "2028-02-29T12:00"),
        ("P1M", "2026-02-28T00:00", "2026-03-28T00:00"),
        ("P1Y", "2028-02-29T23:59", "2029-02-28T23:59"),
        ("P4Y", "2028-02-29T23:59", "2032-02-29T23:59"),
        ("P12M", "2028-02-29T00:00", "2029-02-28T00:00"),
        ("P1M", "2026-12-31T00:00", "2027-01-31T00:00"),
        ("P11M", "2026-02-01T00:00", "2027-01-01T00:00"),
        ("P1Y2M3DT4H", "2026-01-01T00:00", "2027-03-04T04:00"),
        ("P1M1D", "2026-01-31T00:00", "2026-03-01T00:00"),  # months first
        ("P30D", "2026-01-31T00:00", "2026-03-02T00:00"),
        ("P2W", "2026-01-31T00:00", "2026-02-14T00:00"),
        ("P0M", "2026-01-31T00:00", "2026-01-31T00:00"),
    ],
)
def test_a_period_is_added_by_the_calendar(text, given, later):
    assert parse_period(text).after(moment(given)) == moment(later)


@given(
    st.datetimes(
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - it is made aware below
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - as above
    ),
    st.integers(min_value=0, max_value=1200),
)
def test_months_lead_to_their_month_and_to_no_later_day(naive, months):
    given_at = naive.replace(tzinfo=UTC)
    later = parse_period(f"P{months}M").after(given_at)
    assert later.year * 12 + later.month == (
        given_at.year * 12 + given_at.month + months
    )
    assert later.time() == given_at.time()
    clamped = later.day < given_at.day
    assert later.day == given_at.day or clamped
    assert not clamped or (later + timedelta(days=1)).day == 1


def test_a_period_is_added_in_utc():
    given = datetime.fromisoformat("2026-03-01T00:30+01:00")  # still February
    assert parse_period("P1M").after(given) == moment("2026-03-28T23:30")


@pytest.mark.parametrize("text", ["P9000Y", "P999999999999M", "P3000000D"])
def test_a_period_beyond_all_dates_ends_with_them(text):
    assert parse_period(text).after(moment("2026-01-31T00:00")).year == 9999


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P0.5M", "a part of a year or month"),
        ("P1,5Y", "a part of a year or month"),
        ("P", "not an ISO 8601 duration"),
        ("", "not an ISO 8601 duration"),
        ("yearly", "not an ISO 8601 duration"),
        ("-P1M", "not an ISO 8601 duration"),
        ("P1M1Y", "not an ISO 8601 duration"),
        ("P999999999999W", "too long"),
    ],
)
def test_another_period_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        parse_period(text)


def test_a_format_is_checked_by_itself():
    assert check_format("unix_ms") == "unix_ms"
    assert check_format("%Y") == "%Y"
    for wrong in ("", "rfc822", "%", "%Y-%K"):
        with pytest.raises(ValueError, match=r"%|date format"):
            check_format(wrong)


def test_every_directive_that_is_read_can_be_written():
    assert datepattern._READERS.keys() == datepattern._WRITERS.keys() - {"%"}

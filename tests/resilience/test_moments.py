"""Waits in every form that services write, and the many that say nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.resilience.moments import Unit, retry_after, wait_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPOCH = 1772366400

RETRY_AFTER = [
    ("30", 30),
    (" 30 ", 30),
    ("1.5", 1.5),
    ("0", 0),
    ("Sun, 01 Mar 2026 12:01:00 GMT", 60),
    ("Sunday, 01-Mar-26 12:01:00 GMT", 60),
    ("Sun, 01 Mar 2026 13:01:00 +0100", 60),
    ("2026-03-01T12:01:00Z", 60),
    ("Sun, 01 Mar 2026 11:00:00 GMT", None),
    ("1985-04-12T23:20:50Z", None),
    ("", None),
    ("soon", None),
    ("-5", None),
    ("+5", None),
    ("nan", None),
    ("inf", None),
    ("1e3", None),
    ("0x10", None),
    ("5 s", None),
    ("٣", None),
    ("9" * 40, None),
    ("Sun, 99 Mar 2026 12:01:00 GMT", None),
    ("2026-99-01T00:00:00Z", None),
    ("Mon, 01 Jan 0000 00:00:00 GMT", None),
    ("86400000", 86_400_000),
]


@pytest.mark.parametrize(("text", "wanted"), RETRY_AFTER)
def test_what_retry_after_asks_for(text: str, wanted: float | None) -> None:
    assert retry_after({"retry-after": text}, NOW) == wanted


def test_a_moment_is_held_against_the_clock_of_the_service() -> None:
    headers = {
        "date": "Sun, 01 Mar 2026 13:00:00 GMT",
        "retry-after": "Sun, 01 Mar 2026 13:00:20 GMT",
    }
    assert retry_after(headers, NOW) == 20
    assert retry_after(headers | {"date": "yesterday"}, NOW) == 3620


UNITS: list[tuple[str, Unit, float | None]] = [
    ("7", "seconds", 7),
    ("7.25", "seconds", 7.25),
    ("1500", "ms", 1.5),
    (str(EPOCH + 9), "epoch_s", 9),
    (f"{EPOCH + 9}.5", "epoch_s", 9.5),
    (str((EPOCH + 9) * 1000), "epoch_ms", 9),
    (str(EPOCH - 9), "epoch_s", None),
    ("Sun, 01 Mar 2026 12:00:09 GMT", "http_date", 9),
    ("2026-03-01T12:00:09.5+00:00", "http_date", 9.5),
    ("9", "http_date", None),
    ("tomorrow", "epoch_s", None),
    ("-1", "ms", None),
]


@pytest.mark.parametrize(("text", "unit", "wanted"), UNITS)
def test_each_unit_is_read(text: str, unit: Unit, wanted: float | None) -> None:
    assert wait_in(text, unit, {}, NOW) == wanted


@given(st.text(max_size=60), st.text(max_size=40))
def test_no_header_is_too_odd(text: str, date: str) -> None:
    seconds = retry_after({"retry-after": text, "date": date}, NOW)
    assert seconds is None or seconds >= 0

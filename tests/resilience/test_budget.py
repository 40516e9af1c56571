"""What the rate headers of services say is left."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.resilience.budget import Left, asked_wait, read_budget, remaining

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPOCH = 1772366400


def prefixed(prefix: str, limit: str, left: str, reset: str) -> dict[str, str]:
    return {
        f"{prefix}limit": limit,
        f"{prefix}remaining": left,
        f"{prefix}reset": reset,
    }


# headers, what is left
TOLD = [
    (prefixed("x-ratelimit-", "5000", "4987", str(EPOCH + 60)), Left(4987, 5000, 60)),
    (prefixed("ratelimit-", "100, 100;w=60", "3", "20"), Left(3, 100, 20)),
    (prefixed("x-rate-limit-", "40", "0", "1772366430000"), Left(0, 40, 30)),
    (prefixed("x-ratelimit-", "", "7", "2026-03-01T12:00:05Z"), Left(7, None, 5)),
    (prefixed("x-ratelimit-", "ten", "7", "later"), Left(7)),
    (prefixed("x-ratelimit-", "10", "7", str(EPOCH - 60)), Left(7, 10)),
    ({"x-ratelimit-remaining": "9.0"}, Left(9)),
    ({"ratelimit": '"default";r=50;t=30'}, Left(50, None, 30)),
    (
        {
            "ratelimit": '"burst";r=50;t=30, "day";r=2;t=3000',
            "ratelimit-policy": '"burst";q=100;w=60,"day";q=1000;w=86400',
        },
        Left(2, 1000, 3000),
    ),
    ({"ratelimit": "limit=100, remaining=50, reset=5"}, Left(50, 100, 5)),
    ({"ratelimit": '"day";q=5'}, None),
    ({"ratelimit": ""}, None),
    ({"x-ratelimit-remaining": "lots"}, None),
    ({"x-ratelimit-remaining": "-1"}, None),
    ({"x-ratelimit-limit": "5"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "wanted"), TOLD)
def test_what_is_left_is_read(headers: dict[str, str], wanted: Left | None) -> None:
    assert read_budget(headers, NOW) == wanted
    assert remaining(headers) == (None if wanted is None else wanted.remaining)


def test_retry_after_goes_before_a_reset_and_a_reset_counts_when_nothing_is_left() -> (
    None
):
    spent = prefixed("x-ratelimit-", "10", "0", "45")
    assert asked_wait(spent | {"retry-after": "3"}, NOW) == 3
    assert asked_wait(spent | {"retry-after": "soon"}, NOW) == 45
    assert asked_wait(spent | {"x-ratelimit-remaining": "1"}, NOW) is None
    assert asked_wait({}, NOW) is None


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "ratelimit",
                "ratelimit-policy",
                "x-ratelimit-remaining",
                "x-ratelimit-reset",
                "x-ratelimit-limit",
                "date",
            ]
        ),
        st.text(max_size=40) | st.text('"r=;,t0123456789 q', max_size=40),
    )
)
def test_no_header_is_too_odd(headers: dict[str, str]) -> None:
    left = read_budget(headers, NOW)
    assert left is None or (left.remaining >= 0 and (left.resets_in or 0) >= 0)

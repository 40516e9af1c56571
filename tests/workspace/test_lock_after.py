"""A vault is due to be locked when nobody used it for so long, by either clock."""

import pytest
from tests.support.clock import FakeClock

from ferrule.workspace.lock_after import CHOICES, USUAL_S, LockAfter


def test_it_is_due_when_the_time_is_over() -> None:
    clock = FakeClock()
    after = LockAfter(clock)
    clock.advance(USUAL_S - 1)
    assert not after.due
    clock.advance(1)
    assert after.due
    assert after.why == "nobody used it for 15 minutes"


def test_each_use_begins_the_time_anew() -> None:
    clock = FakeClock()
    after = LockAfter(clock, 300)
    for _ in range(3):
        clock.advance(299)
        after.use()
    assert not after.due


def test_never_is_never() -> None:
    clock = FakeClock()
    after = LockAfter(clock, 0)
    clock.advance(10**9)
    assert not after.due


@pytest.mark.parametrize(
    ("stepped", "passed", "due"),
    [
        (-400, 0, True),  # it slept: only the wall clock went on
        (4000, 299, False),
        (4000, 300, True),  # set back by an hour: the steady clock counts on
    ],
)
def test_the_clock_that_says_that_it_is_over_is_believed(stepped, passed, due) -> None:
    clock = FakeClock()
    after = LockAfter(clock, 300)
    clock.set_back(stepped)
    clock.advance(passed)
    assert after.due is due


def test_the_usual_time_is_one_that_can_be_chosen() -> None:
    assert USUAL_S in dict(CHOICES)
    assert dict(CHOICES)[0] == "Never"

"""What must be done in time, on a machine that others use as well.

A test that is late is tried anew, twice: a machine may stand still for a moment. What
is late three times is slow. Nothing but lateness is forgiven.
"""

from collections.abc import Sequence

import pytest
from _pytest.runner import runtestprotocol

TRIES = 3


class Late(AssertionError):  # noqa: N818  named as our errors are
    """It took longer than it may."""


def in_time(took: float, limit: float) -> None:
    """Make sure that something took no more than so many seconds.

    Raises:
        Late: where it did; the test is tried anew.
    """
    if took > limit:
        raise Late(f"it took {took * 1000:.0f} ms, and may take {limit * 1000:.0f}")


def tried(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does, and anew where it was only late."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for left in reversed(range(TRIES)):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not left or not _was_late(reports):
            break
        item._initrequest()  # type: ignore[attr-defined]  # its fixtures are made anew
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _was_late(reports: Sequence[pytest.TestReport]) -> bool:
    failed = [one for one in reports if one.failed]
    return len(failed) == 1 and "promptness.Late: " in failed[0].longreprtext

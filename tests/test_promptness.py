"""What is late once is tried anew, with fixtures of its own."""

import pytest
from tests.support.promptness import TRIES, in_time

_begun: list[object] = []


@pytest.fixture
def own() -> object:
    _begun.append(object())
    return _begun[-1]


def test_what_is_late_is_tried_anew_with_its_own_fixtures(own: object) -> None:
    in_time(1 if len(_begun) < TRIES else 0, 0.5)
    assert len(_begun) == TRIES
    assert own is _begun[-1]

"""A hundred calls of a connection in any minute, and whose room they take."""

from pathlib import Path

import pytest
from tests.support.clock import FakeClock
from tests.webhook.running import (
    PROJECT,
    Running,
    call,
    callee,
    path_of,
    rows,
    signed,
)

from ferrule.webhook.gateway.application import Rules
from ferrule.webhook.gateway.limits import MinuteLog


def test_a_hundred_calls_a_minute_are_taken_and_then_none_for_a_while(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    with Running(tmp_path, callee(), callee(key="other"), clock=clock) as gateway:
        for number in range(100):
            assert gateway.post(*call(number)).status == 202
            clock.advance(0.1)
        answer = gateway.post(*call(101))
        assert (answer.status, answer.headers["retry-after"]) == (429, "51")
        assert gateway.post(*call(101), path_of("other")).status == 202
        clock.advance(50.01)
        assert gateway.post(*call(101)).status == 202
        assert gateway.post(*call(102)).status == 429
        assert len(rows(gateway)) == 102


def test_attack_who_has_no_secret_takes_nobodys_room_and_fills_no_disk(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    with Running(tmp_path, clock=clock, rules=Rules(per_minute=5)) as gateway:
        body, headers = call(1)
        wrong = {**headers, "X-Hub-Signature-256": signed(body, "no")}
        answers = [gateway.post(body, wrong).status for _ in range(8)]
        assert answers == [401] * 5 + [429] * 3
        assert gateway.post(body, headers).status == 202
        assert gateway.deliveries.counts(PROJECT).refused == 5


def test_any_sixty_seconds_have_no_more_than_so_many() -> None:
    log = MinuteLog(2)
    assert [log.admit(at) for at in (0.0, 59.0)] == [0.0, 0.0]
    assert log.admit(59.5) == pytest.approx(0.5)
    assert log.admit(60.0) == 0.0
    assert log.admit(60.1) == pytest.approx(58.9)

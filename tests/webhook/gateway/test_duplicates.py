"""A call that comes again is told from a new one, and kept once."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.webhook.running import (
    PROJECT,
    Running,
    call,
    callee,
    part,
    path_of,
    rows,
    signed,
    until,
)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Running]:
    with Running(
        tmp_path,
        callee(),
        callee(part(eventTypePath="$.nothing", deliveryId=None), "seed"),
    ) as running:
        yield running


def test_the_same_call_again_is_a_duplicate_whatever_the_order(
    gateway: Running,
) -> None:
    order = [3, 1, 2, 1, 3, 2, 1]
    answers = [gateway.post(*call(number)).status for number in order]
    assert answers == [202, 202, 202, 200, 200, 200, 200]
    counts = gateway.deliveries.counts(PROJECT)
    assert (counts.received, counts.duplicates) == (3, 4)
    until(lambda: gateway.deliveries.counts(PROJECT).by_status["mapped"] == 3)


def test_the_same_call_at_once_is_accepted_but_once(gateway: Running) -> None:
    answers: list[int] = []
    body, headers = call(1)

    def send() -> None:
        answers.append(gateway.post(body, headers).status)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == [200] * 7 + [202]


def test_attack_an_id_that_comes_with_another_body_is_a_conflict(
    gateway: Running,
) -> None:
    body, headers = call(1)
    gateway.post(body, headers)
    other, more = call(2)
    answer = gateway.post(other, {**more, "X-Delivery": "d-1"})
    assert answer.status == 200
    until(lambda: gateway.notices[-1].what == "conflict")
    assert gateway.deliveries.counts(PROJECT).conflicts == 1
    assert gateway.deliveries.content(PROJECT, 1).body == body


def test_a_call_without_an_id_is_told_by_its_body(gateway: Running) -> None:
    bodies = [{"event": "a", "data": 1}, {"event": "a", "data": 2}]
    for told, status in ((0, 202), (1, 202), (0, 200)):
        body = json.dumps(bodies[told]).encode()
        sent = {"X-Hub-Signature-256": signed(body)}
        assert gateway.post(body, sent, path_of("seed")).status == status
    assert [row.event_type for row in rows(gateway)] == ["a", "a", "a"]

"""Services that ask something before they call."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.webhook.running import (
    Running,
    callee,
    part,
    path_of,
    rows,
    signed,
    until,
)

QUESTION = {
    "when": {"when": "$.type", "operator": "equals", "value": "url_verification"},
    "respond": "{{challenge}}",
}


UNSIGNED_QUESTION = {
    "when": {"when": "query:validationToken", "operator": "exists"},
    "respond": "{{query.validationToken}}",
    "unsigned": True,
}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Running]:
    with Running(
        tmp_path,
        callee(part(challenge=QUESTION), "asking"),
        callee(part(challenge=UNSIGNED_QUESTION), "graph"),
    ) as running:
        yield running


def test_a_question_is_answered_after_its_signature(gateway: Running) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZb"}).encode()
    path = path_of("asking")
    wrong = gateway.post(body, {"X-Hub-Signature-256": signed(body, "no")}, path)
    assert (wrong.status, wrong.body) == (401, b'{"error":"unauthorised"}')
    right = gateway.post(body, {"X-Hub-Signature-256": signed(body)}, path)
    assert (right.status, right.body) == (200, b"3eZb")
    until(lambda: gateway.notices[-1].what == "challenge")
    until(lambda: [row.status for row in rows(gateway)] == ["refused"])


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_an_unsigned_question_is_answered_with_what_was_sent(
    gateway: Running, method: str
) -> None:
    path = f"{path_of('graph')}?validationToken=Validation%3A%20a"
    answer = gateway.post(b"", {}, path, method)
    assert (answer.status, answer.body) == (200, b"Validation: a")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    long = gateway.post(b"", {}, f"{path}{'a' * 1100}", method)
    assert long.status == 400
    assert gateway.post(b"", {}, path_of("graph"), "GET").status == 405
    assert rows(gateway) == []

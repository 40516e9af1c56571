"""What a call is answered with that was taken, where the connector says it."""

from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from tests.webhook.running import Running, call, callee, part

JSON, TEXT = "application/json", "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "answer"),
    [
        ({"status": 200}, (200, b"", TEXT)),
        ({"status": 200, "text": "[accepted]"}, (200, b"[accepted]", TEXT)),
        ({"status": 202, "text": '{"ok":true}'}, (202, b'{"ok":true}', JSON)),
        ({"status": 200, "text": "é" * 512}, (200, ("é" * 512).encode(), TEXT)),
        ({"status": 204}, (204, b"", None)),
    ],
)
def test_a_call_is_answered_as_its_service_wants_also_the_second_time(
    tmp_path: Path, accepted: dict[str, Any], answer: tuple[int, bytes, str | None]
) -> None:
    with Running(tmp_path, callee(part(accepted=accepted))) as running:
        first, again = running.post(*call(1)), running.post(*call(1))
        ignored = running.post(*call(2, "other"))
        for said in (first, again, ignored):
            kind = said.headers.get("content-type")
            assert (said.status, said.body, kind) == answer
            assert ("content-length" in said.headers) == (said.status != 204)
            assert said.headers["x-content-type-options"] == "nosniff"
    told = [one.what for one in running.notices]
    assert told == ["accepted", "duplicate", "ignored"]


def test_a_refusal_is_told_as_ever(tmp_path: Path) -> None:
    accepted = {"status": 200, "text": "ok"}
    with Running(tmp_path, callee(part(accepted=accepted))) as running:
        body, headers = call(1)
        wrong = {**headers, "X-Hub-Signature-256": "sha256=" + "0" * 64}
        told = [
            running.post(body, wrong).status,
            running.post(body, {"X-Event": "issues"}).status,
            running.post(b"x" * (256 * 1024 + 1), headers).status,
        ]
        assert told == [401, 401, 413]


def test_a_connection_can_be_used_again_after_an_answer_without_a_body(
    tmp_path: Path,
) -> None:
    """A body or a length beside 204 would be taken for the next answer."""
    with Running(tmp_path, callee(part(accepted={"status": 204}))) as running:
        connection = HTTPConnection("127.0.0.1", running.port, timeout=10)
        for number in range(3):
            body, headers = call(number)
            connection.request("POST", "/api/webhooks/hook/birds", body, headers)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (204, b"")
        connection.close()

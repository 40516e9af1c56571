"""Only what is on the disk is accepted, and every answer comes in time."""

import json
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.support.promptness import in_time
from tests.webhook.running import (
    PROJECT,
    Running,
    call,
    raw,
    rows,
    until,
)

from ferrule.errors import NotFound, StoreError


def test_a_connection_that_went_in_between_is_not_there(gateway: Running) -> None:
    with gateway.database.writing() as db:
        db.execute("DELETE FROM connection")
    assert gateway.post(*call(1)).status == 404


def test_what_cannot_be_looked_up_now_is_told_to_come_again(gateway: Running) -> None:
    def look(*_: str) -> None:
        raise NotFound("There is no secret.")

    gateway.book.known = lambda *_: None  # type: ignore[method-assign]  # unknown
    gateway.book.look = look  # type: ignore[method-assign]  # as without a secret
    answer = gateway.post(*call(1))
    assert (answer.status, answer.body) == (503, b'{"error":"not_now"}')
    assert "retry-after" in answer.headers


@pytest.mark.parametrize("error", [StoreError("The disk is full."), RuntimeError("?")])
def test_what_cannot_be_written_is_not_accepted(
    tmp_path: Path, error: Exception
) -> None:
    failing = [error]

    def keep(calls: Any) -> Any:
        if failing:
            raise failing.pop()
        return gateway.deliveries.keep(calls)

    with Running(tmp_path, keep=keep) as gateway:
        assert gateway.post(*call(1)).status == 503
        assert rows(gateway) == []
        assert gateway.post(*call(1)).status == 202


def test_what_takes_too_long_is_answered_in_time_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ferrule.webhook.gateway.application.ANSWER_S", 0.3)
    stalls, goes_on = threading.Event(), threading.Event()

    def keep(calls: Any) -> Any:
        stalls.set()
        assert goes_on.wait(10)
        return gateway.deliveries.keep(calls)

    with Running(tmp_path, keep=keep) as gateway:
        first = threading.Thread(target=lambda: gateway.post(*call(1)))
        first.start()
        assert stalls.wait(10)  # the disk stands still; the next one waits behind it
        began = time.monotonic()
        assert gateway.post(*call(2)).status == 503
        in_time(time.monotonic() - began, 4)
        first.join()
        goes_on.set()
        until(lambda: rows(gateway))
        assert gateway.post(*call(2)).status == 202
        assert [row.delivery_id for row in rows(gateway)] == ["d-1", "d-2"]


@pytest.mark.parametrize(
    ("patience", "word"), [(3.5, "not_now"), (0.2, "busy")], ids=["soon", "too late"]
)
def test_while_another_program_locks_the_database_callers_are_told_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: float, word: str
) -> None:
    monkeypatch.setattr("ferrule.webhook.gateway.application.ANSWER_S", patience)
    waits = 0.1 if patience > 1 else 0.5
    monkeypatch.setattr("ferrule.store.database._BUSY_SECONDS", waits)
    with Running(tmp_path) as gateway:
        with closing(sqlite3.connect(tmp_path / "ferrule.db")) as other:
            other.execute("BEGIN EXCLUSIVE")
            answer = gateway.post(*call(1))
            assert answer.status == 503
            assert json.loads(answer.body) == {"error": word}
            assert "retry-after" in answer.headers
        until(lambda: gateway.post(*call(1)).status in {200, 202})
        assert gateway.deliveries.counts(PROJECT).received == 1


def test_what_came_is_finished_before_the_end(tmp_path: Path) -> None:
    with Running(tmp_path) as gateway:
        assert gateway.post(*call(1)).status == 202
        body, headers = call(2)
        with closing(gateway.open()) as bare:
            bare.sendall(raw(body, headers, f"127.0.0.1:{gateway.port}"))
            gateway.server.should_exit = True
            assert b"202" in bare.recv(65_536)
    found = gateway.deliveries.counts(PROJECT)
    assert found.received == 2
    assert found.by_status["mapped"] + found.by_status["pending"] == 2

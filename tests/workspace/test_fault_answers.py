"""Answers that are no failure of the wire: odd bodies, waits, refusals, no answer."""

import gzip
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.support.fault_server import FaultServer, answer, raw
from tests.support.listing import Listing, thing
from tests.workspace.faulty import FULL, NEXT, Faulty, described

from ferrule.sync.events import BatchStored, Noticed

THINGS = 12
ALL = list(range(1, THINGS + 1))


@pytest.fixture(scope="module")
def server():
    with FaultServer() as running:
        yield running


@pytest.fixture
def there() -> Listing:
    return Listing([thing(number) for number in ALL])


@pytest.fixture
def faulty(tmp_path: Path, server: FaultServer, there: Listing) -> Faulty:
    return Faulty(tmp_path, server, there)


def packed(body: Any) -> bytes:
    return gzip.compress(json.dumps(body).encode(), mtime=0)


GOOD_PAGE = {"items": [thing(4), thing(5), thing(6)], "next": "2026-03-01T10:06:00Z/6"}


@pytest.mark.parametrize(
    "sent",
    [
        answer(b"\xef\xbb\xbf" + json.dumps(GOOD_PAGE).encode()),
        answer(packed(GOOD_PAGE), content_encoding="gzip"),
        answer(json.dumps(GOOD_PAGE).encode(), content_type="text/html"),
        answer(json.dumps(GOOD_PAGE).encode(), "201 Created"),
    ],
    ids=["BOM", "gzip", "wrong content type", "201"],
)
def test_an_answer_that_only_looks_odd_is_a_page(faulty, there, sent):
    there.faults[2] = sent
    assert faulty.sync().status == "done"
    assert (faulty.ids, len(there.asked)) == (ALL, 4)


@pytest.mark.parametrize("fault", ["no_content", "empty"])
def test_nothing_is_an_empty_page_that_ends_the_stream(faulty, there, fault):
    there.faults[3] = fault
    ended = faulty.sync()
    assert (ended.status, len(there.asked)) == ("done", 3)
    assert faulty.ids == ALL[:6]
    assert faulty.mark == "2026-03-01T10:06:00Z"
    there.works()
    faulty.sync(NEXT)
    assert faulty.ids == ALL


def test_a_body_of_no_bytes_deletes_nothing(faulty, there):
    faulty.sync()
    there.faults = {5: "empty"}
    ended = faulty.sync()
    assert (ended.status, ended.counts.deleted) == ("done", 0)
    assert any("empty" in notice.message for notice in faulty.told(Noticed))
    assert faulty.ids == ALL


def test_304_changes_nothing_and_keeps_the_checkpoint(faulty, there):
    faulty.sync()
    before = faulty.kept()
    there.faults = {5: "not_modified"}
    ended = faulty.sync(NEXT)
    assert (ended.status, ended.counts.processed) == ("done", 0)
    assert there.asked[-1] == {"since": "2026-03-01T10:12:00Z"}
    assert faulty.kept() == before
    there.faults = {6: "not_modified"}
    assert faulty.sync(FULL).counts.deleted == 0
    assert faulty.kept()["rows"] == before["rows"]


ERROR_RULES = {
    "resilience": {
        "rules": [
            {
                "when": {"when": "$.error.code", "operator": "equals", "value": 17},
                "action": "retry",
                "message": "The shard is busy.",
            },
            {
                "when": {"when": "$.error", "operator": "exists"},
                "action": "fail",
                "cause": "config",
            },
        ]
    }
}


def test_200_with_an_error_object_is_what_the_rules_say(tmp_path, server, there):
    faulty = Faulty(tmp_path, server, there, described(**ERROR_RULES))
    there.faults = {2: "error_object", 3: "error_object"}
    assert faulty.sync().status == "done"
    assert (len(there.asked), faulty.ids) == (6, ALL)
    there.asked.clear()
    there.faults = {2: answer(b'{"error":{"code":4}}')}
    ended = faulty.sync()
    assert (ended.failure, len(there.asked)) == ("UnexpectedStatus", 2)
    there.works()
    there.fails_from, there.failing = 1, "error_object"
    ended = faulty.sync(NEXT)
    assert "The shard is busy." in ended.error
    assert len(there.asked) == 5
    assert faulty.ids == ALL


def test_200_with_an_error_object_and_no_rule_deletes_nothing(faulty, there):
    faulty.sync()
    there.asked.clear()
    there.faults = {1: "error_object"}
    ended = faulty.sync()
    assert (ended.status, ended.counts.deleted) == ("done", 0)
    assert any("has no $.items" in n.message for n in faulty.told(Noticed))
    assert faulty.ids == ALL


BACKOFF = (1.0, 2.0)  # the first wait, and the first with all its jitter


@pytest.mark.parametrize(
    ("after", "least", "most"),
    [
        ("3", 3, 3),
        ("0", 0, 0),
        (" 3 ", 3, 3),
        ("Sun, 01 Mar 2026 12:00:20 GMT", 20, 20),
        ("Sun, 01 Mar 2026 11:00:00 GMT", *BACKOFF),
        ("Sunday, 01-Mar-26 12:00:20 GMT", 20, 20),
        ("3600", 3600, 3600),
        ("soon", *BACKOFF),
        ("-5", *BACKOFF),
        ("", *BACKOFF),
        ("1e3", *BACKOFF),
        ("NaN", *BACKOFF),
        (None, *BACKOFF),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Busy"])
def test_every_kind_of_retry_after_is_waited_for(
    faulty, there, status: str, after: str | None, least: float, most: float
):
    headers = {} if after is None else {"retry_after": after}
    there.faults = {3: answer(b"", status, **headers)}
    assert faulty.sync().status == "done"
    assert (faulty.ids, len(there.asked)) == (ALL, 5)
    (waited,) = faulty.waits
    assert least <= waited <= most


def test_a_wait_beyond_a_quarter_of_an_hour_pauses_and_costs_no_attempt(faulty, there):
    hour = answer(b"", "429 Too Many Requests", retry_after="3600")
    there.faults = dict.fromkeys(range(3, 10), hour)
    assert faulty.sync().status == "done"
    assert faulty.waits == [3600.0] * 7
    assert faulty.ids == ALL


def test_a_wait_of_a_year_is_an_error_that_tells_the_wait(faulty, there):
    there.faults = {3: "too_many_year"}
    ended = faulty.sync()
    assert (ended.failure, ended.status) == ("RateLimitError", "interrupted")
    assert "31536000 s" in ended.error
    assert faulty.waits == []


def test_a_credential_that_is_refused_once_asks_for_a_new_one_and_goes_on(
    tmp_path, server, there
):
    token = {"key": "token", "label": "Token", "type": "password", "required": True}
    auth = {
        "method": "pat",
        "config": {
            "delivery": "bearer",
            "paramName": "Authorization",
            "valueTemplate": "{{token}}",
            "credentialFields": [token],
        },
    }
    given = {"token": SecretStr("first-token-1234")}
    faulty = Faulty(tmp_path, server, there, described(auth=auth), given)
    there.faults = {3: "unauthorised"}
    ended = faulty.sync()
    assert (ended.failure, ended.status) == ("AuthRefused", "interrupted")
    assert "give it again" in ended.advice
    assert len(there.asked) == 3
    faulty.secrets = {"token": SecretStr("second-token-1234")}
    assert faulty.sync().counts.created == THINGS
    assert server.received[-1].headers["authorization"] == "Bearer second-token-1234"
    assert (faulty.ids, len(there.asked)) == (ALL, 5)


def test_nobody_listens_where_the_service_should_be(tmp_path, server, there):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
    faulty = Faulty(tmp_path, server, there)
    faulty.address = closed
    ended = faulty.sync()
    assert (ended.failure, ended.status) == ("ServiceUnreachable", "interrupted")
    assert "the connection was refused" in ended.error
    assert (len(faulty.waits), there.asked, faulty.ids) == (4, [], [])
    faulty.address = server.origin
    assert faulty.sync().counts.created == THINGS


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (socket.EAI_NONAME, "no such host name is known"),
        (socket.EAI_AGAIN, "the name service does not answer"),
    ],
)
def test_a_name_that_is_not_found_is_told_from_a_refusal(
    tmp_path, server, there, monkeypatch: pytest.MonkeyPatch, code: int, words: str
):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "as the system puts it")

    faulty = Faulty(tmp_path, server, there)
    faulty.address = "https://api.test-of-ferrule.invalid"
    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", unknown)
        ended = faulty.sync()
    assert (ended.failure, ended.status) == ("ServiceUnreachable", "interrupted")
    assert words in ended.error
    assert len(faulty.waits) == 4
    faulty.address = server.origin
    assert faulty.sync().counts.created == THINGS


def test_a_breaker_that_is_open_sends_nothing_and_then_only_a_probe(
    tmp_path, server, there
):
    breaker = {"failureThreshold": 3, "resetTimeoutMs": 60_000, "halfOpenMax": 1}
    made = described(resilience={"circuitBreaker": breaker, "maxAttempts": 6})
    faulty = Faulty(tmp_path, server, there, made)
    there.faults = dict.fromkeys((3, 4, 5, 6), "server_error")
    ended = faulty.sync()
    assert (ended.status, faulty.ids) == ("done", ALL)
    assert len(there.asked) == 8
    held = [wait for wait in faulty.waits if wait > 50]
    assert len(held) == 2


def test_the_end_of_the_input_of_a_listener_that_is_full_ends_no_sync(faulty):
    heard = []

    def full_disk(event: object) -> None:
        heard.append(event)
        if isinstance(event, BatchStored):
            raise OSError(28, "No space left on device")

    ended = faulty.sync(emit=full_disk)
    assert (ended.status, faulty.ids) == ("done", ALL)
    assert sum(isinstance(event, BatchStored) for event in heard) == 1


def test_a_stray_answer_on_a_kept_connection_is_not_taken_for_the_next(faulty, there):
    page = json.dumps(GOOD_PAGE).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(page)}\r\n\r\n".encode()
    stray = b'HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{"items":[]}'
    there.faults = {2: raw(head + page + stray)}
    assert faulty.sync().status == "done"
    assert faulty.ids == ALL

"""Calls over real HTTP: what each is answered, what is kept of it, and what is not."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.support.clock import FakeClock
from tests.webhook.running import (
    PATH,
    PROJECT,
    SECRET,
    SIGNING,
    Running,
    call,
    callee,
    mapped,
    part,
    raw,
    signed,
)

from ferrule.errors import NotFound, StoreError
from ferrule.store import Settled
from ferrule.webhook.gateway import Rules
from ferrule.webhook.limits import LARGEST_BODY, MinuteLog

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
        callee(),
        callee(part(challenge=QUESTION), "asking"),
        callee(part(challenge=UNSIGNED_QUESTION), "graph"),
        callee(part(verification="none", signing=None), "open"),
        callee(part(eventTypePath="$.nothing", deliveryId=None), "seed"),
    ) as running:
        yield running


def path_of(key: str, project: str = PROJECT) -> str:
    return f"/api/webhooks/{key}/{project}"


def rows(gateway: Running) -> list[Any]:
    return list(gateway.deliveries.after(PROJECT, 0))


def until(wanted: Any, seconds: float = 5.0) -> None:
    """Wait until something is so; it is another thread's matter."""
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)  # noqa: TID251  what is waited for is real


@pytest.mark.parametrize(
    "path", [PATH, f"/api/v1/webhooks/hook/{PROJECT}"], ids=["seed 001", "seed 002"]
)
def test_a_signed_call_is_accepted_kept_and_mapped(gateway: Running, path: str) -> None:
    body, headers = call(1)
    answer = gateway.post(body, headers, path)
    assert answer.status == 202
    told = json.loads(answer.body)
    until(lambda: rows(gateway)[0].status == "mapped")
    (row,) = rows(gateway)
    assert told == {"status": "accepted", "id": row.correlation_id}
    assert (row.event_type, row.delivery_id, row.verdict) == ("issues", "d-1", "valid")
    assert row.outcome == {"size": len(body)}
    content = gateway.deliveries.content(PROJECT, row.id)
    assert (content.body, content.canonical) == (body, body)
    assert row.url == f"http://127.0.0.1:{gateway.port}{path}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    until(lambda: gateway.notices)
    (notice,) = gateway.notices
    assert (notice.status, notice.what, notice.kept.id) == (202, "accepted", 1)


BODY, HEADERS = call(1)
REFUSED: dict[str, tuple[int, str, dict[str, Any]]] = {
    "another's signature": (
        *(401, "wrong_signature"),
        {"headers": {**HEADERS, "X-Hub-Signature-256": signed(BODY, "another")}},
    ),
    "no signature": (
        *(401, "missing_header"),
        {"headers": {"X-Event": "issues", "X-Delivery": "1"}},
    ),
    "another body": (401, "wrong_signature", {"body": BODY + b" "}),
    "no hex": (
        *(400, "malformed_signature"),
        {"headers": {**HEADERS, "X-Hub-Signature-256": "sha256=zz"}},
    ),
    "no prefix": (
        *(400, "wrong_prefix"),
        {"headers": {**HEADERS, "X-Hub-Signature-256": signed(BODY)[7:]}},
    ),
    "signed, but no JSON": (
        *(400, "unreadable_body"),
        {
            "body": b"<xml/>",
            "headers": {**HEADERS, "X-Hub-Signature-256": signed(b"<xml/>")},
        },
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_call_that_is_not_signed_as_it_should_be_is_refused_and_shown(
    gateway: Running, name: str
) -> None:
    status, reason, changes = REFUSED[name]
    answer = gateway.post(**{"body": BODY, "headers": HEADERS, **changes})
    assert answer.status == status
    word = "unauthorised" if status == 401 else "malformed"
    assert json.loads(answer.body) == {"error": word}
    assert ("www-authenticate" in answer.headers) == (status == 401)
    until(lambda: rows(gateway))
    (row,) = rows(gateway)
    assert (row.status, row.reason) == ("refused", reason)
    assert row.event_type is None
    assert row.error
    assert gateway.deliveries.counts(PROJECT).refused == 1


NOT_TAKEN: dict[str, tuple[int, dict[str, Any]]] = {
    "nobody": (404, {"path": path_of("nobody")}),
    "another project": (404, {"path": path_of("hook", "cats")}),
    "no such path": (404, {"path": "/api/webhooks"}),
    "a path too long": (404, {"path": path_of("hook", "x") + "/more"}),
    "a name that cannot be": (404, {"path": path_of("..", PROJECT)}),
    "a name with a line": (404, {"path": path_of("hook%0a", PROJECT)}),
    "a very long name": (404, {"path": path_of("a" * 129)}),
    "GET": (405, {"method": "GET"}),
    "HEAD": (405, {"method": "HEAD"}),
    "PUT": (405, {"method": "PUT"}),
    "DELETE": (405, {"method": "DELETE"}),
    "OPTIONS": (405, {"method": "OPTIONS"}),
    "Origin": (403, {"headers": {**HEADERS, "Origin": "https://evil.example"}}),
    "Origin null": (403, {"headers": {**HEADERS, "Origin": "null"}}),
    "of another site": (403, {"headers": {**HEADERS, "Sec-Fetch-Site": "cross-site"}}),
    "of the same site": (
        403,
        {"headers": {**HEADERS, "Sec-Fetch-Site": "same-origin"}},
    ),
    "a name led here": (421, {"headers": {**HEADERS, "Host": "evil.example"}}),
    "localhost": (421, {"headers": {**HEADERS, "Host": "localhost"}}),
    "packed": (415, {"headers": {**HEADERS, "Content-Encoding": "gzip"}}),
    "preflight": (
        403,
        {
            "method": "OPTIONS",
            "headers": {"Origin": "https://evil.example"},
        },
    ),
}


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_no_call_is_refused_before_it_is_read(
    gateway: Running, name: str
) -> None:
    status, changes = NOT_TAKEN[name]
    answer = gateway.post(**{"body": BODY, "headers": HEADERS, **changes})
    assert answer.status == status
    assert "access-control-allow-origin" not in answer.headers
    assert (status == 405) == ("allow" in answer.headers)
    assert rows(gateway) == []


def test_who_types_the_address_is_no_page(gateway: Running) -> None:
    body, headers = call(1)
    assert gateway.post(body, {**headers, "Sec-Fetch-Site": "none"}).status == 202


@pytest.mark.parametrize("over", [0, 1])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_have_256_kilobytes_and_not_one_byte_more(
    gateway: Running, over: int, chunked: bool
) -> None:
    frame = len(json.dumps({"number": 1, "text": ""}))
    body, headers = call(1, text="x" * (LARGEST_BODY - frame + over))
    assert len(body) == LARGEST_BODY + over
    given: Any = iter([body[:100_000], body[100_000:]]) if chunked else body
    answer = gateway.post(given, headers)  # without a length it goes in chunks
    assert answer.status == (413 if over else 202)
    assert len(rows(gateway)) == 1 - over


def test_a_body_said_to_be_huge_is_not_waited_for(gateway: Running) -> None:
    head = raw(b"", HEADERS, f"127.0.0.1:{gateway.port}")
    head = head.replace(b"Content-Length: 0", b"Content-Length: 99999999999")
    with gateway.open() as bare:
        bare.sendall(head)
        answer = read_all(bare)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer


def read_all(bare: socket.socket) -> bytes:
    """Return all that comes until the other side hangs up."""
    got = b""
    while chunk := bare.recv(65_536):
        got += chunk
    return got


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


def test_an_id_that_comes_with_another_body_is_a_conflict(gateway: Running) -> None:
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


def test_an_event_that_is_not_listed_is_accepted_and_ignored(gateway: Running) -> None:
    answer = gateway.post(*call(1, event="ping"))
    assert answer.status == 202
    until(lambda: gateway.notices)
    assert gateway.notices[-1].what == "ignored"
    assert [row.status for row in rows(gateway)] == ["ignored"]
    assert gateway.deliveries.counts(PROJECT).by_status["ignored"] == 1


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


def test_a_call_that_nobody_verifies_is_marked(gateway: Running) -> None:
    answer = gateway.post(b"{}", {"X-Event": "issues"}, path_of("open"))
    assert answer.status == 202
    assert [row.verdict for row in rows(gateway)] == ["unsigned"]


@pytest.mark.parametrize(
    ("host", "public", "allowed", "status"),
    [
        ("127.0.0.1", "", False, 202),
        ("127.0.0.1", "https://hooks.example", False, 403),
        ("127.0.0.1", "https://hooks.example", True, 202),
        ("0.0.0.0", "", False, 403),
        ("0.0.0.0", "", True, 202),
    ],
)
def test_from_elsewhere_nobody_calls_unverified_unless_it_is_allowed(
    tmp_path: Path, host: str, public: str, allowed: bool, status: int
) -> None:
    open_one = callee(part(verification="none", signing=None), "open")
    rules = Rules(allow_unsigned=allowed)
    running = Running(
        tmp_path, open_one, callee(), host=host, public=public, rules=rules
    )
    with running as gateway:
        answer = gateway.post(b"{}", {"X-Event": "issues"}, path_of("open"))
        assert answer.status == status
        assert gateway.post(*call(1)).status == 202


def test_a_tunnel_is_called_by_its_own_name(tmp_path: Path) -> None:
    with Running(tmp_path, public="https://hooks.example") as gateway:
        body, headers = call(1)
        named = {**headers, "Host": "hooks.example"}
        assert gateway.post(body, named, f"{PATH}?a=b%20c").status == 202
        assert rows(gateway)[0].url == f"https://hooks.example{PATH}?a=b%20c"
        named["Host"] = "hooks.example.evil"
        assert gateway.post(body, named).status == 421


def test_on_every_address_only_addresses_are_called(tmp_path: Path) -> None:
    with Running(tmp_path, host="0.0.0.0") as gateway:
        body, headers = call(1)
        for host, status in (
            (f"192.0.2.7:{gateway.port}", 202),
            ("192.0.2.7:1", 421),
            (f"evil.example:{gateway.port}", 421),
            ("[::1", 421),
        ):
            assert gateway.post(body, {**headers, "Host": host}).status in {status, 200}


TOKEN = {**SIGNING, "signatureHeader": "X-Hook-Pass", "algorithm": "token"}


def test_a_token_is_enough_where_it_is_asked_for_and_is_never_kept(
    tmp_path: Path,
) -> None:
    del (plain := dict(TOKEN))["header"]
    bearer = {
        **TOKEN,
        "signatureHeader": "Authorization",
        "header": {"format": "prefixed", "prefix": "Bearer "},
    }
    named = callee(part(verification="token", signing=plain), "named")
    usual = callee(part(verification="token", signing=bearer), "usual")
    body = b'{"event": "issues", "data": {}}'
    with Running(tmp_path, named, usual) as gateway:
        for key, header, status in (
            ("named", {"X-Hook-Pass": SECRET}, 202),
            ("named", {"X-Hook-Pass": "nearly-" + SECRET}, 401),
            ("named", {}, 401),
            ("usual", {"Authorization": f"Bearer {SECRET}"}, 202),
            ("usual", {"Authorization": f"Bearer {SECRET}x"}, 401),
            ("usual", {"Authorization": SECRET}, 400),
        ):
            answer = gateway.post(body, {"X-Delivery": key, **header}, path_of(key))
            assert answer.status == status, header
        until(lambda: len(rows(gateway)) == 6)
        kept = [
            dict(gateway.deliveries.content(PROJECT, row.id).headers)
            for row in rows(gateway)
        ]
        assert SECRET not in str(kept)
        assert kept[0]["x-hook-pass"] == "••••••••"
        assert kept[3]["authorization"] == "Bearer ••••••••"
        stored = b"".join(one.read_bytes() for one in tmp_path.glob("ferrule.db*"))
        assert SECRET.encode() not in stored


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


def test_who_has_no_secret_takes_nobodys_room_and_fills_no_disk(
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


def test_a_secret_that_was_just_changed_counts_at_once(gateway: Running) -> None:
    old = gateway.book.callees["hook"]
    new = callee(None, "hook", "the-new-one")
    gateway.book.known = lambda *_: old  # type: ignore[method-assign]  # a moment ago
    gateway.book.look = lambda *_: new  # type: ignore[method-assign]  # now
    body, headers = call(1)
    headers["X-Hub-Signature-256"] = signed(body, "the-new-one")
    assert gateway.post(body, headers).status == 202


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
    monkeypatch.setattr("ferrule.webhook.gateway.ANSWER_S", 0.3)
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
        assert time.monotonic() - began < 4
        first.join()
        goes_on.set()
        until(lambda: rows(gateway))
        assert gateway.post(*call(2)).status == 202
        assert [row.delivery_id for row in rows(gateway)] == ["d-1", "d-2"]


def test_pages_of_the_process_itself_are_read_and_nothing_else(tmp_path: Path) -> None:
    pages = {"/metrics": lambda: ("text/plain; version=0.0.4", b"up 1\n")}
    with Running(tmp_path, pages=pages, public="https://h.example") as gateway:
        answer = gateway.post(b"", {}, "/metrics", "GET")
        assert (answer.status, answer.body) == (200, b"up 1\n")
        assert gateway.post(b"", {}, "/metrics", "POST").status == 405
        assert gateway.post(b"", {"Host": "h.example"}, "/metrics", "GET").status == 404
        cross = {"Origin": "https://evil.example"}
        assert gateway.post(b"", cross, "/metrics", "GET").status == 403
        assert gateway.post(b"", {"Host": "evil"}, "/metrics", "GET").status == 421
        until(lambda: gateway.notices[-1].what == "misdirected")


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


def test_what_a_call_says_does_not_reach_the_answer(gateway: Running) -> None:
    body, headers = call("<b>hello</b>")
    answer = gateway.post(body, {**headers, "X-Event": "<b>hello</b>"})
    assert b"hello" not in answer.body


def test_mapping_gets_what_came(tmp_path: Path) -> None:
    seen: list[Any] = []

    def note(taken: Any) -> Any:
        seen.append(taken)
        return mapped(taken)

    with Running(tmp_path, map_delivery=note) as gateway:
        body, headers = call(1)
        gateway.post(body, headers)
        until(lambda: seen)
    assert seen[0].content.body == body
    assert seen[0].delivery.event_type == "issues"
    assert Settled("mapped").outcome == {}

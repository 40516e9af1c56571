"""Calls over real HTTP: what each is answered, and what is kept of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.webhook.running import (
    PATH,
    PROJECT,
    Running,
    call,
    callee,
    mapped,
    part,
    path_of,
    rows,
    signed,
    until,
)

from ferrule.store import Settled


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
def test_attack_a_call_that_is_not_signed_as_it_should_be_is_refused_and_shown(
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


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give one gateway for many calls of which none may leave a trace."""
    with Running(tmp_path_factory.mktemp("silent")) as running:
        yield running


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_attack_what_is_no_call_is_refused_before_it_is_read(
    silent: Running, name: str
) -> None:
    status, changes = NOT_TAKEN[name]
    answer = silent.post(**{"body": BODY, "headers": HEADERS, **changes})
    assert answer.status == status
    assert "access-control-allow-origin" not in answer.headers
    assert (status == 405) == ("allow" in answer.headers)
    assert rows(silent) == []


def test_who_types_the_address_is_no_page(gateway: Running) -> None:
    body, headers = call(1)
    assert gateway.post(body, {**headers, "Sec-Fetch-Site": "none"}).status == 202


def test_an_event_that_is_not_listed_is_accepted_and_ignored(gateway: Running) -> None:
    answer = gateway.post(*call(1, event="ping"))
    assert answer.status == 202
    until(lambda: gateway.notices)
    assert gateway.notices[-1].what == "ignored"
    assert [row.status for row in rows(gateway)] == ["ignored"]
    assert gateway.deliveries.counts(PROJECT).by_status["ignored"] == 1


def test_attack_what_a_call_says_does_not_reach_the_answer(gateway: Running) -> None:
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


def test_an_answer_without_content_has_no_length(tmp_path: Path) -> None:
    with Running(tmp_path, callee(part(accepted={"status": 204}))) as gateway:
        for _ in range(2):
            answer = gateway.post(*call(1))
            assert (answer.status, answer.body) == (204, b"")
            assert not {"content-length", "content-type"} & answer.headers.keys()

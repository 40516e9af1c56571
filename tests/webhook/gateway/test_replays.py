"""Calls that somebody captured and sends again: late, elsewhere, under another name."""

import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.clock import FakeClock
from tests.webhook.running import (
    PROJECT,
    SECRET,
    SIGNING,
    Running,
    call,
    callee,
    part,
    path_of,
    rows,
    until,
)

DAY = 86_400.0


def stamped(tolerance: int, **changes: Any) -> Any:
    """Return a connection whose calls are signed with their time."""
    signing = {
        **SIGNING,
        "signedPayload": "{timestamp}.{body}",
        "timestamp": {
            "from": "header:X-Time",
            "format": "unix",
            "toleranceSeconds": tolerance,
        },
    }
    return callee(part(signing=signing, **changes))


def signed_at(clock: FakeClock, number: int = 1) -> tuple[bytes, dict[str, str]]:
    body, headers = call(number)
    at = str(int(clock.now().timestamp()))
    text = f"{at}.".encode() + body
    digest = hmac.digest(SECRET.encode(), text, "sha256").hex()
    return body, {**headers, "X-Time": at, "X-Hub-Signature-256": f"sha256={digest}"}


@pytest.mark.parametrize("has_id", [True, False], ids=["by its id", "by its body"])
@pytest.mark.parametrize("tolerance", [300, 3600])
def test_attack_a_replay_has_no_effect_as_long_as_its_time_is_good(
    tmp_path: Path, tolerance: int, has_id: bool
) -> None:
    clock = FakeClock()
    changes = {} if has_id else {"deliveryId": None}
    with Running(tmp_path, stamped(tolerance, **changes), clock=clock) as gateway:
        body, headers = signed_at(clock)
        assert gateway.post(body, headers).status == 202
        clock.advance(tolerance)
        assert gateway.post(body, headers).status == 200
        clock.advance(1)
        assert gateway.post(body, headers).status == 401
        until(lambda: len(rows(gateway)) == 3)
        told = [(row.status, row.reason) for row in rows(gateway)[1:]]
        assert told == [("duplicate", "valid"), ("refused", "too_old")]


def test_attack_a_call_from_the_future_is_not_kept_for_later(tmp_path: Path) -> None:
    clock, later = FakeClock(), FakeClock()
    later.advance(301)
    with Running(tmp_path, stamped(300), clock=clock) as gateway:
        assert gateway.post(*signed_at(later)).status == 401
        until(lambda: [row.reason for row in rows(gateway)] == ["too_new"])


def test_attack_where_no_time_is_signed_a_replay_is_known_for_a_week(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    body, headers = call(1)
    with Running(tmp_path, clock=clock) as gateway:
        assert gateway.post(body, headers).status == 202
        for unsigned in ({}, {"X-Time": "1"}, {"Date": "tomorrow"}):
            clock.advance(2.3 * DAY)
            assert gateway.post(body, {**headers, **unsigned}).status == 200
        assert gateway.deliveries.counts(PROJECT).received == 1


def test_attack_a_replay_by_the_other_path_is_the_same_call(gateway: Running) -> None:
    body, headers = call(1)
    assert gateway.post(body, headers).status == 202
    for path in (f"/api/v1/webhooks/hook/{PROJECT}", f"{path_of('hook')}?again=1"):
        assert gateway.post(body, headers, path).status == 200


def test_attack_a_call_of_one_connection_is_none_of_another(tmp_path: Path) -> None:
    with Running(tmp_path, callee(), callee(None, "other", "its-own")) as gateway:
        body, headers = call(1)
        assert gateway.post(body, headers, path_of("other")).status == 401
        assert gateway.post(body, headers).status == 202
        own = hmac.digest(b"its-own", body, "sha256").hex()
        headers["X-Hub-Signature-256"] = f"sha256={own}"
        # The same id at another connection is another call.
        assert gateway.post(body, headers, path_of("other")).status == 202


def test_attack_a_refused_call_keeps_no_id_from_the_true_one(gateway: Running) -> None:
    body, headers = call(1)
    wrong = {**headers, "X-Hub-Signature-256": f"sha256={'0' * 64}"}
    assert gateway.post(body, wrong).status == 401
    assert gateway.post(json.dumps({"a": 1}).encode(), wrong).status == 401
    assert gateway.post(body, headers).status == 202

"""What is told of deliveries: lists, one of them, its signature judged again today."""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.workspace.test_receiving import CALLED, add, write

from ferrule.credentials import forget_master_key
from ferrule.errors import CredentialError, NotFound, UsageError
from ferrule.store.delivery_records import NewDelivery
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.reading import Call
from ferrule.workspace import deliveries, rotating
from ferrule.workspace.burying import bury
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.receiving import Callees
from ferrule.workspace.replaying import map_waiting
from ferrule.workspace.workspace import Workspace

URL = "http://127.0.0.1:8480/api/webhooks/hook/birds"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    made = Workspace(Home.default(), folder)
    write(made)
    add(made)
    yield made
    made.close()
    forget_master_key()


def body(number: int, **more: Any) -> bytes:
    item = {"id": number, "title": f"Item {number}", "at": "2026-02-03T04:05:00Z"}
    return json.dumps({"event": "a", **item, **more}).encode()


def receive(workspace: Workspace, raw: bytes, secret: str = "one") -> int:
    """Write a call down as the gateway does, and return its number."""
    signature = hmac.digest(secret.encode(), raw, "sha256").hex()
    headers = (("Host", "127.0.0.1:8480"), ("X-Signature", signature))
    incoming = Incoming("POST", URL, headers, raw, AT)
    callee = Callees(workspace).look("hook", "birds")
    assert callee is not None
    judged = callee.judge(incoming)
    good = judged.state == "valid"
    made = (callee.accepted if good else callee.refused)(Call(incoming), judged, "c")
    (kept,) = workspace.deliveries.keep([made])
    assert kept is not None
    map_waiting(workspace)
    return kept.id


def facts(workspace: Workspace, number: int) -> Any:
    return deliveries.opened(workspace, number).signature


def test_what_came_is_listed_newest_first_a_page_at_a_time(
    workspace: Workspace,
) -> None:
    numbers = [receive(workspace, body(n)) for n in range(3)]
    found = deliveries.arrivals(workspace, limit=2)
    assert [one.id for one in found.deliveries] == numbers[:0:-1]
    assert (found.whole, found.counts.received) == (False, 3)
    assert found.names["hook"] == "Hook"
    assert [one.path for one in found.addresses] == ["/api/webhooks/hook/birds"]
    older = deliveries.arrivals(workspace, before=numbers[1], limit=2)
    assert ([one.id for one in older.deliveries], older.whole) == ([numbers[0]], True)
    assert deliveries.arrivals(workspace, statuses=("dead",)).deliveries == ()


def test_what_comes_is_followed_by_its_number(workspace: Workspace) -> None:
    first, second = receive(workspace, body(1)), receive(workspace, body(2))
    found, counts = deliveries.came_after(workspace, first)
    assert [one.id for one in found] == [second]
    assert counts.by_status["mapped"] == 2
    named, _ = deliveries.came(workspace, [first, 999])
    assert [one.id for one in named] == [first]


def test_the_signals_of_a_delivery_are_told_as_they_are_stored(
    workspace: Workspace,
) -> None:
    opened = deliveries.opened(workspace, receive(workspace, body(7)))
    (one,) = opened.touched
    assert (one.what, one.external_id) == ("created", "7")
    assert one.signal is not None
    assert one.signal.summary == "Item 7"


def test_a_valid_signature_is_judged_again_without_telling_it(
    workspace: Workspace,
) -> None:
    found = facts(workspace, receive(workspace, body(1)))
    assert found.came.state == "valid"
    assert found.again.state == "valid"
    assert (found.fits, found.there) == ("current", ("current",))
    assert found.form == "X-Signature: <signature>"
    assert found.algorithm == "HMAC-SHA-256"
    assert found.field == "Secret"
    wrong = receive(workspace, body(2), secret="another")
    right = hmac.digest(b"one", body(2), "sha256").hex()
    told = facts(workspace, wrong)
    assert (told.came.reason, told.has_computed) == ("wrong_signature", True)
    assert right not in repr(deliveries.opened(workspace, wrong))
    assert deliveries.computed(workspace, wrong) == right


def test_what_was_refused_would_be_taken_after_the_secret_is_exchanged(
    workspace: Workspace,
) -> None:
    before = receive(workspace, body(1))
    refused = receive(workspace, body(2), secret="two")
    rotating.propose(workspace, "hook", {"secret": SecretStr("two")})
    told = facts(workspace, refused)
    assert (told.again.state, told.fits) == ("valid", "next")
    assert told.there == ("current", "next")
    assert facts(workspace, before).fits == "current"


def test_what_cannot_be_judged_again_says_why(workspace: Workspace) -> None:
    large = receive(workspace, body(1, pad="x" * 20_000), secret="two")
    found = facts(workspace, large)
    assert found.again is None
    assert found.unable.startswith("Only the beginning")
    assert found.came.reason == "wrong_signature"


def test_of_calls_that_are_not_signed_nothing_is_computed(
    workspace: Workspace,
) -> None:
    ingestion = {**CALLED, "verification": "none"}
    write(workspace, "open", ingestion=ingestion)
    connect(workspace, "open", {}, {}, must_store=True)
    call = NewDelivery(
        *("birds", "open", "open", "2026-03-01T12:00:00Z", "POST", URL, ()),
        body=body(1),
        verdict="unsigned",
        reason="not_verified",
        correlation_id="c",
    )
    (kept,) = workspace.deliveries.keep([call])
    assert kept is not None
    assert facts(workspace, kept.id).form == ""
    with pytest.raises(CredentialError):
        deliveries.computed(workspace, kept.id)


def test_a_delivery_is_compared_with_the_one_before_of_its_kind(
    workspace: Workspace,
) -> None:
    first = receive(workspace, body(1, state="open"))
    second = receive(workspace, body(1, state="closed"))
    before, text = deliveries.difference(workspace, second)
    assert before.id == first
    lines = text.splitlines()
    assert '-  "state": "open",' in lines
    assert '+  "state": "closed",' in lines
    assert deliveries.opened(workspace, second).has_previous
    with pytest.raises(NotFound, match="none of its kind"):
        deliveries.difference(workspace, first)


def test_a_curl_line_has_what_came_and_no_hop(workspace: Workspace) -> None:
    line = deliveries.curl(workspace, receive(workspace, body(1)))
    assert line.startswith("curl -X POST http://127.0.0.1:8480/api/")
    assert "X-Signature" in line
    assert "Host:" not in line


@pytest.mark.parametrize(
    ("origin", "there"),
    [
        ("http://127.0.0.1:9999", "http://127.0.0.1:9999/api/webhooks/hook/birds"),
        ("http://elsewhere.example", URL),  # what came through a tunnel is left alone
    ],
)
def test_a_curl_line_goes_to_the_port_where_somebody_listens_now(
    workspace: Workspace, origin: str, there: str
) -> None:
    line = deliveries.curl(workspace, receive(workspace, body(1)), origin)
    assert f" {there} " in line


def test_a_secret_that_was_replaced_at_once_is_recognised_and_lets_nothing_in(
    workspace: Workspace,
) -> None:
    two = {"secret": SecretStr("two")}
    workspace.registry.update_connection("birds", "hook", {}, two)
    number = receive(workspace, body(1))
    told = facts(workspace, number)
    assert (told.came.reason, told.fits) == ("wrong_signature", "replaced")
    assert told.again.state == "invalid"
    assert told.there == ("current",)
    deliveries.accept_former(workspace, number)
    told = facts(workspace, number)
    assert (told.again.state, told.fits) == ("valid", "previous")
    assert told.former_until > told.replaced_at
    assert deliveries.new_secret(workspace, number) == "two"
    kept = workspace.registry.kept_of(workspace.connections.get("birds", "hook"))
    assert "two" not in repr(told) + repr(kept)


def test_a_person_sends_a_delivery_to_the_dead_letters(workspace: Workspace) -> None:
    number = receive(workspace, body(1))
    bury(workspace, number, clock=FakeClock(AT))
    found = workspace.deliveries.get("birds", number)
    assert (found.status, found.error) == ("dead", "A person sent it here.")
    counts = workspace.deliveries.counts("birds").by_status
    assert (counts["dead"], counts["mapped"]) == (1, 0)
    with pytest.raises(UsageError, match="is dead"):
        bury(workspace, number)


def test_a_gone_delivery_is_told(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        deliveries.opened(workspace, 99)

"""The calls of fixtures: what is sent, and under what name."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.webhook.running import FIELD, part

from ferrule.auth import WebhookSecretConfig
from ferrule.webhook.sample import RECEIVED, renamed, sample_call

BODY = {"id": "evt_1", "about": {"id": "7"}, "list": [{"id": "8"}]}


def fixture(**call: Any) -> dict[str, Any]:
    return {"call": {"headers": {"x-delivery": "d-1"}, "body": BODY, **call}}


def signing(**more: Any) -> WebhookSecretConfig:
    config = {"signatureHeader": "X-Sig", "algorithm": "hmac-sha256", **more}
    return WebhookSecretConfig.model_validate({**config, "credentialFields": [FIELD]})


def test_json_is_sent_without_blanks():
    call = sample_call(fixture())
    assert (call.method, call.received_at) == ("POST", RECEIVED)
    assert call.body == b'{"id":"evt_1","about":{"id":"7"},"list":[{"id":"8"}]}'


def test_a_text_is_sent_as_it_is():
    call = sample_call(fixture(body="a=1&b= 2", method="PUT"))
    assert (call.method, call.body) == ("PUT", b"a=1&b= 2")


def test_a_question_in_the_address_is_asked_there():
    call = sample_call(fixture(query={"hub": "a b"}), url="https://x.example/h")
    assert call.url == "https://x.example/h?hub=a+b"


def test_it_comes_when_the_fixture_or_the_caller_says():
    told = {**fixture(), "received": "2026-02-03T04:05:06+01:00"}
    assert sample_call(told).received_at == datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC)
    now = datetime(2026, 5, 6, tzinfo=UTC)
    assert sample_call(told, at=now).received_at == now


def test_another_name_replaces_the_header():
    call = renamed(sample_call(fixture()), part(), None, "d-2")
    assert call.values["x-delivery"] == ["d-2"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("$.id", {"id": "new"}), ("$.about.id", {"about": {"id": "new"}})],
)
def test_another_name_replaces_the_member(path: str, wanted: dict[str, Any]):
    call = renamed(sample_call(fixture()), part(deliveryId=path), None, "new")
    assert json.loads(call.body) == BODY | wanted


def test_the_scheme_tells_the_place_before_the_connector():
    call = renamed(sample_call(fixture()), part(), signing(dedupeKey="$.id"), "new")
    assert json.loads(call.body)["id"] == "new"
    assert call.values["x-delivery"] == ["d-1"]


@pytest.mark.parametrize("source", ["$.none", "$.list[0].id", "header:X-None", None])
def test_a_call_without_the_place_stays_as_it_is(source: str | None):
    before = sample_call(fixture())
    assert renamed(before, part(deliveryId=source), None, "new") == before


def test_a_body_that_is_no_json_stays_as_it_is():
    before = sample_call(fixture(body="id=1"))
    assert renamed(before, part(deliveryId="$.id"), None, "new") == before

"""Connectors as seed 001, section 9 lists them, and those that services call.

Each delivery among the fixtures is signed with a secret made up for it, verified, read
and mapped, as a call would be that comes in.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ferrule import shipped
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import (
    asked_fields,
    asks_nobody,
    signing_of,
    webhook_of,
)
from ferrule.webhook.reading import Call, Reader
from ferrule.webhook.sample import renamed, sample_call
from ferrule.webhook.signature import compile_scheme, fresh_secret
from ferrule.workspace.fixtures.delivery_case import play_delivery

ROOT = shipped.descriptors()
DELIVERIES = [
    path
    for path in sorted(ROOT.glob("*/fixtures/*/*.json"))
    if json.loads(path.read_bytes())["kind"] == "delivery"
]
CALLED = sorted({(p.parts[-4], p.parent.name) for p in DELIVERIES})


class Row(NamedTuple):
    """A row of the table, and the connector that stands for it."""

    name: str
    category: str
    auth: str
    ingestion: str
    signals: tuple[str, ...]
    connector: str


TABLE = [
    Row(name, category, auth, ingestion, tuple(signals.split()), connector)
    for name, category, auth, ingestion, signals, connector in (
        (
            *("GitHub Issues", "Code & DevOps", "PAT", "Polling"),
            "issue_created issue_updated issue_commented",
            "github/github-issues",
        ),
        (
            *("GitHub PRs", "Code & DevOps", "PAT", "Webhook"),
            "pr_opened pr_merged pr_reviewed",
            "github/github-prs",
        ),
        (
            *("Linear", "Project Management", "API Key", "Polling"),
            "issue_created issue_updated cycle_changed",
            "linear/linear-issues",
        ),
        (
            *("Trello", "Project Management", "API Key", "Polling"),
            "card_created card_moved card_commented",
            "trello/trello-cards",
        ),
        (
            *("Slack", "Communication", "OAuth2", "Webhook"),
            "message_received mention reaction",
            "slack/slack-events",
        ),
        (
            *("Notion", "Documents", "API Key", "Polling"),
            "page_updated database_updated",
            "notion/notion-pages",
        ),
        (
            *("Confluence", "Documents", "PAT", "Polling"),
            "page_updated page_commented",
            "confluence/confluence-pages",
        ),
        (
            *("PagerDuty", "Communication", "API Key", "Webhook"),
            "incident_triggered incident_resolved",
            "pagerduty/pagerduty-incidents",
        ),
        (
            *("Sentry", "Code & DevOps", "API Key", "Webhook"),
            "error_created error_resolved",
            "sentry/sentry-issues",
        ),
        (
            *("Datadog", "Code & DevOps", "API Key", "Polling"),
            "monitor_triggered monitor_resolved",
            "datadog/datadog-monitors",
        ),
    )
]
METHODS = {"PAT": "pat", "API Key": "api_key", "OAuth2": "oauth2"}
OTHERWISE = {
    # Confluence Cloud takes a person's API token as a password only.
    "confluence/confluence-pages": "basic",
}


def connector_of(place: str) -> Connector:
    provider, _, name = place.partition("/")
    return read_descriptor(
        (ROOT / provider / "connectors" / f"{name}.json").read_bytes()
    )


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def types_in(place: str) -> Iterator[str]:
    provider, _, name = place.partition("/")
    for path in (ROOT / provider / "fixtures" / name).glob("*.json"):
        for signal in json.loads(path.read_bytes())["expect"].get("signals", ()):
            yield signal["type"]


def test_the_table_has_the_ten_connectors_of_the_seed():
    assert len({row.connector for row in TABLE}) == 10


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_row_of_the_table_holds(row: Row):
    connector = connector_of(row.connector)
    wanted = OTHERWISE.get(row.connector, METHODS[row.auth])
    assert connector.auth.method == wanted  # type: ignore[attr-defined]  # every kind has one
    assert connector.ingestion.mode == row.ingestion.lower()
    assert connector.category == row.category


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_signal_of_a_row_comes_of_a_fixture(row: Row):
    assert set(row.signals) <= set(types_in(row.connector))


@pytest.mark.parametrize(
    ("place", "signals"),
    [
        ("slack/slack-events", {"slash_command"}),
        (
            "stripe/stripe-events",
            {
                *("payment_succeeded", "payment_failed", "payment_canceled"),
                *("charge_succeeded", "charge_failed", "charge_refunded"),
                *("payout_created", "payout_paid", "payout_failed", "payout_canceled"),
            },
        ),
        ("generic/generic-webhook", {"event_received"}),
    ],
)
def test_what_stands_beside_the_table_comes_of_fixtures_too(
    place: str, signals: set[str]
):
    assert signals <= set(types_in(place))


SLACK_TOOLS = """
slack_send_message(channel, text, thread_ts?)
slack_read_channel(channel, limit?)
slack_search_messages(query, channel?)
slack_list_channels()
slack_set_topic(channel, topic)
slack_react(channel, timestamp, emoji)
"""
SLACK_WRITES = {"slack_send_message", "slack_set_topic", "slack_react"}


def test_slack_has_the_tools_of_the_seed():
    """Seed 002, “Slack”, to the letter; what writes waits for an approval."""
    tools = connector_of("slack/slack-messages").tools or ()
    told = [
        f"{one.name}({', '.join(p.name + '?' * (not p.required) for p in one.params)})"
        for one in tools
    ]
    assert told == SLACK_TOOLS.split("\n")[1:-1]
    assert {one.name for one in tools if one.asks} == SLACK_WRITES
    cases = (ROOT / "slack" / "fixtures" / "slack-messages").glob("tool-*.json")
    assert {json.loads(p.read_bytes())["tool"] for p in cases} == {
        one.name for one in tools
    }


def test_who_can_be_asked_to_call_is_asked_for_no_secret():
    """It comes with the answer, or is made when the calls are ordered."""
    ordering = {
        place
        for place in CALLED
        if (webhook := webhook_of(connector_of("/".join(place)))) is not None
        and webhook.subscription is not None
    }
    assert {name for _, name in ordering} == {
        *("github-prs", "pagerduty-incidents", "stripe-events"),
    }
    for place in ordering:
        connector = connector_of("/".join(place))
        own = {one.key for one in connector.auth.credential_fields}  # type: ignore[attr-defined]  # every kind has them
        needed = {one.key for one in asked_fields(connector) if one.required}
        assert needed <= own


def test_slack_shows_nobody_what_a_command_is_answered_with():
    connector = connector_of("slack/slack-events")
    webhook = webhook_of(connector)
    assert webhook is not None
    thanks = Reader(webhook, signing_of(connector)).thanks
    assert thanks is not None
    assert (thanks.status, thanks.body) == (200, b"")


@pytest.mark.parametrize("path", DELIVERIES, ids=name_of)
def test_a_delivery_is_verified_read_and_mapped_as_its_fixture_says(path: Path):
    fixture = json.loads(path.read_bytes())
    connector = connector_of(f"{path.parts[-4]}/{path.parent.name}")
    assert play_delivery(connector, fixture).problems == []
    assert fixture["expect"].get("verdict", "valid") == "valid"


@pytest.mark.parametrize("place", CALLED, ids="/".join)
def test_a_call_by_another_secret_is_refused(place: tuple[str, str]):
    for chosen, incoming in signed_calls(place):
        signing = signing_of(chosen)
        assert signing is not None
        scheme, own = compile_scheme(signing), fresh_secret(signing)
        now = incoming.received_at
        signed = scheme.sign(incoming, own.signing, now)
        good = scheme.verify(signed, [own.verifying], now)
        bad = scheme.verify(signed, [fresh_secret(signing).verifying], now)
        none = scheme.verify(incoming, [own.verifying], now)
        assert (good.state, bad.state, none.state) == ("valid", "invalid", "unsigned")


@pytest.mark.parametrize("place", CALLED, ids="/".join)
def test_a_sample_can_be_sent_again_under_a_name_of_its_own(place: tuple[str, str]):
    """A service's own name of a call is replaced where the service gives it one."""
    for chosen, incoming in signed_calls(place):
        webhook, signing = webhook_of(chosen), signing_of(chosen)
        assert webhook is not None
        reader = Reader(webhook, signing)
        before = reader.delivery_id(Call(incoming))
        anew = renamed(incoming, webhook, signing, "another")
        after = reader.delivery_id(Call(anew))
        assert after in {"another", before}
        assert reader.event_type(Call(anew)) == reader.event_type(Call(incoming))


def signed_calls(place: tuple[str, str]) -> Iterator[tuple[Connector, Any]]:
    """Yield the calls of a connector's fixtures with the sign-in that each is of."""
    connector = connector_of("/".join(place))
    for path in DELIVERIES:
        if (path.parts[-4], path.parent.name) == place:
            fixture = json.loads(path.read_bytes())
            yield connector.signing_in(fixture.get("signIn")), sample_call(fixture)


@pytest.mark.parametrize("place", CALLED, ids="/".join)
def test_each_event_that_a_connector_lists_has_a_fixture(place: tuple[str, str]):
    connector = connector_of("/".join(place))
    webhook = webhook_of(connector)
    assert webhook is not None
    listed = {one for event in webhook.events or () for one in event.types} - {"*"}
    told = [
        json.loads(p.read_bytes())["expect"]
        for p in DELIVERIES
        if (p.parts[-4], p.parent.name) == place
    ]
    mapped = {one["eventType"] for one in told if one.get("status") == "mapped"}
    assert listed <= mapped


def test_only_who_has_nobody_to_ask_is_not_asked():
    asking = {
        place for place in CALLED if not asks_nobody(connector_of("/".join(place)))
    }
    assert set(CALLED) - asking == {("generic", "generic-webhook")}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"expect": {"answer": "x"}}, "answer is missing"),
        ({"call": {"headers": {}}}, "status is"),
        ({"call": {}}, "not the form"),
        ({"config": {"owner": "sample-org"}}, "required"),
    ],
)
def test_a_delivery_that_is_not_as_its_fixture_says_is_told(change: Any, told: str):
    path = next(p for p in DELIVERIES if name_of(p) == "github-prs/opened")
    fixture = json.loads(path.read_bytes()) | change
    problems = play_delivery(connector_of("github/github-prs"), fixture).problems
    assert any(told in one for one in problems), problems


def test_a_connector_that_is_never_called_has_no_deliveries():
    path = next(p for p in DELIVERIES if name_of(p) == "github-prs/opened")
    fixture = json.loads(path.read_bytes())
    played = play_delivery(connector_of("github/github-issues"), fixture)
    assert played.problems == ["github-issues is never called."]

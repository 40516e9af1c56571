"""`ferrule run` on a service it has never seen, and the state between two runs."""

import json

import pytest
from tests.support.progress import line_faults

from ferrule.exchange import Json

ITEMS = 2000

LINK: dict[str, Json] = {
    "type": "link_header",
    "pageSizeParam": "per_page",
    "pageSize": 100,
}
CURSOR: dict[str, Json] = {
    "type": "cursor",
    "nextPath": "$.next_cursor",
    "nextParam": "cursor",
    "pageSizeParam": "limit",
    "pageSize": 100,
}
OFFSET: dict[str, Json] = {
    "type": "offset",
    "nextParam": "offset",
    "totalPath": "$.total",
    "pageSizeParam": "limit",
    "pageSize": 100,
}
PAGE: dict[str, Json] = {
    "type": "page",
    "nextParam": "page",
    "hasMorePath": "$.has_more",
    "pageSizeParam": "per_page",
    "pageSize": 100,
}
NEXT_URL: dict[str, Json] = {
    "type": "next_url",
    "nextPath": "$.next_url",
    "pageSizeParam": "limit",
    "pageSize": 100,
}
STYLES = {
    "link": ("$", LINK),
    "cursor": ("$.items", CURSOR),
    "offset": ("$.items", OFFSET),
    "page": ("$.items", PAGE),
    "next": ("$.items", NEXT_URL),
}


def unseen(style: str, prefix: str = "", **members: Json) -> dict[str, Json]:
    """Return a descriptor in the seed's form, written for this service alone."""
    items_path, pagination = STYLES[style]
    made: dict[str, Json] = {
        "id": f"unseen-{style}",
        "name": "Unseen",
        "description": "A service nobody has described before.",
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "auth": {"method": "none"},
        "ingestion": {
            "mode": "polling",
            "endpoint": f"{{{{baseUrl}}}}{prefix}/{style}/issues",
            "method": "GET",
            "rateLimitRpm": 60_000,
            "query": {"state": "all"},
            "delta": {
                "type": "timestamp_filter",
                "queryParam": "since",
                "format": "iso8601",
            },
            "pagination": pagination,
        },
        "fieldMapping": {
            "itemsPath": items_path,
            "idPath": "$.id",
            "timestampPath": "$.updated_at",
            "summaryTemplate": "{{title}} by {{user.login}}",
            "participantsPath": "$.user.login",
            "tagsPath": "$.labels[*].name",
            "signalTypeRules": [
                {
                    "when": "$.state",
                    "operator": "equals",
                    "value": "open",
                    "then": "opened",
                }
            ],
        },
        "healthCheck": {
            "endpoint": "{{baseUrl}}/health",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 2000,
        },
    }
    return made | members


@pytest.fixture
def run(say, sandbox, tmp_path):
    """Return what runs a descriptor on the sandbox."""

    def go(descriptor, *options):
        path = tmp_path / "unseen.json"
        path.write_text(json.dumps(descriptor))
        return say("run", path, "--set", f"baseUrl={sandbox.url}", *options)

    return go


def signals(said):
    return [line["signal"] for line in said.lines if line["type"] == "signal"]


@pytest.mark.parametrize("style", STYLES)
def test_every_record_of_an_unseen_service_is_mapped(run, sandbox, style):
    sandbox.control(reset=True)
    said = run(unseen(style))
    found = signals(said)
    assert said.code == 0
    assert len({signal["externalId"] for signal in found}) == len(found) == ITEMS
    assert {signal["type"] for signal in found} == {"opened", f"unseen_{style}_updated"}
    assert said.last["type"] == "run"
    assert said.last["counts"]["processed"] == ITEMS
    assert said.last["counts"]["failed"] == 0
    assert said.last["pages"] == ITEMS / 100
    assert said.err == ""


def test_the_lines_of_a_run_come_in_order(run):
    said = run(unseen("link"), "--limit", 150)
    kinds = [line["type"] for line in said.lines]
    assert kinds[:2] == ["started", "stream"]
    assert kinds[2:104] == ["signal"] * 100 + ["state", "batch"]
    assert kinds[-3:] == ["state", "batch", "run"]


def test_every_line_fits_the_published_schema(run, say, sandbox):
    runs = [run(unseen("link", p), "--limit", 150) for p in ("", "/faults/html")]
    runs.append(run(unseen("link"), "--stream", "none"))
    address = f"baseUrl={sandbox.url}"
    assert say("connect", "sandbox-issues", "--set", address).code == 0
    runs.append(say("sync", "sandbox-issues", "--json"))
    for line in (line for said in runs for line in said.lines):
        assert line_faults(line) == [], line


def test_a_run_goes_on_where_the_last_one_stopped(run, tmp_path):
    state, seen = tmp_path / "state" / "unseen.json", []
    for _ in range(3):
        said = run(unseen("cursor"), "--state", state, "--limit", 700)
        seen += [signal["externalId"] for signal in signals(said)]
    assert len(seen) == len(set(seen)) == ITEMS
    assert said.last["status"] == "done"
    again = run(unseen("cursor"), "--state", state)
    assert again.lines[0]["mode"] == "incremental"
    assert 0 < len(signals(again)) < 100  # the boundary is inclusive
    assert json.loads(state.read_text())["streams"]["unseen_cursor"]["checkpoint"]
    full = run(unseen("cursor"), "--state", state, "--full", "--limit", 1500)
    assert len(signals(full)) == 1500
    changed = run(unseen("cursor"), "--state", state)
    assert len(signals(changed)) < 100  # a position of the full run is of no use


def test_the_last_state_line_is_what_the_file_holds(run, tmp_path):
    state = tmp_path / "state.json"
    said = run(unseen("offset"), "--state", state, "--limit", 250)
    told = [line["state"] for line in said.lines if line["type"] == "state"]
    assert told[-1] == json.loads(state.read_text())


def test_items_that_cannot_be_mapped_are_told_before_the_state(run):
    said = run(unseen("link", "/faults/malformed-item"), "--limit", 100)
    kinds = [line["type"] for line in said.lines]
    assert said.last["counts"]["failed"] == 10
    assert kinds.index("item_error") < kinds.index("state")


def test_what_is_only_called_is_not_asked(run):
    descriptor = unseen("link")
    descriptor["ingestion"] = {
        "mode": "webhook",
        "eventTypes": ["a"],
        "eventTypePath": "$.type",
        "verification": "none",
    }
    said = run(descriptor)
    assert said.code == 2
    assert "is called by its service" in said.last["message"]
    assert "ferrule gateway" in said.last["advice"]


def test_a_polling_and_webhook_connector_runs_its_polling_part(run):
    descriptor = unseen("link")
    polling = dict(descriptor["ingestion"])
    del polling["mode"]
    webhook = {"eventTypes": ["a"], "eventTypePath": "$.t", "verification": "none"}
    descriptor["ingestion"] = {
        "mode": "polling_and_webhook",
        "polling": polling,
        "webhook": webhook,
    }
    assert len(signals(run(descriptor, "--limit", 10))) == 10


@pytest.mark.parametrize(
    ("mode", "auth", "secrets"),
    [
        (
            "key-header",
            {
                "method": "api_key",
                "config": {"delivery": "header", "paramName": "X-Api-Key"},
            },
            {"key": "sample-key"},
        ),
        (
            "key-query",
            {
                "method": "api_key",
                "config": {"delivery": "query", "paramName": "api_key"},
            },
            {"key": "sample-key"},
        ),
        (
            "bearer",
            {
                "method": "pat",
                "config": {"delivery": "bearer", "paramName": "Authorization"},
            },
            {"key": "sample-token"},
        ),
        (
            "basic",
            {"method": "basic", "config": {}},
            {"username": "sample", "password": "sample-password"},
        ),
    ],
)
def test_every_way_to_sign_in(run, monkeypatch, mode, auth, secrets):
    fields = [
        {"key": key, "label": key, "type": "password", "required": True}
        for key in secrets
    ]
    auth = {**auth, "config": {**auth["config"], "credentialFields": fields}}
    options = []
    for key, value in secrets.items():
        monkeypatch.setenv(f"GIVEN_{key.upper()}", value)
        options += ["--secret", f"{key}=@env:GIVEN_{key.upper()}"]
    said = run(unseen("link", f"/auth/{mode}", auth=auth), "--limit", 150, *options)
    assert (said.code, len(signals(said))) == (0, 150)
    refused = run(unseen("link", f"/auth/{mode}", auth=auth))
    assert (refused.code, refused.last["failure"]) == (1, "MissingSecret")

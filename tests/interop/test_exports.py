"""Exports run by the engines that they are for: the ids are those of our own run.

The sandbox, a service of our own and the shipped connectors' fixtures are what both
read. airbyte-cdk checks each manifest against its own schema before it reads.
"""

import json
from pathlib import Path

import pytest
from tests.interchange.exports import SHIPPED, connector, secret, shipped_document
from tests.interop.exported import ADDRESS, Case, Locked, locked_cases, sandbox_cases
from tests.interop.peers import ENGINES, ours, theirs
from tests.interop.playing import Played
from tests.support.sandbox import Sandbox

from ferrule import shipped

pytestmark = [pytest.mark.interop, pytest.mark.compared("exports", "airbyte-cdk, dlt")]
ROOT = shipped.descriptors()
PLAYED = (
    "asana/asana-tasks/projects",
    "asana/asana-tasks/tasks",
    "confluence/confluence-pages/two-pages",
    "confluence/confluence-pages/comments",
    "datadog/datadog-monitors/two-pages",
    "github/github-issues/two-pages",
    "github/github-issues/comments",
    "jira/jira-issues/two-pages",
    "jira/jira-issues/projects",
    "linear/linear-issues/two-pages",
    "linear/linear-issues/comments",
    "notion/notion-pages/two-pages",
    "notion/notion-pages/entries",
    "slack/slack-messages/channels",
    "slack/slack-messages/messages",
    "slack/slack-messages/left-channel",
    "trello/trello-cards/pages",
)
SANDBOX = [case.name for case in sandbox_cases("http://127.0.0.1:1")]
LOCKED = [(c.name, e) for c in locked_cases("http://127.0.0.1:1") for e in c.engines]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with Sandbox(tmp_path_factory.mktemp("sandbox"), items=250) as running:
        yield running


@pytest.fixture(scope="module")
def locked():
    with Locked() as running:
        yield running


def compared(folder, case, engine, interop_table, title):
    mine, other = folder / "ours", folder / "theirs"
    mine.mkdir()
    other.mkdir()
    own, found = ours(mine, case), theirs(other, case, engine)
    either, both = {*own.ids, *found.ids}, {*own.ids} & {*found.ids}
    odd = len(either) - len(both)
    interop_table.row(len(either), odd, what=f"ids: {title}", peer=engine)
    assert own.error == ""
    assert found.error == ""
    assert own.ids == found.ids
    assert own.ids


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SANDBOX)
def test_the_sandbox_gives_both_the_same_ids(
    name, engine, sandbox, tmp_path, interop_table
):
    case = next(c for c in sandbox_cases(sandbox.url) if c.name == name)
    compared(tmp_path, case, engine, interop_table, f"sandbox: {name}")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("stream", ["issues", "comments"])
def test_the_shipped_sandbox_connector(
    stream, engine, sandbox, tmp_path, interop_table
):
    path = ROOT / "ferrule" / "connectors" / "sandbox-issues.json"
    config = {"baseUrl": sandbox.url, "owner": "sample", "repo": "workshop"}
    document = json.loads(path.read_text("utf-8"))
    case = Case("sandbox-issues", document, {}, config, stream)
    compared(tmp_path, case, engine, interop_table, f"sandbox-issues {stream}")


@pytest.mark.parametrize(("name", "engine"), LOCKED)
def test_a_service_of_our_own(name, engine, locked, tmp_path, interop_table):
    case = next(c for c in locked_cases(locked.origin) if c.name == name)
    compared(tmp_path, case, engine, interop_table, name)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("place", PLAYED)
def test_a_shipped_connector_on_its_fixture(place, engine, tmp_path, interop_table):
    provider, name, fixture = place.split("/")
    path = ROOT / provider / "fixtures" / name / f"{fixture}.json"
    with Played(json.loads(path.read_text("utf-8"))) as service:
        case = played(ROOT / provider / "connectors" / f"{name}.json", service)
        compared(
            tmp_path, case, engine, interop_table, f"{name} {case.stream} ({fixture})"
        )
        assert service.lacking == []


def played(path: Path, service: Played) -> Case:
    """Return a shipped connector that asks the service that plays its fixture.

    Records that it marks as deleted are left out on our side only, so no such rule
    stands in it here.
    """
    text = path.read_text("utf-8").replace(service.origin_then, service.origin)
    document = json.loads(text)
    settle(document, service.origin)
    for part in (document, *document.get("streams", ())):
        part.get("fieldMapping", {}).pop("deletedWhen", None)
    document["rateLimits"] = [{"limit": 1000, "per": "PT1S", "burst": 1000}]
    document["ingestion"]["rateLimitRpm"] = 60000
    fields = document["auth"]["config"]["credentialFields"]
    secrets = {one["key"]: "sample" for one in fields}
    fixture = service.fixture
    streams = document.get("streams") or [{"key": document.get("collectionKey")}]
    stream = fixture.get("stream") or streams[0]["key"]
    address = "baseUrl" if document["baseUrl"] == "{{baseUrl}}" else "service"
    config = {**fixture["config"], address: service.origin}
    return Case(path.stem, document, secrets, config, stream)


def settle(document, origin):
    """Have a person give the service's address: one on this machine is confirmed so."""
    document["permissions"]["hosts"] = ["127.0.0.1"]
    base = document["baseUrl"]
    if base != "{{baseUrl}}":
        rest = base.removeprefix(origin) if base.startswith(origin) else ""
        document["baseUrl"] = f"{{{{service}}}}{rest}"
        field = ADDRESS | {"key": "service"}
        document["configFields"] = [*document.get("configFields", ()), field]


def rich(**members):
    """Return connectors with parts that no shipped one has, for the schema alone."""
    mapping = {
        "transforms": [
            {"op": "rename", "from": "a", "to": "b.c"},
            {"op": "remove", "paths": ["d", "$.e.f"]},
            {"op": "keys", "case": "snake"},
        ],
        "primaryKey": ["$.a", "$.b.c"],
        "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
    }
    resilience = {
        "backoff": [
            {"type": "from", "source": "header:X-Reset", "as": "epoch_s", "minMs": 10},
            {"type": "from", "source": "$.wait", "as": "ms"},
            {"type": "constant", "delayMs": 5},
        ],
        "rules": [{"status": ["4xx"], "action": "rate_limited"}],
    }
    return connector(
        mapping=mapping, resilience=resilience, maxConcurrency=3, **members
    )


def test_airbyte_accepts_every_manifest(tmp_path, interop_table):
    """Whatever its sign-in is: nobody signs in for this."""
    code = {
        "method": "oauth2",
        "config": {
            "authoriseUrl": "https://example.com/authorise",
            "tokenUrl": "https://example.com/token",
            "scopes": ["read"],
            "clientAuth": "basic",
            "rotatesRefreshToken": True,
            "credentialFields": [secret("clientId"), secret("clientSecret")],
        },
    }
    documents = [shipped_document(name) for name in SHIPPED]
    cases = [
        Case(str(document["id"]), document, stream="")
        for document in (*documents, rich(), rich(auth=code))
    ]
    interop_table.same(
        [(case.name, theirs(tmp_path, case, "airbyte").error) for case in cases],
        [(case.name, "") for case in cases],
        what="manifests against airbyte-cdk's schema",
        peer="airbyte",
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_later_run_brings_what_changed(engine, tmp_path, interop_table):
    """Both ask inclusively, so what both bring may hold the newest of before too."""
    with Sandbox(tmp_path, items=120) as service:
        path = ROOT / "ferrule" / "connectors" / "sandbox-issues.json"
        config = {"baseUrl": service.url, "owner": "sample", "repo": "workshop"}
        document = json.loads(path.read_text("utf-8"))
        case = Case("sandbox-issues", document, {}, config, "issues")
        first = theirs(tmp_path, case, engine)
        ours(tmp_path, case, state=tmp_path / "state.json")
        numbers = service.control(touch=7)["touched"]
        listed = service.ask("/link/issues?state=all&per_page=100")
        touched = {str(one["id"]) for one in listed if one["number"] in numbers}
        own = ours(tmp_path, case, state=tmp_path / "state.json")
        later = theirs(tmp_path, case, engine, first.state)
    lacking = len({*own.ids} - {*later.ids})
    what = "ids: sandbox-issues issues, later run"
    interop_table.row(len(own.ids), lacking, what=what, peer=engine)
    assert (first.error, later.error, own.error) == ("", "", "")
    assert touched <= set(own.ids) <= set(later.ids)
    assert len(later.ids) < len(first.ids) / 2

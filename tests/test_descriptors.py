"""Every shipped connector: its fixtures replayed, its papers in order, lint clean."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.clock import FakeClock
from tests.support.replay_server import ReplayServer

from ferrule import shipped
from ferrule.descriptor.document import read_descriptor, read_document, validate
from ferrule.descriptor.model import Connector
from ferrule.descriptor.problems import lint
from ferrule.descriptor.signing import asks_nobody, signing_fields, webhook_of
from ferrule.exchange import Request, Response
from ferrule.fields import InputField
from ferrule.resilience import Policy
from ferrule.sync.replay import replay_fixture
from ferrule.transport import Client, HostPolicy
from ferrule.workspace.fixtures.playing import replay
from ferrule.workspace.signing_in import redirect_of

ROOT = shipped.descriptors()
FIXTURES = sorted(ROOT.glob("*/fixtures/*/*.json"))
ASKED = [p for p in FIXTURES if json.loads(p.read_bytes())["kind"] != "delivery"]
CONNECTORS = sorted(ROOT.glob("*/connectors/*.json"))
PROVIDERS = sorted(path.parent for path in ROOT.glob("*/bundle.json"))
NEEDED = {"endpoint", "auth", "pagination", "delta", "limits"}
NEEDED_OF_CALLED = {"endpoint", "auth", "signature", "delivery", "limits"}
TOPICS = NEEDED | NEEDED_OF_CALLED | {"version"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT)).removesuffix(".json")


def document_for(fixture: Path) -> Any:
    folder = fixture.parent.parent.parent
    text = (folder / "connectors" / f"{fixture.parent.name}.json").read_bytes()
    return read_document(text)


class OverHttp:
    """Sends the requests of a replay over loopback, through the real transport."""

    def __init__(self, server: ReplayServer, clock: FakeClock) -> None:
        policy = HostPolicy(confirmed=frozenset({server.origin}))
        self.client = Client(policy, clock=clock, jitter=lambda: 0.0)
        self.server = server

    def send(self, request: Request, policy: Policy) -> Response:
        return self.client.send(request, policy)

    def exchange(self, request: Request) -> Response:
        return self.client.exchange(request)

    def end(self) -> None:
        self.server.end()


@pytest.fixture(scope="module")
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


def test_there_are_connectors_and_each_has_fixtures():
    assert len(CONNECTORS) >= 10
    for path in CONNECTORS:
        cases = list((path.parent.parent / "fixtures" / path.stem).glob("*.json"))
        kinds = {json.loads(case.read_bytes())["kind"] for case in cases}
        assert kinds >= needed_kinds(read_descriptor(path.read_bytes())), path


def needed_kinds(connector: Connector) -> set[str]:
    """Return what there must be a case of: a sync or a call, and the health check.

    Where its service can be asked to call, also of that.
    """
    asks = set() if asks_nobody(connector) else {"health"}
    polls = {"sync"} if connector.polling else set()
    webhook = webhook_of(connector)
    orders = {"subscription"} if webhook and webhook.subscription else set()
    return asks | polls | orders | ({"delivery"} if webhook else set())


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_a_fixture_replays_without_a_network(path: Path):
    fixture = json.loads(path.read_bytes())
    assert replay(validate(document_for(path)), fixture) == []


@pytest.mark.parametrize("path", ASKED, ids=name_of)
def test_a_fixture_replays_over_http(path: Path, server: ReplayServer):
    recorded = json.loads(path.read_bytes())
    fixture = server.at_home(recorded, recorded["origin"])
    document = server.at_home(document_for(path), recorded["origin"])
    clock = FakeClock()
    answers = OverHttp(server, clock)
    server.play(fixture)
    with answers.client:
        assert replay_fixture(validate(document), fixture, answers) == []
    server.end()
    assert sum(clock.naps) == asked_to_wait(recorded)


def asked_to_wait(fixture: Any) -> float:
    """Return what `Retry-After` asks for, or the second that the first try is worth."""
    answers = [exchange["response"] for exchange in fixture["exchanges"][:-1]]
    headers = [a["headers"] for a in answers]
    again = [h for h, a in zip(headers, answers, strict=True) if a["status"] == 429]
    told = [h for h in headers if "retry-after" in h and h not in again]
    return sum(float(h.get("retry-after", 1)) for h in again + told)


def test_a_request_that_is_not_the_recorded_one_is_noticed(server: ReplayServer):
    path = next(p for p in FIXTURES if p.stem == "two-pages")
    recorded = json.loads(path.read_bytes())
    fixture = server.at_home(recorded, recorded["origin"])
    document = server.at_home(document_for(path), recorded["origin"])
    spoilt = json.loads(json.dumps(fixture))
    spoilt["exchanges"][0]["request"]["query"]["other"] = "1"
    server.play(spoilt)
    answers = OverHttp(server, FakeClock())
    with answers.client, pytest.raises(AssertionError):
        replay_fixture(validate(document), fixture, answers)
    assert "other" in server.wrong[0]
    wrong = replay_fixture(validate(document), spoilt)
    assert "query" in wrong[0]


def test_a_body_that_is_not_the_recorded_one_is_noticed(server: ReplayServer):
    path = ROOT / "notion" / "fixtures" / "notion-pages" / "two-pages.json"
    recorded = json.loads(path.read_bytes())
    fixture = server.at_home(recorded, recorded["origin"])
    document = server.at_home(document_for(path), recorded["origin"])
    spoilt = json.loads(json.dumps(fixture))
    spoilt["exchanges"][1]["request"]["body"]["start_cursor"] = "another"
    server.play(spoilt)
    answers = OverHttp(server, FakeClock())
    with answers.client, pytest.raises(AssertionError):
        replay_fixture(validate(document), fixture, answers)
    assert "another" in server.wrong[0]
    (wrong,) = replay_fixture(validate(document), spoilt)
    assert "start_cursor" in wrong


@pytest.mark.parametrize("path", CONNECTORS, ids=name_of)
def test_lint_finds_no_error(path: Path):
    problems = lint(read_document(path.read_bytes()))
    assert [p for p in problems if p.severity == "error"] == []


@pytest.mark.parametrize("folder", PROVIDERS, ids=lambda folder: folder.name)
def test_the_papers_of_a_provider_agree(folder: Path):
    manifest = json.loads((folder / "bundle.json").read_bytes())
    connectors = {
        path.name: read_descriptor(path.read_bytes())
        for path in (folder / "connectors").glob("*.json")
    }
    listed = {(c["id"], c["version"], c["file"]) for c in manifest["connectors"]}
    assert listed == {
        (c.id, c.version, f"connectors/{name}") for name, c in connectors.items()
    }
    assert {c.provider for c in connectors.values()} == {manifest["provider"]}
    assert folder.name == manifest["provider"]
    for part in manifest.get("fixtures", ()):
        assert (folder / part).exists(), part
    assert (folder / "docs" / "README.md").read_text("utf-8").startswith("#")


POLICIES = {"oauth2": "P6M", "oauth1": "P12M", "webhook_secret": "P90D"}
VENDORS = [path for path in CONNECTORS if path.parent.parent.name != "ferrule"]
FIELD_HEADING = re.compile(r"### (.+) \(`([A-Za-z0-9_]+)`\)")
NOT_PLAIN = re.compile(r"!\[|<[A-Za-z/!](?!ttps://)|\]\((?!https://)")


@pytest.mark.parametrize("path", VENDORS, ids=name_of)
def test_every_way_to_sign_in_says_when_it_is_to_be_rotated(path: Path):
    """As seed 000 has it: keys 30 days, OAuth 2 six months, OAuth 1 twelve.

    The secrets of webhooks are for 90 days.
    """
    found = json.loads(path.read_bytes())
    for auth in (found["auth"], *found.get("authOptions", ())):
        policy = POLICIES.get(auth["method"], "P30D")
        assert auth["config"]["rotateAfter"] == policy, auth.get("label")
    webhook = webhook_of(read_descriptor(path.read_bytes()))
    if webhook is not None and webhook.signing is not None:
        assert found["ingestion"]["signing"]["rotateAfter"] == "P90D"


@pytest.mark.parametrize(
    "folder",
    [one for one in PROVIDERS if one.name != "ferrule"],
    ids=lambda one: one.name,
)
def test_every_field_has_a_section_that_tells_where_it_is_found(folder: Path):
    text = (folder / "docs" / "README.md").read_text("utf-8")
    told = {found[2]: found[1] for found in FIELD_HEADING.finditer(text)}
    fields: list[InputField] = []
    for path in (folder / "connectors").glob("*.json"):
        connector = read_descriptor(path.read_bytes())
        for way in connector.sign_ins.values():
            fields += way.credential_fields
        fields += signing_fields(connector)
        fields += connector.config_fields or ()
    assert told == {field.key: field.label for field in fields}


@pytest.mark.parametrize("path", VENDORS, ids=name_of)
def test_a_readme_is_plain_markdown(path: Path):
    text = (path.parent.parent / "docs" / "README.md").read_text("utf-8")
    assert NOT_PLAIN.findall(text) == []


@pytest.mark.parametrize("path", VENDORS, ids=name_of)
def test_a_readme_names_the_redirect_address_to_register(path: Path):
    text = (path.parent.parent / "docs" / "README.md").read_text("utf-8")
    connector = read_descriptor(path.read_bytes())
    for way in connector.sign_ins:
        address = redirect_of(connector.signing_in(way))
        origin = address and address.removesuffix("/oauth/callback")
        assert origin is None or f"`{address}`" in text or f"`{origin}`" in text


@pytest.mark.parametrize("folder", PROVIDERS, ids=lambda folder: folder.name)
def test_every_claim_has_its_evidence(folder: Path):
    found = json.loads((folder / "evidence.json").read_bytes())
    assert found["format"] == 1
    for path in (folder / "connectors").glob("*.json"):
        rows = [row for row in found["evidence"] if row["connector"] == path.stem]
        topics = {row["topic"] for row in rows}
        called = "webhook" in json.loads(path.read_bytes())["ingestion"]["mode"]
        assert topics >= (NEEDED_OF_CALLED if called else NEEDED)
        assert topics <= TOPICS
        assert all(row["says"] and row["url"] for row in rows)
        status = json.loads(path.read_bytes()).get("status")
        assert status != "ga" or all(row["verified"] for row in rows)

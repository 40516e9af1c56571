"""A project with a connector that a service calls, and calls as that service makes."""

import asyncio
import hmac
import json
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from pydantic import SecretStr
from tests.workspace.test_receiving import DOCUMENT

from ferrule.clock import SystemClock
from ferrule.ui.actions import Actions
from ferrule.ui.pages.webhooks import WebhooksPage
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.reading import Call
from ferrule.workspace.connecting import connect
from ferrule.workspace.receiving import Callees
from ferrule.workspace.replaying import map_waiting
from ferrule.workspace.workspace import Workspace

SECRET = "a-secret-of-the-tracker"
SIGNING = {
    "signatureHeader": "X-Hub-Signature-256",
    "header": {"format": "prefixed", "prefix": "sha256="},
    "algorithm": "hmac-sha256",
    "encoding": "hex",
    "credentialFields": [
        {"key": "secret", "label": "Secret", "type": "password", "required": True}
    ],
}
CALLED = {
    "mode": "webhook",
    "eventTypes": ["issues.opened", "issues.edited", "issues.closed"],
    "eventTypePath": "header:X-Event",
    "deliveryId": "header:X-Delivery",
    "itemsPath": "$.issue",
    "verification": "signature",
    "signing": SIGNING,
}
TRACKER = {
    **DOCUMENT,
    "id": "tracker",
    "name": "Issue Tracker",
    "ingestion": CALLED,
    "fieldMapping": {
        "itemsPath": "$.issue",
        "idPath": "$.id",
        "timestampPath": "$.updated_at",
        "summaryTemplate": "{{title}} (#{{number}})",
        "signalTypeRules": [],
    },
}
FIXTURE = {
    "format": 1,
    "name": "an issue is opened",
    "kind": "delivery",
    "config": {},
    "call": {
        "method": "POST",
        "headers": {
            "Content-Type": "application/json",
            "X-Event": "issues.opened",
            "X-Delivery": "fixture",
        },
        "body": {"action": "opened", "issue": {"id": 4711, "number": 12}},
    },
    "expect": {"verdict": "valid"},
}


def write_project(folder: Path, document=None, fixture=None):
    """Write a project of one connector, with a fixture of a call."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    provider = folder / "descriptors" / "tracker"
    for name, value in (
        ("connectors/tracker.json", document or TRACKER),
        ("fixtures/tracker/opened.json", fixture or opened_fixture()),
    ):
        path = provider / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))


def opened_fixture():
    """Return a fixture whose item can be mapped."""
    made = json.loads(json.dumps(FIXTURE))
    made["call"]["body"] = body_of(4711, "opened")
    return made


def body_of(number, action="edited", **more):
    """Return the body of a call that is about one issue."""
    issue = {
        "id": number,
        "number": number % 1000,
        "title": f"Fix token refresh {number}",
        "state": "open",
        "labels": [{"name": "bug"}, {"name": "auth"}],
        "assignees": [{"login": "anna"}],
        "updated_at": f"2026-02-03T04:{number % 60:02}:00Z",
    }
    return {"action": action, "issue": issue | more}


def connected(workspace: Workspace, key="tracker", secret=SECRET, *, must_store=True):
    """Connect the tracker."""
    connect(
        workspace,
        "tracker",
        {},
        {"secret": SecretStr(secret)},
        key=key,
        must_store=must_store,
    )


def call_headers(raw: bytes, event="issues.edited", name="d-1", secret=SECRET):
    """Return the headers of a call that is signed with a secret."""
    digest = hmac.digest(secret.encode(), raw, "sha256").hex()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tracker-Hook/1",
        "X-Event": event,
        "X-Delivery": name,
        "X-Hub-Signature-256": f"sha256={digest}",
    }


def post(url, body, event="issues.edited", name="d-1", secret=SECRET, key="tracker"):
    """Call the receiver as the service does, and return the status."""
    raw = json.dumps(body).encode()
    host = url.removeprefix("http://")
    with closing(HTTPConnection(host, timeout=10)) as connection:
        path = f"/api/webhooks/{key}/birds"
        connection.request("POST", path, raw, call_headers(raw, event, name, secret))
        return connection.getresponse().status


def received(workspace, body, event="issues.edited", name="d-1", secret=SECRET):
    """Write a call down as a gateway does, map it, and return its number."""
    number = kept(workspace, body, event, name, secret)
    map_waiting(workspace)
    return number


def kept(workspace, body, event="issues.edited", name="d-1", secret=SECRET):
    """Write a call down as a gateway does, and return its number."""
    raw = json.dumps(body).encode()
    headers = tuple(call_headers(raw, event, name, secret).items())
    project = workspace.project.key
    url = f"http://127.0.0.1:8480/api/webhooks/tracker/{project}"
    incoming = Incoming("POST", url, headers, raw, SystemClock().now())
    callee = Callees(workspace).look("tracker", project)
    judged = callee.judge(incoming)
    put_down = callee.accepted if judged.state == "valid" else callee.refused
    (stored,) = workspace.deliveries.keep([put_down(Call(incoming), judged, "c")])
    return stored.id


class Desk:
    """The page in a window, and what a person does with it."""

    def __init__(self, workspace, qtbot, size=(1180, 760)):
        self.page = WebhooksPage(workspace, Actions())
        self.page.resize(*size)
        qtbot.addWidget(self.page)
        self.page.show()

    async def __aenter__(self):
        self.page.activated()
        await self.page.tasks.wait("read")
        return self

    async def __aexit__(self, *_error):
        await self.page.close_work()

    def __getattr__(self, name):
        return getattr(self.page, name)

    async def listen(self):
        """Start the receiver on a port that is free."""
        self.page.receiver.port.setText("0")
        self.page.receiver.toggle.click()
        await self.until(lambda: self.page.server.state in {"listening", "failed"})
        assert self.page.server.listening, self.page.server.problem
        return self.page.server.url

    async def until(self, holds, seconds=15):
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - a page has no event for each fact
                await asyncio.sleep(0.005)

    def rows(self):
        return self.page.list.model.rows()

    def row(self, number=0):
        return self.rows()[number].one

    async def opened(self, number):
        """Choose a delivery, and wait until it is shown whole."""
        self.page.list.select(number)
        await self.page.tasks.wait("open")
        shown = self.page.pane
        await self.until(
            lambda: shown.opened is not None and shown.opened.delivery.id == number
        )
        return shown

    async def done(self, verb):
        await self.page.tasks.wait(f"do {verb}")
        for name in ("came", "select", "open"):
            await self.page.tasks.wait(name)


async def off_thread(call):
    """Run a blocking call beside Qt's loop."""
    return await asyncio.get_running_loop().run_in_executor(None, call)

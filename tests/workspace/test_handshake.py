"""Asana's handshake: a question in the middle of the order, and its answer's secret.

The service asks, while it is asked to call, whether it may: it sends `X-Hook-Secret`,
and wants it back. Whoever sends such a header gets it back, and nothing comes of it:
the secret that counts is in the answer to our own request.
Source: https://developers.asana.com/reference/createwebhook
"""

import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.support.commands import KEY
from tests.support.hook_service import Answer, Asked, HookService
from tests.webhook.mapped import document
from tests.webhook.running import Running, Said

from ferrule.credentials import forget_master_key
from ferrule.errors import FerruleError
from ferrule.store.subscriptions import Subscriptions
from ferrule.webhook.gateway.application import Rules
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.receiving import Callees
from ferrule.workspace.subscribing import subscribe, unsubscribe
from ferrule.workspace.workspace import Workspace

OURS = "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81"
THEIRS = "f" * 64
SECRET_FIELD = {"key": "secret", "label": "Secret", "type": "password"}
WEBHOOK = {
    "eventTypePath": "$.events[0].resource.resource_type",
    "verification": "signature",
    "signing": {
        "signatureHeader": "X-Hook-Signature",
        "algorithm": "hmac-sha256",
        "encoding": "hex",
        "credentialFields": [{**SECRET_FIELD, "required": True}],
    },
    "challenge": {
        "when": {"when": "header:X-Hook-Secret", "operator": "exists"},
        "respondHeaders": {"X-Hook-Secret": "{{headers.x-hook-secret}}"},
        "unsigned": True,
    },
    "subscription": {
        "create": {
            "endpoint": "{{baseUrl}}/webhooks",
            "method": "POST",
            "body": {"data": {"resource": "8675309", "target": "{{params.url}}"}},
            "bodyType": "json",
        },
        "delete": {
            "endpoint": "{{baseUrl}}/webhooks/{{params.id}}",
            "method": "DELETE",
        },
        "idPath": "$.data.gid",
        "secretPath": "$['X-Hook-Secret']",
    },
}
EVENT = {"events": [{"action": "changed", "resource": {"resource_type": "task"}}]}
BODY = json.dumps(EVENT).encode()


def sent(url: str, body: bytes, **headers: str) -> Said:
    """Send a call to an address, as anybody may."""
    parts = urlsplit(url)
    assert parts.port is not None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(HTTPConnection("127.0.0.1", parts.port, timeout=10)) as connection:
        connection.request("POST", parts.path, body, named)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Said(answer.status, answer.read(), told)


def signed(secret: str, body: bytes = BODY) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


class Asana(HookService):
    """Makes a webhook when its target gives the secret back; `meanwhile` twice."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = self._made
        self.handshakes: list[Said] = []
        self.meanwhile: Any = lambda _: None

    def _made(self, asked: Asked) -> Answer:
        if asked.method == "DELETE":
            return 200, {"data": {}}
        target = asked.body["data"]["target"]
        self.meanwhile(target)
        said = sent(target, b"", X_Hook_Secret=OURS)
        self.handshakes.append(said)
        self.meanwhile(target)
        good = said.status in {200, 204} and said.headers.get("x-hook-secret") == OURS
        if not good:
            return 400, {"errors": [{"message": "The remote server did not respond"}]}
        return 201, {"data": {"gid": "43214", "active": False}, "X-Hook-Secret": OURS}


@pytest.fixture
def asana() -> Iterator[Asana]:
    with Asana() as made:
        yield made


@pytest.fixture
def workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asana: Asana
) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    project = tmp_path / "project"
    own = project / "descriptors" / "hook" / "connectors"
    own.mkdir(parents=True)
    (project / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    (own / "hook.json").write_text(json.dumps(document(WEBHOOK)))
    made = Workspace(Home(tmp_path / "home"), project)
    connect(made, "hook", {"baseUrl": asana.url}, {}, must_store=True)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def gateway(workspace: Workspace) -> Iterator[Running]:
    found = Callees(workspace)
    with Running(workspace.home.path, find=found, map_delivery=None) as running:
        yield running


def url_of(gateway: Running) -> str:
    return f"http://127.0.0.1:{gateway.port}/api/webhooks/hook/birds"


def base_of(gateway: Running) -> str:
    return f"http://127.0.0.1:{gateway.port}"


def kept(workspace: Workspace) -> str | None:
    connection = workspace.connections.get("birds", "hook")
    found = workspace.registry.kept_of(connection).get("secret")
    return None if found is None else found.get_secret_value()


def test_the_handshake_is_answered_and_the_secret_comes_with_the_answer(
    workspace: Workspace, gateway: Running, asana: Asana
) -> None:
    url = url_of(gateway)
    assert sent(url, BODY, X_Hook_Signature=signed(OURS)).status == 503  # no secret yet
    one = subscribe(workspace, "hook", base_of(gateway))
    assert (one.subscription_id, kept(workspace)) == ("43214", OURS)
    (said,) = asana.handshakes
    assert (said.status, said.body) == (200, b"")
    assert said.headers.keys() - {"date"} == {
        *("x-hook-secret", "content-length", "content-type", "x-content-type-options"),
    }
    gateway.gateway._find.forget()  # a second later it would have looked by itself
    assert sent(url, BODY, X_Hook_Signature=signed(OURS)).status == 202
    assert sent(url, BODY, X_Hook_Signature=signed(THEIRS)).status == 401
    assert unsubscribe(workspace, "hook")
    assert asana.lines[-1] == ("DELETE", "/webhooks/43214")


def test_a_handshake_is_written_down_nowhere(
    workspace: Workspace, gateway: Running
) -> None:
    subscribe(workspace, "hook", base_of(gateway))
    assert sent(url_of(gateway), BODY, X_Hook_Secret=THEIRS).status == 200
    assert workspace.deliveries.list("birds") == ()
    for path in workspace.home.path.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert OURS.encode() not in held, path
        assert THEIRS.encode() not in held, path


@pytest.mark.parametrize("when", ["before", "meanwhile", "after"])
def test_a_stranger_who_shakes_hands_replaces_no_secret(
    workspace: Workspace, gateway: Running, asana: Asana, when: str
) -> None:
    url = url_of(gateway)

    def attack(target: str = url) -> None:
        said = sent(target, b"", X_Hook_Secret=THEIRS)
        assert (said.status, said.headers["x-hook-secret"]) == (200, THEIRS)

    if when == "before":
        attack()
        assert kept(workspace) is None
    if when == "meanwhile":
        asana.meanwhile = attack
    subscribe(workspace, "hook", base_of(gateway))
    if when == "after":
        attack()
    gateway.gateway._find.forget()
    assert kept(workspace) == OURS
    assert sent(url, BODY, X_Hook_Signature=signed(THEIRS)).status == 401
    assert sent(url, BODY, X_Hook_Signature=signed(OURS)).status == 202


def test_a_stranger_alone_makes_no_subscription(
    workspace: Workspace, gateway: Running
) -> None:
    """Who shakes hands, then signs by what he sent, is refused as anybody is."""
    url = url_of(gateway)
    assert sent(url, b"", X_Hook_Secret=THEIRS).status == 200
    assert sent(url, BODY, X_Hook_Signature=signed(THEIRS)).status == 503
    assert Subscriptions(workspace.database).list("birds") == ()
    assert kept(workspace) is None


@pytest.mark.parametrize(
    "value", ["", "a" * 1025, "\xe9" * 8, "tab\tinside", "{{credentials.secret}}\x7f"]
)
def test_what_is_no_plain_value_is_not_given_back(gateway: Running, value: str) -> None:
    said = sent(url_of(gateway), BODY, X_Hook_Secret=value)
    assert said.status == 400
    assert "x-hook-secret" not in said.headers


def test_a_value_is_never_a_template(workspace: Workspace, gateway: Running) -> None:
    subscribe(workspace, "hook", base_of(gateway))
    asked = "{{credentials.secret}}"
    said = sent(url_of(gateway), BODY, X_Hook_Secret=asked)
    assert said.headers["x-hook-secret"] == asked


def test_a_page_in_a_browser_is_not_answered(gateway: Running) -> None:
    said = sent(url_of(gateway), b"", X_Hook_Secret=THEIRS, Origin="https://evil.test")
    assert said.status == 403
    assert "x-hook-secret" not in said.headers


def test_handshakes_are_counted_and_take_nobodys_room(
    workspace: Workspace, asana: Asana
) -> None:
    found = Callees(workspace)
    rules = Rules(per_minute=3)
    path = workspace.home.path
    with Running(path, find=found, map_delivery=None, rules=rules) as running:
        subscribe(workspace, "hook", base_of(running))
        found.forget()
        url = url_of(running)
        told = [sent(url, b"", X_Hook_Secret=THEIRS).status for _ in range(4)]
        assert told == [200, 200, 429, 429]
        assert sent(url, BODY, X_Hook_Signature=signed(OURS)).status == 202


def test_without_a_gateway_nothing_is_left(workspace: Workspace, asana: Asana) -> None:
    path = workspace.home.path
    with Running(path, map_delivery=None) as other, pytest.raises(FerruleError):
        subscribe(workspace, "hook", base_of(other))
    assert asana.lines == [("POST", "/webhooks")]
    assert Subscriptions(workspace.database).list("birds") == ()
    assert kept(workspace) is None

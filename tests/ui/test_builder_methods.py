"""A draft that borrows a connection's values is sent by that connection's sign-in."""

import json

import pytest
from tests.auth.kinds import field
from tests.support.signed_service import SignedService, connector
from tests.support.traffic import counted
from tests.ui.builder_room import KEY, in_room, until

from ferrule.ui.models.messages import OpenDescriptor
from ferrule.ui.tasks import in_thread
from ferrule.workspace.connecting import connect
from ferrule.workspace.giving import typed_secrets

BASE = {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
BOT = "bot-0123456789abcdef"


def pat(key, label):
    how = {"delivery": "bearer", "paramName": "", "credentialFields": [field(key)]}
    return {"method": "pat", "label": label, "config": how}


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))

    def enter(scenario):
        run(in_room(tmp_path, scenario))

    return enter


def test_the_method_of_the_connection_is_the_drafts_while_it_lends(room):
    with SignedService() as service:
        service.gate = lambda asked: asked.headers["authorization"] == f"Bearer {BOT}"

        def prepare(workspace):
            options = [pat("bot", "Bot token")]
            document = connector(
                pat("user", "User token"), authOptions=options, configFields=[BASE]
            )
            workspace.registry.register_descriptor(json.dumps(document).encode())
            config = {"baseUrl": service.origin}
            connect(
                workspace,
                "signed",
                config,
                typed_secrets({"bot": BOT}),
                method="bot token",
            )

        async def scenario(room):
            await in_thread(lambda: prepare(room.workspace))
            room.page.receive(OpenDescriptor("signed"))
            await room.settled()
            bench, panel = room.bench, room.bench.values
            bench.line.values.click()
            await until(panel.isVisible)
            assert list(panel.secrets.rows) == ["user"]
            before = counted(room.workspace, "signed")
            panel._source.setCurrentIndex(1)
            panel._source.activated.emit(1)
            await until(lambda: list(panel.secrets.rows) == ["bot"])
            bench.send()
            await until(lambda: bench.sending.running)
            await bench.sending.tasks.wait("send")
            assert bench.watch.sample.status == 200
            assert counted(room.workspace, "signed") == before + 1
            panel._source.setCurrentIndex(0)
            panel._source.activated.emit(0)
            bench.send()
            await until(lambda: list(panel.secrets.rows) == ["user"])
            assert room.draft.document["auth"]["label"] == "User token"

        room(scenario)
        assert {asked.path for asked in service.asked} == {"/items"}


def oauth(host):
    """Return a sign-in that asks for a host of its own."""
    how = {
        "grant": "client_credentials",
        "tokenUrl": f"https://{host}/token",
        "scopes": [],
        "credentialFields": [field("clientId"), field("clientSecret")],
    }
    return {"method": "oauth2", "label": "App", "config": how}


def test_a_connection_that_chose_nothing_lends_to_the_usual_sign_in(room):
    with SignedService() as service:

        def prepare(workspace):
            document = connector(pat("user", "User token"), configFields=[BASE])
            registry = workspace.registry
            registry.register_descriptor(json.dumps(document).encode())
            config = {"baseUrl": service.origin}
            made = connect(workspace, "signed", config, typed_secrets({"user": BOT}))
            assert made.auth_option is None
            document["authOptions"] = [oauth("login.example.com")]
            registry.update_descriptor("signed", json.dumps(document).encode())

        async def scenario(room):
            await in_thread(lambda: prepare(room.workspace))
            room.page.receive(OpenDescriptor("signed"))
            await room.settled()
            bench, panel = room.bench, room.bench.values
            bench.line.values.click()
            await until(panel.isVisible)
            panel._source.setCurrentIndex(1)
            panel._source.activated.emit(1)
            await until(lambda: bench.sending.method == "User token")
            bench.send()
            await until(lambda: bench.sending.running)
            await bench.sending.tasks.wait("send")
            assert bench.watch.sample is not None, "its hosts are those of the usual"
            assert bench.watch.sample.status == 200

        room(scenario)
        assert [asked.path for asked in service.asked][-1] == "/items"


def test_the_api_version_of_the_connection_is_the_drafts_while_it_lends(room):
    with SignedService() as service:
        old = {"ingestion": {"endpoint": "/old/items"}}
        versions = [
            {"id": "2", "label": "2", "status": "stable", "default": True},
            {"id": "1", "label": "1", "status": "deprecated", "overrides": old},
        ]

        def prepare(workspace):
            document = connector(
                pat("user", "User token"), apiVersions=versions, configFields=[BASE]
            )
            workspace.registry.register_descriptor(json.dumps(document).encode())
            config, secrets = {"baseUrl": service.origin}, typed_secrets({"user": BOT})
            connect(workspace, "signed", config, secrets, api_version="1")

        async def scenario(room):
            await in_thread(lambda: prepare(room.workspace))
            room.page.receive(OpenDescriptor("signed"))
            await room.settled()
            bench, panel = room.bench, room.bench.values
            bench.line.values.click()
            await until(panel.isVisible)
            panel._source.setCurrentIndex(1)
            panel._source.activated.emit(1)
            await until(lambda: bench.sending.version == "1")
            bench.send()
            await until(lambda: bench.sending.running)
            await bench.sending.tasks.wait("send")
            assert bench.sending.signed_as(panel.values)["apiVersions"]
            assert "overrides" in room.draft.document["apiVersions"][1]

        room(scenario)
        assert {asked.path for asked in service.asked} == {"/old/items"}

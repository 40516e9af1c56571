"""A draft that borrows the values of a connection that is held is not sent."""

import json

import pytest
from tests.support.signed_service import SignedService, connector
from tests.ui.builder_room import KEY, in_room, until
from tests.ui.test_builder_methods import BASE, BOT, pat

from ferrule.errors import HostsGrew, OffHost
from ferrule.ui.models.messages import OpenDescriptor
from ferrule.ui.tasks import in_thread
from ferrule.workspace.connecting import connect
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.scopes import confirm_hosts

MORE = {"hosts": ["api.example.com", "more.example"], "scopes": [], "writes": []}
DOCUMENT = connector(pat("bot", "Bot token"), configFields=[BASE])


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))

    def enter(scenario):
        run(in_room(tmp_path, scenario))

    return enter


def test_neither_a_held_connection_lends_nor_goes_a_draft_beyond_its_hosts(room):
    with SignedService() as service:

        def prepare(workspace):
            registry = workspace.registry
            registry.register_descriptor(json.dumps(DOCUMENT).encode())
            config = {"baseUrl": service.origin}
            connect(workspace, "signed", config, typed_secrets({"bot": BOT}))
            more = {**DOCUMENT, "permissions": MORE}
            registry.update_descriptor("signed", json.dumps(more).encode())

        async def sent(room):
            failures = []
            room.bench.sending.failed.connect(failures.append)
            room.bench.send()
            await until(lambda: room.bench.sending.running)
            await room.bench.sending.tasks.wait("send")
            room.bench.sending.failed.disconnect(failures.append)
            return failures

        async def scenario(room):
            await in_thread(lambda: prepare(room.workspace))
            room.page.receive(OpenDescriptor("signed"))
            await room.settled()
            bench, panel = room.bench, room.bench.values
            bench.line.values.click()
            await until(panel.isVisible)
            panel._source.setCurrentIndex(1)
            panel._source.activated.emit(1)
            await until(lambda: panel.values.borrowed)
            (held,) = await sent(room)
            assert isinstance(held, HostsGrew)
            assert "more.example" in held.message
            assert service.asked == []
            await in_thread(lambda: confirm_hosts(room.workspace, "signed"))
            assert await sent(room) == []
            assert len(service.asked) == 1

        room(scenario)


def test_a_draft_that_asks_for_more_than_its_lender_is_not_sent(room):
    with SignedService() as service:

        def prepare(workspace):
            workspace.registry.register_descriptor(json.dumps(DOCUMENT).encode())
            config = {"baseUrl": service.origin}
            connect(workspace, "signed", config, typed_secrets({"bot": BOT}))

        async def scenario(room):
            await in_thread(lambda: prepare(room.workspace))
            room.page.receive(OpenDescriptor("signed"))
            await room.settled()
            bench, panel = room.bench, room.bench.values
            bench.line.values.click()
            await until(panel.isVisible)
            panel._source.setCurrentIndex(1)
            panel._source.activated.emit(1)
            await until(lambda: panel.values.borrowed)
            more = {**room.draft.document, "permissions": MORE}
            room.draft.replace(more, "Permissions")
            await room.settled()
            failures = []
            bench.sending.failed.connect(failures.append)
            bench.send()
            await until(lambda: bench.sending.running)
            await bench.sending.tasks.wait("send")
            (refused,) = failures
            assert isinstance(refused, OffHost)
            assert "more.example" in refused.message
            assert service.asked == []

        room(scenario)

"""What a client is told without asking, and what becomes of calls it gives up."""

import threading
import time

import pytest
from tests.support.promptness import in_time

pytest.importorskip("mcp", reason="needs ferrule[mcp]")

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.client.client import Client

from ferrule.workspace.tools import approvals, mcp_changes, waivers
from ferrule.workspace.tools.lines import Lines
from ferrule.workspace.tools.mcp_server import ToolDesk

SAY = {"id": "7", "text": "hello"}


def disabled(workspace):
    workspace.registry.enable_connection(workspace.project.key, "things", enabled=False)


@pytest.fixture
def looking_often(monkeypatch):
    monkeypatch.setattr(mcp_changes, "_LOOKED_EVERY_S", 0.02)
    monkeypatch.setattr(mcp_changes, "_RESTED", 1)


@pytest.mark.usefixtures("looking_often")
def test_a_client_of_the_handshake_is_notified_of_another_list(workspace):
    noted = anyio.Event()

    async def heard(message):
        if isinstance(message, types.ToolListChangedNotification):
            noted.set()

    async def talk():
        with Lines(workspace) as lines:
            server = ToolDesk(workspace, lines).server()
            options = server.create_initialization_options()
            assert options.capabilities.tools.list_changed
            async with Client(server, mode="legacy", message_handler=heard) as client:
                assert (await client.list_tools()).tools
                disabled(workspace)
                with anyio.fail_after(5):
                    await noted.wait()
                return (await client.list_tools()).tools

    assert anyio.run(talk) == []


@pytest.mark.usefixtures("looking_often")
def test_a_client_of_the_later_era_listens_for_another_list(workspace):
    async def talk():
        with Lines(workspace) as lines:
            server = ToolDesk(workspace, lines).server()
            async with Client(server, mode="auto") as client:
                assert (await client.list_tools()).tools
                async with client.listen(tools_list_changed=True) as told:
                    disabled(workspace)
                    with anyio.fail_after(5):
                        async for _change in told:
                            break
                return (await client.list_tools()).tools

    assert anyio.run(talk) == []


def arrived(service):
    return lambda: service.arrived.wait(5)


def given_up(workspace, service, name, until, **arguments):
    """Call a tool, give the call up when that comes, and let the service answer."""

    async def talk():
        with Lines(workspace) as lines:
            desk = ToolDesk(workspace, lines)
            async with Client(desk.server(), mode="legacy") as client:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(
                        client.call_tool, f"things__{name}", {"id": "7", **arguments}
                    )
                    assert await anyio.to_thread.run_sync(until)
                    tasks.cancel_scope.cancel()
                await anyio.sleep(0.05)
                service.hold.set()
            began = time.perf_counter()
            desk.settle()
            return time.perf_counter() - began

    return anyio.run(talk)


def test_a_write_on_its_way_ends_by_itself_and_that_is_noted(workspace, service):
    waivers.waive(workspace, "things", "say", via="cli")
    service.answers = ["wait"]
    in_time(given_up(workspace, service, "say", arrived(service), text="x"), 4)
    (kept,) = workspace.approvals.list(workspace.project.key)
    assert [one.step for one in kept.steps] == ["waived", "used", "done"]


def test_a_read_on_its_way_is_ended_at_once(workspace, service):
    service.answers = ["hang"]
    in_time(given_up(workspace, service, "look", arrived(service)), 1)


def test_a_call_that_was_given_up_is_not_sent_when_it_is_approved(workspace, service):
    def waits():
        while not approvals.waiting(workspace):
            threading.Event().wait(0.01)
        return True

    given_up(workspace, service, "say", waits, text="x")
    (asked,) = approvals.waiting(workspace)
    approvals.approve(workspace, asked.id, "say", via="window")
    assert service.asked == []
    assert approvals.state_of(workspace, asked.id) == "approved"

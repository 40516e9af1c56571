"""Tools over the Model Context Protocol, with the official client, in both its eras."""

import json
import os
import sys
import threading
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.canary import found as leaks_in
from tests.support.commands import KEY
from tests.support.tool_service import TOKEN, TOOLS, described, tool

pytest.importorskip("mcp", reason="needs ferrule[mcp]")

import anyio
import mcp_types as types
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError

import ferrule
from ferrule.workspace.tools import approvals, mcp_server
from ferrule.workspace.tools.lines import Lines
from ferrule.workspace.tools.mcp_server import ToolDesk

ERAS = ["legacy", "auto"]
SAY = {"id": "7", "text": "hello"}


class Person:
    """Somebody at another place, who decides what waits as soon as it does."""

    def __init__(self, workspace, deed="approve"):
        self._workspace = workspace
        self._deed = deed
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join(10)

    def _look(self):
        while not self._ended.wait(0.02):
            for one in approvals.waiting(self._workspace):
                if self._deed == "approve":
                    word = one.request.word
                    approvals.approve(self._workspace, one.id, word, via="cli")
                else:
                    approvals.decline(self._workspace, one.id, via="window")


class Dialogue:
    """The client's own dialogue: it notes what it is asked, and answers."""

    def __init__(self, action):
        self.action = action
        self.asked = []

    async def __call__(self, _context, params):
        self.asked.append(params.message)
        return types.ElicitResult(action=self.action, content={})


@asynccontextmanager
async def connected(workspace, era, dialogue=None, **desk):
    with Lines(workspace) as lines:
        server = ToolDesk(workspace, lines, **desk).server()
        more = {} if dialogue is None else {"elicitation_callback": dialogue}
        async with Client(server, mode=era, **more) as client:
            yield client


def called(workspace, era, name, arguments, dialogue=None, **desk):
    """Return what a call gives: a result, or the error of the protocol."""

    async def call():
        async with connected(workspace, era, dialogue, **desk) as client:
            try:
                return await client.call_tool(f"things__{name}", arguments)
            except MCPError as error:
                return error

    return anyio.run(call)


def refused(result):
    """Return what the protocol's own error says."""
    assert isinstance(result, MCPError)
    return result.message


def text(result):
    return result.content[0].text


@pytest.mark.parametrize("era", ERAS)
def test_the_tools_are_listed_with_their_schemas_and_hints(workspace, era):
    async def listed():
        async with connected(workspace, era) as client:
            return (await client.list_tools()).tools

    found = {tool.name: tool for tool in anyio.run(listed)}
    assert set(found) == {f"things__{tool['name']}" for tool in TOOLS}
    say = found["things__say"]
    assert say.input_schema["required"] == ["id", "text"]
    assert say.input_schema["additionalProperties"] is False
    hints = {
        name.removeprefix("things__"): (
            tool.annotations.read_only_hint,
            tool.annotations.destructive_hint,
            tool.annotations.idempotent_hint,
            tool.annotations.open_world_hint,
        )
        for name, tool in found.items()
    }
    assert hints == {
        "look": (True, False, True, True),
        "look_first": (True, False, True, True),
        "say": (False, False, False, True),
        "set": (False, False, True, True),
        "drop": (False, True, True, True),
    }


@pytest.mark.parametrize("era", ERAS)
def test_a_read_is_run_at_once(workspace, service, era):
    found = called(workspace, era, "look", {"id": "7"})
    assert not found.is_error
    assert json.loads(text(found)) == {"target": "/things/7"}
    assert found.structured_content == {"target": "/things/7"}
    assert service.methods == ["GET"]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("look", {}, "“id” is required"),
        ("look", {"id": 7}, "“id” must be a text"),
        ("say", {**SAY, "more": 1}, "no parameter “more”"),
        ("look", {"id": ".."}, "“id”"),
    ],
)
def test_bad_arguments_are_an_error_that_names_them(
    workspace, service, era, name, arguments, said
):
    found = called(workspace, era, name, arguments)
    assert found.is_error
    assert said in text(found)
    assert service.asked == []


@pytest.mark.parametrize("era", ERAS)
def test_a_tool_that_is_not_offered_is_refused_by_the_protocol(workspace, era):
    assert "no tool" in refused(called(workspace, era, "nothing", {}))


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("dialogue", [None, "accept", "cancel"])
def test_a_write_that_a_person_approved_elsewhere_is_sent_once(
    workspace, service, era, dialogue
):
    shown = Dialogue(dialogue) if dialogue else None
    with Person(workspace):
        found = called(workspace, era, "say", SAY, shown)
    assert not found.is_error, text(found)
    assert service.methods == ["POST"]
    (kept,) = workspace.approvals.list(workspace.project.key)
    assert [one.step for one in kept.steps] == ["approved", "used", "done"]
    assert [one.via for one in kept.steps] == ["cli", "mcp", "mcp"]
    assert kept.request.via == "mcp"


@pytest.mark.parametrize("era", ERAS)
def test_a_write_that_nobody_approves_is_not_sent(workspace, service, era, monkeypatch):
    monkeypatch.setattr(approvals, "LASTS", approvals.LASTS / 600)
    found = called(workspace, era, "say", SAY)
    assert found.is_error
    assert "Nobody approved" in text(found)
    assert service.asked == []


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("dialogue", [None, "accept"])
def test_a_call_that_waits_for_long_says_how_it_is_approved_and_is_made_again(
    workspace, service, era, dialogue, monkeypatch
):
    monkeypatch.setattr(mcp_server, "_WAITED_S", 0.1)
    shown = Dialogue(dialogue) if dialogue else None
    stamped = {"body": {"text": "{{params.text}}", "at": "{{now}}"}, "bodyType": "json"}
    tools = [tool("say", "POST", "write", request=stamped, params=TOOLS[2]["params"])]
    workspace.registry.update_descriptor(
        "acme-things", json.dumps(described(tools=tools)).encode()
    )
    found = called(workspace, era, "say", SAY, shown)
    assert found.is_error
    (waits,) = approvals.waiting(workspace)
    assert f"ferrule approve {waits.id}" in text(found)
    assert service.asked == []
    approvals.approve(workspace, waits.id, "say", via="cli")
    assert not called(workspace, era, "say", SAY, shown).is_error
    (sent,) = service.asked
    assert json.dumps(sent.body, separators=(",", ":")) == waits.request.preview["body"]


@pytest.mark.parametrize("era", ERAS)
def test_the_clients_dialogue_never_approves(workspace, service, era, monkeypatch):
    monkeypatch.setattr(approvals, "LASTS", approvals.LASTS / 600)
    dialogue = Dialogue("accept")
    found = called(workspace, era, "drop", {"id": "7"}, dialogue)
    assert found.is_error
    assert "DELETE" in dialogue.asked[0]
    assert "ferrule approve" in dialogue.asked[0]
    assert service.asked == []


@pytest.mark.parametrize("era", ERAS)
def test_the_clients_dialogue_may_decline(workspace, service, era):
    found = called(workspace, era, "say", SAY, Dialogue("decline"))
    assert found.is_error
    assert "declined" in text(found)
    (kept,) = workspace.approvals.list(workspace.project.key)
    assert [one.step for one in kept.steps] == ["declined"]
    assert service.asked == []


@pytest.mark.parametrize("era", ERAS)
def test_a_person_who_declines_elsewhere_ends_the_call(workspace, service, era):
    with Person(workspace, "decline"):
        found = called(workspace, era, "say", SAY)
    assert found.is_error
    assert service.asked == []


def test_a_state_that_a_client_made_up_is_nothing(workspace, service):
    """It cannot stand for an answer, nor for another request's."""

    async def call():
        async with connected(workspace, "auto", Dialogue("accept")) as client:
            first = await client.session.call_tool(
                "things__say", SAY, allow_input_required=True
            )
            other = await client.session.call_tool(
                "things__drop",
                {"id": "7"},
                request_state=first.request_state,
                input_responses={"approval": types.ElicitResult(action="decline")},
                allow_input_required=True,
            )
            made_up = await client.session.call_tool(
                "things__say",
                SAY,
                request_state="x" * 20,
                input_responses={"approval": types.ElicitResult(action="decline")},
                allow_input_required=True,
            )
            return first, other, made_up

    found = anyio.run(call)
    assert all(isinstance(one, types.InputRequiredResult) for one in found)
    assert len({one.request_state for one in found}) == 3
    states = {one.request.tool for one in approvals.waiting(workspace)}
    assert states == {"say", "drop"}
    assert service.asked == []


def test_a_client_that_gave_up_finds_its_request_again(workspace, service):
    async def call():
        async with connected(workspace, "legacy") as client:
            with anyio.move_on_after(0.4):
                await client.call_tool("things__say", SAY)
            (waits,) = approvals.waiting(workspace)
            approvals.approve(workspace, waits.id, "say", via="window")
            return await client.call_tool("things__say", SAY)

    found = anyio.run(call)
    assert not found.is_error
    assert service.methods == ["POST"]


@pytest.mark.parametrize("era", ERAS)
def test_only_reading_tools_where_that_was_asked_for(workspace, service, era):
    writes = called(workspace, era, "say", SAY, read_only=True)
    others = called(workspace, era, "look", {"id": "7"}, connections=["others"])
    assert "no tool" in refused(writes)
    assert "no tool" in refused(others)
    assert service.asked == []


def test_a_bug_of_ours_tells_nothing_of_what_it_was_about(workspace, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError(TOKEN)

    monkeypatch.setattr("ferrule.workspace.tools.mcp_server.prepare", broken)
    told = refused(called(workspace, "legacy", "look", {"id": "7"}))
    assert told == "Ferrule has a bug here."


def test_a_tool_that_changed_is_found_as_it_is_now(workspace, service):
    async def call():
        async with connected(workspace, "legacy") as client:
            await client.list_tools()
            workspace.registry.update_descriptor(
                "acme-things", json.dumps(described(tools=TOOLS[1:])).encode()
            )
            return await client.call_tool("things__look", {"id": "7"})

    found = anyio.run(call)
    assert found.is_error
    assert "has no tool" in text(found)
    assert service.asked == []


CANARIES = [
    (200, {"target": f"see {TOKEN}", "all": [TOKEN]}),
    (200, f"<p>{TOKEN}</p>"),
    (401, {"error": f"token {TOKEN} is wrong"}),
    (400, f"Authorization: Bearer {TOKEN}"),
    (500, {"token": TOKEN}),
    (404, {"message": f"nothing for {TOKEN}"}),
]


def test_no_message_holds_a_credential(workspace, service, home, tmp_path):
    """Every byte that the server writes is kept, by a client of its own process."""
    workspace.close()
    said = tmp_path / "said"
    code = Path(ferrule.__file__).parents[1]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(code),
        "FERRULE_HOME": str(home),
        "FERRULE_KEYCHAIN": "off",
        "FERRULE_MASTER_KEY": KEY,
        "HOME": str(tmp_path),
    }
    line = f'"{sys.executable}" -m ferrule --project "{workspace.project.folder}"'
    server = StdioServerParameters(
        command="/bin/sh",
        args=["-c", f'{line} mcp serve 2> "{said}.err" | tee "{said}"'],
        env=environment,
        cwd=tmp_path,
    )

    async def talk():
        async with Client(server, mode="legacy") as client:
            await client.list_tools()
            for answer in CANARIES:
                service.answers = [answer] * 6
                await client.call_tool("things__look", {"id": "7"})
            await client.call_tool("things__look", {"id": ".."})

    service.answers = []
    # What is asked again waits: rules that ask once keep this quick.
    once = described(resilience={"maxAttempts": 1})
    workspace.registry.update_descriptor("acme-things", json.dumps(once).encode())
    workspace.close()
    anyio.run(talk)
    told = said.read_bytes()
    assert told.count(b'"jsonrpc"') >= len(CANARIES) + 3
    assert leaks_in(told, {"token": TOKEN}) == []
    assert leaks_in(Path(f"{said}.err").read_bytes(), {"token": TOKEN}) == []
    assert "••••••••".encode() in told or rb"\u2022" in told

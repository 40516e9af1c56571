"""What was asked for is what is sent: nothing that it rests on may change meanwhile."""

import json
from collections.abc import Callable

import pytest
from pydantic import SecretStr
from tests.support.tool_service import described
from tests.workspace.tools.calling import SAY, changed

from ferrule.errors import ApprovalMissing, ToolRefused
from ferrule.workspace import rotating
from ferrule.workspace.tools import approvals, calls
from ferrule.workspace.tools.running import ToolRun
from ferrule.workspace.workspace import Workspace

NEW = {"token": SecretStr("another-token-0123")}


def another_credential(workspace: Workspace) -> None:
    project = workspace.project.key
    workspace.registry.update_connection(project, "things", {}, NEW)


def rotated(workspace: Workspace) -> None:
    rotating.propose(workspace, "things", NEW)
    rotating.promote(workspace, "things")


def another_version(workspace: Workspace) -> None:
    changed(workspace, version="1.0.1")


def another_sign_in(workspace: Workspace) -> None:
    auth = described()["auth"]
    config = {**auth["config"], "delivery": "header", "paramName": "X-Token"}
    changed(workspace, auth={**auth, "config": config})


def another_configuration(workspace: Workspace) -> None:
    where = {"config": {"baseUrl": "http://127.0.0.1:1"}}
    workspace.registry.update_connection(workspace.project.key, "things", where)


CHANGES: list[Callable[[Workspace], None]] = [
    another_credential,
    rotated,
    another_version,
    another_sign_in,
    another_configuration,
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_after_it_was_asked_for_is_not_approved(
    workspace, service, change
):
    call = calls.prepare(workspace, "things", "say", SAY)
    asked = approvals.ask(workspace, call, via="mcp")
    change(workspace)
    with pytest.raises(ToolRefused, match="has changed since it was asked"):
        approvals.approve(workspace, asked.id, "say", via="cli")
    assert approvals.state_of(workspace, asked.id) == "declined"
    assert service.asked == []


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_after_it_was_approved_is_not_sent(workspace, service, change):
    call = calls.prepare(workspace, "things", "say", SAY)
    asked = approvals.ask(workspace, call, via="cli")
    approvals.approve(workspace, asked.id, "say", via="cli")
    change(workspace)
    anew = calls.prepare(workspace, "things", "say", SAY)
    for one in (call, anew):
        with pytest.raises(ApprovalMissing, match="has changed since"):
            ToolRun(workspace, one, via="cli", approval=asked.id).run()
    assert approvals.ask(workspace, anew, via="cli").id != asked.id
    assert service.asked == []


def test_a_credential_that_is_only_proposed_changes_nothing(workspace, service):
    call = calls.prepare(workspace, "things", "say", SAY)
    asked = approvals.ask(workspace, call, via="cli")
    rotating.propose(workspace, "things", NEW)
    approvals.approve(workspace, asked.id, "say", via="cli")
    ToolRun(workspace, call, via="cli", approval=asked.id).run()
    assert service.methods == ["POST"]


def test_a_person_is_not_asked_more_than_anybody_reads(workspace, monkeypatch):
    monkeypatch.setattr(approvals, "MOST_WAITING", 2)
    for number in range(2):
        given = {**SAY, "id": str(number)}
        call = calls.prepare(workspace, "things", "say", given)
        approvals.ask(workspace, call, via="mcp")
    further = calls.prepare(workspace, "things", "say", SAY)
    with pytest.raises(ToolRefused, match="wait for approval already"):
        approvals.ask(workspace, further, via="mcp")
    assert approvals.ask(workspace, call, via="mcp").id


@pytest.mark.parametrize("name", ["", " ", "y", "\u200b", "say\n", "a b"])
def test_a_name_that_is_typed_by_chance_is_no_word(workspace, name):
    tool = {**described()["tools"][2], "name": name}
    workspace.registry.update_descriptor(
        "acme-things", json.dumps(described(tools=[tool])).encode()
    )
    assert calls.prepare(workspace, "things", name, SAY).word == "approve"

"""A waiver is for one tool as it is, and ends with it."""

import pytest
from tests.support.tool_service import TOOLS
from tests.workspace.tools.calling import SAY, changed, run
from tests.workspace.tools.conftest import joined

from ferrule.errors import ApprovalMissing, UsageError
from ferrule.workspace.tools import waivers
from ferrule.workspace.tools.listing import find_tool


def test_a_waived_tool_runs_without_asking_and_stands_in_the_record(
    workspace, service, clock
):
    waivers.waive(workspace, "things", "say", via="cli", clock=clock)
    assert find_tool(workspace, "things", "say").waived
    found = run(workspace, "say", SAY, clock)
    kept = workspace.approvals.get(workspace.project.key, found.approval)
    assert [one.step for one in kept.steps] == ["waived", "used", "done"]
    assert service.methods == ["POST"]
    run(workspace, "say", SAY, clock)
    assert service.methods == ["POST", "POST"]
    assert waivers.unwaive(workspace, "things", "say", via="cli", clock=clock)
    with pytest.raises(ApprovalMissing):
        run(workspace, "say", SAY, clock)


def test_a_waiver_is_for_one_tool_of_one_connection(workspace, service, clock):
    joined(workspace, "others", service)
    waivers.waive(workspace, "things", "say", via="cli", clock=clock)
    assert not find_tool(workspace, "things", "drop").waived
    assert not find_tool(workspace, "others", "say").waived


@pytest.mark.parametrize(
    "more",
    [
        {"request": {"body": {"text": "{{params.text}}!"}, "bodyType": "json"}},
        {"description": "Another"},
        {"effect": "destructive"},
    ],
)
def test_a_waiver_ends_when_the_tool_changes(workspace, service, clock, more):
    waivers.waive(workspace, "things", "say", via="cli", clock=clock)
    request = {**TOOLS[2]["request"], **more.get("request", {})}
    changed(workspace, tools=[{**TOOLS[2], **more, "request": request}])
    assert not find_tool(workspace, "things", "say").waived
    with pytest.raises(ApprovalMissing):
        run(workspace, "say", SAY, clock)
    (told,) = waivers.list_waivers(workspace)
    assert told.ended == "The tool has changed since."
    assert service.asked == []


def test_a_waiver_ends_with_its_connection(workspace, service):
    waivers.waive(workspace, "things", "say", via="cli")
    workspace.registry.delete_connection(workspace.project.key, "things")
    joined(workspace, "things", service)
    assert not find_tool(workspace, "things", "say").waived


def test_what_only_reads_is_not_waived(workspace):
    with pytest.raises(UsageError, match="only reads"):
        waivers.waive(workspace, "things", "look", via="cli")

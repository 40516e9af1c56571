"""An approval is for one very request, once, and given by a person who reads it."""

import pytest
from tests.support.tool_service import TOOLS, tool
from tests.workspace.tools.calling import SAY, approved, call_of, changed
from tests.workspace.tools.conftest import joined

from ferrule.errors import ApprovalMissing, ToolRefused, UsageError
from ferrule.workspace.tools import approvals
from ferrule.workspace.tools.running import ToolRun


def test_an_approval_is_used_once(workspace, service, clock):
    call, number = approved(workspace, "say", SAY, clock)
    ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    with pytest.raises(ApprovalMissing, match="used already"):
        ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    assert service.methods == ["POST"]


def test_an_approval_is_for_those_arguments_alone(workspace, service, clock):
    _, number = approved(workspace, "say", SAY, clock)
    other = call_of(workspace, "say", {**SAY, "text": "another"}, clock)
    with pytest.raises(ApprovalMissing, match="something else"):
        ToolRun(workspace, other, via="window", approval=number, clock=clock).run()
    assert service.asked == []


def test_an_approval_ends_after_five_minutes(workspace, service, clock):
    call, number = approved(workspace, "say", SAY, clock)
    clock.advance(300)
    with pytest.raises(ApprovalMissing, match="has expired"):
        ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    assert service.asked == []


def test_a_tool_that_changed_after_the_approval_is_not_run(workspace, service, clock):
    call, number = approved(workspace, "say", SAY, clock)
    loud = {"body": {"text": "{{params.text}}!"}, "bodyType": "json"}
    params = TOOLS[2]["params"]
    changed(
        workspace, tools=[tool("say", "POST", "write", request=loud, params=params)]
    )
    with pytest.raises(ApprovalMissing, match="has changed since"):
        ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    assert service.asked == []


def test_a_connection_that_was_made_anew_has_no_approvals(workspace, service, clock):
    call, number = approved(workspace, "say", SAY, clock)
    workspace.registry.delete_connection(workspace.project.key, "things")
    joined(workspace, "things", service)
    with pytest.raises(ApprovalMissing, match="has changed since"):
        ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    assert service.asked == []


def test_approving_is_for_a_person_who_types_the_word(workspace, clock):
    call = call_of(workspace, "say", SAY, clock)
    number = approvals.ask(workspace, call, via="mcp", clock=clock).id
    with pytest.raises(ToolRefused, match="Only a person"):
        approvals.approve(workspace, number, "say", via="mcp", clock=clock)
    with pytest.raises(UsageError, match="not the word"):
        approvals.approve(workspace, number, "yes", via="cli", clock=clock)
    assert approvals.state_of(workspace, number, clock) == "waiting"


def test_waiting_ends_with_a_decision_or_the_time(workspace, clock):
    call = call_of(workspace, "say", SAY, clock)
    number = approvals.ask(workspace, call, via="mcp", clock=clock).id
    with pytest.raises(ApprovalMissing, match="in time"):
        approvals.waited(workspace, number, clock=clock)
    assert sum(clock.naps) == pytest.approx(300, abs=1)
    again = approvals.ask(workspace, call, via="mcp", clock=clock).id
    assert again != number
    clock.on_sleep = lambda _seconds: approvals.decline(
        workspace, again, via="window", clock=clock
    )
    with pytest.raises(ToolRefused, match="declined"):
        approvals.waited(workspace, again, clock=clock)


def test_who_asks_once_more_is_not_asked_for_again(workspace, clock):
    call = call_of(workspace, "say", SAY, clock)
    first = approvals.ask(workspace, call, via="mcp", clock=clock)
    assert approvals.ask(workspace, call, via="mcp", clock=clock).id == first.id
    assert [one.id for one in approvals.waiting(workspace, clock)] == [first.id]

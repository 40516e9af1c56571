"""A call is sent exactly as it was shown, once, and says how it ended."""

import threading

import pytest
from tests.support.tool_service import TOKEN, described, tool
from tests.workspace.tools.calling import (
    SAY,
    approved,
    call_of,
    changed,
    outcome,
    run,
    run_approved,
)

from ferrule.errors import (
    ApprovalMissing,
    AuthRefused,
    Cancelled,
    ExchangeError,
    FerruleError,
    HostsGrew,
    ToolRefused,
    UnexpectedStatus,
    UsageError,
)
from ferrule.store import Approvals
from ferrule.workspace.tools.lines import Lines
from ferrule.workspace.tools.listing import all_tools, find_tool
from ferrule.workspace.tools.running import ToolRun


def test_a_read_is_sent_with_the_credential_and_gives_its_result(
    workspace, service, clock
):
    found = run(workspace, "look", {"id": "a/b c?"}, clock)
    assert found.result == {"target": "/things/a%2Fb%20c%3F"}
    assert (found.status, found.approval, found.problem) == (200, 0, "")
    assert service.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_an_argument_cannot_lead_to_another_place(workspace, service, clock, value):
    with pytest.raises(UsageError, match="“id”"):
        run(workspace, "look", {"id": value}, clock)
    assert service.asked == []


@pytest.mark.parametrize("value", ["1/close", "..", "a\\b", ""])
def test_what_stands_in_an_address_is_one_part_of_it(workspace, service, clock, value):
    request = {"endpoint": "/things/{{params.id}}/parts", "method": "GET"}
    named = {"name": "id", "type": "string", "required": True}
    bare = tool("peek", "GET", "read", params=[named])
    changed(workspace, tools=[{**bare, "request": request}])
    with pytest.raises(FerruleError):
        run(workspace, "peek", {"id": value}, clock)
    assert service.asked == []


def test_an_argument_is_never_the_whole_address(workspace, service, clock):
    anywhere = {"name": "id", "in": "url", "type": "string", "required": True}
    bare = tool("peek", "GET", "read", params=[anywhere])
    changed(workspace, tools=[{**bare, "request": {"endpoint": "/", "method": "GET"}}])
    with pytest.raises(UsageError, match="whole address"):
        run(workspace, "peek", {"id": "https://evil.example/"}, clock)
    assert service.asked == []


ASKING = [
    ("say", SAY, "POST"),
    ("set", SAY, "PUT"),
    ("drop", {"id": "7"}, "DELETE"),
    ("look_first", {"id": "7"}, "GET"),
]


@pytest.mark.parametrize(("name", "arguments", "method"), ASKING)
def test_what_asks_is_not_sent_without_an_approval(
    workspace, service, clock, name, arguments, method
):
    with pytest.raises(ApprovalMissing, match="was not approved"):
        run(workspace, name, arguments, clock)
    assert service.asked == []
    found, number = run_approved(workspace, name, arguments, clock)
    assert found.approval == number
    assert service.methods == [method]
    assert outcome(workspace, number) == "done"


def test_a_write_is_not_sent_again_when_nobody_knows_what_became_of_it(
    workspace, service, clock
):
    service.answers = ["break"] * 9
    call, number = approved(workspace, "say", SAY, clock)
    with pytest.raises(ExchangeError, match="not known whether it took effect"):
        ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    assert service.methods == ["POST"]
    assert outcome(workspace, number) == "unknown"


def test_a_write_that_may_be_repeated_is(workspace, service, clock):
    service.answers = ["break", (503, {})]
    found, number = run_approved(workspace, "set", SAY, clock)
    assert found.status == 200
    assert service.methods == ["PUT", "PUT", "PUT"]
    assert outcome(workspace, number) == "done"


def test_a_write_that_was_refused_for_its_rate_is_sent_again(workspace, service, clock):
    service.answers = [(429, {})]
    _, number = run_approved(workspace, "say", SAY, clock)
    assert service.methods == ["POST", "POST"]
    assert outcome(workspace, number) == "done"


@pytest.mark.parametrize(
    ("answer", "error", "ended"),
    [
        ((400, {"error": "no"}), UnexpectedStatus, "failed"),
        ((401, {}), AuthRefused, "failed"),
        ((500, {}), UnexpectedStatus, "unknown"),
    ],
)
def test_how_a_write_ended_is_written_down(
    workspace, service, clock, answer, error, ended
):
    service.answers = [answer] * 3
    call, number = approved(workspace, "say", SAY, clock)
    with pytest.raises(error):
        ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    assert outcome(workspace, number) == ended


def test_a_service_that_is_not_there_was_sent_nothing(workspace, service, clock):
    call, number = approved(workspace, "say", SAY, clock)
    service.__exit__()
    try:
        with pytest.raises(ExchangeError) as caught:
            ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    finally:
        service.__enter__()
    assert "not known" not in caught.value.message
    assert outcome(workspace, number) == "unsent"


def test_what_an_earlier_attempt_may_have_done_is_not_forgotten(
    workspace, service, clock
):
    service.answers = ["break"]
    call, number = approved(workspace, "set", SAY, clock)
    clock.on_sleep = lambda _seconds: service.__exit__() if service.asked else None
    try:
        with pytest.raises(ExchangeError, match="not known whether it took effect"):
            ToolRun(workspace, call, via="window", approval=number, clock=clock).run()
    finally:
        service.__enter__()
    assert outcome(workspace, number) == "unknown"


def test_an_end_that_was_never_written_is_not_known(workspace, clock, monkeypatch):
    """As after a kill between the answer and its note."""
    monkeypatch.setattr(Approvals, "end", lambda *_args, **_more: None)
    _, number = run_approved(workspace, "say", SAY, clock)
    assert outcome(workspace, number) == "unknown"
    call = call_of(workspace, "say", SAY, clock)
    with pytest.raises(ApprovalMissing):
        ToolRun(workspace, call, via="window", approval=number, clock=clock).run()


def test_an_answer_that_is_no_json_is_told_and_the_write_counts(
    workspace, service, clock
):
    mapped = tool(
        "say", "POST", "write", responseMap={"id": "$.id", "status": "status"}
    )
    changed(workspace, tools=[mapped])
    service.answers = [(200, "<html>")]
    found, number = run_approved(workspace, "say", {"id": "7"}, clock)
    assert found.result == {"id": None, "status": 200}
    assert "JSON" in found.problem
    assert outcome(workspace, number) == "done"


def test_an_answer_that_a_run_passes_over_is_an_error_of_a_tool(
    workspace, service, clock
):
    gone = {"action": "ignore", "message": "It is gone.", "status": [404]}
    changed(workspace, resilience={"rules": [gone]})
    service.answers = [(404, {})]
    with pytest.raises(UnexpectedStatus, match="It is gone"):
        run(workspace, "look", {"id": "7"}, clock)


def test_a_secret_that_comes_back_is_not_in_the_result(workspace, service, clock):
    service.answers = [(200, {"target": f"echo {TOKEN}"})]
    found = run(workspace, "look", {"id": "7"}, clock)
    assert found.result == {"target": "echo ••••••••"}


def test_a_run_that_was_given_up_sends_nothing(workspace, service, clock):
    call, number = approved(workspace, "say", SAY, clock)
    given_up = ToolRun(workspace, call, via="window", approval=number, clock=clock)
    given_up.cancel()
    with pytest.raises(Cancelled):
        given_up.run()
    assert service.asked == []
    state = workspace.approvals.get(workspace.project.key, number).state(clock.now())
    assert state == "approved"


def test_a_read_whose_sign_in_names_another_method_is_not_sent(
    workspace, service, clock
):
    auth = described()["auth"]
    odd = {"delivery": "header", "paramName": "X-HTTP-Method-Override"}
    changed(workspace, auth={**auth, "config": {**auth["config"], **odd}})
    with pytest.raises(ToolRefused, match="names another method"):
        run(workspace, "look", {"id": "7"}, clock)
    assert service.asked == []


def test_giving_up_one_call_leaves_the_others_of_its_line(workspace, service, clock):
    service.answers = ["wait"]
    found = []
    with Lines(workspace, clock=clock) as lines:
        call = call_of(workspace, "look", {"id": "7"}, clock)
        waits = ToolRun(workspace, call, via="window", lines=lines, clock=clock)
        thread = threading.Thread(target=lambda: found.append(waits.run()))
        thread.start()
        assert service.arrived.wait(5)
        other = ToolRun(workspace, call, via="window", lines=lines, clock=clock)
        other.run()
        other.cancel()
        service.hold.set()
        thread.join(5)
    assert found[0].result == {"target": "/things/7"}


def test_a_disabled_or_held_connection_runs_nothing(workspace, service, clock):
    project = workspace.project.key
    workspace.registry.enable_connection(project, "things", enabled=False)
    with pytest.raises(UsageError, match="disabled"):
        run(workspace, "look", {"id": "7"}, clock)
    assert "disabled" in find_tool(workspace, "things", "look").trouble
    assert list(all_tools(workspace)) == []
    workspace.registry.enable_connection(project, "things", enabled=True)
    hosts = {"hosts": ["evil.example"], "scopes": [], "writes": []}
    changed(workspace, permissions=hosts)
    with pytest.raises(HostsGrew):
        run(workspace, "look", {"id": "7"}, clock)
    assert "held" in find_tool(workspace, "things", "look").trouble
    assert service.asked == []


def test_calls_over_one_line_share_rates_and_connections(workspace, service, clock):
    changed(workspace, rateLimits=[{"limit": 2, "per": "PT1M", "burst": 2}])
    with Lines(workspace, clock=clock) as lines:
        for _ in range(2):
            run(workspace, "look", {"id": "7"}, clock, lines=lines)
        assert clock.naps == []
        with pytest.raises(ExchangeError, match="rate limit"):
            run(workspace, "look", {"id": "7"}, clock, lines=lines)
    assert len(service.asked) == 2


def test_calls_at_once_over_one_line_all_arrive(workspace, service, clock):
    with Lines(workspace, clock=clock) as lines:
        work = [
            threading.Thread(
                target=run,
                args=(workspace, "look", {"id": str(n)}, clock),
                kwargs={"lines": lines},
            )
            for n in range(8)
        ]
        for one in work:
            one.start()
        for one in work:
            one.join()
    assert sorted(one.target for one in service.asked) == [
        f"/things/{n}" for n in range(8)
    ]

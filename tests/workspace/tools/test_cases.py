"""A call that was run is kept as a test, which replays offline."""

import json

import pytest
from tests.support.tool_service import TOKEN

from ferrule.errors import UsageError
from ferrule.workspace.tools import calls, cases
from ferrule.workspace.tools.running import ToolRun


def looked(workspace, clock):
    call = calls.prepare(workspace, "things", "look", {"id": "7"}, clock=clock)
    return call, ToolRun(workspace, call, via="window", clock=clock).run()


def test_a_run_is_kept_and_passes_without_its_service(workspace, service, clock):
    service.answers = [(200, {"target": "t", "who": "ada@example.com"})]
    call, outcome = looked(workspace, clock)
    found = cases.look_at_case(call, outcome)
    choices = {one.value: one.proposed for one in found if one.value != service.origin}
    path = cases.record_case(workspace, call, outcome, "A look", choices)
    kept = json.loads(path.read_bytes())
    assert kept["tool"] == "look"
    assert kept["arguments"] == {"id": "7"}
    assert kept["secrets"] == ["header:authorization"]
    assert kept["expect"] == {"result": {"target": "t"}}
    assert TOKEN not in path.read_text("utf-8")
    assert "ada@example.com" not in path.read_text("utf-8")
    (again,) = cases.run_cases(workspace, "acme-things", "look")
    assert again.passed
    assert cases.tool_cases(workspace, "acme-things", "say") == []


def test_a_case_notices_another_request_and_another_result(workspace, clock):
    call, outcome = looked(workspace, clock)
    path = cases.record_case(workspace, call, outcome, "A look")
    kept = json.loads(path.read_bytes())
    for member, value, said in (
        ("arguments", {"id": "8"}, "path is '/things/8'"),
        ("expect", {"result": {"target": "x", "more": 1}}, "result.target"),
    ):
        path.write_text(json.dumps({**kept, member: value}))
        (again,) = cases.run_cases(workspace, "acme-things")
        assert said in again.played.problems[0]


def test_a_case_of_a_refusal_names_the_error(workspace, clock):
    call, outcome = looked(workspace, clock)
    path = cases.record_case(workspace, call, outcome, "A look")
    kept = json.loads(path.read_bytes())
    wrong = {"arguments": {}, "exchanges": [], "expect": {"error": "X"}}
    path.write_text(json.dumps({**kept, **wrong}))
    (again,) = cases.run_cases(workspace, "acme-things")
    assert again.differences[0].got == "UsageError"


def test_what_was_not_run_makes_no_case(workspace, clock):
    call, outcome = looked(workspace, clock)
    from dataclasses import replace  # noqa: PLC0415 - used once

    with pytest.raises(UsageError, match="no answer"):
        cases.record_case(workspace, call, replace(outcome, answer=None), "x")

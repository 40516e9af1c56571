"""Calls of tools as tests make them."""

import json

from tests.support.tool_service import described

from ferrule.workspace.tools import approvals, calls
from ferrule.workspace.tools.running import ToolRun

SAY = {"id": "7", "text": "hello"}


def call_of(workspace, name, arguments, clock=None):
    return calls.prepare(workspace, "things", name, arguments, clock=clock)


def run(workspace, name, arguments, clock, **more):
    call = call_of(workspace, name, arguments, clock)
    return ToolRun(workspace, call, via="window", clock=clock, **more).run()


def approved(workspace, name, arguments, clock):
    """Return a call and the number under which a person approved it."""
    call = call_of(workspace, name, arguments, clock)
    asked = approvals.ask(workspace, call, via="window", clock=clock)
    approvals.approve(workspace, asked.id, name, via="window", clock=clock)
    return call, asked.id


def run_approved(workspace, name, arguments, clock):
    call, number = approved(workspace, name, arguments, clock)
    made = ToolRun(workspace, call, via="window", approval=number, clock=clock)
    return made.run(), number


def outcome(workspace, number):
    return workspace.approvals.get(workspace.project.key, number).outcome


def changed(workspace, **more):
    workspace.registry.update_descriptor(
        "acme-things", json.dumps(described(**more)).encode()
    )

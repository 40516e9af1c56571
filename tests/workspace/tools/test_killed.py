"""A process that is killed while a write is under way: it is never sent twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.commands import KEY

import ferrule
from ferrule.clock import SystemClock
from ferrule.errors import ApprovalMissing
from ferrule.workspace.tools import approvals, calls
from ferrule.workspace.tools.running import ToolRun

SAY = {"id": "7", "text": "hello"}
RUN = ("tool", "run", "things", "say", "--param", "id=7", "--param", "text=hello")


def environment_of(workspace):
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(ferrule.__file__).parents[1]),
        "FERRULE_HOME": str(workspace.home.path),
        "FERRULE_KEYCHAIN": "off",
        "FERRULE_MASTER_KEY": KEY,
    }


def program_of(workspace, *arguments):
    folder = str(workspace.project.folder)
    return [sys.executable, "-m", "ferrule", "--project", folder, *arguments]


def start(workspace, *arguments):
    """Start a command of the workspace's project in a process of its own."""
    return subprocess.Popen(
        program_of(workspace, *arguments),
        env=environment_of(workspace),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_killed_write_is_unknown_and_not_sent_again(workspace, service):
    call = calls.prepare(workspace, "things", "say", SAY)
    asked = approvals.ask(workspace, call, via="cli")
    approvals.approve(workspace, asked.id, "say", via="cli")
    service.answers = ["hang"]
    process = start(workspace, *RUN, "--no-wait")
    assert service.arrived.wait(20)
    process.kill()
    process.wait(10)
    service.hold.set()
    kept = workspace.approvals.get(workspace.project.key, asked.id)
    assert kept.state(SystemClock().now()) == "used"
    assert kept.outcome == "unknown"
    with pytest.raises(ApprovalMissing, match="used already"):
        ToolRun(workspace, call, via="cli", approval=asked.id).run()
    again = start(workspace, *RUN, "--no-wait")
    assert again.wait(30) == 1
    assert service.methods == ["POST"]
    assert len(workspace.approvals.list(workspace.project.key)) == 2

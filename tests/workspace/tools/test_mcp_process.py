"""`ferrule mcp serve` as a process: what it leaves behind when its client is gone."""

import json
import os
import signal
import subprocess

import pytest
from tests.workspace.tools.test_killed import environment_of, program_of

pytest.importorskip("mcp", reason="needs ferrule[mcp]")

from ferrule.workspace.tools import mcp_server

INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "a client", "version": "1"},
}


def said(process, **message):
    process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    process.stdin.flush()


def test_a_client_that_is_gone_is_no_bug_of_ours(workspace):
    answers, written = os.pipe()
    process = subprocess.Popen(
        program_of(workspace, "mcp", "serve"),
        env=environment_of(workspace),
        stdin=subprocess.PIPE,
        stdout=written,
        stderr=subprocess.PIPE,
    )
    os.close(written)
    with process, os.fdopen(answers, "rb") as reader:
        said(process, id=1, method="initialize", params=INITIALIZE)
        assert json.loads(reader.readline())["id"] == 1
        said(process, method="notifications/initialized")
        reader.close()
        said(process, id=2, method="tools/list")
        process.stdin.close()
        assert process.wait(20) == 0
        assert process.stderr.read() == b""


def test_an_interrupt_ends_it_though_it_waits_for_its_client(workspace, monkeypatch):
    before, found = signal.getsignal(signal.SIGINT), []
    monkeypatch.setattr(
        mcp_server.anyio,
        "run",
        lambda *_: found.append(signal.getsignal(signal.SIGINT)),
    )
    try:
        mcp_server.serve(workspace)
    finally:
        signal.signal(signal.SIGINT, before)
    assert found == [signal.SIG_DFL]

"""How commands end: their exit codes, Ctrl-C, a parent that is gone, a broken pipe."""

import json
import os
import signal
import subprocess
import time

import pytest
from tests.cli.test_verbs import SANDBOX
from tests.support.commands import PROGRAM, job

AT_ONCE_S = 0.2


def close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()


def until(process: subprocess.Popen[bytes], kind: str) -> dict:
    for line in process.stdout:
        said = json.loads(line)
        if said["type"] == kind:
            return said
    raise AssertionError(f"no {kind}: {process.stderr.read()!r}")


@pytest.fixture
def connected(ferrule, sandbox):
    said = ferrule("connect", "sandbox-issues", "--set", f"baseUrl={sandbox.url}")
    assert said.code == 0
    return ferrule


@pytest.fixture
def slow(sandbox):
    sandbox.control(latency_ms=40)
    yield sandbox
    sandbox.control(latency_ms=0)


def test_a_child_runs_its_job_and_ends_with_0(connected):
    process = connected.start("sync", "--control", "stdin", "--json")
    process.stdin.write(job("sandbox-issues", "full"))
    process.stdin.flush()
    assert until(process, "ready") == {"type": "ready"}
    assert until(process, "run")["status"] == "done"
    close(process)  # the end of the input after the last line means nothing
    assert process.wait(10) == 0


def abandoned(connected) -> float:
    """Leave a child alone in its work; return how long it lived on, in seconds."""
    process = connected.start("sync", "--control", "stdin")
    process.stdin.write(job("sandbox-issues", "full"))
    process.stdin.flush()
    until(process, "batch")
    began = time.monotonic()
    process.stdin.close()
    assert process.wait(10) == 75
    took = time.monotonic() - began
    process.stdout.read()
    close(process)
    return took


def test_a_child_whose_parent_is_gone_ends_at_once_with_75(connected, slow):
    tries = (abandoned(connected) for _ in range(3))  # a busy machine may be late once
    assert next((took for took in tries if took < AT_ONCE_S), None) is not None
    slow.control(latency_ms=0)
    again = connected("sync", "sandbox-issues", "--full", "--json")
    assert again.lines[0]["resumed"] is True
    assert again.last["status"] == "done"


def test_a_child_that_waits_for_its_job_ends_with_75(connected):
    process = connected.start("sync", "--control", "stdin")
    until(process, "ready")
    process.stdin.close()
    assert process.wait(10) == 75
    close(process)


@pytest.mark.parametrize(("word", "status"), [("pause", "paused"), ("stop", "stopped")])
def test_a_child_that_is_told_to_halt_ends_after_its_page(
    connected, slow, word, status
):
    process = connected.start("sync", "--control", "stdin")
    process.stdin.write(job("sandbox-issues", "full"))
    process.stdin.flush()
    until(process, "batch")
    process.stdin.write(json.dumps({"do": word}).encode() + b"\n{no json}\n")
    process.stdin.flush()
    assert until(process, "run")["status"] == status
    assert process.wait(10) == 0
    close(process)
    process = connected.start("sync", "--control", "stdin")
    process.stdin.write(job("sandbox-issues", "full"))
    process.stdin.flush()
    assert until(process, "started")["resumed"] is True
    process.stdin.close()
    assert process.wait(10) == 75
    close(process)


def test_a_child_knows_its_project_by_the_option_before_the_verb(ferrule):
    process = ferrule.start("--project", "nowhere", "sync", "--control=stdin")
    process.stdin.write(job("sandbox-issues"))
    process.stdin.flush()
    assert "nowhere holds no ferrule.toml" in until(process, "error")["message"]
    assert process.wait(10) == 1
    close(process)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"[]\n", "not a job"),
        (b"{\n", "not a job"),
        (b'{"job": {}}\n', "names no connection"),
        (b'{"job": {"connection": "a", "mode": "half"}}\n', "neither full nor"),
        (b'{"job": {"connection": "a", "limit": 0}}\n', "whole number from 1"),
        (b'{"job": {"connection": "a"}, "secrets": []}\n', "not a JSON object"),
    ],
)
def test_a_job_that_is_none_is_refused(ferrule, line, says):
    process = ferrule.start("sync", "--control", "stdin")
    process.stdin.write(line)
    process.stdin.flush()
    assert says in until(process, "error")["message"]
    assert process.wait(10) == 2
    close(process)


def test_ctrl_c_ends_a_sync_with_130_and_keeps_its_place(connected, slow):
    process = connected.start("sync", "sandbox-issues", "--full", "--json")
    until(process, "batch")
    process.send_signal(signal.SIGINT)
    ended = until(process, "run")
    assert (ended["status"], ended["failure"]) == ("interrupted", "FerruleError")
    assert process.wait(10) == 130
    assert b"Traceback" not in process.stderr.read()
    close(process)
    slow.control(latency_ms=0)
    again = connected("sync", "sandbox-issues", "--full", "--json")
    assert again.lines[0]["resumed"] is True


def test_ctrl_c_ends_a_run_with_130_and_its_last_line(ferrule, slow):
    process = ferrule.start("run", str(SANDBOX), "--set", f"baseUrl={slow.url}")
    until(process, "batch")
    process.send_signal(signal.SIGINT)
    assert until(process, "run")["status"] == "interrupted"
    assert process.wait(10) == 130
    assert process.stderr.read() == b"\nEnded by Ctrl-C.\n"
    close(process)


def test_ctrl_c_while_it_starts_is_quiet(ferrule):
    process = ferrule.start("catalogue", PYTHONVERBOSE="")
    time.sleep(0.12)  # noqa: TID251 - a real process that says nothing yet
    process.send_signal(signal.SIGINT)
    assert process.wait(10) in {0, 130, -signal.SIGINT}
    said = process.stderr.read()
    close(process)
    if process.returncode == 130:
        assert b"Traceback" not in said


def test_ctrl_c_ends_the_sandbox(ferrule):
    process = ferrule.start("sandbox", "--items", "10")
    until(process, "ready")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert b"Traceback" not in process.stderr.read()
    close(process)


def test_the_sandbox_ends_with_75_when_its_parent_is_gone(ferrule):
    process = ferrule.start("sandbox", "--items", "10", "--control", "stdin")
    until(process, "ready")
    process.stdin.close()
    assert process.wait(10) == 75
    close(process)


@pytest.mark.parametrize(
    "command",
    [
        ("run", str(SANDBOX), "--set"),
        ("catalogue", "--json"),
        ("catalogue",),
    ],
)
def test_a_reader_that_goes_away_is_no_traceback(ferrule, sandbox, command):
    more = [f"baseUrl={sandbox.url}"] if command[-1] == "--set" else []
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as out:
        done = subprocess.run(
            [*PROGRAM, *command, *more],
            cwd=ferrule.folder,
            env=ferrule.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("nonsense",), 2),
        (("run",), 2),
        (("run", "--nonsense"), 2),
        (("sync",), 2),
        (("signals", "--limit", "0", "a"), 2),
        (("signals", "nobody"), 1),
        (("sandbox", "--port", "70000"), 2),
        (("sandbox", "--port", "x"), 2),
        (("--project", "nowhere", "catalogue"), 1),
        (("project",), 2),
    ],
)
def test_a_command_put_wrongly_has_its_code(say, command, code):
    said = say(*command)
    assert said.code == code
    assert "Traceback" not in said.err


def test_errors_are_json_where_json_was_asked_for(say):
    said = say("signals", "nobody", "--json")
    assert said.code == 1
    assert said.last["type"] == "error"
    assert said.last["error"] == "NotFound"
    assert said.err == ""

"""Killed between the insert and the mapping, or in it: each effect is there once."""

import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from tests.webhook.effect_child import WEBHOOK
from tests.webhook.mapped import Mapped, item
from tests.webhook.running import PATH, call

CALLS = 12


def begin(folder: Path, moment: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.webhook.effect_child", str(folder), moment]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def send(port: int) -> int:
    """Send calls until the gateway dies; return how many were accepted."""
    accepted = 0
    with suppress(OSError, HTTPException):
        for number in range(CALLS):
            body, headers = call(number, item=item(number))
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            with closing(connection):
                connection.request("POST", PATH, body, headers)
                assert connection.getresponse().status == 202
            accepted += 1
    return accepted


@pytest.mark.parametrize("moment", ["computed", "written"])
def test_what_was_accepted_has_its_effect_once(tmp_path: Path, moment: str) -> None:
    first = begin(tmp_path, moment)
    accepted = send(int(first.stdout.readline()))
    assert first.wait(20) == -9
    first.stdin.close()
    first.stdout.close()
    here = Mapped(tmp_path, WEBHOOK)
    before = here.deliveries.counts("birds").by_status
    assert before["pending"] >= 1
    assert len(here.signals) == before["mapped"]  # none without its delivery
    second = begin(tmp_path, "never")
    end = time.monotonic() + 20
    while here.deliveries.counts("birds").by_status["pending"]:
        assert time.monotonic() < end
        time.sleep(0.02)  # noqa: TID251  another process maps
    second.stdin.close()
    assert second.wait(20) == 0
    second.stdout.close()
    found = here.deliveries.list("birds")
    assert {one.status for one in found} == {"mapped"}
    assert len(found) >= max(accepted, 3)
    assert len(here.signals) == len(found)
    assert sum(one.outcome["created"] for one in found) == len(found)
    here.database.close()

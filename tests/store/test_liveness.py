"""A process is dead only where that can be proved."""

import os
import subprocess
import sys

import pytest

from ferrule.store import liveness
from ferrule.store.liveness import Holder, current, provably_dead


def _ended() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_this_process_is_alive() -> None:
    assert current().pid == os.getpid()
    assert not provably_dead(current())


@pytest.mark.skipif(sys.platform == "win32", reason="no proof on Windows")
def test_a_process_that_ended_is_dead() -> None:
    assert provably_dead(Holder(current().host, _ended(), ""))


def test_nothing_is_proved_about_another_machine() -> None:
    assert not provably_dead(Holder("elsewhere", _ended(), ""))


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_number_that_another_process_has_now_is_a_dead_ones() -> None:
    me = current()
    assert provably_dead(Holder(me.host, me.pid, "12345"))


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_zombie_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1) as child:
        holder = Holder(current().host, child.pid, liveness._started(child.pid))
        assert not provably_dead(holder)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert provably_dead(holder)


def test_without_a_start_time_the_number_alone_decides(monkeypatch) -> None:
    monkeypatch.setattr(liveness, "_started", lambda _: "")
    assert not provably_dead(Holder(current().host, os.getpid(), "12345"))

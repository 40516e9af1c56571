"""The end of the program: nothing that hangs keeps it, and nothing makes it hang."""

import os
import subprocess
import sys
import threading

from ferrule.ui import tasks as threads
from ferrule.ui.tasks import Tasks, apart, finish_threads, in_thread

_PROGRAM = """
import faulthandler, gc, sys, threading
faulthandler.dump_traceback_later(45, exit=True)
from ferrule.cli.window import hasten, show

hasten()
from ferrule.ui import app
from ferrule.ui.tasks import apart, in_thread
never = threading.Event()

async def drive(window):
    DRIVE

code = show(driver=drive)
print("shown", gc.isenabled(), flush=True)
sys.exit(code)
"""
_FROZEN_THREADS = """
    app._FINISHING_S = 0.1
    window.tasks.start("shared", in_thread(never.wait))
    window.tasks.start("own", apart(never.wait, "own"))
    await in_thread(int)
"""
_FROZEN_WINDOW = """
    app._LONGEST_END_S = 0.5
    window.hide = never.wait
"""


def _ended(home, drive):
    environment = os.environ | {"FERRULE_HOME": str(home), "FERRULE_KEYCHAIN": "off"}
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM.replace("    DRIVE", drive)],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip


def test_threads_that_wait_for_ever_do_not_keep_the_program(tmp_path):
    ended = _ended(tmp_path, _FROZEN_THREADS)
    assert ended.returncode == 0, ended.stderr


def test_garbage_is_not_collected_by_itself_once_the_window_is_gone(tmp_path):
    ended = _ended(tmp_path, "    pass")
    assert ended.stdout == "shown False\n", ended.stderr


def test_a_program_that_stands_still_at_its_end_tells_where_and_ends(tmp_path):
    ended = _ended(tmp_path, _FROZEN_WINDOW)
    assert ended.returncode == 1
    assert "in _live" in ended.stderr
    assert "shown" not in ended.stdout


def test_the_end_waits_for_what_has_begun_and_drops_what_has_not(run, monkeypatch):
    pool = threads._Threads(1)
    monkeypatch.setattr(threads, "_threads", lambda: pool)
    begun, go, done = threading.Event(), threading.Event(), []

    def first():
        begun.set()
        go.wait(8)
        done.append("first")

    async def live(tasks):
        tasks.start("first", in_thread(first))
        tasks.start("second", in_thread(lambda: done.append("second")))
        while not begun.is_set():
            await apart(begun.wait, "looking")
        await tasks.cancel_all()

    run(live(Tasks()))
    assert not finish_threads(0.01), "it goes on"
    go.set()
    assert finish_threads(8)
    assert done == ["first"]


def test_a_thread_that_is_idle_is_used_again(run, monkeypatch):
    pool = threads._Threads(4)
    monkeypatch.setattr(threads, "_threads", lambda: pool)

    async def twice():
        return [await in_thread(threading.get_ident) for _ in range(2)]

    first, second = run(twice())
    assert first != threading.get_ident()
    assert pool._made <= 2, "a thread may still be on its way back"
    assert second != threading.get_ident()


def test_an_error_of_a_thread_comes_out_where_it_is_awaited(run):
    async def caught():
        for work in (in_thread, lambda call: apart(call, "own")):
            try:
                await work(lambda: int("x"))
            except ValueError:
                continue
            return False
        return True

    assert run(caught())

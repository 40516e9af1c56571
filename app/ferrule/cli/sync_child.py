"""`ferrule sync --control stdin`: a sync for a parent process.

It says `ready` before its heavy imports, reads its job and its secrets as the first
line of standard input, and ends at once (75) when that input ends: an open page rolls
back. `{"do": "pause"}` and `{"do": "stop"}` end it after the page, or at once where it
only waits.
"""

import argparse
import json
import os
import sys
import threading
from dataclasses import dataclass, field

from ferrule.workspace.halting import Halt

PARENT_GONE = 75


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("connection", nargs="?", help="by default the job names it")
    add("--project", metavar="DIR", help="the project's folder")
    add("--control", choices=["stdin"], required=True)
    add("--json", action="store_true", help="always so")
    add("--full", action="store_true", help="everything, anew")
    add("--incremental", action="store_true", help="what changed; the default")
    add("--sync-from", metavar="ISO", help="oldest creation time")
    add("--fresh", action="store_true", help="do not go on with an unfinished run")
    add("--limit", type=int, metavar="N", help="stop after N items")
    add("--dry-run", action="store_true", help="count, and store nothing")
    add("--allow-http", action="append", default=[], metavar="HOST")


@dataclass(slots=True)
class Control:
    """What the parent asks for, read line by line from standard input.

    Once the run has `ended`, the end of the input means nothing any more.
    """

    halt: Halt = field(default_factory=Halt)
    ended: threading.Event = field(default_factory=threading.Event)
    job: bytes = b""
    _ready: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Read in a thread of its own until the input ends."""
        threading.Thread(target=self._watch, daemon=True, name="control").start()

    def first_line(self) -> bytes:
        """Return the job, once it is there."""
        self._ready.wait()
        return self.job

    def _watch(self) -> None:
        rest = b""
        while chunk := _read():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._take(line)
        if not self.ended.is_set():
            os._exit(PARENT_GONE)  # a page commits whole: ending here loses nothing

    def _take(self, line: bytes) -> None:
        if not self._ready.is_set():
            self.job = line
            self._ready.set()
            return
        try:
            asked = json.loads(line).get("do")
        except (ValueError, AttributeError):
            return
        if asked in {"pause", "stop"}:
            self.halt.ask(asked)


def _read() -> bytes:
    try:
        return os.read(0, 65_536)
    except OSError:  # a standard input that is closed has ended
        return b""


def execute(given: argparse.Namespace) -> int:
    """Wait for the job and run it."""
    sys.stdout.write('{"type":"ready"}\n')
    sys.stdout.flush()
    control = Control()
    control.start()
    from ferrule.cli.ending import guarded

    return guarded(lambda: _run(given, control), as_json=True)


def _run(given: argparse.Namespace, control: Control) -> int:
    from ferrule.cli.collecting import settled
    from ferrule.cli.ending import DONE, WELL, WRONG, write_json
    from ferrule.cli.place import choose_project, close_workspaces, open_workspace
    from ferrule.credentials import take_handed_key
    from ferrule.sync.events import Event, RunEnded
    from ferrule.workspace.child_job import read_job
    from ferrule.workspace.connecting import sync_connection
    from ferrule.workspace.operations.acting import act_through

    settled()
    act_through("ferrule sync")
    job = read_job(control.first_line(), given)
    choose_project(job.project)
    if job.vault_key is not None:
        take_handed_key(job.vault_key.get_secret_value())

    def emit(event: Event) -> None:
        if isinstance(event, RunEnded):
            control.ended.set()
        write_json(event.wire())

    try:
        ended = sync_connection(
            open_workspace(),
            job.connection,
            job.order,
            emit=emit,
            secrets=job.secrets,
            halt=control.halt,
        )
    finally:
        control.ended.set()
        close_workspaces()
    return DONE if ended.status in WELL else WRONG

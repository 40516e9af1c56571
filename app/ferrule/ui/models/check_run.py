"""A check in a thread of ours, told step by step and cancelled at once.

The module imports the network: pages load it with the first check, not before.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from PySide6 import QtCore

from ferrule.clock import Clock, SystemClock
from ferrule.ui.models.check_lines import CheckLine
from ferrule.ui.tasks import in_thread
from ferrule.workspace.accounts import Account
from ferrule.workspace.checking import Check, CheckStep
from ferrule.workspace.connecting import record_health
from ferrule.workspace.history.checks import kept_check
from ferrule.workspace.sessions import keeper_of
from ferrule.workspace.workspace import Workspace


class CheckRun(QtCore.QObject):
    """One check at a time.

    Signals:
        stepped(object): a step ended, as its `CheckLine`.
    """

    stepped = QtCore.Signal(object)

    async def run(self, prepare: Callable[[], Check]) -> Sequence[CheckStep]:
        """Return the steps of the check that `prepare` makes, telling each.

        `prepare` and the check run in a thread. Cancelling ends the waiting at once and
        tells no more steps, whatever the thread is still doing.

        Raises:
            FerruleError: when `prepare` cannot make one.
        """
        loop = asyncio.get_running_loop()
        job = _Job(prepare)

        def work() -> Sequence[CheckStep]:
            steps = []
            for step in job.steps():
                steps.append(step)
                with suppress(RuntimeError):  # the loop may have gone with the window
                    loop.call_soon_threadsafe(self._tell, job, step)
            return steps

        try:
            steps = await in_thread(work)
        finally:
            job.stop()
        return steps

    def _tell(self, job: "_Job", step: CheckStep) -> None:
        if not job.over():
            self.stepped.emit(line_of(step))


class _Job:
    """A check that may be stopped from the window's thread at any moment."""

    def __init__(self, prepare: Callable[[], Check]) -> None:
        self._prepare = prepare
        self._check: Check | None = None
        self._stop = threading.Event()

    def over(self) -> bool:
        """Return whether nobody waits for it any more."""
        return self._stop.is_set()

    def steps(self) -> Iterator[CheckStep]:
        """Yield the steps until it is stopped."""
        self._check = self._prepare()
        if self.over():
            return
        for step in self._check.steps():
            if self.over():
                return
            yield step

    def stop(self) -> None:
        """Break what it is sending, and take nothing from it any more."""
        if not self._stop.is_set():
            self._stop.set()
            if self._check is not None:
                self._check.cancel()


def line_of(step: CheckStep) -> CheckLine:
    """Return a step as a line."""
    return CheckLine(
        step.name,
        step.ok,
        step.detail,
        step.ms,
        step.advice,
        exchange=step.shown,
        curl=step.exchange.curl if step.exchange and step.exchange.is_request else "",
        cause=step.trouble,
    )


def stored_check(workspace: Workspace, key: str) -> Check:
    """Return a check of a connection as it is stored; blocks.

    Raises:
        FerruleError: when its document or its secrets cannot be read.
    """
    found = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(found)
    secrets = workspace.registry.secrets_of(found)
    meter = workspace.operations.traffic.meter(key)
    account = Account.of(found, workspace.runs, meter)
    keeper = keeper_of(workspace, found)
    check = Check(connector, found.config, secrets, account=account, keeper=keeper)
    return kept_check(workspace, check, connector.id, found.config, key)


def note_health(
    workspace: Workspace,
    key: str,
    steps: Sequence[CheckStep],
    clock: Clock | None = None,
) -> None:
    """Record what a check of a stored connection found; blocks."""
    record_health(workspace, key, steps, clock or SystemClock())

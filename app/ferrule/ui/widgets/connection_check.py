"""Testing a stored connection: live lines, Stop, and its health noted."""

import asyncio
from functools import partial
from typing import Final, Protocol

from ferrule.errors import FerruleError
from ferrule.ui.importing import load
from ferrule.ui.models.card_standing import SANDBOXES, Link
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.check import CheckReport
from ferrule.workspace.workspace import Workspace

_CHECK: Final = "ferrule.ui.models.check_run"


class Tested(Protocol):
    """Where a test is told: its lines, and that one runs."""

    @property
    def report(self) -> CheckReport: ...
    def show_testing(self, *, running: bool) -> None: ...


async def check_connection(workspace: Workspace, link: Link, pane: Tested) -> None:
    """Check a connection, telling each step in the pane, and record its health.

    Cancelling ends it at once; nothing is recorded then.
    """
    report = pane.report
    pane.show_testing(running=True)
    report.begin()
    try:
        checks = await load(_CHECK)
        if link.connector_id in SANDBOXES:
            await sandbox.ensure_for(link.config)
        run = checks.CheckRun(report)
        run.stepped.connect(report.lines.show_line)
        steps = await run.run(partial(checks.stored_check, workspace, link.key))
        report.end()
        await in_thread(partial(checks.note_health, workspace, link.key, steps))
    except asyncio.CancelledError:
        report.cancel()
        raise
    except FerruleError as error:
        report.fail(error.message, error.advice)
    finally:
        pane.show_testing(running=False)

"""The tour's stops at the tools and the record: what reads, then what was done."""

from functools import partial

from PySide6 import QtWidgets

from ferrule.ui.tour.guide import Guide
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.table import DataTable

Button = QtWidgets.QAbstractButton


async def use_tool(guide: Guide) -> None:
    """Run a tool that reads; its request is shown first."""
    await guide.click("Tools", guide.window.rail)
    number = await guide.see(LineEdit, "number, required")
    await guide.type_into(number, "1")
    await guide.click("Run")
    await guide.see(Button, "Save as test case…")
    await guide.pictures("tools")
    guide.say("A tool that reads", "get_issue answered")


async def see_record(guide: Guide) -> None:
    """Look at all that was done, and from there at all that is known of a connector."""
    await guide.click("Activity", guide.window.rail)
    table = await guide.until(partial(_filled, guide), "the log")
    lines = table.model().rowCount()
    await guide.pictures("activity")
    await guide.click("Connector")
    await guide.until(lambda: "Health timeline" in guide.texts(), "the connector")
    await guide.pictures("connector")
    guide.say("What was done", f"{lines} lines of the log")


def _filled(guide: Guide) -> DataTable | None:
    table = guide.shown(DataTable)
    return table if table is not None and table.model().rowCount() else None

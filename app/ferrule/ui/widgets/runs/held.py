"""A run that was refused because its connection is held: the way to what it asks."""

from collections.abc import Mapping
from typing import Final

from PySide6 import QtCore

from ferrule.ui.models.messages import ShowConnector
from ferrule.ui.models.run_desk import RunDesk
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.message import Level

_MILD: Final = frozenset({"AlreadyRunning", "HostsGrew"})  # nothing went wrong


def refusal(
    told: Mapping[str, str], desk: RunDesk, go: QtCore.SignalInstance
) -> tuple[Level, list[Button]]:
    """Return how bad a refusal is, and what leads on from it: often nothing."""
    level: Level = "warning" if told["error"] in _MILD else "danger"
    one = desk.connection(told.get("connection", ""))
    if told["error"] != "HostsGrew" or one is None:
        return level, []
    look = Button("Look at the hosts…", compact=True)
    where = ShowConnector(one.connector_id, change=one.key)
    look.clicked.connect(lambda: go.emit("catalogue", where))
    return level, [look]

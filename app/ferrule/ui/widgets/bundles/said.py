"""What a part of the page has to say across its top, with buttons that belong to it."""

from dataclasses import dataclass

from PySide6 import QtWidgets

from ferrule.ui.widgets.message import Level


@dataclass(frozen=True, slots=True)
class Said:
    """Something to say: how grave, what, why, and what can be done."""

    level: Level
    what: str
    why: str = ""
    actions: tuple[QtWidgets.QWidget, ...] = ()

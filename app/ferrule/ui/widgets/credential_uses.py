"""Where a credential is used: each connection with the name of its project."""

from collections.abc import Sequence

from PySide6 import QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.credential_scopes import UseLine
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, boxed

_MOST = 8


def uses_lines(uses: Sequence[UseLine], most: int = _MOST) -> QtWidgets.QWidget:
    """Return the connections that use a credential, line by line.

    Of very many the rest is told as a number.
    """
    column = Column(gap=4)
    for use in uses[:most]:
        column.add(_line(use))
    if len(uses) > most:
        column.add(Label(f"and {len(uses) - most} more", "caption", "muted"))
    if not uses:
        column.add(Label("No connection uses it.", "caption", "muted", wrap=True))
    return boxed(column)


def _line(use: UseLine) -> QtWidgets.QWidget:
    row = Row(Glyph("plug"), gap=8)
    row.add(Label(Data(use.key), elide=True), stretch=1)
    row.add(Label(Data(use.project.name), "caption", "muted"))
    return boxed(row)

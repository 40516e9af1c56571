"""How long a response took and how large it is: where the time went, what was told."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import Response
from ferrule.ui.i18n import tr
from ferrule.ui.models.json_value import visible
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.models.timing_steps import KEPT, Step, steps_of
from ferrule.ui.theme import RIGHT, paint_box, paint_text, theme
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.response.head import size_text
from ferrule.ui.widgets.response.swap import Swap
from ferrule.ui.widgets.table import DataTable

_NOT_APART: Final = (
    "Only the whole exchange is timed: connecting, waiting for the first byte and "
    "reading are not told apart."
)
# What services say themselves of time and size (RFC 9110, RFC 9111, Server Timing).
_TOLD: Final = (
    ("Content-Length", "Length on the wire"),
    ("Content-Encoding", "Compressed by"),
    ("Server-Timing", "The service's own timing"),
    ("Age", "Age in a cache, seconds"),
    ("Date", "The service's clock"),
)
_LINE: Final = 24
_BAR: Final = 10
_TITLE: Final = 84
_FIGURE: Final = 72
_LEAST: Final = 2
Fact = tuple[str, str]


class TimingPage(Swap):
    """Where the time of one exchange went, and facts of it."""

    def show_timing(self, response: Response) -> None:
        """Show the steps and the facts of a response."""
        columns: list[TableColumn[Fact]] = [
            TableColumn("what", "What", lambda fact: fact[0], "text", 160, words=True),
            TableColumn(
                "value", "Value", lambda fact: visible(fact[1]), "mono", stretch=True
            ),
        ]
        model: RowsModel[Fact] = RowsModel(columns, timing_facts(response))
        table = DataTable(model, "Timing and size")
        column = Column(boxed(_head(response)), gap=0)
        column.add(table, stretch=1)
        self.show_page(boxed(column))


class Waterfall(QtWidgets.QWidget):
    """The steps of an exchange below one another, each where its time was."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__()
        self._steps = tuple(steps)
        told = ", ".join(f"{step.title} {step.told}" for step in steps)
        self.setAccessibleName(f"Where the time went: {told}")
        policy = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policy.Ignored, policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QtCore.QSize:
        """Return a line for each step."""
        return QtCore.QSize(theme.px(240), self._line * len(self._steps))

    def paintEvent(self, _event: object) -> None:
        """Draw title, bar and figure of each step."""
        painter = QtWidgets.QStylePainter(self)
        title, figure = theme.px(_TITLE), theme.px(_FIGURE)
        room = max(self.width() - title - figure, theme.px(_LEAST))
        whole = max(sum(step.length for step in self._steps), 1e-9)
        for row, step in enumerate(self._steps):
            line = QtCore.QRect(0, row * self._line, self.width(), self._line)
            name = QtCore.QRect(line.left(), line.top(), title, line.height())
            paint_text(painter, name, step.title, role="caption", ink="muted")
            end = QtCore.QRect(line.right() - figure, line.top(), figure, line.height())
            paint_text(painter, end, step.told, role="caption", align=RIGHT)
            left = title + round(room * step.start / whole)
            wide = max(round(room * step.length / whole), theme.px(_LEAST))
            tall = theme.px(_BAR)
            top = line.top() + (line.height() - tall) // 2
            bar = QtCore.QRect(min(left, title + room - wide), top, wide, tall)
            paint_box(painter, bar, theme.px(2), step.token)

    @property
    def _line(self) -> int:
        return max(theme.px(_LINE), round(theme.measured("caption").height()))


def timing_facts(response: Response) -> list[Fact]:
    """Return what is known of time and size, each with a name."""
    size = len(response.body)
    facts = [("Total", f"{response.elapsed_ms:,.0f} ms")]
    facts.append(("Body, unpacked", tr(f"{size:,} bytes ({size_text(size)})")))
    if response.elapsed_ms > 0 and size:
        rate = size / response.elapsed_ms * 1_000
        facts.append(("Speed of the whole", f"{size_text(round(rate))}/s"))
    facts += [
        (words, told)
        for name, words in _TOLD
        if (told := response.header(name)) is not None
    ]
    return facts + [("Warning", warning) for warning in response.warnings]


def _head(response: Response) -> Column:
    timing = response.timing
    column = Column(gap=8, margins=(16, 12, 16, 12))
    if timing is None:
        column.add(_note(_NOT_APART))
        return column
    column.add(Waterfall(steps_of(timing)))
    if timing.reused:
        column.add(_note(KEPT))
    return column


def _note(text: str) -> Label:
    note = Label(text, "caption", "muted", wrap=True)
    policy = QtWidgets.QSizePolicy.Policy
    note.setSizePolicy(policy.Ignored, policy.Minimum)
    return note

"""Small blocks of the detail pane: facts, lines with a picture, figures, runs."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.connector_facts import HEALTH, Facts, RunLine
from ferrule.ui.theme import theme
from ferrule.ui.widgets.chip import StatusLabel, paint_status
from ferrule.ui.widgets.label import Glyph, Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.meter import Sparkline

_WRAP: Final = 240
_BELOW: Final = 6


class WrapRow(QtWidgets.QWidget):
    """Widgets side by side that go on below where the line is full.

    Its height follows from its width, as that of a text does; `gap` in pixels at 100 %.
    """

    def __init__(
        self, parent: QtWidgets.QWidget | None = None, *, gap: int = 6
    ) -> None:
        super().__init__(parent)
        self._gap = gap
        self._widgets: list[QtWidgets.QWidget] = []
        kinds = QtWidgets.QSizePolicy.Policy
        policy = QtWidgets.QSizePolicy(kinds.Preferred, kinds.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_widgets(self, widgets: Sequence[QtWidgets.QWidget]) -> None:
        """Show other widgets; the old ones are deleted."""
        for old in self._widgets:
            old.hide()
            old.deleteLater()
        self._widgets = list(widgets)
        for widget in self._widgets:
            widget.setParent(self)
            widget.show()
        self._arrange()
        self.updateGeometry()

    def sizeHint(self) -> QtCore.QSize:
        """Return the size at a usual width."""
        wide = theme.px(_WRAP)
        return QtCore.QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Want no width: more goes on below."""
        return QtCore.QSize(0, 0)

    def heightForWidth(self, width: int) -> int:
        """Return how high the lines are together at a width."""
        return max((box.bottom() + 1 for box in self._boxes(width)), default=0)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QtCore.QEvent) -> bool:
        """Break the lines anew when a widget wants another size."""
        if event.type() == QtCore.QEvent.Type.LayoutRequest:
            self._arrange()
            self.updateGeometry()
        return super().event(event)

    def _arrange(self) -> None:
        for widget, box in zip(self._seen(), self._boxes(self.width()), strict=True):
            widget.setGeometry(box)

    def _seen(self) -> list[QtWidgets.QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _boxes(self, room: int) -> Iterator[QtCore.QRect]:
        """Yield where each widget stands when so much room is there."""
        gap, y = theme.px(self._gap), 0
        for line in self._lines(room, gap):
            x, high = 0, max(size.height() for size in line)
            for size in line:
                top = y + (high - size.height()) // 2
                yield QtCore.QRect(x, top, min(size.width(), room), size.height())
                x += size.width() + gap
            y += high + theme.px(_BELOW)

    def _lines(self, room: int, gap: int) -> Iterator[list[QtCore.QSize]]:
        """Yield the sizes of what stands in each line."""
        line: list[QtCore.QSize] = []
        for size in (widget.sizeHint() for widget in self._seen()):
            wide = sum(one.width() + gap for one in line) + size.width()
            if line and wide > room:
                yield line
                line = []
            line.append(size)
        if line:
            yield line


def fact(label: str, value: str | QtWidgets.QWidget) -> QtWidgets.QWidget:
    """Return a line of a label and what it is."""
    row = Row(Label(label, "body", "muted"), None)
    if isinstance(value, str):
        shown = Label(value, "number", elide=True)
        shown.setAlignment(
            QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter
        )
        shown.setMinimumWidth(min(theme.width(value, "number"), theme.px(140)))
        row.add(shown)
    else:
        row.add(value)
    return boxed(row)


def glyph_line(
    picture: str, text: str, *, mono: bool = False, ink: str = "text"
) -> QtWidgets.QWidget:
    """Return a line of text behind an icon; it is cut where it does not fit."""
    row = Row(Glyph(picture))
    label = Label(text, "code" if mono else "body", ink, elide=True, selectable=True)
    row.add(label, stretch=1)
    return boxed(row)


def latency_block(facts: Facts) -> QtWidgets.QWidget:
    """Return the time a page took in the last runs, as a line and its 95 % figure."""
    p95 = f"p95 {facts.p95:,.0f} ms" if facts.p95 is not None else ""
    head = SectionHead("Time per page", Label(p95, "caption", "muted"), role="emphasis")
    line = Sparkline("Time per page", unit=" ms")
    line.show_values(facts.page_ms)
    ago = Label(f"{len(facts.page_ms)} runs ago", "caption", "muted")
    foot = Row(ago, None, Label("now", "caption", "muted"))
    return boxed(Column(head, line, foot, gap=4))


def health_block(facts: Facts) -> QtWidgets.QWidget:
    """Return how the connection is, over the answers of its latest checks and runs."""
    shape, word = HEALTH[facts.state]
    head = SectionHead("Health", StatusLabel(shape, word), role="emphasis")
    line = Sparkline("Answers of checks and runs", unit=" ms")
    line.show_values(facts.answers)
    ago = Label(f"{len(facts.answers)} answers ago", "caption", "muted")
    foot = Row(ago, None, Label("now", "caption", "muted"))
    return boxed(Column(head, line, foot, gap=4))


class _RunText(StatusLabel):
    """A run's state as a shape; its words stay in the colour of text."""

    def paintEvent(self, _event: object) -> None:
        """Draw shape and words."""
        painter = QtWidgets.QStylePainter(self)
        paint_status(painter, self.rect(), self.state, self.text(), ink="text")


def runs_block(runs: Sequence[RunLine]) -> QtWidgets.QWidget:
    """Return the latest runs, the newest first."""
    column = Column(SectionHead("Recent runs", role="emphasis"), gap=6)
    for run in runs:
        row = Row(_RunText(run.state, run.text), None)
        row.add(Label(run.when, "caption", "muted"))
        column.add(boxed(row))
    return boxed(column)

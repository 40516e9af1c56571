"""Steps of a long piece of work: a way to move about and a check list at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.theme import (
    CENTRE,
    RIGHT,
    STATES,
    metrics,
    paint_box,
    paint_focus,
    paint_shape,
    paint_text,
    theme,
)

StepState = Literal["untouched", "in_progress", "valid", "warning", "error"]
_WORDS: Final[dict[StepState, str]] = {
    "untouched": "not started",
    "in_progress": "in progress",
    "valid": "done",
    "warning": "to check",
    "error": "wrong",
}
_CIRCLE: Final = 24  # px of a step track
_GAP: Final = 16
_SHORTEST: Final = 8
_LONGEST: Final = 48
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its key, title, a caption below it and a note at its right."""

    key: str
    title: str
    caption: str = ""
    state: StepState = "untouched"
    note: str = ""

    @property
    def sentence(self) -> str:
        """Return the step as a screen reader says it."""
        parts = (self.title, _WORDS[self.state], self.caption, self.note)
        return Data(", ".join(tr(part) for part in parts if part))


class _Steps(QtCore.QAbstractListModel):
    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__()
        self.steps = list(steps)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.steps)

    def data(
        self, index: _Index, role: int = QtCore.Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        step = self.steps[index.row()]
        if role == QtCore.Qt.ItemDataRole.DisplayRole:
            return step.title
        if role == QtCore.Qt.ItemDataRole.AccessibleTextRole:
            return step.sentence
        return None

    def change(self, row: int, step: Step) -> None:
        self.steps[row] = step
        index = self.index(row)
        self.dataChanged.emit(index, index)


class Stepper(QtWidgets.QListView):
    """A list of steps; arrow keys move, the chosen step is announced.

    Signals:
        chosen(str): the person went to the step of that key.
    """

    chosen = QtCore.Signal(str)

    def __init__(
        self,
        steps: Sequence[Step],
        name: str = "Steps",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._model = _Steps(steps)
        self.setModel(self._model)
        self.setItemDelegate(_StepDelegate(self))
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setCurrentIndex(self._model.index(0))
        self.selectionModel().currentChanged.connect(self._announce)

    def steps(self) -> tuple[Step, ...]:
        """Return the steps as they stand."""
        return tuple(self._model.steps)

    def current(self) -> str:
        """Return the key of the step one is at."""
        return self._model.steps[self.currentIndex().row()].key

    def set_current(self, key: str) -> None:
        """Go to a step."""
        self.setCurrentIndex(self._model.index(self._row(key)))

    def set_state(
        self, key: str, state: StepState, note: str = "", caption: str | None = None
    ) -> None:
        """Say how a step stands."""
        row = self._row(key)
        step = self._model.steps[row]
        kept = step.caption if caption is None else caption
        self._model.change(row, replace(step, state=state, note=note, caption=kept))

    def sizeHint(self) -> QtCore.QSize:
        """Return room for all steps."""
        height = sum(self.sizeHintForRow(row) for row in range(self._model.rowCount()))
        return QtCore.QSize(theme.px(168), height + 4)

    def _row(self, key: str) -> int:
        return [step.key for step in self._model.steps].index(key)

    @QtCore.Slot(QtCore.QModelIndex)
    def _announce(self, index: QtCore.QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._model.steps[index.row()].key)


class _StepDelegate(QtWidgets.QStyledItemDelegate):
    def __init__(self, view: Stepper) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, _option: QtWidgets.QStyleOptionViewItem, index: _Index
    ) -> QtCore.QSize:
        step = self._view.steps()[index.row()]
        return QtCore.QSize(theme.px(120), theme.px(56 if step.caption else 30))

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        step = self._view.steps()[index.row()]
        flags = QtWidgets.QStyle.StateFlag
        current = index.row() == self._view.currentIndex().row()
        box: QtCore.QRect = option.rect.adjusted(
            0, 0, 0, -theme.px(4) * bool(step.caption)
        )
        if current or option.state & flags.State_MouseOver:
            ground = "selection" if current else "hover"
            paint_box(painter, box, theme.px(metrics.RADIUS), ground)
        if current and self._view.hasFocus():
            paint_focus(painter, box, theme.px(metrics.RADIUS))
        _paint_step(painter, box, step, current=current)


def _paint_step(
    painter: QtGui.QPainter, box: QtCore.QRect, step: Step, *, current: bool
) -> None:
    side = theme.px(11)
    mark = QtCore.QRect(box.left() + theme.px(10), 0, side, side)
    mark.moveTop(box.top() + (box.height() - side) // 2)
    look = STATES[step.state]
    paint_shape(painter, mark, look.shape, look.token)
    text = box.adjusted(theme.px(30), 0, -theme.px(8), 0)
    if step.note:
        ink = look.token if step.state in {"warning", "error"} else "muted"
        width = theme.width(step.note, "caption")
        paint_text(painter, text, step.note, role="caption", ink=ink, align=RIGHT)
        text.adjust(0, 0, -width - theme.px(6), 0)
    pale = step.state == "untouched" and not current
    role = "emphasis" if current else "body"
    if step.caption:
        half = box.height() // 2
        upper = text.adjusted(0, theme.px(6), 0, -half + theme.px(2))
        lower = text.adjusted(0, half - theme.px(2), 0, -theme.px(6))
        paint_text(painter, lower, step.caption, role="caption", ink="muted")
        text = upper
    paint_text(painter, text, step.title, role=role, ink="muted" if pale else "text")


def _text_width(step: Step) -> int:
    title, caption = theme.width(step.title, "emphasis"), step.caption
    return max(title, theme.width(caption, "caption"))


class StepTrack(QtWidgets.QWidget):
    """Numbered circles in a row that show how far a short piece of work has come.

    Where the titles do not fit, only the current step keeps its own.
    """

    def __init__(
        self, steps: Sequence[Step], parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._steps = list(steps)
        self._at = 0
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed
        )
        self._tell()

    def set_steps(self, steps: Sequence[Step], at: int) -> None:
        """Show other captions and states, and which step one is at."""
        self._steps = list(steps)
        self._at = at
        self._tell()
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return a strip of 48 px."""
        return QtCore.QSize(theme.px(640), theme.px(48))

    def paintEvent(self, _event: object) -> None:
        """Draw circles, titles and the lines between them."""
        painter = QtWidgets.QStylePainter(self)
        x, middle = 0, self.height() // 2
        widths = self._widths()
        line = self._line(widths)
        for number, step in enumerate(self._steps):
            self._paint_circle(painter, QtCore.QPoint(x, middle), number, step)
            x += theme.px(_CIRCLE)
            if widths[number]:
                x += theme.px(_GAP // 2)
                self._paint_texts(painter, x, number, widths[number])
                x += widths[number]
            x += theme.px(_GAP)
            if number + 1 < len(self._steps):
                ink = "success" if step.state == "valid" else "border"
                painter.fillRect(x, middle, line, 1, theme.colour(ink))
                x += line + theme.px(_GAP)

    def _paint_texts(
        self, painter: QtGui.QPainter, left: int, number: int, width: int
    ) -> None:
        step, height = self._steps[number], theme.px(18)
        upper = QtCore.QRect(left, self.height() // 2 - height, width, height)
        lower = upper.translated(0, height)
        ink = "text" if number <= self._at else "muted"
        role = "emphasis" if number == self._at else "body"
        paint_text(painter, upper, step.title, role=role, ink=ink)
        paint_text(painter, lower, step.caption, role="caption", ink="muted")

    def _widths(self) -> list[int]:
        """Return the widths of the texts; where not all fit, only the current's."""
        widths = [_text_width(step) for step in self._steps]
        if self._taken(widths) <= self.width():
            return widths
        short = [width * (n == self._at) for n, width in enumerate(widths)]
        over = max(self._taken(short) - self.width(), 0)
        return [max(width - over, 0) for width in short]

    def _taken(self, widths: list[int]) -> int:
        """Return the room that circles, texts and the shortest lines take."""
        gaps = max(len(widths) - 1, 0)
        texts = sum(width + theme.px(_GAP // 2) for width in widths if width)
        between = theme.px(_SHORTEST) + 2 * theme.px(_GAP)
        return texts + len(widths) * theme.px(_CIRCLE) + gaps * between

    def _line(self, widths: list[int]) -> int:
        """Return the length of the lines between steps: at most 48 px."""
        gaps = max(len(widths) - 1, 1)
        room = (self.width() - self._taken(widths)) // gaps + theme.px(_SHORTEST)
        return min(max(room, theme.px(_SHORTEST)), theme.px(_LONGEST))

    def _paint_circle(
        self, painter: QtGui.QPainter, left: QtCore.QPoint, number: int, step: Step
    ) -> None:
        side = theme.px(24)
        box = QtCore.QRect(left.x(), left.y() - side // 2, side, side)
        inner = box.adjusted(*(theme.px(n) for n in (6, 6, -6, -6)))
        if step.state in {"valid", "warning", "error"}:
            look = STATES[step.state]
            paint_box(painter, box, side / 2, look.token)
            paint_shape(painter, inner, look.shape, "surface")
            return
        at = number == self._at
        paint_box(
            painter,
            box,
            side / 2,
            "accent" if at else "",
            border="" if at else "control",
            width=1.5,
        )
        ink = "on_accent" if at else "muted"
        text = str(number + 1)
        paint_text(painter, box, text, role="caption_strong", ink=ink, align=CENTRE)

    def _tell(self) -> None:
        told = "; ".join(step.sentence for step in self._steps)
        self.setAccessibleName("Progress")
        self.setAccessibleDescription(Data(told))
        self.setToolTip(Data(told))

"""Cards, and the page that has nothing to show yet."""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.theme import metrics, paint_box, paint_icon, paint_line, theme
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Item, Row


class Card(QtWidgets.QFrame):
    """A framed surface with a head (title and widgets at the right) and a body.

    Add to `head` and `body`. `flush` leaves out the padding of the body, for a table
    or list whose own edges align; a hairline then parts the head from it.
    """

    def __init__(
        self,
        title: str = "",
        *trailing: QtWidgets.QWidget,
        flush: bool = False,
        gap: int = metrics.GAP,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._flush = flush
        pad = metrics.CARD_PADDING
        self.title = Label(title, "title")
        self.head = Row(self.title, None, *trailing, margins=(pad, 12, pad, 12))
        sides = (1, 0, 1, 8) if flush else (pad, 0, pad, 12)
        self.body = Column(gap=gap, margins=sides)
        self._head = QtWidgets.QWidget()
        self._head.setLayout(self.head)
        if not (title or trailing):
            self._head.hide()
            self.body = Column(gap=gap, margins=(pad, pad, pad, pad))
            if flush:
                self.body = Column(gap=gap, margins=(1, 8, 1, 8))
        outer = Column(self._head, gap=0)
        outer.add(self.body, stretch=1)
        self.setLayout(outer)

    def add(self, *items: Item, stretch: int = 0) -> None:
        """Append to the body."""
        self.body.add(*items, stretch=stretch)

    def paintEvent(self, _event: object) -> None:
        """Draw the surface and its border."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_CARD)
        paint_box(painter, self.rect(), radius, "surface", border="border")
        if self._flush and self._head.isVisible():
            line = self._head.geometry()
            below = QtCore.QRect(1, line.bottom(), self.width() - 2, 1)
            paint_line(painter, below)


class _IconTile(QtWidgets.QWidget):
    """An icon of 24 px in a tinted square of 56."""

    def __init__(self, name: str, tone: str) -> None:
        super().__init__()
        self._name = name
        self._tone = tone
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    def sizeHint(self) -> QtCore.QSize:
        """Return the square."""
        return QtCore.QSize(theme.px(56), theme.px(56))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: object) -> None:
        """Draw ground and icon."""
        painter = QtWidgets.QStylePainter(self)
        paint_box(painter, self.rect(), theme.px(14), f"{self._tone}_tint")
        inset = theme.px(16)
        box = self.rect().adjusted(inset, inset, -inset, -inset)
        paint_icon(painter, box, self._name, self._tone)


class EmptyState(QtWidgets.QWidget):
    """What this is, in one line, and one thing to do."""

    def __init__(
        self,
        icon: str,
        title: str,
        line: str,
        *actions: QtWidgets.QWidget,
        tone: str = "accent",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = Label(title, "title")
        self.line = Label(line, "body", "muted", wrap=True)
        for label in (self.title, self.line):
            label.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._text = QtWidgets.QWidget()
        self._text.setLayout(Column(self.title, self.line, gap=4))
        column = Column(None, gap=8, margins=(24, 24, 24, 24))
        column.add(Row(None, _IconTile(icon, tone), None), 8)
        across = Row(None, self._text, None)
        across.setStretchFactor(self._text, 100)
        column.add(across)
        if actions:
            column.add(4, Row(None, *actions, None))
        column.add(None)
        self.setLayout(column)
        self._fit()
        theme.changed.connect(self._fit)

    def say(self, title: str, line: str) -> None:
        """Say something else."""
        self.title.setText(title)
        self.line.setText(line)

    @QtCore.Slot()
    def _fit(self) -> None:
        self._text.setMaximumWidth(theme.px(metrics.TEXT_COLUMN))

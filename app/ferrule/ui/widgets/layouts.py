"""Rows and columns whose gaps and margins follow the zoom."""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.theme import metrics, paint_line, theme

Item = QtWidgets.QWidget | QtWidgets.QLayout | int | None
Margins = tuple[int, int, int, int]
NO_MARGINS: Margins = (0, 0, 0, 0)


class _Line(QtWidgets.QBoxLayout):
    """A box layout in the measures of the design."""

    def __init__(
        self,
        direction: QtWidgets.QBoxLayout.Direction,
        items: tuple[Item, ...],
        gap: int,
        margins: Margins,
    ) -> None:
        super().__init__(direction)
        self._gap = gap
        self._margins = margins
        self.rescale()
        theme.changed.connect(self.rescale)
        self.add(*items)

    @QtCore.Slot()
    def rescale(self) -> None:
        """Set gap and margins again for the zoom in force."""
        self.setSpacing(theme.px(self._gap))
        left, top, right, bottom = (theme.px(side) for side in self._margins)
        self.setContentsMargins(left, top, right, bottom)

    def set_margins(self, margins: Margins) -> None:
        """Have other margins: left, top, right, bottom in pixels at 100 %."""
        self._margins = margins
        self.rescale()

    def add(self, *items: Item, stretch: int = 0) -> None:
        """Append widgets and layouts; None is a stretch, a number is extra pixels."""
        for item in items:
            if item is None:
                self.addStretch(1)
            elif isinstance(item, int):
                self.addSpacing(theme.px(item))
            elif isinstance(item, QtWidgets.QLayout):
                self.addLayout(item, stretch)
            else:
                self.addWidget(item, stretch)

    def clear(self) -> None:
        """Take everything out and let the widgets go."""
        empty(self)


class Row(_Line):
    """Items side by side, each centred in height."""

    def __init__(
        self, *items: Item, gap: int = metrics.GAP, margins: Margins = NO_MARGINS
    ) -> None:
        super().__init__(
            QtWidgets.QBoxLayout.Direction.LeftToRight, items, gap, margins
        )


class Column(_Line):
    """Items below one another."""

    def __init__(
        self, *items: Item, gap: int = metrics.GAP, margins: Margins = NO_MARGINS
    ) -> None:
        super().__init__(
            QtWidgets.QBoxLayout.Direction.TopToBottom, items, gap, margins
        )


def empty(layout: QtWidgets.QLayout) -> None:
    """Remove every item of a layout and delete its widgets, in sub-layouts too."""
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)
            inner.deleteLater()


def boxed(
    layout: QtWidgets.QLayout, parent: QtWidgets.QWidget | None = None
) -> QtWidgets.QWidget:
    """Return a bare widget that holds a layout."""
    widget = QtWidgets.QWidget(parent)
    widget.setLayout(layout)
    return widget


class Divider(QtWidgets.QWidget):
    """A one-pixel hairline across (or down) its place."""

    def __init__(
        self, parent: QtWidgets.QWidget | None = None, *, upright: bool = False
    ) -> None:
        super().__init__(parent)
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, _event: object) -> None:
        """Draw the line."""
        painter = QtWidgets.QStylePainter(self)
        paint_line(painter, self.rect())


class Scroll(QtWidgets.QScrollArea):
    """A frameless area that scrolls one widget up and down."""

    def __init__(
        self,
        content: QtWidgets.QWidget,
        name: str,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Our own, which fills no ground; asking Qt for its viewport would load every
        # class that it might be, which takes 4 ms.
        self._canvas = QtWidgets.QWidget()
        self.setViewport(self._canvas)
        self.setWidget(content)
        content.setAutoFillBackground(False)


class Pane(QtWidgets.QWidget):
    """A plain area with a ground of its own, and a hairline on chosen edges.

    `edges` holds letters: l, t, r, b.
    """

    def __init__(
        self,
        layout: QtWidgets.QLayout | None = None,
        *,
        ground: str = "surface",
        edges: str = "",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._edges = edges
        if layout is not None:
            self.setLayout(layout)

    def paintEvent(self, _event: object) -> None:
        """Fill the ground and draw the edges."""
        painter = QtWidgets.QStylePainter(self)
        box = self.rect()
        painter.fillRect(box, theme.colour(self._ground))
        sides = {
            "l": QtCore.QRect(0, 0, 1, box.height()),
            "r": QtCore.QRect(box.width() - 1, 0, 1, box.height()),
            "t": QtCore.QRect(0, 0, box.width(), 1),
            "b": QtCore.QRect(0, box.height() - 1, box.width(), 1),
        }
        for edge in self._edges:
            paint_line(painter, sides[edge])

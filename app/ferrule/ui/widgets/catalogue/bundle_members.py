"""The connectors of a bundle as a list: each with a switch, or with its button.

One list, one delegate, no widget a row. Space switches, Enter does what a press on the
row does: it shows the connector's own card. One that has nothing to switch has a button
to connect it instead, which Space presses.
"""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.bundle_deeds import SharedFacts
from ferrule.ui.models.card_entries import Entry
from ferrule.ui.theme import (
    CENTRE,
    metrics,
    paint_box,
    paint_focus,
    paint_text,
    theme,
)
from ferrule.ui.widgets.chip import paint_status
from ferrule.ui.widgets.choice import paint_switch

_ROLE = QtCore.Qt.ItemDataRole
_MEMBER: Final = int(_ROLE.UserRole)
_ON, _OFF = QtCore.Qt.CheckState.Checked, QtCore.Qt.CheckState.Unchecked
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_ROW: Final = 48
_PAD: Final = 6
_SWITCH: Final = 32
_NONE: Final = SharedFacts("")


class Members(QtCore.QAbstractListModel):
    """The connectors of a bundle; a switch stands as it was asked for until it is told.

    Signals:
        switched(str, bool): the connector of that id is to be on, or off.
    """

    switched = QtCore.Signal(str, bool)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._members: Sequence[Entry] = ()
        self._shared = _NONE
        self._asked: dict[str, bool] = {}

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many connectors there are."""
        return 0 if parent is not None and parent.isValid() else len(self._members)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Return the name, the `Entry`, whether it is on, or what is spoken."""
        if not index.isValid():
            return None
        member = self._members[index.row()]
        if role == _MEMBER:
            return member
        if role == _ROLE.DisplayRole:
            return member.card.name
        if role == _ROLE.CheckStateRole:
            on = self.on(member)
            return None if on is None else _ON if on else _OFF
        return self._sentence(member) if role == _ROLE.AccessibleTextRole else None

    def flags(self, index: _Index) -> QtCore.Qt.ItemFlag:
        """Let those be checked that have something to switch."""
        flags = super().flags(index)
        if index.isValid() and self._members[index.row()].on is not None:
            flags |= QtCore.Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: _Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Ask for a connector to be switched."""
        if role != _ROLE.CheckStateRole or not index.isValid():
            return False
        member = self._members[index.row()]
        if member.on is None:
            return False
        on = QtCore.Qt.CheckState(value) == _ON
        self._asked[member.card.id] = on
        self.dataChanged.emit(index, index)
        self.switched.emit(member.card.id, on)
        return True

    def on(self, member: Entry) -> bool | None:
        """Return whether a connector is on, or was asked to be."""
        return self._asked.get(member.card.id, member.on)

    def member(self, row: int) -> Entry:
        """Return a connector."""
        return self._members[row]

    def sharing(self, member: Entry) -> str:
        """Return in a few words whose credential a connector uses, if it is known."""
        name, shared = member.card.id, self._shared
        if name in shared.users:
            both = name in shared.own
            return "shared and own credentials" if both else "shared credentials"
        if name in shared.would:
            return "would share credentials"
        return "own credentials" if shared.title and name in shared.own else ""

    def show_members(self, members: Sequence[Entry], shared: SharedFacts) -> None:
        """Show connectors as they stand now; nothing is asked for any more."""
        self._asked.clear()
        if [m.card.id for m in members] == [m.card.id for m in self._members]:
            self._members, self._shared = members, shared
            self.dataChanged.emit(self.index(0), self.index(len(members) - 1))
            return
        self.beginResetModel()
        self._members, self._shared = members, shared
        self.endResetModel()

    def _sentence(self, member: Entry) -> str:
        on = self.on(member)
        state = "" if on is None else "on" if on else "off"
        name, standing = Data(member.card.name), member.standing.sentence
        parts = (name, state, standing, self.sharing(member))
        told = ", ".join(part for part in parts if part)
        space = member.standing.button if on is None else "off" if on else "on"
        return f"{told}. Space: {space}. Enter: its card"


class MemberList(QtWidgets.QListView):
    """The connectors of a bundle, as high as they are together.

    Signals:
        switched(str, bool): the connector of that id is to be on, or off.
        wanted(str): show the card of that connector.
        acted(str): the button of that connector was pressed.
        typed(str): a letter was typed here that belongs to the search.
    """

    switched = QtCore.Signal(str, bool)
    wanted = QtCore.Signal(str)
    acted = QtCore.Signal(str)
    typed = QtCore.Signal(str)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Connectors of the bundle")
        self.members = Members(self)
        self._canvas = QtWidgets.QWidget()  # see `CardView`
        self.setViewport(self._canvas)
        self.setModel(self.members)
        self.setItemDelegate(_MemberDelegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        bars = QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(bars)
        self.setVerticalScrollBarPolicy(bars)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setStyleSheet("QListView { background: transparent; }")
        self.members.switched.connect(self.switched)
        self.members.modelReset.connect(self._fit)
        theme.changed.connect(self._fit)

    def show_members(self, members: Sequence[Entry], shared: SharedFacts) -> None:
        """Show connectors as they stand now."""
        self.members.show_members(members, shared)

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Stand on a row whenever the keyboard comes here."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.members.rowCount():
            self.setCurrentIndex(self.members.index(0))
        self._canvas.update()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Switch or connect by Space, show the card by Enter."""
        keys, index = QtCore.Qt.Key, self.currentIndex()
        if not index.isValid():
            super().keyPressEvent(event)
        elif event.key() in {keys.Key_Return, keys.Key_Enter}:
            self.wanted.emit(self.members.member(index.row()).card.id)
        elif event.key() == keys.Key_Space:
            self._press(index)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Pass a letter on instead of jumping to a name."""
        self.typed.emit(search)

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        """Press the switch or the button under the mouse, else show the card."""
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if event.button() != QtCore.Qt.MouseButton.LeftButton or not index.isValid():
            return
        if end_box(self.visualRect(index), self.members.member(index.row())).contains(
            at
        ):
            self._press(index)
        else:
            self.wanted.emit(self.members.member(index.row()).card.id)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Bring the current row into sight: what scrolls is around this list."""
        super().currentChanged(current, previous)
        area = self.parentWidget()
        while area is not None and not isinstance(area, QtWidgets.QScrollArea):
            area = area.parentWidget()
        if area is not None and current.isValid():
            box = self.visualRect(current)
            at = self.mapTo(area.widget() or area, box.center())
            area.ensureVisible(at.x(), at.y(), 0, box.height())

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        """Leave the wheel to the pane."""
        event.ignore()

    def _press(self, index: QtCore.QModelIndex) -> None:
        member = self.members.member(index.row())
        if member.on is None:
            self.acted.emit(member.card.id)
            return
        on = _OFF if self.members.on(member) else _ON
        self.members.setData(index, on, _ROLE.CheckStateRole)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(max(self.members.rowCount(), 1) * row_height())
        self.scheduleDelayedItemsLayout()


def row_height() -> int:
    """Return how high a row is: two lines of text, and a target for the mouse."""
    lines = theme.measured().height() + theme.measured("caption").height()
    return max(round(lines) + theme.px(12), theme.px(_ROW))


def end_box(row: QtCore.QRect, member: Entry) -> QtCore.QRect:
    """Return where a row's switch or button is pressed."""
    width = theme.px(_SWITCH)
    if member.on is None:
        width = theme.width(member.standing.button, "button") + theme.px(20)
    height = theme.px(metrics.COMPACT)
    top = row.center().y() - height // 2
    return QtCore.QRect(row.right() - width - theme.px(2), top, width, height)


class _MemberDelegate(QtWidgets.QStyledItemDelegate):
    """Draws a connector's name, how it stands, and its switch or button."""

    def __init__(self, view: MemberList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, _option: QtWidgets.QStyleOptionViewItem, _index: _Index
    ) -> QtCore.QSize:
        return QtCore.QSize(theme.px(100), row_height())

    def editorEvent(
        self,
        _event: QtCore.QEvent,
        _model: QtCore.QAbstractItemModel,
        _option: QtWidgets.QStyleOptionViewItem,
        _index: _Index,
    ) -> bool:
        """Leave mouse and keys to the view: the switch is elsewhere than Qt's box."""
        return False

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        member, box = index.data(_MEMBER), QtCore.QRect(option.rect)
        radius = theme.px(metrics.RADIUS)
        if option.state & QtWidgets.QStyle.StateFlag.State_MouseOver:
            paint_box(painter, box, radius, "hover")
        end = end_box(box, member)
        _paint_end(painter, end, member, on=self._view.members.on(member))
        text = box.adjusted(theme.px(_PAD), 0, 0, 0)
        text.setRight(end.left() - theme.px(8))
        _paint_text(painter, text, member, self._view.members.sharing(member))
        if index == self._view.currentIndex() and self._view.hasFocus():
            paint_focus(painter, box, radius)


def _paint_end(
    painter: QtGui.QPainter, box: QtCore.QRect, member: Entry, *, on: bool | None
) -> None:
    if on is None:
        radius = theme.px(metrics.RADIUS)
        paint_box(painter, box, radius, "raised", border="border")
        paint_text(painter, box, member.standing.button, role="button", align=CENTRE)
        return
    height = theme.px(18)
    track = QtCore.QRect(
        box.left(), box.center().y() - height // 2, box.width(), height
    )
    paint_switch(painter, track, on=on)


def _paint_text(
    painter: QtGui.QPainter, box: QtCore.QRect, member: Entry, sharing: str
) -> None:
    """Draw the name, and below it how it stands and whose credential it uses."""
    first = round(theme.measured().height())
    second = round(theme.measured("caption").height())
    top = box.center().y() - (first + second) // 2
    line = QtCore.QRect(box.left(), top, box.width(), first)
    paint_text(painter, line, Data(member.card.name))
    line = QtCore.QRect(box.left(), top + first, box.width(), second)
    standing = member.standing
    paint_status(painter, line, standing.shape, standing.word, "caption")
    used = theme.px(metrics.SHAPE + 6) + theme.width(standing.word, "caption")
    if sharing and used < line.width():
        line.adjust(used, 0, 0, 0)
        paint_text(painter, line, f"  ·  {sharing}", role="caption", ink="muted")

"""The bar over the Builder: open drafts, and what can be done with the shown one."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.draft import DraftModel
from ferrule.ui.theme import icon, theme
from ferrule.ui.widgets.builder.tabs import HEIGHT, DraftTabs
from ferrule.ui.widgets.button import Button, IconButton, Segmented
from ferrule.ui.widgets.label import plain_tip
from ferrule.ui.widgets.layouts import Pane, Row

_ROOM = 14
_NARROW = 640
_SLIM = 480
_LEAST = 112
_VIEWS = (("form", "Form"), ("json", "JSON"), ("diff", "Diff"))


class BuilderBar(Pane):
    """Tabs, undo and redo, Form or JSON, Save, Send.

    Signals:
        turned(str): the person wants the "form", the "json" or the "diff".
        discard_wanted(): the person wants to throw away what is not saved.
    """

    turned = QtCore.Signal(str)
    discard_wanted = QtCore.Signal()

    def __init__(self) -> None:
        self.tabs = DraftTabs()
        self.new = IconButton("plus", "New descriptor (Ctrl+N)")
        self.undo = IconButton("undo-2", "Undo")
        self.redo = IconButton("redo-2", "Redo")
        self.view = Segmented(_VIEWS, "Form, JSON or differences")
        self.save = IconButton("save", "Save into the project (Ctrl+S)")
        self.more = IconButton("ellipsis-vertical", "More", menu=self._menu())
        self.send = Button("Send", kind="primary", icon="play", hint="F5")
        row = Row(gap=6, margins=(0, 0, 12, 0))
        row.addWidget(self.tabs, 0, QtCore.Qt.AlignmentFlag.AlignLeft)
        row.add(self.new, None, self.undo, self.redo, 4, self.view, 4)
        row.add(self.save, self.more, 2, self.send)
        super().__init__(row, ground="ground", edges="b")
        self.view.chosen.connect(self.turned)
        theme.changed.connect(self._fit)
        self._fit()

    def show_draft(self, draft: DraftModel | None, view: str) -> None:
        """Say what can be done with a draft, None where none is shown."""
        open_ = draft is not None
        for widget in (self.view, self.more, self.send):
            widget.setEnabled(open_)
            widget.setVisible(open_)
        for button, name, label in (
            (self.undo, "Undo", draft.undoable if draft else None),
            (self.redo, "Redo", draft.redoable if draft else None),
        ):
            button.setEnabled(label is not None)
            button.set_name(f"{name}: {label}" if label else name)
        if draft is not None:
            self.view.set_value(view)
            self.discard.setEnabled(draft.modified)
            where = f"Save {draft.title} into the project (Ctrl+S)"
            self.save.setToolTip(plain_tip(where))
        self.fit_tabs()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the tabs what the buttons do not need; they scroll beyond that."""
        super().resizeEvent(event)
        self.fit_tabs()

    def fit_tabs(self) -> None:
        """Give the tabs the room there is."""
        narrow = self.width() < theme.px(_NARROW)
        slim = self.width() < theme.px(_SLIM)
        self.new.setVisible(not slim)
        for button in (self.undo, self.redo, self.save):
            button.setVisible(not narrow and not self.view.isHidden())
        layout = self.layout()
        taken = theme.px(_ROOM)
        for at in range(1, layout.count() if layout is not None else 0):
            item = layout.itemAt(at) if layout is not None else None
            widget = item.widget() if item is not None else None
            if widget is not None and not widget.isHidden():
                taken += widget.sizeHint().width() + theme.px(8)
        room = max(self.width() - taken, theme.px(_LEAST - 16 * slim))
        self.tabs.setFixedWidth(min(self.tabs.wanted_width(), room))

    def _menu(self) -> QtWidgets.QMenu:
        menu = QtWidgets.QMenu()
        for button, name in (
            (self.new, "New descriptor"),
            (self.undo, "Undo"),
            (self.redo, "Redo"),
            (self.save, "Save into the project"),
        ):
            menu.addAction(name).triggered.connect(button.click)
        self.discard = menu.addAction(icon("trash", "danger"), "Discard changes…")
        self.discard.triggered.connect(self._discard)
        return menu

    @QtCore.Slot()
    def _discard(self) -> None:
        self.discard_wanted.emit()

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))
        self.tabs.setFixedHeight(theme.px(HEIGHT))
        self.fit_tabs()

"""The request line over the form: method, address, and what else is sent."""

from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.exchange import MISSING
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.builder.steps import polling_of
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form.fields import CodeEdit
from ferrule.ui.widgets.layouts import Pane, Row
from ferrule.workspace.beginning import kind_of

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_NARROW: Final = 520
HEIGHT: Final = 48
_LOOKED_AT: Final = 1_000_000
_TIP: Final = "Paste a cURL command or an address to fill all of it"


class AddressEdit(CodeEdit):
    """The address; a whole request that is pasted or dropped here is told instead.

    Signals:
        request_pasted(str): a cURL command or a full address.
    """

    request_pasted = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__("address", "Address")
        self.returnPressed.connect(self._take_typed)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Look at what is pasted."""
        if event.matches(QtGui.QKeySequence.StandardKey.Paste):
            self.paste_request()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Paste from the menu as by the keys."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(self.paste_request)
        menu.popup(event.globalPos())

    def dropEvent(self, event: QtGui.QDropEvent) -> None:
        """Look at what is dropped."""
        text = event.mimeData().text()
        if is_request(text):
            event.acceptProposedAction()
            self.request_pasted.emit(text)
        else:
            super().dropEvent(event)

    @QtCore.Slot()
    def paste_request(self) -> None:
        """Paste what is on the clipboard, or tell of it where it is a whole request."""
        text = QtGui.QGuiApplication.clipboard().text()
        if is_request(text):
            self.request_pasted.emit(text)
        else:
            self.paste()

    @QtCore.Slot()
    def _take_typed(self) -> None:
        """Take a full address apart that was typed, by Enter."""
        if is_request(self.text()):
            self.request_pasted.emit(self.text())


def is_request(text: str) -> bool:
    """Return whether a text says all of a request: a cURL command, a full address."""
    found = kind_of(text[:_LOOKED_AT].encode("utf-8", "replace"))
    return found is not None and found.name in {"curl", "url"}


class RequestLine(Pane):
    """Method, address, parameters and the values that sending needs.

    Signals:
        request_pasted(str): a whole request was pasted in place of an address.
        params_wanted(): show query, headers and body.
        values_wanted(): show what sending needs.
    """

    request_pasted = QtCore.Signal(str)
    params_wanted = QtCore.Signal()
    values_wanted = QtCore.Signal()

    def __init__(self, draft: DraftModel) -> None:
        self._draft = draft
        self.method = ComboBox([(m, m) for m in _METHODS], name="Method")
        self.address = AddressEdit()
        self.address.setToolTip(_TIP)
        self.params = Button("", icon="sliders-horizontal")
        self.values = Button("", icon="key-round")
        self.values.setAccessibleName("Values for sending")
        self.values.setToolTip("Configuration and credentials for sending")
        row = Row(gap=8, margins=(16, 0, 16, 0))
        row.add(self.method)
        row.add(self.address, stretch=1)
        row.add(self.params, self.values)
        super().__init__(row, edges="b")
        self.method.chosen.connect(self._choose)
        self.address.textEdited.connect(self._type)
        self.address.request_pasted.connect(self.request_pasted)
        self.params.clicked.connect(self.params_wanted)
        self.values.clicked.connect(self.values_wanted)
        draft.changed.connect(self.refresh)
        theme.changed.connect(self._fit)
        self._fit()
        self.refresh()

    @QtCore.Slot()
    def refresh(self) -> None:
        """Show the document's request."""
        base = polling_of(self._draft)
        self.method.set_value(self._draft.value(f"{base}/method"))
        found = self._draft.value(f"{base}/endpoint")
        text = found if isinstance(found, str) else ""
        if text != self.address.text():
            at = self.address.cursorPosition()
            self.address.setText(text)
            self.address.setCursorPosition(at)
        self._count()

    def show_error(self, error: str) -> None:
        """Mark the address as wrong."""
        self.address.set_mark("error" if error else "")
        self.address.setToolTip(error or _TIP)
        self.address.setAccessibleDescription(error)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave words out where there is little room."""
        super().resizeEvent(event)
        self._count()

    def _count(self) -> None:
        base = polling_of(self._draft)
        query = self._draft.value(f"{base}/query")
        headers = self._draft.value(f"{base}/headers")
        count = sum(len(part) for part in (query, headers) if isinstance(part, dict))
        count += self._draft.value(f"{base}/body") is not MISSING
        narrow = self.width() < theme.px(_NARROW)
        text = f"{count}" if narrow else f"Params {count}"
        if text != self.params.text():
            self.params.setText(text)
            self.params.setAccessibleName(f"Parameters, {count}")
            self.params.updateGeometry()

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))

    @QtCore.Slot(object)
    def _choose(self, method: object) -> None:
        self._draft.edit(f"{polling_of(self._draft)}/method", str(method), "Method")

    @QtCore.Slot(str)
    def _type(self, text: str) -> None:
        pointer = f"{polling_of(self._draft)}/endpoint"
        self._draft.edit(pointer, text, "Address", f"type:{pointer}")

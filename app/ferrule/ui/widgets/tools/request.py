"""A request to be looked at: where it goes, and every byte of it but the secrets."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.tool_rows import RequestFacts
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.chip import Chip, Tone
from ferrule.ui.widgets.code import CodeView
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import breakable
from ferrule.ui.widgets.spoken import announce

_TONES: Final[dict[str, Tone]] = {
    "GET": "success",
    "HEAD": "success",
    "DELETE": "danger",
}


class RequestView(QtWidgets.QWidget):
    """Method, address and host on top, headers and body below."""

    def __init__(self, *, lines: int = 5) -> None:
        super().__init__()
        self._facts: RequestFacts | None = None
        self.method = Chip("", "warning", mono=True)
        self.url = Label("", "code", wrap=True)
        self.host = Label("", "caption", "muted", wrap=True)
        self.trouble = Label("", "caption_strong", "danger", wrap=True)
        self.text = CodeView("Headers and body", lines=lines)
        self.copy_ = IconButton("copy", "Copy the request, secrets masked")
        self.copy_.clicked.connect(self.copy)
        head = Row(gap=10)
        top = QtCore.Qt.AlignmentFlag.AlignTop
        head.addWidget(self.method, 0, top)
        head.add(boxed(Column(self.url, self.host, self.trouble, gap=2)), stretch=1)
        head.addWidget(self.copy_, 0, top)
        column = Column(head, gap=8)
        column.add(self.text, stretch=1000)
        column.add(None)
        self.setLayout(column)

    def show_request(self, facts: RequestFacts) -> None:
        """Show a request."""
        self._facts = facts
        tone = _TONES.get(facts.method, "warning")
        self.method.show_fact(Data(facts.method), tone)
        self.url.setText(Data(breakable(facts.url)))
        self.host.setText(f"Sent to {Data(breakable(facts.host))} and nowhere else.")
        self.trouble.setText(facts.trouble)
        self.trouble.setVisible(bool(facts.trouble))
        self.text.show_text(facts.lines)
        self.text.setVisible(bool(facts.lines))

    @QtCore.Slot()
    def copy(self) -> None:
        """Put the request on the clipboard; its secrets are masks."""
        if self._facts is not None:
            QtGui.QGuiApplication.clipboard().setText(self._facts.whole)
            announce(self, "Request copied")

"""Where a field's value is found: a panel below the field, from the connector's README.

The text is laid out piece by piece and never read as HTML; nothing is loaded for it.
Links open in the browser after their host was shown, and only https ones are links.
"""

from collections.abc import Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.fields import InputField
from ferrule.ui.i18n import Data
from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.form_rows import takes_enter
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.readme_text import Block, Span, safe_link

_TALLEST: Final = 300
_INDENT: Final = 18
_ABOVE: Final = 4
_BULLET: Final = "•"


class Guide(Protocol):
    """What is said about a field; `exact` where it is about that field alone."""

    @property
    def blocks(self) -> Sequence[Block]:
        """Return the text in blocks."""

    @property
    def exact(self) -> bool:
        """Return whether it is about that field alone."""


class Guides(Protocol):
    """A document that says where values are found."""

    def about(self, field: InputField) -> Guide:
        """Return what it says about a field."""


class GuideText(QtWidgets.QTextBrowser):
    """Blocks of a README; Tab goes from link to link, Enter follows one.

    Signals:
        wanted(str): the person wants to open that https address.
    """

    wanted = QtCore.Signal(str)

    def __init__(self, blocks: Sequence[Block]) -> None:
        super().__init__()
        self._blocks = blocks
        self.setOpenLinks(False)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setAccessibleName("Where to find it")
        self.setStyleSheet(
            "QTextBrowser { background: transparent; border: 0; padding: 0; }"
        )
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.anchorClicked.connect(self._ask)
        self._draw()
        theme.changed.connect(self._draw)

    def loadResource(self, _kind: int, _name: QtCore.QUrl | str) -> object:
        """Load nothing: there are no pictures, and no style but ours."""
        return None

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Be as high as the text, within reason."""
        super().resizeEvent(event)
        self._fit()

    @QtCore.Slot()
    def _draw(self) -> None:
        document = self.document()
        document.clear()
        document.setDefaultFont(theme.font("body"))
        document.setDocumentMargin(0)
        cursor = QtGui.QTextCursor(document)
        for number, block in enumerate(self._blocks):
            form = _block_format(block, first=number == 0)
            if number:
                cursor.insertBlock(form)
            else:
                cursor.setBlockFormat(form)
            for span in _with_mark(block):
                cursor.insertText(span.text, _char_format(span, block))
        self._fit()

    def _fit(self) -> None:
        document = self.document()
        document.setTextWidth(self.viewport().width())
        around = max(self.height() - self.viewport().height(), 0)
        high = round(document.size().height()) + around + 2
        self.setFixedHeight(min(high, theme.px(_TALLEST)))

    @QtCore.Slot(QtCore.QUrl)
    def _ask(self, address: QtCore.QUrl) -> None:
        safe = safe_link(address.toString())
        if safe:
            self.wanted.emit(safe)


class GuidePanel(QtWidgets.QFrame):
    """The text about one field, with what to do about a link.

    Signals:
        closed(): the person put it away.
    """

    closed = QtCore.Signal()

    def __init__(self, field: InputField, guide: Guide | None) -> None:
        super().__init__()
        self.setAccessibleName(f"Where to find {field.label}")
        title = Label(f"Where to find “{Data(field.label)}”", "emphasis", elide=True)
        self.close_button = IconButton("x", "Close help (Esc)")
        head = Row(margins=(12, 4 + _ABOVE, 4, 0))
        head.add(title, stretch=1)
        head.add(self.close_button)
        self._body = Column(gap=6, margins=(12, 0, 12, 12))
        blocks = guide.blocks if guide is not None else ()
        self.text = GuideText(blocks)
        self.text.setVisible(bool(blocks))
        if not blocks:
            self._body.add(Label(field.help_text or "", "body", wrap=True))
        self._body.add(self.text)
        self.ask = LinkQuestion()
        self._body.add(self.ask)
        self._add_docs(field)
        self.setLayout(Column(head, self._body, gap=2))
        self.text.wanted.connect(self.ask.show_link)
        self.close_button.clicked.connect(self.closed)

    def open(self) -> None:
        """Show it, take the keyboard, and say it to a screen reader."""
        self.show()
        first = self.text if not self.text.isHidden() else self.close_button
        first.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        announce(self, self.text.toPlainText())

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Keep Enter here, where it presses the button that has the keyboard."""
        if not takes_enter(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: object) -> None:
        """Draw the ground."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS)
        box = self.rect().adjusted(0, theme.px(_ABOVE), 0, 0)
        paint_box(painter, box, radius, "sunken", border="hairline")

    def _add_docs(self, field: InputField) -> None:
        address = safe_link(field.doc_url or "")
        if not address:
            return
        more = Button(f"More at {Data(host_of(address))}…", kind="link",
                      icon="external-link")  # fmt: skip
        more.setAccessibleName(f"Where to find {field.label}: {host_of(address)}")
        more.clicked.connect(lambda: self.ask.show_link(address))
        self._body.add(Row(more, None))


class LinkQuestion(QtWidgets.QWidget):
    """The host that a link leads to, before it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self._address = ""
        self.told = Label("", "body", wrap=True)
        self.go = Button("Open", kind="primary", compact=True)
        self.stay = Button("Stay here", compact=True)
        row = Row()
        row.add(self.told, stretch=1)
        row.add(self.stay, self.go)
        self.setLayout(Column(boxed(row), gap=0))
        self.hide()
        self.go.clicked.connect(self._open)
        self.stay.clicked.connect(self._leave)

    @QtCore.Slot(str)
    def show_link(self, address: str) -> None:
        """Ask whether an address may be opened."""
        self._address = address
        self.told.setText(f"This opens {Data(host_of(address))} in the browser.")
        self.show()
        self.go.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        announce(self, self.told.text())

    @QtCore.Slot()
    def _open(self) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl(self._address))
        self._leave()

    @QtCore.Slot()
    def _leave(self) -> None:
        self.hide()


def host_of(address: str) -> str:
    """Return the host of an address."""
    return urlsplit(address).hostname or ""


def _with_mark(block: Block) -> Sequence[Span]:
    """Return the pieces of a block behind its bullet or number."""
    if block.kind == "item":
        return (Span(f"{_BULLET} "), *block.spans)
    if block.kind == "step":
        return (Span(f"{block.number}. "), *block.spans)
    return block.spans


def _block_format(block: Block, *, first: bool) -> QtGui.QTextBlockFormat:
    form = QtGui.QTextBlockFormat()
    above = {"heading": 10, "item": 3, "step": 4, "row": 3, "code": 0}
    form.setTopMargin(0 if first else theme.px(above.get(block.kind, 6)))
    if block.kind in {"item", "step"}:
        form.setLeftMargin(theme.px(_INDENT) * (block.level + 1))
        form.setTextIndent(-theme.px(_INDENT - 4))
    return form


def _char_format(span: Span, block: Block) -> QtGui.QTextCharFormat:
    form = QtGui.QTextCharFormat()
    strong = span.style == "strong" or block.kind == "heading"
    role = "code" if span.style == "code" else "emphasis" if strong else "body"
    form.setFont(theme.font(role))
    form.setFontItalic(span.style == "emphasis")
    form.setForeground(theme.colour("accent" if span.link else "text"))
    if span.link:
        form.setAnchor(True)
        form.setAnchorHref(span.link)
        form.setFontUnderline(True)
    return form

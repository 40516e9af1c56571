"""The panels of a Connect flow: a title, a line, the thing itself, where to go."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.check import CheckReport
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.form_rows import FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed


class Fitted(Scroll):
    """An area as high as its content where there is room, else it scrolls.

    So what stands below it is near the content and yet never pushed out of sight.
    """

    def __init__(self, content: QtWidgets.QWidget, name: str) -> None:
        self._content = content  # before: the base filters its events at once
        super().__init__(content, name)
        policy = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Maximum)

    def sizeHint(self) -> QtCore.QSize:
        """Return the height the content needs at this width."""
        hint = self._content.sizeHint()
        if self._content.hasHeightForWidth():
            hint.setHeight(self._content.heightForWidth(self.viewport().width()))
        return hint

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return a few lines."""
        return QtCore.QSize(theme.px(200), theme.px(80))

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Ask again, for text that wraps is higher where it is narrow."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Follow the content when it asks for more or less."""
        if watched is self._content and event.type() == event.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class Panel(QtWidgets.QWidget):
    """One step. Enter in a field goes on.

    Signals:
        on(): the primary button was pressed.
        back(): the person wants the step before.
    """

    on = QtCore.Signal()
    back = QtCore.Signal()

    def __init__(
        self,
        title: str,
        line: str,
        content: QtWidgets.QWidget,
        next_text: str,
        *,
        first: bool = False,
    ) -> None:
        super().__init__()
        self.content = content
        self.title = Label(title, "title")
        self.line = Label(line, "body", "muted", wrap=True)
        self.next = Button(next_text, kind="primary")
        self.previous = Button("Back")
        if first:
            self.previous.hide()
        self.extra = Row()
        card = Card()
        card.add(content)
        foot = Row(self.previous, None)
        foot.addLayout(self.extra)
        foot.add(self.next)
        self.notes = Column(gap=8)
        body = Column(card, self.notes)
        self.area = Fitted(boxed(body), title)
        self.setLayout(Column(self.title, self.line, 4, self.area, 4, foot, None))
        self.next.clicked.connect(self.on)
        self.previous.clicked.connect(self.back)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Go on by Enter."""
        keys = QtCore.Qt.Key
        if event.key() in {keys.Key_Return, keys.Key_Enter} and self.next.isEnabled():
            self.next.click()
            return
        super().keyPressEvent(event)

    def focus(self) -> None:
        """Put the focus where the person goes on."""
        self.next.setFocus(QtCore.Qt.FocusReason.TabFocusReason)


class FormPanel(Panel):
    """A step that is a form; without fields it says so.

    `top` is a choice that the form depends on, `note` what is to be said of that.
    """

    def __init__(
        self,
        title: str,
        line: str,
        form: FieldForm,
        next_text: str,
        *,
        none: str,
        first: bool = False,
        top: QtWidgets.QWidget | None = None,
        note: QtWidgets.QWidget | None = None,
        foot: QtWidgets.QWidget | None = None,
    ) -> None:
        self.form = form
        shown: QtWidgets.QWidget = form
        if none and not form.rows:
            shown = boxed(Column(Label(none, "body", "muted", wrap=True), form))
        if top is not None:
            choice = FormRow(top.accessibleName(), top)
            notes = [] if note is None else [note]
            shown = boxed(Column(choice, *notes, shown, gap=12))
        if foot is not None:
            shown = boxed(Column(shown, foot, gap=12))
        super().__init__(title, line, shown, next_text, first=first)

    def focus(self) -> None:
        """Put the caret into the form."""
        if self.form.rows:
            self.form.focus_first()
        else:
            super().focus()


class CheckPanel(Panel):
    """The step that tries it: what is not so is said, and may be passed over.

    Signals:
        anyway(): go on in spite of it.
    """

    anyway = QtCore.Signal()

    def __init__(self) -> None:
        self.report = CheckReport()
        super().__init__(
            "Check the connection",
            "Nothing is stored yet. Requests go only to the places listed.",
            self.report,
            "Check",
        )
        self.pass_over = Button("Continue anyway")
        self.pass_over.clicked.connect(self.anyway)
        self.extra.add(self.pass_over)
        self.pass_over.hide()

    def show_idle(self) -> None:
        """Show that there is no check in force."""
        self._offer("Check", over=True)

    def show_running(self) -> None:
        """Show that a check is under way."""
        self.next.setEnabled(False)
        self.pass_over.hide()
        self.report.waiting.cancel.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def show_ended(self, *, passed: bool) -> None:
        """Offer what comes next: the review, or another try."""
        self._offer("Review" if passed else "Try again", over=not passed)
        self.focus()

    def _offer(self, text: str, *, over: bool) -> None:
        self.next.setText(text)
        self.next.setEnabled(True)
        self.next.updateGeometry()
        self.pass_over.setVisible(over)


class DonePanel(QtWidgets.QWidget):
    """The end: it is connected, and what is next."""

    def __init__(self, name: str, key: str, *, changed: bool) -> None:
        super().__init__()
        self.sync = Button("Sync now", kind="primary", icon="refresh-cw")
        self.home = Button("Back to the catalogue")
        word = "changed" if changed else "connected"
        state = EmptyState(
            "plug-zap",
            f"{name} is {word}",
            f"The connection is called “{key}”. The first sync reads everything, "
            "later ones only what is new.",
            self.sync,
            self.home,
            tone="success",
        )
        self.setLayout(Column(state, gap=0))
        self.setAccessibleName(f"{name} is {word}")

    def focus(self) -> None:
        """Put the focus on what is next."""
        self.sync.setFocus(QtCore.Qt.FocusReason.TabFocusReason)

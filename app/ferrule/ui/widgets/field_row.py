"""One field of a generated form: label, control, what is said below, and its help.

What is wrong is said when the person goes on, and goes as soon as it is right; until
then a hint tells what is still missing. F1 or the question mark opens where the value
is found, Escape closes it.
"""

from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.fields import InputField, fits, read_value
from ferrule.fields.secret_hints import hint_of
from ferrule.ui.i18n import Data, tr
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.field_controls import Control, control_for
from ferrule.ui.widgets.form_guide import GuidePanel, Guides
from ferrule.ui.widgets.form_pasting import Deed, PasteNote
from ferrule.ui.widgets.form_rows import FormRow, into_sight
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.spoken import announce

_KEYS: Final = QtCore.Qt.Key
_F1: Final = "F1 tells where to find it."
_TALL: Final = ("textarea", "list", "file")
_TYPED: Final = ("text", "url", "password", "number", "date", "datetime")


class FieldRow(FormRow):
    """One field with its control; an error takes the place of its help.

    Signals:
        edited(): another value was typed or chosen.
        pasted(str, str): a text was pasted in the place of the other.
    """

    edited = QtCore.Signal()
    pasted = QtCore.Signal(str, str)

    def __init__(
        self, spec: InputField, *, kept: bool = False, guides: Guides | None = None
    ) -> None:
        self.spec = spec
        self.kept = kept
        self.control: Control = control_for(spec, kept=kept)
        self._guides = guides
        self.guide: GuidePanel | None = None
        self.help_button = _question(spec) if guides or spec.doc_url else None
        super().__init__(
            spec.label,
            self.control.widget,
            help_text=spec.help_text or "",
            trailing=self.help_button,
            optional=not spec.required and spec.type != "boolean",
        )
        self.hint = Label("", "caption", "warning", wrap=True)
        self.hint.hide()
        self.note = PasteNote()
        self._noted: Json = None
        self._soon = QtCore.QTimer(self)  # its own: it goes when the row goes
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show_below)
        self.add_below(self.hint)
        self.add_below(self.note)
        if self.help_button is not None and spec.type in _TALL:
            top = QtCore.Qt.AlignmentFlag.AlignTop
            self._row.setAlignment(self.help_button, top)
        self._wire()

    @property
    def given(self) -> Json:
        """Return what was typed or chosen, as it is."""
        return self.control.read()

    @property
    def empty(self) -> bool:
        """Return whether nothing was typed or chosen."""
        return self.given in (None, "")

    def read(self) -> Json:
        """Return the typed value, and show what is wrong with it.

        Raises:
            UsageError: when it does not fit the field.
        """
        try:
            value = _read(self.spec, self.given, kept=self.kept)
        except UsageError as error:
            self.set_error(_without_name(error, self.spec))
            self.hint.hide()
            raise
        self.set_error("")
        return value

    def show_value(self, value: Json) -> None:
        """Show a value that comes from elsewhere."""
        self.control.write(value)
        self.note.forget()
        self.set_error("")

    def put(self, text: str) -> None:
        """Put a text into the field as if it had been typed."""
        (self.control.put or self.control.write)(text)

    def say(self, text: str, go: Deed, other: Deed | None = None) -> None:
        """Show a note with what can be done, until the value is another."""
        self._noted = self.given
        self.note.say(text, go, other)
        self._soon.start()

    def take_focus(self) -> None:
        """Put the keyboard into the field."""
        self.field.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot()
    def toggle_guide(self) -> None:
        """Show where the value is found, or put that away."""
        if self.guide is not None and self.guide.isVisible():
            self.close_guide()
        elif self.help_button is not None:
            self._made_guide().open()
            self._soon.start()

    @QtCore.Slot()
    def _show_below(self) -> None:
        """Bring what was put below the field into sight, once it is laid out."""
        for widget in (self.guide, self.note):
            if widget is not None and widget.isVisible():
                into_sight(widget)

    @QtCore.Slot()
    def close_guide(self) -> None:
        """Put the help away; the keyboard goes back to the field."""
        if self.guide is not None and self.guide.isVisible():
            self.guide.hide()
            self.take_focus()

    def event(self, event: QtCore.QEvent) -> bool:
        """Keep F1 and Escape from the window where they are for the help here."""
        override = QtCore.QEvent.Type.ShortcutOverride
        if event.type() == override and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Open the help by F1, close it by Escape."""
        if not self._is_ours(event):
            super().keyPressEvent(event)
        elif event.key() == _KEYS.Key_F1:
            self.toggle_guide()
        else:
            self.close_guide()

    def _tell(self) -> None:
        super()._tell()
        if self.help_button is not None:
            said = f"{tr(self._error or self._help)} {tr(_F1)}".strip()
            self.field.setAccessibleDescription(Data(said))

    def _wire(self) -> None:
        control = self.control
        control.changed.connect(self._edit)
        if control.left is not None:
            control.left.connect(self._look)
        if control.refused is not None:
            control.refused.connect(self.set_error)
        if control.pasted is not None:
            control.pasted.connect(self.pasted)
        if self.help_button is not None:
            self.help_button.clicked.connect(self.toggle_guide)

    def _is_ours(self, event: QtCore.QEvent) -> bool:
        if not isinstance(event, QtGui.QKeyEvent):
            return False
        if event.key() == _KEYS.Key_F1:
            return self.help_button is not None
        opened = self.guide is not None and self.guide.isVisible()
        return event.key() == _KEYS.Key_Escape and opened

    def _made_guide(self) -> GuidePanel:
        if self.guide is None:
            told = self._guides.about(self.spec) if self._guides else None
            self.guide = GuidePanel(self.spec, told)
            self.guide.closed.connect(self.close_guide)
            self.add_below(self.guide)
        return self.guide

    @QtCore.Slot()
    def _edit(self) -> None:
        if self.given != self._noted:
            self.note.forget()
        if self.error:
            self._try()
        self._tell_hint()
        self.edited.emit()

    @QtCore.Slot()
    def _look(self) -> None:
        """Say what is wrong once the person goes on; an empty field is not yet."""
        if not self.empty:
            self._try()

    def _try(self) -> None:
        try:
            self.read()
        except UsageError:
            return

    def _tell_hint(self) -> None:
        """Say as it is typed what it looks like, and mark what fits its pattern."""
        text = self.given if isinstance(self.given, str) else ""
        found = hint_of(self.spec, text.strip()) if text else None
        shown = "" if self.error or found is None else found.text
        if shown != self.hint.text():
            announce(self, shown)
        self.hint.setText(shown)
        self.hint.set_ink("success" if found is not None and found.good else "warning")
        self.hint.setVisible(bool(shown))
        if isinstance(self.field, LineEdit) and not self.error:
            good = bool(self.spec.pattern and text and fits(self.spec, text.strip()))
            self.field.set_mark("ok" if good else "")


def _question(spec: InputField) -> IconButton:
    button = IconButton("circle-question-mark", f"Where to find {spec.label} (F1)")
    button.setAccessibleName(f"Where to find {spec.label}")
    button.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)  # Tab goes to the next field
    return button


def _read(field: InputField, given: Json, *, kept: bool) -> Json:
    if given in ("", None) and kept:
        return None
    if isinstance(given, str) and field.type in _TYPED:
        given = given.strip()
    return read_value(field, given)


def _without_name(error: UsageError, field: InputField) -> str:
    """Return an error as it reads beside its field, which names itself."""
    name = f"“{field.label}” ({field.key})"
    text = error.message.replace(f" of {name}", "").removeprefix(f"{name} ")
    subject = "This " if text and text[0].islower() else ""
    return f"{subject}{text} {error.advice}".strip()

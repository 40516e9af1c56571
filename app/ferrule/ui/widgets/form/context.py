"""What the fields of one draft's forms share, and what a field is.

A field shows what stands at a JSON pointer and puts there what is typed. It never keeps
a value of its own, so undo, redo and the JSON view need nothing from it but `refresh`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from PySide6 import QtCore, QtWidgets

from ferrule.descriptor.versions import Proposal
from ferrule.errors import Problem
from ferrule.exchange import Json, Missing
from ferrule.ui.models.draft_level import LevelDraft
from ferrule.ui.models.slices import Slices
from ferrule.ui.models.template_hints import Sampled
from ferrule.ui.widgets.form.shapes import Shape

# The members of a partition that are read from a parent's item.
_PARTITION: Final = re.compile(r"(.*/partition(?:/\d+)?)/(?:path$|include/|where/)")


class Maker(Protocol):
    """Makes the field of a shape."""

    def __call__(
        self,
        context: "FormContext",
        pointer: str,
        shape: Shape,
        name: str,
        *,
        required: bool,
    ) -> "Editor": ...


class FormContext(QtCore.QObject):
    """The draft that forms edit, and which of their fields a click on a value goes to.

    Signals:
        focused(object): the field that takes a clicked path got the focus.
        structure(): fields came or went.
        sampled_anew(): the sample, or that of another stream, is another one.
        sample_wanted(str): a sample of that stream is wanted.
        version_offered(object): the Proposal that is due, or None.
    """

    focused = QtCore.Signal(object)
    structure = QtCore.Signal()
    sampled_anew = QtCore.Signal()
    sample_wanted = QtCore.Signal(str)
    version_offered = QtCore.Signal(object)

    def __init__(
        self, draft: LevelDraft, make: Maker, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.draft = draft
        self.make = make
        self.slices = Slices(self)
        self.sampled = Sampled()
        self.offer: Proposal | None = None
        # By stream: the items that its last sample held.
        self.samples: dict[str, Sequence[Json]] = {}
        # By place in the document and kind: what a switch of kind took away.
        self.remembered: dict[tuple[str, str], dict[str, Json]] = {}
        draft.saved.connect(self._forget)

    @QtCore.Slot(bool)
    def _forget(self, saved: bool) -> None:  # noqa: FBT001  Qt's signature
        """Forget what switches of kind took away, once that is saved."""
        if saved:
            self.remembered.clear()

    def offer_version(self, found: Proposal | None) -> None:
        """Offer the version that the changes ask for, None where none is due."""
        self.offer = found
        self.version_offered.emit(found)

    def take_sample(self, stream: str | None, sampled: Sampled) -> None:
        """Know the sample of now, and keep the items of its stream."""
        fresh = sampled.items is not self.sampled.items
        self.sampled = sampled
        if stream is not None and sampled.items:
            self.samples[stream] = sampled.items
        if fresh:
            self.sampled_anew.emit()

    def known_at(self, pointer: str) -> Sampled:
        """Return what a field at a pointer may use: a partition its parent's items."""
        inside = _PARTITION.match(pointer)
        if inside is None:
            return self.sampled
        parent = self.draft.value(f"{inside[1]}/parent")
        items = self.samples.get(parent, ()) if isinstance(parent, str) else ()
        return Sampled(items, None, self.sampled.config)


class Editor(QtWidgets.QWidget):
    """Shows and edits what stands at `pointer`; `name` is what it is called.

    Subclasses say how: their bases raise NotImplementedError. `abc.ABC` cannot say so
    here: its metaclass and that of Qt's bindings exclude each other, and with one made
    of both an abstract class is made without complaint all the same.
    """

    def __init__(self, context: FormContext, pointer: str, name: str) -> None:
        super().__init__()
        self.context = context
        self.pointer = pointer
        self.name = name

    def value(self) -> Json | Missing:
        """Return what stands there, or MISSING."""
        return self.context.draft.value(self.pointer)

    def put(self, value: Json | Missing, *, typed: bool = False) -> None:
        """Put a value there; what is `typed` in a row is one step of the history."""
        merge = f"type:{self.pointer}" if typed else None
        self.context.draft.edit(self.pointer, value, self.name, merge)

    def refresh(self) -> None:
        """Show what stands there now; a field that shows it already stays as it is.

        Each subclass says how.
        """
        raise NotImplementedError

    def rebase(self, pointer: str) -> None:
        """Stand for another place; its value is the same."""
        for child in self.children_editors():
            if child.pointer.startswith(self.pointer):
                child.rebase(pointer + child.pointer[len(self.pointer) :])
        self.pointer = pointer

    def children_editors(self) -> Iterator["Editor"]:
        """Yield the editors directly inside this one."""
        yield from ()

    def all_editors(self) -> Iterator["Editor"]:
        """Yield this editor and all inside it, the outer before the inner."""
        yield self
        for child in self.children_editors():
            yield from child.all_editors()

    def mark(self, problems: Sequence[Problem]) -> None:
        """Show problems that concern parts of the value, where a field can."""

    def reveal(self, pointer: str) -> None:
        """Make what stands at a pointer inside the field visible, where it is not."""

    def set_error(self, error: str) -> None:
        """Mark the field as wrong, or as right for an empty text."""

    def take_focus(self) -> None:
        """Give the keyboard to the first field."""
        proxy = self.focusProxy()
        (proxy or self).setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

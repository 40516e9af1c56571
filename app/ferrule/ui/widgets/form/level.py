"""How a part of a stream stands to the connector's: inherited, its own, or left out.

The word stands beside the part and says what can be done: "Override" makes what is
inherited the stream's own, "Inherit again" takes its own away. A menu copies what the
stream says here to other streams.
"""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.draft_level import CONNECTOR, LevelDraft, Standing
from ferrule.ui.models.stream_edits import stream_keys, with_section
from ferrule.ui.theme import icon, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row
from ferrule.ui.widgets.spoken import announce

_SAID: Final[dict[Standing, str]] = {
    "inherited": "inherited from the connector",
    "own": "overrides the connector's",
    "added": "only in this stream",
    "removed": "left out in this stream",
}
_DEEDS: Final[dict[Standing, str]] = {
    "inherited": "Override",
    "own": "Inherit again",
    "added": "Remove",
    "removed": "Inherit again",
}


class _Deed(Button):
    """The button of a tag: as wide as the widest word, so that fields end together."""

    def sizeHint(self) -> QtCore.QSize:
        """Return room for any of the words."""
        size = super().sizeHint()
        width = max(theme.width(word, self._role) for word in _DEEDS.values())
        return QtCore.QSize(width, size.height())


class LevelTag(QtWidgets.QWidget):
    """What a stream does with one member of the connector, and a menu to change it.

    Signals:
        overridden(): the member is the stream's own now.
    """

    overridden = QtCore.Signal()

    def __init__(
        self,
        draft: LevelDraft,
        pointer: str,
        name: str,
        *,
        required: bool = False,
        words: bool = False,
        reserving: bool = False,
    ) -> None:
        super().__init__()
        self._draft = draft
        self.pointer = pointer
        self._name = name
        self._required = required
        self.standing: Standing = "plain"
        self._reserving = reserving
        self.deed = _Deed("", kind="link", compact=True)
        self.deed.clicked.connect(self.act)
        self._slim = False
        self._words = Label("", "caption", "muted")
        self._menu = QtWidgets.QMenu()
        self._menu.aboutToShow.connect(self._offer)
        self.more = IconButton("link", f"{name}: stream", menu=self._menu)
        if reserving:
            for part in (self.deed, self.more):
                policy = part.sizePolicy()
                policy.setRetainSizeWhenHidden(True)
                part.setSizePolicy(policy)
        row = Row(self._words, gap=2)
        if words:
            row.add(8)
        row.add(self.deed, self.more)
        self.setLayout(row)
        self._words.setVisible(words)
        self.hide()

    def set_slim(self, *, on: bool) -> None:
        """Leave the word out where there is little room; the menu says it."""
        if on != self._slim:
            self._slim = on
            policy = self.deed.sizePolicy()
            policy.setRetainSizeWhenHidden(self._reserving and not on)
            self.deed.setSizePolicy(policy)
            self.deed.setVisible(self.standing != "plain" and not on)

    def refresh(self) -> Standing:
        """Show how the member stands now, and return it."""
        standing = self._draft.standing(self.pointer)
        apart = standing != "plain"
        self.setVisible(apart or (self._reserving and self._draft.level != CONNECTOR))
        self.deed.setVisible(apart and not self._slim)
        self.more.setVisible(apart)
        if standing != self.standing:
            self.standing = standing
            self._tell()
        return standing

    @property
    def locked(self) -> bool:
        """Return whether the member is not the stream's to change as it stands."""
        return self.standing in {"inherited", "removed"}

    @QtCore.Slot()
    def act(self) -> None:
        """Override what is inherited, or inherit again."""
        if self.standing == "inherited":
            self._draft.override(self.pointer, f"Override {self._name.lower()}")
            self.overridden.emit()
            announce(self, f"{self._name}: {_SAID['own']}")
        elif self.standing != "plain":
            self._draft.inherit(self.pointer, f"Inherit {self._name.lower()}")
            announce(self, f"{self._name}: {_SAID['inherited']}")

    @QtCore.Slot()
    def leave_out(self) -> None:
        """Let the stream go without the member."""
        where = self._draft.raw(self.pointer)
        self._draft.whole.edit(where, None, f"Leave out {self._name.lower()}")

    def copy_to(self, targets: list[int]) -> None:
        """Let other streams say here what this one says."""
        way = self._draft.raw(self.pointer).split("/")[3:]
        way = [part.replace("~1", "/").replace("~0", "~") for part in way]
        document = with_section(
            self._draft.document, self._draft.level, way, set(targets)
        )
        self._draft.replace(document, f"Copy {self._name.lower()} to other streams")
        keys = stream_keys(document)
        announce(self, f"Copied to {', '.join(keys[number] for number in targets)}")

    def _tell(self) -> None:
        if self.standing == "plain":
            return
        said = _SAID[self.standing]
        self._words.setText(said.capitalize())
        self.deed.setText(_DEEDS[self.standing])
        self.deed.setAccessibleName(f"{_DEEDS[self.standing]}: {self._name}")
        self.deed.setAccessibleDescription(said)
        self.more.set_name(f"{self._name}: {said}")
        self.more.set_icon("link" if self.standing == "inherited" else "unlink")
        self.deed.updateGeometry()

    @QtCore.Slot()
    def _offer(self) -> None:
        """Fill the menu for the standing of now."""
        self._menu.clear()
        if self.standing == "plain":
            return
        self._menu.addAction(_DEEDS[self.standing]).triggered.connect(self.act)
        if self.standing in {"inherited", "own"} and not self._required:
            gone = self._menu.addAction(icon("x"), "Leave out here")
            gone.triggered.connect(self.leave_out)
        keys = stream_keys(self._draft.document)
        others = [n for n in range(len(keys)) if n != self._draft.level]
        if not others or self._draft.level == CONNECTOR:
            return
        self._menu.addSeparator()
        for number in others:
            action = self._menu.addAction(icon("copy"), f"Copy to “{keys[number]}”")
            action.triggered.connect(partial(self._copy, [number]))
        if len(others) > 1:
            action = self._menu.addAction(icon("copy"), "Copy to all other streams")
            action.triggered.connect(partial(self._copy, others))

    def _copy(self, targets: list[int], *_checked: object) -> None:
        self.copy_to(targets)

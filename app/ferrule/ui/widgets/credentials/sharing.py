"""Whose a credential is: which projects may use it, and where it is used.

Letting every project use it is said in full before it is done; nothing here is modal.
"""

from collections.abc import Mapping

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.credential_list import CredentialRow
from ferrule.ui.models.credential_scopes import EVERY_PROJECT, SharedFacts
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.credential_uses import uses_lines
from ferrule.ui.widgets.label import Glyph, Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message
from ferrule.workspace.scopes import EVERY


class SharingBlock(QtWidgets.QWidget):
    """The projects of the credential that is shown, and its uses.

    Signals:
        allowed(object, bool): these keys of projects may use it, all others may not;
            whether letting every project was confirmed.
        share_wanted(): it becomes its bundle's.
        unown_wanted(): it gives way to the bundle's.
    """

    allowed = QtCore.Signal(object, bool)
    share_wanted = QtCore.Signal()
    unown_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.projects = ComboBox(name="Project to let use it", compact=True)
        self.add = Button("Add", compact=True)
        self.share = Button("Share with its bundle", compact=True)
        self.unown = Button("Use the shared one…", compact=True)
        self.every: Message | None = None
        self.removers: dict[str, IconButton] = {}
        self._row: CredentialRow | None = None
        self._lines = Column(gap=2)
        self._question = Column(gap=0)
        self._told = Label("", "caption", "muted", wrap=True)
        self._uses = Column(gap=0)
        self._build()
        self.add.clicked.connect(self._add)
        self.share.clicked.connect(self.share_wanted)
        self.unown.clicked.connect(self.unown_wanted)

    def show_row(self, row: CredentialRow, known: Mapping[str, str]) -> None:
        """Show a credential; `known` are the projects on this computer by key."""
        if self._row is None or self._row.id != row.id:
            self._close_question()
        self._row = row
        shared = row.shared
        self._told.setText(_told(row))
        self._told.setVisible(bool(self._told.text()))
        self._fill_lines(shared)
        self._offer(shared, known)
        self.share.setVisible(bool(row.bundle))
        self.share.setToolTip(f"Share with the {Data(row.bundle)} bundle")
        self.unown.setVisible(bool(row.offered))
        self._uses.clear()
        head = SectionHead("Where it is used", role="emphasis")
        self._uses.add(boxed(Column(head, uses_lines(row.uses), gap=6)))

    def _build(self) -> None:
        choice = Row(gap=8)
        choice.add(self.projects, stretch=1)
        choice.add(self.add)
        self._choice = boxed(choice)
        deeds = Column(self.share, self.unown, gap=6)
        for button in (self.share, self.unown):
            deeds.setAlignment(button, QtCore.Qt.AlignmentFlag.AlignLeft)
        head = SectionHead("Projects that may use it", role="emphasis")
        self.setLayout(
            Column(
                *(head, self._lines, self._told, self._choice, self._question, deeds),
                *(4, self._uses),
                gap=6,
            )
        )

    def _fill_lines(self, shared: SharedFacts | None) -> None:
        self._lines.clear()
        self.removers = {}
        if shared is None:
            return
        if shared.every:
            self._lines.add(self._line(EVERY, EVERY_PROJECT, shared))
        for one in shared.projects:
            name = Data(one.name)
            self._lines.add(self._line(one.key, name, shared))

    def _line(self, key: str, name: str, shared: SharedFacts) -> QtWidgets.QWidget:
        row = Row(Glyph("monitor" if key == EVERY else "folder"), gap=8)
        row.add(Label(name, elide=True), stretch=1)
        if key == shared.home.key:
            row.add(Label("shares it", "caption", "muted"))
        elif self._may_change(shared):
            remove = IconButton("x", f"Take from it: {name}")
            remove.clicked.connect(lambda: self._remove(key))
            self.removers[key] = remove
            row.add(remove)
        return boxed(row)

    def _offer(self, shared: SharedFacts | None, known: Mapping[str, str]) -> None:
        """Offer the projects that may not use it yet, every one of them last."""
        can = shared is not None and self._may_change(shared) and not shared.every
        self._choice.setVisible(can)
        if shared is None or not can:
            return
        listed = {one.key for one in shared.projects}
        fresh = [
            (k, Data(name)) for k, name in sorted(known.items()) if k not in listed
        ]
        chosen = self.projects.value()
        self.projects.set_options([*fresh, (EVERY, "Every project…")])
        if chosen == EVERY or chosen in known.keys() - listed:
            self.projects.set_value(chosen)

    def _may_change(self, shared: SharedFacts) -> bool:
        """Return whether who may use it is said here: by who shares it and uses it."""
        return shared.ours and self._row is not None and bool(self._row.key)

    @QtCore.Slot()
    def _add(self) -> None:
        key = self.projects.value()
        if key == EVERY:
            self._ask_every()
        elif isinstance(key, str):
            self._allow({*self._listed(), key})

    def _remove(self, key: str) -> None:
        self._allow(self._listed() - {key})

    def _allow(self, keys: set[str], *, confirmed: bool = False) -> None:
        self._close_question()
        self.allowed.emit(tuple(sorted(keys)), confirmed)

    def _listed(self) -> set[str]:
        shared = self._row.shared if self._row is not None else None
        if shared is None:
            return set()
        every = {EVERY} if shared.every else set()
        return every | {one.key for one in shared.projects}

    def _ask_every(self) -> None:
        """Say what every project means, and ask for that."""
        self._close_question()
        agree = Button("Allow every project", compact=True)
        leave = Button("Cancel", compact=True)
        deeds = WrapRow()
        deeds.show_widgets([agree, leave])
        shared = self._row.shared if self._row is not None else None
        hosts = ", ".join(shared.hosts) if shared is not None else ""
        self.every = Message(
            "warning",
            "Let every project on this computer use it?",
            "Any project that is opened here, also one that is made or fetched later, "
            f"can then send requests signed in with it to {Data(hosts)}.",
            deeds,
        )
        agree.clicked.connect(
            lambda: self._allow({*self._listed(), EVERY}, confirmed=True)
        )
        leave.clicked.connect(self._close_question)
        self._question.add(self.every)
        leave.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot()
    def _close_question(self) -> None:
        self._question.clear()
        self.every = None


def _told(row: CredentialRow) -> str:
    """Return what there is to say of whose it is."""
    if row.shared is None:
        told = "Only this connection uses it."
        if row.bundle:
            told += (
                " Shared with its bundle, its other connections can use it, and "
                "projects that you list."
            )
        return told
    if not row.shared.ours:
        home = Data(row.shared.home.name)
        return f"The project {home} shares it, and says who may use it."
    if not row.key:
        return "Connect what uses it, and you can change who may."
    return ""

"""Verify a file: what came of it, its contents, and what to do with it."""

from typing import TYPE_CHECKING

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.verifying_desk import KeyFile, SeenBundle
from ferrule.ui.widgets.bundles.contents import ContentsView
from ferrule.ui.widgets.bundles.drop import DropZone
from ferrule.ui.widgets.bundles.facts import StepList, Verdict, pushable
from ferrule.ui.widgets.bundles.install import InstallForm
from ferrule.ui.widgets.bundles.push import PushForm
from ferrule.ui.widgets.bundles.recent import RecentList
from ferrule.ui.widgets.bundles.trust_form import TrustForm
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.message import Message
from ferrule.workspace.shipping_facts import Verification

if TYPE_CHECKING:  # it brings cryptography
    from ferrule.workspace.bundle_reading import BundledFile


class VerifyCard(Card):
    """A place to drop a bundle on, and what came of verifying it.

    Signals:
        key_wanted(): choose the signer's key file.
        trusted(object, object, str): trust this `KeyFile` for these patterns (a tuple)
            under that label.
        contents_wanted(): read the files of the bundle.
        chosen(object): install this `Choice`.
        push_opened(object): this `PushForm` came.
        grown(object): this widget came; it should be seen.
    """

    key_wanted = QtCore.Signal()
    trusted = QtCore.Signal(object, object, str)
    contents_wanted = QtCore.Signal()
    chosen = QtCore.Signal(object)
    push_opened = QtCore.Signal(object)
    grown = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__("Verify", gap=10)
        self.zone = DropZone()
        self.recent = RecentList()
        self._result = Column(gap=10)
        self._below = Column(gap=10)
        self.form: TrustForm | None = None
        self.install: InstallForm | None = None
        self.contents: ContentsView | None = None
        self.push: PushForm | None = None
        self.verdict: Verdict | None = None
        self.steps: StepList | None = None
        self.seen: SeenBundle | None = None
        self.add(self.zone, self._result, self._below, self.recent, None)

    @property
    def found(self) -> Verification | None:
        """Return what came of the last file."""
        return self.seen.found if self.seen is not None else None

    @property
    def can_push(self) -> bool:
        """Return whether the last file is one that a server might take."""
        return self.seen is not None and pushable(self.seen)

    def show_seen(self, seen: SeenBundle) -> None:
        """Show what came of a file."""
        self._clear(seen)
        self.verdict = Verdict(seen)
        self.verdict.trusting.connect(self._open_form)
        self.verdict.contents.connect(self.contents_wanted)
        self.verdict.installing.connect(self._open_install)
        self.verdict.pushing.connect(self.open_push)
        self._result.add(self.verdict)
        passed = sum(step.ok is True for step in seen.found.steps)
        told = f"{passed} of {len(seen.found.steps)} steps passed"
        self._show_steps = Button(told, kind="link", icon="list-checks")
        self._show_steps.setObjectName("bundles.show_steps")
        self._show_steps.setAccessibleDescription("Shows every step")
        self._show_steps.clicked.connect(self._open_steps)
        left = QtCore.Qt.AlignmentFlag.AlignLeft
        self._result.addWidget(self._show_steps, 0, left)
        self.recent.show_files(seen.recent)
        self.grown.emit(self.verdict)

    def show_trouble(self, what: str, why: str) -> None:
        """Say that a file could not be read."""
        self._clear(None)
        self._result.add(Message("danger", what, why))

    def show_key(self, key: KeyFile) -> None:
        """Show the chosen key file in the form."""
        if self.form is not None and self.found is not None:
            claims = self.found.claims
            self.form.show_key(key, claims.signers if claims else ())
            self.grown.emit(self.form)

    def show_files(self, files: "tuple[BundledFile, ...]") -> None:
        """Show the files of the bundle."""
        self.contents = ContentsView(files)
        self.contents.closed.connect(self._close_below)
        self._put(self.contents)
        self.contents.file.setFocus()

    def _clear(self, seen: SeenBundle | None) -> None:
        self._result.clear()
        self._below.clear()
        self.seen = seen
        self.form = self.install = self.contents = self.push = None
        self.verdict = self.steps = None

    def _put(self, widget: QtWidgets.QWidget) -> None:
        """Show something about the file in the place below it."""
        self._below.clear()
        for name in ("form", "install", "contents", "push", "steps"):
            if getattr(self, name) is not widget:
                setattr(self, name, None)
        self._below.add(widget)
        self.grown.emit(widget)

    @QtCore.Slot()
    def _close_below(self) -> None:
        self._below.clear()
        self.form = self.install = self.contents = self.push = self.steps = None
        if self.verdict is not None:
            first = self.verdict.findChild(QtWidgets.QPushButton)
            if first is not None:
                first.setFocus()

    @QtCore.Slot()
    def _open_steps(self) -> None:
        """Show the steps, or put them away."""
        if self.steps is not None:
            self._close_below()
        elif self.seen is not None:
            self.steps = StepList(self.seen.found.steps)
            self._put(self.steps)

    @QtCore.Slot()
    def _open_install(self) -> None:
        if self.seen is not None and self.install is None:
            self.install = InstallForm(self.seen)
            self.install.chosen.connect(self.chosen)
            self.install.closed.connect(self._close_below)
            self._put(self.install)
            self.install.all.setFocus()

    @QtCore.Slot()
    def open_push(self) -> None:
        """Show the form that gives the file to a server."""
        if self.found is None or not self.can_push or self.push is not None:
            return
        self.push = PushForm(self.found.path)
        self.push.closed.connect(self._close_below)
        self.push.grown.connect(self.grown)
        self.push_opened.emit(self.push)
        self._put(self.push)
        known = bool(self.push.server.text())
        (self.push.token if known else self.push.server).setFocus()

    @QtCore.Slot()
    def _open_form(self) -> None:
        if self.form is None and self.found is not None and self.found.claims:
            names = [one.split("@")[0] for one in self.found.claims.connectors]
            self.form = TrustForm(" ".join(names))
            self.form.key_wanted.connect(self.key_wanted)
            self.form.trusted.connect(self.trusted)
            self._put(self.form)
            self.form.choose.setFocus()

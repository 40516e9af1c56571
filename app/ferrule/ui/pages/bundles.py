"""Bundles: choose connectors, check them, sign them into a file; verify any file.

Nothing that was not checked is signed, and nothing is written when signing is refused.
"""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import FerruleError
from ferrule.ui import dialogs
from ferrule.ui.actions import Actions
from ferrule.ui.i18n import Data
from ferrule.ui.models.export_desk import KINDS
from ferrule.ui.models.messages import OpenBundle
from ferrule.ui.models.shipping_desk import Overview, ShippingDesk
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending, Flowing
from ferrule.ui.widgets.bundles import commands
from ferrule.ui.widgets.bundles.composing import Composing
from ferrule.ui.widgets.bundles.exporting import Exporting
from ferrule.ui.widgets.bundles.exports import menu_of
from ferrule.ui.widgets.bundles.said import Said
from ferrule.ui.widgets.bundles.sign import SignCard
from ferrule.ui.widgets.bundles.trusting import Trusting
from ferrule.ui.widgets.bundles.verifying import BUNDLES, KEYS, Verifying
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.layouts import Column, Divider, Row, Scroll, boxed
from ferrule.ui.widgets.stepper import Step, StepState, StepTrack
from ferrule.workspace.shipping_facts import ShippedBundle
from ferrule.workspace.workspace import Workspace

_NARROW: Final = 720
_SIGN: Final = 2  # the third step
_CONFIRM: Final = "Compare its root below, under “Whom this project trusts”."


class BundlesPage(Page):
    """The page on which connectors are shipped, and bundles looked at."""

    key = "bundles"
    title = "Bundles"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.desk = ShippingDesk(workspace)
        self._made: ShippedBundle | None = None
        self._loaded = False
        self._key_wanted = ""
        self.sign = Button("Sign bundle", kind="primary", icon="pen-tool")
        self.sign.setObjectName("bundles.sign")
        self.track = StepTrack(())
        self.composing = Composing(self.desk, self.tasks, self)
        self.compose, self.checks = self.composing.compose, self.composing.checks
        self.exporting = Exporting(workspace, self.compose, self.tasks, self)
        self.signing = SignCard()
        self.verifier = Verifying(workspace, self.tasks, self)
        self.verifying = self.verifier.card
        self.trusting = Trusting(workspace, self.tasks, self)
        self._add_commands()
        self._build()
        self._connect()
        self._tell()

    def activated(self) -> None:
        """Read providers, keys and the trust list again."""
        self.tasks.start("read", self._read())
        self.trusting.read()

    def receive(self, what: object) -> None:
        """Verify a file."""
        if isinstance(what, OpenBundle):
            self.verify(what.path)

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return what is composed, what signs, what verifies, and who is trusted."""
        right = [self.signing, self.verifying, self.trusting.card]
        return [self.compose, self.exporting.card, self.checks, *right]

    def verify(self, path: Path) -> None:
        """Verify a file."""
        self.verifier.verify(path)

    def hide_secrets(self) -> None:
        """Take a token that was typed off the screen."""
        self.verifier.pushing.forget()

    def failed(self, name: str, error: BaseException) -> None:
        """Say errors of a file where it was dropped, others on the page."""
        if name == "verify" and isinstance(error, FerruleError):
            known = self.trusting.card.facts
            unsure = known is not None and known.state == "unconfirmed"
            advice = _CONFIRM if unsure else error.advice
            self.verifying.show_trouble(error.message, advice)
            self.trusting.read()
        else:
            super().failed(name, error)

    async def close_work(self) -> None:
        """End a check between two fixtures, then all other work."""
        self.composing.end()
        await super().close_work()

    async def _read(self) -> None:
        seen: Overview = await self.desk.overview()
        self.compose.show_folders(seen.folders)
        self.signing.show_keys(
            seen.keys, can_store=seen.can_store, why=seen.vault, wanted=self._key_wanted
        )
        self._key_wanted = ""
        self._loaded = True
        self.check()
        await self.verifier.show_recent()

    @QtCore.Slot()
    def check(self) -> None:
        """Check what is composed."""
        self.composing.check()

    @QtCore.Slot()
    def read(self) -> None:
        """Read the folders again and check."""
        self.tasks.start("read", self._read())

    @QtCore.Slot()
    def sign_now(self) -> None:
        """Ask where to write, then sign."""
        if self.sign.isEnabled():
            self.tasks.start("sign", self._sign())

    async def _sign(self) -> None:
        folder = self.compose.folder()
        if folder is None:
            return
        proposal = str(Path.home() / f"{folder.provider}-{folder.version}.ferrule")
        out = await dialogs.save_file(self, "Export the bundle", proposal, BUNDLES)
        if out is not None:
            await self.sign_into(out)

    async def sign_into(self, out: Path) -> None:
        """Sign what is composed into a file."""
        what = self.compose.composed()
        if what is None:
            return
        self.unsay()
        keys, days = self.signing.key_names(), self.signing.valid_days()
        made = self._made = await self.desk.sign(what, keys, days, out)
        self._tell()
        told = f"{made.files} files, {made.size:,} bytes, in {Data(str(out.parent))}"
        self.say(Notice("success", f"Signed {Data(out.name)}", told))
        self.verify(out)

    @QtCore.Slot(str)
    def _make_key(self, name: str) -> None:
        self.tasks.start("key", self._key(name))

    async def _key(self, name: str) -> None:
        self._key_wanted = (await self.desk.new_key(name)).name
        self.signing.name.clear()
        await self._read_keys()

    async def _read_keys(self) -> None:
        seen = await self.desk.overview()
        self.signing.show_keys(
            seen.keys, can_store=seen.can_store, why=seen.vault, wanted=self._key_wanted
        )
        self._key_wanted = ""

    @QtCore.Slot(str)
    def _export_key(self, name: str) -> None:
        self.tasks.start("export", self._export(name))

    async def _export(self, name: str) -> None:
        proposal = str(Path.home() / f"{name}.pem")
        out = await dialogs.save_file(self, "Export the public key", proposal, KEYS)
        if out is not None:
            await self.desk.export_key(name, out)
            wrote = f"Wrote {Data(out.name)}"
            self.say(Notice("success", wrote, "It holds no secret."))

    @QtCore.Slot(object)
    def _reveal(self, widget: QtWidgets.QWidget) -> None:
        """Scroll to what came, once it has its place: a narrow window breaks twice."""
        margin = theme.px(16)
        for area in (self.left, self.right, self.whole):
            if not area.isAncestorOf(widget):
                continue
            look = partial(area.ensureWidgetVisible, widget, margin, margin)
            for soon in (30, 150):
                QtCore.QTimer.singleShot(soon, widget, look)

    @QtCore.Slot(bool)
    def _show_export(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        """Show the report of an export in the place of the checks."""
        self.exporting.card.setVisible(on)
        self.checks.setHidden(on)
        self._reveal(self.exporting.card if on else self.compose)
        if not on:
            self.others.setFocus()

    @QtCore.Slot(bool)
    def _bend(self, bent: bool) -> None:  # noqa: FBT001  as the signal gives it
        for column in (self.left, self.right):
            column.flow(on=bent)

    @QtCore.Slot(object)
    def _said(self, said: object) -> None:
        if isinstance(said, Said):
            self.say(Notice(said.level, said.what, said.why), *said.actions)

    @QtCore.Slot()
    def _changed(self) -> None:
        """Forget what was signed: something else is composed now."""
        self._made = None
        self._tell()

    @QtCore.Slot()
    def _tell(self) -> None:
        """Show how far one is, and whether one can sign."""
        ids, keys = self.compose.chosen(), self.signing.key_names()
        ready = bool(ids) and self.checks.passed and bool(keys)
        self.sign.setEnabled(ready)
        states = (bool(ids), self.checks.passed, ready, self._made is not None)
        at = next((n for n, done in enumerate(states) if not done), 3)
        if ready and self._made is None:
            at = 2
        self.track.set_steps(self._steps(states, at), at)

    def _steps(self, states: tuple[bool, ...], at: int) -> tuple[Step, ...]:
        count = len(self.compose.chosen())
        lines = self.checks.lines
        folder = self.compose.folder()
        file = f"{folder.provider}-{folder.version}.ferrule" if folder else ""
        captions = (
            f"{count} connector" if count == 1 else f"{count} connectors",
            self.checks.told,
            self._signed_by(),
            Data(self._made.path.name if self._made else file),
        )
        titles = ("Compose", "Check", "Sign", "Export")
        steps = []
        for n, (title, caption) in enumerate(zip(titles, captions, strict=True)):
            done = states[n] and (n != _SIGN or self._made is not None)
            state: StepState = "valid" if done else "untouched"
            if n == 1 and lines:
                state = self.checks.standing
            elif n == at and not done:
                state = "in_progress"
            steps.append(Step(title.lower(), title, caption, state))
        return tuple(steps)

    def _signed_by(self) -> str:
        keys = self.signing.key_names()
        if len(keys) > 1:
            return f"{len(keys)} keys"
        return Data(keys[0]) if keys else "no key yet"

    def _build(self) -> None:
        actions = [self.commands.action(one.id) for one in commands.EXPORTS]
        self.others = Button("Other exports", icon="share", menu=menu_of(actions))
        self.others.setObjectName("bundles.others")
        self.header.add(self.others, self.sign)
        self.track_row = boxed(Row(self.track, margins=(24, 0, 24, 4)))
        left = Column(self.compose, gap=16, margins=(0, 0, 0, 16))
        left.add(self.exporting.card)
        left.add(self.checks, stretch=1)
        right = Column(self.signing, gap=16, margins=(0, 0, 0, 16))
        right.add(self.verifying, stretch=1)
        right.add(self.trusting.card)
        self.left = Flowing(boxed(left), "Compose and check")
        self.right = Flowing(boxed(right), "Sign and verify")
        columns = Bending(
            _NARROW,
            (self.left, 3),
            (self.right, 2),
            gap=16,
            margins=(24, 16, 24, 0),
        )
        columns.bends.connect(self._bend)
        self.whole = Scroll(columns, "Compose, check, sign and verify")
        self.body.add(self.track_row, Divider())
        self.body.add(self.whole, stretch=1)

    def _connect(self) -> None:
        self.sign.clicked.connect(self.sign_now)
        self.compose.changed.connect(self._changed)
        self.composing.told.connect(self._tell)
        self.composing.stale.connect(self.read)
        self.composing.go.connect(self.go)
        self.exporting.opened.connect(self._show_export)
        self.signing.changed.connect(self._tell)
        self.signing.made.connect(self._make_key)
        self.signing.exported.connect(self._export_key)
        self.verifying.grown.connect(self._reveal)
        self.verifier.trust_changed.connect(self.trusting.read)
        self.trusting.changed.connect(self.verifier.again)
        for part in (self.composing, self.verifier, self.trusting):
            part.said.connect(self._said)

    def _add_commands(self) -> None:
        for command, do in (
            (commands.CHECK, self.check),
            (commands.SIGN, self.sign_now),
            (commands.VERIFY, self.verifier.choose),
        ):
            self.commands.add(command, do, self)
        can_push = partial(getattr, self.verifying, "can_push")
        push = self.verifying.open_push
        self.commands.add(commands.PUSH, push, self, can=can_push)
        for out, kind in zip(commands.EXPORTS, KINDS, strict=True):
            self.commands.add(out, partial(self.exporting.open, kind), self)
        self.commands.add(commands.STOP, self._stop, self, can=self._runs)

    def _runs(self) -> bool:
        return self.checks.running or self.verifier.pushing.running

    def _stop(self) -> None:
        self.composing.stop()
        self.verifier.pushing.stop()

"""Bundles: choose connectors, check them, sign them into a file; verify any file.

Nothing that was not checked is signed, and nothing is written when signing is refused.
"""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.clock import SystemClock
from ferrule.errors import FerruleError
from ferrule.ui import dialogs
from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.messages import OpenBundle
from ferrule.ui.models.shipping_desk import KeyFile, Overview, ShippingDesk
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending, Flowing
from ferrule.ui.widgets.bundles.compose import ChecksCard, ComposeCard
from ferrule.ui.widgets.bundles.sign import SignCard
from ferrule.ui.widgets.bundles.verify import VerifyCard
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.layouts import Column, Divider, Row, Scroll, boxed
from ferrule.ui.widgets.stepper import Step, StepState, StepTrack
from ferrule.workspace.shipping_facts import ShippedBundle
from ferrule.workspace.workspace import Workspace

_BUNDLES: Final = "Bundles (*.ferrule);;All files (*)"
_NARROW: Final = 720
_KEYS: Final = "Public keys (*.pem *.pub);;All files (*)"


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
        self.header.add(self.sign)
        self.track = StepTrack(())
        self.compose, self.checks = ComposeCard(), ChecksCard()
        self.signing, self.verifying = SignCard(), VerifyCard()
        self._build()
        self._connect()
        self._add_commands()
        self._tell()

    def activated(self) -> None:
        """Read providers and keys again."""
        self.tasks.start("read", self._read())

    def receive(self, what: object) -> None:
        """Verify a file."""
        if isinstance(what, OpenBundle):
            self.verify(what.path)

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return what is composed, what signs, what verifies."""
        return [self.compose, self.checks, self.signing, self.verifying]

    def verify(self, path: Path) -> None:
        """Verify a file."""
        self.tasks.start("verify", self._verify(path))

    def failed(self, name: str, error: BaseException) -> None:
        """Say errors of a file where it was dropped, others on the page."""
        if name == "verify" and isinstance(error, FerruleError):
            self.verifying.show_trouble(error.message, error.advice)
        else:
            super().failed(name, error)

    async def _read(self) -> None:
        seen: Overview = await self.desk.overview()
        self.compose.show_folders(seen.folders)
        self.signing.show_keys(
            seen.keys, can_store=seen.can_store, why=seen.vault, wanted=self._key_wanted
        )
        if not self._loaded:
            self._loaded = True
            self.check()
        self._tell()

    @QtCore.Slot()
    def check(self) -> None:
        """Check what is composed."""
        self._made = None
        folder, ids = self.compose.folder(), self.compose.chosen()
        if folder is None or not ids:
            self.tasks.cancel("check")
            self.checks.show_waiting("Choose at least one connector.")
            self._tell()
            return
        self.checks.show_waiting("Replaying fixtures…")
        self._tell()
        self.tasks.start("check", self._check(folder.path, ids))

    async def _check(self, folder: Path, ids: list[str]) -> None:
        lines = await self.desk.check(folder, ids)
        now = SystemClock().now().astimezone()
        self.checks.show_lines(lines, f"{now:%H:%M}")
        self._tell()

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
        out = await dialogs.save_file(self, "Export the bundle", proposal, _BUNDLES)
        if out is not None:
            await self.sign_into(out)

    async def sign_into(self, out: Path) -> None:
        """Sign what is composed into a file."""
        folder, ids = self.compose.folder(), self.compose.chosen()
        if folder is None:
            return
        self.unsay()
        self._made = await self.desk.sign(
            folder.path, ids, self.signing.key_name(), self.signing.valid_days(), out
        )
        self._tell()
        made = self._made
        told = f"{made.files} files, {made.size:,} bytes, in {out.parent}"
        self.say(Notice("success", f"Signed {out.name}", told))
        self.verify(out)

    async def _verify(self, path: Path) -> None:
        self.verifying.show_found(await self.desk.verify(path))

    @QtCore.Slot()
    def _choose_bundle(self) -> None:
        self.tasks.start("choose", self._choose())

    async def _choose(self) -> None:
        path = await dialogs.choose_file(self, "Verify a bundle", _BUNDLES)
        if path is not None:
            self.verify(path)

    @QtCore.Slot(object)
    def _dropped(self, path: object) -> None:
        if isinstance(path, Path):
            self.verify(path)

    @QtCore.Slot(str)
    def _make_key(self, name: str) -> None:
        self.tasks.start("key", self._key(name))

    async def _key(self, name: str) -> None:
        self._key_wanted = (await self.desk.new_key(name)).name
        self.signing.name.clear()
        await self._read()

    @QtCore.Slot(str)
    def _export_key(self, name: str) -> None:
        self.tasks.start("export", self._export(name))

    async def _export(self, name: str) -> None:
        proposal = str(Path.home() / f"{name}.pem")
        out = await dialogs.save_file(self, "Export the public key", proposal, _KEYS)
        if out is not None:
            await self.desk.export_key(name, out)
            self.say(Notice("success", f"Wrote {out.name}", "It holds no secret."))

    @QtCore.Slot(object)
    def _reveal(self, widget: QtWidgets.QWidget) -> None:
        """Scroll to what came, once it has its place."""
        margin = theme.px(16)
        for area in (self.right, self.whole):
            look = partial(area.ensureWidgetVisible, widget, margin, margin)
            QtCore.QTimer.singleShot(30, widget, look)

    @QtCore.Slot(bool)
    def _bend(self, bent: bool) -> None:  # noqa: FBT001  as the signal gives it
        for column in (self.left, self.right):
            column.flow(on=bent)

    @QtCore.Slot()
    def _choose_key(self) -> None:
        self.tasks.start("key file", self._read_key())

    async def _read_key(self) -> None:
        path = await dialogs.choose_file(self, "The signer's public key", _KEYS)
        if path is not None:
            await self.show_key(path)

    async def show_key(self, path: Path) -> None:
        """Show a signer's key file in the form that trusts them."""
        self.verifying.show_key(await self.desk.read_key(path))

    @QtCore.Slot(object, object, str)
    def _trusted(self, key: object, patterns: object, label: str) -> None:
        if isinstance(key, KeyFile) and isinstance(patterns, tuple):
            self.tasks.start("trust", self._trust(key, patterns, label))

    async def _trust(self, key: KeyFile, patterns: tuple[str, ...], label: str) -> None:
        await self.desk.trust(key.pem, patterns, label)
        name = label or key.fingerprint
        self.say(Notice("success", f"{name} may sign {', '.join(patterns)}"))
        if self.verifying.found is not None:
            self.verify(self.verifying.found.path)

    @QtCore.Slot()
    def _tell(self) -> None:
        """Show how far one is, and whether one can sign."""
        ids, key = self.compose.chosen(), self.signing.key_name()
        ready = bool(ids) and self.checks.passed and bool(key)
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
            self.signing.key_name() or "no key yet",
            self._made.path.name if self._made else file,
        )
        titles = ("Compose", "Check", "Sign", "Export")
        steps = []
        for n, (title, caption) in enumerate(zip(titles, captions, strict=True)):
            done = states[n] and (n != 2 or self._made is not None)  # noqa: PLR2004  signing is done when a file is there
            state: StepState = "valid" if done else "untouched"
            if n == 1 and lines:
                state = self.checks.standing
            elif n == at and not done:
                state = "in_progress"
            steps.append(Step(title.lower(), title, caption, state))
        return tuple(steps)

    def _build(self) -> None:
        self.track_row = boxed(Row(self.track, margins=(24, 0, 24, 4)))
        left = Column(self.compose, gap=16, margins=(0, 0, 0, 16))
        left.add(self.checks, stretch=1)
        right = Column(self.signing, gap=16, margins=(0, 0, 0, 16))
        right.add(self.verifying, stretch=1)
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
        self.compose.changed.connect(self.check)
        self.checks.again.connect(self.check)
        self.signing.changed.connect(self._tell)
        self.signing.made.connect(self._make_key)
        self.signing.exported.connect(self._export_key)
        self.verifying.zone.dropped.connect(self._dropped)
        self.verifying.zone.asked.connect(self._choose_bundle)
        self.verifying.grown.connect(self._reveal)
        self.verifying.key_wanted.connect(self._choose_key)
        self.verifying.trusted.connect(self._trusted)

    def _add_commands(self) -> None:
        for command, do in (
            (Command("bundles.check", "Check the connectors", "rotate-cw", ("F5",),
                     help="Checks every connector of the folder again."),
             self.check),
            (Command("bundles.sign", "Sign bundle", "pen-tool", ("Ctrl+Return",),
                     help="Signs what was checked and writes the file."),
             self.sign_now),
            (Command("bundles.verify", "Verify a bundle", "file-search", ("Ctrl+O",),
                     help="Says who signed a bundle and what is in it."),
             self._choose_bundle),
        ):  # fmt: skip
            self.commands.add(command, do, self)
